"""The webhook: only Zalo is let in, it is answered in time, and nothing is taken in twice."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_oa_webhook import ANSWER_SECONDS, PATH
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_oa_line import HASTY, Line, running
from tests.fakes.zalo_oa_habits import Habits


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(sqlite_file, packs) as line:
        yield line


def event_of(line: Line, **changes: Any) -> dict[str, Any]:
    return {
        "app_id": line.fake.app.id,
        "event_name": "user_send_text",
        "timestamp": line.fake.clock.milliseconds(),
        "sender": {"id": "2512500000000000015"},
        "recipient": {"id": line.fake.app.oa_id},
        "message": {"msg_id": "96d3", "text": "/start"},
    } | changes


def signed(line: Line, body: bytes, first: str = "", secret: str = "") -> str:
    timestamp = json.loads(body).get("timestamp", "")
    parts = (first or line.fake.app.id, body, timestamp, secret or line.fake.app.oa_secret)
    whole = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in parts)
    return f"mac={hashlib.sha256(whole).hexdigest()}"


async def post(line: Line, body: bytes, mac: str | None, **headers: str) -> int:
    if mac is not None:
        headers["X-ZEvent-Signature"] = mac
    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(line.url + PATH, data=body, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientOSError:
            return 0  # refused while the rest was still being sent


async def nothing_kept(line: Line) -> bool:
    places = (tables.inbox, tables.outbox, tables.arrivals, tables.addresses)
    return not [row for table in places for row in await line.kept(table)]


@pytest.mark.parametrize("signed_by", ["app_id", "oa_id"])
async def test_whoever_cannot_sign_is_refused_and_nothing_kept(
    sqlite_file: Path, packs: Mapping[str, Pack], signed_by: str
) -> None:
    async with running(sqlite_file, packs, zalo_oa_signed_by=signed_by) as line:
        body = json.dumps(event_of(line)).encode()
        first = line.fake.app.id if signed_by == "app_id" else line.fake.app.oa_id
        other = line.fake.app.oa_id if signed_by == "app_id" else line.fake.app.id
        changed = body.replace(b"/start", b"/baocao")
        with capture_logs() as logs:
            strangers = [
                await post(line, body, None),
                await post(line, body, ""),
                await post(line, body, "mac=" + "0" * 64),
                await post(line, body, signed(line, body, first, "wrong")),
                await post(line, body, signed(line, body, first, line.fake.app.secret)),
                await post(line, changed, signed(line, body, first)),
                await post(line, b"[1]", "mac=" + "0" * 64),
                await post(line, b"\xff\xfe", "mac=mật"),
                await post(line, body, signed(line, body, other)),
            ]
        advice = [entry["to_do"] for entry in logs if "to_do" in entry]

        assert strangers == [403] * 9
        assert await nothing_kept(line)
        assert len(advice) == 1
        assert f"ZALO_OA_SIGNED_BY={'oa_id' if signed_by == 'app_id' else 'app_id'}" in advice[0]
        assert await post(line, body, signed(line, body, first)) == 200
        assert len(await line.kept(tables.inbox)) == 1


async def test_what_is_played_again_or_comes_from_the_future_is_refused(line: Line) -> None:
    body = json.dumps(event_of(line)).encode()
    mac = signed(line, body)
    line.later(hours=-1)
    early = await post(line, body, mac)
    line.later(hours=5)
    late = await post(line, body, mac)

    assert (early, late) == (403, 403)
    assert await nothing_kept(line)


async def test_what_is_too_big_is_refused_before_it_is_read(line: Line) -> None:
    body = json.dumps(event_of(line, padding="x" * 300_000)).encode()

    assert await post(line, body, signed(line, body)) in (413, 0)
    assert await nothing_kept(line)


async def test_the_fakes_own_forgeries_are_refused(line: Line) -> None:
    event = event_of(line)
    line.fake.deliver(event, mac="wrong")
    line.fake.deliver(event, mac="missing")
    line.fake.deliver(event, padding=300_000)
    await line.fake.until(lambda: len(line.fake.attempts) == 3)

    assert {attempt.status for attempt in line.fake.attempts} <= {403, 413, 0}
    assert await nothing_kept(line)


async def test_the_consoles_probe_is_welcome(line: Line) -> None:
    attempt = await line.fake.probe()

    assert attempt.status == 200
    assert await nothing_kept(line)


async def test_where_an_administrator_agreed_the_page_says_what_to_do(line: Line) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(line.url + PATH, params={"code": "abc", "oa_id": "1"}) as answer,
    ):
        words = await answer.text()

    assert answer.status == 200
    assert "zalo authorize" in words
    assert "abc" not in words


@pytest.mark.parametrize(
    "about",
    [
        {"event_name": "user_send_text", "message": 5},
        {"event_name": "user_send_text", "message": {}},
        {"event_name": "oa_send_text"},
        {"event_name": ["user_send_text"]},
        {"event_name": "something_new", "message": None},
    ],
)
async def test_what_is_signed_and_means_nothing_is_answered_and_gone(
    line: Line, about: dict[str, Any]
) -> None:
    body = json.dumps(event_of(line, **about)).encode()

    assert await post(line, body, signed(line, body)) == 200
    assert await nothing_kept(line)


async def test_zalo_is_answered_behind_the_commit_and_a_repeat_changes_nothing(
    line: Line,
) -> None:
    body = json.dumps(event_of(line)).encode()
    for _ in range(3):
        assert await post(line, body, signed(line, body)) == 200
        assert len(await line.kept(tables.inbox)) == 1
    with capture_logs() as logs:
        assert await post(line, body, signed(line, body), num_retry="2") == 200

    assert len(await line.kept(tables.inbox)) == 1
    assert len(await line.kept(tables.outbox)) == 1
    assert [entry["retry"] for entry in logs if entry["event"] == "zalo_oa.redelivered"] == [2]


async def test_a_commit_that_takes_long_is_answered_before_it_and_finished(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert line.fake.habits.answer_within - 0.5 >= ANSWER_SECONDS
    line.fake.habits.answer_within = 20.0  # this machine may be busy
    officer = await line.officer()
    run, answered = line.app.database.run, asyncio.Event()

    async def slowly(work: Any) -> Any:
        await answered.wait()
        return await run(work)

    monkeypatch.setattr(line.app.database, "run", slowly)
    officer.user.says("/start")
    await line.fake.until(lambda: line.fake.attempts)
    [attempt] = line.fake.attempts
    answered.set()
    monkeypatch.undo()
    await line.fake.until(lambda: officer.user.view.from_bot)

    assert (attempt.status, attempt.late) == (200, False)
    assert attempt.seconds > ANSWER_SECONDS - 0.1
    assert len(await line.kept(tables.inbox)) == 1


async def test_what_was_answered_and_not_committed_is_finished_before_the_stop(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    manners = replace(HASTY, answer_seconds=0.2)
    async with running(sqlite_file, packs, manners=manners) as line:
        officer = await line.officer()
        run = line.app.database.run

        async def slowly(work: Any) -> Any:
            await asyncio.sleep(1.0)
            return await run(work)

        monkeypatch.setattr(line.app.database, "run", slowly)
        officer.user.says("/start")
        await line.fake.until(lambda: line.fake.attempts)
        monkeypatch.undo()
    async with running(sqlite_file, packs) as again:
        seen = await again.kept(tables.inbox)

    assert [row.chat for row in seen] == [officer.user.id]


async def test_what_fails_is_tried_again_here_and_told_to_zalo_and_seen_once(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    habits = Habits(retries_refused=True, ladder=(0.1, 0.1, 0.1, 0.1, 0.1))
    manners = replace(HASTY, answer_seconds=0.1)
    async with running(sqlite_file, packs, habits=habits, manners=manners) as line:
        officer = await line.officer()
        run, fails = line.app.database.run, [True] * 4

        async def away(work: Any) -> Any:
            if fails:
                fails.pop()
                raise ConnectionError("the database is away")
            return await run(work)

        monkeypatch.setattr(line.app.database, "run", away)
        await officer.says("/start")
        await line.fake.until(lambda: line.fake.attempts[-1].status == 200)

        assert {attempt.status for attempt in line.fake.attempts} == {503, 200}
        assert len(await line.kept(tables.inbox)) == 1
        assert len(officer.user.view.from_bot) == 1


async def test_retries_after_a_broken_line_are_not_doubled(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    habits = Habits(ladder=(0.05, 0.05, 0.05, 0.05, 0.05), answer_within=0.3)
    manners = replace(HASTY, answer_seconds=1.0)
    async with running(sqlite_file, packs, habits=habits, manners=manners) as line:
        officer = await line.officer()
        run = line.app.database.run

        async def slowly(work: Any) -> Any:
            await asyncio.sleep(0.5)
            return await run(work)

        line.app.database.run = slowly  # type: ignore[method-assign]
        officer.user.says("/start")
        await line.fake.until(lambda: len(line.fake.attempts) >= 2)
        line.app.database.run = run  # type: ignore[method-assign]
        await line.fake.until(lambda: officer.user.view.from_bot)

        assert any(attempt.retry for attempt in line.fake.attempts)
        assert len(await line.kept(tables.inbox)) == 1
        assert len(officer.user.view.from_bot) == 1


async def test_a_chats_messages_stay_in_order_when_the_first_has_to_be_tried_again(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    rhythm = replace(HASTY.rhythm, first_pause=0.4)
    manners = replace(HASTY, answer_seconds=0.02, rhythm=rhythm)
    async with running(sqlite_file, packs, manners=manners) as line:
        officer = await line.officer()
        await officer.says("/baocao")
        await line.become("sent")
        run, fails = line.app.database.run, [True] * 2

        async def away(work: Any) -> Any:
            if fails:
                fails.pop()
                raise ConnectionError("the database is away")
            return await run(work)

        monkeypatch.setattr(line.app.database, "run", away)
        for word in ("1", "2"):
            officer.user.says(word)
        await line.fake.until(lambda: len(line.fake.attempts) == 3)
        assert len(officer.texts) == 1
        await line.fake.until(lambda: len(officer.texts) == 3)
        answers = await line.kept(tables.draft_answers)

        assert [answer.value for answer in answers] == [1, 2]
