"""Conversation files over the Zalo Bot Platform: the real channel, HTTP both ways, the fake."""

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bot.app import App
from bot.channels.rhythm import Rhythm
from bot.channels.zalo_bot import LIMITS, Manners
from bot.conversation import ConversationError
from bot.file_links import open_file_links
from bot.replay_lines import Line
from bot.replay_screens import PATIENCE, served
from bot.replay_zalo import Card, Json, ZaloLine
from bot.settings import Settings
from bot.zalo_bot_opening import open_zalo_bot
from plans.messages import MessageKind

if TYPE_CHECKING:
    from tests.fakes.zalo_bot import FakeZaloBot
    from tests.fakes.zalo_bot_people import User
    from tests.fakes.zalo_bot_view import Shown

# The fake keeps no pace: neither does the channel.
MANNERS = Manners(limits=replace(LIMITS, per_second=None), rhythm=Rhythm(farewell=0.0))
_SENDS: dict[MessageKind, Callable[["User", str], Json]] = {
    MessageKind.PHOTO: lambda user, _: user.sends_photo(),
    MessageKind.VOICE: lambda user, _: user.sends_voice(),
    MessageKind.STICKER: lambda user, _: user.sends_sticker(),
    MessageKind.OTHER: lambda user, name: user.sends_document(name or "file.xlsx"),
}


class BotLine(ZaloLine):
    """People who write to a bot: whatever they choose is typed."""

    _fake: "FakeZaloBot"

    def arrives(self, name: str) -> "User":
        """Return somebody who wrote before, as all have whom the bot may write to."""
        user = self._fake.user(name)
        user.chat.wrote = True
        return user

    def attaches(self, person: "User", kind: MessageKind, words: str) -> Json:
        """Let somebody send what is no text; return the update."""
        return _SENDS[kind](person, words)

    def taps(self, person: Any, card: Card, label: str) -> None:
        """Tap nothing: there are no buttons."""
        return

    def repeats(self, event: Json) -> None:
        """Let Zalo deliver an update once more."""
        self._fake.repeat(event)

    def number_of(self, event: Json) -> str:
        """Return the number of an update's message."""
        return str(event["message"]["message_id"])

    def content(self, shown: "Shown") -> bytes | None:
        """Return the picture that Zalo fetched."""
        return shown.photo


@asynccontextmanager
async def zalo_bot_line(app: App) -> AsyncIterator[Line]:
    """Open a fake Bot Platform with our channel on it, which it calls as it does a real bot."""
    async with _fake(app) as fake:
        with socket.create_server(("127.0.0.1", 0)) as door:
            settings = _settings(fake, door.getsockname()[1])
            channel = open_zalo_bot(app, settings, MANNERS)

            async def is_open() -> None:
                await fake.until(lambda: _is_called(fake), PATIENCE)

            files = open_file_links(app, settings).routes()
            async with served(channel, door, is_open, files):
                yield BotLine(app, channel, fake)


def _is_called(fake: "FakeZaloBot") -> bool:
    return any(call.status == HTTPStatus.OK for call in fake.called("setWebhook"))


def _settings(fake: "FakeZaloBot", port: int) -> Settings:
    return Settings(
        _env_file=None,
        secret_key=secrets.token_hex(),
        public_url=f"http://127.0.0.1:{port}",
        zalo_bot_token=fake.token,
        zalo_bot_api=fake.url,
        zalo_bot_mode="webhook",
        zalo_bot_webhook_secret=secrets.token_hex(),
        zalo_bot_monthly=3000,
        zalo_bot_reserve=20,
        zalo_bot_users=50,
    )


def _fake(app: App) -> "FakeZaloBot":
    try:
        from tests.fakes.zalo_bot import FakeZaloBot
        from tests.fakes.zalo_bot_habits import Habits
    except ImportError as error:
        raise ConversationError(
            "--channel zalo_bot needs the fake Zalo in tests/fakes: run it in a source checkout"
        ) from error
    habits = Habits(fetch_photos=True, webhook_timeout=PATIENCE, fetch_timeout=PATIENCE)
    return FakeZaloBot(habits=habits, now=lambda: app.clock.now().timestamp())
