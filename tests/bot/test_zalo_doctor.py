"""What doctor says of both Zalo channels: asked for real, nothing renewed, no secret told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.channels.zalo_bot_client import Account, Client
from bot.channels.zalo_bot_quota import QUOTA_USED
from bot.clock import Clock, MovableClock, SystemClock
from bot.commands import app as command_line
from bot.findings import Findings
from bot.ledger import Ledger
from bot.settings import Settings
from bot.zalo_doctor import zalo_findings
from plans.messages import Address
from plans.people import RoleKind
from storage import people, postage
from storage.database import Database, sqlite_url
from storage.postage import Cost
from tests.bot import zalo_bot_line, zalo_oa_line
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import FakeZaloOA
from tests.person import MORNING, MUI_NE, PLAN


@pytest.fixture
async def database(sqlite_file: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(sqlite_file))
    yield database
    await database.close()


class Patient:
    """One set of settings, whom a doctor looks at."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings, self.database = settings, database
        self.clock: Clock = SystemClock()

    async def looked_at(self) -> tuple[str, str]:
        found: Findings = await zalo_findings(self.settings, self.database, self.clock)
        lines, to_do = "\n".join(found.lines), "\n".join(found.to_do)
        for secret in self.secrets:
            assert secret not in lines + to_do
        return lines, to_do

    @property
    def secrets(self) -> list[str]:
        given = (
            self.settings.zalo_bot_token,
            self.settings.zalo_bot_webhook_secret,
            self.settings.zalo_oa_app_secret,
            self.settings.zalo_oa_webhook_secret,
        )
        return [one.get_secret_value() for one in given if one.get_secret_value()]

    async def spent(self, channel: str, cost: Cost, times: int) -> None:
        address, now = Address(channel=channel, chat="somebody"), self.clock.now()

        def work(tx: Any) -> None:
            for _ in range(times):
                postage.spend(tx, 1, address, cost, now)

        await self.database.run(work)


async def test_both_are_off(database: Database, tmp_path: Path) -> None:
    patient = Patient(Settings(_env_file=None, data_dir=tmp_path), database)

    lines, to_do = await patient.looked_at()

    assert "zalo bot: off" in lines
    assert "zalo oa: off" in lines
    assert to_do == ""


class TestBot:
    @pytest.fixture
    async def fake(self) -> AsyncIterator[FakeZaloBot]:
        async with FakeZaloBot() as fake:
            yield fake

    def patient(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path, **more: Any
    ) -> Patient:
        return Patient(zalo_bot_line.settings_for(fake, tmp_path, **more), database)

    async def test_a_bot_that_works(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        patient = self.patient(fake, database, tmp_path)
        await patient.spent("zalo_bot", Cost.QUOTA, 2)

        lines, to_do = await patient.looked_at()

        assert "zalo bot: Bot Bao Cao (BASIC), polling" in lines
        assert "zalo bot webhook: none" in lines
        assert ": 2 of 3000, the last 600 for answers alone" in lines
        assert "zalo bot people: 0 of 50" in lines
        assert "only on the web chat, for PUBLIC_URL is empty" in lines
        assert to_do == ""

    async def test_nothing_is_sent_set_or_polled(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        await self.patient(fake, database, tmp_path).looked_at()

        assert {call.method for call in fake.calls} <= {"getMe", "getWebhookInfo", ""}

    async def test_no_webhook_told_as_404(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        fake.habits.no_webhook_info = "404"

        lines, to_do = await self.patient(fake, database, tmp_path).looked_at()

        assert "zalo bot webhook: none" in lines
        assert to_do == ""

    async def test_a_webhook_where_the_bot_polls(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        await hooked(fake, "http://127.0.0.1:1/hook")

        _, to_do = await self.patient(fake, database, tmp_path).looked_at()

        assert "ZALO_BOT_MODE is polling and Zalo calls http://127.0.0.1:1/hook" in to_do
        assert "python -m bot zalo measure bot-webhook --remove" in to_do

    async def test_a_webhook_that_is_not_set_and_one_that_is(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        url = "http://127.0.0.1:1"
        patient = self.patient(fake, database, tmp_path, zalo_bot_mode="webhook", public_url=url)

        _, unset = await patient.looked_at()
        await hooked(fake, f"{url}/zalo-bot")
        lines, nothing = await patient.looked_at()

        assert "Zalo does not call http://127.0.0.1:1/zalo-bot yet" in unset
        assert f"below {url}" in lines
        assert nothing == ""

    async def test_a_token_that_is_no_good_however_zalo_says_so(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        patient = self.patient(fake, database, tmp_path)
        fake.reset_token()

        _, enveloped = await patient.looked_at()
        fake.habits.bad_token = "html"
        _, page = await patient.looked_at()

        assert "ZALO_BOT_TOKEN is refused" in enveloped
        assert "ZALO_BOT_TOKEN is refused" in page

    async def test_nobody_there_and_a_wrong_clock(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        patient = self.patient(fake, database, tmp_path)
        patient.clock = MovableClock(MORNING)
        _, late = await patient.looked_at()
        patient.settings.zalo_bot_api = "http://127.0.0.1:1"
        _, nobody = await patient.looked_at()

        assert "seconds behind Zalo's" in late
        assert "Zalo cannot be reached at ZALO_BOT_API" in nobody

    async def test_a_month_that_runs_low_and_one_that_is_used_up(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        patient = self.patient(fake, database, tmp_path, zalo_bot_monthly=10)
        await patient.spent("zalo_bot", Cost.QUOTA, 8)
        _, low = await patient.looked_at()
        await Ledger(database, patient.clock, "zalo_bot").warn(QUOTA_USED)
        _, used_up = await patient.looked_at()

        assert "8 of the bot's 10 messages of this month are gone" in low
        assert "messages of this month are used up" in used_up

    async def test_a_bot_that_is_full(
        self, fake: FakeZaloBot, database: Database, tmp_path: Path
    ) -> None:
        await member(database, Address(channel="zalo_bot", chat="one"))

        lines, to_do = await self.patient(fake, database, tmp_path, zalo_bot_users=1).looked_at()

        assert "zalo bot people: 1 of 1" in lines
        assert "the bot serves 1 people already" in to_do


class TestAccount:
    @pytest.fixture
    async def fake(self) -> AsyncIterator[FakeZaloOA]:
        async with FakeZaloOA() as fake:
            yield fake

    async def patient(
        self, fake: FakeZaloOA, database: Database, tmp_path: Path, **more: Any
    ) -> Patient:
        patient = Patient(zalo_oa_line.settings_for(fake, tmp_path, **more), database)
        await zalo_oa_line.keep_pair(database, fake, patient.clock)
        return patient

    async def test_an_account_that_works(
        self, fake: FakeZaloOA, database: Database, tmp_path: Path
    ) -> None:
        patient = await self.patient(
            fake,
            database,
            tmp_path,
            zalo_oa_templates="reminder=412233",
            zalo_oa_paid_monthly=100,
        )
        await patient.spent("zalo_oa", Cost.PAID, 3)
        await patient.spent("zalo_oa", Cost.FREE, 2)

        lines, to_do = await patient.looked_at()

        assert "taken by Zalo" in lines
        assert "write http://127.0.0.1:9/zalo-oa in the app's console" in lines
        assert "signed by app_id" in lines
        assert "zalo oa templates: reminder" in lines
        assert "free 2, paid 3; paid 3 of 100 allowed" in lines
        assert "100 requests a minute" in lines
        assert "zalo phone: 0 numbers with consent" in lines
        assert to_do == ""

    async def test_tokens_are_used_and_never_renewed_or_told(
        self, fake: FakeZaloOA, database: Database, tmp_path: Path
    ) -> None:
        patient = await self.patient(fake, database, tmp_path)
        access, refresh = fake.tokens.access_token, fake.tokens.refresh_token

        lines, to_do = await patient.looked_at()
        fake.fail("quota/message", error=-216, times=9)
        more = "".join(await patient.looked_at())

        assert fake.tokens.refreshes == 0
        assert (fake.tokens.access_token, fake.tokens.refresh_token) == (access, refresh)
        for told in (lines, to_do, more):
            assert access not in told
            assert refresh not in told
        assert "Zalo refuses the stored token" in more

    async def test_no_consent_yet(
        self, fake: FakeZaloOA, database: Database, tmp_path: Path
    ) -> None:
        patient = Patient(zalo_oa_line.settings_for(fake, tmp_path), database)

        lines, to_do = await patient.looked_at()

        assert "zalo oa: no tokens yet" in lines
        assert "python -m bot zalo consent" in to_do

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (2, "the stored token has expired"),
            (80, "were not renewed for 80 days"),
            (91, "is 91 days old and no good any more"),
        ],
    )
    async def test_tokens_that_grow_old(
        self, fake: FakeZaloOA, database: Database, tmp_path: Path, days: int, said: str
    ) -> None:
        patient = await self.patient(fake, database, tmp_path)
        patient.clock = MovableClock(patient.clock.now() + timedelta(days=days))

        _, to_do = await patient.looked_at()

        assert said in to_do
        assert "ahead of Zalo's" in to_do

    async def test_a_refusal_and_nobody_there(
        self, fake: FakeZaloOA, database: Database, tmp_path: Path
    ) -> None:
        patient = await self.patient(fake, database, tmp_path)
        fake.fail("quota/message", error=-224)
        _, refused = await patient.looked_at()
        patient.settings.zalo_oa_api = "http://127.0.0.1:1"
        _, nobody = await patient.looked_at()

        assert "-224" in refused
        assert "Zalo cannot be reached at ZALO_OA_API" in nobody


def test_the_command_tells_of_zalo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "3100000000000000001:ATokenThatNobodyMayRead"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZALO_BOT_TOKEN", token)
    monkeypatch.setenv("ZALO_BOT_API", "http://127.0.0.1:1")
    CliRunner().invoke(command_line, ["migrate"])

    told = CliRunner().invoke(command_line, ["doctor"])

    assert told.exit_code == 1
    assert "zalo bot: no use" in told.output
    assert "zalo oa: off" in told.output
    assert token.partition(":")[2] not in told.output


async def hooked(fake: FakeZaloBot, url: str) -> None:
    client = Client(Account(token=fake.token, api=fake.url))
    await client.call("setWebhook", url=url, secret_token="a-secret-of-the-webhook")
    await client.close()


async def member(database: Database, address: Address) -> int:
    now = SystemClock().now()

    def work(tx: Any) -> int:
        person = people.add_person(tx, address, "vi", now)
        people.grant(tx, person.id, PLAN, RoleKind.FOCAL_POINT, MUI_NE, now)
        return person.id

    return await database.run(work)
