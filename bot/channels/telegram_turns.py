"""When Telegram may be asked for the next thing that it counts: edits and further parts too.

The courier's gate already lets messages start at the channel's pace; this keeps to it what comes on
top of them, so that nothing of it is ever refused.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.channels import Limits
from bot.pacing import WINDOW

REMEMBERED = 1000


class Turns:
    """One thing at a time in a chat, a pause after it, and so many in any second."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._starts: deque[float] = deque(maxlen=int(limits.per_second or 0))
        self._free_at: dict[str, float] = {}
        self._chats: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._quiet_until = 0.0

    @property
    def quiet(self) -> bool:
        """Say whether Telegram has told the bot to wait."""
        return _now() < self._quiet_until

    def hush(self, seconds: float) -> None:
        """Remember that Telegram has told the bot to wait."""
        self._quiet_until = max(self._quiet_until, _now() + seconds)

    @asynccontextmanager
    async def turn(self, chat: str) -> AsyncIterator[None]:
        """Wait for a turn in a chat and take it."""
        lock = self._chats.setdefault(chat, asyncio.Lock())
        async with lock:
            await self._until(lambda: self._free_at.get(chat, 0.0))
            await self._until(self._room_at)
            self._starts.append(_now())
            try:
                yield
            finally:
                self._forget()
                self._free_at[chat] = _now() + self._limits.pause_after(chat)

    async def lull(self, chat: str) -> bool:
        """Wait until a chat may be written to again; False if it then is being written to."""
        await self._until(lambda: self._free_at.get(chat, 0.0))
        return chat not in self._chats

    def _room_at(self) -> float:
        if not self._starts.maxlen or len(self._starts) < self._starts.maxlen:
            return 0.0
        return self._starts[0] + WINDOW

    async def _until(self, moment: Callable[[], float]) -> None:
        while (left := moment() - _now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)

    def _forget(self) -> None:
        if len(self._free_at) > REMEMBERED:
            now = _now()
            self._free_at = {chat: at for chat, at in self._free_at.items() if at > now}


def _now() -> float:
    return asyncio.get_running_loop().time()
