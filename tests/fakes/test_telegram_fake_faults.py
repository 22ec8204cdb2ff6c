"""What goes wrong on wish, the limits of sending, and the fake as a process of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram.exceptions import ClientDecodeError

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clients import LIBRARIES, Client, connected
from tests.fakes.telegram_limits import Limits, Meter
from tests.fakes.telegram_people import User
from tests.fakes.telegram_refusals import Refusal

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeTelegram]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture(params=LIBRARIES)
async def client(fake: FakeTelegram, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    async with connected(request.param, fake.url, fake.token) as client:
        yield client


@pytest.fixture
def officer(fake: FakeTelegram) -> User:
    officer = fake.user()
    officer.says("/start")
    return officer


async def test_a_cut_line_before_the_effect_leaves_nothing(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    fault = fake.fail("sendMessage", drop=True)

    with pytest.raises(client.errors["network"]):
        await client.text(officer.id, "one")
    assert officer.view.texts == []
    await client.text(officer.id, "one")
    assert (officer.view.texts, fault.happened) == (["one"], 1)
    assert [call.status for call in fake.called("sendMessage")] == [0, 200]


async def test_a_cut_line_after_the_effect_leaves_the_bot_in_doubt(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    fake.fail("sendMessage", drop=True, after_effect=True)

    with pytest.raises(client.errors["network"]):
        await client.text(officer.id, "one")
    assert officer.view.texts == ["one"]


async def test_a_gateway_answers_with_a_page(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    fake.fail("sendMessage", status=502, skip=1)
    await client.text(officer.id, "one")

    # aiogram tries to read the page as JSON before it looks at the status.
    with pytest.raises((client.errors["server"], ClientDecodeError)):
        await client.text(officer.id, "two")
    assert officer.view.texts == ["one"]


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_refusal_on_wish_carries_its_seconds(
    fake: FakeTelegram, client: Client, officer: User, after_effect: bool
) -> None:
    fake.fail("sendMessage", status=429, retry_after=7, chat=officer.id, after_effect=after_effect)

    with pytest.raises(client.errors["too many"]) as refused:
        await client.text(officer.id, "one")
    assert client.seconds(refused.value) == 7
    assert officer.view.texts == (["one"] if after_effect else [])


async def test_a_slow_answer_is_an_answer(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    fake.fail("sendMessage", status=200, delay=0.05)

    assert await client.text(officer.id, "one")
    fake.fail(times=2, status=500)
    fake.heal()
    assert await client.text(officer.id, "two")


def test_windows_slide_and_a_penalty_stops_everything() -> None:
    now = [100.0]
    meter = Meter(Limits.strict(), lambda: now[0])

    def refused(chat: int) -> int:
        try:
            meter.check()
            meter.count(chat)
        except Refusal as refusal:
            return refusal.parameters["retry_after"]
        return 0

    assert [refused(1), refused(1), refused(2)] == [0, 1, 1]
    now[0] += 1.01
    assert [refused(1), refused(2)] == [0, 0]
    assert [refused(chat) for chat in range(3, 32)] == [0] * 28 + [1]
    for _ in range(20):
        now[0] += 1.01
        assert refused(-5) == 0
    now[0] += 1.01
    assert refused(-5) == 40
    assert refused(77) == 40
    assert meter.refused == 5


async def test_only_what_was_sent_counts(fake: FakeTelegram, officer: User) -> None:
    fake.limits = Limits(chat_per_second=1)
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as http:
        for text, status in (("", 400), ("one", 200), ("two", 429)):
            async with http.post("sendMessage", json={"chat_id": officer.id, "text": text}) as got:
                assert got.status == status
        assert got.headers["Retry-After"] == "1"
        async with http.post("getMe") as got:
            assert got.status == 200


async def test_another_process_leads_people_and_sees_what_they_see() -> None:
    command = (sys.executable, "-m", "tests.fakes.telegram", "--token", "5:AA", "--strict")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession(f"{url}/") as http:
            await lead(http)
    finally:
        process.kill()
        await process.wait()


async def lead(http: aiohttp.ClientSession) -> None:
    async def post(path: str, **wish: Any) -> Any:
        async with http.post(f"/{path}", json=wish) as response:
            return await response.json()

    person = (await post("_control/user", first_name="Officer"))["id"]
    await post("_control/says", user=person, text="/start")
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    sent = {"chat_id": person, "text": "Ready?", "reply_markup": markup}
    assert (await post("bot5:AA/sendMessage", **sent))["ok"]
    assert (await post("bot5:AA/sendMessage", **sent))["error_code"] == 429  # --strict
    messages = await post("_control/messages", user=person)
    await post("_control/taps", user=person, message=messages[-1]["id"], button="Yes")
    updates = (await post("bot5:AA/getUpdates"))["result"]
    counts = await post("_control/counts")
    await post("_control/fail", method="getMe", status=500)
    wrong = await post("_control/says", user=1, text="x")
    unknown = await post("_control/nothing")

    assert [message["text"] for message in messages] == ["/start", "Ready?"]
    assert updates[-1]["callback_query"]["data"] == "yes"
    assert (counts["refused_429"], counts["pending"], counts["messages"]) == (1, 2, 2)
    async with http.get("/bot5:AA/getMe") as response:
        assert response.status == 500
    async with http.get("/_control/calls", params={"method": "getMe"}) as response:
        assert [call["status"] for call in await response.json()] == [500]
    assert wrong["error"].startswith("KeyError")
    assert unknown["error"].startswith("verbs: ['attempts'")
