"""The web chat's JSON frames: what a page may say, and what it is told."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from plans.messages import Address, Delivery, File, Message, MessageKind

FRAME_BYTES: Final = 64 * 1024
TEXT_LENGTH: Final = 4000
# A choice may bring back the whole text that came before its unit was chosen.
TAP_LENGTH: Final = TEXT_LENGTH + 200
ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The largest number a database's 64-bit key can hold.
NUMBER_LIMIT: Final = 2**63 - 1
# How a PNG begins, and where its width and height stand.
PNG: Final = b"\x89PNG\r\n\x1a\n"
PNG_SIZE: Final = slice(16, 24)
ATTACHMENTS: Final = {
    kind.value: kind
    for kind in (MessageKind.PHOTO, MessageKind.FILE, MessageKind.VOICE, MessageKind.STICKER)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A page says which delivery it saw last."""

    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A frame that is not taken: which message, if it can be told, and why."""

    id: str | None
    reason: str


Incoming = Hello | Message | Wrong


def parse(raw: str, address: Address) -> Incoming:
    """Read one frame from a page; a frame that breaks a rule comes back as `Wrong`."""
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        return Wrong(id=None, reason="bad_frame")
    if not isinstance(fields, dict):
        return Wrong(id=None, reason="bad_frame")
    if fields.get("type") == "hello":
        return _hello(fields)
    return _message(fields, address)


def _hello(fields: Mapping[str, Any]) -> Incoming:
    seen = fields.get("seen")
    # bool is an int in Python, but `true` is no number in JSON.
    if type(seen) is not int or not 0 <= seen <= NUMBER_LIMIT:
        return Wrong(id=None, reason="bad_frame")
    return Hello(seen=seen)


def _message(fields: Mapping[str, Any], address: Address) -> Incoming:
    id = fields.get("id")
    if not isinstance(id, str) or not ID.fullmatch(id):
        return Wrong(id=None, reason="bad_id")
    match fields:
        case {"type": "message", "text": str(text)}:
            return _worded(address, id, MessageKind.TEXT, text, TEXT_LENGTH)
        case {"type": "tap", "data": str(text)}:
            return _worded(address, id, MessageKind.TAP, text, TAP_LENGTH)
        case {"type": "attachment", "kind": str(kind)} if kind in ATTACHMENTS:
            return Message(address=address, id=id, text="", kind=ATTACHMENTS[kind])
    return Wrong(id=id, reason="bad_frame")


def _worded(address: Address, id: str, kind: MessageKind, text: str, limit: int) -> Incoming:
    if len(text) > limit:
        return Wrong(id=id, reason="too_long")
    storable = _storable(text)
    if not storable.strip():
        return Wrong(id=id, reason="empty")
    return Message(address=address, id=id, text=storable, kind=kind)


def _storable(text: str) -> str:
    # JSON can carry NUL and half a surrogate pair; PostgreSQL and UTF-8 cannot.
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "")


def ready(now: datetime, start: int) -> str:
    """Say that a page is connected, the bot's time, and after which delivery it will hear all."""
    return _json({"type": "ready", "now": now.isoformat(), "from": start})


def ack(id: str) -> str:
    """Say that a message is kept."""
    return _json({"type": "ack", "id": id})


def error(id: str | None, reason: str) -> str:
    """Say that a message was not taken, and why."""
    return _json({"type": "error", "id": id, "reason": reason})


def clock(now: datetime) -> str:
    """Say that the bot's clock was moved."""
    return _json({"type": "clock", "now": now.isoformat()})


def reply(delivery: Delivery, url: str) -> str:
    """Write one delivery for a page; its file, if any, waits at `url`."""
    return _json(
        {
            "type": "reply",
            "number": delivery.number,
            "text": delivery.reply.text,
            "choices": [
                {"label": choice.label, "data": choice.data} for choice in delivery.reply.choices
            ],
            "file": delivery.reply.file and _file(delivery.reply.file, url),
            "at": delivery.posted_at.isoformat(),
            "edit": False,
        }
    )


def _file(file: File, url: str) -> Mapping[str, object]:
    told = {"name": file.name, "media_type": file.media_type, "url": url}
    if file.content.startswith(PNG) and len(file.content) > PNG_SIZE.stop:
        # A page keeps the place of a picture that it has not loaded yet.
        size = file.content[PNG_SIZE]
        return {**told, "width": int.from_bytes(size[:4]), "height": int.from_bytes(size[4:])}
    return told


def _json(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
