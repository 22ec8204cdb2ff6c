"""What a request brings, whichever way a client wrote it: Telegram reads every value as text."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.telegram_refusals import Json, Refusal, bad

UPLOAD_LIMIT = 50_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    content: bytes
    type: str = ""


@dataclass(slots=True)
class Parameters:
    """The values and files of one request."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a value, "" without one."""
        return self.values.get(name, "")

    def required(self, name: str) -> str:
        """Return a value that must be there."""
        if value := self.text(name):
            return value
        raise bad(f'Parameter "{name}" is required')

    def number(self, name: str, default: int = 0) -> int:
        """Return a number; like Telegram, read the digits in front and 0 from anything else."""
        return leading_number(self.text(name)) if self.text(name) else default

    def within(self, name: str, default: int, least: int, most: int) -> int:
        """Return a number, moved into its limits as Telegram does without a word."""
        return min(max(self.number(name, default), least), most)

    def yes(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def parsed(self, name: str, complaint: str) -> Any:
        """Return a value that is JSON, None without one; refuse what is no JSON."""
        if not (value := self.text(name)):
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"Can't parse {complaint} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Return a file that came along, under its own name or by `attach://`."""
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return None if value else self.files.get(name)

    def told(self) -> Json:
        """Return the values as records keep them: JSON as what it means, files by name."""
        files = {
            name: f"<{file.name}: {len(file.content)} bytes>" for name, file in self.files.items()
        }
        return {name: _meaning(value) for name, value in self.values.items()} | files


def leading_number(text: str) -> int:
    """Return the number that a text begins with, 0 if with none."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    length = next((i for i, d in enumerate(digits) if not "0" <= d <= "9"), len(digits))
    return sign * int(digits[:length] or 0)


def from_json(body: Json) -> Parameters:
    """Return parameters out of a JSON object: what is no string stays JSON."""
    values = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in body.items()
    }
    return Parameters(values)


async def read(request: web.Request) -> Parameters:
    """Return what a request brings; its body wins over its address."""
    if (request.content_length or 0) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    found = Parameters(dict(request.query))
    if request.content_type == "application/json":
        body = await _json(request)
    elif request.content_type.startswith("multipart/"):
        body = await _multipart(request)
    else:
        body = Parameters({name: str(value) for name, value in (await request.post()).items()})
    if sum(len(file.content) for file in body.files.values()) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    found.values.update(body.values)
    found.files.update(body.files)
    return found


async def _json(request: web.Request) -> Parameters:
    text = await request.text()
    if not text:
        return Parameters()
    try:
        body = json.loads(text)
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("JSON object expected")
    return from_json(body)


async def _multipart(request: web.Request) -> Parameters:
    found = Parameters()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            found.values[part.name] = content.decode()
        else:
            kind = part.headers.get("Content-Type", "")
            found.files[part.name] = Upload(part.filename, content, kind)
    return found


def _meaning(value: str) -> Any:
    try:
        return json.loads(value) if value[:1] in ("{", "[") else value
    except ValueError:
        return value
