"""The token stands in every address that is called, and in nothing that anybody reads."""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
import structlog
from aiogram.methods import GetMe, SetWebhook
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from typer.testing import CliRunner

from bot.channels.calls import ApiError
from bot.channels.telegram_client import Account, Client
from bot.channels.telegram_errors import send_error
from bot.clock import MovableClock, SystemClock
from bot.commands import app as command_line
from bot.logs import HIDDEN, configure_logs, redacted
from bot.settings import Settings, shown
from bot.telegram_doctor import telegram_findings
from plans.pack import Pack
from tests.bot.telegram_line import SECRET, running, settings_for
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.person import MORNING

KEY = TOKEN.partition(":")[2]


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"https://api.telegram.org/bot{TOKEN.replace(':', '%3A')}/sendMessage",
        f"token={TOKEN}",
    ],
)
def test_a_token_is_hidden_wherever_it_stands(text: str) -> None:
    assert KEY not in redacted(text)
    assert HIDDEN in redacted(text)
    assert redacted("08:00 ngày 11/6/2024, mã BC-24Q2-22915-YNBY") == (
        "08:00 ngày 11/6/2024, mã BC-24Q2-22915-YNBY"
    )


def test_an_event_tells_no_token_however_deep(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    structlog.get_logger().error(
        "failed", url=f"/bot{TOKEN}/x", more={"a": [TOKEN]}, fault=ValueError(TOKEN), count=3
    )

    line = capsys.readouterr().err
    assert KEY not in line
    assert json.loads(line)["count"] == 3


def test_what_libraries_log_tells_no_token() -> None:
    configure_logs("info")
    assert logging.lastResort
    try:
        raise ValueError(f"http://x/bot{TOKEN}/getMe")
    except ValueError as fault:
        record = logging.LogRecord(
            "aiohttp.access", logging.ERROR, "", 1, "%s %s", (TOKEN, fault), None
        )
        record.exc_info = (ValueError, fault, fault.__traceback__)
    line = logging.lastResort.format(record)

    assert KEY not in line
    assert json.loads(line)["faults"][0].endswith("ValueError")


async def test_no_fault_of_the_client_tells_the_token() -> None:
    async def answer(request: web.Request) -> web.Response:
        kind = request.query_string or next(kinds)
        if kind == "redirect":
            raise web.HTTPFound(str(request.url) + "?again")
        if kind == "echo":
            return web.Response(status=404, text=f"nothing at {request.url}")
        if kind == "json":
            told = {"ok": False, "error_code": 400, "description": f"Bad Request: {request.url}"}
            return web.json_response(told, status=400)
        await asyncio.sleep(3)
        return web.Response()

    kinds = iter(["redirect", "echo", "json", "slow"])
    site = web.Application()
    site.router.add_route("*", "/{rest:.*}", answer)
    async with TestServer(site) as server:
        addresses = [f"http://127.0.0.1:{server.port}"] * 4
        for address in [*addresses, f"http://127.0.0.1:{unused_port()}"]:
            client = Client(Account(token=TOKEN, api=address))
            with pytest.raises(ApiError) as failed:
                await client.call(GetMe(), 0.3)
            await client.close()
            fault = failed.value
            told = f"{fault} {fault!r} {fault.__cause__} {vars(fault)} {send_error(fault)!r}"

            assert KEY not in told


async def test_a_whole_conversation_with_failures_tells_no_secret(
    sqlite_file: Path, packs: Mapping[str, Pack], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("debug")
    async with FakeTelegram() as fake:
        fake.fail("getMe", drop=True)
        fake.fail("sendMessage", status=403, body="<html>not here</html>")
        async with running(fake, sqlite_file, packs) as line:
            officer = await line.officer()
            officer.user.says("/start")
            await fake.until(lambda: fake.called("sendMessage"))
            fake.fail("sendMessage", drop=True, times=2)
            officer.user.says("/start")
            while "delivery" not in (logged := capsys.readouterr().err):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    logged += capsys.readouterr().err
    assert KEY not in logged
    assert SECRET not in logged


class TestDoctor:
    async def findings(self, settings: Settings, ahead: bool = False) -> tuple[str, str]:
        clock = MovableClock(MORNING) if ahead else SystemClock()
        found = await telegram_findings(settings, clock)
        lines, to_do = "\n".join(found.lines), "\n".join(found.to_do)
        assert KEY not in lines + to_do
        assert SECRET not in lines + to_do
        return lines, to_do

    async def test_a_bot_that_works(self, tmp_path: Path) -> None:
        async with FakeTelegram() as fake:
            lines, to_do = await self.findings(settings_for(fake, tmp_path))

        assert "@reports_test_bot, polling" in lines
        assert to_do == ""

    async def test_a_webhook_where_none_should_be(self, tmp_path: Path) -> None:
        async with FakeTelegram() as fake:
            await hooked(fake, "http://127.0.0.1:1/hook")
            _, to_do = await self.findings(settings_for(fake, tmp_path))

        assert "TELEGRAM_MODE is polling and Telegram calls http://127.0.0.1:1/hook" in to_do

    async def test_a_webhook_that_fails_or_is_not_set(self, tmp_path: Path) -> None:
        url = "http://127.0.0.1:1"
        hook = {"telegram_mode": "webhook", "telegram_webhook_url": url}
        async with FakeTelegram() as fake:
            settings = settings_for(fake, tmp_path, **hook)
            _, unset = await self.findings(settings)
            await hooked(fake, f"{url}/telegram")
            fake.user(first_name="Officer").says("/start")
            await fake.until(lambda: fake.attempts)
            lines, failing = await self.findings(settings)

        assert "does not call http://127.0.0.1:1/telegram yet" in unset
        assert "1 updates wait" in lines
        assert "could not deliver (Connection refused)" in failing

    async def test_a_wrong_token_a_wrong_clock_and_nobody_there(self, tmp_path: Path) -> None:
        async with FakeTelegram() as fake:
            settings = settings_for(fake, tmp_path)
            fake.fail("getMe", status=401)
            _, refused = await self.findings(settings)
            _, late = await self.findings(settings, ahead=True)
        _, nobody = await self.findings(settings)

        assert "TELEGRAM_TOKEN is refused" in refused
        assert "clock is" in late
        assert "cannot be reached at TELEGRAM_API" in nobody

    def test_the_command_tells_no_token(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
        monkeypatch.setenv("TELEGRAM_API", f"http://user:word@127.0.0.1:{unused_port()}")
        CliRunner().invoke(command_line, ["migrate"])
        told = CliRunner().invoke(command_line, ["doctor"])

        assert told.exit_code == 1
        assert "TELEGRAM_MODE=polling" in told.output
        assert KEY not in told.output
        assert "user:word" not in told.output


async def hooked(fake: FakeTelegram, url: str) -> None:
    client = Client(Account(token=fake.token, api=fake.url))
    await client.call(SetWebhook(url=url))
    await client.close()


def test_the_derived_secret_hangs_on_key_and_token(tmp_path: Path) -> None:
    def secret(key: str, token: str) -> str:
        settings = Settings(_env_file=None, data_dir=tmp_path, secret_key=key, telegram_token=token)
        assert KEY not in str(shown(settings))
        return settings.webhook_secret()

    other = TOKEN[:-1] + "1"
    assert len({secret("a", TOKEN), secret("b", TOKEN), secret("a", other)}) == 3
    assert secret("a", TOKEN) == secret("a", TOKEN)
    assert len(secret("a", TOKEN)) == 64
