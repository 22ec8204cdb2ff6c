"""Targets that are judged by sums: shares of a whole, numbers, growth, and over years."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from plans.targets import CountMin, CumulativeBy, Exact100, GrowthBand, RatioMin
from plans.verdicts import (
    Amount,
    Behind,
    Figures,
    Judged,
    Reading,
    Span,
    Verdict,
    above,
    between,
    lacking,
    span_of,
)


def ratio(target: RatioMin | Exact100, figures: Figures) -> Judged:
    """Judge the share of one sum in another."""
    span = span_of(target)
    part = _sum(figures, target.numerator, span, figures.year)
    whole = _sum(figures, target.denominator, span, figures.year)
    least = target.at_least if isinstance(target, RatioMin) else Fraction(1)
    if part is None or whole is None:
        return Judged(target=target, verdict=Verdict.NOT_ENOUGH, threshold=least)
    judged = Judged(
        target=target,
        verdict=Verdict.NOT_ENOUGH,
        threshold=least,
        given=part.given + whole.given,
        expected=part.expected + whole.expected,
        part_behind=part.behind,
        whole_behind=whole.behind,
    )
    if not (part.expected and whole.expected):
        return replace(judged, verdict=Verdict.NOT_ASKED, given=0, expected=0)
    if not (part.told and whole.told):
        return judged
    actual = Fraction(part.total) / Fraction(whole.total) if whole.total else None
    complete = part.complete and whole.complete
    # Of part of a whole that others count, it means nothing how much of the part lacks.
    comparable = whole.complete or part.expected == whole.expected
    lack = whole.total and comparable
    return replace(
        judged,
        verdict=above(actual, least) if complete and actual is not None else Verdict.NOT_ENOUGH,
        actual=actual,
        part=part.total,
        whole=whole.total,
        needed=lacking(least * Fraction(whole.total), part.total) if lack else None,
        provisional=not complete,
    )


def count(target: CountMin, figures: Figures) -> Judged:
    """Judge a number: of units that say yes, or of what is counted."""
    if target.unit_type:
        answers = figures.answers(target.indicator, target.unit_type)
        told = [answer for answer in answers.values() if answer is not None]
        found = Amount(
            total=Decimal(sum(answer > 0 for answer in told)),
            given=len(told),
            expected=len(answers),
        )
    else:
        known = figures.amount(target.indicator, span_of(target), figures.year)
        found = known or Amount(total=Decimal(0), given=0, expected=0)
    least = Fraction(target.at_least)
    if not found.given:
        return Judged(
            target=target,
            verdict=Verdict.NOT_ENOUGH if found.expected else Verdict.NOT_ASKED,
            threshold=least,
            expected=found.expected,
        )
    actual = Fraction(found.total)
    verdict = Verdict.NOT_REACHED if found.complete else Verdict.NOT_ENOUGH
    if actual >= least:  # what lacks could only add to it
        verdict = Verdict.EXCEEDED if actual > least else Verdict.REACHED
    return Judged(
        target=target,
        verdict=verdict,
        threshold=least,
        actual=actual,
        part=found.total,
        needed=lacking(least, found.total),
        given=found.given,
        expected=found.expected,
    )


def growth(target: GrowthBand, figures: Figures) -> Judged:
    """Judge the growth over the same period of the year before.

    The year before is given as the `whole` only where all of it is known.
    """
    now = figures.amount(target.indicator, Span.YEAR, figures.year)
    before = figures.amount(target.indicator, Span.YEAR, figures.year - 1)
    base = before.total if before and before.complete else None
    judged = Judged(
        target=target,
        verdict=Verdict.NOT_ENOUGH,
        threshold=target.low,
        part=now.total if now and now.given else None,
        whole=base,
        given=now.given if now else 0,
        expected=now.expected if now else 0,
    )
    if now is not None and not now.expected:
        return replace(judged, verdict=Verdict.NOT_ASKED, whole=None)
    if now is None or not now.given or not base:
        return judged
    actual = Fraction(now.total) / Fraction(base) - 1
    return replace(
        judged,
        verdict=_band(target, actual) if now.complete else Verdict.NOT_ENOUGH,
        actual=actual,
        needed=lacking((1 + target.low) * Fraction(base), now.total),
        provisional=not now.complete,
    )


def _band(target: GrowthBand, actual: Fraction) -> Verdict:
    if actual < target.low:
        return Verdict.NOT_REACHED
    return Verdict.EXCEEDED if actual > target.high else Verdict.REACHED


def at_least_once(target: CumulativeBy, figures: Figures) -> Judged:
    """Judge what was done at least once in several years, of which only each year is known.

    At least as many as in the best year; at most as many as in all years together.
    """
    whole = _sum(figures, target.denominator, Span.YEAR, figures.year)
    years = range(target.since, min(figures.year, target.by) + 1)
    parts = [_sum(figures, target.numerator, Span.YEAR, year) for year in years]
    known = [part for part in parts if part is not None and part.told]
    judged = Judged(
        target=target,
        verdict=Verdict.NOT_ENOUGH,
        reading=Reading.AT_LEAST_ONCE,
        threshold=target.at_least,
        given=len(known),
        expected=len(years),
        whole_behind=whole.behind if whole else None,
    )
    if whole is not None and not whole.expected:
        return replace(judged, verdict=Verdict.NOT_ASKED, given=0, expected=0)
    if whole is None or not whole.told or not whole.total or not known:
        return judged
    best = max(part.total for part in known)
    low = Fraction(best) / Fraction(whole.total)
    all_known = len(known) == len(parts) and all(part.complete for part in known)
    most = sum((part.total for part in known), Decimal(0))
    top = min(Fraction(most) / Fraction(whole.total), Fraction(1)) if all_known else Fraction(1)
    verdict = Verdict.NOT_ENOUGH
    if whole.complete:
        verdict = between(low, top, target.at_least)
    if verdict is Verdict.NOT_REACHED and figures.year < target.by:
        verdict = Verdict.NOT_ENOUGH  # years are left
    needed = lacking(target.at_least * Fraction(whole.total), best)
    return replace(
        judged,
        verdict=verdict,
        actual=low,
        top=top,
        part=best,
        whole=whole.total,
        needed=needed if whole.complete else None,
        provisional=not whole.complete,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum(Amount):
    """Several indicators added; `told`: somebody answered each that is asked here."""

    told: bool

    @property
    def behind(self) -> Behind:
        """Return how much of it is known."""
        return Behind(self.given, self.expected)


def _sum(figures: Figures, codes: tuple[str, ...], span: Span, year: int) -> _Sum | None:
    found = [figures.amount(code, span, year) for code in codes]
    known = [amount for amount in found if amount is not None]
    if len(known) < len(found):
        return None
    return _Sum(
        total=sum((amount.total for amount in known), Decimal(0)),
        given=sum(amount.given for amount in known),
        expected=sum(amount.expected for amount in known),
        told=any(amount.given for amount in known)
        and all(amount.given for amount in known if amount.expected),
    )
