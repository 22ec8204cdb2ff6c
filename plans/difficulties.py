"""What units find hard, in their own words, and what they were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LONGEST: Final = 800
MOST_SAYINGS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One turn of the talk about a difficulty: by the unit, or by a coordinator."""

    id: int
    by_unit: bool
    person_id: int
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A difficulty with everything said about it, the first first; period "" is in general."""

    id: int
    plan: str
    period: str
    unit: str
    at: datetime
    settled_at: datetime | None
    sayings: Sequence[Saying]

    @property
    def number(self) -> str:
        """Return the number under which people know it: VM-0012."""
        return f"VM-{self.id:04}"

    @property
    def words(self) -> str:
        """Return what the unit said."""
        return "\n".join(one.words for one in self.sayings if one.by_unit)

    @property
    def answer(self) -> str:
        """Return what a coordinator said last, "" where nobody did."""
        return next((one.words for one in reversed(self.sayings) if not one.by_unit), "")

    @property
    def waits(self) -> bool:
        """Say whether a coordinator has the next word."""
        return self.settled_at is None and self.sayings[-1].by_unit

    @property
    def full(self) -> bool:
        """Say whether so much was said that another difficulty should be begun."""
        return len(self.sayings) >= MOST_SAYINGS
