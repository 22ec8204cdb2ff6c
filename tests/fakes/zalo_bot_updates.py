"""Updates on their way: told one at a time to whoever polls, or passed to the webhook."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_habits import Habits


@dataclass(slots=True)
class Poll:
    """One getUpdates: when it came and when it was answered, by the fake's clock."""

    began: float
    ended: float | None = None


@dataclass(slots=True, eq=False)
class Asker:
    """A poll that is being held; `alive` tells whether somebody is still there."""

    answer: asyncio.Future[Json | None]
    alive: Callable[[], bool]


class Updates:
    """What there is for the bot; `pushing` is the webhook, while one is set.

    What waits for a poll does not move to a webhook that is set later.
    """

    def __init__(
        self, habits: Habits, clock: Callable[[], float], on_poll: Callable[[], None]
    ) -> None:
        self.emitted: list[Json] = []
        self.polls: list[Poll] = []
        self.pushing: Callable[[Json], None] | None = None
        self._habits, self._clock, self._on_poll = habits, clock, on_poll
        self._waiting: list[tuple[Json, float]] = []
        self._held: list[Json] | None = None
        self._last: Json | None = None
        self._asker: Asker | None = None

    def emit(self, update: Json) -> None:
        """Tell the bot something new."""
        self.emitted.append(update)
        self.send(update)

    def send(self, update: Json) -> None:
        """Put an update, new or not, on its way."""
        if self._held is not None:
            self._held.append(update)
        elif self.pushing:
            self.pushing(update)
        else:
            self._waiting.append((update, self._clock()))
            self._serve()

    def hold(self) -> None:
        """Keep back everything from now on, and what waits for a poll."""
        if self._held is None:
            self._held = [update for update, _ in self._waiting]
            self._waiting.clear()

    def release(self) -> None:
        """Let go what was kept back, in its order."""
        held, self._held = self._held or [], None
        for update in held:
            self.send(update)

    def shuffle(self, seed: int) -> None:
        """Put out of order what is held back or waits for a poll."""
        waiting = [update for update, _ in self._waiting]
        updates = waiting if self._held is None else self._held
        before = list(updates)
        random.Random(seed).shuffle(updates)
        if updates == before:
            updates.reverse()
        if self._held is None:
            at = self._clock()
            self._waiting = [(update, at) for update in updates]

    def restart(self) -> None:
        """Forget what was told last, so that it is repeated no more."""
        self._last = None

    @property
    def pending(self) -> int:
        """Return how many updates wait for a poll or are held back."""
        return len(self._waiting) + len(self._held or [])

    async def take(self, seconds: float, alive: Callable[[], bool]) -> Json | None:
        """Return one update, None when there is none for so long or another poll interferes."""
        poll = Poll(self._clock())
        self.polls.append(poll)
        self._on_poll()
        try:
            return await self._take(seconds, alive)
        finally:
            poll.ended = self._clock()

    def end_poll(self) -> bool:
        """Answer the poll that is held, idle; return whether there was one."""
        asker, self._asker = self._asker, None
        if asker is None or asker.answer.done():
            return False
        asker.answer.set_result(None)
        return asker.alive()

    async def _take(self, seconds: float, alive: Callable[[], bool]) -> Json | None:
        if self.end_poll() and self._habits.two_polls == "both_idle":
            return None
        oldest = self._clock() - self._habits.keep_seconds
        self._waiting = [(update, at) for update, at in self._waiting if at >= oldest]
        ready = self._next()
        if ready is not None:
            return ready
        asker = Asker(asyncio.get_running_loop().create_future(), alive)
        self._asker = asker
        try:
            async with asyncio.timeout(seconds):
                return await asker.answer
        except TimeoutError:
            return None
        finally:
            if self._asker is asker:
                self._asker = None

    def _serve(self) -> None:
        asker = self._asker
        if asker is None or asker.answer.done():
            return
        # Without this look a bot that went away would take an update with it.
        if asker.alive() and (ready := self._next()) is not None:
            asker.answer.set_result(ready)

    def _next(self) -> Json | None:
        if self._waiting:
            self._last, _ = self._waiting.pop(0)
            return self._last
        return self._last if self._habits.polling == "repeat_until_restart" else None
