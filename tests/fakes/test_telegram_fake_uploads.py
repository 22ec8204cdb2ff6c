"""A request may be written in any way, and brings files and photos."""

import json
import struct
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_parameters import UPLOAD_LIMIT
from tests.fakes.telegram_people import PIXEL, User


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def http(fake: FakeTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as session:
        yield session


@pytest.fixture
def officer(fake: FakeTelegram) -> User:
    officer = fake.user()
    officer.says("/start")
    return officer


@pytest.mark.parametrize("size", [(9000, 1001), (2001, 100)])
async def test_a_photo_may_not_be_too_large_or_too_long(
    http: aiohttp.ClientSession, officer: User, size: tuple[int, int]
) -> None:
    form = aiohttp.FormData({"chat_id": str(officer.id), "photo": "attach://chart"})
    form.add_field("chart", PIXEL[:16] + struct.pack(">II", *size) + PIXEL[24:], filename="c.png")

    async with http.post("sendPhoto", data=form) as response:
        told = await response.json()

    assert told["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_a_photo_comes_in_several_sizes(http: aiohttp.ClientSession, officer: User) -> None:
    form = aiohttp.FormData({"chat_id": str(officer.id)})
    form.add_field("photo", PIXEL[:16] + struct.pack(">II", 1600, 800) + PIXEL[24:], filename="c")

    async with http.post("sendPhoto", data=form) as response:
        sizes = (await response.json())["result"]["photo"]

    assert [(s["width"], s["height"]) for s in sizes] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
        (1600, 800),
    ]


@pytest.mark.parametrize("how", ["address", "form", "json", "multipart"])
async def test_a_request_may_be_written_in_any_way(
    http: aiohttp.ClientSession, officer: User, how: str
) -> None:
    markup = json.dumps({"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]})
    values = {"chat_id": str(officer.id), "text": "Chào", "reply_markup": markup}
    form = aiohttp.FormData(values, default_to_multipart=True)
    match how:
        case "address":
            request = http.get("sendmessage", params=values)
        case "form":
            request = http.post("SendMessage", data=values)
        case "json":
            request = http.post("SENDMESSAGE", json=values | {"chat_id": officer.id})
        case _:
            request = http.post("sendMessage", data=form)

    async with request as response:
        assert response.status == 200, await response.text()
    assert (officer.view.last.text, officer.view.last.labels) == ("Chào", ["Yes"])


async def test_what_is_too_large_is_not_even_read(
    http: aiohttp.ClientSession, officer: User
) -> None:
    declared = {"Content-Length": str(UPLOAD_LIMIT + 1)}

    async with http.post("sendDocument", headers=declared, data=b"", expect100=True) as response:
        told = await response.json()

    assert told == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}
