"""A webhook is probed, kept whatever the probe says, and told everything once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.fakes.zalo_bot_stage import SECRET, Bot, Hook, listening, talking

PUBLIC = "https://hook.example.vn/zalo"


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeZaloBot) -> AsyncIterator[Bot]:
    async with talking(fake) as bot:
        yield bot


@pytest.fixture
async def hook(fake: FakeZaloBot, bot: Bot) -> AsyncIterator[Hook]:
    async with listening() as hook:
        await bot.result("setWebhook", url=hook.url, secret_token=SECRET)
        hook.forget()
        yield hook


@pytest.fixture
def officer(fake: FakeZaloBot) -> User:
    return fake.user(display_name="Officer")


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://hook.example.vn/zalo", SECRET),
        ("https://10.0.0.8/zalo", SECRET),
        ("https://192.168.1.4/zalo", SECRET),
        ("https://intranet/zalo", SECRET),
        ("https://bot.zaloplatforms.com/zalo", SECRET),
        ("https://[x", SECRET),
        ("ftp://127.0.0.1/zalo", SECRET),
        ("", SECRET),
        (PUBLIC, "x" * 7),
        (PUBLIC, "x" * 257),
        (PUBLIC, None),
    ],
)
async def test_an_address_is_public_and_has_a_secret(
    fake: FakeZaloBot, bot: Bot, url: str, secret: str | None
) -> None:
    assert (await bot.ask("setWebhook", url=url, secret_token=secret))[0] == 400
    assert (await bot.result("getWebhookInfo"))["url"] == ""
    assert fake.probes == []


async def test_an_address_on_this_machine_needs_a_switch(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.loopback_http = False

    for url in ("http://127.0.0.1:1/zalo", "https://localhost/zalo"):
        assert (await bot.ask("setWebhook", url=url, secret_token=SECRET))[0] == 400


@pytest.mark.parametrize("secret", ["x" * 8, "x" * 256])
async def test_an_address_is_kept_though_nobody_answers(bot: Bot, secret: str) -> None:
    told = await bot.result("setWebhook", url=PUBLIC, secret_token=secret)

    verification = told["verification"]
    assert (verification["ok"], verification["outcome"]) == (False, "webhook.err.unreachable")
    assert "status_code" not in verification
    info = await bot.result("getWebhookInfo")
    assert info == {"url": PUBLIC, "updated_at": told["updated_at"]}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, "webhook.ok"),
        (302, "webhook.http.other"),
        (403, "webhook.http.403"),
        (404, "webhook.http.404"),
        (503, "webhook.http.5xx"),
    ],
)
async def test_a_probe_tells_what_it_met(bot: Bot, hook: Hook, status: int, outcome: str) -> None:
    hook.statuses = [status, status]
    told = await bot.result("setWebhook", url=hook.url, secret_token=SECRET)
    tested = await bot.result("testWebhook")

    for found in (told["verification"], tested):
        assert (found["ok"], found["url"]) == (outcome == "webhook.ok", hook.url)
        assert (found["outcome"], found["status_code"]) == (outcome, status)
        assert found["latency_ms"] >= 0
        assert found["hint"]
    assert (await bot.result("getWebhookInfo"))["url"] == hook.url


async def test_a_probe_that_finds_nobody_says_so(bot: Bot) -> None:
    told = await bot.result("setWebhook", url="http://127.0.0.1:1/zalo", secret_token=SECRET)

    assert told["verification"]["outcome"] == "webhook.err.conn"


async def test_a_probe_that_finds_something_else_says_so(bot: Bot, hook: Hook) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1") as server:
        rude = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/zalo"
        for url, outcome in ((hook.url.replace("http:", "https:"), "tls"), (rude, "other")):
            told = await bot.result("setWebhook", url=url, secret_token=SECRET)
            assert told["verification"]["outcome"] == f"webhook.err.{outcome}"


async def test_a_probe_is_empty_or_json_with_or_without_the_secret(
    fake: FakeZaloBot, bot: Bot, hook: Hook
) -> None:
    await bot.result("testWebhook")
    fake.habits.change(probe_body="json", probe_secret=False)
    await bot.result("testWebhook")

    assert hook.bodies == [b"", b'{"event_name": "webhook.verify"}']
    kinds = [headers.get("Content-Type") for headers in hook.headers]
    assert kinds == [None, "application/json"]
    assert [h.get("X-Bot-Api-Secret-Token") for h in hook.headers] == [SECRET, None]
    assert len(fake.probes) == 3
    assert fake.attempts == []


async def test_setting_and_testing_have_daily_limits() -> None:
    now = [1_795_392_000.0]
    async with FakeZaloBot(now=lambda: now[0]) as fake, talking(fake) as bot:
        fake.habits.change(set_webhook_per_day=1, test_webhook_per_day=1)
        wish = {"url": PUBLIC, "secret_token": SECRET}
        assert (await bot.ask("testWebhook"))[0] == 400
        await bot.result("setWebhook", **wish)
        await bot.result("testWebhook")
        status, told = await bot.ask("testWebhook")
        assert (await bot.ask("setWebhook", **wish))[0] == 429
        now[0] += 86_400
        await bot.result("setWebhook", **wish)
        await bot.result("testWebhook")

    assert (status, told["ok"], told["errorCode"]) == (426, False, 426)
    assert "error_code" not in told


async def test_without_a_webhook_there_are_two_answers(fake: FakeZaloBot, bot: Bot) -> None:
    empty = await bot.result("getWebhookInfo")
    refused = await bot.ask("deleteWebhook")
    fake.habits.change(no_webhook_info="404", no_webhook_delete="success")

    assert (empty["url"], refused[0]) == ("", 400)
    assert (await bot.ask("getWebhookInfo"))[1]["description"] == "Not Found"
    assert (await bot.result("deleteWebhook"))["url"] == ""


async def test_a_deleted_webhook_hears_no_more(
    fake: FakeZaloBot, bot: Bot, hook: Hook, officer: User
) -> None:
    told = await bot.result("deleteWebhook")
    officer.says("hello")

    assert (told["url"], told["updated_at"] > 0) == ("", True)
    assert await bot.text() == "hello"
    assert hook.heard == []


async def test_every_update_comes_flat_once_and_in_order(
    fake: FakeZaloBot, hook: Hook, officer: User
) -> None:
    said = [officer.says(word) for word in ("one", "two", "three")]
    await fake.until(lambda: len(fake.attempts) == 3)

    assert hook.heard == said
    for headers in hook.headers:
        assert headers["X-Bot-Api-Secret-Token"] == SECRET
        assert headers["User-Agent"] == "Java/1.8.0_192"
        assert headers["Content-Type"] == "application/json"
    assert [a.status for a in fake.attempts] == [200, 200, 200]
    assert [a.message_id for a in fake.attempts] == [u["message"]["message_id"] for u in said]


async def test_or_wrapped_as_documented(fake: FakeZaloBot, hook: Hook, officer: User) -> None:
    fake.habits.body = "wrapped"
    said = officer.says("hello")
    await fake.until(lambda: fake.attempts)

    assert hook.heard == [{"ok": True, "result": said}]


@pytest.mark.parametrize(("times", "statuses"), [(0, [500]), (1, [500, 503]), (2, [500, 503, 200])])
async def test_what_fails_is_lost_unless_zalo_tries_again(
    fake: FakeZaloBot, hook: Hook, officer: User, times: int, statuses: list[int]
) -> None:
    fake.habits.redeliver = times
    hook.statuses = [500, 503][: times + 1]
    officer.says("one")
    officer.says("two")
    await fake.until(lambda: len(fake.attempts) == len(statuses) + 1)

    assert [attempt.status for attempt in fake.attempts] == [*statuses, 200]
    assert hook.texts == ["one"] * len(statuses) + ["two"]


async def test_deliveries_come_twice_and_out_of_order_on_wish(
    fake: FakeZaloBot, hook: Hook, officer: User
) -> None:
    fake.hold()
    said = [officer.says(word) for word in "ab"]
    fake.shuffle()
    fake.release()
    fake.repeat(said[0])
    await fake.until(lambda: len(fake.attempts) == 3)

    assert hook.texts == ["b", "a", "a"]
    assert hook.heard[1] == hook.heard[2]


@pytest.mark.parametrize("secret", ["forged-secret", None])
async def test_anybody_may_pretend_to_be_zalo(
    fake: FakeZaloBot, hook: Hook, officer: User, secret: str | None
) -> None:
    said = officer.says("true")
    await fake.until(lambda: fake.attempts)
    hook.statuses = [403]
    attempt = await fake.posts(said, secret=secret)

    assert (attempt.status, attempt.outcome) == (403, "webhook.http.403")
    assert attempt.answer == b'{"message": "Success"}'
    assert hook.headers[-1].get("X-Bot-Api-Secret-Token") == secret
    assert fake.attempts[-1] == attempt


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"x" * 300_000])
async def test_anything_may_come_to_a_webhook(fake: FakeZaloBot, hook: Hook, body: bytes) -> None:
    hook.statuses = [413]
    assert (await fake.posts(body, content_type="")).status == 413

    assert hook.bodies == [body]
    assert "Content-Type" not in hook.headers[0]
    assert hook.headers[0]["X-Bot-Api-Secret-Token"] == SECRET


async def test_a_slow_bot_is_not_waited_for(fake: FakeZaloBot, bot: Bot, hook: Hook) -> None:
    fake.habits.webhook_timeout = 0.05
    hook.free = asyncio.Event()
    told = await bot.result("testWebhook")
    hook.free.set()

    assert told["outcome"] == "webhook.err.timeout"
