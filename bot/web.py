"""The web server: routes of the channels, health, and the tasks that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiohttp import web
from sqlalchemy import text

from bot.app import App
from bot.channels.webchat import WebChat
from bot.channels.webchat_sessions import Sessions
from storage import outbox

REPLAYED = 200
APP = web.AppKey("app", App)


def web_chat(app: App, sessions: Sessions) -> WebChat:
    """Build the web chat on an application and give it to the courier."""
    chat = WebChat(
        accept=app.receiver.accept,
        since=lambda address, number: app.database.read(
            lambda tx: outbox.since(tx, address, number, REPLAYED)
        ),
        file_of=lambda address, number: app.database.read(
            lambda tx: outbox.file_of(tx, address, number)
        ),
        sessions=sessions,
        clock=app.clock,
    )
    app.add([chat])
    return chat


def server(app: App, chat: WebChat, more: Sequence[web.AbstractRouteDef] = ()) -> web.Application:
    """Build the web server; it delivers for as long as it runs."""

    async def healthz(_request: web.Request) -> web.Response:
        await app.database.read(lambda tx: tx.execute(text("SELECT 1")).scalar())
        return web.json_response({"status": "ok"})

    async def background(_site: web.Application) -> AsyncIterator[None]:
        delivering = asyncio.create_task(app.courier.run())
        yield
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        await app.database.close()

    async def hang_up(_site: web.Application) -> None:
        await chat.close()

    site = web.Application(client_max_size=256 * 1024)
    site.on_shutdown.append(hang_up)
    site[APP] = app
    site.add_routes([*chat.routes(), *more, web.get("/healthz", healthz)])
    site.cleanup_ctx.append(background)
    return site
