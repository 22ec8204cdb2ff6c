"""Who sent: over many periods when first and in which version now; of one, how many who must."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from plans.calendar import Period
from plans.pack import Obligation
from plans.world import World
from storage import summaries
from storage.local_day import LocalDay
from storage.tables import reports


def sent_over(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[tuple[str, str], tuple[datetime, int]]:
    """Return when each unit first sent and its version in force, by period and unit."""
    query = select(
        reports.c.period, reports.c.unit, reports.c.first_sent_at, reports.c.version
    ).where(reports.c.plan == plan, reports.c.period.in_(periods), reports.c.latest == 1)
    return {
        (period, unit): (first, version)
        for period, unit, first, version in connection.execute(query)
    }


def sent_by_day(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[str, dict[date, set[str]]]:
    """Return by period and day in Việt Nam which units first sent then."""
    # A row for each day: to make one of each report takes longer than to read it.
    when = (reports.c.period, LocalDay(reports.c.first_sent_at))
    query = (
        select(*when, func.aggregate_strings(reports.c.unit, ","))
        .where(reports.c.plan == plan, reports.c.period.in_(periods), reports.c.latest == 1)
        .group_by(*when)
    )
    found: dict[str, dict[date, set[str]]] = {period: {} for period in periods}
    for period, day, units in connection.execute(query):
        found[period][day] = set(units.split(","))
    return found


def required_sent(
    connection: Connection, world: World, plan: str, period: Period, root: str = ""
) -> tuple[int, int]:
    """Count who has sent a period's report below one unit or everywhere, and all who must."""
    pack = world.packs[plan]
    required = {
        unit.code
        for unit in world.owing(plan, period)
        if pack.obligation(unit) is Obligation.REQUIRED and pack.tree.within(unit.code, root)
    }
    sent = summaries.units_sent(connection, plan, [period.id])[period.id]
    return len(required & sent), len(required)
