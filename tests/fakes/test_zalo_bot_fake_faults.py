"""What goes wrong on wish, the limits of the free tier, and the fake as a process of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.fakes.zalo_bot_stage import SECRET, Bot, listening, talking

ROOT = Path(__file__).parents[2]


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
    officer = fake.user()
    officer.says("hello")
    return officer


async def send(bot: Bot, officer: User, text: str = "x") -> tuple[int, Any]:
    return await bot.ask("sendMessage", chat_id=officer.id, text=text)


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_cut_line_before_or_after_the_effect(
    fake: FakeZaloBot, bot: Bot, officer: User, after_effect: bool
) -> None:
    fault = fake.fail("sendMessage", drop=True, after_effect=after_effect)

    with pytest.raises(aiohttp.ClientError):
        await send(bot, officer)
    assert officer.view.texts == ["x"] * after_effect
    assert (await send(bot, officer, "y"))[0] == 200
    assert (fault.happened, [c.status for c in fake.called("sendMessage")]) == (1, [0, 200])


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_gateway_answers_with_a_page(
    fake: FakeZaloBot, bot: Bot, officer: User, after_effect: bool
) -> None:
    fake.fail("sendMessage", status=502, after_effect=after_effect)
    fake.fail("sendMessage", status=504, body="<p>late</p>")
    url, wish = f"{fake.url}/bot{fake.token}/sendMessage", {"chat_id": officer.id, "text": "x"}

    pages = []
    for _ in range(2):
        async with bot.http.post(url, json=wish) as response:
            assert response.content_type == "text/html"
            pages.append((response.status, await response.text()))
    assert pages[0][0] == 502
    assert "<h1>502 Bad Gateway</h1>" in pages[0][1]
    assert pages[1] == (504, "<p>late</p>")
    assert officer.view.texts == ["x"] * after_effect


@pytest.mark.parametrize(
    ("how", "status", "code", "words"),
    [
        ({"error_code": 403}, 403, 403, "Internal server error"),
        ({"error_code": 408, "after_effect": True}, 408, 408, "Request timeout"),
        ({"error_code": 429, "status": 200}, 200, 429, "Quota exceeded"),
        ({"error_code": 777, "status": 500, "description": "Odd"}, 500, 777, "Odd"),
        ({"status": 408}, 408, 408, "Request timeout"),
    ],
)
async def test_an_envelope_refuses_on_wish(
    fake: FakeZaloBot, bot: Bot, officer: User, how: Any, status: int, code: int, words: str
) -> None:
    fake.fail("sendMessage", **how)

    told = {"ok": False, "error_code": code, "description": words}
    assert await send(bot, officer) == (status, told)
    assert len(officer.view.from_bot) == bool(how.get("after_effect"))


async def test_a_slow_answer_comes_after_the_effect(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    fake.fail("sendMessage", delay=30)
    fake.fail("sendMessage", delay=0.01)
    waiting = asyncio.create_task(send(bot, officer))
    await fake.until(lambda: officer.view.texts == ["x"])
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert (await send(bot, officer, "y"))[1]["ok"]
    assert officer.view.texts == ["x", "y"]


async def test_a_fault_strikes_whom_it_is_meant_for_until_all_is_healed(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    other = fake.user()
    other.says("hello")
    fake.fail(chat=officer.id, status=500, times=9, skip=1, body="{}")

    assert [(await send(bot, who))[0] for who in (officer, other, officer)] == [200, 200, 500]
    fake.heal()
    assert (await send(bot, officer))[0] == 200


async def test_an_answer_that_is_lost_takes_its_update_along(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    fake.fail("getUpdates", drop=True, after_effect=True)

    with pytest.raises(aiohttp.ClientError):
        await bot.ask("getUpdates")
    assert (await bot.ask("getUpdates", timeout=0))[0] == 408


async def test_a_month_has_a_quota() -> None:
    now = [1_796_050_800.0]  # 2026-11-30 22:00 in Viet Nam
    async with FakeZaloBot(now=lambda: now[0]) as fake, talking(fake) as bot:
        fake.quota = 2
        officer = fake.user()
        officer.says("hello")
        await bot.ask("sendChatAction", chat_id=officer.id, action="typing")
        refused = await bot.ask("sendMessage", chat_id=officer.id, text="")
        statuses = [(await send(bot, officer))[0] for _ in range(3)]
        used = fake.sent_this_month
        now[0] += 3 * 3600
        statuses.append((await send(bot, officer))[0])

    assert (refused[0], statuses, used) == (400, [200, 200, 429, 200], 2)


async def test_messages_to_the_bot_may_count_too(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    fake.quota, fake.habits.quota_counts_inbound = 1, True
    officer.says("again")

    assert (await send(bot, officer))[1] == {
        "ok": False,
        "error_code": 429,
        "description": "Quota exceeded",
    }


@pytest.mark.parametrize(("habit", "heard", "status"), [("silent", 0, 410), ("refused", 1, 403)])
async def test_one_person_too_many_is_not_heard_or_not_answered(
    fake: FakeZaloBot, bot: Bot, officer: User, habit: str, heard: int, status: int
) -> None:
    fake.user_cap = 1
    fake.habits.change(over_cap=habit)
    late = fake.user()
    late.says("hello?")

    assert len(fake.updates) == 1 + heard
    assert [(await send(bot, who))[0] for who in (officer, late)] == [200, status]


async def test_the_free_tier_has_both_limits(fake: FakeZaloBot) -> None:
    assert (fake.quota, fake.user_cap) == (None, None)
    fake.basic()
    assert (fake.quota, fake.user_cap) == (3000, 50)


async def test_a_new_token_kills_the_old_one(fake: FakeZaloBot, bot: Bot) -> None:
    old = fake.token
    new = fake.reset_token()

    assert new.partition(":")[0] == old.partition(":")[0]
    assert (await bot.ask("getMe"))[0] == 200
    async with bot.http.get(f"{fake.url}/bot{old}/getMe") as response:
        assert response.status == 401


async def test_another_process_leads_people_and_sees_what_they_see() -> None:
    command = (sys.executable, "-m", "tests.fakes.zalo_bot", "--token", "5:AA", "--basic")
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

    person = (await post("_control/user", display_name="Officer"))["id"]
    group = (await post("_control/group", title="Team"))["id"]
    said = await post("_control/says", user=person, text="hello")
    await post("_control/says", user=person, group=group, aside=True, text="lunch?")
    await post("_control/photo", user=person, caption="chart")
    await post("_control/does", user=person, what="sticker")
    await post("_control/causes", user=person, event_name="x", content={"y": 1})
    await post("_control/repeat", message_id=said["message"]["message_id"])
    assert (await post("bot5:AA/getUpdates"))["result"] == said
    assert (await post("bot5:AA/sendMessage", chat_id=person, text="Chào"))["ok"]
    messages = await post("_control/messages", user=person)
    counts = await post("_control/counts")
    habits = await post("_control/habits", idle="ok_true", keep_seconds=None)
    await post("_control/limits", quota=1)
    await post("_control/fail", method="getMe", status=504, times=None)

    assert [m["kind"] for m in messages] == ["text", "photo", "sticker", "text"]
    assert (messages[-1]["text"], messages[-1]["by_bot"]) == ("Chào", True)
    expected = {"calls": 2, "updates": 4, "pending": 4, "attempts": 0, "messages": 5}
    assert counts == expected | {"sent_this_month": 1}
    assert (habits["idle"], habits["keep_seconds"]) == ("ok_true", None)
    assert (await post("bot5:AA/sendMessage", chat_id=person, text="x"))["error_code"] == 429
    async with http.get("/bot5:AA/getMe") as response:
        assert response.status == 504
    async with http.get("/_control/calls", params={"method": "getMe"}) as response:
        assert [call["status"] for call in await response.json()] == [504]
    await lead_webhook(post)


async def lead_webhook(post: Any) -> None:
    async with listening() as hook:
        await post("bot5:AA/setWebhook", url=hook.url, secret_token=SECRET)
        attempt = await post("_control/posts", body={"event_name": "x"}, secret=None)
        assert (attempt["status"], len(await post("_control/attempts"))) == (200, 1)
        assert hook.heard == [{"event_name": "x"}]
    assert len(await post("_control/probes")) == 1
    token = (await post("_control/reset_token"))["token"]
    assert (await post(f"bot{token}/deleteWebhook"))["ok"]
    for verb in ("heal", "hold", "shuffle", "release", "restart", "expire_media", "polls"):
        assert "error" not in (await post(f"_control/{verb}") or {})
    assert (await post("_control/says", user="1", text="x"))["error"].startswith("KeyError")
    assert (await post("_control/habits", nothing=1))["error"] == "ValueError: no switch 'nothing'"
    assert (await post("_control/limits", nothing=1))["error"] == "ValueError: no limit 'nothing'"
    assert (await post("_control/nothing"))["error"].startswith("verbs: ['attempts'")
