"""What goes wrong on request, limits by the minute, and the same strings from another process."""

import asyncio
import base64
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_asking import Asking, asking
from tests.fakes.zalo_oa_people import User


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        yield fake


@pytest.fixture
async def app(fake: FakeZaloOA) -> AsyncIterator[Asking]:
    async with asking(fake) as app:
        yield app


@pytest.fixture
def officer(fake: FakeZaloOA) -> User:
    return fake.user(phone="84900000001")


@pytest.mark.parametrize("error", [-224, -221, -320, -227, -248, -200])
async def test_any_error_of_zalos_can_be_asked_for(
    fake: FakeZaloOA, app: Asking, officer: User, error: int
) -> None:
    fake.fail("message/cs", error=error)
    spoilt, fine = await app.send(officer), await app.send(officer)

    assert (spoilt["error"], fine["error"]) == (error, 0)
    assert [call.error for call in fake.called("message/cs")] == [error, 0]
    assert [call.status for call in fake.calls] == [200, 200]
    assert len(officer.view.from_bot) == 1


async def test_a_broken_server_answers_in_html(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    fake.fail(status=502)
    post = app.http.post(f"{fake.url}/v3.0/oa/message/cs", json={})
    async with post as response:
        page = await response.text()

    assert (response.status, response.content_type) == (502, "text/html")
    assert "502 Bad Gateway" in page
    assert fake.calls[0].status == 502


async def test_an_answer_may_be_lost_before_or_after_the_effect(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    fake.fail("message/cs", drop=True)
    with pytest.raises(aiohttp.ClientError):
        await app.send(officer, "one")
    fake.fail("message/cs", drop=True, after_effect=True)
    with pytest.raises(aiohttp.ClientError):
        await app.send(officer, "two")

    assert officer.view.texts == ["two"]
    assert [call.status for call in fake.calls] == [0, 0]


async def test_an_answer_may_be_late_or_odd(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    fake.fail("message/cs", delay=0.02, after_effect=True)
    sending = asyncio.create_task(app.send(officer, "one"))
    await fake.until(lambda: officer.view.texts)
    early = sending.done()
    fake.fail("message/cs", body='{"error": "216"}')
    told, odd = await sending, await app.send(officer, "two")

    assert (early, told["error"]) == (False, 0)
    assert odd == {"error": "216"}


async def test_faults_can_be_aimed_and_healed(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    other = fake.user()
    fault = fake.fail("message/cs", error=-32, to=officer.id, times=9, skip=1)
    told = [await app.send(who) for who in (other, officer, officer, officer)]
    fake.heal()
    healed = await app.send(officer)

    assert [one["error"] for one in (*told, healed)] == [0, 0, -32, -32, 0]
    assert fault.happened == 2


async def test_a_packages_rate(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    fake.habits.per_minute = 2
    told = [(await app.send(officer))["error"] for _ in range(3)]
    headers = {"access_token": fake.tokens.access_token}
    post = app.http.post(f"{fake.url}/v3.0/oa/quota/message", json={}, headers=headers)
    async with post as response:
        limited = (await response.json())["error"]
    fake.clock.move(seconds=61)
    later = await app.send(officer)

    assert (told, limited, later["error"]) == ([0, 0, -32], -32, 0)
    assert response.headers["X-RateLimit-Limit"] == "2"
    assert response.headers["X-RateLimit-Remain"] == "0"


class Puppeteer:
    """Pulls the strings over HTTP."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http

    async def __call__(self, verb: str, **wish: Any) -> Any:
        async with self.http.post(f"{self.url}/_control/{verb}", json=wish) as response:
            return await response.json()


async def test_another_process_pulls_the_same_strings(fake: FakeZaloOA, app: Asking) -> None:
    pull = Puppeteer(fake.url, app.http)
    officer = (await pull("user", name="Officer", phone="84900000001"))["id"]
    group = (await pull("group", name="Communes"))["id"]
    await pull("template", id="1", parameters={"due": {"kind": "date"}, "unit": 30})
    await app.to_group(group, "all")
    await app.buttons(
        User(fake.office, fake.office.people[officer]),
        {"title": "Yes", "type": "oa.query.show", "payload": "#YES"},
    )
    [asked] = await pull("messages", user=officer)
    tapped = await pull("taps", user=officer, message=asked["id"], button="Yes")
    said = await pull("says", user=officer, group=group, text="noted")
    await pull("image", user=officer)
    content = base64.b64encode(PIXEL).decode()
    await pull("file", user=officer, name="a.png", content=content)
    for what in ("sticker", "voice", "unfollows"):
        await pull("does", user=officer, what=what)
    names = [event["event_name"] for event in await pull("events")]
    counts = await pull("counts")

    assert tapped["message"]["text"] == "#YES"
    assert said["event_name"] == "user_send_group_text"
    assert names[-3:] == ["user_send_sticker", "user_send_audio", "unfollow"]
    assert (counts["free"], counts["group"], counts["calls"]) == (1, 1, 2)
    assert len(await pull("calls", path="message/cs")) == 1


async def test_it_pulls_switches_too(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    pull = Puppeteer(fake.url, app.http)
    await pull("fail", path="message/cs", error=-224)
    failed = await app.send(officer)
    await pull("heal")
    await pull("habits", echo=True)
    mistake = await pull("habits", ekko=True)
    unknown = await pull("nothing")
    nobody = await pull("says", user="1", text="x")
    await pull("move", hours=26)
    old = await app.send(officer)
    tokens, code = await pull("tokens"), await pull("authorize")
    await pull("hook", url=f"{fake.url}/media/none")
    probed = await pull("probe")

    assert (failed["error"], old["error"], fake.habits.echo) == (-224, -220, True)
    assert "ekko" in mistake["error"]
    assert "verbs" in unknown["error"]
    assert "KeyError" in nobody["error"]
    assert tokens["access_token"] == fake.tokens.access_token
    assert code["oa_id"] == fake.app.oa_id
    assert probed["status"] == 404


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.zalo_oa", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    url = (await process.stdout.readline()).decode().strip()
    try:
        async with aiohttp.ClientSession() as http:
            pull = Puppeteer(url, http)
            officer = await pull("user", name="Officer")
            events = await pull("events")
    finally:
        process.terminate()
        await process.wait()

    assert url.startswith("http://127.0.0.1:")
    assert events[0]["follower"] == officer
