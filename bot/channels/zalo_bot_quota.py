"""What the bot may still send this month: the reserve for answers, and what Zalo itself says."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.clock import Clock
from bot.ledger import Ledger
from plans.allowance import Allowance
from plans.errors import SendError
from plans.messages import Delivery
from storage.postage import Cost

# Noted of a month in which Zalo has refused a message because of its quota.
QUOTA_USED: Final = "quota_used"
# Why a message goes elsewhere; those who ask for it read this.
REASON: Final = "monthly quota"
# Zalo does not say that a quota is the month's, and other causes are not ruled out: an answer is
# tried again once so much later, and goes elsewhere if that does not help.
PATIENCE: Final = timedelta(hours=1)

log = structlog.get_logger()


class Quota:
    """The month's messages: counted before they go, and what is no longer there goes elsewhere."""

    def __init__(self, ledger: Ledger, allowance: Allowance, clock: Clock) -> None:
        self._ledger = ledger
        self._allowance = allowance
        self._clock = clock
        self._next_try: datetime | None = None
        # What was logged, once a month; told anew after a restart.
        self._told: set[tuple[str, datetime]] = set()

    async def admit(self, delivery: Delivery, messages: int) -> None:
        """Let a delivery of so many messages go, or raise what becomes of it."""
        urgency = delivery.reply.urgency
        if await self._ledger.warned(QUOTA_USED):
            if not urgency.again:
                raise SendError(REASON, elsewhere=True)
            if self._next_try and self._clock.now() < self._next_try:
                raise self._later(delivery, self._next_try)
        spent = await self._ledger.spent(self._ledger.month)
        if not self._allowance.may_send(urgency, spent, messages):
            held = "zalo_bot.quota_spent" if urgency.again else "zalo_bot.reserve_reached"
            self._tell(held, spent)
            raise SendError(REASON, elsewhere=True)

    async def spend(self, delivery: Delivery) -> int:
        """Count a message that is about to go; return the note of it."""
        note = await self._ledger.spend(delivery, Cost.QUOTA)
        spent = await self._ledger.spent(self._ledger.month)
        if self._allowance.runs_low(spent):
            self._tell("zalo_bot.quota_low", spent)
        return note

    async def take_back(self, note: int) -> None:
        """Forget a message that certainly did not go."""
        await self._ledger.take_back(note)

    async def refused(self, delivery: Delivery) -> SendError:
        """Learn that Zalo counts no more messages this month; return what becomes of this one."""
        await self._ledger.warn(QUOTA_USED)
        self._tell("zalo_bot.quota_refused", await self._ledger.spent(self._ledger.month))
        self._next_try = self._clock.now() + PATIENCE
        if not delivery.reply.urgency.again:
            return SendError(REASON, elsewhere=True)
        return self._later(delivery, self._next_try)

    def _later(self, delivery: Delivery, moment: datetime) -> SendError:
        """Let an answer wait, but no answer for ever.

        The channel as a whole does not pause: an answer at its head would keep reminders from going
        elsewhere.
        """
        now = self._clock.now()
        if now - delivery.posted_at >= PATIENCE:
            return SendError(REASON, elsewhere=True)
        return SendError(REASON, after=(moment - now).total_seconds())

    def _tell(self, event: str, spent: int) -> None:
        if (event, self._ledger.month) not in self._told:
            self._told.add((event, self._ledger.month))
            log.warning(event, spent=spent, monthly=self._allowance.monthly)
