"""When units sent, and how often they corrected or were asked to mend: of one unit, or counted.

Most units of a country kept a deadline in one of a few ways: those are judged once, together.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Select, bindparam, case, func, select

from plans.calendar import VIETNAM, Period, local, today_of
from plans.pack import Obligation, Pack
from plans.punctuality import OnePeriod, Record, Sending, Tally, kept_in
from plans.units import Unit, UnitTree
from plans.world import World
from storage.local_day import LocalDay
from storage.tables import reports, returns

# By period and unit.
_Returned = Mapping[str, Mapping[str, int]]


def record_of(
    connection: Connection,
    world: World,
    plan: str,
    periods: Sequence[Period],
    today: date,
    unit: str,
) -> Record | None:
    """Return how one unit kept each deadline; None where no period asks it."""
    pack = world.packs[plan]
    named = {period.id for period in periods}
    sent = _each(connection, plan, named, {unit}, _returned(connection, plan, named))
    obligation, found = pack.obligation(pack.tree[unit]), list[OnePeriod]()
    for period in periods:
        if period.concerns(pack.tree[unit]):
            own = world.unit_period(plan, period, unit)
            if one := kept_in(period, own, obligation, sent.get((period.id, unit)), today):
                found.append(one)
    if not found:
        return None
    return Record(unit=pack.tree[unit], obligation=obligation, periods=tuple(found))


def tallies_of(
    connection: Connection,
    world: World,
    plan: str,
    periods: Sequence[Period],
    today: date,
    root: str = "",
) -> list[Tally]:
    """Count how every unit below one, or of the province, that any period asks kept deadlines."""
    pack = world.packs[plan]
    units = list(pack.tree.subtree(root) if root else pack.tree)
    below = {unit.code for unit in units} if root else None
    returned = _returned(connection, plan, {period.id for period in periods})
    apart = _apart(world, plan, periods)
    own = _each(connection, plan, apart.keys(), set().union(*apart.values()), returned)
    found, groups, query = _Counts(pack, today), _groups(units), _gathered(plan, below)
    for period in periods:
        asked = _asked(pack.tree, period, groups)
        alone = asked & apart.get(period.id, set())
        sent = _alike(connection, query, period, returned[period.id])
        found.together(period, asked - alone, sent)
        for code in alone:
            mine = world.unit_period(plan, period, code)
            found.add(period, mine, own.get((period.id, code)), {code})
    return found.tallies(units)


class _Counts:
    """Counts of many units, by what is counted."""

    def __init__(self, pack: Pack, today: date) -> None:
        self._pack, self._today = pack, today
        self._invited = {u.code for u in pack.tree if pack.obligation(u) is Obligation.INVITED}
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._seen: set[str] = set()

    def together(
        self, period: Period, asked: set[str], sent: Iterable[tuple[Sending, set[str]]]
    ) -> None:
        """Count a period of units whose deadline it is as it stands."""
        left = set(asked)
        for sending, codes in sent:
            those = asked & codes
            self.add(period, period, sending, those)
            left -= those
        self.add(period, period, None, left)

    def add(self, period: Period, own: Period, sending: Sending | None, codes: set[str]) -> None:
        """Count a period of units that sent alike, or did not; `own` is as it is for them."""
        invited = codes & self._invited
        required = codes - invited if invited else codes
        for obligation, those in (
            (Obligation.REQUIRED, required),
            (Obligation.INVITED, invited),
        ):
            one = kept_in(period, own, obligation, sending, self._today) if those else None
            if one is None:
                continue
            self._seen |= those
            for name, number in one.counts.items():
                counter = self._counts[name]
                counter.update(those)  # by one each, many times as quick as a loop
                for code in those if number > 1 else ():
                    counter[code] += number - 1

    def tallies(self, units: Iterable[Unit]) -> list[Tally]:
        """Return what was counted of each unit of which anything was."""
        counts = self._counts.items()
        return [
            Tally(
                unit=unit,
                obligation=self._pack.obligation(unit),
                **{name: counter[code] for name, counter in counts if code in counter},
            )
            for unit, code in ((unit, unit.code) for unit in units)
            if code in self._seen
        ]


def _groups(units: Iterable[Unit]) -> list[tuple[Unit, set[str]]]:
    """Group units that the same periods ask, where a period names none: one of each, and all."""
    groups: dict[tuple[object, ...], tuple[Unit, set[str]]] = {}
    for unit in units:
        key = (unit.type, unit.valid_from, unit.valid_to)
        groups.setdefault(key, (unit, set()))[1].add(unit.code)
    return list(groups.values())


def _asked(tree: UnitTree, period: Period, groups: Iterable[tuple[Unit, set[str]]]) -> set[str]:
    """Return the units that a period asks."""
    if period.units or period.released:
        return {code for _, codes in groups for code in codes if period.concerns(tree[code])}
    return set().union(*(codes for one, codes in groups if period.concerns(one)))


def _apart(world: World, plan: str, periods: Iterable[Period]) -> Mapping[str, set[str]]:
    """Return by period the units for which a deadline is another, or which owe it no more."""
    tree, by_name = world.packs[plan].tree, {period.id: period for period in periods}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for moved in world.decisions.deadlines:
        if moved.plan == plan and moved.unit and moved.period in by_name:
            found[moved.period].add(moved.unit)
    for closing in world.decisions.closings:
        if closing.plan != plan or closing.unit not in tree or closing.period not in by_name:
            continue
        # What is closed once its deadline has passed stays owed.
        if today_of(closing.closed_at) <= by_name[closing.period].last_on_time:
            found[closing.period] |= {unit.code for unit in tree.subtree(closing.unit)}
    return found


def _each(
    connection: Connection,
    plan: str,
    periods: Collection[str],
    units: Collection[str],
    returned: _Returned,
) -> dict[tuple[str, str], Sending]:
    """Return what each of some units sent, by period and unit."""
    if not units:
        return {}
    query = select(
        reports.c.period, reports.c.unit, reports.c.version, reports.c.first_sent_at
    ).where(
        reports.c.plan == plan,
        reports.c.period.in_(periods),
        reports.c.unit.in_(units),
        reports.c.latest == 1,
    )
    return {
        (period, unit): Sending(local(at).date(), version, returned[period].get(unit, 0))
        for period, unit, version, at in connection.execute(query)
    }


def _gathered(plan: str, units: Collection[str] | None) -> Select[date | None, int, str]:
    """Select who sent a period alike: in time or on one day, in as many versions.

    The database gathers them: to read a row of each takes longer than all the rest.
    """
    in_time = reports.c.first_sent_at < bindparam("ends")
    sent = select(
        case((in_time, None), else_=LocalDay(reports.c.first_sent_at)).label("day"),
        reports.c.version,
        reports.c.unit,
    ).where(reports.c.plan == plan, reports.c.period == bindparam("period"), reports.c.latest == 1)
    if units is not None:
        sent = sent.where(reports.c.unit.in_(units))
    each = sent.subquery()
    listed = func.aggregate_strings(each.c.unit, ",")
    return select(each.c.day, each.c.version, listed).group_by(each.c.day, each.c.version)


def _alike(
    connection: Connection,
    query: Select[date | None, int, str],
    period: Period,
    returned: Mapping[str, int],
) -> Iterator[tuple[Sending, set[str]]]:
    """Yield who sent a period alike, and as often returned; in time is as of the last such day."""
    ends = datetime.combine(period.last_on_time + timedelta(days=1), time.min, VIETNAM)
    for day, versions, told in connection.execute(query, {"period": period.id, "ends": ends}):
        codes, sending = set(told.split(",")), Sending(day or period.last_on_time, versions)
        mended: defaultdict[int, set[str]] = defaultdict(set)
        for code in codes & returned.keys():
            mended[returned[code]].add(code)
        yield sending, codes.difference(*mended.values())
        for times, those in mended.items():
            yield replace(sending, returns=times), those


def _returned(connection: Connection, plan: str, periods: Collection[str]) -> _Returned:
    """Count how often each report was returned, by period and unit."""
    query = (
        select(returns.c.period, returns.c.unit, func.count(returns.c.id))
        .where(returns.c.plan == plan, returns.c.period.in_(periods))
        .group_by(returns.c.period, returns.c.unit)
    )
    found: dict[str, dict[str, int]] = {period: {} for period in periods}
    for period, unit, count in connection.execute(query):
        found[period][unit] = count
    return found
