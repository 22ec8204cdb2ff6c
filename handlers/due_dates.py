"""When reports are due: in the period that is named, else now and next."""

from documents import wording
from handlers import personal
from handlers.asked import names_nothing, understand
from handlers.desks import role_for, roles_for
from handlers.report import then_card
from handlers.turn import Turn
from plans.calendar import Period
from plans.messages import Reply
from plans.people import Action, Role


def due(turn: Turn, words: str) -> Reply:
    """Tell deadlines and the days that are left: a unit's own where one asks for oneself."""
    words = "" if names_nothing(words) else words
    reports = bool(roles_for(turn, Action.REPORT))
    if reports and not words:
        return personal.status(turn, "")
    sees = Action.REPORT if reports else Action.SEE_OTHERS
    role = role_for(turn, sees, f"/hannop {words}".rstrip())
    asked = understand(turn, role, words, "/hannop")
    lines = [_line(turn, role, asked.period, asked.unit)]
    if not words:
        lines = [turn.pack(role).title.in_language(turn.language), *lines]
        lines += [_line(turn, role, one, asked.unit) for one in _next(turn, role)]
    return then_card(turn, "\n".join(lines))


def _next(turn: Turn, role: Role) -> list[Period]:
    """Return the recurring period that opens next, if there is one."""
    calendar = turn.world.calendars[role.plan]
    return [one for one in calendar if one.opens > turn.today and not one.form][:1]


def _line(turn: Turn, role: Role, period: Period, unit: str) -> str:
    """Tell one deadline, with the days that a unit was given."""
    if unit:
        period = turn.world.unit_period(role.plan, period, unit)
    name = wording.period_name(turn.language, period)
    deadline = wording.deadline(turn.language, period)
    if period.opens > turn.today:
        return turn.text("status.coming", period=name, opens=period.opens, deadline=deadline)
    left = wording.days_left(turn.language, period, turn.today)
    return turn.text("due.line", period=name, deadline=deadline, left=left)
