"""A webhook gets every update until it says yes: in order within a chat, chats side by side."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_refusals import Json
from tests.fakes.telegram_webhook import Pace

Answer = Callable[[Json], Awaitable[web.Response]]


async def fine(_: Json) -> web.Response:
    return web.Response()


class Bot:
    """A webhook that keeps what comes and answers as a test says."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.secrets: list[str | None] = []
        self.answer: Answer = fine

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.heard.append(await request.json())
        return await self.answer(self.heard[-1])

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.heard]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(pace=Pace(timeout=0.5, unit=0.01, longest=0.05)) as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    bot = Bot()
    app = web.Application()
    app.router.add_post("/hook", bot.take)
    async with TestServer(app) as server:
        await set_webhook(fake, url=str(server.make_url("/hook")), secret_token="secret_1")
        yield bot
        await fake.desk.webhook.close()


async def ask(fake: FakeTelegram, method: str, **wish: Any) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{fake.url}/bot{fake.token}/{method}", json=wish) as response,
    ):
        return (await response.json())["result"]


async def set_webhook(fake: FakeTelegram, **wish: Any) -> None:
    assert await ask(fake, "setWebhook", **wish) is True


async def test_every_update_comes_with_the_secret(fake: FakeTelegram, bot: Bot) -> None:
    officer = fake.user()
    officer.says("one")
    officer.says("two")
    await fake.until(lambda: len(fake.attempts) == 2)

    assert bot.texts == ["one", "two"]
    assert bot.secrets == ["secret_1", "secret_1"]
    assert fake.cloud.updates.count() == 0


async def test_what_was_refused_comes_again_before_anything_later(
    fake: FakeTelegram, bot: Bot
) -> None:
    refusals = [500, 302, 503]

    async def refuse(_: Json) -> web.Response:
        return web.Response(status=refusals.pop() if refusals else 204)

    bot.answer = refuse
    officer = fake.user()
    officer.says("one")
    officer.says("two")
    await fake.until(lambda: len(fake.attempts) == 5)
    told = await ask(fake, "getWebhookInfo")

    assert bot.texts == ["one"] * 4 + ["two"]
    assert [attempt.status for attempt in fake.attempts] == [503, 302, 500, 204, 204]
    error = "Wrong response from the webhook: 500 Internal Server Error"
    assert told["last_error_message"] == error
    assert told["last_error_date"] > 0
    assert "secret" not in str(told)


async def test_a_webhook_that_is_too_slow_gets_it_again(fake: FakeTelegram, bot: Bot) -> None:
    async def slow_at_first(_: Json) -> web.Response:
        if len(bot.heard) == 1:
            await asyncio.sleep(2)
        return web.Response()

    bot.answer = slow_at_first
    fake.user().says("one")
    await fake.until(lambda: len(fake.attempts) == 2)

    assert bot.texts == ["one", "one"]
    assert [attempt.status for attempt in fake.attempts] == [0, 200]
    assert (await ask(fake, "getWebhookInfo"))["last_error_message"] == "Read timeout expired"


async def test_chats_run_side_by_side_and_each_in_its_order(fake: FakeTelegram, bot: Bot) -> None:
    inside: dict[int, int] = defaultdict(int)
    most_chats = 0
    together = asyncio.Event()

    async def watch(update: Json) -> web.Response:
        nonlocal most_chats
        chat = update["message"]["chat"]["id"]
        inside[chat] += 1
        assert inside[chat] == 1, "two updates of one chat at once"
        most_chats = max(most_chats, sum(inside.values()))
        if most_chats == 3:
            together.set()
        await together.wait()
        inside[chat] -= 1
        return web.Response()

    bot.answer = watch
    people = [fake.user() for _ in range(3)]
    for number in range(4):
        for person in people:
            person.says(str(number))
    await fake.until(lambda: len(fake.attempts) == 12)

    assert most_chats == 3
    assert {attempt.status for attempt in fake.attempts} == {200}
    for person in people:
        own = [u["message"]["text"] for u in bot.heard if u["message"]["chat"]["id"] == person.id]
        assert own == ["0", "1", "2", "3"]


async def test_no_more_connections_than_allowed(fake: FakeTelegram, bot: Bot) -> None:
    url = fake.desk.webhook.address.url if fake.desk.webhook.address else ""
    await set_webhook(fake, url=url, max_connections=1)
    at_once, most = 0, 0

    async def watch(_: Json) -> web.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1
        return web.Response()

    bot.answer = watch
    for _ in range(4):
        fake.user().says("hello")
    await fake.until(lambda: len(fake.attempts) == 4)

    assert most == 1


async def test_an_answer_may_carry_a_request(fake: FakeTelegram, bot: Bot) -> None:
    async def reply(update: Json) -> web.Response:
        chat = update["message"]["chat"]["id"]
        return web.json_response({"method": "sendMessage", "chat_id": chat, "text": "Noted"})

    bot.answer = reply
    officer = fake.user()
    officer.says("one")
    await fake.until(lambda: officer.view.texts)

    assert officer.view.texts == ["Noted"]
    assert fake.called("sendMessage")[0].status == 200


async def test_without_the_webhook_the_rest_waits_to_be_asked_for(
    fake: FakeTelegram, bot: Bot
) -> None:
    async def refuse(_: Json) -> web.Response:
        return web.Response(status=500)

    bot.answer = refuse
    fake.user().says("one")
    await fake.until(lambda: fake.attempts)
    waiting = (await ask(fake, "getWebhookInfo"))["pending_update_count"]
    await ask(fake, "deleteWebhook")

    assert waiting == 1
    assert [u["message"]["text"] for u in await ask(fake, "getUpdates")] == ["one"]
    assert (await ask(fake, "getWebhookInfo"))["url"] == ""


def test_the_pauses_grow_as_telegrams_do() -> None:
    assert [Pace().pause(failures) for failures in range(1, 9)] == [0, 2, 4, 8, 16, 32, 60, 60]
