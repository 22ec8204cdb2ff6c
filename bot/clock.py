"""The only clock; everything below the edge is told the time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time in UTC."""

    def now(self) -> datetime:
        """Return this moment in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that starts at a chosen moment, runs, and can be moved: for the demo and tests."""

    def __init__(self, start: datetime, ticking: Callable[[], datetime] | None = None) -> None:
        self._ticking = ticking or (lambda: datetime.now(UTC))
        self._shift = start - self._ticking()

    def now(self) -> datetime:
        """Return the moved moment in UTC."""
        return self._ticking() + self._shift

    def move(self, by: timedelta) -> datetime:
        """Move the clock and return the new moment."""
        self._shift += by
        return self.now()


class FixedClock:
    """A clock that stands still until it is set: for conversation files."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return the set moment in UTC."""
        return self._moment

    def set(self, moment: datetime) -> None:
        """Set the clock."""
        self._moment = moment
