"""The webhook: only Zalo is let in, and what it brings is kept before it is told so."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.channels.zalo_bot_webhook import PATH, SECRET_HEADER, Hook
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_bot_line import SECRET, Line, running
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_habits import Habits

UPDATE = {
    "event_name": "message.text.received",
    "message": {
        "message_id": "a91c04d7e2b85f6013aa",
        "date": 1795392000123,
        "from": {"id": "5b7d20c1f4e9638a0d12", "display_name": "Officer", "is_bot": False},
        "chat": {"id": "5b7d20c1f4e9638a0d12", "chat_type": "PRIVATE"},
        "text": "/start",
    },
}


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with FakeZaloBot() as fake, running(fake, sqlite_file, packs, mode="webhook") as line:
        await fake.until(lambda: any(call.status for call in fake.called("setWebhook")))
        yield line


async def post(line: Line, body: object, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(line.url + PATH, data=body, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientOSError:
            return 0  # refused while the rest was still being sent


async def nothing_kept(line: Line) -> bool:
    return not await line.kept(tables.inbox) and not await line.kept(tables.outbox)


async def test_whoever_does_not_know_the_secret_is_refused_and_nothing_kept(line: Line) -> None:
    body = json.dumps(UPDATE).encode()
    with capture_logs() as logs:
        strangers = [
            await post(line, body, None),
            await post(line, body, ""),
            await post(line, body, SECRET + "x"),
            await post(line, body, SECRET[:-1]),
            await post(line, body, "mật khẩu"),
            await post(line, b"{}" * 200_000, "wrong"),
        ]

    assert set(strangers) <= {403, 0}
    assert [entry["event"] for entry in logs].count("zalo_bot.forged") == 6
    assert await nothing_kept(line)


async def test_a_stranger_is_refused_before_the_body_comes(line: Line) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(20)

    assert await asyncio.wait_for(post(line, never(), "wrong"), 5) == 403


async def test_what_is_too_large_is_not_read(line: Line) -> None:
    large = json.dumps(UPDATE | {"x": "y" * 300_000}).encode()

    async def in_chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    assert await post(line, large) in (413, 0)
    assert await post(line, in_chunks()) in (413, 0)
    assert await nothing_kept(line)


async def test_what_has_the_secret_and_cannot_be_read_is_taken_and_forgotten(line: Line) -> None:
    for body in (
        b"",
        b" \n",
        b"\xff\xfe",
        b"[1]",
        b"{}",
        b"[" * 100_000,
        b'{"event_name": "message.text.received", "message": 5}',
        b'{"event_name": "something.new", "message": {}}',
    ):
        assert await post(line, body) == 200
    assert await nothing_kept(line)


async def test_what_comes_again_is_taken_once(line: Line) -> None:
    def count(tx: Connection) -> int:
        return len(tx.execute(tables.inbox.select()).all())

    for body in (UPDATE, UPDATE, {"ok": True, "result": UPDATE}):
        assert await post(line, json.dumps(body).encode()) == 200
        # Zalo is told behind the commit.
        assert await line.app.database.read(count) == 1
    assert len(await line.kept(tables.outbox)) == 1


async def test_what_takes_long_is_finished_after_the_answer(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot_webhook.ANSWER_SECONDS", 0.1)
    officer = await line.officer()
    run, fails = line.app.database.run, [True] * 3

    async def away(work: Any) -> Any:
        await asyncio.sleep(0.1)
        if fails:
            fails.pop()
            raise ConnectionError("the database is away")
        return await run(work)

    monkeypatch.setattr(line.app.database, "run", away)
    await officer.says("/start")
    [attempt] = line.fake.attempts

    assert (attempt.status, attempt.answer) == (200, b'{"message": "Success"}')
    assert len(await line.kept(tables.inbox)) == 1


async def test_a_stop_waits_for_what_is_being_taken_in(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot_webhook.ANSWER_SECONDS", 0.01)
    async with FakeZaloBot() as fake:
        async with running(fake, sqlite_file, packs, mode="webhook") as line:
            officer = await line.officer()
            await fake.until(lambda: any(call.status for call in fake.called("setWebhook")))
            run = line.app.database.run

            async def slowly(work: Any) -> Any:
                await asyncio.sleep(0.3)
                return await run(work)

            monkeypatch.setattr(line.app.database, "run", slowly)
            officer.user.says("/start")
            await fake.until(lambda: fake.attempts)
        monkeypatch.undo()
        async with running(fake, sqlite_file, packs, mode="webhook") as line:
            assert len(await line.kept(tables.inbox)) == 1
            await fake.until(lambda: officer.user.view.from_bot)


async def test_the_webhook_is_set_with_what_keeps_others_out(line: Line) -> None:
    [call] = line.fake.called("setWebhook")

    assert call.params == {"url": line.url + PATH, "secret_token": SECRET}
    assert [probe.status for probe in line.fake.probes] == [200]


async def test_a_webhook_that_stands_need_not_be_set_again(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    port, other = unused_port(), unused_port()
    async with FakeZaloBot(habits=Habits(set_webhook_per_day=1)) as fake:
        async with running(fake, sqlite_file, packs, mode="webhook", port=port):
            await fake.until(lambda: fake.probes)
        with capture_logs() as logs:
            async with running(fake, sqlite_file, packs, mode="webhook", port=port) as line:
                await fake.until(lambda: len(fake.called("getWebhookInfo")) == 1)
                officer = await line.officer()
                assert await officer.says("/start")
        with capture_logs() as moved:
            async with running(fake, sqlite_file, packs, mode="webhook", port=other):
                await fake.until(lambda: len(fake.called("setWebhook")) > 3)

    assert "zalo_bot.webhook_stands" in [entry["event"] for entry in logs]
    assert {entry["event"] for entry in moved} == {"zalo_bot.away"}


async def test_a_webhook_that_zalo_cannot_reach_is_told(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    habits = Habits(probe_secret=False)
    with capture_logs() as logs:
        async with (
            FakeZaloBot(habits=habits) as fake,
            running(fake, sqlite_file, packs, mode="webhook") as line,
        ):
            officer = await line.officer()
            await fake.until(lambda: any(call.status for call in fake.called("setWebhook")))
            assert await officer.says("/start")
    [told] = [entry for entry in logs if entry["event"] == "zalo_bot.webhook_not_reached"]

    assert told["outcome"] == "webhook.http.403"


def test_the_path_hangs_below_the_public_address_and_no_secret_proves_nothing() -> None:
    hook = Hook(base="https://b.vn/bot/", secret="")

    assert hook.url == "https://b.vn/bot/zalo-bot"
    assert not hook.proves("")
    assert Hook(base="", secret="abc").proves("abc")
