"""Updates wait for the bot until it confirms them; long polls wait for updates."""

import asyncio
import copy
import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram_refusals import Json, Refusal, conflict

DAY = 24 * 3600.0
# Telegram keeps a tap much shorter than a message.
LIVES = {"callback_query": 150.0}
KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "message_reaction",
    "message_reaction_count",
)
UNASKED = tuple(
    kind
    for kind in KINDS
    if kind not in ("chat_member", "message_reaction", "message_reaction_count")
)
FAR = 10  # an offset further ahead than this is taken for a mistake
# A bot that asks the same again at once is slowed down.
HASTE, GREAT_HASTE = 3.0, 0.5


@dataclass(slots=True, eq=False)
class Event:
    """An update on its way; those of one queue are delivered one after the other."""

    update: Json
    queue: tuple[str, int]
    expires: float
    again: bool = False
    failures: int = 0
    not_before: float = 0.0

    @property
    def id(self) -> int:
        """Return the number of the update."""
        return int(self.update["update_id"])


class Updates:
    """The queue of one bot."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.allowed: tuple[str, ...] = UNASKED
        self.emitted: list[Json] = []
        self.pending: list[Event] = []
        self.next_id = 710_000_001
        self.slow_down_haste = False
        self.on_new: Callable[[], None] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._asked = (0, -1e9)
        self._next_expiry = math.inf

    def add(self, kind: str, payload: Json, queue: tuple[str, int]) -> Json | None:
        """Keep an update for the bot, unless it does not want to hear of such; return it."""
        if kind not in self.allowed:
            return None
        update = {"update_id": self.next_id, kind: copy.deepcopy(payload)}
        self.next_id += 1
        self.emitted.append(update)
        expires = self.clock() + LIVES.get(kind, DAY)
        self._keep(Event(update, queue, expires))
        return update

    def repeat(self, update: Json) -> None:
        """Deliver an update once more, confirmed or not."""
        number = int(update["update_id"])
        self._keep(Event(update, ("again", number), self.clock() + DAY, again=True))

    def shuffle(self, seed: int = 0) -> None:
        """Put what is waiting out of order."""
        random.Random(seed).shuffle(self.pending)

    def forget(self, event: Event) -> None:
        """Drop an update that has arrived."""
        if event in self.pending:
            self.pending.remove(event)

    def clear(self) -> None:
        """Drop everything."""
        self.pending.clear()

    def count(self) -> int:
        """Return how many wait."""
        self._expire()
        return len(self.pending)

    def allow(self, wish: str) -> None:
        """Remember which kinds the bot wants; keep to the last wish when there is none."""
        try:
            kinds = json.loads(wish) if wish else None
        except ValueError:
            return
        if isinstance(kinds, list):
            known = tuple(kind for kind in KINDS if kind in [str(k).lower() for k in kinds])
            self.allowed = known or UNASKED

    async def poll(self, offset: int, limit: int, patience: float) -> list[Json]:
        """Return what is new; confirm everything before the offset."""
        if self.slow_down_haste:
            limit, patience = self._without_haste(offset, limit, patience)
        if (found := self.take(offset, limit)) or not patience:
            return found
        self.end_poll(
            conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is "
                "running"
            )
        )
        mine = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                await mine
        except TimeoutError:
            return []
        finally:
            if self._poll is mine:
                self._poll = None
        return self.take(offset, limit)

    def end_poll(self, refusal: Refusal) -> None:
        """Refuse the poll that waits."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(refusal)

    def take(self, offset: int, limit: int) -> list[Json]:
        """Return what waits from an offset on, and forget what is before it."""
        self._expire()
        if offset < 0:
            self.pending = self.pending[offset:]
        elif 0 < offset <= self.next_id + FAR:
            self.pending = [e for e in self.pending if e.id >= offset or e.again]
        events = self.pending[:limit]
        for event in events:
            if event.again:
                self.pending.remove(event)
        return [event.update for event in events]

    def _keep(self, event: Event) -> None:
        self.pending.append(event)
        self._next_expiry = min(self._next_expiry, event.expires)
        if self._poll and not self._poll.done():
            self._poll.set_result(None)
        if self.on_new:
            self.on_new()

    def _expire(self) -> None:
        if (now := self.clock()) >= self._next_expiry:
            self.pending = [event for event in self.pending if event.expires > now]
            self._next_expiry = min((e.expires for e in self.pending), default=math.inf)

    def _without_haste(self, offset: int, limit: int, patience: float) -> tuple[int, float]:
        (before, then), now = self._asked, self.clock()
        self._asked = (offset, now)
        if offset != before or now >= then + HASTE:
            return limit, patience
        return (1 if now < then + GREAT_HASTE else limit), max(patience, HASTE)
