"""The fake is faithful: a library that others wrote for the real one lives on it.

Left out, for `zalo-sdk` 0.3.0 cannot do it anywhere: groups, template messages by user id, gifs.
"""

from collections.abc import AsyncIterator

import pytest
import zalo_sdk  # type: ignore[import-untyped]
import zalo_sdk.oa  # type: ignore[import-untyped]

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_clients import Sdk
from tests.fakes.zalo_oa_people import User
from tests.fakes.zalo_oa_refusals import Json

EXPIRED = zalo_sdk.ZaloOAAuthTokenExpiredException
YES: Json = {"title": "Yes", "type": "oa.query.hide", "payload": "#YES"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        yield fake


@pytest.fixture
def sdk(fake: FakeZaloOA) -> Sdk:
    return Sdk(fake)


@pytest.fixture
def officer(fake: FakeZaloOA) -> User:
    return fake.user(phone="84900000001")


async def test_it_exchanges_a_code_and_refreshes(fake: FakeZaloOA, sdk: Sdk, officer: User) -> None:
    exchanged = await sdk.exchange(fake.tokens.authorize(), fake.app.verifier)
    with_code = await sdk.text(officer.id, "one")
    refreshed = await sdk.refresh()
    with_refresh = await sdk.text(officer.id, "two")

    assert exchanged[0] != refreshed[0] == fake.tokens.access_token
    assert refreshed[1] == fake.tokens.refresh_token
    assert refreshed[2] == pytest.approx(fake.clock.now() + 90_000, abs=60)
    assert (with_code["error"], with_refresh["error"]) == (0, 0)
    assert officer.view.texts == ["one", "two"]


async def test_it_learns_of_dead_tokens(fake: FakeZaloOA, sdk: Sdk, officer: User) -> None:
    first = sdk.oa.refresh_token
    await sdk.refresh()
    sdk.oa.refresh_token = first
    with pytest.raises(zalo_sdk.ZaloException, match=r"\(-118\)"):
        await sdk.refresh()
    fake.clock.move(hours=26)
    with pytest.raises(zalo_sdk.ZaloOAException, match=r"\(-220\)"):
        await sdk.text(officer.id, "one")
    fake.habits.expired = -216  # what the library waits for
    with pytest.raises(EXPIRED, match="expired"):
        await sdk.text(officer.id, "one")
    with pytest.raises(EXPIRED, match=r"\(-124\)"):
        await sdk.template("84900000001", "1", {}, "rem-1")


async def test_it_sends_a_text_and_buttons(fake: FakeZaloOA, sdk: Sdk, officer: User) -> None:
    told = await sdk.text(officer.id, "Send it?", [YES])
    asked = officer.view.last
    with pytest.raises(zalo_sdk.ZaloOAException, match=r"\(-210\)"):
        await sdk.text(officer.id, "x" * 2001)
    with pytest.raises(zalo_sdk.ZaloOAException, match=r"\(-213\)"):
        await sdk.text("1", "x")

    assert told["data"]["user_id"] == officer.id
    assert (asked.text, asked.labels) == ("Send it?", ["Yes"])


async def test_its_own_buttons_are_broken() -> None:
    buttons = zalo_sdk.oa.ZaloAttachmentTemplate(zalo_sdk.oa.ZaloTemplateType.media, [], [YES])
    with pytest.raises(UnboundLocalError):
        buttons.toDict()


async def test_it_uploads_and_sends_a_picture_and_a_file(
    fake: FakeZaloOA, sdk: Sdk, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = await sdk.upload(PIXEL, "image", "chart.png", "image/png")
    file = await sdk.upload(b"%PDF-1.7", "file", "report.pdf", "application/pdf")
    await sdk.picture(officer.id, picture["data"]["attachment_id"])
    await sdk.document(officer.id, file["data"]["token"])
    with pytest.raises(zalo_sdk.ZaloOAException, match=r"\(-201\)"):
        await sdk.upload(b"PK", "file", "report.xlsx", "application/zip")
    shown = officer.view.from_bot

    assert capsys.readouterr().out.startswith("elem: ")  # a stray print of the library's
    assert (shown[0].image, shown[1].file, shown[1].file_name) == (PIXEL, b"%PDF-1.7", "report.pdf")


async def test_it_sends_a_template(fake: FakeZaloOA, sdk: Sdk, officer: User) -> None:
    fake.template("412233", {"unit": 30})
    told = await sdk.template("84900000001", "412233", {"unit": "Commune 1"}, "rem-1")
    with pytest.raises(zalo_sdk.ZaloException, match=r"\(-1122\)"):
        await sdk.template("84900000001", "412233", {"other": "x"}, "rem-2")

    assert told["data"]["msg_id"] == officer.view.last.id
    assert officer.view.last.template_data == {"unit": "Commune 1"}


async def test_quotas_have_the_shapes_that_its_own_tests_saw_live(
    fake: FakeZaloOA, sdk: Sdk, officer: User
) -> None:
    told = await sdk.quota(officer.id)
    [package] = (await sdk.package())["data"]

    assert told["data"].pop("last_interaction").isdecimal()
    assert told["data"] == {
        "cs_reply": {"remain": 8, "total": 8},
        "promotion": {
            "daily_remain": 1,
            "daily_total": 1,
            "monthly_remain": 4,
            "monthly_total": 4,
        },
    }
    assert (package["quota_type"], package["total"], package["remain"]) == ("sub_quota", 500, 500)


@pytest.mark.parametrize("category", ["transaction", "media", "action"])
async def test_it_still_calls_what_is_shut_down(sdk: Sdk, officer: User, category: str) -> None:
    with pytest.raises(zalo_sdk.ZaloOAException, match=r"\(-240\)"):
        await sdk.send(officer.id, category)


async def test_it_meets_a_broken_server(fake: FakeZaloOA, sdk: Sdk, officer: User) -> None:
    fake.fail("message/cs", status=502)
    with pytest.raises(Exception, match="HTTP Error 502"):
        await sdk.text(officer.id, "one")
