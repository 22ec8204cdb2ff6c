"""The sheets of forms: units down, questions across, totals by formula above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from documents.consolidated import UnitAnswers
from documents.masking import KEPT_BACK, Cell, cell_of, total_shown
from documents.xlsx_book import Book, plain, reference, rows_of
from plans.dialogue import Question, questions_of
from plans.progress import Row
from plans.units import Unit

_FIXED: Final = ("code", "unit", "district", "sent", "note")
_WIDTHS: Final = (10.0, 32.0, 22.0, 16.0, 24.0)
_QUESTION_WIDTH: Final = 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where an indicator's column stands: its totals' cells, and what they come to.

    `counted`: all its units count, so that its total is a part of the province's. `types` are
    those of its units.
    """

    sheet: Any
    first: int
    column: int
    total_row: int
    given_row: int
    cells: Sequence[Cell]
    counted: bool
    types: frozenset[str]

    @property
    def answers(self) -> str:
        """Return how a formula on another sheet names the units' answers."""
        last = xl_rowcol_to_cell(self.first + len(self.cells) - 1, self.column)
        return f"{reference(self.sheet, self.first, self.column)}:{last}"

    @property
    def given(self) -> int:
        """Count the units that gave a number, hidden or not."""
        return sum(c.number is not None or c.state in KEPT_BACK for c in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A unit of a form, where it stands, and what it sent."""

    unit: Unit
    row: Row | None
    sent: UnitAnswers | None


def write_forms(book: Book) -> dict[str, list[Column]]:
    """Write a sheet for each form that is asked; return where each indicator is totalled."""
    columns: dict[str, list[Column]] = {}
    for form, lines in _by_form(book).items():
        title = book.found.pack.forms[form].title.in_language(book.language)
        sheet = book.add(f"form {form}", title)
        row = book.head(sheet, title)
        for code, column in _write_form(book, sheet, row, form, lines):
            columns.setdefault(code, []).append(column)
    return columns


def _by_form(book: Book) -> dict[str, list[_Line]]:
    """Sort units under their forms, in the pack's order of forms, the report's of units."""
    found, pack = book.found, book.found.pack
    sent = {one.unit: one for one in found.units}
    lines = [
        _Line(unit=row.unit, row=row, sent=sent.get(row.unit.code)) for row in found.progress.rows
    ]
    owing = {line.unit.code for line in lines}
    # Who sent and is no longer asked still counts in what was added.
    lines += [
        _Line(unit=pack.tree[code], row=None, sent=one)
        for code, one in sent.items()
        if code not in owing
    ]
    forms: dict[str, list[_Line]] = {form: [] for form in pack.forms}
    for line in lines:
        forms[found.period.form or pack.unit_types[line.unit.type].form].append(line)
    return {form: lines for form, lines in forms.items() if lines}


def _write_form(
    book: Book, sheet: Any, top: int, form: str, lines: Sequence[_Line]
) -> list[tuple[str, Column]]:
    """Write totals, header and units from a row on."""
    questions = questions_of(book.found.pack, form)
    header = top + (3 if book.masked else 2)
    first, last = header + 1, header + len(lines)
    names = [book.text(f"xlsx.column.{name}") for name in _FIXED]
    names += [_heading(book, question) for question in questions]
    widths = (*_WIDTHS, *[_QUESTION_WIDTH] * len(questions))
    book.header(sheet, header, names, widths)
    sheet.set_row(header, 92)
    sheet.freeze_panes(first, 2)
    sheet.autofilter(header, 0, last, len(names) - 1)
    for row, key in enumerate(("total", "given", "hidden")[: header - top], start=top):
        sheet.write_string(row, 1, book.text(f"xlsx.{key}"), book.look("total_label"))
    for row, line in enumerate(lines, start=first):
        _write_unit(book, sheet, row, line)
    found = []
    for place, question in enumerate(questions, start=len(_FIXED)):
        cells = _write_answers(book, sheet, (first, place), question, lines)
        column = Column(
            sheet=sheet,
            first=first,
            column=place,
            total_row=top,
            given_row=top + 1,
            cells=cells,
            counted=_counted(book, question, lines),
            types=frozenset(line.unit.type for line in lines),
        )
        _write_totals(book, column, rows_of(first, last, place))
        found.append((question.code, column))
    return found


def _write_answers(
    book: Book, sheet: Any, at: tuple[int, int], question: Question, lines: Sequence[_Line]
) -> list[Cell]:
    """Write one question's answers down from a cell; a unit that has not sent is left empty."""
    row, column = at
    cells = []
    for place, line in enumerate(lines, start=row):
        answer = line.sent.answers.get(question.code) if line.sent else None
        hidden = line.sent is not None and question.code in line.sent.hidden
        cell = cell_of(question.indicator, answer, masked=book.masked, hidden=hidden)
        if line.sent is None:
            sheet.write_blank(place, column, None, book.look("not_sent"))
        else:
            book.cell(sheet, place, column, question.indicator, cell)
        cells.append(cell)
    return cells


def _heading(book: Book, question: Question) -> str:
    indicator = question.indicator
    label, measure = (w.in_language(book.language) for w in (indicator.label, indicator.measure))
    return f"{question.code}\n{label} ({measure})"


def _counted(book: Book, question: Question, lines: Sequence[_Line]) -> bool:
    """Say whether all units of the sheet count; a one-off asks each unit for itself."""
    if book.found.period.form:
        return True
    return {line.unit.type for line in lines} <= set(question.indicator.counted_at)


def _write_unit(book: Book, sheet: Any, row: int, line: _Line) -> None:
    unit, pack = line.unit, book.found.pack
    look = book.look("text" if line.sent else "not_sent")
    district = pack.tree[unit.parent].name if unit.parent else ""
    state = line.row.state if line.row else "no_longer_asked"
    words = (unit.code, unit.name, district, book.text(f"xlsx.sent.{state}"), _note(book, line))
    for column, word in enumerate(words):
        sheet.write_string(row, column, word, look)


def _note(book: Book, line: _Line) -> str:
    """Say what a coordinator did with a report, and who lacked when the period was closed."""
    sent, unit, told = line.sent, line.unit.code, []
    if sent and sent.on_behalf:
        told.append(book.text("progress.note.on_behalf"))
    if sent and sent.accepted_at:
        told.append(book.text("progress.note.accepted"))
    if unit in book.lacked:
        told.append(book.text("xlsx.note.lacked"))
    return "; ".join(told)


def _write_totals(book: Book, column: Column, cells: str) -> None:
    """Write the sum, how many gave a number, and how many of those are hidden."""
    sheet, place = column.sheet, column.column
    total = total_shown(column.cells)
    hidden = sum(cell.state in KEPT_BACK for cell in column.cells)
    words = [told.replace('"', '""') for told in book.hidden_words]
    count = f"COUNT({cells})"
    less = "+".join(f'COUNTIF({cells},"{told}")' for told in words)
    whole = total is None or total == int(total)
    sheet.write_formula(
        column.total_row,
        place,
        f'=IF({count}=0,"",SUM({cells}))',
        book.look("whole_total" if whole else "total"),
        "" if total is None else plain(total),
    )
    given = f"={count}+{less}" if book.masked else f"={count}"
    sheet.write_formula(column.given_row, place, given, book.look("whole_total"), column.given)
    if book.masked:
        row = column.given_row + 1
        sheet.write_formula(row, place, f"={less}", book.look("whole_total"), hidden)


def adds(columns: Sequence[Column]) -> bool:
    """Say whether the sheets' totals together are the province's."""
    return bool(columns) and all(column.counted for column in columns)
