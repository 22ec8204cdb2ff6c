"""Tokens that rotate: one refresh for everybody, kept before it is used, an alarm at the end."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from structlog.testing import capture_logs

from bot.channels.calls import Unsent
from bot.channels.zalo_oa_client import CONSULT, Client
from bot.channels.zalo_oa_errors import NoTokens, Rejected, send_error
from bot.channels.zalo_oa_events import NAME
from bot.channels.zalo_oa_tokens import Account, Patience, Tokens
from bot.clock import MovableClock, SystemClock
from storage import credentials
from storage.database import Database, sqlite_url
from tests.bot.zalo_oa_line import SWIFT, account_at, keep_pair
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_people import User
from tests.person import MORNING
from tests.source import ROOT


class Bench:
    """A fake account, somebody to write to, and a clock that both sides go by."""

    def __init__(self, fake: FakeZaloOA, file: Path, clock: MovableClock) -> None:
        self.fake, self.file, self.clock = fake, file, clock
        self.user: User = fake.user(name="Officer")

    @asynccontextmanager
    async def process(self, patience: Patience = SWIFT, **account: str) -> AsyncIterator["Sending"]:
        """Open what one process has: its own connections, tokens and client."""
        database = Database(sqlite_url(self.file))
        at = replace(account_at(self.fake), **account)
        tokens = Tokens(at, database, self.clock, patience=patience)
        client = Client(at, tokens)
        try:
            yield Sending(self, database, tokens, client)
        finally:
            await tokens.close()
            await client.close()
            await database.close()


class Sending:
    """One process that sends."""

    def __init__(self, bench: Bench, database: Database, tokens: Tokens, client: Client) -> None:
        self.bench, self.database, self.tokens, self.client = bench, database, tokens, client

    async def send(self, text: str) -> str:
        body = {"recipient": {"user_id": self.bench.user.id}, "message": {"text": text}}
        return str((await self.client.send(CONSULT, body))["message_id"])

    async def kept(self) -> credentials.Pair | None:
        return await self.database.read(lambda tx: credentials.pair_of(tx, NAME))

    async def keep(self, **about: Any) -> None:
        await keep_pair(self.database, self.bench.fake, self.bench.clock, **about)


@pytest.fixture
async def bench(sqlite_file: Path) -> AsyncIterator[Bench]:
    clock = MovableClock(MORNING)
    habits = Habits(free_replies=None)
    async with FakeZaloOA(habits=habits, now=lambda: clock.now().timestamp()) as fake:
        yield Bench(fake, sqlite_file, clock)


@pytest.fixture
async def one(bench: Bench) -> AsyncIterator[Sending]:
    async with bench.process() as sending:
        await sending.keep()
        yield sending


async def test_a_good_token_is_used_as_it_is(bench: Bench, one: Sending) -> None:
    await one.send("a")
    await one.send("b")

    assert bench.user.view.texts == ["a", "b"]
    assert bench.fake.tokens.refreshes == 0


async def test_ten_sends_in_flight_of_two_processes_share_one_refresh(
    bench: Bench, one: Sending
) -> None:
    async with bench.process() as other:
        await asyncio.gather(one.send("first"), other.send("second"))
        bench.fake.tokens.access_token = "another"  # theirs is dead from now on
        bench.fake.fail("access_token", delay=0.3)
        texts = [f"text {n}" for n in range(10)]
        sends = [(one if n % 2 else other).send(text) for n, text in enumerate(texts)]
        await asyncio.gather(*sends)

    assert bench.fake.tokens.refreshes == 1
    assert len(bench.fake.called("access_token")) == 1
    assert sorted(bench.user.view.texts) == sorted(["first", "second", *texts])


async def test_two_real_processes_share_one_refresh(migrated: Path, sqlite_file: Path) -> None:
    async with FakeZaloOA(habits=Habits(free_replies=None)) as fake:
        user = fake.user()
        database = Database(sqlite_url(sqlite_file))
        await keep_pair(database, fake, SystemClock(), access="dead")
        fake.fail("access_token", delay=0.5)
        twins = [await twin() for _ in range(2)]
        for name, process in zip("ab", twins, strict=True):
            told = {
                "database": sqlite_url(sqlite_file),
                "account": asdict(account_at(fake)),
                "user": user.id,
                "texts": [f"{name}{n}" for n in range(5)],
            }
            await say(process, json.dumps(told))
        for process in twins:
            assert await hear(process) == "ready"
        for process in twins:
            await say(process, "go")
        ends = [json.loads(await hear(process)) for process in twins]
        for process in twins:
            await process.communicate()
        kept = await database.read(lambda tx: credentials.pair_of(tx, NAME))
        await database.close()

    assert fake.tokens.refreshes == len(fake.called("access_token")) == 1
    assert sorted(user.view.texts) == [f"{name}{n}" for name in "ab" for n in range(5)]
    assert sorted(ends[0] + ends[1]) == sorted(shown.id for shown in user.view.from_bot)
    assert kept
    assert kept.access_token == fake.tokens.access_token


async def twin() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.zalo_oa_twin",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def say(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


async def hear(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def test_nobody_uses_a_new_pair_before_it_is_kept(
    bench: Bench, one: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one.keep(access="dead")
    run, away = one.database.run, [True]

    async def lost(work: Any) -> Any:
        if away and bench.fake.tokens.refreshes:
            raise ConnectionError("the database is away")
        return await run(work)

    monkeypatch.setattr(one.database, "run", lost)
    with capture_logs() as logs:
        sending = asyncio.create_task(one.send("a"))
        await bench.fake.until(lambda: bench.fake.tokens.refreshes)
        await asyncio.sleep(0.3)
        assert bench.user.view.texts == []
        away.clear()
        await sending
    kept = await one.kept()

    assert bench.fake.tokens.refreshes == 1
    assert kept
    assert kept.access_token == bench.fake.tokens.access_token
    assert any(entry["event"] == "zalo_oa.pair_not_kept" for entry in logs)


async def test_a_send_that_is_cancelled_does_not_lose_the_new_pair(
    bench: Bench, one: Sending
) -> None:
    await one.keep(access="dead")
    bench.fake.fail("access_token", delay=0.3)
    sending = asyncio.create_task(one.send("a"))
    await bench.fake.until(lambda: bench.fake.called("access_token"))
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await one.tokens.close()
    kept = await one.kept()

    assert bench.fake.tokens.refreshes == 1
    assert kept
    assert kept.access_token == bench.fake.tokens.access_token


@pytest.mark.parametrize("as_text", [True, False])
async def test_a_pair_is_renewed_before_its_end(bench: Bench, one: Sending, as_text: bool) -> None:
    bench.fake.habits.expires_in_text = as_text
    bench.clock.move(timedelta(hours=24, minutes=30))
    watching = asyncio.create_task(one.tokens.watch())
    await bench.fake.until(lambda: bench.fake.tokens.refreshes)
    await asyncio.sleep(0.2)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    kept = await one.kept()

    assert bench.fake.tokens.refreshes == 1
    assert kept
    assert timedelta(hours=24) < kept.expires_at - bench.clock.now() <= timedelta(hours=25)


async def test_a_token_past_its_end_is_not_even_tried(bench: Bench, one: Sending) -> None:
    bench.clock.move(timedelta(hours=25))
    await one.send("a")

    assert [call.error for call in bench.fake.called("message/cs")] == [0]
    assert bench.fake.tokens.refreshes == 1


@pytest.mark.parametrize("code", [-216, -220, -124, 216, 401, -401])
async def test_every_word_for_a_dead_token_means_one_refresh_and_one_more_call(
    bench: Bench, one: Sending, code: int
) -> None:
    bench.fake.fail("message/cs", error=code)
    await one.send("a")
    bench.fake.fail("message/cs", error=code, times=2)
    with pytest.raises(Rejected) as refused:
        await one.send("b")
    fault = send_error(refused.value)

    assert bench.user.view.texts == ["a"]
    assert bench.fake.tokens.refreshes == 2
    assert len(bench.fake.called("message/cs")) == 4
    assert (fault.everywhere, fault.gone, fault.unknown) == (True, False, False)


async def test_a_refresh_without_an_answer_is_asked_once_more_with_the_same_token(
    bench: Bench, one: Sending
) -> None:
    await one.keep(access="dead")
    bench.fake.fail("access_token", drop=True)
    await one.send("a")
    first, second = bench.fake.called("access_token")

    assert first.params == second.params
    assert bench.user.view.texts == ["a"]


async def test_a_new_pair_that_never_came_ends_with_an_alarm_until_somebody_agrees_again(
    bench: Bench, one: Sending
) -> None:
    await one.keep(access="dead")
    bench.fake.fail("access_token", drop=True, after_effect=True)
    with capture_logs() as logs:
        ends = await asyncio.gather(*(one.send("a") for _ in range(3)), return_exceptions=True)
        again = await asyncio.gather(one.send("b"), return_exceptions=True)
    alarms = [entry for entry in logs if entry["log_level"] == "error"]
    asked = len(bench.fake.called("access_token"))

    assert all(isinstance(end, NoTokens) for end in (*ends, *again))
    assert (asked, bench.fake.tokens.refreshes, bench.user.view.texts) == (2, 1, [])
    assert len(alarms) == 1
    assert "zalo authorize" in alarms[0]["to_do"]
    fault = send_error(ends[0])  # type: ignore[arg-type]
    assert fault.everywhere
    assert fault.after

    await one.keep()
    assert await one.send("c")


async def test_an_account_that_never_agreed_says_what_to_do(bench: Bench) -> None:
    async with bench.process() as sending:
        with capture_logs() as logs, pytest.raises(NoTokens):
            await sending.send("a")

    assert "zalo consent" in logs[-1]["to_do"]


async def test_nothing_that_listens_is_no_lost_pair(bench: Bench, one: Sending) -> None:
    await one.keep(access="dead")
    async with bench.process(oauth=f"http://127.0.0.1:{unused_port()}") as lost:
        with pytest.raises(Unsent):
            await lost.send("a")
    await one.send("b")

    assert bench.user.view.texts == ["b"]


async def test_a_renewal_that_died_with_its_process_is_taken_over(
    bench: Bench, one: Sending
) -> None:
    await one.keep(access="dead")
    now, lease = bench.clock.now(), timedelta(seconds=60)
    begun = await one.database.run(
        lambda tx: credentials.begin_renewal(
            tx, NAME, bench.fake.tokens.refresh_token, "killed", now, lease
        )
    )
    sending = asyncio.create_task(one.send("a"))
    await asyncio.sleep(0.2)
    waited = bench.fake.tokens.refreshes
    bench.clock.move(lease)
    await sending

    assert begun
    assert (waited, bench.fake.tokens.refreshes) == (0, 1)


def test_no_secret_stands_in_what_is_printed() -> None:
    account = Account(
        oa_id="1", app_id="2", app_secret="geheim", api="a", business_api="b", oauth="c"
    )

    assert "geheim" not in repr(account)
