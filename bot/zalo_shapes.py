"""What a platform's message looks like without what is in it: names of fields, kinds of values."""

import re
from collections.abc import Mapping
from typing import Any, Final

# Of these fields the value is a word of the platform's own.
_WORDS: Final = frozenset(
    {
        "account_type",
        "can_join_groups",
        "chat_type",
        "error",
        "error_code",
        "event_name",
        "is_bot",
        "message_type",
        "ok",
        "outcome",
        "quota_type",
        "remain",
        "status_code",
        "total",
        "type",
    }
)
_WORD: Final = re.compile(r"[\w.-]{1,60}", re.A)
_DEEPEST: Final = 8
_MOST_FIELDS: Final = 40
# An id, a token, a phone: long, and with a digit in it.
_ID: Final = re.compile(r"(?=[\w.:+/=-]*\d)([\w+]{4})[\w.:+/=-]{4,}", re.A)


def shape(value: object, name: str = "", depth: int = 0) -> str:
    """Describe a value on one line: no text, no name and no whole id stands in it."""
    match value:
        case dict() if depth < _DEEPEST:
            parts = [_field(key, one, depth) for key, one in list(value.items())[:_MOST_FIELDS]]
            return "{" + ", ".join(parts) + "}"
        case list() if depth < _DEEPEST:
            return f"[{len(value)} × {shape(value[0], name, depth + 1)}]" if value else "[]"
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str() | int() | float() if name in _WORDS and _WORD.fullmatch(str(value)):
            return str(value)
        case int() | float():
            return f"number of {len(str(abs(value)))} digits"
    return _kind(value) if isinstance(value, str) else "…"


def shortened(text: str) -> str:
    """Cut whatever looks like an id, a token or a phone down to its first four characters."""
    return _ID.sub(r"\1…", text)


def inside(body: object) -> tuple[str, Mapping[str, Any]]:
    """Say whether an update came flat or wrapped, and return it."""
    if not isinstance(body, dict):
        return "no object", {}
    wrapped = body.get("result")
    return ("wrapped", wrapped) if isinstance(wrapped, dict) else ("flat", body)


def _field(key: object, value: object, depth: int) -> str:
    name = str(key)
    return f"{name if _WORD.fullmatch(name) else '…'}: {shape(value, name, depth + 1)}"


def _kind(text: str) -> str:
    if not text:
        return "empty"
    if re.fullmatch(r"\d+", text, re.A):
        return f"{len(text)} digits"
    if re.fullmatch(r"[0-9a-f]{8,}", text):
        return f"{len(text)} hex digits"
    if re.match(r"https?://", text):
        return (
            f"address ending {suffix[0]}"
            if (suffix := re.findall(r"\.\w{1,5}$", text))
            else ("address")
        )
    return "text"
