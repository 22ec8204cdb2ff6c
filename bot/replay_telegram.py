"""Conversation files over Telegram: the real channel, real HTTP both ways, the fake Bot API."""

import secrets
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiohttp import web
from sqlalchemy import func, select

from bot.app import App
from bot.channels.rhythm import Rhythm
from bot.channels.telegram import LIMITS, Manners, Telegram
from bot.channels.telegram_updates import Said, Tapped, address_of, read
from bot.conversation import ConversationError
from bot.replay_lines import Heard, Line, NoButton, attached, tapped
from bot.replay_screens import PATIENCE, Watched, served
from bot.settings import Settings
from bot.web import telegram
from plans.messages import Address, Delivery, MessageKind
from storage.tables import inbox

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram
    from tests.fakes.telegram_people import User
    from tests.fakes.telegram_view import Shown

# The fake keeps no pace: neither does the channel.
MANNERS = Manners(
    limits=replace(LIMITS, per_second=None, chat_seconds=0.0, group_seconds=0.0),
    rhythm=Rhythm(farewell=0.0),
)
_SENDS: dict[MessageKind, Callable[["User", str], Any]] = {
    MessageKind.PHOTO: lambda user, _: user.sends_photo(),
    MessageKind.FILE: lambda user, name: user.sends_document(b"PK", name or "file.bin"),
    MessageKind.VOICE: lambda user, _: user.sends_voice(),
    MessageKind.STICKER: lambda user, _: user.sends_sticker(),
    MessageKind.FORWARD: lambda user, _: user.forwards("15"),
    MessageKind.OTHER: lambda user, _: user.sends_location(10.93, 108.1),
}


class TelegramLine:
    """People with Telegram's clients; what they hear is what their screens show."""

    def __init__(self, app: App, fake: "FakeTelegram", channel: Telegram) -> None:
        self._app = app
        self._fake = fake
        self._people: dict[str, User] = {}
        self._names: dict[str, str] = {}
        self._heard: list[tuple[int, Heard]] = []
        # Everything that was ever shown, as it was then: an old screen keeps what is taken away.
        self._shown: defaultdict[str, list[Shown]] = defaultdict(list)
        self._newest: defaultdict[str, int] = defaultdict(int)
        self._typed: dict[str, dict[str, Any]] = {}
        self._updates: list[dict[str, Any]] = []
        self._said: tuple[Address, str] | None = None
        app.add([Watched(channel, self._look)])

    def address(self, name: str) -> Address:
        """Return where somebody who joined before, and so wrote before, is reached."""
        user = self._person(name)
        user.account.started = True
        return address_of(user.id)

    async def say(self, name: str, text: str) -> None:
        """Let somebody do it in their client; return when the channel has confirmed it."""
        user, before = self._person(name), len(self._fake.updates)
        kind, label = attached(text), tapped(text)
        tap = None
        if kind is MessageKind.EDIT:
            self._edit(name)
        elif kind:
            _SENDS[kind](user, text.partition(" ")[2])
        elif label is not None:
            tap = self._tap(name, label)
        else:
            self._typed[name] = user.says(text)
        self._updates = self._fake.updates[before:]
        self._said = _what(self._updates[-1])
        await self._confirmed(times=1)
        if tap:
            await self._until(lambda: tap.answer is not None)

    async def repeat(self) -> bool:
        """Let Telegram deliver once more what was said last."""
        before = await self._taken_in()
        for update in self._updates:
            self._fake.repeat(update)
        await self._confirmed(times=2)
        return await self._taken_in() != before

    def collect(self) -> list[Heard]:
        """Return what was shown since the last look."""
        heard = [one for _, one in sorted(self._heard, key=lambda pair: pair[0])]
        self._heard.clear()
        return heard

    def _person(self, name: str) -> "User":
        if name not in self._people:
            user = self._fake.user(first_name=name, language_code="vi")
            self._people[name] = user
            self._names[str(user.id)] = name
        return self._people[name]

    def _edit(self, name: str) -> None:
        if name not in self._typed:
            raise ConversationError(f"{name} has written nothing that could be edited")
        self._people[name].edits(self._typed[name], f"{self._typed[name]['text']}.")

    def _tap(self, name: str, label: str) -> Any:
        """Tap the newest button of a label, on an old screen if it stands on no new one."""
        user = self._person(name)
        for shown in reversed(self._shown[name]):
            for button in (button for row in shown.buttons for button in row):
                if button.label == label:
                    return user.taps_old(shown, button.data)
        raise NoButton(label)

    async def _look(self, delivery: Delivery, id: str) -> None:
        """Note what a delivery put on a screen: new messages, or one that is another now."""
        last = int(id)
        name = self._names[delivery.address.chat]
        newest, self._newest[name] = self._newest[name], max(self._newest[name], last)
        messages = self._fake.chat(self._people[name]).from_bot
        shown = [one for one in messages if one.id > newest or one.id == last]
        self._shown[name] += shown
        file = next((_file(one, delivery) for one in shown if one.photo or one.file_name), "")
        heard = Heard(
            name=name,
            text="\n".join(one.text for one in shown if one.text),
            labels=tuple(label for one in shown for label in one.labels),
            file=file,
            answers=self._said == (delivery.address, delivery.answers),
        )
        self._heard.append((delivery.number, heard))

    async def _confirmed(self, times: int) -> None:
        """Wait until every update of the last thing said was taken so many times."""
        wanted = {update["update_id"] for update in self._updates}

        def answers() -> list[int]:
            return [one.status for one in self._fake.attempts if one.update_id in wanted]

        await self._until(lambda: len(answers()) >= times * len(wanted))
        if refused := [status for status in answers() if status != web.HTTPOk.status_code]:
            raise ConversationError(f"the Telegram channel answered an update with {refused[0]}")

    async def _until(self, so: Callable[[], object]) -> None:
        try:
            await self._fake.until(so, PATIENCE)
        except TimeoutError:
            raise ConversationError(
                f"the Telegram channel did not answer within {PATIENCE:.0f} seconds"
            ) from None

    async def _taken_in(self) -> int:
        counted = select(func.count()).select_from(inbox)
        return int(await self._app.database.read(lambda tx: tx.execute(counted).scalar_one()))


@asynccontextmanager
async def telegram_line(app: App) -> AsyncIterator[Line]:
    """Open a fake Telegram with our channel on it, which it calls as it does a real bot."""
    async with _fake() as fake:
        fake.cloud.tap_lives = PATIENCE
        with socket.create_server(("127.0.0.1", 0)) as door:
            channel = telegram(app, _settings(fake, door.getsockname()[1]), MANNERS)
            if channel is None:
                raise ConversationError("the fake Telegram's token opens no channel")

            async def is_open() -> None:
                # The menus follow as soon as the bot knows its name and has set its webhook.
                await fake.until(lambda: fake.called("setMyCommands"), PATIENCE)

            async with served(channel, door, is_open):
                yield TelegramLine(app, fake, channel)


def _settings(fake: "FakeTelegram", port: int) -> Settings:
    return Settings(
        _env_file=None,
        telegram_token=fake.token,
        telegram_api=fake.url,
        telegram_mode="webhook",
        telegram_webhook_url=f"http://127.0.0.1:{port}",
        telegram_webhook_secret=secrets.token_hex(),
    )


def _fake() -> "FakeTelegram":
    try:
        from tests.fakes.telegram import FakeTelegram
    except ImportError as error:
        raise ConversationError(
            "--channel telegram needs the fake Telegram in tests/fakes: run it in a source checkout"
        ) from error
    return FakeTelegram()


def _what(update: dict[str, Any]) -> tuple[Address, str] | None:
    """Return where an update came from and what the channel calls it: its replies answer that."""
    match read(update, ""):
        case Said(message=message):
            return message.address, message.id
        case Tapped(address=address, id=id):
            return address, id
    return None


def _file(shown: "Shown", delivery: Delivery) -> str:
    """Return a file's name; a picture has none on a screen, so it must be the very one sent."""
    file = delivery.reply.file
    if shown.photo is None:
        return shown.file_name
    return file.name if file and file.content == shown.photo else "another picture"
