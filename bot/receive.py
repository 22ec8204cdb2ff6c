"""One message, one transaction: seen, understood, answered into the outbox, committed."""

import asyncio
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import Connection

import locales
from bot.clock import Clock
from handlers import entrance
from plans.messages import Address, Message, Reply
from plans.world import World
from storage import inbox, outbox, people
from storage.database import Database

log = structlog.get_logger()


class Receiver:
    """Take messages one at a time a chat; chats do not wait for each other but for the writer."""

    def __init__(self, database: Database, world: World, clock: Clock) -> None:
        self._database = database
        self._world = world
        self._clock = clock
        # A chat's lock lives for as long as somebody waits for it.
        self._chats: WeakValueDictionary[Address, asyncio.Lock] = WeakValueDictionary()
        self.posted = asyncio.Event()
        self.asked = asyncio.Event()

    async def accept(self, message: Message) -> bool:
        """Accept a message durably; False for a repeat, which changes nothing.

        A bug inside rolls everything back; a second transaction marks the message as seen and owes
        one apology, so that a platform does not deliver it for ever.
        """
        chat = self._chats.setdefault(message.address, asyncio.Lock())
        async with chat:
            try:
                new = await self._database.run(lambda tx: self._answer(tx, message))
            except Exception:
                log.exception("message.failed", channel=message.address.channel, id=message.id)
                new = await self._database.run(lambda tx: self._apologise(tx, message))
        self.posted.set()
        self.asked.set()
        return new

    def _answer(self, connection: Connection, message: Message) -> bool:
        now = self._clock.now()
        if not inbox.take(connection, message, now):
            return False
        reply = entrance.respond(connection, self._world, now, message)
        if reply:
            outbox.post(connection, message.address, reply, now, message.id)
        return True

    def _apologise(self, connection: Connection, message: Message) -> bool:
        now = self._clock.now()
        if not inbox.take(connection, message, now):
            return False
        inbox.mark_failed(connection, message)
        person = people.person_at(connection, message.address)
        if person:
            reply = Reply(text=locales.text(person.language, "refused.bug"))
            outbox.post(connection, message.address, reply, now, message.id)
        return True
