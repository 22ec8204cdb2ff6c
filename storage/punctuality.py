"""When units sent, and how often they corrected or were asked to mend: read for many at once."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, DateTime, func, select, type_coerce

from plans.calendar import VIETNAM, Period
from plans.pack import Obligation
from plans.punctuality import OnePeriod, Record, Sending, kept_in
from plans.world import World
from storage.tables import reports, returns

# Of a country's reports the moments are the most: they are read bare and turned to days at once.
_BARE: ColumnElement[datetime] = type_coerce(reports.c.first_sent_at, DateTime)


def records_of(
    connection: Connection,
    world: World,
    plan: str,
    periods: Sequence[Period],
    today: date,
    root: str = "",
) -> list[Record]:
    """Return the record of every unit below one, or of the province, that any period asks."""
    pack = world.packs[plan]
    alone = root if root and not pack.tree.children(root) else ""
    sent = sendings(connection, plan, [period.id for period in periods], alone)
    # To look for a unit's own deadline takes time: most have none.
    special = {(one.period, one.unit) for one in world.decisions.deadlines if one.plan == plan}
    closed = {one.period for one in world.decisions.closings if one.plan == plan}
    # Most units of a country kept a deadline in one of a few ways: each is judged once.
    judged: dict[tuple[str, Obligation, Sending | None], OnePeriod | None] = {}
    records = []
    for unit in pack.tree.subtree(root) if root else pack.tree:
        obligation, found = pack.obligation(unit), list[OnePeriod]()
        for period in periods:
            if not period.concerns(unit):
                continue
            changed = (period.id, unit.code) in special or period.id in closed
            sending = sent[period.id].get(unit.code)
            if changed:
                own = world.unit_period(plan, period, unit.code)
                one = kept_in(period, own, obligation, sending, today)
            elif (way := (period.id, obligation, sending)) in judged:
                one = judged[way]
            else:
                one = judged[way] = kept_in(period, period, obligation, sending, today)
            if one:
                found.append(one)
        if found:
            records.append(Record(unit=unit, obligation=obligation, periods=tuple(found)))
    return records


def sendings(
    connection: Connection, plan: str, periods: Collection[str], unit: str = ""
) -> dict[str, dict[str, Sending]]:
    """Return by period and unit the day of the first sending, its versions and its returns."""
    ahead = VIETNAM.utcoffset(None)
    returned = _returned(connection, plan, periods)
    query = select(reports.c.period, reports.c.unit, reports.c.version, _BARE).where(
        reports.c.plan == plan, reports.c.period.in_(periods), reports.c.latest == 1
    )
    if unit:
        query = query.where(reports.c.unit == unit)
    found: dict[str, dict[str, Sending]] = {period: {} for period in periods}
    days: dict[datetime, date] = {}
    known: dict[tuple[date, int, int], Sending] = {}
    for period, sender, version, at in connection.execute(query):
        what = (_day(days, at, ahead), version, returned.get((period, sender), 0))
        found[period][sender] = known.get(what) or known.setdefault(what, Sending(*what))
    return found


def _day(known: dict[datetime, date], at: datetime, ahead: timedelta) -> date:
    """Return the date in Việt Nam; many reports share a moment."""
    day = known.get(at)
    if day is None:
        day = known[at] = (at + ahead).date()
    return day


def _returned(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[tuple[str, str], int]:
    query = (
        select(returns.c.period, returns.c.unit, func.count(returns.c.id))
        .where(returns.c.plan == plan, returns.c.period.in_(periods))
        .group_by(returns.c.period, returns.c.unit)
    )
    return {(period, unit): count for period, unit, count in connection.execute(query)}
