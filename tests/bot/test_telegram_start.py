"""Starting, stopping, conflicts, and that the other channels never notice."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.app import Parts, build
from bot.clock import SystemClock
from bot.settings import Settings
from bot.web import configured
from plans.pack import Pack
from storage import people, tables
from storage.database import Database, sqlite_url
from tests.bot.telegram_line import Line, address_of, running
from tests.fakes.telegram import FakeTelegram
from tests.source import files, named

LATE = 20.0


async def call(fake: FakeTelegram, method: str, **parameters: str) -> int:
    async with aiohttp.ClientSession() as session:
        url = f"{fake.url}/bot{fake.token}/{method}"
        async with session.post(url, data=parameters) as answer:
            return answer.status


async def web_chat_answers(line: Line) -> bool:
    async with aiohttp.ClientSession() as session, session.get(line.url + "/healthz") as answer:
        return answer.status == 200


async def test_polling_takes_a_webhook_away_that_was_set(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake:
        await call(fake, "setWebhook", url="http://127.0.0.1:1/old")
        async with running(fake, sqlite_file, packs) as line:
            officer = await line.officer()
            assert (await officer.says("/start")).labels


async def test_a_start_that_fails_is_tried_again_and_the_web_chat_works_meanwhile(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake:
        fake.fail("getMe", times=2, drop=True)
        fake.fail("getMe", status=401)
        fake.fail("deleteWebhook", status=502)
        with capture_logs() as logs:
            async with running(fake, sqlite_file, packs) as line:
                assert await web_chat_answers(line)
                officer = await line.officer()
                assert (await officer.says("/start")).labels
    events = [entry["event"] for entry in logs if entry["log_level"] in ("error", "warning")]

    assert events.count("telegram.away") == 3
    assert events.count("telegram.token_refused") == 1
    assert fake.token not in json.dumps(logs, default=str)


async def test_another_that_polls_is_told_of_and_waited_out(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake:
        with capture_logs() as logs:
            async with running(fake, sqlite_file, packs) as line:
                await fake.until(lambda: fake.called("getUpdates"))
                await call(fake, "getUpdates", timeout="1")
                await call(fake, "setWebhook", url="http://127.0.0.1:1/other")
                await fake.until(lambda: count_conflicts(fake) >= 2)
                await call(fake, "deleteWebhook")
                officer = await line.officer()
                assert (await officer.says("/start")).labels
                assert await web_chat_answers(line)
    to_do = {entry["to_do"] for entry in logs if entry["event"] == "telegram.conflict"}

    assert any("another process" in words for words in to_do)
    assert any("webhook" in words for words in to_do)


def count_conflicts(fake: FakeTelegram) -> int:
    return sum(call.status == 409 for call in fake.called("getUpdates"))


async def test_without_a_token_the_channel_is_off(
    sqlite_file: Path, packs: Mapping[str, Pack], tmp_path: Path
) -> None:
    database = Database(sqlite_url(sqlite_file))
    app = build(Parts(database=database, packs=packs, clock=SystemClock(), secret=b"x"))
    settings = Settings(_env_file=None, data_dir=tmp_path, telegram_token="")
    names = [channel.name for channel in configured(app, settings)]
    await database.close()

    assert names == ["webchat"]


async def test_what_was_asked_before_the_stop_is_answered_after_the_start(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake:
        async with running(fake, sqlite_file, packs) as line:
            officer = await line.officer()
            await officer.says("/baocao")
        officer.user.says("3")
        assert len(officer.user.view.from_bot) == 1
        async with running(fake, sqlite_file, packs) as line:
            await fake.until(lambda: len(officer.user.view.from_bot) == 2)

    assert "Câu 2/10" in officer.last.text


async def test_the_bots_name_makes_invitations_links(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake, running(fake, sqlite_file, packs) as line:
        coordinator = await line.coordinator()
        invitation = await coordinator.says("/moi phường Mũi Né")

    assert "https://t.me/reports_test_bot?start=" in invitation.text + str(
        [shown.text for shown in coordinator.user.view.from_bot]
    )


async def test_whoever_is_slow_is_shown_that_the_bot_is_at_work(
    sqlite_file: Path, packs: Mapping[str, Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeTelegram() as fake, running(fake, sqlite_file, packs) as line:
        officer = await line.officer()
        run = line.app.database.run

        async def slowly(work: Callable[[Connection], Any]) -> Any:
            await asyncio.sleep(0.9)
            return await run(work)

        monkeypatch.setattr(line.app.database, "run", slowly)
        officer.user.says("/start")
        await fake.until(lambda: officer.user.view.actions)
        monkeypatch.undo()
        await fake.until(lambda: officer.user.view.from_bot)

        assert officer.user.view.actions == ["typing"]


async def test_a_stop_waits_for_no_answer_of_telegrams(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake:
        fake.fail("getMe", delay=LATE, status=200)
        async with running(fake, sqlite_file, packs):
            await fake.until(lambda: fake.called("getMe"))
            begun = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - begun < LATE - 1


async def test_an_address_follows_a_chat_that_moves(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake, running(fake, sqlite_file, packs) as line:
        officer, other = await line.officer(), await line.officer()
        old, new = address_of(officer.user), address_of(other.user)
        for _ in range(2):
            await line.app.database.run(lambda tx: people.moved(tx, old, new))
        [address] = await line.kept(tables.addresses)

    assert (address.chat, address.person_id) == (new.chat, 1)


def test_only_the_channel_knows_the_library() -> None:
    using = {named(path) for path in files() if "aiogram" in path.read_text(encoding="utf-8")}

    assert using
    assert all(name.startswith("bot/channels/telegram") for name in using)
