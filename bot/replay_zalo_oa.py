"""Conversation files over a Zalo Official Account: the real channel, HTTP both ways, the fake."""

import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.app import App
from bot.channels.rhythm import Rhythm
from bot.channels.zalo_oa import Manners
from bot.channels.zalo_oa_rendering import MOST_BUTTONS, shortened
from bot.channels.zalo_oa_webhook import PATH
from bot.conversation import ConversationError
from bot.file_links import open_file_links
from bot.replay_lines import Line
from bot.replay_screens import PATIENCE, served
from bot.replay_zalo import Card, Json, ZaloLine
from bot.settings import Settings
from bot.zalo_oa_opening import open_zalo_oa
from plans.messages import Delivery, MessageKind, Reply
from storage import credentials, people
from storage.credentials import Pair

if TYPE_CHECKING:
    from tests.fakes.zalo_oa import FakeZaloOA
    from tests.fakes.zalo_oa_people import User
    from tests.fakes.zalo_oa_view import Shown

# The fake keeps no pace: neither does the channel.
MANNERS = Manners(paced=False, rhythm=Rhythm(farewell=0.0))
# Files leap from month to month, and people are silent meanwhile: tokens outlast that.
EVER = timedelta(days=36_500)
_SENDS: dict[MessageKind, Callable[["User", str], Json]] = {
    MessageKind.PHOTO: lambda user, _: user.sends_image(),
    MessageKind.FILE: lambda user, name: user.sends_file(b"PK", name or "file.xlsx"),
    MessageKind.VOICE: lambda user, _: user.sends_voice(),
    MessageKind.STICKER: lambda user, _: user.sends_sticker(),
    MessageKind.OTHER: lambda user, _: user.sends_location(10.93, 108.1),
}


class AccountLine(ZaloLine):
    """People who follow an Official Account and speak with it so often that it may answer free.

    What becomes of messages outside that window is for tests of its own.
    """

    _fake: "FakeZaloOA"

    def arrives(self, name: str) -> "User":
        """Return somebody who follows the account."""
        user = self._fake.user(name, follows=False)
        user.person.follows = True
        return user

    def attaches(self, person: "User", kind: MessageKind, words: str) -> Json:
        """Let somebody send what is no text; return the event."""
        return _SENDS[kind](person, words)

    def taps(self, person: "User", card: Card, label: str) -> Json | None:
        """Tap a button of a card."""
        title = shortened(label)
        found = (shown for shown in card.shown if title in shown.labels)
        return next((person.taps(shown, title) for shown in found), None)

    def repeats(self, event: Json) -> None:
        """Let Zalo deliver an event once more."""
        self._fake.deliver(event)

    def number_of(self, event: Json) -> str:
        """Return the number of an event's message."""
        return str(event["message"]["msg_id"])

    def content(self, shown: "Shown") -> bytes | None:
        """Return the picture or file that came."""
        return shown.image or shown.file

    def labels(self, shown: "Shown", reply: Reply) -> Sequence[str]:
        """Return the choices that stand on the buttons of a message."""
        return [one.label for one in reply.choices if shortened(one.label) in shown.labels]

    def typed(self, reply: Reply) -> dict[str, tuple[str, str]]:
        """Return the lines of those choices for which there is no button left."""
        if len(reply.choices) <= MOST_BUTTONS:
            return {}
        return dict(list(super().typed(reply).items())[MOST_BUTTONS:])

    async def before(self, delivery: Delivery) -> None:
        """Let the person have spoken with the account a moment ago, as Zalo and we know."""
        person = self._people[self._names[delivery.address.chat]].person
        person.interacted = self._fake.clock.now()
        if delivery.answers is None:
            now = self._app.clock.now()
            await self._app.database.run(lambda tx: people.heard(tx, delivery.address, now))


@asynccontextmanager
async def zalo_oa_line(app: App) -> AsyncIterator[Line]:
    """Open a fake Official Account with our channel on it, which it calls as it does ours."""
    async with _fake(app) as fake:
        await app.database.run(lambda tx: _authorize(tx, app, fake))
        with socket.create_server(("127.0.0.1", 0)) as door:
            settings = _settings(fake, door.getsockname()[1])
            channel = open_zalo_oa(app, settings, MANNERS)

            async def is_open() -> None:
                fake.hook = f"{settings.public_url}{PATH}"

            files = open_file_links(app, settings).routes()
            async with served(channel, door, is_open, files):
                yield AccountLine(app, channel, fake)


def _authorize(connection: Connection, app: App, fake: "FakeZaloOA") -> None:
    now, tokens = app.clock.now(), fake.tokens
    pair = Pair(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_at=now + EVER,
        renewed_at=now,
    )
    credentials.keep(connection, "zalo_oa", pair)


def _settings(fake: "FakeZaloOA", port: int) -> Settings:
    return Settings(
        _env_file=None,
        secret_key=secrets.token_hex(),
        public_url=f"http://127.0.0.1:{port}",
        zalo_oa_id=fake.app.oa_id,
        zalo_oa_app_id=fake.app.id,
        zalo_oa_app_secret=fake.app.secret,
        zalo_oa_webhook_secret=fake.app.oa_secret,
        zalo_oa_api=fake.url,
        zalo_oa_business_api=fake.url,
        zalo_oa_oauth=fake.url,
        zalo_oa_free_replies=0,
        zalo_oa_paid_monthly=0,
        zalo_oa_templates="",
    )


def _fake(app: App) -> "FakeZaloOA":
    try:
        from tests.fakes.zalo_oa import FakeZaloOA
        from tests.fakes.zalo_oa_habits import Habits
    except ImportError as error:
        raise ConversationError(
            "--channel zalo_oa needs the fake Zalo in tests/fakes: run it in a source checkout"
        ) from error
    habits = Habits(
        access_seconds=EVER.total_seconds(), free_replies=None, answer_within=PATIENCE, ladder=()
    )
    return FakeZaloOA(habits=habits, now=lambda: app.clock.now().timestamp())
