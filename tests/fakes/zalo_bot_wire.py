"""Requests as Zalo reads them and answers as it writes them."""

import contextlib
import json
import socket
import struct
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.telegram_entities import units
from tests.fakes.telegram_refusals import Json, Refusal

# Zalo's own words; 403 is "Internal server error" in its table, not "forbidden".
WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Internal server error",
    404: "Not Found",
    408: "Request timeout",
    410: "Gone",
    426: "Too many requests today",
    429: "Quota exceeded",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the bot."""

    body: Json
    status: int = 200


def done(result: object) -> Answer:
    """Return a success with its result."""
    return Answer({"ok": True, "result": result})


def refused(code: int, reason: str = "") -> Refusal:
    """Return a refusal in Zalo's words."""
    words = WORDS.get(code, "Error")
    return Refusal(code, f"{words}: {reason}" if reason else words)


def required(values: Json, name: str) -> str:
    """Return a parameter that has to be a text with something in it."""
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise refused(400, f"{name} is required and is a string")
    return value


def measured(text: str, name: str, most: int) -> str:
    """Return a text that is not too long, counted in UTF-16 units."""
    if units(text) > most:
        raise refused(400, f"{name} is longer than {most} characters")
    return text


def listed(values: Json, name: str) -> list[Any]:
    """Return a parameter that is a list, written as JSON where the request is a form."""
    value = values.get(name)
    with contextlib.suppress(ValueError):
        value = json.loads(value) if isinstance(value, str) else value
    if value is None:
        return []
    if not isinstance(value, list):
        raise refused(400, f"{name} is a list")
    return value


async def read(request: web.Request) -> Json:
    """Return what a request brings, files as bytes; its body wins over its address."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        return found | await _object(request)
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                content = bytes(await part.read(decode=True))
                found[part.name] = content if part.filename else content.decode()
        return found
    return found | {name: str(value) for name, value in (await request.post()).items()}


async def _object(request: web.Request) -> Json:
    written = await request.read()
    if not written:
        return {}
    try:
        body = json.loads(written)
    except ValueError:
        raise refused(400, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise refused(400, "the body is no JSON object")
    return body


def told(values: Json) -> Json:
    """Return parameters as records keep them: a file by its size."""
    return {
        name: f"<{len(value)} bytes>" if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def cut(request: web.Request) -> None:
    """Cut the connection as a crashing machine does, not with a polite end."""
    if request.transport is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        wire = request.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
