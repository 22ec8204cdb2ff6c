"""The whole bot behind a fake Official Account: real HTTP both ways, a real database, one clock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import Connection

from bot.app import App, Parts, build
from bot.channels import Channel
from bot.channels.rhythm import Rhythm
from bot.channels.webchat_sessions import CookieSessions
from bot.channels.zalo_oa import Manners
from bot.channels.zalo_oa_events import NAME, address_of
from bot.channels.zalo_oa_tokens import Account, Patience
from bot.channels.zalo_oa_webhook import PATH
from bot.clock import Clock, MovableClock
from bot.file_links import open_file_links
from bot.rehearsal import issue_code, join
from bot.settings import Settings
from bot.web import server, web_chat, zalo_oa, zalo_phone
from plans.messages import Address, Reply
from plans.pack import Pack
from plans.people import RoleKind
from storage import credentials, outbox, people, tables
from storage.credentials import Pair
from storage.database import Database, sqlite_url
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_people import User
from tests.fakes.zalo_oa_view import Shown
from tests.person import MORNING, MUI_NE, PLAN

PATIENCE = 20.0
SWIFT = Patience(look=0.02, watch=0.05, rest=0.2, answer=5.0)
HASTY = Manners(
    paced=False,
    rhythm=Rhythm(first_pause=0.05, longest_pause=0.2, farewell=5.0),
    patience=SWIFT,
)


@dataclass
class Line:
    """A running bot and the Official Account that it answers for."""

    app: App
    fake: FakeZaloOA
    clock: MovableClock
    url: str

    async def joined(
        self, user: User, kind: RoleKind = RoleKind.FOCAL_POINT, unit: str = MUI_NE
    ) -> "Talker":
        """Let somebody be a member who joined earlier and wrote just now."""
        address, now = address_of(user.id), self.clock.now()

        def work(tx: Connection) -> None:
            join(tx, self.app.world, address, PLAN, kind, unit, now)
            people.heard(tx, address, now)

        await self.app.database.run(work)
        return Talker(self, user)

    async def officer(self, phone: str = "") -> "Talker":
        return await self.joined(self.newcomer(phone))

    async def coordinator(self) -> "Talker":
        return await self.joined(self.newcomer(), RoleKind.COORDINATOR, "")

    def newcomer(self, phone: str = "") -> User:
        """Return somebody who followed before the account had a webhook."""
        hook, self.fake.hook = self.fake.hook, ""
        user = self.fake.user(name="Officer", phone=phone)
        self.fake.hook = hook
        return user

    async def invited(self, code: str) -> None:
        now = self.clock.now()
        await self.app.database.run(
            lambda tx: issue_code(tx, self.app.world, code, PLAN, MUI_NE, now)
        )

    async def owe(self, address: Address, *replies: Reply) -> list[int]:
        """Owe somebody messages that nobody asked for."""

        def work(tx: Connection) -> list[int]:
            now = self.clock.now()
            return [outbox.post(tx, address, reply, now, None) for reply in replies]

        numbers = await self.app.database.run(work)
        self.app.receiver.posted.set()
        return numbers

    async def states(self) -> list[str]:
        rows = await self.kept(tables.outbox)
        return [row.state for row in sorted(rows, key=lambda row: row.number)]

    async def become(self, *states: str) -> None:
        """Wait until this became of the messages."""
        async with asyncio.timeout(PATIENCE):
            while await self.states() != list(states):
                # What went to another channel waits there until that looks.
                self.app.receiver.posted.set()
                await asyncio.sleep(0.02)

    async def kept(self, table: Any) -> list[Any]:
        return list(await self.app.database.read(lambda tx: tx.execute(table.select()).all()))

    async def costs(self) -> list[str]:
        return sorted(row.cost for row in await self.kept(tables.postage))

    def later(self, seconds: float = 0, **by: float) -> None:
        """Let time pass for the bot and for Zalo, and look at what is owed by then."""
        self.clock.move(timedelta(seconds=seconds, **by))
        self.app.receiver.posted.set()


class Talker:
    """Somebody in a chat with the account."""

    def __init__(self, line: Line, user: User) -> None:
        self.line, self.user = line, user
        self.address = address_of(user.id)

    @property
    def last(self) -> Shown:
        return self.user.view.last

    @property
    def texts(self) -> list[str]:
        return self.user.view.texts

    async def says(self, text: str) -> Shown:
        """Write, and wait for the next message."""
        return await self.hears(lambda: self.user.says(text))

    async def taps(self, label: str, on: Shown | None = None) -> Shown:
        """Tap, and wait for the next message."""
        return await self.hears(lambda: self.user.taps(on or self.last, label))

    async def hears(self, what: Callable[[], object]) -> Shown:
        """Do something, and wait for a message that is new."""
        before = len(self.user.view.from_bot)
        what()
        await self.line.fake.until(lambda: len(self.user.view.from_bot) > before)
        return self.last


def account_at(fake: FakeZaloOA) -> Account:
    return Account(
        oa_id=fake.app.oa_id,
        app_id=fake.app.id,
        app_secret=fake.app.secret,
        api=fake.url,
        business_api=fake.url,
        oauth=fake.url,
    )


def settings_for(fake: FakeZaloOA, folder: Path, **more: Any) -> Settings:
    about = {"public_url": "http://127.0.0.1:9"} | more
    return Settings(
        _env_file=None,
        data_dir=folder,
        secret_key="town",
        zalo_oa_id=fake.app.oa_id,
        zalo_oa_app_id=fake.app.id,
        zalo_oa_app_secret=fake.app.secret,
        zalo_oa_webhook_secret=fake.app.oa_secret,
        zalo_oa_api=fake.url,
        zalo_oa_business_api=fake.url,
        zalo_oa_oauth=fake.url,
        **about,
    )


async def keep_pair(
    database: Database, fake: FakeZaloOA, clock: Clock, hours: float = 25, access: str = ""
) -> None:
    """Let the account be authorised; `access` in place of the token that is good."""
    pair = Pair(
        access_token=access or fake.tokens.access_token,
        refresh_token=fake.tokens.refresh_token,
        expires_at=clock.now() + timedelta(hours=hours),
        renewed_at=clock.now(),
    )
    await database.run(lambda tx: credentials.keep(tx, NAME, pair))


@asynccontextmanager
async def running(
    file: Path,
    packs: Mapping[str, Pack],
    *,
    manners: Manners = HASTY,
    habits: Habits | None = None,
    authorised: bool = True,
    beside: Sequence[Channel] = (),
    **more: Any,
) -> AsyncIterator[Line]:
    """Run the bot on a migrated database file, with Zalo, the web chat and templates by phone."""
    clock, port = MovableClock(MORNING), unused_port()
    url = f"http://127.0.0.1:{port}"
    async with FakeZaloOA(habits=habits, now=lambda: clock.now().timestamp()) as fake:
        database = Database(sqlite_url(file))
        app = build(Parts(database=database, packs=packs, clock=clock, secret=b"town"))
        if authorised:
            await keep_pair(database, fake, clock)
        settings = settings_for(fake, file.parent, **{"public_url": url} | more)
        opened = [zalo_oa(app, settings, manners), zalo_phone(app, settings, manners)]
        channels = [web_chat(app, CookieSessions()), *(one for one in opened if one)]
        app.add(beside)
        links = open_file_links(app, settings)
        async with TestServer(server(app, channels, links.routes()), port=port):
            fake.hook = url + PATH
            yield Line(app, fake, clock, url)
