"""A courier under test: a platform that fails when told, a clock that stands, a real database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import Connection

from bot.channels import Channel, Limits
from bot.clock import Clock, FixedClock
from bot.deliver import Courier
from bot.lanes import Still, all_wanted
from plans.errors import SendError
from plans.messages import Address, Delivery, Reply, Urgency
from storage import outbox, tables
from storage.database import Database
from tests.storage.examples import NOW

ANN = Address(channel="platform", chat="ann")
BINH = Address(channel="platform", chat="binh")
PATIENCE = 20.0


def limits(
    per_second: float | None = None, chat_seconds: float = 0.0, timeout: float = 5.0
) -> Limits:
    return Limits(
        text_length=4096,
        buttons=0,
        files_out=False,
        per_second=per_second,
        chat_seconds=chat_seconds,
        timeout=timeout,
    )


class Killed(BaseException):
    """Say that the process ended here: nothing after it is recorded."""


class Platform:
    """A channel that takes what it is given, but for the texts that it was told to fail at."""

    def __init__(self, name: str = "platform", limits: Limits | None = None) -> None:
        self.name = name
        self.limits = limits or _UNLIMITED
        self.taken: list[str] = []
        self.fails: dict[str, list[BaseException]] = {}
        self.silent: set[str] = set()
        self.latency = 0.0
        self.arrived = asyncio.Event()

    async def send(self, delivery: Delivery) -> str:
        if faults := self.fails.get(delivery.reply.text):
            raise faults.pop(0)
        self.taken.append(delivery.reply.text)
        self.arrived.set()
        if delivery.reply.text in self.silent:
            await asyncio.Event().wait()
        if self.latency:
            await asyncio.sleep(self.latency)
        return f"id of {delivery.reply.text}"

    async def took(self, count: int) -> list[str]:
        """Wait until so many messages were taken."""
        async with asyncio.timeout(PATIENCE):
            while len(self.taken) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.taken


_UNLIMITED = limits()


class Post:
    """A courier with its platforms, its clock and the database that it empties."""

    def __init__(
        self,
        database: Database,
        *platforms: Platform,
        still: Still = all_wanted,
        clock: Clock | None = None,
    ) -> None:
        self.database = database
        self.platforms = platforms or (Platform(),)
        self.platform = self.platforms[0]
        self.clock = FixedClock(NOW)
        self.posted = asyncio.Event()
        channels: dict[str, Channel] = {one.name: one for one in self.platforms}
        self.courier = Courier(
            database, channels, clock or self.clock, self.posted, still=still, rest=0.01
        )

    async def owe(
        self, address: Address, *texts: str, urgency: Urgency = Urgency.ANSWER
    ) -> list[int]:
        def work(tx: Connection) -> list[int]:
            replies = [Reply(text=words, urgency=urgency) for words in texts]
            return [outbox.post(tx, address, reply, NOW, None) for reply in replies]

        numbers = await self.database.run(work)
        self.posted.set()
        return numbers

    async def remind(self, address: Address, *texts: str) -> list[int]:
        return await self.owe(address, *texts, urgency=Urgency.REMINDER)

    async def deliver(self) -> list[str]:
        while await self.courier.drain():
            pass
        return self.platform.taken

    async def states(self) -> list[str]:
        """Return what became of every message, in order."""
        rows = await self.database.read(
            lambda tx: tx.execute(tables.outbox.select().order_by(tables.outbox.c.number)).all()
        )
        return [row.state for row in rows]

    async def become(self, *states: str) -> None:
        """Wait until this became of the messages."""
        async with asyncio.timeout(PATIENCE):
            while await self.states() != list(states):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver for as long as the context is open."""
        task = asyncio.create_task(self.courier.run())
        try:
            yield
            assert not task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Memory:
    """What is no longer wanted, and what was asked about."""

    def __init__(self, *unwanted: int) -> None:
        self.unwanted = set(unwanted)
        self.asked: list[int] = []

    def __call__(self, tx: Connection, numbers: Sequence[int], now: datetime) -> set[int]:
        self.asked += numbers
        return self.unwanted & set(numbers)


def away() -> SendError:
    return SendError("the platform is away", retry=True)


def lost() -> SendError:
    return SendError("the line broke", unknown=True)
