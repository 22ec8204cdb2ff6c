"""Events reach the webhook signed, in order, again when the connection fails, and not for ever."""

import asyncio
import hashlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy

from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_asking import asking
from tests.fakes.zalo_oa_refusals import Json

Answer = Callable[[], Awaitable[web.Response]]


async def fine() -> web.Response:
    return web.Response()


class Hook:
    """A webhook that keeps what comes and answers as a test says."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[CIMultiDictProxy[str]] = []
        self.answer: Answer = fine

    async def take(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers)
        self.bodies.append(await request.read())
        return await self.answer()

    @property
    def heard(self) -> list[Json]:
        return [json.loads(body) for body in self.bodies]

    @property
    def texts(self) -> list[str]:
        return [event["message"]["text"] for event in self.heard]


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        yield fake


@pytest.fixture
async def hook(fake: FakeZaloOA) -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as server:
        fake.hook = str(server.make_url("/hook"))
        yield hook
        await fake.webhook.close()


def nobody_listens() -> str:
    """Return an address where nobody does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/hook"


def signed(*terms: str | bytes) -> str:
    raw = b"".join(term.encode() if isinstance(term, str) else term for term in terms)
    return hashlib.sha256(raw).hexdigest()


async def test_an_event_is_in_the_documented_envelope(fake: FakeZaloOA, hook: Hook) -> None:
    officer = fake.user()
    officer.says("BC 12 3 0")
    officer.unfollows()
    await fake.until(lambda: len(fake.attempts) == 3)
    follow, text, unfollow = hook.heard

    assert follow == {
        "app_id": fake.app.id,
        "event_name": "follow",
        "timestamp": follow["timestamp"],
        "oa_id": fake.app.oa_id,
        "follower": {"id": officer.id},
        "user_id_by_app": officer.person.by_app,
        "source": "oa_profile",
    }
    assert text == {
        "app_id": fake.app.id,
        "event_name": "user_send_text",
        "timestamp": text["timestamp"],
        "sender": {"id": officer.id},
        "recipient": {"id": fake.app.oa_id},
        "user_id_by_app": officer.person.by_app,
        "message": {"msg_id": text["message"]["msg_id"], "text": "BC 12 3 0"},
    }
    assert unfollow["event_name"] == "unfollow"
    assert text["timestamp"].isdecimal()
    assert len(text["timestamp"]) == 13
    assert fake.events == hook.heard
    assert {attempt.status for attempt in fake.attempts} == {200}


async def test_the_signature_and_its_variants(fake: FakeZaloOA, hook: Hook) -> None:
    officer = fake.user(follows=False)
    officer.says("Báo cáo 😀")
    await fake.until(lambda: len(fake.attempts) == 1)
    fake.habits.signed_by, fake.habits.signed_with = "oa_id", "app_secret"
    fake.habits.mac_prefix = ""
    officer.says("two")
    await fake.until(lambda: len(fake.attempts) == 2)
    [one, two], app = hook.bodies, fake.app
    stamps = [event["timestamp"] for event in hook.heard]
    macs = [headers["X-ZEvent-Signature"] for headers in hook.headers]

    assert macs[0] == "mac=" + signed(app.id, one, stamps[0], app.oa_secret)
    assert macs[1] == signed(app.oa_id, two, stamps[1], app.secret)
    assert "Báo cáo 😀".encode() in one  # the raw bytes, not another way to write them


async def test_what_others_may_post(fake: FakeZaloOA, hook: Hook) -> None:
    event = fake.user(follows=False).says("one")
    fake.deliver(event)
    fake.deliver(event, mac="wrong")
    fake.deliver(event, mac="missing")
    fake.deliver(event, padding=300_000)
    await fake.until(lambda: len(fake.attempts) == 5)
    probed = await fake.probe()
    macs = [headers.get("X-ZEvent-Signature") for headers in hook.headers]

    assert hook.bodies[0] == hook.bodies[1] == hook.bodies[2] == hook.bodies[3]
    assert macs[0] == macs[1] != macs[2]
    assert (macs[3], macs[5]) == (None, None)
    assert len(hook.bodies[4]) > 300_000
    assert (hook.bodies[5], probed.status) == (b"", 200)
    assert "Content-Type" not in hook.headers[5]


async def test_the_name_of_a_messages_number(fake: FakeZaloOA, hook: Hook) -> None:
    fake.habits.id_key = "message_id"
    event = fake.user().says("one")

    assert set(event["message"]) == {"message_id", "text"}


async def test_receipts_echoes_and_names_nobody_knows(fake: FakeZaloOA) -> None:
    officer = fake.user()
    async with asking(fake) as app:
        await app.send(officer, "quiet")
        quiet = len(fake.events)
        fake.habits.echo = fake.habits.receipts = True
        await app.send(officer, "loud")
        await app.to_group(fake.group("Communes"), "all")
    officer.sees(officer.view.last)
    officer.submits(name="Officer", phone="84900000001")
    fake.tell("change_oa_daily_quota", quota={"daily": "500"})
    echo, received, group_echo, seen, submitted, changed = fake.events[quiet:]

    assert quiet == 1
    assert (echo["event_name"], echo["message"]["text"]) == ("oa_send_text", "loud")
    assert echo["sender"] == {"id": fake.app.oa_id}
    assert received["event_name"] == "user_received_message"
    assert received["message"] == {"msg_id": officer.view.last.id}
    assert group_echo["event_name"] == "oa_send_group_text"
    assert seen["message"] == {"msg_ids": [officer.view.last.id]}
    assert submitted["info"]["name"] == "Officer"
    assert changed["quota"] == {"daily": "500"}


async def test_one_persons_messages_come_in_order_and_others_do_not_wait(
    fake: FakeZaloOA, hook: Hook
) -> None:
    gate = asyncio.Event()

    async def hold_the_first() -> web.Response:
        if hook.texts[-1] == "1":
            await gate.wait()
        return web.Response()

    hook.answer = hold_the_first
    one, other = fake.user(follows=False), fake.user(follows=False)
    one.says("1")
    one.says("2")
    other.says("other")
    await fake.until(lambda: len(fake.attempts) == 1)
    while_it_waits = hook.texts
    gate.set()
    await fake.until(lambda: len(fake.attempts) == 3)

    assert set(while_it_waits) <= {"1", "other"}
    own = [event["message"]["text"] for event in hook.heard if event["sender"]["id"] == one.id]
    assert own == ["1", "2"]


async def test_a_late_answer_counts_as_none(fake: FakeZaloOA, hook: Hook) -> None:
    gate = asyncio.Event()

    async def late() -> web.Response:
        await gate.wait()
        return web.Response()

    fake.habits.answer_within, fake.habits.retries_late = 0.05, False
    hook.answer = late
    fake.user(follows=False).says("one")
    await fake.until(lambda: not fake.webhook.waiting)
    [attempt] = fake.attempts
    gate.set()

    assert (attempt.status, attempt.late) == (0, True)
    assert attempt.seconds >= 0.05


async def test_late_answers_are_tried_again_by_default(fake: FakeZaloOA, hook: Hook) -> None:
    gate = asyncio.Event()

    async def late_at_first() -> web.Response:
        if len(hook.bodies) == 1:
            await gate.wait()
        return web.Response()

    fake.habits.answer_within = 0.2
    hook.answer = late_at_first
    fake.user(follows=False).says("one")
    await fake.until(lambda: fake.attempts)
    fake.clock.move(seconds=31)
    await fake.until(lambda: len(fake.attempts) == 2)
    gate.set()

    assert hook.texts == ["one", "one"]
    assert [headers.get("num_retry") for headers in hook.headers] == [None, "1"]


async def test_the_ladder_of_a_dead_address_and_its_end() -> None:
    async with FakeZaloOA(now=lambda: 1_795_392_000.0) as fake:  # time passes by hand alone
        fake.hook = nobody_listens()
        officer = fake.user(follows=False)
        officer.says("one")
        await fake.until(lambda: len(fake.attempts) == 1)
        before = []
        for pause in (30, 300, 900, 1800, 3600):
            fake.clock.move(seconds=pause - 1)
            await asyncio.sleep(0)
            before.append(len(fake.attempts))
            fake.clock.move(seconds=1)
            await fake.until(lambda: len(fake.attempts) > before[-1])
        await fake.until(lambda: not fake.webhook.waiting)
        officer.says("nobody hears")

        assert before == [1, 2, 3, 4, 5]
        assert [attempt.retry for attempt in fake.attempts] == [0, 1, 2, 3, 4, 5]
        assert {attempt.status for attempt in fake.attempts} == {0}
        assert fake.attempts[-1].at - fake.attempts[0].at == 6630
        assert (fake.hook_disabled, fake.webhook.waiting) == (True, 0)


async def test_the_ladder_can_be_short_and_the_address_set_again(fake: FakeZaloOA) -> None:
    fake.hook, fake.habits.ladder_scale = nobody_listens(), 1e-6
    fake.user(follows=False).says("one")
    await fake.until(lambda: fake.hook_disabled)
    fake.hook = fake.hook

    assert len(fake.attempts) == 6
    assert not fake.hook_disabled


@pytest.mark.parametrize(("retried", "attempts"), [(False, 1), (True, 3)])
async def test_whether_a_refusal_is_tried_again(
    fake: FakeZaloOA, hook: Hook, retried: bool, attempts: int
) -> None:
    async def refuse_twice() -> web.Response:
        return web.Response(status=503 if len(hook.bodies) < 3 else 200)

    hook.answer = refuse_twice
    fake.habits.retries_refused, fake.habits.ladder_scale = retried, 1e-6
    fake.user(follows=False).says("one")
    await fake.until(lambda: not fake.webhook.waiting)

    assert len(fake.attempts) == attempts
    assert fake.attempts[0].status == 503


def test_it_posts_to_this_machine_alone() -> None:
    with pytest.raises(ValueError, match=r"example\.org"):
        FakeZaloOA().hook = "https://example.org/hook"
