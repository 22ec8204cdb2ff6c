"""Starting and stopping, alone and beside others, and what the account tells of itself."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from structlog.testing import capture_logs

from bot.app import Parts, build
from bot.clock import SystemClock
from bot.settings import Settings
from bot.web import configured
from plans.messages import Reply, Urgency
from plans.pack import Pack
from storage import tables
from storage.database import Database, sqlite_url
from tests.bot.zalo_oa_line import Line, keep_pair, running, settings_for
from tests.fakes.zalo_oa import FakeZaloOA

REMINDER = Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER)


async def web_chat_answers(line: Line) -> bool:
    async with aiohttp.ClientSession() as session, session.get(line.url + "/healthz") as answer:
        return answer.status == 200


def names(file: Path, packs: Mapping[str, Pack], settings: Settings) -> list[str]:
    database = Database(sqlite_url(file))
    app = build(Parts(database=database, packs=packs, clock=SystemClock(), secret=b"x"))
    return [channel.name for channel in configured(app, settings)]


async def test_without_an_account_the_channel_is_off_and_without_templates_the_phone(
    sqlite_file: Path, packs: Mapping[str, Pack], tmp_path: Path
) -> None:
    fake = FakeZaloOA()
    off = Settings(_env_file=None, data_dir=tmp_path, secret_key="town")
    alone = settings_for(fake, tmp_path)
    both = settings_for(fake, tmp_path, zalo_oa_templates="reminder=1")

    assert names(sqlite_file, packs, off) == ["webchat"]
    assert names(sqlite_file, packs, alone) == ["webchat", "zalo_oa"]
    assert names(sqlite_file, packs, both) == ["webchat", "zalo_oa", "zalo_phone"]


async def test_without_tokens_the_channel_rests_says_what_to_do_and_begins_by_itself(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    with capture_logs() as logs:
        async with running(sqlite_file, packs, authorised=False) as line:
            officer = await line.officer()
            await line.owe(officer.address, REMINDER)
            async with asyncio.timeout(20):
                while not any(entry["event"] == "zalo_oa.no_tokens" for entry in logs):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            assert await web_chat_answers(line)
            assert await line.states() == ["waiting"]
            assert await line.costs() == []
            await keep_pair(line.app.database, line.fake, line.clock)
            await line.become("sent")

    assert "zalo consent" in next(e["to_do"] for e in logs if e["event"] == "zalo_oa.no_tokens")


async def test_zalos_trouble_is_no_trouble_for_the_web_chat(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with running(sqlite_file, packs) as line:
        officer = await line.officer()
        line.fake.fail("*", times=3, drop=True)
        await line.owe(officer.address, Reply(text="Đã duyệt"))
        await line.fake.until(lambda: line.fake.called("message/cs"))

        assert await web_chat_answers(line)


async def test_what_was_asked_before_the_stop_is_answered_after_the_start(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with running(sqlite_file, packs) as line:
        officer = await line.officer()
        line.fake.fail("message/cs", times=99, status=502)
        officer.user.says("/start")
        await line.fake.until(lambda: line.fake.called("message/cs"))
        line.fake.heal()
    async with running(sqlite_file, packs) as again:
        again.newcomer()  # of the same number there
        again.later(60)
        await again.fake.until(lambda: again.fake.called("message/cs"))
        await again.become("sent")


async def test_invitations_and_groups_name_the_account(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with running(sqlite_file, packs) as line:
        links = line.app.world.links

        assert links.invitations["zalo_oa"] == f"https://zalo.me/{line.fake.app.oa_id}"
        assert links.groups["zalo_oa"] == ""


async def test_a_stop_waits_for_a_renewal_that_was_begun(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with running(sqlite_file, packs) as line:
        officer = await line.officer()
        line.fake.tokens.access_token = "another"
        line.fake.fail("access_token", delay=1.0)
        await line.owe(officer.address, REMINDER)
        await line.fake.until(lambda: line.fake.called("access_token"))
    async with running(sqlite_file, packs, authorised=False) as again:
        [row] = await again.kept(tables.credentials)

    assert row.refresh_token == line.fake.tokens.refresh_token
    assert row.renewer is None
