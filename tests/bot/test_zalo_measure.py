"""Measurements tell facts of the real Zalo: no text, no name, no token, no whole id."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import typer
from aiohttp.test_utils import unused_port
from typer.testing import CliRunner

from bot.clock import SystemClock
from bot.commands import app as command_line
from bot.settings import Settings
from bot.zalo_commands import zalo_app
from bot.zalo_listen import proofs
from bot.zalo_shapes import inside, shape, shortened
from plans.messages import Address
from storage import tables
from storage.database import Database, sqlite_url
from tests.bot import zalo_bot_line, zalo_oa_line
from tests.bot.test_zalo_doctor import hooked, member
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import FakeZaloOA
from tests.source import ROOT

TEXT, NAME = "BC 12 3 0 của xã", "Lan - xã An Phú"
Measured = Callable[..., Any]


@pytest.fixture
async def database(sqlite_file: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(sqlite_file))
    yield database
    await database.close()


def set_up(monkeypatch: pytest.MonkeyPatch, database: Path, settings: Settings) -> None:
    """Let the command line find what a test has set."""
    monkeypatch.chdir(database.parent)
    monkeypatch.setenv("DATABASE_URL", sqlite_url(database))
    for name in Settings.model_fields:
        value = getattr(settings, name)
        told = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        if (
            told
            and name not in ("database_url", "plans_dir")
            and (name.startswith(("zalo", "public")) or name in ("data_dir", "secret_key", "port"))
        ):
            monkeypatch.setenv(name.upper(), told)


async def measured(*words: object, stdin: bytes | None = None) -> str:
    """Run a measurement beside the fake; return what it printed."""
    line = ["zalo", "measure", *map(str, words)]
    told = await asyncio.to_thread(CliRunner().invoke, command_line, line, input=stdin)
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told.output


class TestBot:
    @pytest.fixture
    async def fake(
        self, monkeypatch: pytest.MonkeyPatch, sqlite_file: Path
    ) -> AsyncIterator[FakeZaloBot]:
        async with FakeZaloBot() as fake:
            settings = zalo_bot_line.settings_for(fake, sqlite_file.parent)
            set_up(monkeypatch, sqlite_file, settings)
            yield fake

    async def test_who_the_bot_is(self, fake: FakeZaloBot) -> None:
        told = await measured("bot-me")
        fake.habits.no_webhook_info = "404"
        without = await measured("bot-me")
        await hooked(fake, "http://127.0.0.1:1/elsewhere")
        elsewhere = await measured("bot-me")

        assert "account_type: BASIC" in told
        assert "display_name: text" in told
        assert "Bot Bao Cao" not in told
        assert "webhook: none is set" in told
        assert "getWebhookInfo: 404" in without
        assert "somebody else's" in elsewhere

    async def test_updates_by_their_shape(self, fake: FakeZaloBot) -> None:
        user = fake.user(display_name=NAME)
        user.says(TEXT)
        user.sends_photo(caption=TEXT)
        user.sends_sticker()

        told = await measured("bot-poll", "--seconds", 4)

        assert "update, alone: {event_name: message.text.received" in told
        assert "date: number of 13 digits" in told
        assert "photo_url: address ending .png" in told
        assert "sticker: 20 hex digits" in told
        assert "updates: 3, of them told again: 0" in told
        assert user.id not in told
        assert TEXT not in told
        assert NAME not in told

    async def test_an_update_that_comes_again(self, fake: FakeZaloBot) -> None:
        fake.habits.polling = "repeat_until_restart"
        fake.user().says(TEXT)

        told = await measured("bot-poll", "--seconds", 2)

        assert "for the 2th time" in told
        assert "updates: 1, of them told again: 1" in told

    async def test_idle_polls_and_a_token_that_is_refused(self, fake: FakeZaloBot) -> None:
        idle = await measured("bot-poll", "--seconds", 1)
        fake.reset_token()
        refused = await measured("bot-poll", "--seconds", 1)

        assert "idle polls: {'408" in idle
        assert "refused or not reached: 401" in refused

    async def test_a_webhook_is_tried_set_and_taken_away(
        self, fake: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:1")
        monkeypatch.setenv("ZALO_BOT_MODE", "webhook")
        fake.habits.set_webhook_per_day = 2

        many = await measured("bot-webhook", "--set", 5)
        tried = await measured("bot-webhook")
        removed = await measured("bot-webhook", "--remove")

        assert "setWebhook 2: {" in many
        assert "setWebhook 3: 429" in many
        assert "setWebhook 4" not in many
        assert "testWebhook: {" in tried
        assert "outcome: webhook.err.conn" in tried
        assert "deleteWebhook: {" in removed
        assert zalo_bot_line.SECRET not in many + tried + removed

    async def test_no_address_to_set(self, fake: FakeZaloBot) -> None:
        assert "PUBLIC_URL is empty" in await measured("bot-webhook", "--set", 1)
        assert not fake.calls

    async def test_a_message_to_somebody_and_to_nobody(
        self, fake: FakeZaloBot, database: Database
    ) -> None:
        user = fake.user(display_name=NAME)
        user.chat.wrote = True
        person = await member(database, Address(channel="zalo_bot", chat=user.id))

        sent = await measured("bot-send", person)
        nobody = await measured("bot-unknown")

        assert "sendMessage: {message_id: 20 hex digits, date: number of 13 digits}" in sent
        assert "sendMessage to nobody: 410" in nobody
        assert len(user.view.texts) == 1
        assert [row.cost for row in await kept(database, tables.postage)] == ["quota"]
        assert user.id not in sent + nobody

    async def test_nothing_tells_a_token(self, fake: FakeZaloBot) -> None:
        fake.fail("getMe", status=502, body=f"<html>/bot{fake.token}/getMe</html>")
        fake.fail("sendMessage", error_code=400, description=f"bad {fake.token} {'a1' * 10}")

        told = await measured("bot-me") + await measured("bot-unknown")

        assert fake.token.partition(":")[2] not in told
        assert "a1" * 10 not in told

    async def test_somebody_who_is_elsewhere(self, fake: FakeZaloBot, database: Database) -> None:
        person = await member(database, Address(channel="webchat", chat="browser"))

        assert f"person {person} is not reached on zalo_bot" in await measured("bot-send", person)
        assert not fake.calls


class TestAccount:
    @pytest.fixture
    async def fake(
        self, monkeypatch: pytest.MonkeyPatch, sqlite_file: Path, database: Database
    ) -> AsyncIterator[FakeZaloOA]:
        async with FakeZaloOA() as fake:
            about = {"zalo_oa_templates": "reminder=412233"}
            settings = zalo_oa_line.settings_for(fake, sqlite_file.parent, **about)
            set_up(monkeypatch, sqlite_file, settings)
            await zalo_oa_line.keep_pair(database, fake, SystemClock())
            yield fake

    @pytest.fixture
    async def person(self, fake: FakeZaloOA, database: Database) -> int:
        user = fake.user(name=NAME)
        return await member(database, Address(channel="zalo_oa", chat=user.id))

    async def test_the_window_of_a_person(self, fake: FakeZaloOA, person: int) -> None:
        told = await measured("oa-me", "--person", person)

        assert "token until:" in told
        assert "last_interaction: 13 digits" in told
        assert "cs_reply: {remain: 8, total: 8}" in told
        assert fake.tokens.access_token not in told
        assert fake.tokens.refreshes == 0

    async def test_a_message_names_the_quota_that_it_was_taken_from(
        self, fake: FakeZaloOA, person: int, database: Database
    ) -> None:
        free = await measured("oa-send", person)
        fake.habits.free_hours = 0
        paid = await measured("oa-send", person)
        fake.habits.open_hours = 0
        closed = await measured("oa-send", person)

        assert "quota: {quota_type: reply, remain: 7, total: 8}" in free
        assert "quota_type: sub_quota" in paid
        assert "sent: -230" in closed
        costs = [row.cost for row in await kept(database, tables.postage)]
        assert sorted(costs) == ["free", "paid"]

    async def test_a_file_and_a_template(self, fake: FakeZaloOA, person: int) -> None:
        fake.template("412233", {"unit": 100, "period": 100, "deadline": 100})

        file = await measured("oa-send", person, "--file")
        template = await measured("oa-send", person, "--template", "reminder")
        unset = await measured("oa-send", person, "--template", "nudge")

        assert "sent: {message_id: " in file
        assert "sent: {message_id: " in template
        assert "ZALO_OA_TEMPLATES names no template for nudge" in unset
        assert fake.costs.template_uid == 1

    async def test_an_expired_token_is_not_renewed(
        self, fake: FakeZaloOA, person: int, database: Database
    ) -> None:
        await zalo_oa_line.keep_pair(database, fake, SystemClock(), hours=-1)

        told = await measured("oa-send", person)

        assert "only serve renews it" in told
        assert fake.tokens.refreshes == 0

    async def test_which_variant_signed_a_body_on_standard_input(self, fake: FakeZaloOA) -> None:
        app = fake.app
        moment = str(int(SystemClock().now().timestamp() * 1000))
        body = json.dumps({"timestamp": moment}).encode()

        def mac(first: str, secret: str) -> str:
            signed = first.encode() + body + moment.encode() + secret.encode()
            return f"mac={hashlib.sha256(signed).hexdigest()}"

        right = await measured(
            "oa-signature", "--signature", mac(app.oa_id, app.oa_secret), stdin=body
        )
        other = await measured("oa-signature", "--signature", mac(app.id, app.secret), stdin=body)
        forged = await measured("oa-signature", "--signature", "mac=0", stdin=b"no JSON")

        assert "set ZALO_OA_SIGNED_BY=oa_id" in right
        assert "ZALO_OA_SIGNED_BY=app_id" in other
        assert "write it into ZALO_OA_WEBHOOK_SECRET" in other
        assert "no variant fits" in forged
        assert app.secret not in right + other + forged


class TestListening:
    async def test_the_bots_and_the_accounts_calls(
        self, monkeypatch: pytest.MonkeyPatch, sqlite_file: Path
    ) -> None:
        port = unused_port()
        url = f"http://127.0.0.1:{port}"
        async with FakeZaloBot() as bot, FakeZaloOA() as account:
            for settings in (
                zalo_bot_line.settings_for(bot, sqlite_file.parent, public_url=url),
                zalo_oa_line.settings_for(account, sqlite_file.parent, public_url=url, port=port),
            ):
                set_up(monkeypatch, sqlite_file, settings)
            monkeypatch.setenv("ZALO_BOT_TOKEN", bot.token)
            monkeypatch.setenv("ZALO_BOT_API", bot.url)
            listening = asyncio.create_task(measured("listen", 6, "--delay", 0.1))
            await up(url)
            await hooked(bot, f"{url}/zalo-bot")
            account.hook = f"{url}/zalo-oa"
            person = bot.user(display_name=NAME)
            bot.repeat(person.says(TEXT))
            await bot.until(lambda: len(bot.attempts) == 2)
            follower = account.user(name=NAME)
            account.deliver(follower.says(TEXT), mac="wrong")
            await account.until(lambda: len(account.attempts) == 3)
            told = await listening

        assert "bot: an empty body" in told
        assert "bot: flat; num_retry none; User-Agent Java/1.8.0_192" in told
        assert "again after" in told
        assert "secret: right" in told
        assert "signed with ZALO_OA_WEBHOOK_SECRET: set ZALO_OA_SIGNED_BY=app_id" in told
        assert "no variant fits" in told
        assert "event_name: user_send_text" in told
        assert all(attempt.status == 200 for attempt in bot.attempts)
        for secret in (TEXT, NAME, bot.token, person.id, follower.id, account.app.oa_secret):
            assert secret not in told


@pytest.mark.parametrize("document", ["zalo.en.md", "zalo.vi.md"])
def test_the_list_of_what_to_measure_names_what_there_is(document: str) -> None:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    [group] = [each.typer_instance for each in zalo_app.registered_groups if each.name == "measure"]
    assert group
    there = set(typer.main.get_group(group).commands)

    assert set(re.findall(r"zalo measure ([a-z-]+)", text)) == there


async def test_people_are_listed_with_the_number_that_measures_them(
    database: Database, sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sqlite_file.parent)
    monkeypatch.setenv("DATABASE_URL", sqlite_url(sqlite_file))
    person = await member(database, Address(channel="webchat", chat="browser"))

    told = await asyncio.to_thread(CliRunner().invoke, command_line, ["people"])

    assert told.output.rstrip().endswith(f"\tperson {person}")


def test_shapes_tell_kinds_and_no_values() -> None:
    told = shape(
        {
            "event_name": "message.text.received",
            "text": TEXT,
            "date": 1795392000123,
            "from": {"id": "5b7d20c1f4e9638a0d12", "display_name": NAME, "is_bot": False},
            "list": [{"phone": "84912000111"}],
            "none": None,
            "a key with words": 1,
        }
    )

    assert told == (
        "{event_name: message.text.received, text: text, date: number of 13 digits, "
        "from: {id: 20 hex digits, display_name: text, is_bot: false}, "
        "list: [1 × {phone: 11 digits}], none: null, …: number of 1 digits}"
    )


def test_deep_and_long_bodies_end() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = {"a": [deep]}

    assert len(shape(deep)) < 200
    assert len(shape({f"k{place}": place for place in range(10_000)})) < 2000


def test_ids_are_cut_and_words_are_not() -> None:
    told = shortened("410 chat 5b7d20c1f4e9638a0d12 of 84912000111 is not there")

    assert told == "410 chat 5b7d… of 8491… is not there"


def test_flat_and_wrapped() -> None:
    event = {"event_name": "x"}

    assert inside(event) == ("flat", event)
    assert inside({"ok": True, "result": event}) == ("wrapped", event)
    assert inside([event]) == ("no object", {})


def test_no_secret_is_set_and_nothing_fits(tmp_path: Path) -> None:
    lines = proofs(Settings(_env_file=None, data_dir=tmp_path), b"{}", "")

    assert lines[0].startswith("no variant fits")


async def up(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            try:
                await session.post(f"{url}/zalo-bot")
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
            else:
                return


async def kept(database: Database, table: Any) -> list[Any]:
    return list(await database.read(lambda tx: tx.execute(table.select()).all()))
