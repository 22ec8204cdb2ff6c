"""The Zalo Bot Platform: updates by polling or by a webhook, deliveries through the Bot API."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiohttp import web

from bot.channels import Limits
from bot.channels.calls import ApiError
from bot.channels.errands import Errands
from bot.channels.rhythm import Rhythm, rest, unless
from bot.channels.zalo_bot_client import Account, Client
from bot.channels.zalo_bot_errors import Rejected
from bot.channels.zalo_bot_intake import Accept, Intake
from bot.channels.zalo_bot_polling import LEAST_SECONDS, Poller, tell
from bot.channels.zalo_bot_quota import Quota
from bot.channels.zalo_bot_rendering import TEXT_UNITS
from bot.channels.zalo_bot_sending import Sender, Sources
from bot.channels.zalo_bot_updates import NAME
from bot.channels.zalo_bot_webhook import Hook, Webhook
from plans.messages import Delivery

# Zalo names no limit by the second; one message a second is what a person might send.
LIMITS: Final = Limits(
    text_length=TEXT_UNITS, buttons=0, files_out=False, per_second=1.0, timeout=60.0
)
NOT_FOUND: Final = 404

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the channel behaves where a test or a bench wants it otherwise.

    `least_poll` are the seconds from the beginning of one poll to that of the next.
    """

    limits: Limits = LIMITS
    rhythm: Rhythm = field(default_factory=Rhythm)
    least_poll: float = LEAST_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the channel calls in the application; `accept` returns after its commit.

    `opened` is told how a group mentions the bot, "" where it cannot join any.
    """

    accept: Accept
    quota: Quota
    sources: Sources
    opened: Callable[[str], None]


class ZaloBot:
    """The channel of one bot; with a hook Zalo calls us, without one we ask.

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
    ) -> None:
        manners = manners or Manners()
        self.limits = manners.limits
        self.client = Client(account)
        self._manners = manners
        self._rhythm = manners.rhythm
        self._errands = Errands()
        self._sender = Sender(self.client, wiring.quota, wiring.sources, self.limits)
        self._intake = Intake(wiring.accept, self.client, self._errands, self._rhythm)
        self._opened = wiring.opened
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()
        self._stopped.set()
        self._hook = hook
        self._webhook = Webhook(hook, self._intake, self._stopping) if hook else None

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the route that Zalo calls, none where the bot asks for its updates."""
        return self._webhook.routes() if self._webhook else []

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery; return the last message's id."""
        return await self._sender.send(delivery)

    async def run(self) -> None:
        """Open the bot and take updates in until cancelled; then hang up."""
        self._stopped.clear()
        try:
            await self._open()
            if not self._hook:
                await self._poll()
            self._stopped.set()
            await asyncio.Event().wait()
        finally:
            self._stopped.set()
            await self._errands.finish(self._rhythm.farewell)
            await self.client.close()

    async def close(self) -> None:
        """Take nothing more in; what was begun is finished, and deliveries still go out."""
        self._stopping.set()
        await self._stopped.wait()
        if self._webhook:
            await self._webhook.finish(self._rhythm.farewell)

    async def _poll(self) -> None:
        """Ask for updates until everything stops; see now and then whether Zalo calls anybody."""
        least = self._manners.least_poll
        poller = Poller(self.client, self._intake, self._rhythm, least)
        while not self._stopping.is_set():
            await poller.run(self._stopping)
            await self._open()

    async def _open(self) -> None:
        """Learn who the bot is and see to it how updates come, however often that takes."""
        pauses = self._rhythm.pauses()
        while not self._stopping.is_set():
            try:
                if await unless(self._stopping, self._introduce()) is not False:
                    return
            except ApiError as error:
                seconds = next(pauses)
                tell(error, seconds)
            else:
                seconds = next(pauses)
            await rest(seconds, self._stopping)

    async def _introduce(self) -> bool:
        """Learn the bot's names; return whether updates can come the way that is set."""
        me = _told(await self.client.call("getMe"))
        ready = await self._have_it_called(self._hook) if self._hook else await self._uncalled()
        names = [str(me.get(name) or "") for name in ("display_name", "account_name")]
        names = [name for name in names if name]
        if ready and not self._intake.names:
            self._intake.names = tuple(names)
            self._opened(f" @{names[0]}" if names and me.get("can_join_groups") else "")
            log.info("zalo_bot.open", bot=names[0] if names else "", webhook=bool(self._hook))
        return ready

    async def _uncalled(self) -> bool:
        """See that no webhook is set: with one, polls stay silent for ever."""
        url = await self._webhook_set()
        if url:
            to_do = (
                "stop the server that receives this bot's messages there and call deleteWebhook "
                "once, or write ZALO_BOT_MODE=webhook: with a webhook set Zalo answers no polls"
            )
            log.error("zalo_bot.webhook_is_set", url=url, to_do=to_do)
        return not url

    async def _have_it_called(self, hook: Hook) -> bool:
        """Have Zalo call us; it takes that only so often a day, and the address may stand."""
        try:
            done = _told(
                await self.client.call("setWebhook", url=hook.url, secret_token=hook.secret)
            )
        except Rejected as refusal:
            if refusal.token_refused or await self._webhook_set() != hook.url:
                raise
            log.warning("zalo_bot.webhook_stands", reason=str(refusal))
            return True
        check = _told(done.get("verification"))
        if check.get("ok") is False:
            log.warning(
                "zalo_bot.webhook_not_reached",
                outcome=str(check.get("outcome")),
                hint=str(check.get("hint")),
            )
        return True

    async def _webhook_set(self) -> str:
        """Return the address that Zalo calls, "" for none, which it may tell as 404."""
        try:
            found = _told(await self.client.call("getWebhookInfo"))
        except Rejected as refusal:
            if refusal.code == NOT_FOUND and refusal.spoken:
                return ""
            raise
        return str(found.get("url") or "")


def _told(result: Any) -> dict[str, Any]:
    return result if isinstance(result, dict) else {}
