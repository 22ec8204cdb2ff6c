"""Why a report is late, from those who owe it: asked for, noted, shown to those who follow."""

from dataclasses import dataclass

from documents import wording
from handlers import report
from handlers.delay_card import back_from_delay, delay_card, delay_explained
from handlers.desks import key_of, roles_for, standing
from handlers.late import late
from handlers.sending import LONGEST_REASON
from handlers.spoken_period import spoken_period
from handlers.talk import Expect
from handlers.turn import Turn
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.spelling import plain
from storage import delays


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a request to explain a delay already says."""

    role: Role | None = None
    period: str = ""
    reason: str = ""


def explain(turn: Turn, argument: str) -> Reply:
    """Note the reason of a delay, or ask for it; tell those who follow who owes, and why."""
    if not roles_for(turn, Action.REPORT):
        if roles_for(turn, Action.SEE_OTHERS):
            return late(turn, argument)
        raise Refused("refused.no_unit")
    told = _told(turn, argument.strip())
    waiting = _waiting(turn, told)
    if len(waiting) > 1:
        return _which(turn, waiting, told.reason)
    role, period = waiting[0]
    if told.reason:
        return _noted(turn, role, period, told.reason)
    if turn.talk.expect is not Expect.DELAY_REASON:
        turn.talk.interrupted = turn.talk.expect.value
    turn.talk.delay = f"{role.id} {period.id}"
    turn.talk.expect = Expect.DELAY_REASON
    return delay_card(turn) or report.current_card(turn)


def reason(turn: Turn, text: str) -> Reply:
    """Take the reason that was asked for."""
    explained = delay_explained(turn)
    if explained is None or not text.strip():
        return report.current_card(turn)
    waiting = _waiting(turn, Told(role=explained[0], period=explained[1].id))
    return _noted(turn, *waiting[0], text.strip())


def leave(turn: Turn, argument: str) -> Reply:
    """Leave the question of a delay and go back to the report, or leave what else is open."""
    if turn.talk.expect is not Expect.DELAY_REASON or not turn.talk.interrupted:
        return report.leave(turn, argument)
    back_from_delay(turn)
    return report.current_card(turn, before=turn.text("leave.done"))


def _told(turn: Turn, argument: str) -> Told:
    """Read a role's number and a period, as buttons carry them, and the words that are left."""
    first, _, rest = argument.partition(" ")
    second, _, words = rest.partition(" ")
    role = turn.role_numbered(first)
    if role and turn.world.period(role.plan, second.upper()):
        return Told(role=role, period=second.upper(), reason=words.strip())
    for role in roles_for(turn, Action.REPORT):
        if turn.world.period(role.plan, first.upper()):
            return Told(period=first.upper(), reason=rest.strip())
        if argument and (spoken := _spoken(turn, role, argument)):
            return Told(period=spoken.id)
    return Told(reason=argument.strip(" :"))


def _spoken(turn: Turn, role: Role, argument: str) -> Period | None:
    """Return the period that words name, where they name nothing else."""
    try:
        period, left = spoken_period(turn, role, plain(argument))
    except Refused:
        return None
    return period if not left else None


def _waiting(turn: Turn, told: Told) -> list[tuple[Role, Period]]:
    """Return the reports that are waited for: those that are overdue, else all; refuse none."""
    owed = [
        (role, period)
        for role in roles_for(turn, Action.REPORT)
        if told.role in (None, role)
        for period in standing(turn, role).owed
        if told.period in ("", period.id, *(part.id for part in period.parts))
    ]
    bound = [one for one in owed if not _invited(turn, one[0])]
    if owed and not bound:
        body = turn.pack(owed[0][0]).coordinator.short
        back_from_delay(turn)
        raise Refused("delay.invited", body=body)
    if not bound:
        back_from_delay(turn)
        raise Refused("delay.nothing_owed")
    return [one for one in bound if one[1].last_on_time < turn.today] or bound


def _invited(turn: Turn, role: Role) -> bool:
    pack = turn.pack(role)
    return pack.obligation(pack.tree[role.unit]) is Obligation.INVITED


def _which(turn: Turn, waiting: list[tuple[Role, Period]], reason: str) -> Reply:
    """Ask which report is meant; a reason that was given already goes with the answer."""
    choices = []
    for role, period in waiting:
        name = wording.body_name(turn.pack(role), role.unit)
        label = f"{name} · {wording.period_name(turn.language, period)}"
        command = f"/lydocham {role.id} {period.id} {reason}".strip()
        choices.append(turn.once_labelled(label, command))
    return turn.say("delay.which", *choices)


def _noted(turn: Turn, role: Role, period: Period, reason: str) -> Reply:
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.too_long", most=LONGEST_REASON)
    key = key_of(role, period)
    delays.add(turn.connection, key, reason, turn.person.id, turn.now)
    turn.audit("delay.explained", key, after={"reason": reason})
    back_from_delay(turn)
    thanks = turn.text(
        "delay.noted",
        unit=wording.body_name(turn.pack(role), role.unit),
        period=wording.period_name(turn.language, period),
        body=turn.pack(role).coordinator.short,
    )
    if turn.talk.expect or turn.talk.period:
        return report.current_card(turn, before=thanks)
    enter = turn.choice("menu.report", f"/donvi {role.id} /baocao {period.id}")
    return Reply(text=thanks, choices=(enter,))
