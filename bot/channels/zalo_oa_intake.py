"""What Zalo tells of an Official Account, taken in durably, in order within a chat."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never
from weakref import WeakValueDictionary

import structlog

from bot.channels.rhythm import Rhythm
from bot.channels.zalo_oa_events import MEDIUM, Event, Left, Said, Tapped, Unreadable, read
from plans.messages import Address, Message, MessageKind

# No card has this number: the tap is refused kindly, and the current card shown.
STALE: Final = "-|/start"
# So often something is tried to be taken in, ever more slowly: some minutes in all.
TRIES: Final = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the channel calls in the application; all of it returns after its commit."""

    accept: Callable[[Message], Awaitable[bool]]
    choice_of: Callable[[Address, int, int], Awaitable[str | None]]
    left: Callable[[Address, datetime], Awaitable[None]]


class Taking:
    """An event that is being taken in; `failed` once a try at it came to nothing."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.failed = asyncio.Event()
        self.done = asyncio.Event()


class Intake:
    """Takes events in; what was begun is tried again until it is committed, or all stops."""

    def __init__(self, wiring: Wiring, oa_id: str, rhythm: Rhythm) -> None:
        self._wiring = wiring
        self._oa_id = oa_id
        self._rhythm = rhythm
        self._chats: WeakValueDictionary[Address, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    def read(self, raw: Mapping[str, Any]) -> Event | None:
        """Read an event; one that nobody can read is logged, and is nothing."""
        try:
            return read(raw, self._oa_id)
        except Unreadable as fault:
            log.error("zalo_oa.unreadable_event", name=_name(raw), fault=str(fault))
        except Exception as fault:
            # Only the fault's type: its words may quote what the person wrote.
            log.error("zalo_oa.unreadable_event", name=_name(raw), fault=type(fault).__name__)
        return None

    def begin(self, event: Event) -> Taking:
        """Take an event in beside whoever asks; within a chat the first that came is the first."""
        taking = Taking(event)
        task = asyncio.create_task(self._take(taking))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return taking

    async def finish(self, seconds: float) -> None:
        """Let what was begun come to its end, for so long."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            log.error("zalo_oa.events_lost", count=len(late))
        await asyncio.gather(*late, return_exceptions=True)

    async def _take(self, taking: Taking) -> None:
        chat = self._chats.setdefault(taking.event.address, asyncio.Lock())
        async with chat:
            for _, seconds in zip(range(TRIES), self._rhythm.pauses(), strict=False):
                try:
                    await self._taken(taking.event)
                except Exception as fault:
                    log.error("zalo_oa.not_accepted", fault=type(fault).__name__)
                    taking.failed.set()
                    await asyncio.sleep(seconds)
                else:
                    taking.done.set()
                    return
        log.error("zalo_oa.event_lost", kind=type(taking.event).__name__)

    async def _taken(self, event: Event) -> None:
        match event:
            case Said(message=message):
                await self._wiring.accept(message)
            case Tapped(address=address, id=id, number=number, place=place):
                text = await self._wiring.choice_of(address, number, place) or STALE
                await self._wiring.accept(
                    Message(address=address, id=id, text=text, kind=MessageKind.TAP, medium=MEDIUM)
                )
            case Left(address=address, at=at):
                await self._wiring.left(address, at)
            case _ as never:
                assert_never(never)


def _name(raw: Mapping[str, Any]) -> str:
    """Return the name of an event, as far as it is one of Zalo's."""
    name = str(raw.get("event_name", ""))
    return name if name.isidentifier() and len(name) < 50 else "?"
