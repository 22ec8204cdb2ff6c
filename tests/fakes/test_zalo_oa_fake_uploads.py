"""What can be uploaded, how long it can be sent, and what people send in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_asking import Asking, asking
from tests.fakes.zalo_oa_refusals import Json

PDF, MEGABYTE = b"%PDF-1.7 report", 1024 * 1024


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA() as fake:
        yield fake


@pytest.fixture
async def app(fake: FakeZaloOA) -> AsyncIterator[Asking]:
    async with asking(fake) as app:
        yield app


def media(number: str, kind: str = "image") -> Json:
    element = {"media_type": kind, "attachment_id": number}
    return {
        "type": "template",
        "payload": {"template_type": "media", "elements": [element]},
    }


def file(token: str, name: str = "token") -> Json:
    return {"type": "file", "payload": {name: token}}


async def test_pictures_and_files_arrive_as_they_are(fake: FakeZaloOA, app: Asking) -> None:
    officer = fake.user()
    picture = (await app.upload("image", "chart.png", PIXEL))["data"]["attachment_id"]
    moving = (await app.upload("gif", "a.gif", b"GIF89a"))["data"]["attachment_id"]
    token = (await app.upload("file", "report.pdf", PDF))["data"]["token"]
    sent = [
        await app.send(officer, "Chart", attachment=media(picture)),
        await app.send(officer, "", attachment=media(moving, "gif")),
        await app.send(officer, "", attachment=file(token)),
    ]
    [chart, _, report] = officer.view.from_bot

    assert [told["error"] for told in sent] == [0, 0, 0]
    assert (chart.text, chart.image) == ("Chart", PIXEL)
    assert (report.file_name, report.file) == ("report.pdf", PDF)


@pytest.mark.parametrize(
    ("kind", "name", "beginning", "size", "error"),
    [
        ("image", "a.jpg", b"\xff\xd8\xff", MEGABYTE, 0),
        ("image", "a.jpg", b"\xff\xd8\xff", MEGABYTE + 1, -210),
        ("image", "a.gif", b"GIF89a", 100, -201),
        ("image", "a.png", b"no picture", 100, -201),
        ("gif", "a.gif", b"GIF89a", 5 * MEGABYTE + 1, -210),
        ("file", "a.docx", b"PK\x03\x04", 100, 0),
        ("file", "a.doc", b"\xd0\xcf\x11\xe0", 100, 0),
        ("file", "a.csv", b"a,b", 100, 0),
        ("file", "a.xlsx", b"PK\x03\x04", 100, -201),
        ("file", "a.pdf", b"%PDF", 5 * MEGABYTE + 1, -210),
        ("file", "a.pdf", b"", 0, -201),
    ],
)
async def test_kinds_and_sizes(
    app: Asking, kind: str, name: str, beginning: bytes, size: int, error: int
) -> None:
    assert (await app.upload(kind, name, beginning.ljust(size, b"x")))["error"] == error


async def test_an_upload_can_be_sent_for_seven_days(fake: FakeZaloOA, app: Asking) -> None:
    officer = fake.user()
    fake.habits.access_seconds = 1e9
    picture = (await app.upload("image", "chart.png", PIXEL))["data"]["attachment_id"]
    fake.clock.move(days=6.9)
    young = await app.send(officer, "", attachment=media(picture))
    fake.clock.move(days=0.2)
    officer.says("here")
    old = await app.send(officer, "", attachment=media(picture))

    assert (young["error"], old["error"]) == (0, -100)


async def test_what_is_no_upload_of_that_kind(fake: FakeZaloOA, app: Asking) -> None:
    officer = fake.user()
    token = (await app.upload("file", "report.pdf", PDF))["data"]["token"]
    wrong = [
        await app.send(officer, "", attachment=media(token)),
        await app.send(officer, "", attachment=file("unknown")),
        await app.send(officer, "", attachment=file(token, "attachment_id")),
        await app.post("/v2.0/oa/upload/file"),
    ]
    fake.habits.file_keys = ("attachment_id",)
    switched = await app.send(officer, "", attachment=file(token, "attachment_id"))

    assert [told["error"] for told in (*wrong, switched)] == [-201, -201, -201, -201, 0]


async def test_uploads_are_counted(fake: FakeZaloOA, app: Asking) -> None:
    fake.habits.uploads = 1
    told = [await app.upload("file", "report.pdf", PDF) for _ in range(2)]

    assert [one["error"] for one in told] == [0, -211]


async def test_what_people_send_can_be_fetched_without_a_token(
    fake: FakeZaloOA, app: Asking
) -> None:
    officer = fake.user()
    sent = [
        officer.sends_image(text="minutes"),
        officer.sends_file(PDF, "report.pdf"),
        officer.sends_voice(),
        officer.sends_video(),
        officer.sends_gif(),
        officer.sends_sticker(),
        officer.sends_location(21.03, 105.85),
        officer.sends_link("https://example.org"),
        officer.sends_card("84900000002"),
    ]
    payloads = [event["message"]["attachments"][0]["payload"] for event in sent]
    async with app.http.get(payloads[1]["url"]) as response:
        content = await response.read()
    async with app.http.get(f"{fake.url}/media/none") as missing:
        pass

    names = ["image", "file", "audio", "video", "gif", "sticker", "location", "link"]
    assert [event["event_name"] for event in sent] == [
        f"user_send_{name}" for name in (*names, "business_card")
    ]
    assert (content, missing.status) == (PDF, 404)
    assert (payloads[1]["name"], payloads[1]["size"]) == ("report.pdf", "15")
    assert payloads[6] == {"coordinates": {"latitude": "21.03", "longitude": "105.85"}}
    assert sent[0]["message"]["text"] == "minutes"
