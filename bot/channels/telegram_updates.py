"""An update of Telegram as what it means to the bot; what means nothing is None."""

import re
from dataclasses import dataclass
from typing import Final

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Update
from aiogram.types import Message as TelegramMessage

from handlers.groups import addressed
from plans.messages import Address, Message, MessageKind

NAME: Final = "telegram"
ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "my_chat_member"]
# What people send; other kinds are notes of Telegram's own, to which nobody expects an answer.
_KINDS: Final = {
    "text": MessageKind.TEXT,
    "photo": MessageKind.PHOTO,
    "live_photo": MessageKind.PHOTO,
    "document": MessageKind.FILE,
    "audio": MessageKind.FILE,
    "video": MessageKind.FILE,
    "animation": MessageKind.FILE,
    "voice": MessageKind.VOICE,
    "video_note": MessageKind.VOICE,
    "sticker": MessageKind.STICKER,
    **dict.fromkeys(
        ("checklist", "contact", "dice", "game", "location", "paid_media", "poll", "rich_message"),
        MessageKind.OTHER,
    ),
    **dict.fromkeys(("story", "venue", "unknown"), MessageKind.OTHER),
}
_COMMAND: Final = re.compile(r"(?P<command>/\w+)(?:@(?P<bot>\w+))?(?P<rest>(?:\s.*)?)", re.S)
_ANSWERED: Final = re.compile(r"c\d+\.(?P<button>\d+)|[me](?P<message>\d+)(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody sent a message."""

    address: Address
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """Somebody tapped a button; `message_id` 0 and no chat of their own where it was elsewhere."""

    address: Address
    query: str
    message_id: int
    carried: str
    private: bool

    @property
    def id(self) -> str:
        """Return the id under which the tap is seen once."""
        return f"c{self.query}.{self.message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The bot was blocked or let in again: by a person, or in a group."""

    address: Address
    welcome: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A group got another number."""

    address: Address
    to: Address


Event = Said | Tapped | Membership | Moved


def read(raw: object, username: str) -> Event | None:
    """Read one update; anything may be raised for one that is not as Telegram writes them."""
    update = Update.model_validate(raw)
    if update.message:
        return _message(update.message, username)
    if update.edited_message:
        return _edited(update.edited_message)
    if update.callback_query:
        return _tapped(update.callback_query)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    return None


def address_of(chat: int) -> Address:
    """Return where a chat is reached."""
    return Address(channel=NAME, chat=str(chat))


def is_group(chat: str) -> bool:
    """Say whether a chat is a group: their numbers are negative."""
    return chat.startswith("-")


@dataclass(frozen=True, slots=True)
class Answered:
    """The message of Telegram that a delivery answers; of a tap, the one with the button."""

    message_id: int
    tapped: bool


def answered(id: str | None) -> Answered | None:
    """Read back what an id that was made here stands for."""
    found = _ANSWERED.fullmatch(id or "")
    if found is None:
        return None
    tapped = found["button"] is not None
    return Answered(int(found["button"] or found["message"]), tapped=tapped)


def _message(message: TelegramMessage, username: str) -> Said | Moved | None:
    if message.migrate_to_chat_id:
        return Moved(address=address_of(message.chat.id), to=address_of(message.migrate_to_chat_id))
    kind = (
        MessageKind.FORWARD
        if message.forward_origin
        else _KINDS.get(ContentType(message.content_type).value)
    )
    if kind is None:
        return None
    if not _private(message.chat):
        return _in_group(message, username)
    # What is not text stays at Telegram: neither a caption nor a file is ever read. Pictures sent
    # together are refused together.
    together = f"g{message.media_group_id}" if message.media_group_id else ""
    return Said(
        address=address_of(message.chat.id),
        message=Message(
            address=address_of(message.chat.id),
            id=together or f"m{message.message_id}",
            text=_typed(message.text or "") if kind is MessageKind.TEXT else "",
            kind=kind,
        ),
    )


def _in_group(message: TelegramMessage, username: str) -> Said | None:
    """Take commands for this bot by members who say who they are; the rest is not for it."""
    text, sender = message.text or "", message.from_user
    if sender is None or sender.is_bot or message.forward_origin or not text.startswith("/"):
        return None
    if username and not addressed(text, username):
        return None
    address = address_of(message.chat.id)
    return Said(
        address=address,
        message=Message(
            address=address,
            id=f"m{message.message_id}",
            text=text,
            sender=address_of(sender.id),
        ),
    )


def _edited(message: TelegramMessage) -> Said | None:
    """Take a text that was changed; Telegram tells of much else that nobody has edited."""
    if not _private(message.chat) or message.text is None or not message.edit_date:
        return None
    address = address_of(message.chat.id)
    id = f"e{message.message_id}.{message.edit_date}"
    return Said(
        address=address,
        message=Message(address=address, id=id, text="", kind=MessageKind.EDIT),
    )


def _tapped(query: CallbackQuery) -> Tapped:
    chat = query.message.chat if query.message else None
    return Tapped(
        address=address_of(chat.id if chat else query.from_user.id),
        query=query.id,
        message_id=query.message.message_id if query.message else 0,
        carried=query.data or "",
        private=chat is not None and _private(chat),
    )


def _membership(change: ChatMemberUpdated) -> Membership:
    return Membership(
        address=address_of(change.chat.id),
        welcome=change.new_chat_member.status not in ("kicked", "left"),
    )


def _typed(text: str) -> str:
    """Take the bot's name out of a command: `/start@some_bot CODE` is `/start CODE`."""
    found = _COMMAND.fullmatch(text)
    return found["command"] + found["rest"] if found else text


def _private(chat: Chat) -> bool:
    return chat.type == "private"


def number_of(raw: object) -> int | None:
    """Return the number of an update, None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None
