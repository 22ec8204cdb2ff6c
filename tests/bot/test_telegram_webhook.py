"""The webhook: only Telegram is let in, and it is told 200 only behind the commit."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection

from bot.channels.telegram_webhook import PATH, SECRET_HEADER, Hook
from plans.pack import Pack
from storage import tables
from tests.bot.telegram_line import SECRET, Line, running
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_webhook import Pace

UPDATE = {
    "update_id": 5,
    "message": {
        "message_id": 3,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "p"},
        "from": {"id": 7, "is_bot": False, "first_name": "p"},
        "text": "/start",
    },
}


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with (
        FakeTelegram(pace=Pace(unit=0.02, longest=0.05)) as fake,
        running(fake, sqlite_file, packs, mode="webhook") as line,
    ):
        await fake.until(lambda: fake.called("setWebhook"))
        yield line


async def post(line: Line, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(line.url + PATH, data=body, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientOSError:
            return 0  # refused while the rest was still being sent


async def test_whoever_does_not_know_the_secret_is_refused_and_nothing_kept(line: Line) -> None:
    body = json.dumps(UPDATE).encode()
    strangers = [
        await post(line, body, None),
        await post(line, body, ""),
        await post(line, body, SECRET + "x"),
        await post(line, body, SECRET[:-1]),
        await post(line, body, "mật khẩu"),
        await post(line, b"{}" * 200_000, "wrong"),
    ]
    oversized = await post(line, json.dumps(UPDATE | {"x": "y" * 300_000}).encode())

    assert set(strangers) <= {403, 0}
    assert oversized in (413, 0)
    assert await line.kept(tables.inbox) == []
    assert await line.kept(tables.outbox) == []


async def test_what_has_the_secret_and_cannot_be_read_never_comes_again(line: Line) -> None:
    for body in (
        b"",
        b"\xff\xfe",
        b"[1]",
        b"{}",
        b'{"update_id": 1, "message": 5}',
        b'{"update_id":2}',
    ):
        assert await post(line, body) == 200
    assert await line.kept(tables.inbox) == []


async def test_what_was_not_committed_comes_again_until_it_is(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await line.officer()
    run, fails = line.app.database.run, [True] * 3

    async def away(work: Any) -> Any:
        if fails:
            fails.pop()
            raise ConnectionError("the database is away")
        return await run(work)

    monkeypatch.setattr(line.app.database, "run", away)
    await officer.says("/start")

    statuses = [attempt.status for attempt in line.fake.attempts]
    assert statuses.count(200) == 1
    assert set(statuses[:-1]) == {503}
    assert len(await line.kept(tables.inbox)) == 1


async def test_telegram_is_answered_behind_the_commit(line: Line) -> None:
    def count(tx: Connection) -> int:
        return len(tx.execute(tables.inbox.select()).all())

    assert await post(line, json.dumps(UPDATE).encode()) == 200
    assert await line.app.database.read(count) == 1
    assert await post(line, json.dumps(UPDATE).encode()) == 200
    assert await line.app.database.read(count) == 1


async def test_the_webhook_is_set_with_all_that_keeps_others_out(line: Line) -> None:
    [call] = line.fake.called("setWebhook")

    assert call.params["url"] == line.url + PATH
    assert call.params["secret_token"] == SECRET
    assert call.params["max_connections"] == "40"
    assert call.params["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


def test_the_path_hangs_below_the_public_address() -> None:
    assert Hook(base="https://b.vn/bot/", secret="s").url == "https://b.vn/bot/telegram"
