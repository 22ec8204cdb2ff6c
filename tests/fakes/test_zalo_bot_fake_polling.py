"""A poll brings one update or, after its time, nothing; what is told is told once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.fakes.zalo_bot_stage import SECRET, Bot, talking

REFUSED = {"ok": False, "description": "Request timeout"}
IDLE = (408, {**REFUSED, "error_code": 408})


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeZaloBot) -> AsyncIterator[Bot]:
    async with talking(fake) as bot:
        yield bot


@pytest.fixture
def officer(fake: FakeZaloBot) -> User:
    return fake.user(display_name="Officer")


async def test_each_poll_brings_one_update_once(bot: Bot, officer: User) -> None:
    officer.says("one")
    officer.says("two")

    assert [await bot.text(), await bot.text()] == ["one", "two"]
    assert await bot.ask("getUpdates", timeout=0) == IDLE


async def test_an_update_is_wrapped_and_whole(bot: Bot, officer: User) -> None:
    said = officer.says("BC 12 3 0")

    assert await bot.ask("getUpdates") == (200, {"ok": True, "result": said})
    assert said["message"].pop("message_id") != officer.id
    assert said["message"].pop("date") > 1_700_000_000_000
    assert said == {
        "event_name": "message.text.received",
        "message": {
            "message_type": "CHAT_MESSAGE",
            "from": {"id": officer.id, "display_name": "Officer", "is_bot": False},
            "chat": {"id": officer.id, "chat_type": "PRIVATE"},
            "text": "BC 12 3 0",
        },
    }


@pytest.mark.parametrize("seconds", [30, "30", None])
async def test_a_poll_is_held_until_somebody_speaks(
    fake: FakeZaloBot, bot: Bot, officer: User, seconds: object
) -> None:
    poll = asyncio.create_task(bot.result("getUpdates", timeout=seconds))
    await fake.until(lambda: fake.polls)
    officer.says("at last")

    assert (await poll)["message"]["text"] == "at last"


@pytest.mark.parametrize(
    ("idle", "answer"),
    [("http_408", IDLE), ("http_200", (200, REFUSED)), ("ok_true", (200, {"ok": True}))],
)
async def test_nothing_to_tell_is_told_in_three_ways(
    fake: FakeZaloBot, bot: Bot, idle: str, answer: object
) -> None:
    fake.habits.change(idle=idle)

    assert await bot.ask("getUpdates", timeout="0") == answer


async def test_a_long_poll_may_be_shortened_for_a_test(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.longest_poll = 0.01

    assert await bot.ask("getUpdates", timeout=30) == IDLE
    assert fake.polls[0].ended
    assert fake.polls[0].ended - fake.polls[0].began < 5


async def test_the_last_update_may_come_again_and_again_until_a_restart(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    fake.habits.polling = "repeat_until_restart"
    officer.says("one")
    heard = [await bot.text(), await bot.text()]
    officer.says("two")
    heard += [await bot.text(), await bot.text()]
    fake.restart()

    assert heard == ["one", "one", "two", "two"]
    assert await bot.ask("getUpdates", timeout=0) == IDLE


async def test_what_is_sent_while_nobody_polls_may_be_lost(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    fake.habits.keep_seconds = 0
    officer.says("unheard")
    poll = asyncio.create_task(bot.text())
    await fake.until(lambda: fake.polls)
    officer.says("heard")

    assert await poll == "heard"


async def test_of_two_polls_the_later_wins(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    first = asyncio.create_task(bot.ask("getUpdates"))
    await fake.until(lambda: len(fake.polls) == 1)
    second = asyncio.create_task(bot.text())
    assert await first == IDLE
    officer.says("hello")

    assert await second == "hello"


async def test_or_both_are_idle(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.two_polls = "both_idle"
    first = asyncio.create_task(bot.ask("getUpdates"))
    await fake.until(lambda: len(fake.polls) == 1)

    assert await bot.ask("getUpdates") == IDLE
    assert await first == IDLE


async def test_who_went_away_takes_no_update_along(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    async with aiohttp.ClientSession() as http:
        gone = asyncio.create_task(http.get(f"{fake.url}/bot{fake.token}/getUpdates"))
        await fake.until(lambda: fake.polls)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    assert (await bot.ask("getMe"))[0] == 200  # by now the fake has seen the end of that line
    officer.says("hello")

    assert await bot.text() == "hello"


@pytest.mark.parametrize(("habit", "status"), [("idle", 408), ("error", 400)])
async def test_with_a_webhook_a_poll_brings_nothing(
    fake: FakeZaloBot, bot: Bot, habit: str, status: int
) -> None:
    fake.habits.change(poll_with_webhook=habit)
    poll = asyncio.create_task(bot.ask("getUpdates"))
    await fake.until(lambda: fake.polls)
    await bot.result("setWebhook", url="https://hook.example.vn/zalo", secret_token=SECRET)

    assert await poll == IDLE
    assert (await bot.ask("getUpdates", timeout=0))[0] == status


async def test_it_is_known_how_fast_polls_came() -> None:
    seconds = [0.0]
    async with FakeZaloBot(clock=lambda: seconds[0]) as fake, talking(fake) as bot:
        for pause in (1.0, 0.25, 3.0):
            await bot.ask("getUpdates", timeout=0)
            seconds[0] += pause
        await bot.ask("getUpdates", timeout=0)

        assert fake.poll_gaps == [1.0, 0.25, 3.0]
        assert [poll.ended for poll in fake.polls] == [0.0, 1.0, 1.25, 4.25]


@pytest.mark.parametrize("holding", [False, True])
async def test_updates_come_twice_and_out_of_order_on_wish(
    fake: FakeZaloBot, bot: Bot, officer: User, holding: bool
) -> None:
    said: list[Any] = [officer.says("a")]
    if holding:
        fake.hold()
    said += [officer.says(word) for word in "bc"]
    fake.repeat(said[0])
    fake.shuffle(seed=1)
    if holding:
        assert await bot.ask("getUpdates", timeout=0) == IDLE
    assert fake.pending == 4
    fake.release()

    texts = [await bot.text() for _ in range(4)]
    assert sorted(texts) == ["a", "a", "b", "c"]
    assert texts != ["a", "b", "c", "a"]
    assert len(fake.updates) == 3
