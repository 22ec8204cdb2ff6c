"""What Telegram tells the bot, taken in durably before anything is confirmed to it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol, assert_never

import structlog
from aiogram.methods import AnswerCallbackQuery, SendChatAction

from bot.channels.errands import Errands
from bot.channels.rhythm import Rhythm
from bot.channels.telegram_client import Client
from bot.channels.telegram_sending import Sender
from bot.channels.telegram_updates import Event, Membership, Moved, Said, Tapped, number_of, read
from plans.messages import Address, Message, MessageKind

_CARRIED: Final = re.compile(r"(\d{1,15})\.(\d{1,3})", re.A)
# No card has this number: the tap is refused kindly, and the current card shown.
STALE: Final = "-|/start"

log = structlog.get_logger()


class Menus(Protocol):
    """What follows the people in private chats as their roles change: menus of commands."""

    def seen(self, chat: int) -> None:
        """Note that a message from a private chat was taken in: its menu may be another now."""

    async def run(self) -> None:
        """Set menus, from when the bot is open until it is cancelled."""


class NoMenus:
    """No menus of commands."""

    def seen(self, chat: int) -> None:
        """Do nothing."""

    async def run(self) -> None:
        """Do nothing."""


class NotOpen(Exception):
    """Say that an update has to come again once the bot knows its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the channel calls in the application; what is awaited returns after its commit.

    `opened` is told the bot's name as soon as that is known.
    """

    accept: Callable[[Message], Awaitable[bool]]
    choice_of: Callable[[Address, int, int], Awaitable[str | None]]
    blocked: Callable[[Address], Awaitable[None]]
    unblocked: Callable[[Address], Awaitable[None]]
    moved: Callable[[Address, Address], Awaitable[None]]
    opened: Callable[[str], None]


class Intake:
    """Takes updates in; whoever delivers them confirms them only afterwards."""

    def __init__(
        self,
        wiring: Wiring,
        client: Client,
        sender: Sender,
        errands: Errands,
        *,
        rhythm: Rhythm,
        menus: Menus,
    ) -> None:
        self._wiring = wiring
        self._client = client
        self._sender = sender
        self._errands = errands
        self._rhythm = rhythm
        self._menus = menus
        self.username = ""

    def read(self, raw: object) -> Event | None:
        """Read an update; one that nobody can read is logged and never comes again."""
        try:
            return read(raw, self.username)
        except Exception as fault:
            # Only the fault's type: its words may quote what the person wrote.
            log.error(
                "telegram.unreadable_update", number=number_of(raw), fault=type(fault).__name__
            )
            return None

    async def take(self, event: Event) -> None:
        """Take an event in; return after the commit, or raise and let it come again."""
        match event:
            case Said(message=message) if message.sender and not self.username:
                raise NotOpen("whose commands these are is not known yet")
            case Said(message=message):
                await self._accept(message)
            case Tapped(private=True):
                await self._tapped(event)
                self._errands.start(self._answer(event))
            case Tapped():
                self._errands.start(self._answer(event))
            case Membership(address=address, welcome=welcome):
                await (self._wiring.unblocked if welcome else self._wiring.blocked)(address)
            case Moved(address=old, to=new):
                await self._wiring.moved(old, new)
            case _ as never:
                assert_never(never)

    async def _tapped(self, tap: Tapped) -> None:
        text = STALE
        if found := _CARRIED.fullmatch(tap.carried):
            number, place = int(found[1]), int(found[2])
            text = await self._wiring.choice_of(tap.address, number, place) or STALE
        if "|" in text and text != STALE:
            self._sender.tapped_bound(tap.id)
        await self._accept(Message(address=tap.address, id=tap.id, text=text, kind=MessageKind.TAP))

    async def _accept(self, message: Message) -> None:
        typing = asyncio.get_running_loop().call_later(
            self._rhythm.typing_after, lambda: self._errands.start(self._type(message.address))
        )
        try:
            new = await self._wiring.accept(message)
        finally:
            typing.cancel()
        log.debug("telegram.accepted", id=message.id, new=new)
        if message.sender is None:
            self._menus.seen(int(message.address.chat))

    async def _type(self, address: Address) -> None:
        if not self._sender.turns.quiet:
            await self._client.attempt(SendChatAction(chat_id=address.chat, action="typing"))

    async def _answer(self, tap: Tapped) -> None:
        """End the little clock on a button; too late an answer does no harm."""
        if error := await self._client.attempt(AnswerCallbackQuery(callback_query_id=tap.query)):
            log.debug("telegram.tap_not_answered", reason=str(error))
