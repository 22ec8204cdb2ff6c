"""Template messages: to whom, with what in them, how many, and when."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_asking import Asking, asking
from tests.fakes.zalo_oa_clock import VIETNAM
from tests.fakes.zalo_oa_office import Parameter
from tests.fakes.zalo_oa_people import User
from tests.fakes.zalo_oa_refusals import Json

FILLED = {"unit": "Commune 1", "due": "17:00 21/11/2026", "late": 3}
PHONE = "84900000001"


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        due, late = Parameter("date"), Parameter("number", 5)
        fake.template("412233", {"unit": 30, "due": due, "late": late})
        yield fake


@pytest.fixture
async def app(fake: FakeZaloOA) -> AsyncIterator[Asking]:
    async with asking(fake) as app:
        yield app


@pytest.fixture
def officer(fake: FakeZaloOA) -> User:
    return fake.user(phone=PHONE)


async def by_phone(app: Asking, **changes: Any) -> Json:
    body = {
        "phone": PHONE,
        "template_id": "412233",
        "template_data": FILLED,
        "tracking_id": "rem-1",
    }
    return await app.post("/message/template", body | changes)


async def by_uid(app: Asking, user: User, number: str = "412233") -> Json:
    body = {"user_id": user.id, "template_id": number, "template_data": FILLED}
    return await app.post("/v3.0/oa/message/template", body)


async def test_by_phone(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    fake.habits.access_seconds = 1e9
    fake.clock.move(days=30)  # no window
    told = await by_phone(app, phone=f"+{PHONE}")
    shown = officer.view.last

    assert set(told["data"]) == {"msg_id", "sent_time", "sending_mode", "quota"}
    assert told["data"]["quota"] == {"dailyQuota": "500", "remainingQuota": "499"}
    assert (shown.via, shown.template_id, shown.template_data) == (
        "template_phone",
        "412233",
        FILLED,
    )
    assert (fake.costs.template_phone, fake.costs.vnd) == (1, 200)
    receipt = officer.receives(shown)["message"]
    assert (receipt["msg_id"], receipt["tracking_id"]) == (told["data"]["msg_id"], "rem-1")
    assert receipt["delivery_time"]


async def test_by_uid(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    fake.template("500001", {}, uid=False)
    told = await by_uid(app, officer)
    refused = await by_uid(app, officer, "500001")
    officer.blocks()
    blocked = await by_uid(app, officer)

    assert told["data"]["message_id"] == officer.view.last.id
    assert (officer.view.last.via, fake.costs.template_uid) == ("template_uid", 1)
    assert (refused["error"], blocked["error"]) == (-249, -244)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"phone": "0900000001"}, -108),
        ({"phone": "8490000000"}, -108),
        ({"phone": "84900000002"}, -118),
        ({"template_id": "1"}, -109),
        ({"tracking_id": "x" * 48}, 0),
        ({"tracking_id": "x" * 49}, -132),
        ({"tracking_id": ""}, -132),
        ({"template_data": {}}, -111),
        ({"template_data": FILLED | {"unit": ["x"]}}, -112),
        ({"template_data": FILLED | {"unit": "x" * 31}}, -1121),
        ({"template_data": {"unit": "x", "due": "1/1/2027"}}, -1122),
        ({"template_data": FILLED | {"due": "tomorrow"}}, -1124),
        ({"template_data": FILLED | {"late": "three"}}, -1124),
        ({"mode": "development"}, -127),
    ],
)
async def test_what_is_refused(
    app: Asking, officer: User, changes: dict[str, Any], error: int
) -> None:
    assert (await by_phone(app, **changes))["error"] == error


async def test_old_documents_ask_for_no_tracking(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    fake.habits.tracking_required = False

    assert (await by_phone(app, tracking_id=""))["error"] == 0


async def test_a_template_needs_its_approval(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    fake.template("500001", {}, status="pending")
    fake.template("500002", {}, status="disabled")
    fake.user(phone="84900000009", admin=True)
    told = [await by_phone(app, template_id=number) for number in ("500001", "500002")]
    tried = await by_phone(app, template_id="500001", phone="84900000009", mode="development")

    assert [one["error"] for one in (*told, tried)] == [-131, -146, 0]
    assert (fake.costs.development, fake.costs.vnd) == (1, 0)


async def test_the_business_host_has_its_own_word_for_a_wrong_token(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    app.token = "unknown"
    wrong = await by_phone(app)
    uid = await by_uid(app, officer)
    app.token = ""
    fake.clock.move(hours=26)
    old = await by_phone(app)

    assert (wrong["error"], uid["error"], old["error"]) == (-124, -216, -124)


@pytest.mark.parametrize(("hour", "error"), [(21, 0), (22, -133), (5, -133), (6, 0)])
async def test_some_templates_do_not_go_out_at_night(
    fake: FakeZaloOA, app: Asking, officer: User, hour: int, error: int
) -> None:
    fake.template("500001", {}, night=True)
    fake.habits.access_seconds = 1e9
    fake.clock.move_to(datetime(2026, 11, 23, hour, tzinfo=VIETNAM))

    assert (await by_phone(app, template_id="500001"))["error"] == error
    assert (await by_phone(app))["error"] == 0


async def test_the_days_quota_ends_and_comes_back(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    fake.habits.template_quota, fake.habits.access_seconds = 1, 1e9
    told = [await by_phone(app), await by_phone(app)]
    fake.clock.move(days=1)
    told.append(await by_phone(app))

    assert [one["error"] for one in told] == [0, -144, 0]


async def test_somebody_who_refuses_gets_none(app: Asking, officer: User) -> None:
    officer.blocks()

    assert (await by_phone(app))["error"] == -141
