"""An update of the Bot Platform as the message that it is; what means nothing is None."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handlers.groups import addressed
from plans.messages import Address, Medium, Message, MessageKind

NAME: Final = "zalo_bot"
MEDIUM: Final = Medium(buttons=False, sparing=True)
# Documents, contact cards, previews of links and what protected people write are all told as
# "unsupported": nobody knows which it was.
_KINDS: Final = {
    "message.text.received": MessageKind.TEXT,
    "message.image.received": MessageKind.PHOTO,
    "message.voice.received": MessageKind.VOICE,
    "message.sticker.received": MessageKind.STICKER,
    "message.unsupported.received": MessageKind.OTHER,
}
_ID: Final = re.compile(r"[\x21-\x7e]{1,120}")
# A mention by a name that is not known: what stands before the command.
_MENTION: Final = re.compile(r"@[^/]*(?=/)")


class Unreadable(ValueError):
    """Say that an update is not as the platform writes them; never what is in it."""


def read(raw: object, names: Sequence[str] = ()) -> Message | None:
    """Read one update, wrapped or flat; raise `Unreadable` for one that cannot be read.

    `names` are the bot's own, by which a group mentions it. Nothing but a text is ever looked at:
    neither the address of a picture nor what stands under it.
    """
    event = _unwrapped(raw)
    kind = _KINDS.get(str(event.get("event_name")))
    told = event.get("message")
    if kind is None or told is None:
        return None
    message = _object(told)
    speaker, chat = _object(message.get("from")), _object(message.get("chat"))
    if speaker.get("is_bot") is True:
        return None
    id, address = _id(message.get("message_id")), _address(chat.get("id"))
    text = message.get("text")
    if kind is MessageKind.TEXT and not (isinstance(text, str) and text):
        kind = MessageKind.OTHER
    typed = as_typed(text) if kind is MessageKind.TEXT and isinstance(text, str) else ""
    if str(chat.get("chat_type")).upper() == "GROUP":
        return _in_group(address, _address(speaker.get("id")), id, typed, names)
    return Message(address=address, id=id, text=typed, kind=kind, medium=MEDIUM)


def id_of(raw: object) -> str:
    """Return the id of an update's message for a log, "" where it has none."""
    try:
        return _id(_object(_unwrapped(raw).get("message")).get("message_id"))
    except Unreadable:
        return ""


def address_of(chat: str) -> Address:
    """Return where a chat is reached."""
    return Address(channel=NAME, chat=chat)


def as_typed(text: str) -> str:
    """Put a text into the form that is stored: letters with their accents, nothing unstorable."""
    # JSON can carry NUL and half a surrogate pair; PostgreSQL and UTF-8 cannot.
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", whole.replace("\x00", ""))


def _in_group(
    address: Address, sender: Address, id: str, text: str, names: Sequence[str]
) -> Message | None:
    """Take commands; the rest is talk, of which nothing is kept."""
    said = _without_mention(text, names)
    if not addressed(said, ""):
        return None
    return Message(address=address, id=id, text=said, sender=sender, medium=MEDIUM)


def _without_mention(text: str, names: Sequence[str]) -> str:
    """Take out the mention that made a group's message reach the bot."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(re.escape(f"@{as_typed(name)}"), " ", text, flags=re.I)
    return " ".join(_MENTION.sub("", text, count=1).split())


def _unwrapped(raw: object) -> Mapping[str, Any]:
    body = _object(raw)
    inside = body.get("result")
    return inside if isinstance(inside, dict) else body


def _object(told: object) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise Unreadable("no JSON object where there should be one")
    return told


def _address(id: object) -> Address:
    return address_of(_id(id))


def _id(told: object) -> str:
    if not isinstance(told, str) or not _ID.fullmatch(told):
        raise Unreadable("no id where there should be one")
    return told
