"""Updates reach a bot that asks for them: until confirmed, one asker at a time, doubled on wish."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import User
from tests.fakes.telegram_refusals import Json


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def http(fake: FakeTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as session:
        yield session


@pytest.fixture
def officer(fake: FakeTelegram) -> User:
    return fake.user()


async def ask(http: aiohttp.ClientSession, **wish: Any) -> Json:
    async with http.post("getUpdates", json=wish) as response:
        told: Json = await response.json()
    return told


async def texts(http: aiohttp.ClientSession, **wish: Any) -> list[str]:
    return [update["message"]["text"] for update in (await ask(http, **wish))["result"]]


async def test_what_is_not_confirmed_comes_again(
    http: aiohttp.ClientSession, officer: User
) -> None:
    for word in ("a", "b", "c"):
        officer.says(word)
    first = (await ask(http))["result"][0]["update_id"]

    assert await texts(http) == ["a", "b", "c"]
    assert await texts(http, limit=2) == ["a", "b"]
    assert await texts(http, offset=first + 1) == ["b", "c"]
    assert await texts(http, offset=first) == ["b", "c"]
    assert await texts(http, offset=-1) == ["c"]
    assert await texts(http) == ["c"]
    assert await texts(http, offset=first + 500) == ["c"]


async def test_a_long_poll_ends_when_somebody_speaks(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    poll = asyncio.create_task(texts(http, timeout=30))
    await fake.until(lambda: fake.called("getUpdates"))
    officer.says("at last")

    assert await poll == ["at last"]


async def test_a_second_asker_ends_the_first(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    first = asyncio.create_task(ask(http, timeout=30))
    await fake.until(lambda: len(fake.called("getUpdates")) == 1)
    second = asyncio.create_task(ask(http, timeout=30))
    told = await first
    officer.says("hello")

    assert (told["error_code"], told["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
        "is running",
    )
    assert len((await second)["result"]) == 1


async def test_a_bot_that_dies_while_it_asks_loses_nothing(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    dying = asyncio.create_task(ask(http, timeout=30))
    await fake.until(lambda: fake.called("getUpdates"))
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    officer.says("one")
    officer.says("two")

    assert await texts(http) == ["one", "two"]


async def test_setting_a_webhook_ends_a_long_poll(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    poll = asyncio.create_task(ask(http, timeout=30))
    await fake.until(lambda: fake.called("getUpdates"))
    async with http.post("setWebhook", json={"url": "http://127.0.0.1:9/"}) as response:
        assert (await response.json())["description"] == "Webhook was set"

    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_the_kinds_that_a_bot_wants_are_remembered(
    http: aiohttp.ClientSession, officer: User
) -> None:
    await ask(http, allowed_updates=["message"])
    said = officer.says("one")
    officer.edits(said, "won")
    assert len((await ask(http))["result"]) == 1

    await ask(http, allowed_updates=[])
    officer.edits(said, "one again")
    assert len((await ask(http))["result"]) == 2


async def test_an_update_may_come_twice_and_out_of_order(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    words = [str(n) for n in range(8)]
    for word in words:
        officer.says(word)
    fake.shuffle(seed=1)
    mixed = await texts(http)
    await ask(http, offset=fake.updates[-1]["update_id"] + 1)
    fake.repeat(fake.updates[3])

    assert mixed != words
    assert sorted(mixed) == words
    assert await texts(http, offset=fake.updates[-1]["update_id"] + 1) == ["3"]
    assert await texts(http) == []


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    group = fake.group("Communes")
    group.add_bot(officer)
    officer.says("small talk", to=group)
    officer.says("/status@another_bot", to=group)
    officer.says("/status@reports_test_bot", to=group)
    async with http.post("sendMessage", json={"chat_id": group.id, "text": "Which?"}) as response:
        assert response.status == 200
    officer.says("this", to=group, answering=group.view.last)
    group.promote_bot(officer)
    officer.says("more talk", to=group)
    group.kick_bot(officer)
    officer.says("/status", to=group)

    told = (await ask(http))["result"]
    heard = [update["message"].get("text") for update in told if "message" in update]
    assert heard == [None, "/status@reports_test_bot", "this", "more talk"]


async def test_a_tap_on_what_is_gone_tells_of_it(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    officer.says("/start")
    markup = json.dumps({"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]})
    wish = {"chat_id": officer.id, "text": "?", "reply_markup": markup}
    async with http.post("sendMessage", data=wish):
        asked = officer.view.last
    async with http.post("deleteMessage", data={"chat_id": officer.id, "message_id": asked.id}):
        pass
    officer.taps_old(asked, "yes")

    query = (await ask(http, offset=-1))["result"][0]["callback_query"]
    assert (query["data"], query["message"]["date"]) == ("yes", 0)
    with pytest.raises(LookupError, match="no button"):
        officer.taps(asked, "Yes")


async def test_a_bot_in_haste_is_slowed_down(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    fake.cloud.updates.slow_down_haste = True
    officer.says("a")
    officer.says("b")

    assert await texts(http) == ["a", "b"]
    assert await texts(http) == ["a"]
