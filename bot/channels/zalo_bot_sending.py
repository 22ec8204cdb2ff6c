"""A delivery as calls of the Bot Platform: counted, in pieces, files as links."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog

import locales
from bot.channels import Limits
from bot.channels.calls import ApiError
from bot.channels.texts import split
from bot.channels.zalo_bot_client import Client
from bot.channels.zalo_bot_errors import FORBIDDEN, WRITE_ANEW, Rejected, send_error
from bot.channels.zalo_bot_quota import Quota
from bot.channels.zalo_bot_rendering import PIECE_UNITS, Part, is_picture, parts_of
from plans.errors import SendError
from plans.messages import Address, Delivery, File

# After so many deliveries that may have arrived nobody knows which was the first.
REMEMBERED: Final = 1000
BAD_REQUEST: Final = 400

log = structlog.get_logger()


class PictureRefused(SendError):
    """Say that Zalo does not take a picture, most likely because it cannot fetch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a delivery does not say: the language of whoever gets it, and where its file waits.

    `link` returns None where the server has no public address.
    """

    language_of: Callable[[Address], Awaitable[str]]
    link: Callable[[int, str], str | None]


class Sender:
    """Sends deliveries; nothing is ever changed or taken away, for Zalo cannot do that."""

    def __init__(self, client: Client, quota: Quota, sources: Sources, limits: Limits) -> None:
        self._client = client
        self._quota = quota
        self._sources = sources
        self._pause = 1 / limits.per_second if limits.per_second else 0.0
        # How many parts of a delivery arrived before one failed, and which deliveries were met
        # with a 403. Lost in a restart: neither matters much.
        self._arrived: dict[int, int] = {}
        self._forbidden: set[int] = set()

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery; return the id of its last message."""
        first = self._arrived.get(delivery.number, 0)
        with _nothing_sent():
            parts = await self._parts(delivery)
            await self._quota.admit(delivery, len(parts) - first)
        id = ""
        for place in range(first, len(parts)):
            if place > first:
                await asyncio.sleep(self._pause)
            id = await self._post(delivery, parts[place])
            if len(parts) > 1:
                self._arrived[delivery.number] = place + 1
        self._arrived.pop(delivery.number, None)
        self._forbidden.discard(delivery.number)
        return id

    async def _parts(self, delivery: Delivery) -> tuple[Part, ...]:
        """Return the messages; what Zalo cannot carry is said in words."""
        file = delivery.reply.file
        if file is None:
            return parts_of(delivery.reply)
        url = self._sources.link(delivery.number, file.name)
        if url and is_picture(file):
            return parts_of(delivery.reply, photo=url)
        return parts_of(delivery.reply, note=await self._where(delivery, file, url))

    async def _where(self, delivery: Delivery, file: File, url: str | None) -> str:
        """Say where a file is: at a link, or on the web chat."""
        language = await self._sources.language_of(delivery.address)
        if url is None:
            return locales.text(language, "file.on_web", name=file.name)
        return locales.text(language, "file.link", name=file.name, url=url)

    async def _post(self, delivery: Delivery, part: Part) -> str:
        file = delivery.reply.file
        try:
            return await self._call(delivery, part)
        except PictureRefused:
            if file is None:
                raise
        log.warning("zalo_bot.picture_refused", number=delivery.number)
        where = await self._where(delivery, file, part.photo)
        id = ""
        for piece in split(f"{where}\n\n{part.text}", PIECE_UNITS):
            id = await self._call(delivery, Part(text=piece))
        return id

    async def _call(self, delivery: Delivery, part: Part) -> str:
        """Call once; what was counted is taken back only if it certainly did not go."""
        with _nothing_sent():
            note = await self._quota.spend(delivery)
        try:
            sent = await self._ask(delivery.address.chat, part)
        except ApiError as error:
            fault = send_error(error)
            if fault.unknown:
                raise await self._judged(delivery, error, fault) from None
            with _nothing_sent():
                await self._quota.take_back(note)
                if part.photo and isinstance(error, Rejected) and error.code == BAD_REQUEST:
                    raise PictureRefused(str(error)) from None
                raise await self._judged(delivery, error, fault) from None
        return str(sent.get("message_id", "")) if isinstance(sent, dict) else ""

    async def _ask(self, chat: str, part: Part) -> Any:
        if not part.photo:
            return await self._client.call("sendMessage", chat_id=chat, text=part.text)
        caption = {"caption": part.text} if part.text else {}
        return await self._client.call("sendPhoto", chat_id=chat, photo=part.photo, **caption)

    async def _judged(self, delivery: Delivery, error: ApiError, fault: SendError) -> SendError:
        """Say what becomes of a delivery, with what is known of the month and of earlier tries."""
        if not isinstance(error, Rejected):
            return fault
        if error.used_up:
            return await self._quota.refused(delivery)
        if error.token_refused:
            log.error("zalo_bot.token_refused", to_do=WRITE_ANEW)
        if error.code == FORBIDDEN:
            return self._once_more(delivery.number, fault)
        return fault

    def _once_more(self, number: int, fault: SendError) -> SendError:
        """Let a delivery that may have gone be tried once more, and not five times.

        Zalo answers 403 for faults of its own and, it seems, for people beyond its plan.
        """
        if number in self._forbidden:
            self._forbidden.discard(number)
            return SendError(str(fault))
        if len(self._forbidden) > REMEMBERED:
            self._forbidden.clear()
        self._forbidden.add(number)
        return fault


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """Let a database that is away be the reason for a later try, and not for a doubt."""
    try:
        yield
    except SendError:
        raise
    except Exception as fault:
        log.exception("zalo_bot.not_tried")
        raise SendError(type(fault).__name__, retry=True) from None
