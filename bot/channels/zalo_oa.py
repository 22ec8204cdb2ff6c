"""Zalo Official Account: events by a webhook, deliveries through the OpenAPI."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web

from bot.channels import Limits
from bot.channels.rhythm import Rhythm
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_events import NAME, is_group
from bot.channels.zalo_oa_intake import Intake, Wiring
from bot.channels.zalo_oa_rendering import MOST_BUTTONS, TEXT_UNITS
from bot.channels.zalo_oa_sending import Purse, Sender, Sources
from bot.channels.zalo_oa_signature import Seal
from bot.channels.zalo_oa_tokens import Account, Patience, Tokens
from bot.channels.zalo_oa_webhook import ANSWER_SECONDS, Webhook
from bot.clock import Clock
from plans.messages import Delivery

SENDING_SECONDS: Final = 90.0
# What was answered and is not committed yet is nowhere else: a stop waits so long for it.
INTAKE_SECONDS: Final = 15.0
# A little less than the package allows, so that what is made up for after a pause fits in too.
SHARE: Final = 0.97

log = structlog.get_logger()


def limits_of(per_minute: int | None) -> Limits:
    """Return what an account carries whose package allows so many requests a minute."""
    return Limits(
        text_length=TEXT_UNITS,
        buttons=MOST_BUTTONS,
        files_out=True,
        per_second=per_minute * SHARE / 60 if per_minute else None,
        is_group=is_group,
        timeout=SENDING_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the channel behaves where a test or a bench wants it otherwise."""

    paced: bool = True
    rhythm: Rhythm = field(default_factory=Rhythm)
    patience: Patience = field(default_factory=Patience)
    answer_seconds: float = ANSWER_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the channel works with besides its account."""

    tokens: Tokens
    seal: Seal
    wiring: Wiring
    purse: Purse
    sources: Sources
    clock: Clock
    per_minute: int


class ZaloOA:
    """The channel of one Official Account."""

    name = NAME

    def __init__(self, account: Account, parts: Parts, manners: Manners | None = None) -> None:
        manners = manners or Manners()
        self.limits = limits_of(parts.per_minute if manners.paced else None)
        self._tokens = parts.tokens
        self._client = Client(account, parts.tokens, per_second=self.limits.per_second)
        self._sender = Sender(self._client, parts.purse, parts.sources)
        self._intake = Intake(parts.wiring, account.oa_id, manners.rhythm)
        self._webhook = Webhook(parts.seal, self._intake, parts.clock.now, manners.answer_seconds)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return the route that Zalo calls."""
        return self._webhook.routes()

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery; return the id of its last message."""
        return await self._sender.send(delivery)

    async def run(self) -> None:
        """Keep the tokens fresh until cancelled; then hang up."""
        log.info("zalo_oa.open")
        try:
            await self._tokens.watch()
        finally:
            await self.hang_up()

    async def close(self) -> None:
        """Finish taking in what was answered already; deliveries still go out."""
        await self._intake.finish(INTAKE_SECONDS)

    async def hang_up(self) -> None:
        """Let a renewal end and close the connections."""
        await asyncio.gather(self._intake.finish(INTAKE_SECONDS), self._tokens.close())
        await self._client.close()
