"""A client that others published lives on the fake, and shows there the defects it is known for.

python-zalo-bot is linked from Zalo's own documentation, and cut down from python-telegram-bot. It
is a judge of the fake, not of our adapter: what it cannot do is asserted as it is.
"""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from zalo_bot import Bot, Update  # type: ignore[import-untyped]
from zalo_bot.constants import BASE_URL  # type: ignore[import-untyped]
from zalo_bot.error import (  # type: ignore[import-untyped]
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    TimedOut,
    ZaloError,
)
from zalo_bot.ext import (  # type: ignore[import-untyped]
    ApplicationBuilder,
    MessageHandler,
    filters,
)

from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.fakes.zalo_bot_stage import SECRET, listening

PHOTO = "https://photo.example.vn/x.jpg"


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeZaloBot) -> AsyncIterator[Bot]:
    async with Bot(fake.token, base_url=fake.url) as bot:
        yield bot


@pytest.fixture
def officer(fake: FakeZaloBot) -> User:
    return fake.user(display_name="Officer")


async def test_it_learns_who_it_is_by_a_form_on_a_base_of_our_choice(
    fake: FakeZaloBot, bot: Bot
) -> None:
    me = await bot.get_me()

    assert (me.id, me.account_name, me.account_type, me.display_name, me.can_join_groups) == (
        fake.cloud.bot_id,
        "bot.baocao",
        "BASIC",
        "Bot Bao Cao",
        True,
    )
    assert BASE_URL == "https://bot-api.zapps.me"  # the legacy host, unless told otherwise


async def test_a_text_arrives_and_is_parsed(bot: Bot, officer: User) -> None:
    said = officer.says("Đúng 12 3 0")["message"]
    message = (await bot.get_update(timeout=5)).message

    assert (message.message_id, message.text) == (said["message_id"], "Đúng 12 3 0")
    assert (message.chat.id, message.chat.type) == (officer.id, "PRIVATE")
    assert (message.from_user.id, message.from_user.display_name) == (officer.id, "Officer")
    assert message.from_user.is_bot is False
    assert message.date.timestamp() * 1000 == pytest.approx(said["date"], abs=1)


async def test_a_photo_arrives_without_its_caption(bot: Bot, officer: User) -> None:
    said = officer.sends_photo(caption="minutes")["message"]
    message = (await bot.get_update()).message

    assert (message.photo_url, message.message_type) == (said["photo_url"], "CHAT_PHOTO")
    assert (message.text, hasattr(message, "caption")) == (None, False)


async def test_a_sticker_arrives_and_what_is_unsupported_has_no_text(
    bot: Bot, officer: User
) -> None:
    officer.sends_sticker("d0c1")
    officer.sends_document()
    sticker, document = [(await bot.get_update()).message for _ in range(2)]

    assert (sticker.sticker, document.text, document.chat.id) == ("d0c1", None, officer.id)


async def test_it_sends_every_kind_that_it_knows(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    officer.says("hello")
    sent = [
        await bot.send_message(officer.id, "Chào", reply_to_message_id="a91c"),
        await bot.send_photo(officer.id, "Chart", PHOTO),
        await bot.send_sticker(officer.id, "d0c1"),
    ]
    await bot.send_chat_action(officer.id, "typing")

    assert [message.message_id for message in sent] == [m.id for m in officer.view.from_bot]
    shown = [(m.kind, m.text, m.url, m.sticker) for m in officer.view.from_bot]
    assert shown == [
        ("text", "Chào", "", ""),
        ("photo", "Chart", PHOTO, ""),
        ("sticker", "", "", "d0c1"),
    ]
    assert officer.view.actions == ["typing"]
    assert fake.called("sendMessage")[0].content_type == "application/x-www-form-urlencoded"


async def test_nothing_to_tell_is_a_network_error_to_it(fake: FakeZaloBot, bot: Bot) -> None:
    fake.habits.longest_poll = 0
    with pytest.raises(NetworkError, match=r"Request timeout \(408\)"):
        await bot.get_update(timeout=1)
    fake.habits.idle = "http_200"
    assert await bot.get_update() is None
    fake.habits.idle = "ok_true"
    assert await bot.get_update() is None


async def test_it_answers_in_its_own_loop_and_logs_every_idle_poll(
    fake: FakeZaloBot, officer: User, caplog: pytest.LogCaptureFixture
) -> None:
    async def echo(update: object, _: object) -> None:
        message = getattr(update, "message", None)
        assert message
        await message.reply_text(f"You said {message.text}")

    fake.habits.longest_poll = 0
    app = ApplicationBuilder().token(fake.token).base_url(fake.url).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    officer.says("good morning")
    with caplog.at_level(logging.ERROR):
        polling = asyncio.create_task(app._polling_loop())
        await fake.until(lambda: officer.view.texts)
        await fake.until(lambda: len(fake.polls) == 2)
        await fake.until(lambda: fake.called("getUpdates")[-1].status == 408)
        await fake.until(lambda: len(fake.polls) == 3)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)

    assert officer.view.texts == ["You said good morning"]
    assert "Error while fetching updates: Request timeout (408)" in caplog.text
    assert fake.poll_gaps[1] >= 1  # it pauses after it heard nothing, and only then


async def test_refusals_become_its_errors(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    officer.says("hello")

    with pytest.raises(BadRequest, match="Text is required"):
        await bot.send_message(officer.id, "")
    with pytest.raises(BadRequest, match="Photo is an address"):
        await bot.send_photo(officer.id, "Chart", "x.jpg")
    with pytest.raises(NetworkError, match=r"\(410\)"):
        await bot.send_message(fake.user().id, "hello")
    fake.fail("sendMessage", error_code=403)
    with pytest.raises(Forbidden, match="Internal server error"):
        await bot.send_message(officer.id, "hello")
    fake.quota = 0
    with pytest.raises(NetworkError, match=r"Quota exceeded \(429\)"):
        await bot.send_message(officer.id, "hello")
    fake.reset_token()
    with pytest.raises(InvalidToken, match="Unauthorized"):
        await bot.send_message(officer.id, "hello")


async def test_what_goes_wrong_on_the_way_becomes_its_errors(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    officer.says("hello")
    fake.fail("sendMessage", status=502)
    with pytest.raises(ZaloError, match="Invalid server response"):
        await bot.send_message(officer.id, "one")
    fake.fail("sendMessage", drop=True, after_effect=True)
    with pytest.raises(NetworkError):
        await bot.send_message(officer.id, "two")
    fake.fail("sendChatAction", delay=30)
    with pytest.raises(TimedOut):
        await bot.send_chat_action(officer.id, "typing", read_timeout=0.05)

    assert (officer.view.texts, officer.view.actions) == (["two"], ["typing"])


async def test_a_refusal_under_200_is_a_success_to_it(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    fake.habits.refusal_status = "200"

    assert await bot.send_message(officer.id, "never delivered") is None


# The coroutine that the client made for asyncio.run is dropped unawaited when that refuses.
@pytest.mark.filterwarnings("ignore:coroutine 'Bot._.*_webhook.*_async' was never:RuntimeWarning")
async def test_inside_a_loop_its_webhook_methods_break(fake: FakeZaloBot, bot: Bot) -> None:
    for call in (
        lambda: bot.set_webhook("https://hook.example.vn/zalo", SECRET),
        bot.delete_webhook,
        bot.get_webhook_info,
    ):
        with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
            call()

    assert [call.method for call in fake.calls] == ["getMe"]


async def test_outside_a_loop_they_work(fake: FakeZaloBot, officer: User) -> None:
    async with listening() as hook:
        bot = Bot(fake.token, base_url=fake.url)
        assert await asyncio.to_thread(bot.set_webhook, hook.url, SECRET) is True
        info = await asyncio.to_thread(bot.get_webhook_info)
        hook.forget()
        officer.says("hello")
        await fake.until(lambda: fake.attempts)
        assert await asyncio.to_thread(bot.delete_webhook) is True
        with pytest.raises(BadRequest, match="No webhook is set"):
            await asyncio.to_thread(bot.delete_webhook)
        for request in bot._request:
            await request.shutdown()

    assert (info.url, hook.texts) == (hook.url, ["hello"])
    assert isinstance(info.updated_at, int)


async def test_what_a_webhook_hears_is_parsed_flat_but_not_wrapped(
    fake: FakeZaloBot, officer: User
) -> None:
    said = officer.says("hello")

    assert Update.de_json({**said}).message.text == "hello"
    assert Update.de_json({"ok": True, "result": said}).message is None
