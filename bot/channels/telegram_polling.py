"""Updates asked for: an offset moves only after everything before it is committed."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import structlog
from aiogram.methods import GetUpdates

from bot.channels.calls import CONNECT_SECONDS, ApiError
from bot.channels.rhythm import Rhythm, rest, unless
from bot.channels.telegram_client import Client
from bot.channels.telegram_errors import Rejected
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_updates import ALLOWED_UPDATES, Event, number_of

BATCH: Final = 100
CONFLICT: Final = 409
Line = list[tuple[int, Event]]

log = structlog.get_logger()


class Poller:
    """Asks for updates until it is stopped; a batch that was begun is finished first."""

    def __init__(self, client: Client, intake: Intake, rhythm: Rhythm) -> None:
        self._client = client
        self._intake = intake
        self._rhythm = rhythm
        self._offset = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Take updates in; whatever fails is tried again, more and more slowly."""
        pauses = self._rhythm.pauses()
        while not stopping.is_set():
            try:
                batch = await unless(stopping, self._ask())
                taken = batch is None or await self._take(batch)
            except ApiError as error:
                seconds = max(next(pauses), getattr(error, "retry_after", None) or 0.0)
                tell(error, seconds)
                await rest(seconds, stopping)
                continue
            if taken:
                pauses = self._rhythm.pauses()
            else:
                await rest(next(pauses), stopping)

    async def _ask(self) -> list[object]:
        patience = max(0, int(self._rhythm.poll))
        ask = GetUpdates(
            offset=self._offset,
            limit=BATCH,
            timeout=patience,
            allowed_updates=ALLOWED_UPDATES,
        )
        batch = await self._client.call(ask, patience + CONNECT_SECONDS)
        return batch if isinstance(batch, list) else []

    async def _take(self, batch: Sequence[object]) -> bool:
        """Take a batch in, chats beside each other; False if something has to come again."""
        lines: defaultdict[str, Line] = defaultdict(list)
        numbers = sorted(number for raw in batch if (number := number_of(raw)) is not None)
        for raw in sorted(batch, key=lambda raw: number_of(raw) or 0):
            number, event = number_of(raw), self._intake.read(raw)
            if number is not None and event:
                lines[event.address.chat].append((number, event))
        ends = await asyncio.gather(*(self._take_line(line) for line in lines.values()))
        failed = [number for number in ends if number is not None]
        if failed:
            self._offset = min(failed)
        elif numbers:
            self._offset = numbers[-1] + 1
        # A batch of which no number can be read would come again at once.
        return not failed and (bool(numbers) or not batch)

    async def _take_line(self, line: Line) -> int | None:
        """Take one chat's updates in, in order; return the number of the one that failed."""
        for number, event in line:
            try:
                await self._intake.take(event)
            except Exception as fault:
                log.error("telegram.not_accepted", number=number, fault=type(fault).__name__)
                return number
        return None


def tell(error: ApiError, seconds: float) -> None:
    """Log that Telegram cannot be used now, and what to do where that is known."""
    if isinstance(error, Rejected) and error.status == CONFLICT:
        to_do = (
            "a webhook is set for this bot: stop the server that set it, then restart this one, "
            "or write TELEGRAM_MODE=webhook"
            if "webhook" in error.description
            else "another process asks for this bot's updates: stop it, one token serves one bot"
        )
        log.error("telegram.conflict", to_do=to_do, again_in=seconds)
    elif isinstance(error, Rejected) and error.token_refused:
        to_do = "Telegram does not know TELEGRAM_TOKEN: write the one that @BotFather gives"
        log.error("telegram.token_refused", to_do=to_do, again_in=seconds)
    else:
        log.warning("telegram.away", reason=str(error), again_in=seconds)
