"""What is said after a coordinator sent a report for a unit that telephoned."""

from collections.abc import Collection

from documents import wording
from handlers.desks import Desk, open_until
from handlers.turn import Turn
from plans.messages import Reply
from storage.reports import Report


def told_unit(turn: Turn, desk: Desk, report: Report, people: Collection[int]) -> None:
    """Tell the unit's people which figures were noted for them, and what to do if one is wrong."""
    for person_id in sorted(people):
        turn.tell(
            person_id,
            "behalf.notice",
            ("report.correct", f"/dinhchinh {desk.period.id}"),
            ("behalf.wrong", f"/khongdung {desk.period.id} {desk.role.unit}"),
            body=desk.pack.coordinator.short,
            unit=wording.body_name(desk.pack, desk.role.unit),
            period=lambda language: wording.period_name(language, desk.period),
            time=wording.clock(report.sent_at),
            day=wording.day(report.sent_at),
            receipt=report.receipt,
            figures=lambda language: figures_of(language, desk),
            lock=open_until(turn, desk.key, desk.period),
        )


def figures_of(language: str, desk: Desk) -> str:
    """List a report's answers, a line each."""
    answers = desk.draft.answers
    return "\n".join(
        f"{q.number}. {q.indicator.label.in_language(language)}: "
        f"{wording.figure(language, q, answers.get(q.code))}"
        for q in desk.draft.questions
    )


def told_coordinator(turn: Turn, desk: Desk, report: Report, told: Collection[int]) -> Reply:
    """Give the coordinator the receipt, with who of the unit was told."""
    where = f"{desk.period.id} {desk.role.unit}"
    return turn.say(
        "behalf.sent" if told else "behalf.sent_nobody",
        turn.choice("behalf.show", f"/xem {where}"),
        turn.choice("menu.progress", f"/tiendo {desk.period.id}"),
        unit=wording.body_name(desk.pack, desk.role.unit),
        period=wording.period_name(turn.language, desk.period),
        time=wording.clock(report.sent_at),
        day=wording.day(report.sent_at),
        receipt=report.receipt,
        version=report.version,
        told=len(told),
    )
