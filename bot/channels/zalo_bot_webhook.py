"""Updates brought to us: verified before they are read, committed before they are acknowledged."""

import asyncio
import hmac
import json
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web

from bot.channels.zalo_bot_intake import Intake
from plans.messages import Message

PATH: Final = "/zalo-bot"
SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"  # noqa: S105
MOST_BYTES: Final = 256 * 1024
# Zalo does not say how long it waits for an answer; for its other product it is two seconds.
ANSWER_SECONDS: Final = 1.5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where Zalo reaches us, and what proves that it is Zalo; without a secret nothing does."""

    base: str
    secret: str = field(repr=False)

    @property
    def url(self) -> str:
        """Return the address that Zalo is told."""
        return self.base.rstrip("/") + PATH

    def proves(self, given: str) -> bool:
        """Compare a secret in the same time whatever is in it."""
        same = hmac.compare_digest(given.encode(errors="replace"), self.secret.encode())
        return same and bool(self.secret)


class Webhook:
    """The route that Zalo calls."""

    def __init__(self, hook: Hook, intake: Intake, stopping: asyncio.Event) -> None:
        self._hook = hook
        self._intake = intake
        self._stopping = stopping
        self._taking: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return where updates come in."""
        return [web.post(PATH, self._answer)]

    async def finish(self, seconds: float) -> None:
        """Let what is being taken in be committed."""
        if self._taking:
            await asyncio.wait(self._taking, timeout=seconds)

    async def _answer(self, request: web.Request) -> web.Response:
        """Answer 200 to whatever Zalo brings: it brings nothing twice."""
        if not self._hook.proves(request.headers.get(SECRET_HEADER, "")):
            log.warning("zalo_bot.forged")
            raise web.HTTPForbidden
        message = self._read(await _body(request))
        if message:
            # A task of its own: one that takes long goes on after the answer.
            task = asyncio.create_task(self._take(message))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
            await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        return web.json_response({"message": "Success"})

    def _read(self, body: bytes) -> Message | None:
        if not body.strip():
            return None  # the probe of setWebhook
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            log.error("zalo_bot.unreadable_update", id="", fault="not JSON")
            return None
        return self._intake.read(raw)

    async def _take(self, message: Message) -> None:
        if not await self._intake.take(message, self._stopping):
            log.error("zalo_bot.lost", id=message.id)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    return await request.read()
