"""From the outbox to the channels, after the commit: a lane a channel, and a look for the lost."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import structlog

from bot.channels import Channel
from bot.clock import Clock
from bot.lanes import POLL_SECONDS, Desk, Lane, Still, all_wanted
from storage import dead_letters
from storage.database import Database

log = structlog.get_logger()


class Courier:
    """Send what the outbox owes.

    A crash between sending and recording sends an answer once more, and leaves a reminder in
    doubt. Several couriers on one database never send the same reminder.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        posted: asyncio.Event,
        *,
        still: Still = all_wanted,
        rest: float = 1.0,
    ) -> None:
        self._desk = Desk(database=database, clock=clock, still=still, rest=rest, posted=posted)
        self._channels = channels
        self._posted = posted
        self._lanes: dict[str, Lane] = {}

    async def run(self) -> None:
        """Send for ever: woken by new messages, or when a postponed one falls due."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look_for_the_lost())
            while True:
                self._posted.clear()
                for lane in self._new_lanes():
                    tasks.create_task(lane.run())
                for lane in self._lanes.values():
                    lane.wake()
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._posted.wait()

    async def drain(self) -> int:
        """Send what is owed now; return how many messages were settled."""
        settled = await self._settle_ownerless()
        self._new_lanes()
        return settled + sum(await asyncio.gather(*(lane.drain() for lane in self._lanes.values())))

    def _new_lanes(self) -> list[Lane]:
        new = {
            name: Lane(channel, self._desk)
            for name, channel in self._channels.items()
            if name not in self._lanes
        }
        self._lanes |= new
        return list(new.values())

    async def _look_for_the_lost(self) -> None:
        while True:
            try:
                await self._settle_ownerless()
            except Exception:
                log.exception("outbox.failed")
            await asyncio.sleep(POLL_SECONDS)

    async def _settle_ownerless(self) -> int:
        """Settle what no lane will: claims that a crash left, and what no channel carries."""
        database, now = self._desk.database, self._desk.clock.now()
        names = set(self._channels)
        found = await database.read(lambda tx: dead_letters.ownerless(tx, names, now))
        mine = {number for lane in self._lanes.values() for number in lane.held}
        lost = [number for number in found if number not in mine]
        if lost:
            await database.run(lambda tx: dead_letters.settle_ownerless(tx, lost, names, now))
            log.warning("outbox.lost", numbers=lost)
        return len(lost)
