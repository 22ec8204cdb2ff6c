"""Verdicts of every plan's targets, held against a second reckoning from the raw rows."""

import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import Connection, insert

from plans.calendar import Period
from plans.dialogue import Answer, AnswerState, questions_in
from plans.judging import judge
from plans.pack import Indicator, IndicatorKind, Pack
from plans.targets import (
    CountMin,
    CumulativeBy,
    Exact100,
    FrequencyMin,
    GrowthBand,
    Qualitative,
    RatioMin,
    Schedule,
    ShareOfUnits,
    Target,
)
from plans.verdicts import Judged, Verdict
from plans.working_days import load_working_days
from plans.world import World
from storage import rollups, summaries, tables
from storage.database import Database
from storage.totals import Totals
from tests.storage.examples import NOW

PLANS = (
    "binh_thuan_2024",
    "hai_phong_2016_2020",
    "lai_chau_2021_2025",
    "quang_ninh_2021_2025",
    "lai_chau_2013",
)
Raw = dict[tuple[str, str, str], Decimal | None]
NOTHING = (Fraction(0), False)
MISSING = Answer(state=AnswerState.MISSING)


def some(chance: random.Random, indicator: Indicator, gaps: float) -> Answer:
    if chance.random() < gaps:
        return MISSING
    if indicator.kind is IndicatorKind.YES_NO:
        return Answer(state=AnswerState.VALUE, value=Decimal(chance.randrange(2)))
    number = chance.choice((0, 1, 3, 9, 12, chance.randrange(400)))
    state = AnswerState.VALUE if number else AnswerState.ZERO
    return Answer(state=state, value=Decimal(number) if number else None)


def fill(connection: Connection, world: World, plan: str, chance: random.Random, how: int) -> None:
    """Let units send at random: every figure, nearly all, or with many gaps."""
    share, gaps = ((1.0, 0.0), (0.97, 0.005), (0.5, 0.2))[how]
    pack = world.packs[plan]
    sent: list[dict[str, object]] = []
    told: list[dict[str, object]] = []
    for period in world.calendars[plan]:
        for unit in world.owing(plan, period):
            if chance.random() > share:
                continue
            number = len(sent) + 1
            sent.append(
                {"id": number, "plan": plan, "period": period.id, "unit": unit.code, "version": 1}
                | {"latest": 1, "sent_at": NOW, "first_sent_at": NOW, "receipt": f"BC-{number}"}
                | {"reason": "", "kept": []}
            )
            for question in questions_in(pack, period, unit.code):
                answer = some(chance, question.indicator, gaps)
                told.append(
                    {"report_id": number, "code": question.code}
                    | {"state": answer.state, "value": answer.value}
                )
    connection.execute(insert(tables.reports), sent)
    connection.execute(insert(tables.report_answers), told)
    rollups.rebuild(connection, plan, pack.tree)


class Again:
    """The reckoning done again, slowly, from the rows that reports left."""

    def __init__(self, world: World, plan: str, period: Period, raw: Raw, root: str = "") -> None:
        self.world, self.plan, self.period, self.raw = world, plan, period, raw
        self.pack, self.root = world.packs[plan], root

    def here(self, unit: str) -> bool:
        return not self.root or self.pack.tree.within(unit, self.root)

    def asked(self, target: Target) -> bool:
        """Say whether anybody here is asked for each side that a target is judged by."""
        match target:
            case RatioMin() | Exact100():
                sides = [target.numerator, target.denominator]
            case CumulativeBy():
                sides = [target.denominator]
            case GrowthBand() | CountMin(unit_type=""):
                sides = [(target.indicator,)]
            case _:
                return True
        periods = [self.span(target, code, self.period.year) or [] for [code, *_] in sides]
        return all(
            any(self.counted(code, period) for code in side for period in over)
            for side, over in zip(sides, periods, strict=True)
        )

    def counted(self, code: str, period: Period) -> list[str]:
        return [
            unit.code
            for unit in self.pack.tree
            if period.concerns(unit)
            and self.here(unit.code)
            and (period.form or unit.type in self.pack.indicators[code].counted_at)
            and any(q.code == code for q in questions_in(self.pack, period, unit.code))
        ]

    def figures(self, code: str, periods: list[Period]) -> list[Decimal | None]:
        return [
            self.raw.get((period.id, unit, code))
            for period in periods
            for unit in self.counted(code, period)
        ]

    def span(self, target: Target, code: str, year: int) -> list[Period] | None:
        kind = self.period.parts[-1].kind, self.period.parts[-1].ordinal
        calendar = [p for p in self.world.calendars[self.plan] if not p.form]
        at = [
            p
            for p in calendar
            if p.year == year and (p.parts[-1].kind, p.parts[-1].ordinal) == kind
        ]
        if not at:
            return None
        [now] = at
        if self.pack.indicators[code].kind is not IndicatorKind.FLOW:
            return [now]
        earlier = [
            p for p in calendar if p.named_day < now.named_day and p.unit_types == now.unit_types
        ]
        if target.periodicity == "plan":
            return [now, *earlier]
        if target.periodicity == "year" or isinstance(target, GrowthBand | CumulativeBy):
            return [
                now,
                *(p for p in earlier if p.year == year and p.asks.first >= now.widest.first),
            ]
        return [now]

    def sum(
        self, target: Target, codes: tuple[str, ...], year: int
    ) -> tuple[Fraction, bool] | None:
        total, whole, some = Fraction(0), True, False
        for code in codes:
            periods = self.span(target, code, year)
            if periods is None:
                return None
            figures = self.figures(code, periods)
            # What nobody below a district is asked for is no part of its sum.
            whole, some = whole and None not in figures, some or bool(figures)
            total += sum((Fraction(one) for one in figures if one is not None), Fraction(0))
        return total, whole and some

    def yes(self, code: str, units: list[str]) -> tuple[int, int, int]:
        told = [self.raw.get((self.period.id, unit, code)) for unit in units]
        known = [one for one in told if one is not None]
        return sum(one > 0 for one in known), len(units) - len(known), len(units)

    def in_force(self, *types: str) -> list[str]:
        day = self.period.asks.last
        known = [u.code for u in self.pack.tree if u.type in types and u.in_force(day)]
        return [code for code in known if self.here(code)]

    def verdicts(self, target: Target) -> list[Verdict]:
        if not self.asked(target):
            return [Verdict.NOT_ASKED]
        match target:
            case Qualitative():
                return [Verdict.QUALITATIVE]
            case RatioMin() | Exact100():
                least = target.at_least if isinstance(target, RatioMin) else Fraction(1)
                part = self.sum(target, target.numerator, self.period.year)
                whole = self.sum(target, target.denominator, self.period.year)
                if not part or not whole or not whole[0] or not (part[1] and whole[1]):
                    return [Verdict.NOT_ENOUGH]
                # By cross-multiplication: nothing is divided here.
                left, right = part[0], least * whole[0]
                over = left > right and least < 1
                reached = Verdict.EXCEEDED if over else Verdict.REACHED
                return [reached if left >= right else Verdict.NOT_REACHED]
            case ShareOfUnits():
                units = self.in_force(target.unit_type)
                found = [self.share(target.indicator, units, target.at_least)]
                if target.named_list:
                    listed = self.pack.lists[target.named_list].units
                    named = [unit for unit in listed if self.here(unit)]
                    found.append(self.share(target.indicator, named, Fraction(1)))
                return found
            case Schedule():
                units = self.in_force(target.unit_type)
                passed = [year for year in target.steps if year <= self.period.year]
                coming = [year for year in target.steps if year > self.period.year]
                years = [max(passed)] if passed else []
                years += [min(coming)] if coming else []
                return [self.share(target.indicator, units, target.steps[y]) for y in years]
            case CountMin():
                return [self.count(target)]
            case FrequencyMin():
                return [self.frequency(target)]
            case GrowthBand():
                return [self.growth(target)]
            case CumulativeBy():
                return [self.over_years(target)]
        raise AssertionError(target)

    def share(self, code: str, units: list[str], least: Fraction) -> Verdict:
        yes, unknown, whole = self.yes(code, units)
        if not whole:
            return Verdict.NOT_ASKED
        if yes >= least * whole:
            return Verdict.EXCEEDED if yes > least * whole and least < 1 else Verdict.REACHED
        lost = yes + unknown < least * whole
        return Verdict.NOT_REACHED if lost else Verdict.NOT_ENOUGH

    def count(self, target: CountMin) -> Verdict:
        if target.unit_type:
            yes, unknown, units = self.yes(target.indicator, self.in_force(target.unit_type))
            if not units:
                return Verdict.NOT_ASKED
            total, whole = Fraction(yes), not unknown
        else:
            total, whole = self.sum(target, (target.indicator,), self.period.year) or NOTHING
        if total >= target.at_least:
            return Verdict.EXCEEDED if total > target.at_least else Verdict.REACHED
        return Verdict.NOT_REACHED if whole else Verdict.NOT_ENOUGH

    def frequency(self, target: FrequencyMin) -> Verdict:
        last = self.period.widest.last
        begun = (last.month - self.period.widest.first.month) % 12 or 12
        times = begun // (3 if target.each == "quarter" else 1) * target.at_least
        units = self.in_force(*target.unit_types)
        told = [self.raw.get((self.period.id, unit, target.indicator)) for unit in units]
        if not told:
            return Verdict.NOT_ASKED
        if any(one is not None and one < times for one in told):
            return Verdict.NOT_REACHED
        return Verdict.NOT_ENOUGH if None in told else Verdict.REACHED

    def growth(self, target: GrowthBand) -> Verdict:
        now = self.sum(target, (target.indicator,), self.period.year)
        before = self.sum(target, (target.indicator,), self.period.year - 1)
        if not now or not before or not before[1] or not before[0] or not now[1]:
            return Verdict.NOT_ENOUGH
        if now[0] < before[0] * (1 + target.low):
            return Verdict.NOT_REACHED
        return Verdict.EXCEEDED if now[0] > before[0] * (1 + target.high) else Verdict.REACHED

    def over_years(self, target: CumulativeBy) -> Verdict:
        whole = self.sum(target, target.denominator, self.period.year)
        until = min(self.period.year, target.by)
        years = [self.sum(target, target.numerator, y) for y in range(target.since, until + 1)]
        known = [year for year in years if year]
        if not whole or not whole[0] or not whole[1] or not known:
            return Verdict.NOT_ENOUGH
        asked = target.at_least * whole[0]
        if (best := max(total for total, _ in known)) >= asked:
            return Verdict.EXCEEDED if best > asked and target.at_least < 1 else Verdict.REACHED
        complete = len(known) == len(years) and all(full for _, full in known)
        lost = complete and sum(total for total, _ in known) < asked
        last = self.period.year >= target.by
        return Verdict.NOT_REACHED if lost and last else Verdict.NOT_ENOUGH


@pytest.mark.parametrize(
    ("plan", "seed"), [(plan, seed) for plan in PLANS for seed in range(3)][:-2]
)
async def test_verdicts_are_those_of_a_second_reckoning(
    plan: str, seed: int, packs: Mapping[str, Pack], database: Database
) -> None:
    world = World(packs=packs, working_days=load_working_days(), secret=b"")
    chance = random.Random(f"{plan} {seed}")
    calendar = [period for period in world.calendars[plan] if not period.form]
    wrong: list[str] = []
    seen: set[Verdict] = set()

    def play(connection: Connection) -> None:
        fill(connection, world, plan, chance, seed)
        ids = [period.id for period in calendar]
        raw = {
            (row.period, row.unit, row.code): row.answer.number
            for row in summaries.figures(connection, plan, ids)
        }
        for period in calendar:
            districts = [unit.code for unit in packs[plan].tree if unit.type == "district"]
            for root in ("", chance.choice(districts)):
                totals = Totals(connection, world, plan, period, root)
                again = Again(world, plan, period, raw, root)
                for target in packs[plan].targets:
                    found = judge(target, totals)
                    seen.update(one.verdict for one in found)
                    if [one.verdict for one in found] != again.verdicts(target):
                        told = again.verdicts(target)
                        wrong.append(f"{period.id} {root} {target.id}: {found} / {told}")
                    doubts = [_needed_wrongly(one) or _made_up(one) for one in found]
                    wrong.extend(filter(None, doubts))

    await database.run(play)

    assert not wrong, "\n".join(wrong[:5])
    if packs[plan].targets and seed == 0:  # with every figure there is, little stays open
        assert {Verdict.REACHED, Verdict.NOT_REACHED} <= seen


def _made_up(judged: Judged) -> str:
    """Say where a fraction is told, or how many more it takes, of what nobody answered."""
    unheard = not judged.given or any(
        side is not None and not side.given for side in (judged.part_behind, judged.whole_behind)
    )
    told = judged.actual is not None or judged.needed is not None
    return f"{judged.target.id}: {judged}" if unheard and told else ""


def _needed_wrongly(judged: Judged) -> str:
    """Say where so many more would not reach the target, or fewer would too."""
    if judged.needed is None or judged.whole is None or isinstance(judged.target, GrowthBand):
        return ""
    assert judged.part is not None
    assert judged.threshold is not None
    least = judged.threshold * Fraction(judged.whole)
    enough = judged.part + judged.needed >= least
    fewer = judged.needed and judged.part + judged.needed - 1 >= least
    return "" if enough and not fewer else f"{judged.target.id}: {judged.needed} more"
