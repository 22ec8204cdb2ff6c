"""Telegram: updates by long polling or by a webhook, deliveries through the Bot API."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiogram.methods import DeleteWebhook, GetMe, SetWebhook
from aiohttp import web

from bot.channels import Limits
from bot.channels.calls import ApiError
from bot.channels.errands import Errands
from bot.channels.rhythm import Rhythm, rest, unless
from bot.channels.telegram_client import Account, Client
from bot.channels.telegram_intake import Intake, Menus, NoMenus, Wiring
from bot.channels.telegram_polling import Poller, tell
from bot.channels.telegram_rendering import MOST_BUTTONS, TEXT_UNITS
from bot.channels.telegram_sending import Sender
from bot.channels.telegram_updates import ALLOWED_UPDATES, NAME, is_group
from bot.channels.telegram_webhook import Hook, Webhook
from plans.messages import Delivery

# What Telegram's documentation tells bots to keep to; a group takes 20 messages a minute.
LIMITS: Final = Limits(
    text_length=TEXT_UNITS,
    buttons=MOST_BUTTONS,
    files_out=True,
    per_second=30.0,
    chat_seconds=1.0,
    group_seconds=3.05,
    is_group=is_group,
    timeout=60.0,
)
MAX_CONNECTIONS: Final = 40

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the channel behaves where a test, a bench or a local server wants it otherwise."""

    limits: Limits = LIMITS
    rhythm: Rhythm = field(default_factory=Rhythm)


class Telegram:
    """The channel of one bot; with a hook Telegram calls us, without one we ask.

    `run` opens the bot and takes updates in until it is cancelled; what fails meanwhile is tried
    again, and other channels never notice.
    """

    name = NAME

    def __init__(
        self,
        account: Account,
        wiring: Wiring,
        hook: Hook | None = None,
        *,
        manners: Manners | None = None,
        menus: Callable[[Client], Menus] | None = None,
    ) -> None:
        manners = manners or Manners()
        self.limits = manners.limits
        self.client = Client(account)
        self._rhythm = manners.rhythm
        self._errands = Errands()
        self._sender = Sender(self.client, self.limits, self._errands, wiring.moved)
        self._menus = menus(self.client) if menus else NoMenus()
        self._intake = Intake(
            wiring,
            self.client,
            self._sender,
            self._errands,
            rhythm=self._rhythm,
            menus=self._menus,
        )
        self._opened = wiring.opened
        self._beside: asyncio.Task[None] | None = None
        self._hook = hook
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()
        self._stopped.set()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route that Telegram calls, none where the bot asks for its updates."""
        return Webhook(self._hook, self._intake).routes() if self._hook else []

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery, or change in place what it answers; return the last message's id."""
        return await self._sender.send(delivery)

    async def run(self) -> None:
        """Open the bot and take updates in until cancelled; then hang up."""
        self._stopped.clear()
        try:
            await self._open()
            self._beside = asyncio.create_task(self._set_menus())
            if not self._hook:
                await Poller(self.client, self._intake, self._rhythm).run(self._stopping)
            self._stopped.set()
            await asyncio.Event().wait()
        finally:
            self._stopped.set()
            await self.hang_up()

    async def close(self) -> None:
        """Take nothing more in; what was begun is finished, and deliveries still go out."""
        self._stopping.set()
        await self._stopped.wait()

    async def hang_up(self) -> None:
        """End what runs beside the messages and close the connections."""
        if self._beside:
            self._beside.cancel()
            await asyncio.gather(self._beside, return_exceptions=True)
        await self._errands.finish(self._rhythm.farewell)
        await self.client.close()

    async def _set_menus(self) -> None:
        try:
            await self._menus.run()
        except Exception:
            log.exception("telegram.menus_failed")

    async def _open(self) -> None:
        """Learn who the bot is and set how updates come, however often that takes."""
        pauses = self._rhythm.pauses()
        while not self._stopping.is_set():
            try:
                username = await unless(self._stopping, self._introduce())
            except ApiError as error:
                seconds = next(pauses)
                tell(error, seconds)
                await rest(seconds, self._stopping)
                continue
            if username is not None:
                self._intake.username = username
                self._opened(username)
                log.info("telegram.open", bot=username, webhook=bool(self._hook))
            return

    async def _introduce(self) -> str:
        """Learn the bot's name and set how updates come; return the name."""
        me = await self.client.call(GetMe())
        await self.client.call(self._way_in())
        return str(me.get("username", "")) if isinstance(me, dict) else ""

    def _way_in(self) -> SetWebhook | DeleteWebhook:
        if self._hook is None:
            return DeleteWebhook()
        return SetWebhook(
            url=self._hook.url,
            secret_token=self._hook.secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_CONNECTIONS,
        )
