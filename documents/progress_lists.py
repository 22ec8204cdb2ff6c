"""Units by name as a coordinator lists them: who has not sent, who has, who is late by how long."""

from collections.abc import Iterable, Iterator, Sequence

import locales
from documents import wording
from documents.progress import narrowed_name, title_line
from plans.pack import Obligation
from plans.progress import Progress, Row, count


def all_sent_text(language: str, progress: Progress) -> str:
    """Say where all have sent, and how many they are; or that nobody is asked there."""
    rows = progress.of(Obligation.REQUIRED) or list(progress.rows)
    pack = progress.pack
    where = pack.tree[progress.root].name if progress.root else pack.province.name
    if progress.unit_type:
        where += f" · {pack.unit_types[progress.unit_type].name.in_language(language)}"
    name, (sent, whole) = wording.period_name(language, progress.period), count(rows)
    key = "progress.all_sent" if rows else "progress.none_asked"
    return locales.text(language, key, where=where, period=name, sent=sent, total=whole)


def not_sent_title(language: str, progress: Progress) -> str:
    """Tell of which period and place how many have not sent, or that all have."""
    owing = progress.owing(Obligation.REQUIRED)
    if not progress.of(Obligation.REQUIRED):
        return title_line(language, progress)
    if not owing:
        return all_sent_text(language, progress)
    return locales.text(
        language,
        "progress.not_sent",
        period=narrowed_name(language, progress),
        count=len(owing),
        left=wording.days_left(language, progress.period, progress.today),
    )


def missing_lines(language: str, progress: Progress, rows: Sequence[Row]) -> list[str]:
    """List units that have not sent, the invited bodies among them below a heading of their own."""
    required = [row for row in rows if row.obligation is Obligation.REQUIRED]
    lines = list(_by_district(language, progress, required, progress.root or None))
    if invited := rows[len(required) :]:
        whole = len(progress.owing(Obligation.INVITED))
        lines.append(locales.text(language, "progress.not_sent_invited", count=whole))
        lines += _by_district(language, progress, invited, progress.root)
    return lines


def _by_district(
    language: str, progress: Progress, rows: Iterable[Row], group: str | None
) -> Iterator[str]:
    """List units, each under its district but that of the heading, those of the province apart.

    Where the plan has one level below the province there is nothing to tell apart.
    """
    tree = progress.pack.tree
    parted = any(unit.parent for unit in tree)
    for row in rows:
        code = row.unit.parent or (row.unit.code if tree.children(row.unit.code) else "")
        if parted and code != group:
            group = code
            of_province = locales.text(language, "progress.of_province")
            yield f"{tree[code].name}:" if code else of_province
        own = row.unit.code == code
        name = wording.short_body(progress.pack, code) if own else row.unit.name
        yield f"- {name}{_mark(language, row)}{row_notes(language, row)}"


def _mark(language: str, row: Row) -> str:
    mark = f"progress.mark.{row.state}" if row.connected else "progress.mark.not_connected"
    return locales.text(language, mark)


def sent_names(language: str, progress: Progress, rows: Sequence[Row]) -> str:
    """Name on one line those within a district that have sent."""
    names = [
        short_name(progress, row) + row_notes(language, row) for row in rows if row.state.arrived
    ]
    return locales.text(language, "progress.sent_names", count=len(names), names="; ".join(names))


def row_notes(language: str, row: Row) -> str:
    """Tell in brackets what is known of a unit: more time, silence, a reason; who entered it."""
    if not row.state.arrived:
        return _bracketed(_unsent_notes(language, row))
    notes = []
    if row.sent_late:
        notes.append(locales.text(language, "timeliness.late", days=f"{row.days_late:02}"))
    if row.on_behalf:
        notes.append(locales.text(language, "progress.note.on_behalf"))
    if row.accepted:
        notes.append(locales.text(language, "progress.note.accepted"))
    return _bracketed(notes)


def _unsent_notes(language: str, row: Row) -> list[str]:
    notes = []
    if row.until:
        notes.append(locales.text(language, "progress.note.until", day=row.until))
    if row.connected and not row.reachable:
        notes.append(locales.text(language, "progress.note.unreachable"))
    if row.reason:
        notes.append(locales.text(language, "progress.note.reason", reason=row.reason))
    return notes


def _bracketed(notes: Sequence[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def short_name(progress: Progress, row: Row) -> str:
    """Name a unit as within its district; the district's office as such."""
    code = row.unit.code
    office = progress.pack.tree.children(code)
    return wording.short_body(progress.pack, code) if office else row.unit.name


def late_rows(progress: Progress) -> list[Row]:
    """Return those late: who sent after the deadline, then who still owes; the longest first."""
    required = progress.of(Obligation.REQUIRED)
    sent = [row for row in required if row.sent_late]
    owing = [row for row in required if row.overdue]
    return [*_longest_first(sent), *_longest_first(owing)]


def _longest_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.days_late, row.unit.code))


def late_lines(language: str, progress: Progress, rows: Sequence[Row]) -> list[str]:
    """List some of those late, each by how many days and why, below how many there are in all."""
    lines, every = [], late_rows(progress)
    for key, arrived in (("progress.sent_late", True), ("progress.overdue", False)):
        those = [row for row in rows if row.state.arrived is arrived]
        if those:
            whole = sum(row.state.arrived is arrived for row in every)
            lines.append(locales.text(language, key, count=whole))
            lines += [_late_line(language, progress, row) for row in those]
    return lines


def late_foot(language: str, progress: Progress) -> list[str]:
    """End the list of those late: from where days count, and what invited bodies sent, apart."""
    late = late_rows(progress)
    lines = [locales.text(language, "late.how" if late else "late.none")]
    if invited := progress.of(Obligation.INVITED):
        arrived, whole = count(invited)
        lines.append(locales.text(language, "progress.invited", sent=arrived, total=whole))
    return lines


def _late_line(language: str, progress: Progress, row: Row) -> str:
    tree, code = progress.pack.tree, row.unit.code
    within = progress.root or tree.children(code)
    name = short_name(progress, row) if within else tree.title(code)
    notes = _unsent_notes(language, row)
    if not row.state.arrived and not row.connected:
        notes.insert(0, locales.text(language, "progress.note.not_connected"))
    if row.state.arrived and row.on_behalf:
        notes.append(locales.text(language, "progress.note.on_behalf"))
    late = locales.text(language, "timeliness.late", days=f"{row.days_late:02}")
    return f"- {name}: {late}{_bracketed(notes)}"
