"""Starting, stopping, a token that is reset, and that the other channels never notice."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.app import Parts, build
from bot.channels import RunningChannel
from bot.channels.zalo_bot import LIMITS
from bot.clock import SystemClock
from bot.settings import Settings
from bot.web import configured
from plans.messages import Reply, Urgency
from plans.pack import Pack
from storage.database import Database, sqlite_url
from tests.bot.zalo_bot_line import Line, running
from tests.fakes.zalo_bot import TOKEN, FakeZaloBot
from tests.fakes.zalo_bot_habits import Habits

LATE = 20.0


async def web_chat_answers(line: Line) -> bool:
    async with aiohttp.ClientSession() as session, session.get(line.url + "/healthz") as answer:
        return answer.status == 200


async def refused(fake: FakeZaloBot, method: str) -> None:
    """Wait until the token is refused; the fake tells nobody of a page that it answers with."""
    async with asyncio.timeout(10):
        while not any(call.status == 401 for call in fake.called(method)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_start_that_fails_is_tried_again_and_the_web_chat_works_meanwhile(
    sqlite_file: Path, packs: Mapping[str, Pack], mode: str
) -> None:
    async with FakeZaloBot() as fake:
        fake.fail("getMe", times=2, drop=True)
        fake.fail("getMe", status=401, body="<html>who?</html>")
        fake.fail("setWebhook" if mode == "webhook" else "getWebhookInfo", status=502)
        with capture_logs() as logs:
            async with running(fake, sqlite_file, packs, mode=mode) as line:
                assert await web_chat_answers(line)
                officer = await line.officer()
                await fake.until(lambda: len(fake.called("getMe")) >= 5)
                await fake.until(lambda: fake.polls or fake.probes)
                assert await officer.says("/start")
    events = [entry["event"] for entry in logs if entry["log_level"] in ("error", "warning")]

    assert events.count("zalo_bot.away") == 3
    assert events.count("zalo_bot.token_refused") == 1
    assert fake.token not in json.dumps(logs, default=str)


@pytest.mark.parametrize("bad_token", ["envelope", "html"])
async def test_a_token_that_is_reset_stops_the_channel_until_it_is_written_anew(
    sqlite_file: Path, packs: Mapping[str, Pack], bad_token: Any
) -> None:
    reminder = Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER)
    async with FakeZaloBot(habits=Habits(bad_token=bad_token, longest_poll=0.2)) as fake:
        with capture_logs() as logs:
            async with running(fake, sqlite_file, packs) as line:
                officer = await line.officer()
                await officer.says("/start")
                fake.reset_token()
                await line.owe(officer.user, reminder, reminder)
                await refused(fake, "sendMessage")
                await refused(fake, "getUpdates")
                await line.until_states("sent", "waiting", "waiting")
                assert await web_chat_answers(line)
                calls = len(fake.called("sendMessage"))
        told = [entry for entry in logs if entry["event"] == "zalo_bot.token_refused"]
        # The channel rests as a whole: nothing more was tried.
        assert calls == 2
        assert "ZALO_BOT_TOKEN" in told[0]["to_do"]
        assert TOKEN not in json.dumps(logs, default=str)
        async with running(fake, sqlite_file, packs) as line:
            await line.until_states("sent", "sent", "sent")
            assert len(officer.user.view.from_bot) == 3


async def test_without_a_token_the_channel_is_off(
    sqlite_file: Path, packs: Mapping[str, Pack], tmp_path: Path
) -> None:
    database = Database(sqlite_url(sqlite_file))
    app = build(Parts(database=database, packs=packs, clock=SystemClock(), secret=b"x"))
    settings = Settings(_env_file=None, data_dir=tmp_path, zalo_bot_token="")
    names = [channel.name for channel in configured(app, settings)]
    token = Settings(_env_file=None, data_dir=tmp_path, zalo_bot_token=TOKEN)
    channels = configured(app, token)
    await database.close()

    assert "zalo_bot" not in names
    assert [isinstance(one, RunningChannel) for one in channels if one.name == "zalo_bot"] == [True]


async def test_what_was_asked_before_the_stop_is_answered_after_the_start(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeZaloBot() as fake:
        async with running(fake, sqlite_file, packs) as line:
            officer = await line.officer()
            await officer.says("/baocao")
        officer.user.says("3")
        async with running(fake, sqlite_file, packs) as line:
            await fake.until(lambda: len(officer.user.view.from_bot) == 2)

    assert "Câu 2/10" in officer.last.text


async def test_what_the_channel_is_told_of_itself_is_known_to_every_conversation(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    link = "https://bot.zaloplatforms.com/bots/{1}"
    async with (
        FakeZaloBot() as fake,
        running(fake, sqlite_file, packs, zalo_bot_link=link, zalo_bot_users=7) as line,
    ):
        coordinator = await line.coordinator()
        invitation = await coordinator.says("/moi phường Mũi Né")
        world = line.app.world
        allowance = world.allowances["zalo_bot"]

    assert (allowance.monthly, allowance.reserve, allowance.users) == (3000, 20, 7)
    assert link in world.invite_links("CODE")
    assert link in invitation
    assert world.links.groups["zalo_bot"] == " @Bot Bao Cao"
    assert (LIMITS.text_length, LIMITS.buttons, LIMITS.files_out) == (2000, 0, False)


async def test_a_bot_that_joins_no_groups_offers_none(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    habits = Habits(can_join_groups=False)
    async with FakeZaloBot(habits=habits) as fake, running(fake, sqlite_file, packs) as line:
        coordinator = await line.coordinator()
        assert (await coordinator.says("/nhom")).startswith("Kênh này không có nhóm")


async def test_whoever_is_slow_is_shown_that_the_bot_is_at_work(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeZaloBot() as fake, running(fake, sqlite_file, packs) as line:
        officer = await line.officer()
        run = line.app.database.run

        async def slowly(work: Callable[[Connection], Any]) -> Any:
            await asyncio.sleep(0.9)
            return await run(work)

        # An answer that never comes to "typing…" holds nothing up.
        fake.fail("sendChatAction", delay=4.0, after_effect=True)
        monkeypatch.setattr(line.app.database, "run", slowly)
        officer.user.says("/start")
        await fake.until(lambda: officer.user.view.actions)
        monkeypatch.undo()
        await fake.until(lambda: officer.user.view.from_bot)

        assert officer.user.view.actions == ["typing"]
        assert fake.sent_this_month == 1


async def test_a_stop_waits_for_no_answer_of_zalos(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeZaloBot() as fake:
        fake.fail("getMe", delay=LATE, status=200)
        async with running(fake, sqlite_file, packs):
            await fake.until(lambda: fake.called("getMe"))
            begun = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - begun < LATE - 1


def test_the_channel_needs_no_library_of_zalos_and_no_telegram() -> None:
    look = (
        "import sys, bot.zalo_bot_opening;"
        "print([m for m in ('aiogram', 'httpx', 'requests', 'matplotlib', 'zalo_bot', 'zalo_sdk')"
        " if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
