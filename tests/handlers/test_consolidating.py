"""What documents tell beside a period's figures, against a second reckoning from raw rows."""

import random
from collections.abc import Mapping
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from documents.consolidated import Line
from handlers.consolidating import SIDES, lines_of
from plans.calendar import Period
from plans.pack import IndicatorKind, Pack
from plans.stretches import Stretch
from plans.working_days import load_working_days
from plans.world import World
from storage import summaries
from storage.database import Database
from storage.totals import Totals
from tests.storage.test_verdicts import PLANS, Again, fill


class Beside(Again):
    """What lies beside an indicator below one unit, added up unit by unit."""

    def __init__(self, again: Again, root: str) -> None:
        super().__init__(again.world, again.plan, again.period, again.raw)
        self.root = root

    def units(self, code: str, period: Period) -> list[str]:
        counted = self.counted(code, period)
        return [unit for unit in counted if self.pack.tree.within(unit, self.root)]

    def told(self, code: str, over: list[Period]) -> tuple[Decimal, list[tuple[int, int]]]:
        numbers = [
            [self.raw.get((period.id, unit, code)) for unit in self.units(code, period)]
            for period in over
        ]
        given = [[one for one in of if one is not None] for of in numbers]
        total = sum((one for of in given for one in of), Decimal(0))
        return total, [(len(g), len(of)) for g, of in zip(given, numbers, strict=True)]

    def both(
        self, code: str, now: list[Period], then: list[Period]
    ) -> tuple[int, Decimal, Decimal]:
        found = 0, Decimal(0), Decimal(0)
        for unit in self.units(code, self.period):
            mine, theirs = (
                [self.raw.get((period.id, unit, code)) for period in side] for side in (now, then)
            )
            if None not in mine and None not in theirs:
                more = sum(one or 0 for one in mine), sum(one or 0 for one in theirs)
                found = found[0] + 1, found[1] + more[0], found[2] + more[1]
        return found

    def year(self, year: int) -> list[Period]:
        last = self.period.parts[-1]
        calendar = [p for p in self.world.calendars[self.plan] if p.year == year and not p.form]
        ends = [p for p in calendar if (p.parts[-1].kind, p.parts[-1].ordinal) ==
                (last.kind, last.ordinal)]  # fmt: skip
        return [p for p in calendar if ends and p.named_day <= ends[0].named_day]


def days(period: Period) -> tuple[tuple[int, int], ...]:
    return tuple((day.month, day.day) for day in (period.asks.first, period.asks.last))


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("whole", [True, False])
async def test_what_lies_beside_is_that_of_a_second_reckoning(
    plan: str, whole: bool, packs: Mapping[str, Pack], database: Database
) -> None:
    world = World(packs=packs, working_days=load_working_days(), secret=b"")
    chance, pack = random.Random(f"{plan} {whole}"), packs[plan]
    calendar = [period for period in world.calendars[plan] if not period.form]
    districts = [unit.code for unit in pack.tree if unit.code and pack.tree.children(unit.code)]
    root = "" if whole else chance.choice(districts)
    compared: list[Line] = []

    def play(connection: Connection) -> None:
        fill(connection, world, plan, chance, 2)
        ids = [period.id for period in calendar]
        raw = {
            (row.period, row.unit, row.code): row.answer.number
            for row in summaries.figures(connection, plan, ids)
        }
        for period in calendar:
            beside = Beside(Again(world, plan, period, raw), root)
            lines = lines_of(Totals(connection, world, plan, period, root), compared=SIDES)
            for line in lines:
                check(line, beside, [p for p in calendar if p.named_day < period.named_day])
            compared.extend(one for one in lines if one.before and one.before.matched)

    await database.run(play)

    known = [one.before.matched for one in compared if one.before and one.before.matched]
    assert plan == "lai_chau_2013" or any(one.units for one in known)


def check(line: Line, beside: Beside, earlier: list[Period]) -> None:
    period, code = beside.period, line.code
    flows = line.indicator.kind is IndicatorKind.FLOW
    year, ago = beside.year(period.year), beside.year(period.year - 1)
    same = ago[-1:] if ago and (not flows or days(ago[-1]) == days(period)) else []
    agree(line.so_far, beside, code, year if flows else [], None)
    agree(line.year_ago, beside, code, ago if flows else [], year)
    agree(line.last_year, beside, code, same, [period])
    agree(line.before, beside, code, earlier[-1:], [period])
    if line.before and flows and earlier[-1].asks.months != period.asks.months:
        assert line.before.matched is None  # half a year is no change of a whole one


def agree(
    stretch: Stretch | None,
    beside: Beside,
    code: str,
    over: list[Period],
    now: list[Period] | None,
) -> None:
    assert (stretch is not None) == bool(over), (beside.period.id, code)
    if stretch is None:
        return
    total, known = beside.told(code, over)
    assert stretch.found.total == total
    assert [(one.given, one.expected) for one in stretch.coverage] == known
    if stretch.matched:
        assert now is not None
        matched = stretch.matched
        assert (matched.units, matched.now, matched.then) == beside.both(code, now, over)
