"""The connected pages: one `Line` a socket, written to without ever waiting for it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web

# More than one replay (200) with a burst on top; a page further behind is better off reconnecting.
ROOM: Final = 512
GOODBYE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one page may send: at once, and for long."""

    burst: int = 20
    per_second: float = 5.0


class Bucket:
    """Frames that a page may still send now; refills at its pace."""

    def __init__(self, pace: Pace, ticking: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._ticking = ticking
        self._left = float(pace.burst)
        self._at = ticking()

    def take(self) -> bool:
        """Take one frame's worth; return False when there is none left."""
        now = self._ticking()
        self._left = min(
            float(self._pace.burst), self._left + (now - self._at) * self._pace.per_second
        )
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Line:
    """One page's connection: frames leave in order; a page that cannot keep up is cut off."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._socket = socket
        self._transport = transport
        self._frames: asyncio.Queue[str] = asyncio.Queue(ROOM)
        self._live = False
        self._held: dict[int, str] | None = None

    def push(self, frame: str) -> None:
        """Queue one frame; on overflow cut the connection, for the page will come back."""
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.cut()

    def deliver(self, number: int, frame: str) -> None:
        """Queue a delivery, unless the page has yet to say hello: a replay will bring it."""
        if self._held is not None:
            self._held[number] = frame
        elif self._live:
            self.push(frame)

    def hold(self) -> None:
        """Keep deliveries back while a replay is being read, so that none overtakes it."""
        self._held = self._held or {}

    def replay(self, frames: Sequence[tuple[int, str]]) -> None:
        """Queue the replay, then what was held back meanwhile; from now on deliveries flow."""
        held, self._held, self._live = self._held or {}, None, True
        for number, frame in frames:
            held.pop(number, None)
            self.push(frame)
        for _, frame in sorted(held.items()):
            self.push(frame)

    async def write(self) -> None:
        """Send queued frames until the connection ends."""
        try:
            while True:
                await self._socket.send_str(await self._frames.get())
        except ConnectionError:
            self.cut()

    def cut(self) -> None:
        """End the connection at once, without a goodbye that a stuck page would never read."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self, code: int) -> None:
        """End the connection with a goodbye, but wait only briefly for the answer."""
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._socket.close(code=code)
        except TimeoutError:
            self.cut()


class Lines:
    """Every connected page, by chat."""

    def __init__(self) -> None:
        self._by_chat: defaultdict[str, set[Line]] = defaultdict(set)

    @contextmanager
    def joined(self, chat: str, line: Line) -> Iterator[None]:
        """Count the line among its chat's for the length of a `with` block."""
        self._by_chat[chat].add(line)
        try:
            yield
        finally:
            self._by_chat[chat].discard(line)
            if not self._by_chat[chat]:
                del self._by_chat[chat]

    def of(self, chat: str) -> tuple[Line, ...]:
        """Return the lines of one chat."""
        return tuple(self._by_chat.get(chat, ()))

    def all(self) -> tuple[Line, ...]:
        """Return the lines of every chat."""
        return tuple(line for lines in self._by_chat.values() for line in lines)
