"""Waiting without sleeping: somebody is told as soon as something is so."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits until something is so."""

    so: Callable[[], object]
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Watch:
    """Looks after everything that happens whether those who wait can go on."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []

    async def until(self, so: Callable[[], object], seconds: float) -> None:
        """Wait until something is so; raise TimeoutError when it takes too long."""
        waiting = Waiting(so)
        self._waiting.append(waiting)
        try:
            self.look()
            async with asyncio.timeout(seconds):
                await waiting.done.wait()
        finally:
            self._waiting.remove(waiting)

    def look(self) -> None:
        """Let go on who has waited long enough; call this after anything happens."""
        for waiting in self._waiting:
            if waiting.so():
                waiting.done.set()
