"""Who has sent and who has not, as a coordinator reads it."""

from collections.abc import Iterable, Sequence

import locales
from documents import wording
from plans.pack import Obligation
from plans.progress import Progress, Row, SendState, by_parent, count

WORST = 5


def progress_text(language: str, progress: Progress) -> str:
    """Tell the progress in a few lines."""
    required = progress.of(Obligation.REQUIRED)
    invited = progress.of(Obligation.INVITED)
    lines = [
        title_line(language, progress),
        sent_line(language, required),
        *_type_lines(language, progress, required),
    ]
    if progress.overdue:
        lines.append(locales.text(language, "progress.overdue", count=progress.overdue))
    late = sum(row.state is SendState.SENT_LATE for row in required)
    if late:
        lines.append(locales.text(language, "progress.sent_late", count=late))
    if reasons := sum(bool(row.reason) and not row.state.arrived for row in required):
        lines.append(locales.text(language, "progress.reasons", count=reasons))
    returned = sum(row.state is SendState.RETURNED for row in progress.rows)
    if returned:
        lines.append(locales.text(language, "progress.returned", count=returned))
    if invited:
        arrived, whole = count(invited)
        lines.append(locales.text(language, "progress.invited", sent=arrived, total=whole))
    if not progress.root:
        lines += worst_line(language, progress, required)
        lines += documented_lines(language, progress)
    return "\n".join(lines)


def title_line(language: str, progress: Progress) -> str:
    """Name the period, where, and how long there is."""
    name = wording.period_name(language, progress.period)
    if progress.root:
        name += f" · {progress.pack.tree[progress.root].name}"
    return locales.text(
        language,
        "progress.title",
        period=name,
        deadline=wording.deadline(language, progress.period),
        left=wording.days_left(language, progress.period, progress.today),
    )


def sent_line(language: str, rows: Iterable[Row]) -> str:
    """Tell how many have sent."""
    arrived, whole = count(rows)
    share = wording.percent(language, arrived, whole)
    return locales.text(language, "progress.sent", sent=arrived, total=whole, share=share)


def _type_lines(language: str, progress: Progress, required: list[Row]) -> list[str]:
    """Tell types of several units apart; bodies of which there is one are told together."""
    by_type: dict[str, list[Row]] = {}
    for row in required:
        by_type.setdefault(row.unit.type, []).append(row)
    single = [rows[0] for rows in by_type.values() if len(rows) == 1]
    groups = [
        (progress.pack.unit_types[key].name.in_language(language), rows)
        for key in progress.pack.unit_types
        if (rows := by_type.get(key)) and (len(rows) > 1 or len(single) == 1)
    ]
    if len(single) > 1:
        groups.append((locales.text(language, "progress.single"), single))
    lines = []
    for name, rows in groups if len(groups) > 1 else []:
        arrived, whole = count(rows)
        lines.append(locales.text(language, "progress.type", name=name, sent=arrived, total=whole))
    return lines


def worst_line(language: str, progress: Progress, required: list[Row]) -> list[str]:
    """Name the districts where most are missing, in a line where there are any."""
    owing = []
    for parent, rows in by_parent(progress, required).items():
        arrived, whole = count(rows)
        if arrived < whole:
            owing.append((whole - arrived, whole, progress.pack.tree[parent].name))
    if not owing:
        return []
    worst = sorted(owing, key=lambda item: (-item[0], item[2]))[:WORST]
    names = ", ".join(f"{name} {missing}/{whole}" for missing, whole, name in worst)
    return [locales.text(language, "progress.worst", names=names)]


def documented_lines(language: str, progress: Progress) -> list[str]:
    """Say where the province documents more or fewer units than the list holds."""
    day = progress.period.asks.last
    lines = []
    for documented in progress.pack.unit_counts:
        if (documented.first and day < documented.first) or (
            documented.last and day > documented.last
        ):
            continue
        listed = sum(row.unit.type == documented.type for row in progress.rows)
        if listed and listed != documented.count:
            name = progress.pack.unit_types[documented.type].name.in_language(language)
            lines.append(
                locales.text(
                    language,
                    "progress.documented",
                    name=name,
                    listed=listed,
                    documented=documented.count,
                )
            )
    return lines


def missing_text(language: str, progress: Progress, rows: Sequence[Row], heading: str) -> str:
    """List units that have not sent, each under its district, those of the province apart.

    Where the plan has one level below the province there is nothing to tell apart.
    """
    tree = progress.pack.tree
    lines, group = [heading], None if any(unit.parent for unit in tree) else ""
    for row in rows:
        code = row.unit.parent or (row.unit.code if tree.children(row.unit.code) else "")
        if code != group:
            group = code
            of_province = locales.text(language, "progress.of_province")
            lines.append(f"{tree[code].name}:" if code else of_province)
        mark = f"progress.mark.{row.state}" if row.connected else "progress.mark.not_connected"
        own = row.unit.code == code
        name = wording.short_body(progress.pack, code) if own else row.unit.name
        lines.append(f"- {name}{locales.text(language, mark)}{row_notes(language, row)}")
    return "\n".join(lines)


def row_notes(language: str, row: Row) -> str:
    """Tell in brackets what is known of a unit: more time, silence, a reason; who entered it."""
    notes = []
    if row.state.arrived:
        if row.on_behalf:
            notes.append(locales.text(language, "progress.note.on_behalf"))
        if row.accepted:
            notes.append(locales.text(language, "progress.note.accepted"))
        return f" ({'; '.join(notes)})" if notes else ""
    if row.until:
        notes.append(locales.text(language, "progress.note.until", day=row.until))
    if row.connected and not row.reachable:
        notes.append(locales.text(language, "progress.note.unreachable"))
    if row.reason:
        notes.append(locales.text(language, "progress.note.reason", reason=row.reason))
    return f" ({'; '.join(notes)})" if notes else ""
