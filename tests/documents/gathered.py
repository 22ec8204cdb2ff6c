"""A period of a plan gathered from random answers, as a coordinator's desk gathers it."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from documents.consolidated import Consolidated, Difficulty, Line, UnitAnswers
from plans.added import Added, added
from plans.calendar import VIETNAM, Period, whole_calendar
from plans.dialogue import Answer, AnswerState, questions_in
from plans.judging import judge
from plans.masking import Masking
from plans.pack import Indicator, IndicatorKind, Obligation, Pack
from plans.progress import Progress, Row, SendState
from plans.stretches import Coverage, Matched, Stretch
from plans.units import Unit
from plans.verdicts import Amount, Span
from plans.working_days import load_working_days

WORKING_DAYS = load_working_days()
GIVEN = Mapping[str, Mapping[str, Answer]]  # answers by unit and indicator


def hidden_in(
    pack: Pack, periods: Iterable[Period], given: Mapping[str, GIVEN]
) -> dict[tuple[str, str], frozenset[str]]:
    """Return by period and unit what whoever may not see small counts is not told."""
    masking = Masking(pack)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for _, same in groupby(periods, key=lambda one: one.year):
        year = [period.id for period in same]
        for unit in {unit for period in year for unit in given.get(period, ())}:
            reports = [given.get(period, {}).get(unit, {}) for period in year]
            hidden = masking.hidden(reports)
            found |= {(p, unit): one for p, one in zip(year, hidden, strict=True) if one}
    return found


@dataclass(frozen=True)
class Sums:
    """The figures that targets are judged by, added up from answers."""

    pack: Pack
    period: Period
    earlier: tuple[Period, ...]
    given: Mapping[str, GIVEN] = field(repr=False)

    @property
    def year(self) -> int:
        return self.period.year

    @property
    def months(self) -> int:
        return self.period.parts[-1].window.last.month

    def units(self, code: str, period: Period) -> list[Unit]:
        forms = {name: period.form or kind.form for name, kind in self.pack.unit_types.items()}
        types = {
            name
            for name, form in forms.items()
            if code in self.pack.forms[form].questions
            and (period.form or name in self.pack.indicators[code].counted_at)
        }
        return [u for u in self.pack.tree if u.type in types and period.concerns(u)]

    def added(self, code: str, period: Period) -> Added:
        answers = self.given.get(period.id, {})
        units = [unit.code for unit in self.units(code, period)]
        found = added(a for unit in units if (a := answers.get(unit, {}).get(code)))
        if not self.pack.indicators[code].sensitive:
            return found
        hidden = [
            answers[unit][code].number or Decimal(0)
            for unit in units
            if code in self.hidden.get((period.id, unit), ())
        ]
        return replace(found, small=len(hidden), small_total=sum(hidden, Decimal(0)))

    @cached_property
    def hidden(self) -> Mapping[tuple[str, str], frozenset[str]]:
        return hidden_in(self.pack, (*self.earlier, self.period), self.given)

    def line(self, code: str) -> Line:
        indicator = self.pack.indicators[code]
        flows = indicator.kind is IndicatorKind.FLOW
        here = (self.period,)
        year = tuple(p for p in self.earlier if p.year == self.year) + here
        before, last = self.earlier[-1:], self.same(self.year - 1)
        ago = tuple(p for p in self.earlier if p.year == self.year - 1) if last and flows else ()
        alike = not before or not flows or months(before[0]) == months(self.period)
        if indicator.kind is IndicatorKind.UNIQUE:
            alike = before[:1] == year[-2:-1]
        same = last and (not flows or months(last) == months(self.period))
        return Line(
            code=code,
            indicator=indicator,
            expected=len(self.units(code, self.period)),
            now=self.added(code, self.period),
            so_far=self.over(code, year) if flows else None,
            before=self.over(code, before, here if alike else ()),
            last_year=self.over(code, (last,), here) if last and same else None,
            year_ago=self.over(code, ago, year),
            only_small=Masking(self.pack).only_small(code),
        )

    def over(
        self, code: str, periods: tuple[Period, ...], now: tuple[Period, ...] = ()
    ) -> Stretch | None:
        if not periods:
            return None
        coverage = []
        for period in periods:
            given, expected = self.added(code, period).given, len(self.units(code, period))
            coverage.append(Coverage(period=period, given=given, expected=expected))
        yes_no = self.pack.indicators[code].kind is IndicatorKind.YES_NO
        return Stretch(
            found=sum((self.added(code, period) for period in periods), Added()),
            coverage=tuple(coverage),
            matched=self.matched(code, now, periods) if now and not yes_no else None,
        )

    def matched(self, code: str, now: tuple[Period, ...], then: tuple[Period, ...]) -> Matched:
        units, sums = 0, [Decimal(0), Decimal(0)]
        for unit in self.units(code, self.period):
            sides = [
                [self.given.get(p.id, {}).get(unit.code, {}).get(code) for p in side]
                for side in (now, then)
            ]
            if all(one and one.number is not None for side in sides for one in side):
                units += 1
                for place, side in enumerate(sides):
                    sums[place] += sum((one.number or 0 for one in side if one), Decimal(0))
        return Matched(units=units, now=sums[0], then=sums[1])

    def same(self, year: int) -> Period | None:
        mine = self.period.parts[-1]
        return next(
            (
                p
                for p in self.earlier
                if p.year == year
                and (p.parts[-1].kind, p.parts[-1].ordinal) == (mine.kind, mine.ordinal)
            ),
            None,
        )

    def amount(self, code: str, span: Span, year: int) -> Amount | None:
        period = self.period if year == self.year else self.same(year)
        if period is None:
            return None
        found = self.added(code, period)
        expected = len(self.units(code, period))
        return Amount(
            total=found.total,
            given=found.given,
            expected=expected,
            hidden=found.small if self.pack.indicators[code].sensitive else 0,
        )

    def answers(self, code: str, unit_type: str) -> Mapping[str, Decimal | None]:
        answers = self.given[self.period.id]
        return {
            unit.code: number.number if (number := answers.get(unit.code, {}).get(code)) else None
            for unit in self.pack.tree
            if unit.type == unit_type and unit.in_force(self.period.asks.last)
        }

    def named(self, list_name: str) -> frozenset[str]:
        return frozenset(self.pack.lists[list_name].units)


def months(period: Period) -> int:
    """Return how many months are new in a period."""
    asks = period.asks
    return round((asks.last - asks.first).days / 30.4)


def last_period(pack: Pack) -> Period:
    """Return a late period of a plan that has some before it."""
    return [p for p in whole_calendar(pack, WORKING_DAYS) if not p.form][-1]


def answer(chance: random.Random, indicator: Indicator, most: int) -> Answer:
    """Return any answer to an indicator: mostly a number, sometimes a nought or none."""
    turn = chance.random()
    if turn < 0.08:
        return Answer(state=AnswerState.MISSING)
    if turn < 0.12:
        return Answer(state=AnswerState.NOT_APPLICABLE)
    if turn < 0.25:
        return Answer(state=AnswerState.ZERO)
    if indicator.kind is IndicatorKind.YES_NO:
        return Answer(state=AnswerState.VALUE, value=Decimal(1))
    return Answer(state=AnswerState.VALUE, value=Decimal(chance.randint(1, most)))


def given_in(chance: random.Random, pack: Pack, period: Period, sends: float = 0.8) -> GIVEN:
    """Return what units answer in a period; parts are no larger than their wholes."""
    found: dict[str, dict[str, Answer]] = {}
    for unit in pack.tree:
        if not period.concerns(unit) or chance.random() > sends:
            continue
        most = 60 if unit.type == "commune" else 900
        answers = {
            q.code: answer(chance, q.indicator, 9 if q.indicator.sensitive else most)
            for q in questions_in(pack, period, unit.code)
        }
        for check in pack.checks:
            part, whole = answers.get(check.part), answers.get(check.whole)
            if part and whole and part.value and (whole.number or Decimal(0)) < part.value:
                answers[check.whole] = part
        found[unit.code] = answers
    return found


def rows_of(pack: Pack, period: Period, given: GIVEN, today: date) -> list[Row]:
    """Return where each unit stands: those that gave answers have sent, every ninth late."""
    rows = []
    for place, unit in enumerate(u for u in pack.tree if period.concerns(u)):
        sent = SendState.SENT_LATE if place % 9 == 0 else SendState.SENT
        obligation = pack.obligation(unit)
        arrived = unit.code in given
        rows.append(
            Row(
                unit=unit,
                obligation=obligation,
                state=sent if arrived else SendState.NOT_BEGUN,
                connected=True,
                overdue=not arrived and obligation is Obligation.REQUIRED,
            )
        )
    return rows


def from_given(
    pack: Pack, period: Period, given: Mapping[str, GIVEN], earlier: tuple[Period, ...]
) -> Consolidated:
    """Gather a period from answers by period, unit and indicator."""
    sums = Sums(pack, period, earlier, given)
    today = period.grace_until + timedelta(2)
    moment = datetime.combine(today, time(8, 5), VIETNAM)
    asked = {
        question.code
        for unit in pack.tree
        if period.concerns(unit)
        for question in questions_in(pack, period, unit.code)
    }
    return Consolidated(
        pack=pack,
        period=period,
        moment=moment,
        progress=Progress(
            pack=pack,
            period=period,
            today=today,
            rows=rows_of(pack, period, given[period.id], today),
        ),
        lines=[sums.line(code) for code in pack.indicators if code in asked],
        targets=[one for target in pack.targets for one in judge(target, sums)],
        units=[
            UnitAnswers(
                unit=unit,
                answers=answers,
                version=1 + place % 3,
                sent_at=moment - timedelta(days=place % 5),
                receipt=f"BC-TEST-{unit}-{place:04}",
                hidden=sums.hidden.get((period.id, unit), frozenset()),
            )
            for place, (unit, answers) in enumerate(given[period.id].items())
        ],
    )


def gathered(pack: Pack, seed: int = 1, sends: float = 0.8) -> Consolidated:
    """Gather a late period of a plan from random answers, with those of the periods before."""
    chance = random.Random(seed)
    periods = [p for p in whole_calendar(pack, WORKING_DAYS) if not p.form]
    period = last_period(pack)
    earlier = tuple(p for p in periods if p.named_day < period.named_day)
    given = {p.id: given_in(chance, pack, p, sends) for p in (*earlier, period)}
    found = from_given(pack, period, given, earlier)
    unit = next(iter(given[period.id]))
    hard = Difficulty(unit=unit, words="Thiếu tài liệu tuyên truyền", at=found.moment)
    return replace(found, difficulties=[hard, replace(hard, answer="Sở sẽ cấp bổ sung")])
