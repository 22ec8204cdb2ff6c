"""The only place that builds things: database, plans, receiver, courier, channels."""

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.channels import Channel
from bot.clock import Clock
from bot.deliver import Courier
from bot.receive import Receiver
from bot.workshop import Workshop
from plans.dhis2_mapping import Dhis2Mapping
from plans.pack import Pack
from plans.working_days import WorkingDays, load_working_days
from plans.world import World
from scheduler.group_digests import overtaken
from scheduler.recheck import unwanted
from storage import rollups
from storage.database import Database


@dataclass(frozen=True, kw_only=True)
class App:
    """Everything that runs, wired."""

    database: Database
    world: World
    clock: Clock
    receiver: Receiver
    courier: Courier
    workshop: Workshop
    channels: dict[str, Channel]

    def add(self, channels: Iterable[Channel]) -> None:
        """Give the courier more channels to deliver to."""
        self.channels.update({channel.name: channel for channel in channels})

    async def open(self) -> None:
        """Bring the database to this release, and its totals to the plans' units."""
        await self.database.migrate()
        for id, pack in self.world.packs.items():
            await self.database.run(partial(rollups.ensure, plan=id, tree=pack.tree))

    async def settle(self) -> None:
        """Make and deliver everything that is owed now."""
        while await self.workshop.drain() or await self.courier.drain():
            pass


def spare_the_collector() -> None:
    """Take what was read at the start from what is looked through for garbage again and again.

    Plans and their units live as long as the process; a full look at them holds an answer up.
    """
    gc.collect()
    gc.freeze()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an application is built from."""

    database: Database
    packs: Mapping[str, Pack]
    clock: Clock
    secret: bytes
    invite_link: str = ""
    working_days: WorkingDays = field(default_factory=load_working_days)
    dhis2: Mapping[str, Dhis2Mapping] = field(default_factory=dict)
    synthetic: bool = False


def build(parts: Parts) -> App:
    """Wire an application; its channels are added after, since they call back into it."""
    world = World(
        packs=parts.packs,
        working_days=parts.working_days,
        secret=parts.secret,
        invite_link=parts.invite_link,
        dhis2=parts.dhis2,
        synthetic=parts.synthetic,
    )

    def wanted(connection: Connection, numbers: Sequence[int], now: datetime) -> set[int]:
        gone = unwanted(connection, world, numbers, now)
        return gone | overtaken(connection, numbers, now)

    channels: dict[str, Channel] = {}
    receiver = Receiver(parts.database, world, parts.clock)
    courier = Courier(parts.database, channels, parts.clock, receiver.posted, still=wanted)
    return App(
        database=parts.database,
        world=world,
        clock=parts.clock,
        receiver=receiver,
        courier=courier,
        workshop=Workshop(parts.database, world, parts.clock, receiver),
        channels=channels,
    )
