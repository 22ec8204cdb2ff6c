"""Judge the targets of a plan: each kind by what it needs, under each of its readings."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from plans.judging_sums import at_least_once, count, growth, ratio
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
from plans.verdicts import Amount, Figures, Judged, Reading, Span, Verdict, between, lacking


class _Noting:
    """Figures that note whether any are hidden from some readers of what was asked for."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self.year, self.months = figures.year, figures.months
        self.answers, self.named = figures.answers, figures.named
        self.hidden = False

    def amount(self, code: str, span: Span, year: int) -> Amount | None:
        found = self._figures.amount(code, span, year)
        self.hidden |= bool(found and found.hidden)
        return found


def judge(target: Target, figures: Figures) -> tuple[Judged, ...]:
    """Judge a target under each of its readings."""
    noting = _Noting(figures)
    judged = _judge(target, noting)
    return tuple(replace(one, hidden=noting.hidden) for one in judged)


def _judge(target: Target, figures: Figures) -> tuple[Judged, ...]:
    match target:
        case Qualitative():
            return (Judged(target=target, verdict=Verdict.QUALITATIVE),)
        case RatioMin() | Exact100():
            return (ratio(target, figures),)
        case ShareOfUnits():
            return _share_of_units(target, figures)
        case CountMin():
            return (count(target, figures),)
        case GrowthBand():
            return (growth(target, figures),)
        case FrequencyMin():
            return (_frequency(target, figures),)
        case CumulativeBy():
            return (at_least_once(target, figures),)
        case Schedule():
            return _schedule(target, figures)
        case _ as never:
            assert_never(never)


def _share_of_units(target: ShareOfUnits, figures: Figures) -> tuple[Judged, ...]:
    answers = figures.answers(target.indicator, target.unit_type)
    if not target.named_list:
        return (_share(target, answers, target.at_least, Reading.PLAIN),)
    judged = _share(target, answers, target.at_least, Reading.SHARE)
    named = {unit: answers.get(unit) for unit in figures.named(target.named_list)}
    return judged, _share(target, named, Fraction(1), Reading.LIST)


def _share(
    target: Target, answers: Mapping[str, Decimal | None], least: Fraction, reading: Reading
) -> Judged:
    """Judge the share of units that say yes: every unit in force counts, answered or not."""
    whole = len(answers)
    told = [answer for answer in answers.values() if answer is not None]
    yes = sum(answer > 0 for answer in told)
    if not told:
        return Judged(
            target=target,
            verdict=Verdict.NOT_ENOUGH if whole else Verdict.NOT_ASKED,
            reading=reading,
            threshold=least,
            expected=whole,
        )
    actual, top = Fraction(yes, whole), Fraction(yes + whole - len(told), whole)
    return Judged(
        target=target,
        verdict=between(actual, top, least),
        reading=reading,
        threshold=least,
        actual=actual,
        top=top,
        part=Decimal(yes),
        whole=Decimal(whole),
        needed=lacking(least * whole, Decimal(yes)),
        given=len(told),
        expected=whole,
    )


def _frequency(target: FrequencyMin, figures: Figures) -> Judged:
    """Judge how many units did it in each month or quarter that has passed."""
    times = figures.months // (3 if target.each == "quarter" else 1)
    least = Decimal(times * target.at_least)
    answers = [
        answer
        for unit_type in target.unit_types
        for answer in figures.answers(target.indicator, unit_type).values()
    ]
    kept = {
        str(place): None if answer is None else Decimal(answer >= least)
        for place, answer in enumerate(answers)
    }
    return _share(target, kept, Fraction(1), Reading.PLAIN)


def _schedule(target: Schedule, figures: Figures) -> tuple[Judged, ...]:
    answers = figures.answers(target.indicator, target.unit_type)
    passed = [year for year in target.steps if year <= figures.year]
    coming = [year for year in target.steps if year > figures.year]
    found = []
    if passed:
        found.append(_share(target, answers, target.steps[max(passed)], Reading.STEP))
    if coming:
        found.append(_share(target, answers, target.steps[min(coming)], Reading.NEXT_STEP))
    return tuple(found)
