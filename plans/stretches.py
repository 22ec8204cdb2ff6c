"""What an indicator adds up to over some periods, from how much it is known, and what it became.

A change is told of the units alone that gave a number in every period of both sides: what others
gave in one of them is no change.
"""

from dataclasses import dataclass
from decimal import Decimal

from plans.added import Added
from plans.calendar import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """From how many of the units that a period asks its figure is known."""

    period: Period
    given: int
    expected: int

    @property
    def complete(self) -> bool:
        """Say whether every unit that is asked gave a number."""
        return self.given >= self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Two figures over the `units` alone that gave a number in every period of both.

    Whoever may not see small counts of people is not told it where anything of either is hidden.
    """

    units: int
    now: Decimal
    then: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was added over some periods, and how much is known of each, the earliest first.

    `matched` sets this period's figure against it, or of what adds up the year's so far against
    that of the year before; None where the two do not compare, or nobody asked.
    """

    found: Added
    coverage: tuple[Coverage, ...]
    matched: Matched | None = None

    @property
    def complete(self) -> bool:
        """Say whether every unit gave a number in every period that asked it."""
        return all(one.complete for one in self.coverage)
