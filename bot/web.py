"""The web server: routes of the channels, health, and the tasks that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from sqlalchemy import text

from bot.app import App
from bot.channels import RunningChannel, ServedChannel
from bot.channels.webchat import WebChat
from bot.channels.webchat_sessions import CookieSessions, Sessions
from bot.settings import Settings
from bot.timer import timer
from storage import outbox

if TYPE_CHECKING:
    from bot.channels.telegram import Manners, Telegram
    from bot.channels.zalo_bot import Manners as ZaloBotManners
    from bot.channels.zalo_bot import ZaloBot
    from bot.channels.zalo_oa import Manners as ZaloOAManners
    from bot.channels.zalo_oa import ZaloOA
    from bot.channels.zalo_phone import ZaloPhone

REPLAYED = 200
# A channel that ends by a bug begins again after so many seconds.
RESTART_SECONDS = 10.0

log = structlog.get_logger()


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


def telegram(app: App, settings: Settings, manners: "Manners | None" = None) -> "Telegram | None":
    """Build the Telegram channel on an application; None where no token is set."""
    if not settings.telegram_token.get_secret_value():
        return None
    # Its client takes seconds and much memory to import: only who has a token pays for it.
    from bot.telegram_opening import open_telegram

    return open_telegram(app, settings, manners)


def zalo_bot(
    app: App, settings: Settings, manners: "ZaloBotManners | None" = None
) -> "ZaloBot | None":
    """Build the Zalo bot's channel on an application; None where no token is set."""
    if not settings.zalo_bot_token.get_secret_value():
        return None
    from bot.zalo_bot_opening import open_zalo_bot

    return open_zalo_bot(app, settings, manners)


def zalo_oa(
    app: App, settings: Settings, manners: "ZaloOAManners | None" = None
) -> "ZaloOA | None":
    """Build the Official Account's channel on an application; None where no account is set."""
    if not settings.zalo_oa_id:
        return None
    from bot.zalo_oa_opening import open_zalo_oa

    return open_zalo_oa(app, settings, manners)


def zalo_phone(
    app: App, settings: Settings, manners: "ZaloOAManners | None" = None
) -> "ZaloPhone | None":
    """Build the channel of templates by telephone number; None where there are no templates."""
    if not settings.zalo_oa_id or not settings.oa_templates:
        return None
    from bot.zalo_oa_opening import open_zalo_phone

    return open_zalo_phone(app, settings, manners)


# Every channel that `serve` opens where it is configured; one line each.
CHANNELS: Mapping[str, Callable[[App, Settings], ServedChannel | None]] = {
    "webchat": lambda app, _settings: web_chat(app, CookieSessions()),
    "telegram": telegram,
    "zalo_bot": zalo_bot,
    "zalo_oa": zalo_oa,
    "zalo_phone": zalo_phone,
}


def configured(app: App, settings: Settings) -> list[ServedChannel]:
    """Build the channels that the settings ask for."""
    opened = [open_channel(app, settings) for open_channel in CHANNELS.values()]
    return [channel for channel in opened if channel]


def server(
    app: App, channels: Sequence[ServedChannel], more: Sequence[web.AbstractRouteDef] = ()
) -> web.Application:
    """Build the web server; it delivers to the channels for as long as it runs."""
    app.add(channels)

    async def healthz(_request: web.Request) -> web.Response:
        await app.database.read(lambda tx: tx.execute(text("SELECT 1")).scalar())
        return web.json_response({"status": "ok"})

    async def background(_site: web.Application) -> AsyncIterator[None]:
        running = [asyncio.create_task(_keep_running(one)) for one in _running(channels)]
        working = [asyncio.create_task(app.courier.run()), asyncio.create_task(app.workshop.run())]
        async with timer(app):
            yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        # Only now: what was being delivered needed the channels' connections.
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
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


def _running(channels: Sequence[ServedChannel]) -> list[RunningChannel]:
    return [channel for channel in channels if isinstance(channel, RunningChannel)]


async def _keep_running(channel: RunningChannel) -> None:
    """Run a channel; a bug in it is no other channel's trouble."""
    while True:
        try:
            await channel.run()
        except Exception:
            log.exception("channel.failed", channel=channel.name)
        await asyncio.sleep(RESTART_SECONDS)
