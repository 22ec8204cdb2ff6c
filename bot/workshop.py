"""Files made beside the chat: after the commit, one at a time, in a thread that only reads."""

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy import Connection

import locales
from bot.clock import Clock
from bot.receive import Receiver
from handlers import making
from plans.errors import Refused
from plans.messages import File, Reply
from plans.world import World
from storage import making as waiting
from storage import outbox, people
from storage.database import Database
from storage.making import Unmade

log = structlog.get_logger()

# After so long somebody is told that it takes a while; until then nothing needs to be said.
SLOW_SECONDS = 3.0
POLL_SECONDS = 5.0


class Workshop:
    """Makes what messages wait for; a crash leaves them waiting, and it is made again."""

    def __init__(self, database: Database, world: World, clock: Clock, receiver: Receiver) -> None:
        self._database = database
        self._world = world
        self._clock = clock
        self._posted = receiver.posted
        self._asked = receiver.asked

    async def run(self) -> None:
        """Make files until cancelled: woken by every message that was taken in."""
        while True:
            self._asked.clear()
            try:
                await self.drain()
            except Exception:
                log.exception("workshop.failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._asked.wait()

    async def drain(self) -> int:
        """Make what is waited for now; return how much that was."""
        found = await self._database.read(waiting.unmade)
        for one in found:
            await self._make(one)
            self._posted.set()
        return len(found)

    async def _make(self, one: Unmade) -> None:
        now = self._clock.now()

        def work(connection: Connection) -> File:
            return making.make(connection, self._world, now, one.address, one.task)

        task = asyncio.ensure_future(self._database.read(work))
        try:
            await asyncio.wait({task}, timeout=SLOW_SECONDS)
            # Where the clock stands still, as in conversation files, nothing takes a while.
            if not task.done() and self._clock.now() > now:
                await self._database.run(lambda tx: self._say(tx, one))
                self._posted.set()
            file = await task
        except Refused as refused:
            key, args = refused.key, refused.args_for_text
            await self._not_made(one, key, args)
        except Exception:
            log.exception("workshop.not_made", kind=one.task.kind)
            await self._not_made(one, "refused.bug", {})
        else:
            await self._database.run(lambda tx: waiting.made(tx, one.number, file, now))

    async def _not_made(self, one: Unmade, key: str, args: dict[str, object]) -> None:
        def work(connection: Connection) -> None:
            words = locales.text(_language(connection, one), key, **args)
            waiting.not_made(connection, one.number, words, self._clock.now())

        await self._database.run(work)

    def _say(self, connection: Connection, one: Unmade) -> None:
        words = locales.text(_language(connection, one), "making.slow")
        outbox.post(connection, one.address, Reply(text=words), self._clock.now(), None)


def _language(connection: Connection, one: Unmade) -> str:
    person = people.person_at(connection, one.address)
    return person.language if person else "vi"
