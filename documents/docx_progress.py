"""Who has sent a period's report and who has not, as a report to a superior tells it.

Bodies that a plan invites are told apart, and never as late.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from documents import wording
from documents.consolidated import Closure, Consolidated, Difficulty
from documents.docx_bodies import BLANK, area_of, deadline_of, text
from plans.pack import Obligation, Pack
from plans.progress import Row, SendState, count

# More names than these stand in an appendix of their own.
FEW: Final = 40


def sent_paragraphs(found: Consolidated) -> list[str]:
    """Tell how many have sent, what became of their reports, and when the period was closed."""
    required = found.progress.of(Obligation.REQUIRED)
    sent, total = count(required)
    told = [
        text(
            "docx.sent",
            time=wording.clock(found.moment),
            day=wording.day(found.moment),
            sent=sent,
            total=total,
            share=wording.percent("vi", sent, total),
        )
    ]
    late = sum(row.sent_late for row in required)
    if sent:
        told.append(text("docx.sent_late", count=late) if late else text("docx.sent_on_time"))
    if returned := sum(row.state is SendState.RETURNED for row in required):
        told.append(text("docx.returned", count=returned))
    by_telephone = [row.unit.code for row in found.progress.rows if row.on_behalf]
    if by_telephone:
        told.append(_named(found.pack, "docx.on_behalf", by_telephone))
    if accepted := sum(row.accepted for row in required):
        told.append(text("docx.accepted_of", count=accepted, total=sent))
    return [" ".join(told), *(_closed(found, one) for one in found.closures)]


def _closed(found: Consolidated, one: Closure) -> str:
    """Tell when the period closed, how many lacked then, and who of them has sent since."""
    lacked = "docx.closed.lacking" if one.missing else "docx.closed.whole"
    below = one.unit not in ("", found.root) and found.pack.tree.within(one.unit, found.root)
    where = area_of(found.pack, one.unit) if below else ""
    told = text(
        "docx.closed_below" if below else "docx.closed",
        where=where,
        time=wording.clock(one.at),
        day=wording.day(one.at),
        lacked=text(lacked, count=len(one.missing)),
    )
    arrived = {row.unit.code for row in found.progress.rows if row.state.arrived}
    since = [code for code in one.missing if code in arrived]
    return f"{told} {_named(found.pack, 'docx.sent_since', since)}" if since else told


def _named(pack: Pack, key: str, units: Sequence[str]) -> str:
    """Tell of units by their number, and by name unless they are many."""
    told = text(key, count=len(units))
    if len(units) > FEW:
        return f"{told}."
    return f"{told}: {'; '.join(pack.tree.title(code) for code in units)}."


def lacking_paragraphs(found: Consolidated) -> list[str]:
    """Name the required units that have not sent, or point to the appendix that does."""
    rows = found.lacking(Obligation.REQUIRED)
    if not rows:
        return [text("docx.none_lacking")]
    head = text("docx.lacking_units", count=len(rows), overdue=_overdue(found, rows))
    if len(rows) > FEW:
        return [f"{head}{text('docx.in_appendix')}"]
    return [f"{head}:", *by_group(found.pack, rows)]


def _overdue(found: Consolidated, rows: Sequence[Row]) -> str:
    """Say how many are overdue; before the deadline, that nobody is."""
    if overdue := sum(row.overdue for row in rows):
        return text("docx.overdue", count=overdue)
    period = found.progress.period
    return text("docx.in_time", deadline=deadline_of(period))


def by_group(pack: Pack, rows: Iterable[Row]) -> list[str]:
    """Name units in a paragraph for each district, those of the province by their kind."""
    groups: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: bool(row.unit.parent)):  # those of the province first
        groups.setdefault(_group(pack, row), []).append(_name(row))
    return [
        text("docx.group", group=group, count=len(names), names=", ".join(names))
        for group, names in groups.items()
    ]


def _group(pack: Pack, row: Row) -> str:
    if row.unit.parent:
        return pack.tree[row.unit.parent].name
    alike = sum(unit.type == row.unit.type for unit in pack.tree.children(""))
    kind = pack.unit_types[row.unit.type]
    # A kind of one body is named like the body itself.
    several = alike > 1 and kind.obligation is Obligation.REQUIRED
    return kind.name.vi if several else text("docx.bodies")


def _name(row: Row) -> str:
    if row.until:
        return text("docx.extended", name=row.unit.name, day=row.until)
    return row.unit.name


def invited_paragraphs(found: Consolidated) -> list[str]:
    """Tell of the bodies that were invited, by themselves."""
    rows = found.progress.of(Obligation.INVITED)
    if not rows:
        return []
    sent, total = count(rows)
    told = [text("docx.invited", sent=sent, total=total)]
    if lacking := found.lacking(Obligation.INVITED):
        names = ", ".join(row.unit.name for row in lacking)
        told.append(text("docx.invited_lacking", names=names))
    return [" ".join(told)]


def difficulty_paragraphs(found: Consolidated, *, masked: bool) -> list[str]:
    """Tell what units find hard in their own words; who may not see figures sees the number."""
    difficulties = found.difficulties
    if not difficulties:
        return [text("docx.no_difficulties")]
    if masked:
        return [text("docx.difficulties_counted", count=len(difficulties))]
    return [_difficulty(found.pack, one) for one in difficulties]


def _difficulty(pack: Pack, one: Difficulty) -> str:
    unit = wording.body_name(pack, one.unit) if one.unit in pack.tree else one.unit
    told = text("docx.difficulty", unit=unit, words=one.words.strip() or BLANK)
    return told + (text("docx.difficulty_answer", answer=one.answer) if one.answer else "")
