"""The periods that a coordinator closed lately, told to a unit that reports."""

from datetime import timedelta

from documents import wording
from handlers.desks import is_open, key_of, unit_periods
from handlers.turn import Turn
from plans.people import Role
from storage import reports

# So long it is worth telling that a period was closed.
CLOSED_IS_NEWS = timedelta(days=45)


def closed_lines(turn: Turn, role: Role) -> list[str]:
    """Tell which periods a coordinator closed lately, and whether the unit's report is in them."""
    closed = [
        period
        for period in unit_periods(turn, role)
        if period.closed_at
        and turn.today - wording.day(period.closed_at) <= CLOSED_IS_NEWS
        and not is_open(turn, key_of(role, period), period)
    ]
    lines = []
    for period in closed:
        report = reports.latest(turn.connection, key_of(role, period))
        lines.append(
            turn.text(
                "status.closed_sent" if report else "status.closed_missing",
                period=wording.period_name(turn.language, period),
                day=wording.day(period.closed_at or turn.now),
                receipt=report.receipt if report else "",
                body=turn.pack(role).coordinator.short,
            )
        )
    return lines
