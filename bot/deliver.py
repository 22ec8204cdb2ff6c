"""From the outbox to the channels, after the commit: in order a chat, again after a failure."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel
from bot.clock import Clock
from plans.errors import SendError
from plans.messages import Delivery
from storage import outbox
from storage.database import Database

log = structlog.get_logger()

BATCH = 200
BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))


class Courier:
    """Send what the outbox owes; a crash between sending and recording sends once more."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        posted: asyncio.Event,
        rest: float = 1.0,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._posted = posted
        self._rest = rest

    async def run(self) -> None:
        """Send for ever: woken by new messages, or when a postponed one falls due."""
        while True:
            self._posted.clear()
            try:
                while await self.drain():
                    pass
                await self._wait()
            except Exception:
                # A database that is away for a while must not end the deliveries for good.
                log.exception("outbox.failed")
                await asyncio.sleep(self._rest)

    async def _wait(self) -> None:
        upcoming = await self._database.read(outbox.next_due)
        seconds = (upcoming - self._clock.now()).total_seconds() if upcoming else 60.0
        try:
            await asyncio.wait_for(self._posted.wait(), timeout=min(max(seconds, 0.05), 60.0))
        except TimeoutError:
            return

    async def drain(self) -> int:
        """Send one message of every chat that waits; return how many were settled."""
        now = self._clock.now()
        waiting = await self._database.read(lambda tx: outbox.due(tx, now, BATCH))
        if not waiting:
            return 0
        outcomes = await asyncio.gather(*(self._send(*item) for item in waiting))
        sent = [outcome for outcome in outcomes if outcome is not None]
        if sent:
            await self._database.run(lambda tx: outbox.mark_sent(tx, sent, now))
        return len(waiting)

    async def _send(self, delivery: Delivery, attempts: int) -> tuple[int, str] | None:
        channel = self._channels.get(delivery.address.channel)
        try:
            if channel is None:
                raise SendError(f"no channel {delivery.address.channel}", gone=True)
            return delivery.number, await channel.send(delivery)
        except SendError as error:
            await self._settle(delivery, attempts, error)
        except Exception as fault:
            # One message that a channel chokes on must not undo the record of those beside it.
            log.exception("delivery.bug", number=delivery.number)
            await self._settle(delivery, attempts, SendError(type(fault).__name__, retry=True))
        return None

    async def _settle(self, delivery: Delivery, attempts: int, error: SendError) -> None:
        """Postpone what may work later; give the rest up, with the reason on record."""
        log.warning("delivery.failed", number=delivery.number, reason=str(error))
        until = self._try_again_at(attempts) if error.retry else None
        if until is None:
            await self._database.run(
                lambda tx: outbox.give_up(tx, delivery.number, str(error)[:500])
            )
        else:
            await self._database.run(lambda tx: outbox.postpone(tx, delivery.number, until))

    def _try_again_at(self, attempts: int) -> datetime | None:
        return self._clock.now() + BACK_OFF[attempts] if attempts < len(BACK_OFF) else None
