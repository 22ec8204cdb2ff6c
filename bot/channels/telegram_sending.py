"""A delivery as calls of the Bot API: new messages, edits in place, what is taken away."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import BufferedInputFile, LinkPreviewOptions

from bot.channels import Limits
from bot.channels.calls import ApiError
from bot.channels.errands import Errands
from bot.channels.telegram_client import Client
from bot.channels.telegram_errors import Rejected, send_error
from bot.channels.telegram_rendering import Part, parts_of
from bot.channels.telegram_turns import REMEMBERED, Turns
from bot.channels.telegram_updates import address_of, answered, is_group
from plans.messages import Address, Delivery, Manner

Follow = Callable[[Address, Address], Awaitable[None]]

PARSE_MODE: Final = "HTML"
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
UNCHANGED: Final = "message is not modified"
# With these Telegram says that a file is none of its photos; as a file it takes it.
NO_PHOTO: Final = ("photo_", "image_process")

log = structlog.get_logger()


class Sender:
    """Sends deliveries; `follow` is told the new address of a group that has moved."""

    def __init__(self, client: Client, limits: Limits, errands: Errands, follow: Follow) -> None:
        self._client = client
        self._errands = errands
        self._follow = follow
        self.turns = Turns(limits)
        # How many parts of a delivery arrived before one failed, and the taps on cards whose
        # buttons hold for that card alone. Lost in a restart: neither matters much.
        self._arrived: dict[int, int] = {}
        self._bound: set[str] = set()

    def tapped_bound(self, tap: str) -> None:
        """Learn that a tap was on a card whose buttons its answer ends."""
        if len(self._bound) > REMEMBERED:
            self._bound.clear()
        self._bound.add(tap)

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery; return the id of its last message."""
        try:
            return await self._send(delivery)
        except ApiError as error:
            raise send_error(error) from None

    async def _send(self, delivery: Delivery) -> str:
        chat, reply = delivery.address.chat, delivery.reply
        bound = delivery.answers in self._bound
        self._bound.discard(delivery.answers or "")
        before = answered(delivery.answers)
        parts = parts_of(delivery)
        if before and not before.tapped and reply.manner is Manner.RETRACT and not is_group(chat):
            await self._client.attempt(DeleteMessage(chat_id=chat, message_id=before.message_id))
        changes = reply.manner is Manner.IN_PLACE and not reply.file and len(parts) == 1
        if (
            changes
            and before
            and before.tapped
            and await self._changed(chat, before.message_id, parts[0])
        ):
            return str(before.message_id)
        id = await self._send_parts(delivery, parts)
        if before and before.tapped and bound and reply.choices:
            self._errands.start(self._take_keyboard(chat, before.message_id))
        return id

    async def _send_parts(self, delivery: Delivery, parts: tuple[Part, ...]) -> str:
        """Send what has not arrived yet, so that no part comes twice after a failure."""
        id = ""
        for place in range(self._arrived.get(delivery.number, 0), len(parts)):
            sent = await self._post(delivery.address.chat, parts[place])
            id = str(sent.get("message_id", "")) if isinstance(sent, dict) else ""
            if len(parts) > 1:
                self._arrived[delivery.number] = place + 1
        self._arrived.pop(delivery.number, None)
        return id

    async def _post(self, chat: str, part: Part) -> Any:
        if not part.photo:
            return await self._call(chat, method_of(chat, part))
        try:
            return await self._call(chat, method_of(chat, part))
        except Rejected as refusal:
            if not any(words in refusal.description for words in NO_PHOTO):
                raise
        return await self._call(chat, _document(chat, part))

    async def _changed(self, chat: str, message_id: int, part: Part) -> bool:
        """Change a message in place; False where that cannot be done."""
        edit = EditMessageText(
            chat_id=chat,
            message_id=message_id,
            text=part.html,
            parse_mode=PARSE_MODE,
            link_preview_options=NO_PREVIEW,
            reply_markup=part.keyboard,
        )
        try:
            await self._call(chat, edit)
        except Rejected as refusal:
            if refusal.status != 400:
                raise
            return UNCHANGED in refusal.description
        return True

    async def _call(self, chat: str, method: TelegramMethod[Any]) -> Any:
        try:
            async with self.turns.turn(chat):
                return await self._client.call(method)
        except Rejected as refusal:
            if refusal.busy:
                self.turns.hush(refusal.retry_after or 0.0)
            if not refusal.moved_to:
                raise
            new = address_of(refusal.moved_to)
        log.info("telegram.group_moved")
        await self._follow(address_of(int(chat)), new)
        async with self.turns.turn(new.chat):
            return await self._client.call(method.model_copy(update={"chat_id": new.chat}))

    async def _take_keyboard(self, chat: str, message_id: int) -> None:
        """Take the buttons from a card that is done with, unless there is something to send."""
        if not await self.turns.lull(chat) or self.turns.quiet:
            return
        async with self.turns.turn(chat):
            bare = EditMessageReplyMarkup(chat_id=chat, message_id=message_id)
            await self._client.attempt(bare)


def method_of(chat: str, part: Part) -> TelegramMethod[Any]:
    """Return the call that sends one part of a reply."""
    if part.file is None:
        return SendMessage(
            chat_id=chat,
            text=part.html,
            parse_mode=PARSE_MODE,
            link_preview_options=NO_PREVIEW,
            reply_markup=part.keyboard,
        )
    if not part.photo:
        return _document(chat, part)
    return SendPhoto(
        chat_id=chat,
        photo=BufferedInputFile(part.file.content, part.file.name),
        caption=part.html or None,
        parse_mode=PARSE_MODE,
        reply_markup=part.keyboard,
    )


def _document(chat: str, part: Part) -> TelegramMethod[Any]:
    if part.file is None:
        raise ValueError("a part without a file is no document")
    return SendDocument(
        chat_id=chat,
        document=BufferedInputFile(part.file.content, part.file.name),
        caption=part.html or None,
        parse_mode=PARSE_MODE,
        reply_markup=part.keyboard,
    )
