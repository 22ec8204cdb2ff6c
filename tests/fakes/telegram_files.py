"""Files as Telegram keeps them: by an id for the bot, and by a path while a link lives."""

import base64
import hashlib
import mimetypes
import struct
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram_parameters import Parameters, Upload
from tests.fakes.telegram_refusals import Json, bad

MOST_DOWNLOADED, MOST_PHOTO = 20_000_000, 10_000_000
LINK_LIVES = 3600.0
# The longer side of the sizes that Telegram makes of a photo.
SIZES = (90, 320, 800, 1280, 2560)
FOLDERS = {
    "Photo": "photos",
    "Document": "documents",
    "Voice": "voice",
    "VoiceNote": "voice",
    "Sticker": "stickers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes with what Telegram tells of them."""

    id: str
    unique: str
    kind: str
    content: bytes
    path: str
    name: str = ""
    type: str = ""
    width: int = 0
    height: int = 0

    def told(self) -> Json:
        """Return it as a bot gets it in a message."""
        told: Json = {"file_id": self.id, "file_unique_id": self.unique}
        told["file_size"] = len(self.content)
        if self.width:
            told |= {"width": self.width, "height": self.height}
        if self.name:
            told["file_name"] = self.name
        if self.type:
            told["mime_type"] = self.type
        return told


class Files:
    """All files of one bot."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_id: dict[str, File] = {}
        self._links: dict[str, tuple[File, float]] = {}

    def keep(self, kind: str, upload: Upload, size: tuple[int, int] = (0, 0)) -> File:
        """Keep bytes and give them an id."""
        number = len(self._by_id)
        ending = "." + upload.name.rpartition(".")[2] if "." in upload.name else ""
        kept = File(
            id=_made_up(f"{kind} {number}", 54),
            unique=_made_up(f"unique {number}", 11),
            kind=kind,
            content=upload.content,
            path=f"{FOLDERS[kind]}/file_{number}{ending}",
            name=upload.name if kind == "Document" else "",
            type="" if kind == "Photo" else _type(upload),
            width=size[0],
            height=size[1],
        )
        self._by_id[kept.id] = kept
        return kept

    def photo(self, upload: Upload) -> list[File]:
        """Keep a photo in the sizes that Telegram makes; the bytes are those that came."""
        width, height = picture_size(upload.content)
        longest = max(width, height)
        caps = [cap for cap in SIZES if cap < longest]
        named = Upload("photo.jpg", upload.content)
        return [
            self.keep("Photo", named, _scaled(width, height, min(1.0, cap / longest)))
            for cap in [*caps[:4], min(longest, SIZES[-1])]
        ]

    def sent(self, parameters: Parameters, name: str, kind: str) -> list[File]:
        """Return what a request sends: new bytes, or a file that is here already."""
        if upload := parameters.upload(name):
            return self._uploaded(upload, kind)
        given = parameters.text(name)
        if not given or given.startswith("attach://"):
            raise bad(f"There is no {name} in the request")
        if given.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")  # nothing here reaches the Internet
        kept = self._by_id.get(given)
        if kept is None:
            raise bad("Wrong remote file identifier specified: Wrong string length")
        if kept.kind != kind:
            raise bad(f"Can't use file of type {kept.kind} as {kind}")
        return [kept]

    def link(self, file_id: str) -> Json:
        """Return where a file can be downloaded for an hour."""
        if not file_id:
            raise bad("file_id not specified")
        kept = self._by_id.get(file_id)
        if kept is None:
            raise bad("invalid file_id")
        if len(kept.content) > MOST_DOWNLOADED:
            raise bad("file is too big")
        self._links[kept.path] = (kept, self._clock() + LINK_LIVES)
        return {
            "file_id": kept.id,
            "file_unique_id": kept.unique,
            "file_size": len(kept.content),
            "file_path": kept.path,
        }

    def at(self, path: str) -> File | None:
        """Return what a link that still lives leads to."""
        kept, until = self._links.get(path, (None, 0.0))
        return kept if self._clock() < until else None

    def content(self, file_id: str) -> bytes:
        """Return the bytes of a file."""
        return self._by_id[file_id].content

    def _uploaded(self, upload: Upload, kind: str) -> list[File]:
        if not upload.content:
            raise bad("file must be non-empty")
        if kind != "Photo":
            return [self.keep(kind, upload)]
        if len(upload.content) > MOST_PHOTO:
            raise bad(f"File of size {len(upload.content)} bytes is too big for a photo")
        return self.photo(upload)


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG or JPEG; refuse what Telegram takes for no photo."""
    size = _png_size(content) or _jpeg_size(content)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > 10_000 or max(size) > 20 * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return size


def _png_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return (width, height) if width and height else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content.startswith(b"\xff\xd8") and at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = struct.unpack(">BH", content[at + 1 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return (width, height) if width and height else None
        at += 2 + length
    return None


def _scaled(width: int, height: int, by: float) -> tuple[int, int]:
    return max(1, round(width * by)), max(1, round(height * by))


def _type(upload: Upload) -> str:
    return mimetypes.guess_type(upload.name)[0] or upload.type or "application/octet-stream"


def _made_up(seed: str, length: int) -> str:
    return base64.urlsafe_b64encode(hashlib.sha512(seed.encode()).digest()).decode()[:length]
