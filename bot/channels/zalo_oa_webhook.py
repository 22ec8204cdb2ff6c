"""Events brought to us: verified, committed, and answered within Zalo's two seconds."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import structlog
from aiohttp import web

from bot.channels.zalo_oa_intake import Intake, Taking
from bot.channels.zalo_oa_signature import HEADER, Seal, Verdict, is_timely

PATH: Final = "/zalo-oa"
MOST_BYTES: Final = 256 * 1024
# Zalo waits two seconds; what is not committed by then is finished beside the answer.
ANSWER_SECONDS: Final = 1.5
RETRY_HEADER: Final = "num_retry"
CALLBACK: Final = (
    "The account's administrator agreed. Copy what stands after code= in this page's address, and "
    "within ten minutes run: python -m bot zalo authorize CODE\n"
)

log = structlog.get_logger()


class Webhook:
    """The route that Zalo calls, and that the consent of an administrator leads to."""

    def __init__(
        self,
        seal: Seal,
        intake: Intake,
        now: Callable[[], datetime],
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._seal = seal
        self._intake = intake
        self._now = now
        self._seconds = seconds

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return where events and consents come in."""
        return [web.post(PATH, self._take), web.get(PATH, self._agreed)]

    async def _agreed(self, _request: web.Request) -> web.Response:
        return web.Response(text=CALLBACK)

    async def _take(self, request: web.Request) -> web.Response:
        body = await _body(request)
        if not body:
            # The console looks whether anybody is there.
            return web.Response()
        raw = self._proven(body, request.headers.get(HEADER, ""))
        if retry := request.headers.get(RETRY_HEADER, ""):
            log.info("zalo_oa.redelivered", retry=int(retry) if retry.isdecimal() else 0)
        if event := self._intake.read(raw):
            await self._committed(self._intake.begin(event))
        return web.Response()

    async def _committed(self, taking: Taking) -> None:
        """Wait for the commit, as long as Zalo waits; raise where it failed so far.

        Zalo may then bring the event again; it is tried again here too, and seen once.
        """
        try:
            async with asyncio.timeout(self._seconds):
                await taking.done.wait()
        except TimeoutError:
            if taking.failed.is_set():
                raise web.HTTPServiceUnavailable from None
            log.warning("zalo_oa.slow_commit")

    def _proven(self, body: bytes, signature: str) -> Mapping[str, Any]:
        """Return an event that is Zalo's and of today; refuse every other."""
        raw = _object(body)
        timestamp = str(raw.get("timestamp", ""))
        verdict = self._seal.judge(body, timestamp, signature)
        if verdict is Verdict.OTHER_VARIANT:
            to_do = f"the other variant matches: set ZALO_OA_SIGNED_BY={self._seal.other}"
            log.error("zalo_oa.forged", to_do=to_do)
        elif verdict is Verdict.FORGED:
            log.warning("zalo_oa.forged")
        elif not is_timely(timestamp, self._now()):
            log.warning("zalo_oa.replayed")
        else:
            return raw
        raise web.HTTPForbidden


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    return await request.read()


def _object(body: bytes) -> Mapping[str, Any]:
    """Return what a body tells; what is no JSON object has no signature that fits."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return raw if isinstance(raw, dict) else {}
