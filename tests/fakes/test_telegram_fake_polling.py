"""Both libraries run on the fake as they run in production: their own loops, untouched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ApplicationBuilder, MessageHandler, filters

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clients import judge


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake
        judge(fake)


async def test_aiogram_polls_and_answers_as_it_would_in_production(fake: FakeTelegram) -> None:
    async def echo(message: aiogram.types.Message) -> None:
        await message.answer(f"You said {message.text}")

    dispatcher = aiogram.Dispatcher()
    dispatcher.message.register(echo)
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    async with await session.create_session():
        bot = aiogram.Bot(fake.token, session=session)
        polling = asyncio.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
        )
        person = fake.user()
        person.says("good morning")
        await fake.until(lambda: person.view.texts)
        await fake.until(lambda: len(fake.called("getUpdates")) > 1)
        await dispatcher.stop_polling()
        await polling

    assert person.view.texts == ["You said good morning"]
    assert fake.called("getUpdates")[0].params["allowed_updates"] == ["message"]


async def test_python_telegram_bot_polls_and_answers_as_it_would_in_production(
    fake: FakeTelegram,
) -> None:
    async def echo(update: telegram.Update, _: object) -> None:
        assert update.message
        await update.message.reply_text(f"You said {update.message.text}")

    builder = ApplicationBuilder().token(fake.token).base_url(f"{fake.url}/bot")
    app = builder.base_file_url(f"{fake.url}/file/bot").build()
    app.add_handler(MessageHandler(filters.ALL, echo))
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling(poll_interval=0, timeout=timedelta(seconds=1))
        person = fake.user()
        person.says("good morning")
        await fake.until(lambda: person.view.texts)
        await app.updater.stop()
        await app.stop()

    assert person.view.texts == ["You said good morning"]
