"""The month's messages: a reserve for answers, and where everything else goes instead."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
from structlog.testing import capture_logs

from plans.messages import Reply, Urgency
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_bot_line import Line, running
from tests.fakes.zalo_bot import FakeZaloBot

MONTH, HOUR = 31 * 24 * 3600, 3600


class Runs(Protocol):
    def __call__(self, **settings: object) -> AbstractAsyncContextManager[Line]: ...


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
def runs(fake: FakeZaloBot, sqlite_file: Path, packs: Mapping[str, Pack]) -> Runs:
    return partial(running, fake, sqlite_file, packs)


def push(text: str, urgency: Urgency = Urgency.REMINDER) -> Reply:
    return Reply(text=text, urgency=urgency)


async def test_the_reserve_is_kept_for_answers_and_pushes_go_elsewhere(
    runs: Runs, fake: FakeZaloBot
) -> None:
    with capture_logs() as logs:
        async with runs(zalo_bot_monthly=5, zalo_bot_reserve=40) as line:
            both, zalo_alone = await line.officer(), await line.officer()
            await line.also_on_the_web(both.user)
            for number in range(3):
                await line.owe(both.user, push(f"Nhắc {number}"))
                await line.until_states(*["sent"] * (number + 1))
            await line.owe(both.user, push("Nhắc 3"))
            await line.owe(zalo_alone.user, push("Nhắc 4", Urgency.DIGEST))
            await line.until_states(*["sent"] * 4, "failed")
            rows = await line.owed()
            assert [row.channel for row in rows] == ["zalo_bot"] * 3 + ["webchat", "zalo_bot"]
            [held] = await line.kept(tables.held_back)
            assert (held.number, held.channel) == (rows[4].number, "zalo_bot")
            assert held.reason == "monthly quota"

            # What is left is for those who ask; when that is gone too, they go elsewhere.
            await both.says("/start")
            await zalo_alone.says("/start")
            both.user.says("/trogiup")
            await line.until_states(*["sent"] * 4, "failed", *["sent"] * 3)
            assert (await line.owed())[-1].channel == "webchat"
            zalo_alone.user.says("/trogiup")
            await line.until_states(*["sent"] * 4, "failed", *["sent"] * 3, "failed")
            assert len(await line.kept(tables.held_back)) == 2

            # A new month begins in Viet Nam.
            line.later(MONTH)
            await line.owe(zalo_alone.user, push("Nhắc 9"))
            await fake.until(lambda: "Nhắc 9" in zalo_alone.user.view.texts)

    events = [entry["event"] for entry in logs if entry["event"].startswith("zalo_bot.")]
    for event in ("reserve_reached", "quota_low", "quota_spent"):
        assert events.count(f"zalo_bot.{event}") == 1
    assert fake.sent_this_month == 6


async def test_zalos_own_word_ends_the_month_for_pushes_even_after_a_restart(
    runs: Runs, fake: FakeZaloBot
) -> None:
    fake.quota = 1
    async with runs() as line:
        officer = await line.officer()
        await line.also_on_the_web(officer.user)
        await line.owe(officer.user, push("1"), push("2"))
        await line.until_states("sent", "sent")
        assert [row.channel for row in await line.owed()] == ["zalo_bot", "webchat"]
        # What Zalo refused was not counted.
        assert len(await line.kept(tables.postage)) == 1
        [warning] = await line.kept(tables.warnings)
        assert (warning.channel, warning.kind, warning.since) == (
            "zalo_bot",
            "quota_used",
            "2024-06",
        )
    fake.quota = None
    asked = len(fake.called("sendMessage"))
    async with runs() as line:
        await line.owe(officer.user, push("3", Urgency.NUDGE))
        await line.until_states(*["sent"] * 3)
        assert (await line.owed())[-1].channel == "webchat"
        assert len(fake.called("sendMessage")) == asked
        line.later(MONTH)
        await line.owe(officer.user, push("4"))
        await fake.until(lambda: officer.user.view.last.text == "4")


async def test_answers_are_tried_again_hourly_and_hold_up_no_push(
    runs: Runs, fake: FakeZaloBot
) -> None:
    async with runs() as line:
        officer, other = await line.officer(), await line.officer()
        await line.also_on_the_web(other.user)
        fake.quota = 0
        officer.user.says("/start")
        while not await line.kept(tables.warnings):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await line.owe(other.user, push("1"))
        await line.until_states("waiting", "sent")
        officer.user.says("/trogiup")
        await asyncio.sleep(0.1)
        line.later(HOUR / 2)
        await asyncio.sleep(0.2)
        assert len(fake.called("sendMessage")) == 1

        fake.quota = None
        line.later(HOUR / 2 + 1)
        await fake.until(lambda: len(officer.user.view.from_bot) == 2)
        assert [row.channel for row in await line.owed()] == ["zalo_bot", "webchat", "zalo_bot"]


async def test_an_answer_that_no_hour_helps_goes_elsewhere(runs: Runs, fake: FakeZaloBot) -> None:
    fake.quota = 0
    async with runs() as line:
        both, zalo_alone = await line.officer(), await line.officer()
        await line.also_on_the_web(both.user)
        both.user.says("/start")
        zalo_alone.user.says("/start")
        await fake.until(lambda: line.fake.called("sendMessage"))
        for _ in range(4):
            await asyncio.sleep(0.1)
            line.later(HOUR + 1)
        await line.until_states("sent", "failed")

        assert (await line.owed())[0].channel == "webchat"
        assert len(await line.kept(tables.held_back)) == 1
        assert len(fake.called("sendMessage")) <= 4


async def test_what_takes_several_messages_is_counted_as_several(runs: Runs) -> None:
    async with runs(zalo_bot_monthly=10, zalo_bot_reserve=80) as line:
        officer = await line.officer()
        await line.owe(officer.user, push("x " * 2500))
        await line.until_states("failed")
        await line.owe(officer.user, push("x " * 1500))
        await line.until_states("failed", "sent")

        assert len(await line.kept(tables.postage)) == 2


async def test_without_a_limit_everything_goes(runs: Runs, fake: FakeZaloBot) -> None:
    async with runs(zalo_bot_monthly=0) as line:
        assert line.app.world.allowances["zalo_bot"].monthly == 0
        officer = await line.officer()
        await line.owe(officer.user, *(push(str(number)) for number in range(8)))
        await line.until_states(*["sent"] * 8)

        assert fake.sent_this_month == 8
