"""The fake refuses what Telegram refuses, in Telegram's words; PTB's constants are its limits."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram.constants import (
    BotCommandLimit,
    BotDescriptionLimit,
    BotNameLimit,
    CallbackQueryLimit,
    FileSizeLimit,
    FloodLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    MessageLimit,
    PollingLimit,
    WebhookLimit,
)

from tests.fakes import (
    telegram_entities,
    telegram_files,
    telegram_keyboard,
    telegram_limits,
    telegram_parameters,
    telegram_texts,
    telegram_webhook,
)
from tests.fakes import telegram_methods_bot as bot_methods
from tests.fakes import telegram_methods_messages as message_methods
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import User
from tests.fakes.telegram_refusals import Json

EMOJI = "🇻🇳"  # four UTF-16 units


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


async def answer(http: aiohttp.ClientSession, method: str, **wish: Any) -> Json:
    async with http.post(method, json=wish) as response:
        told: Json = await response.json()
    assert response.status == told.get("error_code", 200)
    return told


def keys(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}


def button(**about: object) -> Json:
    return keys([{"text": "Yes", **about}])


MANY = [[{"text": "x", "callback_data": str(n)}] for n in range(101)]
WIDE = [{"text": "x", "callback_data": str(n)} for n in range(9)]


@pytest.mark.parametrize(
    ("wish", "description"),
    [
        ({}, "message text is empty"),
        ({"text": " \n\t"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": EMOJI * 1024 + "x"}, "message is too long"),
        ({"text": "<b>" + "x" * 4097 + "</b>", "parse_mode": "HTML"}, "message is too long"),
        ({"text": "x" * 40_000}, "text is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "null"}, "object expected as reply markup"),
        ({"text": "x", "reply_markup": button(callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": button(callback_data="đ" * 33)}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": button(callback_data="")},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keys([{"callback_data": "y"}])},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"text": "x", "reply_markup": button(url="http://localhost/")},
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "reply_markup": keys(*MANY)}, "reply markup is too long"),
        ({"text": "x", "reply_markup": keys(WIDE)}, "reply markup is too long"),
        (
            {"text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
    ],
)
async def test_a_message_that_telegram_refuses(
    http: aiohttp.ClientSession, officer: User, wish: Json, description: str
) -> None:
    told = await answer(http, "sendMessage", **{"chat_id": officer.id, **wish})

    assert told == {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}
    assert officer.view.texts == []


@pytest.mark.parametrize(
    "wish",
    [
        {"text": "x" * MessageLimit.MAX_TEXT_LENGTH},
        {"text": EMOJI * (MessageLimit.MAX_TEXT_LENGTH // 4)},
        {"text": "<b>" + "x" * MessageLimit.MAX_TEXT_LENGTH + "</b>", "parse_mode": "html"},
        {
            "text": "x",
            "reply_markup": button(callback_data="x" * InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
        },
        {"text": "x", "reply_markup": keys(*MANY[:-1])},
        {"text": "x", "reply_markup": keys(WIDE[:-1])},
        {
            "text": "x",
            "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True},
        },
    ],
)
async def test_a_message_that_just_fits(
    http: aiohttp.ClientSession, officer: User, wish: Json
) -> None:
    assert (await answer(http, "sendMessage", chat_id=officer.id, **wish))["ok"]


def test_the_limits_are_those_that_python_telegram_bot_knows() -> None:
    for ours, theirs in (
        (telegram_texts.LONGEST_TEXT, MessageLimit.MAX_TEXT_LENGTH),
        (telegram_texts.LONGEST_CAPTION, MessageLimit.CAPTION_LENGTH),
        (telegram_entities.MOST_ENTITIES, MessageLimit.MESSAGE_ENTITIES),
        (telegram_keyboard.MOST_BUTTONS, InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
        (telegram_keyboard.MOST_IN_A_ROW, InlineKeyboardMarkupLimit.BUTTONS_PER_ROW),
        (telegram_keyboard.MOST_DATA_BYTES, InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
        (message_methods.LONGEST_ANSWER, CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
        (bot_methods.MOST_COMMANDS, BotCommandLimit.MAX_COMMAND_NUMBER),
        (bot_methods.LONGEST_COMMAND, BotCommandLimit.MAX_COMMAND),
        (bot_methods.LONGEST_EXPLANATION, BotCommandLimit.MAX_DESCRIPTION),
        (telegram_parameters.UPLOAD_LIMIT, FileSizeLimit.FILESIZE_UPLOAD),
        (telegram_files.MOST_DOWNLOADED, FileSizeLimit.FILESIZE_DOWNLOAD),
        (telegram_files.MOST_PHOTO, FileSizeLimit.PHOTOSIZE_UPLOAD),
        (telegram_webhook.LONGEST_SECRET, WebhookLimit.MAX_SECRET_TOKEN_LENGTH),
    ):
        assert ours == theirs
    assert bot_methods.LONGEST_WORDS == {
        "Name": BotNameLimit.MAX_NAME_LENGTH,
        "Description": BotDescriptionLimit.MAX_DESCRIPTION_LENGTH,
        "ShortDescription": BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH,
    }
    assert telegram_limits.Limits.strict() == telegram_limits.Limits(
        FloodLimit.MESSAGES_PER_SECOND,
        FloodLimit.MESSAGES_PER_SECOND_PER_CHAT,
        FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP,
    )
    assert (PollingLimit.MIN_LIMIT, PollingLimit.MAX_LIMIT) == (1, 100)


@pytest.mark.parametrize(
    ("method", "wish", "description"),
    [
        ("setMyCommands", {"commands": [{"command": "a"}]}, "description"),
        (
            "setMyCommands",
            {"commands": [{"command": "a" * 33, "description": "x"}]},
            "command length must not exceed 32",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "x"}] * 101},
            "BOT_COMMANDS_TOO_MUCH",
        ),
        ("setMyCommands", {"language_code": "vie"}, "invalid language code specified"),
        ("setMyCommands", {"scope": {"type": "all"}}, "Unsupported type specified"),
        ("setMyCommands", {"scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "TOO_LONG"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("sendDocument", {}, "there is no document in the request"),
        ("sendDocument", {"document": "attach://x"}, "there is no document in the request"),
        ("sendDocument", {"document": "AgAD"}, "wrong remote file identifier specified"),
        ("sendDocument", {"caption": "x" * 1025}, "message caption is too long"),
        ("getFile", {}, "file_id not specified"),
        ("deleteMessage", {}, "message identifier is not specified"),
        ("setWebhook", {"url": "ftp://example.org"}, "invalid webhook URL specified"),
        ("setWebhook", {"url": "http://example.org"}, "An HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://example.org:81"}, "only on ports 80, 88, 443 or 8443"),
        (
            "setWebhook",
            {"url": "https://example.org", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_a_request_that_telegram_refuses(
    http: aiohttp.ClientSession, officer: User, method: str, wish: Json, description: str
) -> None:
    told = await answer(http, method, **{"chat_id": officer.id, **wish})

    assert told["error_code"] == 400
    assert description in told["description"]


async def test_what_is_not_there_is_not_found(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    assert (await answer(http, "sendMoney"))["description"] == "Not Found: method not found"
    for path, code in (("/", 404), ("/bot1:x/getMe", 401), (f"/file/bot{fake.token}/x", 404)):
        async with http.get(f"{fake.url}{path}") as response:
            told = await response.json()
            assert (response.status, told["error_code"], told["ok"]) == (code, code, False)


async def test_a_message_with_another_keyboard_or_of_somebody_else_cannot_be_edited(
    fake: FakeTelegram, http: aiohttp.ClientSession, officer: User
) -> None:
    keyboard = {"keyboard": [["Send"], ["Stop"]], "resize_keyboard": True}
    sent = await answer(http, "sendMessage", chat_id=officer.id, text="?", reply_markup=keyboard)
    own = officer.presses("Send")

    assert officer.view.keyboard == [["Send"], ["Stop"]]
    for number in (sent["result"]["message_id"], own["message_id"]):
        wish = {"chat_id": officer.id, "message_id": number, "text": "!"}
        told = await answer(http, "editMessageText", **wish)
        assert told["description"] == "Bad Request: message can't be edited"


async def test_an_old_message_cannot_be_deleted_and_an_old_tap_not_answered() -> None:
    time = [1e9]
    async with (
        FakeTelegram(now=lambda: time[0], clock=lambda: time[0]) as fake,
        aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as http,
    ):
        officer = fake.user()
        officer.says("/start")
        markup = button(callback_data="yes")
        await answer(http, "sendMessage", chat_id=officer.id, text="?", reply_markup=markup)
        tap = officer.taps(officer.view.last, "Yes")
        number = officer.view.last.id
        time[0] += 49 * 3600

        late = await answer(http, "answerCallbackQuery", callback_query_id=tap.id)
        kept = await answer(http, "deleteMessage", chat_id=officer.id, message_id=number)
        left = await answer(http, "getUpdates")

    assert "query is too old" in late["description"]
    assert kept["description"] == "Bad Request: message can't be deleted for everyone"
    assert left["result"] == []  # Telegram keeps updates for a day
