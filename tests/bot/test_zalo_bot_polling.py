"""Polling: alone, no faster than allowed, patient, and nothing lost that was told."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.channels.zalo_bot import Manners
from bot.channels.zalo_bot_polling import LEAST_SECONDS
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_bot_line import HASTY, SWIFT, Line, call, running
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_habits import Habits

OTHER = {"url": "http://127.0.0.1:1/other", "secret_token": "long enough"}


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with FakeZaloBot() as fake, running(fake, sqlite_file, packs) as line:
        yield line


@pytest.mark.parametrize("idle", ["http_408", "http_200", "ok_true"])
async def test_nothing_new_is_no_trouble(
    sqlite_file: Path, packs: Mapping[str, Pack], idle: Any
) -> None:
    habits = Habits(idle=idle, longest_poll=0.02)
    with capture_logs() as logs:
        async with FakeZaloBot(habits=habits) as fake, running(fake, sqlite_file, packs) as line:
            await fake.until(lambda: len(fake.polls) > 3)
            officer = await line.officer()
            assert await officer.says("/start")

    assert [entry for entry in logs if entry["log_level"] in ("warning", "error")] == []


async def test_a_poll_asks_for_its_patience_in_seconds(line: Line) -> None:
    await line.fake.until(lambda: line.fake.called("getUpdates"))

    assert line.fake.called("getUpdates")[0].params == {"timeout": "5"}


async def test_polls_keep_their_distance_and_never_overlap(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    assert Manners().least_poll == LEAST_SECONDS == 1.0
    habits = Habits(polling="repeat_until_restart")
    manners = replace(HASTY, least_poll=0.1)
    async with (
        FakeZaloBot(habits=habits) as fake,
        running(fake, sqlite_file, packs, manners=manners) as line,
    ):
        officer = await line.officer()
        await officer.says("/start")
        await fake.until(lambda: len(fake.polls) > 6)
        # The same update again and again is one message.
        assert len(officer.user.view.from_bot) == 1
        assert len(await line.kept(tables.inbox)) == 1
        polls = fake.polls[:6]

    gaps = [later.began - poll.began for poll, later in itertools.pairwise(polls)]
    assert min(gaps) > 0.09
    assert all(
        poll.ended and poll.ended <= later.began for poll, later in itertools.pairwise(polls)
    )


async def test_an_outage_is_waited_out_more_and_more_slowly(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    with capture_logs() as logs:
        async with FakeZaloBot() as fake, running(fake, sqlite_file, packs) as line:
            await fake.until(lambda: fake.polls)
            fake.fail("getUpdates", status=502, times=2)
            fake.fail("getUpdates", status=504, times=1)
            fake.fail("getUpdates", drop=True)
            fake.fail("getUpdates", status=200, body="<html>")
            officer = await line.officer()
            await officer.says("/start")
            assert await officer.says("/trogiup")
    away = [entry["again_in"] for entry in logs if entry["event"] == "zalo_bot.away"]

    assert away == [0.05, 0.1, 0.2, 0.2, 0.2]


async def test_a_poll_that_is_never_answered_is_given_up(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot_polling.GRACE_SECONDS", 0.1)
    manners = replace(HASTY, rhythm=replace(SWIFT, poll=0))
    async with FakeZaloBot() as fake:
        fake.fail("getUpdates", delay=30.0, body="", status=200)
        async with running(fake, sqlite_file, packs, manners=manners) as line:
            officer = await line.officer()
            assert await officer.says("/start")


async def test_a_bot_that_is_called_elsewhere_does_not_poll_and_says_why(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeZaloBot() as fake:
        await call(fake, "setWebhook", **OTHER)
        with capture_logs() as logs:
            async with running(fake, sqlite_file, packs) as line:
                await fake.until(lambda: len(fake.called("getWebhookInfo")) > 1)
                assert not fake.polls
                await call(fake, "deleteWebhook")
                officer = await line.officer()
                assert await officer.says("/start")
    told = [entry for entry in logs if entry["event"] == "zalo_bot.webhook_is_set"]

    assert told[0]["url"] == "http://127.0.0.1:1/other"
    assert "ZALO_BOT_MODE=webhook" in told[0]["to_do"]


@pytest.mark.parametrize("poll_with_webhook", ["idle", "error"])
async def test_a_webhook_that_is_set_meanwhile_is_noticed(
    sqlite_file: Path,
    packs: Mapping[str, Pack],
    monkeypatch: pytest.MonkeyPatch,
    poll_with_webhook: Any,
) -> None:
    habits = Habits(poll_with_webhook=poll_with_webhook, longest_poll=0.05)
    if poll_with_webhook == "idle":
        monkeypatch.setattr("bot.channels.zalo_bot_polling.LOOK_SECONDS", 0.3)
    with capture_logs() as logs:
        async with FakeZaloBot(habits=habits) as fake, running(fake, sqlite_file, packs) as line:
            await fake.until(lambda: fake.polls)
            await call(fake, "setWebhook", **OTHER)
            async with asyncio.timeout(10):
                while not [e for e in logs if e["event"] == "zalo_bot.webhook_is_set"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            await call(fake, "deleteWebhook")
            officer = await line.officer()
            assert await officer.says("/start")

    assert [entry["event"] for entry in logs].count("zalo_bot.open") == 1


async def test_what_was_told_is_taken_in_however_often_that_takes(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await line.officer()
    run, fails = line.app.database.run, [True] * 4

    async def away(work: Callable[[Connection], Any]) -> Any:
        if fails:
            fails.pop()
            raise ConnectionError("the database is away")
        return await run(work)

    monkeypatch.setattr(line.app.database, "run", away)
    await officer.says("/start")

    assert not fails
    assert len(await line.kept(tables.inbox)) == 1


async def test_what_cannot_be_read_holds_up_nothing(line: Line) -> None:
    officer = await line.officer()
    with capture_logs() as logs:
        for content in ({"message": 5}, {"message": {"message_id": "0912 345 678"}}, {}):
            officer.user.causes("message.text.received", **content)
        assert await officer.says("/start")

    assert [entry["event"] for entry in logs].count("zalo_bot.unreadable_update") == 2
    assert "0912" not in str(logs)
    assert len(await line.kept(tables.inbox)) == 1


async def test_a_stop_waits_for_no_poll_and_finishes_what_was_told(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeZaloBot() as fake:
        async with running(fake, sqlite_file, packs) as line:
            officer = await line.officer()
            await officer.says("/start")
            run = line.app.database.run

            async def slowly(work: Callable[[Connection], Any]) -> Any:
                await asyncio.sleep(0.3)
                return await run(work)

            monkeypatch.setattr(line.app.database, "run", slowly)
            officer.user.says("/trogiup")
            await fake.until(lambda: not fake.pending)
            begun = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - begun < 20  # a poll takes longer
        monkeypatch.undo()
        async with running(fake, sqlite_file, packs) as line:
            await fake.until(lambda: len(officer.user.view.from_bot) == 2)
