"""One channel's deliveries: fetched ahead, claimed, sent at the channel's pace, recorded together.

Nothing here knows another channel: one that is slow, paused or silent holds up no other.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

import structlog
from sqlalchemy import Connection

from bot.channels import Channel
from bot.clock import Clock
from bot.outcomes import REST_SECONDS, Fate, Outcome, judged, record
from bot.pacing import Gate
from plans.errors import SendError
from plans.messages import Delivery, Urgency
from storage import outbox
from storage.database import Database

log = structlog.get_logger()

# Of the messages given, the numbers that are no longer wanted; asked in the transaction that claims
# them, and free to word the others anew.
Still = Callable[[Connection, Sequence[int], datetime], set[int]]
Waiting = list[tuple[Delivery, int]]

# At most so many are claimed ahead on a channel without a pace of its own.
BATCH = 100
# Half a second's worth is claimed ahead elsewhere: what a crash leaves in doubt stays small.
AHEAD_SECONDS = 0.5
# So long a reminder's outcome waits for others, to be recorded in one commit.
LINGER_SECONDS = 0.2
# How often a lane looks by itself: for what another process posted or queued again.
POLL_SECONDS = 5.0
# How long sends under way may take to finish when the bot stops.
FAREWELL_SECONDS = 5.0


def all_wanted(_connection: Connection, _numbers: Sequence[int], _now: datetime) -> set[int]:
    """Want every message still."""
    return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every lane works with."""

    database: Database
    clock: Clock
    still: Still = all_wanted
    rest: float = 1.0
    posted: asyncio.Event = field(default_factory=asyncio.Event)


class Lane:
    """The deliveries of one channel."""

    def __init__(self, channel: Channel, desk: Desk) -> None:
        self._channel = channel
        self._desk = desk
        self._gate = Gate(channel.limits)
        per_second = channel.limits.per_second
        self._batch = max(1, ceil(per_second * AHEAD_SECONDS)) if per_second else BATCH
        self._news = asyncio.Event()
        self._landed = asyncio.Event()
        self._taking = asyncio.Lock()
        self._writing = asyncio.Lock()
        # Taken from the outbox and not recorded yet; then those that a reader may still see owed.
        self._held: dict[int, asyncio.Task[None]] = {}
        self._settled: set[int] = set()
        self._outcomes: list[Outcome] = []
        self._more = False
        self._upcoming: datetime | None = None
        self._stopping = False

    @property
    def held(self) -> frozenset[int]:
        """Return the numbers of what is being delivered."""
        return frozenset(self._held)

    def wake(self) -> None:
        """Look into the outbox now."""
        self._news.set()

    async def run(self) -> None:
        """Deliver until cancelled; then finish what is under way and record it."""
        loops = {asyncio.create_task(self._fetching()), asyncio.create_task(self._recording())}
        try:
            await asyncio.wait(loops)
        finally:
            await self._stop(loops)

    async def drain(self) -> int:
        """Deliver what is owed now; return how many messages were settled."""
        settled = 0
        while not self._gate.paused() and (withdrawn := await self._take()) is not None:
            await asyncio.gather(*self._held.values())
            settled += withdrawn + await self._record()
        return settled

    async def _fetching(self) -> None:
        while not self._stopping:
            self._news.clear()
            # What a quick channel was just given lands first, and goes on record with one commit.
            await asyncio.sleep(0)
            try:
                pause = await self._look()
            except Exception:
                # A database that is away for a while must not end the deliveries for good.
                log.exception("outbox.failed", channel=self._channel.name)
                await asyncio.sleep(self._desk.rest)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()

    async def _look(self) -> float:
        """Take what is owed; return the seconds after which to look again unasked."""
        if self._outcomes or self._writing.locked():
            # The record changes what is owed: reading before it would be for nothing.
            await self._record()
        if paused := self._gate.paused():
            return paused
        if await self._take() is not None or self._upcoming is None:
            return POLL_SECONDS
        seconds = (self._upcoming - self._desk.clock.now()).total_seconds()
        return min(max(seconds, 0.05), POLL_SECONDS)

    async def _take(self) -> int | None:
        """Begin to deliver what is owed; return how many were withdrawn, or None if none was owed.

        Once enough is claimed ahead, only answers are taken: they overtake what is claimed.
        """
        async with self._taking:
            room = self._batch - self._gate.waiting
            least = Urgency.DIGEST if room * 2 >= self._batch else Urgency.ANSWER
            found = await self._owed(least, max(room, self._batch))
            again = [one for one in found if one[0].reply.urgency.again]
            for one in again:
                self._begin(*one)
            rest = [one for one in found if not one[0].reply.urgency.again][: max(room, 0)]
            if not rest:
                return 0 if again else None
            claimed = await self._claim([delivery.number for delivery, _ in rest])
            for one in claimed:
                self._begin(*one)
            return len(rest) - len(claimed)

    async def _owed(self, least: Urgency, limit: int) -> Waiting:
        # What is recorded by now a later reader sees as such; what follows it may not.
        self._settled.clear()
        now, name, busy = self._desk.clock.now(), self._channel.name, self._gate.busy()
        limit += len(self._held)

        def work(tx: Connection) -> tuple[Waiting, datetime | None]:
            found = outbox.due(tx, name, now, limit, least=least, without=busy)
            return found, None if found else outbox.next_due(tx, name, now)

        found, self._upcoming = await self._desk.database.read(work)
        self._more = len(found) == limit or least < Urgency.DIGEST
        mine = self._held.keys() | self._settled
        return [one for one in found if one[0].number not in mine]

    async def _claim(self, numbers: Sequence[int]) -> Waiting:
        now, name = self._desk.clock.now(), self._channel.name

        def work(connection: Connection) -> Waiting:
            mine = outbox.claim(connection, name, numbers, now)
            outbox.withdraw(connection, self._desk.still(connection, mine, now))
            # Read only now: the last look may have worded some anew.
            return outbox.claimed(connection, mine)

        return await self._desk.database.run(work)

    def _begin(self, delivery: Delivery, attempts: int) -> None:
        self._held[delivery.number] = asyncio.create_task(self._deliver(delivery, attempts))

    async def _deliver(self, delivery: Delivery, attempts: int) -> None:
        chat, urgency = delivery.address.chat, delivery.reply.urgency
        if await self._gate.enter((urgency, delivery.number), chat):
            if self._more and self._gate.waiting * 2 <= self._batch:
                self._news.set()
            try:
                outcome = await self._send(delivery, attempts)
            finally:
                self._gate.leave(chat)
        else:
            outcome = Outcome(delivery=delivery, fate=Fate.NOT_TRIED)
        self._outcomes.append(outcome)
        if urgency.again or not self._gate.waiting:
            self._landed.set()
        else:
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self._landed.set)

    async def _send(self, delivery: Delivery, attempts: int) -> Outcome:
        try:
            async with asyncio.timeout(self._channel.limits.timeout):
                platform_id = await self._channel.send(delivery)
        except SendError as error:
            fault = error
        except TimeoutError:
            fault = SendError("no answer in time", unknown=True)
        except asyncio.CancelledError:
            fault = SendError("the bot stopped while it was being sent", unknown=True)
        except Exception as bug:
            # One message that a channel chokes on must not undo the record of those beside it.
            log.exception("delivery.bug", number=delivery.number)
            fault = SendError(type(bug).__name__, unknown=True)
        else:
            self._gate.landed(delivery.address.chat)
            return Outcome(delivery=delivery, fate=Fate.SENT, platform_id=platform_id)
        return self._not_taken(delivery, attempts, fault)

    def _not_taken(self, delivery: Delivery, attempts: int, fault: SendError) -> Outcome:
        if fault.everywhere:
            seconds = REST_SECONDS if fault.after is None else fault.after
            self._gate.pause(seconds)
            log.warning("channel.paused", channel=self._channel.name, seconds=seconds)
        outcome = judged(delivery, attempts, fault, self._desk.clock.now())
        event = "delivery.unknown" if outcome.fate is Fate.UNKNOWN else "delivery.failed"
        log.warning(event, number=delivery.number, reason=str(fault), fate=outcome.fate.name)
        return outcome

    async def _recording(self) -> None:
        while self._held or not self._stopping:
            await self._landed.wait()
            self._landed.clear()
            try:
                await self._record()
            except Exception:
                log.exception("outbox.failed", channel=self._channel.name)
                await asyncio.sleep(self._desk.rest)
                self._landed.set()

    async def _record(self) -> int:
        """Record how deliveries ended; return how many were settled."""
        async with self._writing:
            outcomes, now = list(self._outcomes), self._desk.clock.now()
            if outcomes:
                await self._desk.database.run(lambda tx: record(tx, outcomes, now))
            del self._outcomes[: len(outcomes)]
            for outcome in outcomes:
                self._held.pop(outcome.delivery.number, None)
                self._settled.add(outcome.delivery.number)
        if outcomes:
            self._news.set()
        if any(outcome.fate in (Fate.GONE, Fate.ELSEWHERE) for outcome in outcomes):
            self._desk.posted.set()  # it may be another lane's now
        return sum(outcome.fate is not Fate.NOT_TRIED for outcome in outcomes)

    async def _stop(self, loops: set[asyncio.Task[None]]) -> None:
        self._stopping = True
        self._gate.close()
        self._news.set()
        self._landed.set()
        _, late = await asyncio.wait(loops, timeout=FAREWELL_SECONDS)
        for task in self._held.values():
            task.cancel()
        if late:
            _, late = await asyncio.wait(late, timeout=1.0)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
