"""Remind me again: this afternoon or next morning, unless everything is sent by then."""

from datetime import datetime

from documents import wording
from handlers.desks import roles_for, standing
from handlers.report import then_card
from handlers.turn import Turn
from plans.calendar import Period
from plans.errors import Refused
from plans.ladder import AFTERNOON, next_morning, this_afternoon
from plans.messages import Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage import reminders

_AFTERNOON, _MORNING = "chieu nay", "sang mai"
_MEANT = {
    _AFTERNOON: (_AFTERNOON, "chieu", "trong chieu nay", "this afternoon", "afternoon"),
    _MORNING: (
        _MORNING,
        "sang",
        "mai",
        "ngay mai",
        "sang ngay mai",
        "tomorrow morning",
        "tomorrow",
    ),
}


def again(turn: Turn, argument: str) -> Reply:
    """Remind of what is owed once more at the moment named; offer the moments where none is."""
    if not roles_for(turn, Action.REPORT):
        coordinates = roles_for(turn, Action.COORDINATE)
        raise Refused("snooze.for_reporters" if coordinates else "refused.no_unit")
    owed = _owed(turn)
    if not owed:
        return then_card(turn, turn.text("snooze.nothing_owed"))
    moments = _moments(turn, owed)
    if not moments:
        return then_card(turn, turn.text("snooze.locked", lock=max(p.lock for _, p in owed)))
    wanted = _wanted(argument)
    if until := moments.get(wanted):
        reminders.snooze(turn.connection, turn.person.id, until, turn.now)
        return then_card(turn, turn.text("snooze.set", when=_when(turn, until)))
    return _offer(turn, moments, _why_not(turn, wanted))


def _owed(turn: Turn) -> list[tuple[Role, Period]]:
    """Return what the person's units have not sent or have to mend."""
    found = []
    for role in roles_for(turn, Action.REPORT):
        stands = standing(turn, role)
        found += [(role, period) for period in stands.returned + stands.owed]
    return found


def _moments(turn: Turn, owed: list[tuple[Role, Period]]) -> dict[str, datetime]:
    """Return the moments to come at which something that is owed may still be sent."""
    days = turn.world.working_days
    rules = [turn.pack(role).calendar.reminders for role, _ in owed]
    moments = {
        _AFTERNOON: this_afternoon(turn.now, days),
        _MORNING: min(next_morning(rule, turn.now, days) for rule in rules),
    }
    last = max(period.lock for _, period in owed)
    return {name: at for name, at in moments.items() if at and wording.day(at) <= last}


def _wanted(argument: str) -> str:
    said = plain(argument)
    return next((name for name, words in _MEANT.items() if said in words), said)


def _why_not(turn: Turn, wanted: str) -> str:
    """Say why the moment that is wanted is not among those offered."""
    if wanted == _MORNING:
        return turn.text("snooze.locked_by_then") + " "
    if wanted != _AFTERNOON:
        return ""
    works = turn.world.working_days.works(turn.today)
    time = f"{AFTERNOON:%H:%M}"
    return turn.text("snooze.afternoon_past" if works else "snooze.day_off", time=time) + " "


def _when(turn: Turn, at: datetime) -> str:
    if wording.day(at) == turn.today:
        return turn.text("snooze.today", time=wording.clock(at))
    return turn.text("snooze.day", time=wording.clock(at), day=wording.day(at))


def _offer(turn: Turn, moments: dict[str, datetime], why: str) -> Reply:
    card = then_card(turn, why + turn.text("snooze.which"))
    offered = [
        turn.choice("snooze.choice", f"/nhaclai {name}", when=_when(turn, at))
        for name, at in moments.items()
    ]
    # Beside a question of the report its own answers stay first.
    answers_first = bool(turn.talk.expect)
    choices = (*card.choices, *offered) if answers_first else (*offered, *card.choices)
    return Reply(text=card.text, choices=choices)
