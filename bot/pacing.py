"""How fast a channel is served: so many in a sliding second, evenly, and a pause within a chat."""

import asyncio
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from bot.channels import Limits

# Sends start evenly, a little slower than allowed, and a full second's worth never within less
# than WINDOW. The platform counts when a message arrives, which we do not see: one that was
# answered later than the quickest of late may have arrived as much later, and counts from then.
SPACING = 1.004
WINDOW = 1.002
QUICKEST_OF = 120
# More than so many seconds late is not believed: one silent send shall not hold up all others.
LATE_MOST = 0.5
# Starts that were late though somebody waited are made up for, up to so many seconds of them.
CATCH_UP = 1.0
# Sends under way at once, for a platform that takes long to answer.
AT_ONCE = 200

Rank = tuple[int, int]


@dataclass(slots=True)
class Start:
    """When a message was given to the platform, and how long its answer took."""

    at: float
    took: float | None = None


class Pace:
    """When the next message may start, on a clock that only goes forward."""

    def __init__(self, per_second: float | None) -> None:
        self._interval = SPACING / per_second if per_second else 0.0
        # Below one a second, and for a rate that is told by the minute, the interval says it all.
        whole = int(per_second) if per_second and per_second == int(per_second) else 0
        self._starts: deque[Start] = deque(maxlen=whole)
        self._answers: deque[float] = deque(maxlen=QUICKEST_OF)
        self._next = 0.0
        self._paused_until = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next may start."""
        allowed = max(self._next, self._paused_until)
        if self._starts.maxlen and len(self._starts) == self._starts.maxlen:
            oldest = self._starts[0]
            allowed = max(allowed, oldest.at + self._late(oldest, now) + WINDOW)
        return max(0.0, allowed - now)

    def _late(self, start: Start, now: float) -> float:
        took = now - start.at if start.took is None else start.took
        quickest = min(self._answers, default=took)
        return min(max(0.0, took - quickest), LATE_MOST)

    def take(self, now: float, since: float) -> Start:
        """Count one that starts now and waited since then: time when nobody did is not saved up."""
        self._next = max(self._next, since, now - CATCH_UP) + self._interval
        start = Start(now)
        self._starts.append(start)
        return start

    def landed(self, start: Start, now: float) -> None:
        """Learn that the platform took a message."""
        start.took = now - start.at
        self._answers.append(start.took)

    def pause(self, now: float, seconds: float) -> None:
        """Let nothing start for a while."""
        self._paused_until = max(self._paused_until, now + seconds)

    def paused(self, now: float) -> float:
        """Return how many seconds of a pause are left."""
        return max(0.0, self._paused_until - now)


@dataclass(order=True, slots=True)
class _Entrant:
    rank: Rank
    order: int
    since: float = field(compare=False)
    chat: str = field(compare=False)
    entered: asyncio.Future[bool] = field(compare=False)


class Gate:
    """Who waits and goes next: the most urgent whose chat is free, at the channel's pace."""

    def __init__(self, limits: Limits, ticking: Callable[[], float] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._ticking = ticking or self._loop.time
        self._pace = Pace(limits.per_second)
        self._pause_after = limits.pause_after
        self._waiting: list[_Entrant] = []
        self._order = count()
        self._inside: dict[str, Start] = {}
        self._free_at: dict[str, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def busy(self) -> set[str]:
        """Return the chats that are being written to.

        One that only rests is not left out: what is owed there waits here, and goes when it may.
        """
        now = self._ticking()
        self._free_at = {chat: at for chat, at in self._free_at.items() if at > now}
        return set(self._inside)

    def paused(self) -> float:
        """Return how many seconds of a pause are left."""
        return self._pace.paused(self._ticking())

    async def enter(self, rank: Rank, chat: str) -> bool:
        """Wait for a turn; False if it will not come now: the channel pauses or closes."""
        entered: asyncio.Future[bool] = self._loop.create_future()
        insort(self._waiting, _Entrant(rank, next(self._order), self._ticking(), chat, entered))
        self._let_in()
        return await entered

    def landed(self, chat: str) -> None:
        """Learn that the platform took the message of a turn."""
        self._pace.landed(self._inside[chat], self._ticking())

    def leave(self, chat: str) -> None:
        """End a turn."""
        self._inside.pop(chat, None)
        if pause := self._pause_after(chat):
            self._free_at[chat] = self._ticking() + pause
        self._let_in()

    def pause(self, seconds: float) -> None:
        """Send everybody away who waits, and let nobody in for a while."""
        self._pace.pause(self._ticking(), seconds)
        self._send_away()

    def close(self) -> None:
        """Send everybody away who waits or will come."""
        self._closed = True
        self._send_away()

    def _send_away(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            _tell(one, False)

    def _let_in(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = self._ticking()
        if self._closed or self._pace.paused(now):
            return self._send_away()
        while len(self._inside) < AT_ONCE and (one := self._first(now)):
            if wait := self._pace.wait(now):
                return self._look_again(wait)
            self._waiting.remove(one)
            if _tell(one, True):
                self._inside[one.chat] = self._pace.take(now, one.since)
        later = [self._free_at.get(one.chat, now) for one in self._waiting]
        if free := [at for at in later if at > now]:
            self._look_again(min(free) - now)
        return None

    def _first(self, now: float) -> _Entrant | None:
        for one in self._waiting:
            if one.chat not in self._inside and self._free_at.get(one.chat, now) <= now:
                return one
        return None

    def _look_again(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._let_in)


def _tell(one: _Entrant, comes_in: bool) -> bool:
    """Tell somebody who waits; False if they are gone."""
    if one.entered.done():
        return False
    one.entered.set_result(comes_in)
    return True
