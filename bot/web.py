"""The web server: routes of the channels, health, and the tasks that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from aiohttp import web
from sqlalchemy import text

from bot.app import App
from bot.channels import ServedChannel
from bot.channels.webchat import WebChat
from bot.channels.webchat_sessions import CookieSessions, Sessions
from storage import outbox

REPLAYED = 200


def web_chat(app: App, sessions: Sessions) -> WebChat:
    """Build the web chat on an application."""
    return WebChat(
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


# Every channel that `serve` opens; one line each.
CHANNELS: Mapping[str, Callable[[App], ServedChannel]] = {
    "webchat": lambda app: web_chat(app, CookieSessions()),
}


def server(
    app: App, channels: Sequence[ServedChannel], more: Sequence[web.AbstractRouteDef] = ()
) -> web.Application:
    """Build the web server; it delivers to the channels for as long as it runs."""
    app.add(channels)

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
        await asyncio.gather(*(channel.close() for channel in channels))

    site = web.Application(client_max_size=256 * 1024)
    site.on_shutdown.append(hang_up)
    for channel in channels:
        site.add_routes(channel.routes())
    site.add_routes([*more, web.get("/healthz", healthz)])
    site.cleanup_ctx.append(background)
    return site
