"""The fake takes and refuses what a bot asks as Zalo's documentation says."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.fakes.zalo_bot_stage import Bot, talking

EMOJI = "🇻🇳"  # four UTF-16 units
PHOTO = "https://photo.example.vn/x.jpg"


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeZaloBot) -> AsyncIterator[Bot]:
    async with talking(fake) as bot:
        yield bot


@pytest.fixture
def officer(fake: FakeZaloBot) -> User:
    officer = fake.user(display_name="Officer")
    officer.says("hello")
    return officer


async def test_a_bot_learns_who_it_is(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.can_join_groups = False

    me = await bot.result("getMe")

    assert re.fullmatch("[0-9a-f]{20}", me.pop("id"))
    assert me == {
        "account_name": "bot.baocao",
        "account_type": "BASIC",
        "can_join_groups": False,
        "display_name": "Bot Bao Cao",
    }


async def test_a_text_reaches_the_phone(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    sent = await bot.result("sendMessage", chat_id=officer.id, text="Chào", parse_mode="html")

    assert re.fullmatch("[0-9a-f]{20}", sent["message_id"])
    assert sent["date"] > 1_700_000_000_000
    last = officer.view.last
    assert (last.id, last.chat, last.text, last.parse_mode) == (
        sent["message_id"],
        officer.id,
        "Chào",
        "html",
    )
    [call] = fake.called("sendMessage")
    assert (call.verb, call.content_type, call.status) == ("POST", "application/json", 200)
    assert call.params == {"chat_id": officer.id, "text": "Chào", "parse_mode": "html"}


@pytest.mark.parametrize(
    ("method", "wish"),
    [
        ("sendMessage", {}),
        ("sendMessage", {"text": ""}),
        ("sendMessage", {"text": 12}),
        ("sendMessage", {"text": "x" * 2001}),
        ("sendMessage", {"text": EMOJI * 500 + "x"}),
        ("sendMessage", {"text": "x", "parse_mode": "HTML"}),
        ("sendMessage", {"text": "x", "text_styles": [{"start": 0}]}),
        ("sendMessage", {"text": "x", "text_styles": "bold"}),
        ("sendMessage", {"text": "x", "text_styles": [{"start": 0, "len": 1, "st": ["big"]}]}),
        ("sendMessage", {"text": "x", "chat_id": 12}),
        ("sendPhoto", {}),
        ("sendPhoto", {"photo": "x.jpg"}),
        ("sendPhoto", {"photo": {"url": PHOTO}}),
        ("sendPhoto", {"photo": "https://[x"}),
        ("sendPhoto", {"photo": PHOTO, "caption": ""}),
        ("sendPhoto", {"photo": PHOTO, "caption": "x" * 2001}),
        ("sendSticker", {}),
        ("sendVoice", {"voice_url": "https://voice.example.vn/x.mp3"}),
        ("sendChatAction", {}),
        ("sendChatAction", {"action": "upload_photo"}),
        ("getUpdates", {"timeout": "soon"}),
        ("getUpdates", {"timeout": -1}),
        ("getupdates", {}),
        ("sendDocument", {}),
    ],
)
async def test_what_is_wrong_is_refused(
    bot: Bot, officer: User, method: str, wish: dict[str, Any]
) -> None:
    status, told = await bot.ask(method, **{"chat_id": officer.id, **wish})

    assert (status, told["ok"], told["error_code"]) == (400, False, 400)
    assert told["description"].startswith("Bad Request")
    assert officer.view.from_bot == []


async def test_the_longest_text_is_counted_in_utf_16(bot: Bot, officer: User) -> None:
    await bot.result("sendMessage", chat_id=officer.id, text=EMOJI * 500)

    assert officer.view.texts == [EMOJI * 500]


async def test_styles_are_kept_unless_there_is_a_parse_mode(bot: Bot, officer: User) -> None:
    wish = {"chat_id": officer.id, "text": "x"}
    styles = [{"start": 0, "len": 1, "st": ["b", "f_18"]}]
    await bot.result("sendMessage", **wish, text_styles=styles)
    await bot.result("sendMessage", **wish, text_styles=styles, parse_mode="markdown")

    assert [message.styles for message in officer.view.from_bot] == [tuple(styles), ()]


@pytest.mark.parametrize("code", [410, 400, 403])
async def test_who_never_wrote_cannot_be_written_to(
    fake: FakeZaloBot, bot: Bot, officer: User, code: Any
) -> None:
    fake.habits.stranger = code
    officer.blocks()

    for chat_id in (fake.user().id, "0" * 20, officer.id):
        status, told = await bot.ask("sendMessage", chat_id=chat_id, text="x")
        assert (status, told["error_code"]) == (code, code)
    officer.unblocks()
    await bot.result("sendMessage", chat_id=officer.id, text="x")


async def test_busy_stickers_and_voices(bot: Bot, officer: User) -> None:
    voice = "https://voice.example.vn/x.aac?t=1"
    assert await bot.ask("sendChatAction", chat_id=officer.id, action="typing") == (
        200,
        {"ok": True},
    )
    await bot.result("sendSticker", chat_id=officer.id, sticker="d0c1")
    await bot.result("sendVoice", chat_id=officer.id, voice_url=voice)

    assert officer.view.actions == ["typing"]
    shown = [(m.kind, m.sticker, m.url) for m in officer.view.from_bot]
    assert shown == [("sticker", "d0c1", ""), ("voice", "", voice)]


async def test_a_voice_to_a_group_is_taken_and_not_delivered(fake: FakeZaloBot, bot: Bot) -> None:
    group = fake.group("Team")
    group.adds_bot()
    voice = "https://voice.example.vn/x.aac"
    assert (await bot.result("sendVoice", chat_id=group.id, voice_url=voice))["message_id"]
    assert group.view.from_bot == []
    group.removes_bot()
    assert (await bot.ask("sendMessage", chat_id=group.id, text="x"))[0] == 410


async def test_a_photo_is_an_address(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    await bot.result("sendPhoto", chat_id=officer.id, photo=PHOTO, caption="Chart")

    last = officer.view.last
    assert (last.kind, last.url, last.text, last.photo) == ("photo", PHOTO, "Chart", None)


async def test_zalo_fetches_a_photo_once(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    fake.habits.fetch_photos = True
    asked = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.path)
        if "gone" in request.path:
            raise web.HTTPGone
        return web.Response(body=PIXEL, content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", serve)
    async with TestServer(app) as server:
        photo = str(server.make_url("/chart.png"))
        await bot.result("sendPhoto", chat_id=officer.id, photo=photo)
        gone = str(server.make_url("/gone.png"))
        refused = [await bot.ask("sendPhoto", chat_id=officer.id, photo=p) for p in (gone, PHOTO)]
    refused.append(await bot.ask("sendPhoto", chat_id=officer.id, photo=photo))

    last = officer.view.last
    assert (last.photo, last.content_type) == (PIXEL, "image/png")
    assert asked == ["/chart.png", "/gone.png"]
    assert [status for status, _ in refused] == [400, 400, 400]
    assert len(officer.view.from_bot) == 1


@pytest.mark.parametrize("how", ["address", "form", "json", "multipart"])
async def test_a_request_may_be_written_in_any_way(
    fake: FakeZaloBot, bot: Bot, officer: User, how: str
) -> None:
    values = {"chat_id": officer.id, "text": "Chào"}
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    match how:
        case "address":
            request = bot.http.get(url, params=values)
        case "form":
            request = bot.http.post(url, data=values)
        case "json":
            request = bot.http.post(url, json=values)
        case _:
            form = aiohttp.FormData(values, default_to_multipart=True)
            request = bot.http.post(url, data=form)
    async with request as response:
        assert response.status == 200

    assert officer.view.texts == ["Chào"]
    assert fake.calls[-1].verb == ("GET" if how == "address" else "POST")


async def test_a_file_is_no_photo(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    form = aiohttp.FormData({"chat_id": officer.id})
    form.add_field("photo", PIXEL, filename="x.png")
    async with bot.http.post(f"{fake.url}/bot{fake.token}/sendPhoto", data=form) as response:
        assert response.status == 400

    assert fake.calls[-1].params["photo"] == f"<{len(PIXEL)} bytes>"


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_a_body_is_a_json_object(fake: FakeZaloBot, bot: Bot, body: bytes) -> None:
    kind = {"Content-Type": "application/json"}
    url = f"{fake.url}/bot{fake.token}/getMe"
    async with bot.http.post(url, data=body, headers=kind) as response:
        assert (response.status, (await response.json())["error_code"]) == (400, 400)


async def test_a_method_is_spelt_in_one_way(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.unknown_method = 404

    assert (await bot.ask("getme"))[0] == 404
    async with bot.http.get(f"{fake.url}/bot/{fake.token}/getMe") as response:
        assert response.status == 404


async def test_an_unknown_token_is_refused(fake: FakeZaloBot, bot: Bot) -> None:
    url = f"{fake.url}/bot1:unknown/getMe"
    async with bot.http.get(url) as response:
        told = await response.json()
    fake.habits.bad_token = "html"
    async with bot.http.get(url) as response:
        page = await response.text()

    assert told == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (response.status, response.content_type) == (401, "text/html")
    assert page.startswith("<html>")
    assert [call.status for call in fake.called("getMe")] == [401, 401]


async def test_a_refusal_may_travel_under_200(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.refusal_status = "200"

    status, told = await bot.ask("sendMessage")

    assert (status, told["ok"], told["error_code"]) == (200, False, 400)


def test_a_switch_that_does_not_exist_is_refused(fake: FakeZaloBot) -> None:
    with pytest.raises(ValueError, match="no switch 'nothing'"):
        fake.habits.change(nothing=1)
    with pytest.raises(ValueError, match="idle is one of"):
        fake.habits.change(idle="never")
