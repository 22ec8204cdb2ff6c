"""What becomes of an announcement at its readers, and why units have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from plans.held_back import Why

LONGEST: Final = 1500


class Fate(StrEnum):
    """What became of one reader's letter."""

    SENT = "sent"
    WAITING = "waiting"
    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Missing(StrEnum):
    """Why nobody of a unit could be written to: nobody joined, or nobody can be reached."""

    NOBODY = "nobody"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A unit, or "" for somebody who follows the province, that nothing was written to."""

    unit: str
    why: Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a coordinator announced below a unit, or in the province where that is "".

    `corrects` is the number of an earlier one, 0 for none.
    """

    id: int
    plan: str
    unit: str
    text: str
    written_by: int
    at: datetime
    due_at: datetime
    corrects: int = 0
    withdrawn_at: datetime | None = None
    missed: Sequence[Missed] = ()

    @property
    def number(self) -> str:
        """Return the number under which people know it."""
        return number_of(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reader's letter: for which units, what became of it, and whether they said so."""

    person_id: int
    units: Sequence[str]
    fate: Fate
    channel: str
    read: bool = False
    why: Why | None = None

    @property
    def arrived(self) -> bool:
        """Say whether the reader has it."""
        return self.read or self.fate is Fate.SENT


def number_of(id: int) -> str:
    """Write an announcement's number as people see it: TB-0012."""
    return f"TB-{id:04}"


def count(readings: Sequence[Reading]) -> dict[Fate, int]:
    """Count letters by what became of them; one that was read has arrived."""
    found = dict.fromkeys(Fate, 0)
    for one in readings:
        found[Fate.SENT if one.arrived else one.fate] += 1
    return found
