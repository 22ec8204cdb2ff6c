"""Who has sent and who has not, as a coordinator reads it."""

from collections.abc import Iterable

import locales
from documents import wording
from plans.calendar import Period, days_late
from plans.pack import Obligation, Pack
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
    late = sum(row.sent_late for row in required)
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
    if not progress.root and not progress.unit_type:
        lines += documented_lines(language, progress)
    return "\n".join(lines)


def title_line(language: str, progress: Progress) -> str:
    """Name the period, where, and how long there is."""
    return dated_line(language, progress, "progress.title")


def dated_line(language: str, progress: Progress, key: str) -> str:
    """Begin an answer about a period with its name, where, its deadline and how long there is."""
    return locales.text(
        language,
        key,
        period=narrowed_name(language, progress),
        deadline=wording.deadline(language, progress.period),
        left=_time_left(language, progress),
    )


def _time_left(language: str, progress: Progress) -> str:
    """Tell how long there still is; a deadline that all kept is past, and nothing is overdue."""
    if days_late(progress.period, progress.today) > 0 and not progress.overdue:
        return locales.text(language, "period.over")
    return wording.days_left(language, progress.period, progress.today)


def narrowed_name(language: str, progress: Progress) -> str:
    """Name the period, and the place and the type of unit where it is of one only."""
    pack = progress.pack
    return place_name(language, pack, progress.period, progress.root, progress.unit_type)


def place_name(language: str, pack: Pack, period: Period, unit: str, unit_type: str) -> str:
    """Name a period with a place and a type of unit, either of which may be left open."""
    names = [wording.period_name(language, period)]
    if unit:
        names.append(pack.tree[unit].name)
    if unit_type:
        names.append(pack.unit_types[unit_type].name.in_language(language))
    return " · ".join(names)


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
