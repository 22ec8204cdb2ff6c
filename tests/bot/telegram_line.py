"""The whole bot behind a fake Telegram: real HTTP both ways, a real database, a clock to move."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import Connection

from bot.app import App, Parts, build
from bot.channels.rhythm import Rhythm
from bot.channels.telegram import LIMITS, Manners
from bot.channels.webchat_sessions import CookieSessions
from bot.clock import MovableClock
from bot.rehearsal import issue_code, join
from bot.settings import Settings
from bot.web import server, telegram, web_chat
from plans.messages import Address, Reply
from plans.pack import Pack
from plans.people import RoleKind
from storage import outbox, tables
from storage.database import Database, sqlite_url
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import User
from tests.fakes.telegram_view import Shown
from tests.person import MORNING, MUI_NE, PLAN

SECRET = "a-secret-of-the-webhook"
SWIFT = Rhythm(poll=5, first_pause=0.05, longest_pause=0.2, farewell=0.5)
HASTY = Manners(
    limits=replace(LIMITS, per_second=None, chat_seconds=0.0, group_seconds=0.0), rhythm=SWIFT
)
PATIENT = Manners(rhythm=SWIFT)


@dataclass
class Line:
    """A running bot and the Telegram that it is on."""

    app: App
    fake: FakeTelegram
    clock: MovableClock
    url: str

    async def joined(
        self, user: User, kind: RoleKind = RoleKind.FOCAL_POINT, unit: str = MUI_NE
    ) -> "Talker":
        """Let somebody be a member who joined earlier."""
        user.account.started = True
        address, now = address_of(user), self.clock.now()
        await self.app.database.run(
            lambda tx: join(tx, self.app.world, address, PLAN, kind, unit, now)
        )
        return Talker(self, user)

    async def officer(self) -> "Talker":
        return await self.joined(self.fake.user(first_name="Officer", language_code="vi"))

    async def coordinator(self) -> "Talker":
        user = self.fake.user(first_name="Coordinator", language_code="vi")
        return await self.joined(user, RoleKind.COORDINATOR, "")

    async def invited(self, code: str) -> None:
        now = self.clock.now()
        await self.app.database.run(
            lambda tx: issue_code(tx, self.app.world, code, PLAN, MUI_NE, now)
        )

    async def owe(self, user: User, *replies: Reply) -> list[int]:
        """Owe somebody messages that nobody asked for."""

        def work(tx: Connection) -> list[int]:
            now = self.clock.now()
            return [outbox.post(tx, address_of(user), reply, now, None) for reply in replies]

        numbers = await self.app.database.run(work)
        self.app.receiver.posted.set()
        return numbers

    async def states(self) -> list[str]:
        query = tables.outbox.select().order_by(tables.outbox.c.number)
        rows = await self.app.database.read(lambda tx: tx.execute(query).all())
        return [row.state for row in rows]

    async def kept(self, table: Any) -> list[Any]:
        return list(await self.app.database.read(lambda tx: tx.execute(table.select()).all()))

    def later(self, seconds: float) -> None:
        """Let time pass, and look at what is owed by then."""
        self.clock.move(timedelta(seconds=seconds))
        self.app.receiver.posted.set()


class Talker:
    """Somebody in a private chat with the bot."""

    def __init__(self, line: Line, user: User) -> None:
        self.line, self.user = line, user

    @property
    def last(self) -> Shown:
        return self.user.view.last

    async def says(self, text: str) -> Shown:
        """Write, and wait for the next message."""
        return await self.hears(lambda: self.user.says(text))

    async def hears(self, what: Callable[[], object]) -> Shown:
        """Do something, and wait for a message that is new."""
        before = {shown.id for shown in self.user.view.from_bot}
        what()
        await self.line.fake.until(
            lambda: any(shown.id not in before for shown in self.user.view.from_bot)
        )
        return self.last

    async def taps(self, label: str, on: Shown | None = None) -> Shown:
        """Tap, and wait until the card says something else or a message is new."""
        before = {shown.id: shown.text for shown in self.user.view.from_bot}
        tap = self.user.taps(on or self.last, label)
        await self.line.fake.until(
            lambda: tap.answer and before != {s.id: s.text for s in self.user.view.from_bot}
        )
        return self.last


def address_of(user: User) -> Address:
    return Address(channel="telegram", chat=str(user.id))


def settings_for(fake: FakeTelegram, folder: Path, **more: Any) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=folder,
        secret_key="town",
        telegram_token=fake.token,
        telegram_api=fake.url,
        telegram_webhook_secret=SECRET,
        **more,
    )


@asynccontextmanager
async def running(
    fake: FakeTelegram,
    file: Path,
    packs: Mapping[str, Pack],
    *,
    mode: str = "polling",
    manners: Manners = HASTY,
) -> AsyncIterator[Line]:
    """Run the bot on a migrated database file, with every channel that the settings ask for."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    more = {"telegram_mode": mode, "telegram_webhook_url": url} if mode == "webhook" else {}
    clock = MovableClock(MORNING)
    database = Database(sqlite_url(file))
    app = build(Parts(database=database, packs=packs, clock=clock, secret=b"town"))
    settings = settings_for(fake, file.parent, **more)
    channel = telegram(app, settings, manners)
    assert channel
    site = server(app, [web_chat(app, CookieSessions()), channel])
    async with TestServer(site, port=port):
        yield Line(app, fake, clock, url)
