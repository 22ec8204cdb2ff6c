"""An event of an Official Account as what it means to the bot; what means nothing is None."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.channels.zalo_oa_signature import moment_of
from handlers.groups import addressed
from plans.messages import Address, Medium, Message, MessageKind

NAME: Final = "zalo_oa"
MEDIUM: Final = Medium(buttons=True, sparing=True)
# A chat of this beginning is a group; people's numbers are digits alone.
GROUP: Final = "g"
_SENT: Final = "user_send_"
_IN_GROUP: Final = "user_send_group_"
_KINDS: Final = {
    "image": MessageKind.PHOTO,
    "gif": MessageKind.PHOTO,
    "file": MessageKind.FILE,
    "video": MessageKind.FILE,
    "audio": MessageKind.VOICE,
    "sticker": MessageKind.STICKER,
    "link": MessageKind.OTHER,
    "location": MessageKind.OTHER,
    "business_card": MessageKind.OTHER,
}
_CARRIED: Final = re.compile(r"#b(\d{1,15})\.(\d{1,3})", re.A)
_MENTION: Final = re.compile(r"\[@[^\]]*\]")


class Unreadable(Exception):
    """Say that an event is not as Zalo writes them; nothing of it is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody sent a message, or follows the account anew."""

    message: Message

    @property
    def address(self) -> Address:
        """Return where it was said."""
        return self.message.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """Somebody tapped a button, which names a message of the outbox and a place in it."""

    address: Address
    id: str
    number: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Somebody follows the account no longer."""

    address: Address
    at: datetime


Event = Said | Tapped | Left


def carried(number: int, place: int) -> str:
    """Return what a button carries."""
    return f"#b{number}.{place}"


def address_of(user: str) -> Address:
    """Return where a person is reached."""
    return Address(channel=NAME, chat=user)


def is_group(chat: str) -> bool:
    """Say whether a chat is a group."""
    return chat.startswith(GROUP)


def read(raw: Mapping[str, Any], oa_id: str) -> Event | None:
    """Read one event; raise `Unreadable` for one that is not as Zalo writes them."""
    name = str(raw.get("event_name", ""))
    if name.startswith(_IN_GROUP):
        return _in_group(raw, oa_id) if name == f"{_IN_GROUP}text" else None
    if name.startswith(_SENT):
        return _sent(raw, oa_id, name.removeprefix(_SENT))
    if name in ("follow", "unfollow"):
        return _follower(raw, oa_id, follows=name == "follow")
    return None


def _sent(raw: Mapping[str, Any], oa_id: str, what: str) -> Said | Tapped | None:
    kind = MessageKind.TEXT if what == "text" else _KINDS.get(what)
    if kind is None or _id_in(raw, "recipient") != oa_id:
        return None
    address, message = address_of(_id_in(raw, "sender")), _part(raw, "message")
    id = _number_of(message)
    # What is not text stays at Zalo: neither a caption nor a file is ever read.
    text = _text(message) if kind is MessageKind.TEXT else ""
    if found := _CARRIED.fullmatch(text.strip()):
        return Tapped(address=address, id=id, number=int(found[1]), place=int(found[2]))
    said = Message(address=address, id=id, text=text, kind=kind, medium=MEDIUM)
    return Said(message=said)


def _in_group(raw: Mapping[str, Any], oa_id: str) -> Said | None:
    """Take commands for the bot; what people say among themselves is not for it."""
    if str(raw.get("oa_id") or oa_id) != oa_id:
        return None
    text = _MENTION.sub(" ", _text(_part(raw, "message"))).strip()
    if not text.startswith("/") or not addressed(text, ""):
        return None
    group = _id_in(raw, "recipient")
    said = Message(
        address=address_of(GROUP + group),
        id=_number_of(_part(raw, "message")),
        text=text,
        sender=address_of(_id_in(raw, "sender")),
        medium=MEDIUM,
    )
    return Said(message=said)


def _follower(raw: Mapping[str, Any], oa_id: str, *, follows: bool) -> Said | Left | None:
    if str(raw.get("oa_id") or oa_id) != oa_id:
        return None
    address, timestamp = address_of(_id_in(raw, "follower")), str(raw.get("timestamp", ""))
    at = moment_of(timestamp)
    if at is None:
        raise Unreadable("timestamp")
    if not follows:
        return Left(address=address, at=at)
    # To follow is to begin: an event without a number of its own, named by its moment.
    said = Message(address=address, id=f"follow.{timestamp}", text="/start", medium=MEDIUM)
    return Said(message=said)


def _text(message: Mapping[str, Any]) -> str:
    text = message.get("text")
    if not isinstance(text, str):
        raise Unreadable("text")
    return unicodedata.normalize("NFC", text)


def _number_of(message: Mapping[str, Any]) -> str:
    number = message.get("msg_id") or message.get("message_id")
    if not isinstance(number, str | int) or not 0 < len(str(number)) <= 120:
        raise Unreadable("message number")
    return str(number)


def _id_in(raw: Mapping[str, Any], name: str) -> str:
    id = str(_part(raw, name).get("id", ""))
    if not re.fullmatch(r"[\w-]{1,100}", id, re.A):
        raise Unreadable(name)
    return id


def _part(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = raw.get(name)
    if not isinstance(part, Mapping):
        raise Unreadable(name)
    return part
