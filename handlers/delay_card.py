"""The card that asks why a report is late, shown wherever its reader is brought back to it."""

from documents import wording
from handlers.desks import key_of, unit_periods
from handlers.talk import Expect
from handlers.turn import Turn
from plans.calendar import Period
from plans.messages import Reply
from plans.people import Action, Role
from storage import delays

_REASONS = ("delay.others", "delay.connection", "delay.away", "delay.help")


def delay_explained(turn: Turn) -> tuple[Role, Period] | None:
    """Return the role and period whose delay is being explained, while the person holds it."""
    number, _, id = turn.talk.delay.partition(" ")
    role = turn.role_numbered(number)
    if role is None or not turn.may(role, Action.REPORT, role.unit):
        return None
    period = next((p for p in unit_periods(turn, role) if p.id == id), None)
    return (role, period) if period else None


def back_from_delay(turn: Turn) -> None:
    """Go back to what was in the middle when the reason was asked for."""
    if turn.talk.expect is Expect.DELAY_REASON:
        known = turn.talk.interrupted in list(Expect)
        turn.talk.expect = Expect(turn.talk.interrupted) if known else Expect.NOTHING
    turn.talk.delay = turn.talk.interrupted = ""


def delay_card(turn: Turn, *, before: str = "") -> Reply | None:
    """Ask why a report is late; None, and back to what was before, where that is lost."""
    explained = delay_explained(turn)
    if explained is None:
        back_from_delay(turn)
        return None
    role, period = explained
    pack = turn.pack(role)
    lines = [before] if before else []
    lines.append(
        turn.text(
            "delay.title",
            period=wording.period_name(turn.language, period),
            unit=wording.body_name(pack, role.unit),
            left=wording.unit_left(turn.language, pack, role.unit, period, turn.today),
        )
    )
    if given := delays.latest(turn.connection, key_of(role, period)):
        lines.append(turn.text("delay.given", reason=given))
    lines.append(turn.text("delay.why"))
    reasons = [turn.text(key, body=pack.coordinator.short) for key in _REASONS]
    where = f"/lydocham {role.id} {period.id}"
    choices = [turn.once_labelled(reason, f"{where} {reason}") for reason in reasons]
    return Reply(text="\n".join(lines), choices=(*choices, turn.once("card.later", "/huy")))
