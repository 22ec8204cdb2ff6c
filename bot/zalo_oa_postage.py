"""What a message of the Official Account costs, chosen and noted in one transaction.

Two messages that go at once, in two processes even, never both take what is left for one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.channels.zalo_oa_events import is_group
from bot.channels.zalo_oa_sending import Postage
from bot.channels.zalo_oa_windows import Standing, Way, way
from bot.clock import Clock
from bot.ledger import Ledger
from plans.allowance import Allowance
from plans.messages import Address, Delivery
from storage import dead_letters, inbox, people, postage
from storage.database import Database
from storage.postage import Cost

# Channels where a push costs nothing, and is seen without opening a page.
CHEAPER: Final = ("telegram", "zalo_bot")
WINDOW: Final = "window: nothing may be sent this long after their last word"
QUOTA: Final = "monthly quota: of paid messages nothing is left"
CHEAPER_THERE: Final = "window: it would cost here and costs nothing elsewhere"
LOW: Final = "paid_low"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What an operator allows: free messages in a window, paid ones in a month, templates."""

    free: int
    paid: int
    templates: Mapping[str, str]


class Purse:
    """Counts the messages of one Official Account."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channel: str,
        prices: Prices,
        channels: Collection[str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._ledger = Ledger(database, clock, channel)
        self._channel = channel
        self._prices = prices
        self._channels = channels

    async def pay(self, delivery: Delivery, messages: int) -> Postage:
        """Choose how so many messages go, and note them."""
        paid = await self._database.run(lambda tx: self._pay(tx, delivery, messages))
        if paid.way is Way.PAID:
            await self._warn()
        return paid

    async def take_back(self, notes: Sequence[int]) -> None:
        """Forget messages that certainly did not go."""

        def work(tx: Connection) -> None:
            for note in notes:
                postage.take_back(tx, note)

        await self._database.run(work)

    async def charged(self, delivery: Delivery, note: int) -> None:
        """Note that Zalo took money for a message, whatever it was noted as."""

        def work(tx: Connection) -> None:
            postage.take_back(tx, note)
            self._spend(tx, delivery, Cost.PAID, 1)

        await self._database.run(work)

    def _pay(self, tx: Connection, delivery: Delivery, messages: int) -> Postage:
        if is_group(delivery.address.chat):
            return Postage(way=Way.FREE, notes=self._spend(tx, delivery, Cost.GROUP, messages))
        standing = self._standing(tx, delivery, messages)
        chosen = way(standing)
        match chosen:
            case Way.FREE:
                notes = self._spend(tx, delivery, Cost.FREE, messages)
            case Way.PAID:
                notes = self._spend(tx, delivery, Cost.PAID, messages)
            case Way.TEMPLATE_USER:
                notes = self._spend(tx, delivery, Cost.TEMPLATE_USER, 1)
            case Way.ELSEWHERE:
                return Postage(way=chosen, reason=self._reason(standing))
        return Postage(way=chosen, notes=notes)

    def _reason(self, standing: Standing) -> str:
        if standing.cheaper and not standing.urgency.again:
            return CHEAPER_THERE
        return QUOTA if standing.in_reach and self._prices.paid else WINDOW

    def _standing(self, tx: Connection, delivery: Delivery, messages: int) -> Standing:
        here, reply = delivery.address, delivery.reply
        heard = _heard(tx, here)
        free_used = postage.spent(tx, self._channel, heard, (Cost.FREE,), here.chat) if heard else 0
        return Standing(
            now=self._clock.now(),
            heard=heard,
            urgency=reply.urgency,
            free_used=free_used,
            free_most=self._prices.free,
            paid_used=postage.spent(tx, self._channel, self._ledger.month, (Cost.PAID,)),
            paid_most=self._prices.paid,
            template=bool(reply.brief and reply.brief.kind in self._prices.templates),
            cheaper=self._cheaper(tx, delivery),
            messages=messages,
        )

    def _cheaper(self, tx: Connection, delivery: Delivery) -> bool:
        """Say whether the address that would come next costs nothing and is open."""
        others = dead_letters.addresses_after(tx, delivery.number, delivery.address)
        return any(one.channel in CHEAPER and one.channel in self._channels for one in others[:1])

    def _spend(
        self, tx: Connection, delivery: Delivery, cost: Cost, messages: int
    ) -> tuple[int, ...]:
        number, address, now = delivery.number, delivery.address, self._clock.now()
        return tuple(postage.spend(tx, number, address, cost, now) for _ in range(messages))

    async def _warn(self) -> None:
        allowance = Allowance(monthly=self._prices.paid)
        spent = await self._ledger.spent(self._ledger.month, (Cost.PAID,))
        if allowance.runs_low(spent) and not await self._ledger.warned(LOW):
            await self._ledger.warn(LOW)
            log.warning("zalo_oa.paid_runs_low", spent=spent, monthly=self._prices.paid)


def _heard(tx: Connection, address: Address) -> datetime | None:
    """Return when somebody last wrote from an address, a stranger or a member."""
    known = [people.heard_at(tx, address), inbox.last_at(tx, address)]
    return max((moment for moment in known if moment), default=None)
