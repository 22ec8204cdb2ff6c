"""The first sheet: whose figures these are, of which moment, from how many reports."""

from typing import Final

from documents import wording
from documents.consolidated import Closure
from documents.masking import KEPT_BACK, CellState
from documents.progress import documented_lines
from documents.xlsx_book import Book
from plans.dialogue import SMALL_BELOW
from plans.pack import Obligation
from plans.progress import count

_STATES: Final = (
    CellState.VALUE,
    CellState.ZERO,
    CellState.MISSING,
    CellState.NOT_APPLICABLE,
    *KEPT_BACK,
)


def write_cover(book: Book) -> None:
    """Write what the workbook is, and links to its sheets."""
    sheet = book.sheets["cover"]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 96)
    row = book.head(sheet, book.text("xlsx.cover.title")) + 1
    lines = [
        *_lines(book),
        *[_closed(book, one) for one in book.found.closures],
        *[("", line) for line in documented_lines(book.language, book.found.progress)],
    ]
    for label, words in lines:
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, words, book.look("wrapped"))
        row += 1
    row = _write_reckoned(book, _write_states(book, row + 1) + 1)
    sheet.write_string(row + 1, 0, book.text("xlsx.cover.sheets"), book.look("label"))
    for place, other in enumerate(book.sheets.values(), start=row + 2):
        name = other.get_name()
        target = "internal:'" + name.replace("'", "''") + "'!A1"
        sheet.write_url(place, 0, target, book.look("link"), name)
    sheet.activate()


def _lines(book: Book) -> list[tuple[str, str]]:
    found, language = book.found, book.language
    pack, period = found.pack, found.period
    lines = [("plan", pack.title.in_language(language)), ("issuer", pack.issuer)]
    if pack.document.number:
        lines.append(("document", pack.document.number))
    area = pack.tree.title(found.root) if found.root else pack.province.name
    lines += [
        ("area", area),
        ("period", wording.period_name(language, period)),
        ("window", wording.window(language, period)),
        ("deadline", wording.deadline(language, period)),
    ]
    for obligation in Obligation:
        rows = found.progress.of(obligation)
        if rows:
            sent, total = count(rows)
            lines.append((f"sent.{obligation}", book.text("xlsx.of", sent=sent, total=total)))
    late = sum(row.sent_late for row in found.progress.of(Obligation.REQUIRED))
    lines.append(("late", book.text("xlsx.reports", count=late)))
    return [(book.text(f"xlsx.cover.{label}"), words) for label, words in lines + _work(book)]


def _work(book: Book) -> list[tuple[str, str]]:
    """Tell what a coordinator did with the reports."""
    sent = [row for row in book.found.progress.rows if row.state.arrived]
    lines = []
    if on_behalf := sum(row.on_behalf for row in sent):
        lines.append(("on_behalf", book.text("xlsx.reports", count=on_behalf)))
    if accepted := sum(row.accepted for row in sent):
        words = book.text("xlsx.accepted", count=accepted, total=len(sent))
        lines.append(("accepted", words))
    return lines


def _closed(book: Book, one: Closure) -> tuple[str, str]:
    """Tell of whom the period was closed, when, and how many lacked then."""
    found = book.found
    below = one.unit not in ("", found.root) and found.pack.tree.within(one.unit, found.root)
    where = found.pack.tree[one.unit].name if below else ""
    label = book.text("xlsx.cover.closed_below" if below else "xlsx.cover.closed", where=where)
    time, day = wording.clock(one.at), wording.day(one.at)
    return label, book.text("xlsx.closed", time=time, day=day, count=len(one.missing))


def _write_states(book: Book, row: int) -> int:
    """Explain how a figure, nought and what has no figure look; return the next free row."""
    sheet = book.sheets["cover"]
    sheet.write_string(row, 0, book.text("xlsx.cover.states"), book.look("label"))
    states = _STATES if book.masked else _STATES[:-1]
    for place, state in enumerate(states, start=row + 1):
        words = book.text(f"xlsx.state.{state}", below=SMALL_BELOW)
        if state is CellState.VALUE:
            sheet.write_number(place, 0, 1234, book.look("number"))
        elif state is CellState.ZERO:
            sheet.write_number(place, 0, 0, book.look("zero"))
        else:
            sheet.write_string(place, 0, words, book.look(state.value))
        sheet.write_string(place, 1, book.text(f"xlsx.means.{state}"), book.look("wrapped"))
    place = row + 1 + len(states)
    sheet.write_string(place, 0, book.text("xlsx.not_received"), book.look("missing"))
    sheet.write_string(place, 1, book.text("xlsx.means.not_received"), book.look("wrapped"))
    place += 1
    sheet.write_blank(place, 0, None, book.look("not_sent"))
    sheet.write_string(place, 1, book.text("xlsx.means.not_sent"), book.look("wrapped"))
    return place + 1


def _write_reckoned(book: Book, row: int) -> int:
    """Say what is a formula, and of which units a change is; return the next free row."""
    sheet = book.sheets["cover"]
    sheet.write_string(row, 0, book.text("xlsx.cover.reckoned"), book.look("label"))
    told = (("live", ""), ("change", "compared"), ("figures", "targets"))
    for place, (key, other) in enumerate(told, start=row):
        name = book.sheets[other].get_name() if other else ""
        words = book.text(f"xlsx.reckoned.{key}", sheet=name)
        sheet.write_string(place, 1, words, book.look("wrapped"))
    return row + len(told)
