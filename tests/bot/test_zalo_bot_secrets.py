"""The token stands in every address that is called, and in nothing that anybody reads."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.calls import ApiError
from bot.channels.zalo_bot_client import Account, Client
from bot.channels.zalo_bot_errors import send_error
from bot.logs import HIDDEN, configure_logs, redacted
from bot.settings import shown
from plans.messages import Reply, Urgency
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_bot_line import SECRET, running, settings_for
from tests.fakes.zalo_bot import TOKEN, FakeZaloBot

# Zalo says neither how long a secret is nor of what letters.
ODD = "3100000000000000001:odd+/=~!secret"
SHORT = "3100000000000000001:shorty12"


@pytest.mark.parametrize("token", [TOKEN, ODD, SHORT])
def test_a_token_is_hidden_wherever_it_stands(token: str) -> None:
    key = token.partition(":")[2]
    for text in (
        f"https://bot-api.zaloplatforms.com/bot{quote(token, safe=':')}/sendMessage",
        f"https://bot-api.zaloplatforms.com/bot{quote(token, safe='')}/sendMessage",
        f"token={token} and more",
    ):
        assert key not in redacted(text)
        assert HIDDEN in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "08:00 ngày 11/6/2024, mã BC-24Q2-22915-YNBY",
        '{"date": 1795392000123, "x": "1795392000:abcdefgh"}',
        "http://127.0.0.1:8080/zalo-bot",
        "bot/channels/calls.py:12345 failure",
    ],
)
def test_what_is_no_token_is_left_alone(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("token", [TOKEN, ODD, SHORT])
async def test_no_fault_of_the_client_tells_the_token(token: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        kind, address = next(kinds), f"{request.raw_path} {token}"
        if kind == "redirect":
            raise web.HTTPFound(f"http://127.0.0.1/{quote(token)}")
        if kind == "echo":
            return web.Response(status=404, text=f"nothing at {address}")
        if kind == "json":
            told = {"ok": False, "error_code": 400, "description": f"Bad Request: {address}"}
            return web.json_response(told)
        await asyncio.sleep(3)
        return web.Response()

    key = token.partition(":")[2]
    kinds = iter(["redirect", "echo", "json", "slow"])
    site = web.Application()
    site.router.add_route("*", "/{rest:.*}", answer)
    async with TestServer(site) as server:
        addresses = [f"http://127.0.0.1:{server.port}"] * 4
        for address in [*addresses, f"http://127.0.0.1:{unused_port()}", "http://[nowhere"]:
            client = Client(Account(token=token, api=address))
            with pytest.raises(ApiError) as failed:
                await client.call("getMe", 0.3)
            await client.close()
            fault = failed.value
            told = f"{fault} {fault!r} {fault.__cause__} {vars(fault)} {send_error(fault)!r}"

            assert key not in told
            assert quote(key, safe="") not in told
            assert key not in repr(Account(token=token))


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_whole_conversation_with_failures_tells_no_secret(
    sqlite_file: Path,
    packs: Mapping[str, Pack],
    capsys: pytest.CaptureFixture[str],
    mode: str,
) -> None:
    configure_logs("debug")
    key = TOKEN.partition(":")[2]
    words = f"Bad Request: /bot{TOKEN}/sendMessage"
    async with FakeZaloBot() as fake:
        fake.fail("getMe", drop=True)
        fake.fail("getWebhookInfo", status=502)
        fake.fail("setWebhook", status=401)
        fake.fail("sendMessage", error_code=400, description=words)
        fake.fail("sendMessage", status=404, body=f"<html>/bot{TOKEN}/sendMessage</html>")
        async with running(fake, sqlite_file, packs, mode=mode) as line:
            officer = await line.officer()
            await fake.until(lambda: fake.polls or fake.probes)
            for text in ("1", "2"):
                await line.owe(officer.user, Reply(text=text, urgency=Urgency.REMINDER))
            await fake.until(lambda: len(fake.called("sendMessage")) > 1)
            fake.reset_token()
            await line.owe(officer.user, Reply(text="3"))
            await fake.until(lambda: [c for c in fake.called("sendMessage") if c.status == 401])
            await line.until_states("failed", "waiting", "waiting")
            failures = [row.failure for row in await line.kept(tables.outbox)]
        structlog.get_logger().error("x", at=f"{fake.url}/bot{TOKEN}/getMe")

    logged = capsys.readouterr().err
    assert "token_refused" in logged
    assert "delivery.failed" in logged
    assert key not in logged + json.dumps(failures)
    assert HIDDEN in failures[0]
    assert SECRET not in logged


async def test_what_an_operator_is_shown_tells_no_secret(tmp_path: Path) -> None:
    async with FakeZaloBot() as fake:
        told = str(shown(settings_for(fake, tmp_path)))

    assert TOKEN.partition(":")[2] not in told
    assert SECRET not in told
