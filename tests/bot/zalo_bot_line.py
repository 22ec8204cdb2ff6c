"""The whole bot behind a fake Bot Platform: real HTTP both ways, a real database, a clock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import Connection

from bot.app import App, Parts, build
from bot.channels.rhythm import Rhythm
from bot.channels.webchat_sessions import CookieSessions
from bot.channels.zalo_bot import LIMITS, Manners
from bot.clock import MovableClock
from bot.file_links import open_file_links
from bot.rehearsal import issue_code, join
from bot.settings import Settings
from bot.web import server, web_chat, zalo_bot
from plans.messages import Address, Reply
from plans.pack import Pack
from plans.people import RoleKind
from storage import outbox, tables
from storage.database import Database, sqlite_url
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.fakes.zalo_bot_view import Shown
from tests.person import MORNING, MUI_NE, PLAN

SECRET = "a-secret-of-the-webhook"
SWIFT = Rhythm(poll=5, first_pause=0.05, longest_pause=0.2, farewell=1.0)
HASTY = Manners(limits=replace(LIMITS, per_second=None), rhythm=SWIFT, least_poll=0.0)


@dataclass
class Line:
    """A running bot and the Zalo that it is on."""

    app: App
    fake: FakeZaloBot
    clock: MovableClock
    url: str

    async def joined(
        self, user: User, kind: RoleKind = RoleKind.FOCAL_POINT, unit: str = MUI_NE
    ) -> "Talker":
        """Let somebody be a member who joined earlier."""
        user.chat.wrote = True
        address, now = address_of(user), self.clock.now()
        await self.app.database.run(
            lambda tx: join(tx, self.app.world, address, PLAN, kind, unit, now)
        )
        return Talker(self, user)

    async def officer(self) -> "Talker":
        return await self.joined(self.fake.user("Officer"))

    async def coordinator(self) -> "Talker":
        return await self.joined(self.fake.user("Coordinator"), RoleKind.COORDINATOR, "")

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

    async def also_on_the_web(self, user: User) -> Address:
        """Let somebody be reached on the web chat too, after Zalo."""
        web = Address(channel="webchat", chat=f"web of {user.id}")

        def work(tx: Connection) -> None:
            query = tables.addresses.select().where(tables.addresses.c.chat == user.id)
            row = tx.execute(query).one()
            values = {"channel": web.channel, "chat": web.chat, "rank": row.rank + 1}
            tx.execute(
                tables.addresses.insert().values(
                    **values, person_id=row.person_id, since=self.clock.now()
                )
            )

        await self.app.database.run(work)
        return web

    async def states(self) -> list[str]:
        return [row.state for row in await self.owed()]

    async def owed(self) -> list[Any]:
        query = tables.outbox.select().order_by(tables.outbox.c.number)
        return list(await self.app.database.read(lambda tx: tx.execute(query).all()))

    async def until_states(self, *states: str) -> None:
        async with asyncio.timeout(20):
            while await self.states() != list(states):
                # What was moved to another channel is found there when that looks by itself.
                self.app.receiver.posted.set()
                await asyncio.sleep(0.02)

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

    async def says(self, text: str) -> str:
        """Write, and wait for the next message; return its text."""
        return (await self.hears(lambda: self.user.says(text))).text

    async def hears(self, what: Callable[[], object]) -> Shown:
        """Do something, and wait for a message that is new."""
        before = len(self.user.view.from_bot)
        what()
        await self.line.fake.until(lambda: len(self.user.view.from_bot) > before)
        return self.last


async def call(fake: FakeZaloBot, method: str, **parameters: str) -> int:
    """Call a method as somebody else who knows the token; return the status."""
    url = f"{fake.url}/bot{fake.token}/{method}"
    async with ClientSession() as session, session.post(url, json=parameters) as answer:
        return answer.status


def address_of(user: User) -> Address:
    return Address(channel="zalo_bot", chat=user.id)


def settings_for(fake: FakeZaloBot, folder: Path, **more: Any) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=folder,
        secret_key="town",
        zalo_bot_token=fake.token,
        zalo_bot_api=fake.url,
        zalo_bot_webhook_secret=SECRET,
        **more,
    )


@asynccontextmanager
async def running(
    fake: FakeZaloBot,
    file: Path,
    packs: Mapping[str, Pack],
    *,
    mode: str = "polling",
    manners: Manners = HASTY,
    public: bool = True,
    port: int = 0,
    **more: Any,
) -> AsyncIterator[Line]:
    """Run the bot on a migrated database file, with the web chat beside it."""
    port = port or unused_port()
    url = f"http://127.0.0.1:{port}"
    clock = MovableClock(MORNING)
    database = Database(sqlite_url(file))
    app = build(Parts(database=database, packs=packs, clock=clock, secret=b"town"))
    more |= {"public_url": url} if public else {}
    settings = settings_for(fake, file.parent, zalo_bot_mode=mode, **more)
    channel = zalo_bot(app, settings, manners)
    assert channel
    links = open_file_links(app, settings)
    site = server(app, [web_chat(app, CookieSessions()), channel], links.routes())
    async with TestServer(site, port=port):
        yield Line(app, fake, clock, url)
