"""The menus that Telegram shows: by role and language, set behind the answers and only when new."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from structlog.testing import capture_logs

import locales
from bot.channels.telegram_client import Account, Client
from bot.channels.telegram_menu import Menus, Reader, menu_of, readers
from bot.rehearsal import join
from handlers.commands import BY_NAME, COMMANDS
from handlers.menu_places import MENU, Place
from plans.messages import Address
from plans.pack import Pack
from plans.people import RoleKind
from plans.working_days import load_working_days
from plans.world import World
from storage import people
from storage.database import Database
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import User
from tests.person import MORNING, MUI_NE, PLAN

BAC_BINH = "596"
EVERYWHERE, GROUPS = "default", "all_group_chats"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    bot = Bot(fake.token, session=session)
    yield bot
    await session.close()


@pytest.fixture
def world(packs: Mapping[str, Pack]) -> World:
    return World(packs=packs, working_days=load_working_days(), secret=b"menus")


class Office:
    """People who joined over Telegram, and the menus that are set for them."""

    def __init__(self, fake: FakeTelegram, database: Database, world: World) -> None:
        self.fake, self.database, self.world = fake, database, world

    async def joined(self, kind: RoleKind, unit: str = "") -> User:
        user = self.fake.user()
        user.says("/start")
        await self.adds(user, kind, unit)
        return user

    async def adds(self, user: User, kind: RoleKind, unit: str = "") -> None:
        await self.database.run(
            lambda tx: join(tx, self.world, address(user), PLAN, kind, unit, MORNING)
        )

    async def speaks(self, user: User, language: str) -> None:
        person = await self.database.read(lambda tx: people.person_at(tx, address(user)))
        assert person
        await self.database.run(lambda tx: people.set_language(tx, person.id, language))

    async def leaves(self, user: User) -> None:
        person = await self.database.read(lambda tx: people.person_at(tx, address(user)))
        assert person
        held = await self.database.read(lambda tx: people.roles_of(tx, person.id))
        for role in held:
            await self.database.run(partial(people.end_role, role_id=role.id, now=MORNING))

    def shown(self, scope: str, language: str = "") -> dict[str, str]:
        """Return a menu as Telegram shows it: commands and their sentences."""
        menu = self.fake.cloud.commands.get((scope, language), [])
        return {entry["command"]: entry["description"] for entry in menu}

    def own(self, user: User) -> dict[str, str]:
        return self.shown(f"chat {user.id}")

    def calls(self) -> int:
        return len(self.fake.called("setMyCommands")) + len(self.fake.called("deleteMyCommands"))


def address(user: User) -> Address:
    return Address(channel="telegram", chat=str(user.id))


@pytest.fixture
def office(fake: FakeTelegram, database: Database, world: World) -> Office:
    return Office(fake, database, world)


@asynccontextmanager
async def running(menus: Menus) -> AsyncIterator[Menus]:
    task = asyncio.create_task(menus.run())
    try:
        yield menus
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def menus(office: Office, bot: Bot) -> AsyncIterator[Menus]:
    who = readers(office.database, office.world, "telegram")
    async with running(Menus(bot, who, pause=0.001, again=0.01)) as menus:
        await office.fake.until(lambda: len(office.fake.cloud.words) == 4)
        yield menus


class TestTheTable:
    def test_every_command_in_a_menu_is_a_command(self) -> None:
        names = [name for name, _ in MENU]

        assert set(names) <= set(BY_NAME)
        assert len(names) == len(set(names))

    def test_every_documented_command_is_in_a_menu(self) -> None:
        missing = {c.name for c in COMMANDS if c.documented} - {name for name, _ in MENU}

        assert not missing, "add them to MENU, and menu.command.<name> to locales/*/menus.po"

    @pytest.mark.parametrize("language", locales.LANGUAGES)
    def test_telegram_takes_every_name_and_sentence(self, language: str) -> None:
        everything = menu_of(Reader(language=language, places=frozenset(Place)))

        assert len(everything) == len(MENU) <= 100
        for entry in everything:
            assert re.fullmatch("[a-z0-9_]{1,32}", entry.command)
            assert 1 <= len(entry.description) <= 256
        assert 1 <= len(locales.text(language, "menu.about")) <= 512
        assert 1 <= len(locales.text(language, "menu.about_short")) <= 120


class TestWhatEverybodySees:
    @pytest.mark.usefixtures("menus")
    async def test_strangers_and_groups_see_little_in_both_languages(self, office: Office) -> None:
        assert list(office.shown(EVERYWHERE)) == list(office.shown(EVERYWHERE, "en"))
        assert list(office.shown(EVERYWHERE)) == ["start", "trogiup"]
        assert list(office.shown(GROUPS)) == list(office.shown(GROUPS, "en")) == ["lienket"]
        assert office.shown(EVERYWHERE)["trogiup"] == "Trợ giúp"
        assert office.shown(EVERYWHERE, "en")["trogiup"] == "Help"

    @pytest.mark.usefixtures("menus")
    async def test_the_bot_says_what_it_is_and_that_it_takes_counts_only(
        self, office: Office, bot: Bot
    ) -> None:
        assert "Chỉ nhận số lượng tổng hợp" in (await bot.get_my_description()).description
        assert "Aggregate counts only" in (await bot.get_my_description("en")).description
        short = (await bot.get_my_short_description()).short_description
        assert "Chỉ nhận số lượng" in short
        assert "Counts only" in (await bot.get_my_short_description("en")).short_description

    async def test_a_telegram_that_is_away_at_the_start_is_asked_again(
        self, office: Office, bot: Bot
    ) -> None:
        fault = office.fake.fail("setMyDescription", status=502, times=3)
        who = readers(office.database, office.world, "telegram")

        with capture_logs() as logs:
            async with running(Menus(bot, who, pause=0.0, again=0.01)):
                await office.fake.until(lambda: len(office.fake.cloud.words) == 4)

        assert fault.happened == 3
        assert [line["event"] for line in logs].count("menu.not_introduced") == 3
        assert office.fake.token not in str(logs)


class TestOwnMenus:
    async def test_each_role_sees_what_it_may_do(self, office: Office, menus: Menus) -> None:
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        district = await office.joined(RoleKind.FOCAL_POINT, BAC_BINH)
        below = await office.joined(RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        above = await office.joined(RoleKind.COORDINATOR)
        observer = await office.joined(RoleKind.OBSERVER)
        everybody = [officer, district, below, above, observer]

        for user in everybody:
            menus.seen(user.id)
        await office.fake.until(lambda: all(map(office.own, everybody)))

        report = {"baocao", "dinhchinh", "lydocham"}
        watch = {"tiendo", "chuanop", "tonghop", "luuy"}
        coordinate = {"moi", "dondoc", "giahan", "nhom", "traplai"}
        menus_of = [set(office.own(user)) for user in everybody]
        for family, seen_by in (
            (report, (True, True, False, False, False)),
            (watch, (False, True, True, True, True)),
            (coordinate, (False, False, True, True, False)),
            ({"dathan"}, (False, False, False, True, False)),
            ({"start", "trogiup", "ngonngu", "roi", "trangthai"}, (True,) * 5),
            ({"lienket"}, (False,) * 5),
        ):
            for menu, seen in zip(menus_of, seen_by, strict=True):
                assert menu & family == (family if seen else set())

    async def test_several_roles_add_up(self, office: Office, menus: Menus) -> None:
        both = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        await office.adds(both, RoleKind.COORDINATOR)

        menus.seen(both.id)
        await office.fake.until(lambda: office.own(both))

        assert {"baocao", "moi", "dathan"} <= set(office.own(both))

    async def test_a_menu_is_set_once_and_again_only_when_it_is_another(
        self, office: Office, menus: Menus
    ) -> None:
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        last = await office.joined(RoleKind.OBSERVER)
        before = office.calls()
        for _ in range(5):
            menus.seen(officer.id)
            await asyncio.sleep(0.01)
        menus.seen(last.id)
        await office.fake.until(lambda: office.own(last))
        assert office.calls() == before + 2

        await office.speaks(officer, "en")
        menus.seen(officer.id)
        await office.fake.until(lambda: office.own(officer).get("baocao", "").startswith("Enter"))

        assert office.calls() == before + 3

    async def test_who_leaves_sees_what_strangers_see(self, office: Office, menus: Menus) -> None:
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        menus.seen(officer.id)
        await office.fake.until(lambda: office.own(officer))

        await office.leaves(officer)
        menus.seen(officer.id)

        await office.fake.until(lambda: not office.own(officer))
        assert len(office.fake.called("deleteMyCommands")) == 1

    async def test_strangers_cost_no_call(self, office: Office, menus: Menus) -> None:
        before = office.calls()
        strangers = [office.fake.user() for _ in range(20)]
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)

        for user in [*strangers, officer]:
            menus.seen(user.id)
        await office.fake.until(lambda: office.own(officer))

        assert office.calls() == before + 1

    async def test_what_fails_is_logged_and_tried_at_the_next_message(
        self, office: Office, menus: Menus
    ) -> None:
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        fault = office.fake.fail("setMyCommands", drop=True, times=1)

        with capture_logs() as logs:
            menus.seen(officer.id)
            await office.fake.until(lambda: fault.happened)
            await asyncio.sleep(0.05)
            assert office.own(officer) == {}
            menus.seen(officer.id)
            await office.fake.until(lambda: office.own(officer))

        assert [(line["event"], line["reason"]) for line in logs] == [
            ("menu.not_set", TelegramNetworkError.__name__)
        ]

    async def test_what_telegram_refuses_is_not_asked_at_every_message(
        self, office: Office, menus: Menus
    ) -> None:
        unknown = office.fake.user()  # never pressed Start: Telegram knows no such chat
        await office.adds(unknown, RoleKind.FOCAL_POINT, MUI_NE)
        last = await office.joined(RoleKind.OBSERVER)
        before = office.calls()

        for _ in range(3):
            menus.seen(unknown.id)
            await asyncio.sleep(0.02)
        menus.seen(last.id)
        await office.fake.until(lambda: office.own(last))

        assert office.calls() == before + 2

    async def test_calls_come_one_at_a_time_with_a_pause_and_wait_when_told_to(
        self, office: Office, bot: Bot
    ) -> None:
        users = [await office.joined(RoleKind.FOCAL_POINT, MUI_NE) for _ in range(4)]
        who = readers(office.database, office.world, "telegram")
        menus = Menus(bot, who, pause=0.05)
        office.fake.fail("setMyCommands", chat=users[1].id, status=429, retry_after=1)

        for user in users:
            menus.seen(user.id)  # before anything runs: nobody waits for it
        async with running(menus):
            await office.fake.until(lambda: office.own(users[3]))

        at = [call.at for call in office.fake.calls]
        assert min(b - a for a, b in pairwise(at)) >= 0.045

    async def test_a_database_that_is_away_costs_one_menu_and_not_the_task(
        self, office: Office, bot: Bot
    ) -> None:
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        real = readers(office.database, office.world, "telegram")
        away = asyncio.Event()

        async def who(chat: int) -> Reader | None:
            if not away.is_set():
                away.set()
                raise OSError("the database is away")
            return await real(chat)

        async with running(Menus(bot, who, pause=0.0)) as menus:
            menus.seen(officer.id)
            await away.wait()
            await asyncio.sleep(0.05)
            menus.seen(officer.id)
            await office.fake.until(lambda: office.own(officer))

    async def test_the_channels_own_client_sets_them_too(self, office: Office) -> None:
        officer = await office.joined(RoleKind.FOCAL_POINT, MUI_NE)
        client = Client(Account(token=office.fake.token, api=office.fake.url))
        unknown = office.fake.user()
        await office.adds(unknown, RoleKind.FOCAL_POINT, MUI_NE)
        who = readers(office.database, office.world, "telegram")

        async def call(method: TelegramMethod[bool]) -> object:
            return await client.call(method)

        with capture_logs() as logs:
            async with running(Menus(call, who, pause=0.0)) as menus:
                for user in (unknown, unknown, officer):
                    menus.seen(user.id)
                await office.fake.until(lambda: office.own(officer))
        await client.close()

        assert office.own(officer)["baocao"] == "Nhập số liệu báo cáo"
        assert [(line["event"], line["reason"]) for line in logs] == [("menu.not_set", "Rejected")]
