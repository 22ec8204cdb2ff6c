"""Who has sent a period's report and who has not, as a report to a superior tells it.

Bodies that a plan invites are told apart, and never as late.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from documents import wording
from documents.consolidated import Consolidated, Difficulty
from documents.docx_bodies import BLANK, text
from plans.pack import Obligation, Pack
from plans.progress import Row, SendState, count

# More names than these stand in an appendix of their own.
FEW: Final = 40


def sent_paragraphs(found: Consolidated) -> list[str]:
    """Tell how many have sent, on time and late, and how many have not."""
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
    late = sum(row.state is SendState.SENT_LATE for row in required)
    if sent:
        told.append(text("docx.sent_late", count=late) if late else text("docx.sent_on_time"))
    if returned := sum(row.state is SendState.RETURNED for row in required):
        told.append(text("docx.returned", count=returned))
    if on_behalf := sum(row.on_behalf for row in found.progress.rows):
        told.append(text("docx.on_behalf", count=on_behalf))
    if at := found.closed_at:
        told.append(text("docx.closed", time=wording.clock(at), day=wording.day(at)))
    return [" ".join(told)]


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
    return text("docx.in_time", deadline=wording.deadline("vi", period))


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
