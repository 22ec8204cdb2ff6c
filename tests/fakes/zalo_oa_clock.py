"""A clock that tests move: 48 hours, 7 days and 3 months pass in no time."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
NIGHT_FROM, NIGHT_UNTIL = 22, 6


class Clock:
    """Time as Zalo sees it: the machine's, and as much later as a test says."""

    def __init__(self, base: Callable[[], float]) -> None:
        self._base, self._ahead = base, 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Return the seconds since 1970."""
        return self._base() + self._ahead

    def milliseconds(self) -> str:
        """Return the moment as Zalo writes it."""
        return str(int(self.now() * 1000))

    def move(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> None:
        """Let time pass; whatever was due by then happens."""
        self._ahead += seconds + 60 * minutes + 3600 * hours + 86_400 * days
        self._moved.set()
        self._moved = asyncio.Event()

    def move_to(self, moment: datetime) -> None:
        """Make it this moment."""
        self.move(seconds=moment.timestamp() - self.now())

    @property
    def local(self) -> datetime:
        """Return the moment in Viet Nam."""
        return datetime.fromtimestamp(self.now(), VIETNAM)

    @property
    def at_night(self) -> bool:
        """Return whether it is between 22:00 and 05:59 in Viet Nam."""
        return not NIGHT_UNTIL <= self.local.hour < NIGHT_FROM

    async def sleep(self, seconds: float) -> None:
        """Wait until so much time has passed or was made to pass."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                continue
