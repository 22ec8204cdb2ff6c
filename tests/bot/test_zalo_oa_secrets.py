"""Tokens and secrets stand in headers and in the database, and in nothing that anybody reads."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from typer.testing import CliRunner

from bot.channels.calls import ApiError, Calls
from bot.channels.zalo_oa_client import CONSULT, Client
from bot.channels.zalo_oa_errors import send_error
from bot.channels.zalo_oa_tokens import Account, Tokens, pair_for
from bot.clock import SystemClock
from bot.commands import app as command_line
from bot.logs import configure_logs
from bot.settings import shown
from plans.pack import Pack
from storage.credentials import Pair, keep
from storage.database import Database, sqlite_url
from tests.bot.zalo_oa_line import SWIFT, running, settings_for
from tests.fakes.zalo_oa import FakeZaloOA
from tests.storage.examples import NOW

ACCESS = "access-9f1c7a3be2d04f5c8a61d7e0b3c95f2a"
REFRESH = "refresh-51d0c7be93a24f6e8c17f2a0d4b6e895"
SECRET = "TheAppsOwnSecretKey20"
SECRETS = (ACCESS, REFRESH, SECRET)


def account(url: str) -> Account:
    return Account(
        oa_id="388600000000000001",
        app_id="360000000000000001",
        app_secret=SECRET,
        api=url,
        business_api=url,
        oauth=url,
    )


async def test_no_fault_of_the_client_tells_a_secret(sqlite_file: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        everything = f"{dict(request.headers)} {await request.text()} {REFRESH}"
        kind = next(kinds)
        if kind == "redirect":
            raise web.HTTPFound(f"{request.url}?{ACCESS}")
        if kind == "echo":
            return web.Response(status=404, text=everything)
        if kind == "json":
            return web.json_response({"error": -201, "message": everything})
        if kind == "refusal":
            return web.json_response({"error": -14014, "error_description": everything})
        await asyncio.sleep(3)
        return web.Response()

    ways = ["redirect", "echo", "json", "refusal", "slow"]
    kinds = iter([way for way in ways for _ in range(2)])
    site = web.Application()
    site.router.add_route("*", "/{rest:.*}", answer)
    database = Database(sqlite_url(sqlite_file))
    clock = SystemClock()
    pair = Pair(access_token=ACCESS, refresh_token=REFRESH, expires_at=NOW, renewed_at=NOW)
    await database.run(lambda tx: keep(tx, "zalo_oa", pair))
    told = repr(pair) + repr(account(""))
    async with TestServer(site) as server:
        here = f"http://127.0.0.1:{server.port}"
        for url in [*[here] * len(ways), f"http://127.0.0.1:{unused_port()}"]:
            tokens = Tokens(account(url), database, clock, patience=SWIFT, calls=Hasty())
            client = Client(account(url), tokens, calls=Hasty())
            body = {"recipient": {"user_id": "1"}, "message": {"text": "x"}}
            for attempt in (
                client._called(url + CONSULT, {"json": body}, ACCESS, False),
                pair_for(Hasty(), account(url), {"refresh_token": REFRESH}, NOW, 0.3),
            ):
                with pytest.raises(ApiError) as failed:
                    await attempt
                fault = failed.value
                told += f"{fault} {fault!r} {fault.__cause__} {vars(fault)} {send_error(fault)!r}"
            await client.close()
            await tokens.close()
    await database.close()

    assert not [secret for secret in SECRETS if secret in told]


class Hasty(Calls):
    """Calls that wait for nobody; each closes its connections by itself."""

    async def post(self, url, *, seconds=0.3, **request):  # type: ignore[no-untyped-def]
        try:
            return await super().post(url, seconds=min(seconds, 0.3), **request)
        finally:
            await self.close()


async def test_a_whole_conversation_with_failures_tells_no_secret(
    sqlite_file: Path, packs: Mapping[str, Pack], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("debug")
    async with running(sqlite_file, packs) as line:
        first = (line.fake.tokens.access_token, line.fake.tokens.refresh_token)
        officer = await line.officer()
        line.fake.tokens.access_token = "another"
        line.fake.fail("access_token", drop=True)
        await officer.says("/start")
        line.fake.fail("message/cs", body="<html>not here</html>", status=502)
        officer.user.says("/baocao")
        logged = ""
        while "delivery" not in (logged := logged + capsys.readouterr().err):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        line.fake.tokens.revoke()
        line.later(6)
        while "not_renewed" not in (logged := logged + capsys.readouterr().err):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        app, tokens = line.fake.app, line.fake.tokens
        line.fake.deliver(line.fake.events[-1], mac="wrong")
        await line.fake.until(lambda: line.fake.attempts[-1].status == 403)
    logged += capsys.readouterr().err
    secrets = [*first, app.secret, app.oa_secret, tokens.access_token, tokens.refresh_token]

    assert "zalo_oa.renewed" in logged
    assert not [secret for secret in secrets if secret and secret in logged]
    assert officer.user.id not in logged


def test_settings_are_shown_without_secrets(tmp_path: Path) -> None:
    fake = FakeZaloOA()
    told = json.dumps(dict(shown(settings_for(fake, tmp_path))))

    assert fake.app.oa_id in told
    assert fake.app.secret not in told
    assert fake.app.oa_secret not in told


async def test_the_operator_lets_the_account_agree_and_no_command_tells_a_secret(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sqlite_file.parent)
    async with FakeZaloOA() as fake:
        settings = settings_for(fake, sqlite_file.parent / "var")
        for name, value in {
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": sqlite_url(sqlite_file),
            "SECRET_KEY": "town",
            "PUBLIC_URL": "https://b.vn",
            "ZALO_OA_ID": fake.app.oa_id,
            "ZALO_OA_APP_ID": fake.app.id,
            "ZALO_OA_APP_SECRET": fake.app.secret,
            "ZALO_OA_WEBHOOK_SECRET": fake.app.oa_secret,
            "ZALO_OA_API": fake.url,
            "ZALO_OA_OAUTH": fake.url,
        }.items():
            monkeypatch.setenv(name, value)

        async def run(*words: str) -> tuple[int, str]:
            done = await asyncio.to_thread(CliRunner().invoke, command_line, ["zalo", *words])
            return done.exit_code, done.output

        early = await run("authorize", "code")
        first, again = await run("consent"), await run("consent")
        path = settings.data_dir / "zalo_oa_verifier"
        verifier = path.read_text()
        wrong = await run("authorize", "no-such-code")
        # The console keeps the challenge that was printed.
        fake.office.tokens._app = fake.app = type(fake.app)(verifier=verifier)
        agreed = await run("authorize", f" {fake.tokens.authorize()} ")
        counted = await run("postage")
        outputs = "".join(output for _, output in (early, first, again, wrong, agreed, counted))
        database = Database(sqlite_url(sqlite_file))
        tokens = Tokens(settings_account(fake), database, SystemClock(), patience=SWIFT)
        kept = await tokens.access()
        await tokens.close()
        await database.close()

        assert early[0] == 2
        assert "zalo consent" in early[1]
        assert first == again
        assert f"{fake.url}/v4/oa/permission?app_id={fake.app.id}" in first[1]
        assert fake.app.challenge in first[1]
        assert "https%3A%2F%2Fb.vn%2Fzalo-oa" in first[1]
        assert len(verifier) == 43
        assert path.stat().st_mode & 0o777 == 0o600
        assert wrong[0] == 2
        assert agreed[0] == 0, agreed
        assert kept == fake.tokens.access_token
        assert "no message of this month" in counted[1]
        secrets = (fake.app.secret, verifier, kept, fake.tokens.refresh_token, "no-such-code")
        assert not [secret for secret in secrets if secret in outputs]


def settings_account(fake: FakeZaloOA) -> Account:
    return account(fake.url)
