"""The menus that Telegram shows beside the writing line: whose commands, in which language.

They are a comfort: set behind the answers, one call at a time, never again while nothing changed,
and what fails is logged and left.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import (
    DeleteMyCommands,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from sqlalchemy import Connection

import locales
from bot.channels.calls import ApiError
from bot.channels.telegram_errors import Rejected
from handlers.menu_places import MENU, Place, places_of
from plans.messages import Address
from plans.people import Person, Role
from plans.world import World
from storage import people
from storage.database import Database

log = structlog.get_logger()

# Seconds between two calls: a province that reports at once must not cost an answer its turn.
PAUSE = 1.0
# Seconds after which what every chat shows is tried again.
AGAIN = 60.0
# So many chats' menus are remembered; one that was forgotten is set once more.
REMEMBERED = 5_000
# What Telegram shows to clients of any language that has no words of its own.
FIRST_LANGUAGE = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose menu it is: the language, and what their roles allow."""

    language: str
    places: frozenset[Place]


Who = Callable[[int], Awaitable[Reader | None]]
# How a method of the Bot API is called: a client's `call`, or aiogram's bot itself.
Call = Callable[[TelegramMethod[bool]], Awaitable[object]]
# What Telegram would refuse again.
_REFUSED = (TelegramBadRequest, TelegramForbiddenError)
_REFUSALS = (400, 403)


def readers(database: Database, world: World, channel: str) -> Who:
    """Return how the one who reads a private chat is found; None for a stranger."""

    def look(connection: Connection, chat: int) -> Reader | None:
        person = people.person_at(connection, Address(channel=channel, chat=str(chat)))
        return reader_of(world, person, people.roles_of(connection, person.id)) if person else None

    async def who(chat: int) -> Reader | None:
        return await database.read(lambda tx: look(tx, chat))

    return who


def reader_of(world: World, person: Person, roles: Sequence[Role]) -> Reader | None:
    """Return what a person's menu depends on; somebody who left every unit is a stranger."""
    places = places_of(world, roles)
    return Reader(language=person.language, places=places) if places else None


def menu_of(reader: Reader) -> list[BotCommand]:
    """Return a menu: the commands of every place of a reader, each with its sentence."""
    return [
        BotCommand(
            command=name.removeprefix("/"),
            description=locales.text(reader.language, f"menu.command.{name.removeprefix('/')}"),
        )
        for name, places in MENU
        if places & reader.places
    ]


class Menus:
    """Sets what Telegram shows, in a task of its own that the channel runs."""

    def __init__(self, call: Call, who: Who, *, pause: float = PAUSE, again: float = AGAIN) -> None:
        self._call, self._who = call, who
        self._pause, self._again = pause, again
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._shown: OrderedDict[int, int] = OrderedDict()
        self._news = asyncio.Event()

    def seen(self, chat: int) -> None:
        """Note that a private chat was answered: whose menu it shows may be another now."""
        if len(self._waiting) < REMEMBERED:
            self._waiting[chat] = None
            self._news.set()

    async def run(self) -> None:
        """Set menus for ever: first what every chat shows, then each chat's own."""
        introduced = await self._introduce()
        while not introduced:
            await asyncio.sleep(self._again)
            introduced = await self._introduce()
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                chat, _ = self._waiting.popitem(last=False)
                await self._set_own(chat)

    async def _introduce(self) -> bool:
        """Set what strangers and groups see, and what the bot says of itself; True if it is set."""
        for language in locales.LANGUAGES:
            code = None if language == FIRST_LANGUAGE else language
            stranger = menu_of(Reader(language=language, places=frozenset({Place.STRANGER})))
            group = menu_of(Reader(language=language, places=frozenset({Place.GROUP})))
            about = locales.text(language, "menu.about")
            short = locales.text(language, "menu.about_short")
            everywhere, groups = BotCommandScopeDefault(), BotCommandScopeAllGroupChats()
            methods: tuple[TelegramMethod[bool], ...] = (
                SetMyCommands(commands=stranger, scope=everywhere, language_code=code),
                SetMyCommands(commands=group, scope=groups, language_code=code),
                SetMyDescription(description=about, language_code=code),
                SetMyShortDescription(short_description=short, language_code=code),
            )
            for method in methods:
                if not await self._settle(method, "menu.not_introduced"):
                    return False
        return True

    async def _set_own(self, chat: int) -> None:
        """Set a chat's own menu if it is another than the one set last."""
        try:
            reader = await self._who(chat)
        except Exception:
            # A database that is away for a while costs a menu, not the task.
            log.exception("menu.unknown", chat=chat)
            return
        if reader is None:
            await self._take_away(chat)
            return
        menu = menu_of(reader)
        shown = hash(tuple((command.command, command.description) for command in menu))
        if self._shown.get(chat) == shown:
            self._shown.move_to_end(chat)
            return
        method = SetMyCommands(commands=menu, scope=BotCommandScopeChat(chat_id=chat))
        if await self._settle(method, "menu.not_set"):
            self._shown[chat] = shown
            while len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)

    async def _take_away(self, chat: int) -> None:
        """Let somebody who left see what strangers see; of strangers nothing is remembered."""
        if chat in self._shown:
            method = DeleteMyCommands(scope=BotCommandScopeChat(chat_id=chat))
            if await self._settle(method, "menu.not_set"):
                del self._shown[chat]

    async def _settle(self, method: TelegramMethod[bool], event: str) -> bool:
        """Call a method and rest; return whether that is all: it was done, or refused for good."""
        rest, settled = self._pause, True
        try:
            await self._call(method)
        except (ApiError, AiogramError) as error:
            log.warning(event, reason=type(error).__name__)
            settled = isinstance(error, _REFUSED)
            settled |= isinstance(error, Rejected) and error.status in _REFUSALS
            rest = max(rest, getattr(error, "retry_after", None) or 0.0)
        await asyncio.sleep(rest)
        return settled
