"""What a channel has spent, noted before a message goes: a crash never counts too little."""

from collections.abc import Collection
from datetime import datetime

from bot.clock import Clock
from plans.calendar import local
from plans.messages import Delivery
from storage import postage
from storage.database import Database
from storage.postage import Cost


class Ledger:
    """The postage of one channel."""

    def __init__(self, database: Database, clock: Clock, channel: str) -> None:
        self._database = database
        self._clock = clock
        self._channel = channel

    @property
    def month(self) -> datetime:
        """Return when this month began in Việt Nam."""
        return local(self._clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    async def spend(self, delivery: Delivery, cost: Cost) -> int:
        """Note that a message is about to go; return the note's number."""
        number, address, now = delivery.number, delivery.address, self._clock.now()
        return await self._database.run(lambda tx: postage.spend(tx, number, address, cost, now))

    async def take_back(self, note: int) -> None:
        """Forget a message that certainly did not go."""
        await self._database.run(lambda tx: postage.take_back(tx, note))

    async def spent(
        self, since: datetime, costs: Collection[Cost] = tuple(Cost), chat: str = ""
    ) -> int:
        """Count what went since a moment, to one chat or to all."""
        channel = self._channel
        return await self._database.read(lambda tx: postage.spent(tx, channel, since, costs, chat))

    async def warned(self, kind: str) -> bool:
        """Say whether something was noted of this month."""
        channel, month = self._channel, f"{self.month:%Y-%m}"
        return await self._database.read(lambda tx: postage.warned(tx, channel, kind, month))

    async def warn(self, kind: str) -> None:
        """Note something of this month, which a restart does not forget."""
        channel, month, now = self._channel, f"{self.month:%Y-%m}", self._clock.now()
        await self._database.run(lambda tx: postage.warn(tx, channel, kind, month, now))
