"""Messages to people and groups: what is read, whom it reaches, what it costs."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_asking import Asking, asking
from tests.fakes.zalo_oa_people import User
from tests.fakes.zalo_oa_refusals import Json

YES: Json = {"title": "Yes", "type": "oa.query.hide", "payload": "#YES:1"}
NO: Json = {"title": "No", "type": "oa.query.show", "payload": "#NO:1"}
GUIDE: Json = {"title": "Guide", "type": "oa.open.url", "payload": {"url": "https://example.org"}}
CALL: Json = {"title": "Call", "type": "oa.open.phone", "payload": {"phone_code": "84900000001"}}
SMS: Json = {
    "title": "SMS",
    "type": "oa.open.sms",
    "payload": {"content": "BC", "phone_code": "84900000001"},
}


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        yield fake


@pytest.fixture
async def app(fake: FakeZaloOA) -> AsyncIterator[Asking]:
    async with asking(fake) as app:
        yield app


@pytest.fixture
def officer(fake: FakeZaloOA) -> User:
    return fake.user(name="Officer", phone="84900000001")


async def test_a_text_arrives_and_the_answer_is_all_strings(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    told = await app.send(officer, "Report?")

    assert (told["error"], told["message"]) == (0, "Success")
    assert told["data"].pop("quota") == {"quota_type": "reply", "remain": "7", "total": "8"}
    assert set(told["data"]) == {"message_id", "user_id", "sent_time"}
    assert all(isinstance(value, str) for value in told["data"].values())
    assert (officer.view.texts, officer.view.last.via) == (["Report?"], "cs")
    assert officer.view.last.id == told["data"]["message_id"]
    assert fake.called("message/cs")[0].params["message"] == {"text": "Report?"}


@pytest.mark.parametrize(
    ("text", "error"), [("x" * 2000, 0), ("x" * 2001, -210), ("😀" * 1001, -210), ("", -201)]
)
async def test_a_text_has_a_length(app: Asking, officer: User, text: str, error: int) -> None:
    assert (await app.send(officer, text))["error"] == error


@pytest.mark.parametrize(
    "body",
    [
        {"recipient": {"user_id": 25125}, "message": {"text": "x"}},
        {"recipient": {}, "message": {"text": "x"}},
        {"message": {"text": "x"}},
        {"recipient": {"user_id": "1"}, "message": {"text": 1}},
        {"recipient": {"user_id": "1"}, "message": "x"},
        [1],
    ],
)
async def test_a_request_has_a_shape(app: Asking, body: object) -> None:
    assert (await app.post("/v3.0/oa/message/cs", body))["error"] == -201


async def test_five_buttons_and_what_taps_on_them_do(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    told = await app.buttons(officer, YES, NO, GUIDE, CALL, SMS)
    asked = officer.view.last
    hidden = officer.taps(asked, "Yes")
    shown = officer.taps(asked, "No")

    assert told["error"] == 0
    assert asked.labels == ["Yes", "No", "Guide", "Call", "SMS"]
    assert (hidden["event_name"], hidden["message"]["text"]) == ("user_send_text", "#YES:1")
    assert (shown["event_name"], shown["message"]["text"]) == ("user_send_text", "#NO:1")
    assert [m.text for m in officer.view.messages] == ["Send it?", "#NO:1"]
    assert officer.taps(asked, "Guide") == {"opened": {"url": "https://example.org"}}
    with pytest.raises(LookupError, match="no button"):
        officer.taps(asked, "Other")


@pytest.mark.parametrize(
    "buttons",
    [
        [YES] * 6,
        [YES | {"title": "x" * 101}],
        [YES | {"title": ""}],
        [YES | {"payload": "x" * 1001}],
        [YES | {"payload": {"url": "https://example.org"}}],
        [YES | {"type": "callback"}],
        [GUIDE | {"payload": "https://example.org"}],
        [SMS | {"payload": {"phone_code": "84900000001"}}],
        ["Yes"],
        [],
    ],
)
async def test_buttons_have_a_shape(app: Asking, officer: User, buttons: list[Json]) -> None:
    assert (await app.buttons(officer, *buttons))["error"] == -201
    assert officer.view.from_bot == []


async def test_the_largest_buttons_pass_and_need_a_text(app: Asking, officer: User) -> None:
    large = YES | {"title": "x" * 100, "payload": "x" * 1000}

    assert (await app.buttons(officer, large))["error"] == 0
    assert (await app.buttons(officer, YES, text=""))["error"] == -201


async def test_other_attachments(app: Asking, officer: User) -> None:
    ask = {"template_type": "request_user_info", "elements": [{"title": "Who are you?"}]}
    card = {"template_type": "list", "elements": []}
    url = {
        "template_type": "media",
        "elements": [{"media_type": "image", "url": "https://example.org/a.png"}],
    }
    told = [
        await app.send(officer, "", attachment={"type": "template", "payload": payload})
        for payload in (ask, card, url)
    ]
    video = await app.send(officer, "", attachment={"type": "video", "payload": {}})

    assert [one["error"] for one in (*told, video)] == [0, -233, 0, -233]
    assert officer.view.from_bot[0].text == "Who are you?"
    assert officer.view.last.image_url == "https://example.org/a.png"


async def test_who_cannot_be_reached(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    stranger = fake.user(follows=False)
    stranger.says("hello")
    before = (await app.send(stranger))["error"]
    fake.habits.followers_only = False
    after = (await app.send(stranger))["error"]
    officer.unfollows()
    left = (await app.send(officer))["error"]
    fake.habits.unfollowed = -244
    switched = (await app.send(officer))["error"]
    officer.follows()
    back = (await app.send(officer))["error"]
    officer.blocks()
    blocked = (await app.send(officer))["error"]
    nobody = {"recipient": {"user_id": "1"}, "message": {"text": "x"}}

    assert (before, after, left, switched, back, blocked) == (-213, 0, -213, -244, 0, -244)
    assert (await app.post("/v3.0/oa/message/cs", nobody))["error"] == -213


async def test_the_windows(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    fake.habits.access_seconds = 1e9
    fake.clock.move(hours=47.9)
    free = await app.send(officer)
    fake.clock.move(hours=0.2)
    paid = await app.send(officer)
    fake.clock.move(days=4.9)
    still = await app.send(officer)
    fake.clock.move(hours=1)
    officer.says("here")
    again = await app.send(officer)
    fake.clock.move(days=7, seconds=1)
    closed = await app.send(officer)

    kinds = [told["data"]["quota"]["quota_type"] for told in (free, paid, still, again)]
    assert kinds == ["reply", "sub_quota", "sub_quota", "reply"]
    assert paid["data"]["quota"] == {"quota_type": "sub_quota", "remain": "499", "total": "500"}
    assert again["data"]["quota"]["remain"] == "7"
    assert closed["error"] == -230
    assert (fake.costs.free, fake.costs.paid, fake.costs.vnd) == (2, 2, 0)


async def test_eight_free_replies_and_what_comes_after(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    left = [(await app.send(officer))["data"]["quota"]["remain"] for _ in range(8)]
    ninth = await app.send(officer)
    fake.habits.over_replies = "refused"
    refused = await app.send(officer)
    fake.habits.free_replies = None
    endless = await app.send(officer)

    assert left == list("76543210")
    assert ninth["data"]["quota"]["quota_type"] == "sub_quota"
    assert (refused["error"], endless["error"]) == (-311, 0)
    assert "quota" not in endless["data"]


async def test_the_package_ends_and_begins_again_next_month(
    fake: FakeZaloOA, app: Asking, officer: User
) -> None:
    fake.habits.package_quota, fake.habits.purchased, fake.habits.free_replies = 1, 1, 0
    fake.habits.open_hours, fake.habits.access_seconds = 1e9, 1e9
    told = [await app.send(officer) for _ in range(3)]
    fake.clock.move(days=31)
    later = await app.send(officer)

    assert [one["error"] for one in (*told, later)] == [0, 0, -211, 0]
    assert told[1]["data"]["quota"]["quota_type"] == "purchase_quota"
    assert (fake.costs.paid, fake.costs.vnd) == (3, 55)


async def test_the_quota_can_be_asked_first(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    await app.send(officer)
    path, wish = "/v3.0/oa/quota/message", {"user_id": officer.id}
    told = (await app.post(path, wish))["data"]
    fake.clock.move(hours=25)
    await app.refresh(fake.tokens.refresh_token)
    fake.clock.move(hours=24)
    later = (await app.post(path, wish))["data"]
    nobody = await app.post(path, {"user_id": "1"})
    nothing = await app.post(path)

    assert told["last_interaction"] == str(int((officer.person.interacted or 0) * 1000))
    assert told["cs_reply"] == {"remain": 7, "total": 8}
    assert "promotion" in told
    assert later["cs_reply"] == {"remain": 0, "total": 0}
    assert (nobody["error"], nothing["error"]) == (-213, -201)


@pytest.mark.parametrize(
    "path",
    ["/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion", "/v2.0/oa/message"],
)
async def test_what_is_shut_down(app: Asking, path: str) -> None:
    assert (await app.post(path))["error"] == -240


async def test_unknown_paths_and_verbs(fake: FakeZaloOA, app: Asking) -> None:
    async with app.http.get(f"{fake.url}/v3.0/oa/message/cs") as response:
        got = response.status

    assert got == 404
    assert (await app.post("/v3.0/oa/nothing"))["error"] == 404


async def test_groups(fake: FakeZaloOA, app: Asking, officer: User) -> None:
    group = fake.group("Communes")
    sent = await app.to_group(group, "Reports are due")
    said = officer.says("@OA noted", to=group)
    unknown = await app.to_group("f1", "x")
    group.disable()
    disabled = await app.to_group(group, "x")
    fake.habits.groups = False
    without = await app.to_group(fake.group("Other"), "x")

    assert sent["data"]["group_id"] == group.id
    assert (group.view.texts, group.view.last.via) == (["Reports are due"], "group")
    assert said["event_name"] == "user_send_group_text"
    assert (said["sender"], said["recipient"]) == ({"id": officer.id}, {"id": group.id})
    assert [told["error"] for told in (unknown, disabled, without)] == [-201, -237, -237]
    assert (fake.costs.group, officer.view.messages) == (1, [])
