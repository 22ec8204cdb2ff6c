"""The bots that `bench/telegram.py` compares: `python -m bench.telegram_bots ours|aiogram|ptb`.

Each sets its webhook, which says that it is ready, and answers every message with one.
"""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from sqlalchemy import Connection
from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from bench.server import PLAN
from bot.channels.telegram import LIMITS, Manners
from bot.logs import configure_logs
from bot.operations import application
from bot.rehearsal import join
from bot.settings import read_settings
from bot.web import server, telegram
from plans.messages import Address
from plans.people import RoleKind

TOKEN, API = os.environ["TELEGRAM_TOKEN"], os.environ["TELEGRAM_API"]
PORT, CHATS = int(os.environ["BENCH_PORT"]), os.environ["BENCH_CHATS"].split(",")
PATH = "/telegram"
HOOK = os.environ["TELEGRAM_WEBHOOK_URL"] + PATH
PICKING, WRITING = range(2)


async def ours() -> web.Application:
    """Build what `serve` builds, without Telegram's pace and with everybody joined."""
    settings = read_settings()
    app = application(settings)
    communes = [unit.code for unit in app.world.packs[PLAN].units if unit.type == "commune"]

    def joined(connection: Connection) -> None:
        for chat, unit in zip(CHATS, communes, strict=False):
            address, kind = Address(channel="telegram", chat=chat), RoleKind.FOCAL_POINT
            join(connection, app.world, address, PLAN, kind, unit, app.clock.now())

    await app.database.migrate()
    await app.database.run(joined)
    limits = replace(LIMITS, per_second=None, chat_seconds=0.0, group_seconds=0.0)
    channel = telegram(app, settings, Manners(limits=limits))
    assert channel
    return server(app, [channel])


async def aiogram() -> web.Application:
    """Build an echo bot as aiogram's documentation does."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(API)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async def ready(bot: Bot) -> None:
        await bot.set_webhook(HOOK)

    dispatcher.startup.register(ready)
    site = web.Application()
    SimpleRequestHandler(dispatcher=dispatcher, bot=bot).register(site, path=PATH)
    setup_application(site, dispatcher, bot=bot)
    return site


async def ptb() -> web.Application:
    """Build a conversation as python-telegram-bot's documentation does, behind a web server."""
    kept = PicklePersistence(Path(os.environ["DATA_DIR"]) / "ptb.pickle")
    builder = Application.builder().token(TOKEN).base_url(f"{API}/bot").persistence(kept)
    application = builder.updater(None).build()
    plain = filters.TEXT & ~filters.COMMAND
    talk: ConversationHandler[Any] = ConversationHandler(
        entry_points=[CommandHandler("baocao", begin)],
        states={
            PICKING: [MessageHandler(plain, pick)],
            WRITING: [MessageHandler(plain, write)],
        },
        fallbacks=[],
        name="report",
        persistent=True,
    )
    application.add_handler(talk)

    async def take(request: web.Request) -> web.Response:
        update = Update.de_json(await request.json(), application.bot)
        await application.update_queue.put(update)
        return web.Response()

    async def running(_site: web.Application) -> AsyncIterator[None]:
        async with application:
            await application.start()
            await application.bot.set_webhook(HOOK)
            yield
            await application.stop()

    site = web.Application()
    site.add_routes([web.post(PATH, take)])
    site.cleanup_ctx.append(running)
    return site


async def begin(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
    """Begin a report."""
    return await _answer(update, "Sửa câu nào?", PICKING)


async def pick(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask for the figure of a question."""
    return await _answer(update, "Số mới?", WRITING)


async def write(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep a figure."""
    assert update.message
    assert context.user_data is not None
    context.user_data["figure"] = update.message.text
    return await _answer(update, "Sửa câu nào?", PICKING)


async def _answer(update: Update, text: str, state: int) -> int:
    assert update.message
    await update.message.reply_text(text)
    return state


BOTS: Mapping[str, Callable[[], Awaitable[web.Application]]] = {
    "ours": ours,
    "aiogram": aiogram,
    "ptb": ptb,
}


def main() -> None:
    """Serve one of them until ended."""
    configure_logs("warning")
    web.run_app(BOTS[sys.argv[1]](), host="127.0.0.1", port=PORT, print=None, access_log=None)


if __name__ == "__main__":
    main()
