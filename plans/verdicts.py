"""What figures say of a target, in exact arithmetic: reached, missed, or not known yet.

Shares are compared as fractions. A verdict is given before all figures are there only where those
that lack cannot change it; no denominator, or figures that lack, is "not enough", never 0% or 100%.
Where nobody answered one of the sides, there is no fraction and nothing is said to be lacking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Protocol

from plans.targets import Target


class Verdict(StrEnum):
    """How a target stands."""

    REACHED = "reached"
    EXCEEDED = "exceeded"
    NOT_REACHED = "not_reached"
    NOT_ENOUGH = "not_enough"
    QUALITATIVE = "qualitative"
    WITHHELD = "withheld"  # not told to a reader who may not see small counts of people
    NOT_ASKED = "not_asked"  # no unit of the area is asked for what it is judged by


class Span(StrEnum):
    """Over which time figures are added: the period alone, its year so far, the plan so far."""

    PERIOD = "period"
    YEAR = "year"
    PLAN = "plan"


class Reading(StrEnum):
    """How a target is read, where a plan allows several readings or none alone says all."""

    PLAIN = "plain"
    SHARE = "share"  # a share of all units, beside a list of those that the plan names
    LIST = "list"  # the units that the plan names, all of them
    STEP = "step"  # the last step that a schedule set
    NEXT_STEP = "next_step"  # the step that comes next
    AT_LEAST_ONCE = "at_least_once"  # over years: between the best year and all years added


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What was added: from how many of the figures that are asked for.

    `hidden` of those given are not told to whoever may not see small counts of people.
    """

    total: Decimal
    given: int
    expected: int
    hidden: int = 0

    @property
    def complete(self) -> bool:
        """Say whether every figure is there."""
        return self.given >= self.expected > 0


@dataclass(frozen=True, slots=True)
class Behind:
    """So many figures are given of those asked for."""

    given: int
    expected: int


class Figures(Protocol):
    """What verdicts are made from, as of one period."""

    @property
    def year(self) -> int:
        """Return the year of the period."""

    @property
    def months(self) -> int:
        """Return how many months of the year the period's figures cover."""

    def amount(self, code: str, span: Span, year: int) -> Amount | None:
        """Add up an indicator as of the same period of a year; None where nothing is known."""

    def answers(self, code: str, unit_type: str) -> Mapping[str, Decimal | None]:
        """Return the answer of each unit of a type that is in force; None where there is none."""

    def named(self, list_name: str) -> frozenset[str]:
        """Return the units of a named list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A target under one reading: the exact actual share or number, and what it takes to reach it.

    `actual` is a share where `threshold` is one, else a number; `top` the most that it can be where
    not all is known; `part` and `whole` what the share is of; `needed` how many more of `part`.
    `provisional`: figures lack that may move `actual` up or down; `part_behind`, `whole_behind`:
    how much is known of each side of a share of sums.
    `hidden` says whether figures stand behind it that not every reader may see.
    """

    target: Target
    verdict: Verdict
    reading: Reading = Reading.PLAIN
    threshold: Fraction | None = None
    actual: Fraction | None = None
    top: Fraction | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    needed: int | None = None
    given: int = 0
    expected: int = 0
    provisional: bool = False
    part_behind: Behind | None = None
    whole_behind: Behind | None = None
    hidden: bool = False

    @property
    def uneven(self) -> bool:
        """Say whether figures lack and more is known of one side of a share than of the other."""
        if self.part_behind is None or not 0 < self.given < self.expected:
            return False
        return self.part_behind != self.whole_behind


def span_of(target: Target) -> Span:
    """Return the time over which a target adds up."""
    match target.periodicity:
        case "plan":
            return Span.PLAN
        case "year":
            return Span.YEAR
        case _:
            return Span.PERIOD


def above(actual: Fraction, least: Fraction) -> Verdict:
    """Judge a share or number that is known; nothing exceeds the whole."""
    if actual < least:
        return Verdict.NOT_REACHED
    return Verdict.EXCEEDED if actual > least and least < 1 else Verdict.REACHED


def between(low: Fraction, top: Fraction, least: Fraction) -> Verdict:
    """Judge what lies between two bounds: only where both say the same is it known."""
    if top < least:
        return Verdict.NOT_REACHED
    return above(low, least) if low >= least else Verdict.NOT_ENOUGH


def lacking(least: Fraction, there: Decimal) -> int:
    """Return how many more, in whole ones, it takes to reach a number."""
    return max(0, ceil(least - Fraction(there)))
