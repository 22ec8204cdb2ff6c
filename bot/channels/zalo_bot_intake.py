"""What the Bot Platform tells the bot, taken in durably; "typing…" where that takes a moment."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.channels.errands import Errands
from bot.channels.rhythm import Rhythm, rest
from bot.channels.zalo_bot_client import Client
from bot.channels.zalo_bot_updates import Unreadable, id_of, read
from plans.messages import Address, Message

Accept = Callable[[Message], Awaitable[bool]]

log = structlog.get_logger()


class Intake:
    """Takes updates in; `accept` returns after its commit."""

    def __init__(self, accept: Accept, client: Client, errands: Errands, rhythm: Rhythm) -> None:
        self._accept = accept
        self._client = client
        self._errands = errands
        self._rhythm = rhythm
        self.names: tuple[str, ...] = ()

    def read(self, raw: object) -> Message | None:
        """Read an update; one that cannot be read is logged, by its id alone."""
        try:
            return read(raw, self.names)
        except Unreadable as fault:
            log.error("zalo_bot.unreadable_update", id=id_of(raw), fault=str(fault))
            return None

    async def take(self, message: Message, stopping: asyncio.Event) -> bool:
        """Take a message in, however often that takes; False if everything stops before.

        An update that was told is gone: nobody brings it again once the database is back.
        """
        pauses = self._rhythm.pauses()
        while True:
            try:
                await self._take(message)
            except Exception as fault:
                log.error("zalo_bot.not_accepted", id=message.id, fault=type(fault).__name__)
            else:
                return True
            if stopping.is_set():
                return False
            await rest(next(pauses), stopping)

    async def _take(self, message: Message) -> None:
        typing = asyncio.get_running_loop().call_later(
            self._rhythm.typing_after, lambda: self._errands.start(self._type(message.address))
        )
        try:
            new = await self._accept(message)
        finally:
            typing.cancel()
        log.debug("zalo_bot.accepted", id=message.id, new=new)

    async def _type(self, address: Address) -> None:
        """Show that the bot is at work; Zalo does not count it, and nothing hangs on it."""
        await self._client.attempt("sendChatAction", chat_id=address.chat, action="typing")
