"""A plan's figures as of one period, below one unit or in the whole province, added up once.

What targets are judged by, and what summaries and documents tell.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Connection

from plans.added import Added, added
from plans.calendar import Period
from plans.pack import IndicatorKind, PeriodKind
from plans.stretches import Coverage, Matched, Stretch
from plans.units import Unit
from plans.verdicts import Amount, Span
from plans.world import World
from storage import rollups, summaries
from storage.masked import Hidden, hidden_answers
from storage.matched import matched
from storage.rollups import Sums

_MONTHS = {PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6}


class Totals:
    """What the units below `root` reported, with the periods before and the years before.

    With a `code` nothing else is read. `masked`: for whoever may not see small counts of people;
    all that is hidden from them is then counted as small.
    """

    def __init__(
        self,
        connection: Connection,
        world: World,
        plan: str,
        period: Period,
        root: str = "",
        *,
        code: str = "",
        masked: bool = False,
    ) -> None:
        self._connection = connection
        self._world = world
        self.plan = plan
        self.pack = world.packs[plan]
        self.period = period
        self.root = root
        self.code = code
        self.masked = masked
        self._expected: dict[str, Counter[str]] = {}
        self._given: dict[str, dict[str, Decimal | None]] = {}
        self._matched: dict[tuple[tuple[str, ...], ...], dict[str, Matched]] = {}

    @property
    def year(self) -> int:
        """Return the year of the period."""
        return self.period.year

    @property
    def months(self) -> int:
        """Return how many months of the year the period's figures cover."""
        last = self.period.parts[-1]
        if last.kind in _MONTHS:
            return _MONTHS[last.kind] * last.ordinal
        return 9 if last.kind is PeriodKind.NINE_MONTHS else 12

    @cached_property
    def _areas(self) -> Mapping[str, Sums]:
        return rollups.by_area(self._connection, self.plan, self._periods, self.code)

    @property
    def _periods(self) -> list[str]:
        return [period.id for period in self._world.calendars[self.plan]]

    @cached_property
    def _sums(self) -> Sums:
        tree = self.pack.tree
        if self.root and not tree.children(self.root):
            return self._of_one_unit(self._periods)
        below = None
        if self.root:
            below = [unit.code for unit in tree.subtree(self.root) if tree.children(unit.code)]
        if self.code:
            return _merged(self._areas[area] for area in self._areas if not below or area in below)
        return rollups.read(self._connection, self.plan, self._periods, below)

    def under(self, root: str) -> "Totals":
        """Return the totals below a unit further down; what was read is not read again."""
        there = Totals(
            self._connection,
            self._world,
            self.plan,
            self.period,
            root,
            code=self.code,
            masked=self.masked,
        )
        if self.code:
            there.__dict__["_areas"] = self._areas
        if self.masked:
            there.__dict__["hidden"] = self.hidden
        return there

    @cached_property
    def hidden(self) -> Hidden:
        """Return the answers that are hidden from whoever may not see small counts of people."""
        leaf = self.root if self.root and not self.pack.tree.children(self.root) else ""
        periods = self._world.calendars[self.plan]
        return hidden_answers(self._connection, self.pack, periods, leaf)

    @cached_property
    def _hidden_here(self) -> Mapping[tuple[str, str, str], list[Decimal]]:
        """Return the hidden numbers below the root by period, type of unit and indicator."""
        tree, found = self.pack.tree, defaultdict[tuple[str, str, str], list[Decimal]](list)
        for (period, unit, code), number in self.hidden.items():
            if unit in tree and (not self.root or tree.within(unit, self.root)):
                found[period, tree[unit].type, code].append(number)
        return found

    def _of_one_unit(self, periods: list[str]) -> Sums:
        unit_type = self.pack.tree[self.root].type
        rows = summaries.figures(self._connection, self.plan, periods, unit=self.root)
        return {(row.period, unit_type, row.code): added([row.answer]) for row in rows}

    def counted_types(self, code: str, period: Period) -> frozenset[str]:
        """Return the types whose figure is added; a one-off asks each unit for itself."""
        if period.form:
            return frozenset(self.pack.unit_types)
        return frozenset(
            name
            for name, unit_type in self.pack.unit_types.items()
            if name in self.pack.indicators[code].counted_at
            and code in self.pack.forms[unit_type.form].questions
        )

    def in_period(self, code: str, period: Period | None = None) -> Added:
        """Add up an indicator in one period."""
        period = period or self.period
        types = self.counted_types(code, period)
        keys = [(period.id, name, code) for name in types]
        sums = (self._sums.get(key) for key in keys)
        found = sum((one for one in sums if one), Added())
        if not (self.masked and self.pack.indicators[code].sensitive):
            return found
        hidden = [number for key in keys for number in self._hidden_here.get(key, ())]
        return replace(found, small=len(hidden), small_total=sum(hidden, Decimal(0)))

    def expected(self, code: str, period: Period | None = None) -> int:
        """Count the units in force that are asked for an indicator in a period."""
        period = period or self.period
        if period.id not in self._expected:
            self._expected[period.id] = Counter(unit.type for unit in self.owing(period))
        counts = self._expected[period.id]
        return sum(counts[name] for name in self.counted_types(code, period))

    def owing(self, period: Period | None = None) -> Iterable[Unit]:
        """Yield the units below the root that a period asks."""
        asked, tree = period or self.period, self.pack.tree
        for unit in tree.subtree(self.root) if self.root else tree:
            if asked.concerns(unit):
                yield unit

    def so_far(self, span: Span, period: Period | None = None) -> tuple[Period, ...]:
        """Return the periods whose flows are added over a span, this one first."""
        period = period or self.period
        if span is Span.PERIOD or period.form:
            return (period,)
        if span is Span.YEAR:
            return (period, *self._world.year_so_far(self.plan, period))
        return (period, *self._world.before(self.plan, period))

    def same_period(self, year: int) -> Period | None:
        """Return the same period of another year of the plan."""
        mine = self.period.parts[-1]
        for period in self._world.calendars[self.plan]:
            last = period.parts[-1]
            if period.year == year and (last.kind, last.ordinal) == (mine.kind, mine.ordinal):
                return period
        return None

    def stretch(self, code: str, periods: Sequence[Period]) -> Stretch:
        """Add up an indicator over some periods, the latest first, with how much is known."""
        found = [self.in_period(code, period) for period in periods]
        coverage = [
            Coverage(period=period, given=one.given, expected=self.expected(code, period))
            for period, one in zip(periods, found, strict=True)
        ]
        return Stretch(found=sum(found, Added()), coverage=tuple(reversed(coverage)))

    def matched(
        self,
        code: str,
        now: Sequence[Period],
        then: Sequence[Period],
        among: Collection[str] = (),
    ) -> Matched:
        """Add up both sides over the units that gave a number in every period of both.

        Those of all indicators are read at once, or of all `among` which it is asked for.
        """
        sides = tuple(one.id for one in now), tuple(one.id for one in then)
        if sides not in self._matched:
            self._matched[sides] = self._match(*sides, among)
        return self._matched[sides].get(code, Matched(units=0, now=Decimal(0), then=Decimal(0)))

    def _match(
        self, now: Sequence[str], then: Sequence[str], among: Collection[str]
    ) -> dict[str, Matched]:
        codes = [self.code] if self.code else among or list(self.pack.indicators)
        tree, plan = self.pack.tree, self.plan
        if self.root:
            below = [unit.code for unit in tree.subtree(self.root)]
            apart = {code: self._apart(code, ()) for code in codes}
            return matched(self._connection, plan, now, then, apart, below)
        sent = summaries.units_sent(self._connection, plan, now[:1])[now[0]]
        gone = [unit for unit in sent if unit not in tree]
        apart = {code: self._apart(code, gone) for code in codes}
        return matched(self._connection, plan, now, then, apart)

    def _apart(self, code: str, gone: Collection[str]) -> list[str]:
        """Return the units whose figure is not added: of other types, or no longer in the plan."""
        types, forms = self.pack.unit_types, self.pack.forms
        asked = (name for name, kind in types.items() if code in forms[kind.form].questions)
        others = set(asked) - self.counted_types(code, self.period)
        return [*gone, *(unit.code for unit in self.pack.tree if others and unit.type in others)]

    def amount(self, code: str, span: Span, year: int) -> Amount | None:
        """Add up an indicator as of the same period of a year; None where the plan has none."""
        period = self.same_period(year) if year != self.period.year else self.period
        if period is None:
            return None
        flows = self.pack.indicators[code].kind is IndicatorKind.FLOW
        over = self.so_far(span, period) if flows else (period,)
        found = sum((self.in_period(code, one) for one in over), Added())
        expected = sum(self.expected(code, one) for one in over)
        return Amount(
            total=found.total,
            given=found.given,
            expected=expected,
            hidden=found.small if self.pack.indicators[code].sensitive else 0,
        )

    def answers(self, code: str, unit_type: str) -> Mapping[str, Decimal | None]:
        """Return the answer of each unit of a type in force below the root; None where none is."""
        if code not in self._given:
            rows = summaries.figures(self._connection, self.plan, [self.period.id], code)
            self._given[code] = {row.unit: row.answer.number for row in rows}
        given, day = self._given[code], self.period.asks.last
        return {
            unit.code: given.get(unit.code)
            for unit in self.pack.tree
            if unit.type == unit_type
            and unit.in_force(day)
            and self.pack.tree.within(unit.code, self.root)
        }

    def named(self, list_name: str) -> frozenset[str]:
        """Return the units of a named list that stand below the root."""
        units = self.pack.lists[list_name].units
        return frozenset(unit for unit in units if self.pack.tree.within(unit, self.root))


def _merged(parts: Iterable[Sums]) -> Sums:
    whole: Sums = {}
    for sums in parts:
        for key, one in sums.items():
            whole[key] = whole[key] + one if key in whole else one
    return whole
