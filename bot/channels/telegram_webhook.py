"""Updates brought to us: verified, committed, and only then acknowledged."""

import hmac
import json
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web

from bot.channels.telegram_intake import Intake

PATH: Final = "/telegram"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
MOST_BYTES: Final = 256 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where Telegram reaches us, and what proves that it is Telegram."""

    base: str
    secret: str = field(repr=False)

    @property
    def url(self) -> str:
        """Return the address that Telegram is told."""
        return self.base.rstrip("/") + PATH

    def proves(self, given: str) -> bool:
        """Compare a secret in the same time whatever is in it."""
        return hmac.compare_digest(given.encode(errors="replace"), self.secret.encode())


class Webhook:
    """The route that Telegram calls."""

    def __init__(self, hook: Hook, intake: Intake) -> None:
        self._hook = hook
        self._intake = intake

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return where updates come in."""
        return [web.post(PATH, self._take)]

    async def _take(self, request: web.Request) -> web.Response:
        if not self._hook.proves(request.headers.get(SECRET_HEADER, "")):
            log.warning("telegram.forged")
            raise web.HTTPForbidden
        body = await _body(request)
        try:
            raw = json.loads(body)
        except ValueError:
            # It has the secret, so it is Telegram's: to refuse it would bring it for ever.
            log.error("telegram.unreadable_update", number=None, fault="not JSON")
            return web.Response()
        event = self._intake.read(raw)
        if event:
            try:
                await self._intake.take(event)
            except Exception as fault:
                log.error("telegram.not_accepted", fault=type(fault).__name__)
                raise web.HTTPServiceUnavailable from None
        return web.Response()


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    return await request.read()
