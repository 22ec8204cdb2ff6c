"""Updates asked for, one at a time and one poll after the other: whoever polls is alone."""

import asyncio
from typing import Any, Final

import structlog

from bot.channels.calls import ApiError
from bot.channels.rhythm import Rhythm, rest, unless
from bot.channels.zalo_bot_client import Client
from bot.channels.zalo_bot_errors import WRITE_ANEW, Rejected
from bot.channels.zalo_bot_intake import Intake

# Zalo may tell the same update again at once: without this that would be a storm of requests.
LEAST_SECONDS: Final = 1.0
# So much longer than asked for a poll may take.
GRACE_SECONDS: Final = 10.0
# Where somebody sets a webhook meanwhile, polls are refused, or just never bring anything again.
LOOK_SECONDS: Final = 600.0
BAD_REQUEST: Final = 400

log = structlog.get_logger()


class Poller:
    """Asks for updates until it is stopped; what was told is taken in first."""

    def __init__(self, client: Client, intake: Intake, rhythm: Rhythm, least: float) -> None:
        self._client = client
        self._intake = intake
        self._rhythm = rhythm
        self._least = least
        self._pauses = rhythm.pauses()

    async def run(self, stopping: asyncio.Event) -> None:
        """Take updates in until it is time to see whether anybody else does.

        Whatever fails is tried again, more and more slowly.
        """
        now = asyncio.get_running_loop().time
        end = now() + LOOK_SECONDS
        while not stopping.is_set() and now() < end:
            began = now()
            try:
                told = await unless(stopping, self._ask())
            except ApiError as error:
                seconds = max(next(self._pauses), self._least)
                tell(error, seconds)
                await rest(seconds, stopping)
                if isinstance(error, Rejected) and error.code == BAD_REQUEST:
                    return
                continue
            self._pauses = self._rhythm.pauses()
            await self._take(told, stopping)
            await rest(self._least - (now() - began), stopping)

    async def _ask(self) -> Any:
        """Poll once; None for nothing new, which Zalo says in four ways."""
        patience = max(0, int(self._rhythm.poll))
        try:
            async with asyncio.timeout(patience + GRACE_SECONDS):
                seconds = patience + 2 * GRACE_SECONDS
                return await self._client.call("getUpdates", seconds, timeout=str(patience))
        except TimeoutError:
            log.debug("zalo_bot.poll_not_answered")
            return None
        except Rejected as refusal:
            if refusal.idle:
                return None
            raise

    async def _take(self, told: Any, stopping: asyncio.Event) -> None:
        for raw in told if isinstance(told, list) else [told] if told else []:
            message = self._intake.read(raw)
            if message and not await self._intake.take(message, stopping):
                log.error("zalo_bot.lost", id=message.id)


def tell(error: ApiError, seconds: float) -> None:
    """Log that Zalo cannot be used now, and what to do where that is known."""
    if isinstance(error, Rejected) and error.token_refused:
        log.error("zalo_bot.token_refused", to_do=WRITE_ANEW, again_in=seconds)
    else:
        log.warning("zalo_bot.away", reason=str(error), again_in=seconds)
