"""Targets that are judged by sums: shares of a whole, numbers, growth, and over years."""

from decimal import Decimal
from fractions import Fraction

from plans.targets import CountMin, CumulativeBy, Exact100, GrowthBand, RatioMin
from plans.verdicts import (
    Amount,
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
    actual = Fraction(part.total) / Fraction(whole.total) if whole.total else None
    verdict = Verdict.NOT_ENOUGH
    if actual is not None and part.complete and whole.complete:
        verdict = above(actual, least)
    return Judged(
        target=target,
        verdict=verdict,
        threshold=least,
        actual=actual,
        part=part.total,
        whole=whole.total,
        needed=lacking(least * Fraction(whole.total), part.total) if whole.total else None,
        given=part.given + whole.given,
        expected=part.expected + whole.expected,
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
    actual, least = Fraction(found.total), Fraction(target.at_least)
    verdict = Verdict.NOT_REACHED if found.complete else Verdict.NOT_ENOUGH
    if actual >= least:  # what lacks could only add to it
        verdict = Verdict.EXCEEDED if actual > least else Verdict.REACHED
    return Judged(
        target=target,
        verdict=verdict,
        threshold=least,
        actual=actual if found.given else None,
        part=found.total,
        needed=lacking(least, found.total),
        given=found.given,
        expected=found.expected,
    )


def growth(target: GrowthBand, figures: Figures) -> Judged:
    """Judge the growth over the same period of the year before."""
    now = figures.amount(target.indicator, Span.YEAR, figures.year)
    before = figures.amount(target.indicator, Span.YEAR, figures.year - 1)
    if now is None or before is None or not (before.complete and before.total):
        given = (now.given, now.expected) if now else (0, 0)
        return Judged(
            target=target,
            verdict=Verdict.NOT_ENOUGH,
            threshold=target.low,
            part=now.total if now and now.given else None,
            given=given[0],
            expected=given[1],
        )
    actual = Fraction(now.total) / Fraction(before.total) - 1
    verdict = _band(target, actual) if now.complete else Verdict.NOT_ENOUGH
    return Judged(
        target=target,
        verdict=verdict,
        threshold=target.low,
        actual=actual,
        part=now.total,
        whole=before.total,
        needed=lacking((1 + target.low) * Fraction(before.total), now.total),
        given=now.given,
        expected=now.expected,
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
    known = [part for part in parts if part is not None]
    judged = Judged(
        target=target,
        verdict=Verdict.NOT_ENOUGH,
        reading=Reading.AT_LEAST_ONCE,
        threshold=target.at_least,
        given=len(known),
        expected=len(years),
    )
    if whole is None or not whole.total or not known:
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
    return Judged(
        target=target,
        verdict=verdict,
        reading=Reading.AT_LEAST_ONCE,
        threshold=target.at_least,
        actual=low,
        top=top,
        part=best,
        whole=whole.total,
        needed=lacking(target.at_least * Fraction(whole.total), best),
        given=len(known),
        expected=len(years),
    )


def _sum(figures: Figures, codes: tuple[str, ...], span: Span, year: int) -> Amount | None:
    found = [figures.amount(code, span, year) for code in codes]
    known = [amount for amount in found if amount is not None]
    if len(known) < len(found):
        return None
    return Amount(
        total=sum((amount.total for amount in known), Decimal(0)),
        given=sum(amount.given for amount in known),
        expected=sum(amount.expected for amount in known),
    )
