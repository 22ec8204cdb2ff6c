"""One pair of tokens lives at a time; codes and refresh tokens work once."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_asking import Asking, asking


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        yield fake


@pytest.fixture
async def app(fake: FakeZaloOA) -> AsyncIterator[Asking]:
    async with asking(fake) as app:
        yield app


async def exchange(app: Asking, code: str, verifier: str = "") -> int:
    told = await app.oauth(
        grant_type="authorization_code",
        code=code,
        code_verifier=verifier or app.fake.app.verifier,
    )
    return int(told.get("error", 0))


async def test_a_refresh_brings_a_new_pair_and_kills_the_old(fake: FakeZaloOA, app: Asking) -> None:
    officer = fake.user()
    first, first_refresh = fake.tokens.access_token, fake.tokens.refresh_token
    told = await app.refresh(first_refresh)
    again = await app.refresh(first_refresh)
    app.token = first
    old = await app.send(officer)
    app.token = told["access_token"]
    new = await app.send(officer)

    assert told["expires_in"] == "90000"
    assert told["refresh_token"] == fake.tokens.refresh_token != first_refresh
    assert (again["error"], old["error"], new["error"]) == (-118, -216, 0)
    assert (fake.tokens.refreshes, fake.tokens.refused) == (1, 1)


async def test_the_answers_number_and_code_are_switches(fake: FakeZaloOA, app: Asking) -> None:
    fake.habits.expires_in_text, fake.habits.dead_refresh = False, -14014

    assert (await app.refresh(fake.tokens.refresh_token))["expires_in"] == 90_000
    assert (await app.refresh("unknown"))["error"] == -14014


async def test_tokens_die_of_age(fake: FakeZaloOA, app: Asking) -> None:
    officer = fake.user()
    fake.clock.move(hours=24.9)
    young = await app.send(officer)
    fake.clock.move(hours=0.2)
    old = await app.send(officer)
    fake.habits.expired = -216
    other = await app.send(officer)
    fake.clock.move(days=88)
    last = fake.tokens.refresh_token
    renewed = await app.refresh(last)
    fake.clock.move(days=91)
    too_old = await app.refresh(fake.tokens.refresh_token)

    assert [told["error"] for told in (young, old, other)] == [0, -220, -216]
    assert "expired" in other["message"]
    assert renewed["access_token"]
    assert too_old["error"] == -118


async def test_a_code_works_once_for_ten_minutes_with_its_verifier(
    fake: FakeZaloOA, app: Asking
) -> None:
    codes = [fake.tokens.authorize() for _ in range(3)]
    wrong = await exchange(app, codes[0], "another-verifier")
    right = await exchange(app, codes[1])
    again = await exchange(app, codes[1])
    fake.clock.move(minutes=11)
    late = await exchange(app, codes[2])

    assert (wrong, right, again, late) == (-14020, 0, -14019, -14019)
    assert fake.tokens.exchanges == 1


async def test_the_app_proves_itself(fake: FakeZaloOA, app: Asking) -> None:
    refresh = fake.tokens.refresh_token
    told = [
        await app.oauth(grant_type="refresh_token", refresh_token=refresh, secret_key="guess"),
        await app.oauth(grant_type="refresh_token", refresh_token=refresh, app_id="1"),
        await app.oauth(grant_type="password"),
    ]

    assert [one["error"] for one in told] == [-14004, -14002, -14003]
    assert fake.tokens.refresh_token == refresh


async def test_only_a_form_and_only_its_own_header_count(fake: FakeZaloOA, app: Asking) -> None:
    body = {
        "app_id": fake.app.id,
        "grant_type": "refresh_token",
        "refresh_token": fake.tokens.refresh_token,
    }
    app.headers = {"secret_key": fake.app.secret}
    in_json = await app.post("/v4/oa/access_token", body)
    bearer = {"Authorization": f"Bearer {fake.tokens.access_token}"}
    post = app.http.post(f"{fake.url}/v3.0/oa/message/cs", json={}, headers=bearer)
    async with post as response:
        told = await response.json()

    assert in_json["error"] == -14002
    assert (response.status, told["error"]) == (200, -216)


async def test_a_proof_is_demanded_on_a_switch(fake: FakeZaloOA, app: Asking) -> None:
    officer = fake.user()
    fake.habits.appsecret_proof = True
    without = await app.send(officer)
    app.headers = {"appsecret_proof": fake.tokens.proof(fake.tokens.access_token)}
    with_proof = await app.send(officer)

    assert (without["error"], with_proof["error"]) == (-242, 0)


async def test_consent_can_be_taken_back(fake: FakeZaloOA, app: Asking) -> None:
    officer, refresh = fake.user(), fake.tokens.refresh_token
    app.token = fake.tokens.access_token
    fake.tokens.revoke()

    assert (await app.send(officer))["error"] == -216
    assert (await app.refresh(refresh))["error"] == -118
    assert (await app.refresh(""))["error"] == -118


async def test_the_answer_to_a_refresh_may_be_lost_after_its_effect(
    fake: FakeZaloOA, app: Asking
) -> None:
    before = fake.tokens.refresh_token
    fake.fail("access_token", drop=True, after_effect=True)
    with pytest.raises(aiohttp.ClientError):
        await app.refresh(before)

    assert (fake.tokens.refreshes, fake.called("access_token")[0].status) == (1, 0)
    assert (await app.refresh(before))["error"] == -118


async def test_a_refresh_may_be_slow_or_meet_a_broken_server(fake: FakeZaloOA, app: Asking) -> None:
    fake.fail("access_token", status=502)
    fake.fail("access_token", delay=0.01)
    with pytest.raises(aiohttp.ClientError):  # a page of HTML, no JSON
        await app.refresh(fake.tokens.refresh_token)
    refreshes = fake.tokens.refreshes
    slow = await app.refresh(fake.tokens.refresh_token)

    assert refreshes == 0
    assert slow["access_token"] == fake.tokens.access_token
