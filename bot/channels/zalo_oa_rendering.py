"""A reply as an Official Account carries it: texts, up to five buttons, a picture, a document."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from bot.channels.texts import split, units
from bot.channels.typed_choices import typed_choices
from bot.channels.zalo_oa_client import DOCUMENT, PICTURE
from bot.channels.zalo_oa_events import carried
from plans.messages import Choice, Delivery, File

TEXT_UNITS: Final = 2000
# Zalo says 2,000 characters and not what it counts: this stays below by any measure.
PIECE_UNITS: Final = 1900
MOST_BUTTONS: Final = 5
TITLE_UNITS: Final = 100
MOST_PICTURE_BYTES: Final = 1024 * 1024
MOST_DOCUMENT_BYTES: Final = 5 * 1024 * 1024
# How the content of each kind begins, which Zalo looks at; a CSV may begin anyhow.
_PICTURES: Final = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
_DOCUMENTS: Final = {
    ".pdf": b"%PDF",
    ".doc": b"\xd0\xcf\x11\xe0",
    ".docx": b"PK\x03\x04",
    ".csv": b"",
}
_GAP: Final = "\n\n"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a reply; a file is uploaded first, by the way that is named."""

    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    file: File | None = None
    upload: str = ""

    def message(self, uploaded: str = "") -> Json:
        """Return what Zalo is given, with the name of what was uploaded."""
        said: Json = {"text": self.text} if self.text else {}
        if self.upload == PICTURE:
            element = {"media_type": "image", "attachment_id": uploaded}
            payload: Json = {"template_type": "media", "elements": [element]}
            return said | _attached("template", payload)
        if self.upload == DOCUMENT:
            return _attached("file", {"token": uploaded})
        if not self.buttons:
            return {"text": self.text}
        buttons = [
            {"title": title, "type": "oa.query.hide", "payload": payload}
            for title, payload in self.buttons
        ]
        return said | _attached("template", {"buttons": buttons})


def upload_of(file: File | None) -> str:
    """Return the way by which a file is uploaded, "" for one that Zalo does not take."""
    if file is None:
        return ""
    kind, size = PurePath(file.name).suffix.lower(), len(file.content)
    if kind in _PICTURES and size <= MOST_PICTURE_BYTES:
        return PICTURE if file.content.startswith(_PICTURES[kind]) else ""
    if kind in _DOCUMENTS and 0 < size <= MOST_DOCUMENT_BYTES:
        return DOCUMENT if file.content.startswith(_DOCUMENTS[kind]) else ""
    return ""


def parts_of(delivery: Delivery, *, note: str = "") -> tuple[Part, ...]:
    """Return the messages of a delivery in order; `note` says where a file is that cannot go.

    The last text carries the buttons; a picture stands over it if there are any, else with it, and
    a document comes at the end.
    """
    reply = delivery.reply
    texts = _texts(reply.text, typed(reply.choices, lettered=reply.lettered), note)
    buttons = buttons_of(delivery.number, reply.choices)
    upload = "" if note else upload_of(reply.file)
    if upload == PICTURE and not buttons:
        *ahead, last = texts or [""]
        return (*_plain(ahead), Part(text=last, file=reply.file, upload=upload))
    spoken = [*_plain(texts[:-1]), Part(text=texts[-1], buttons=buttons)] if texts else []
    if not upload:
        return tuple(spoken)
    filed = Part(file=reply.file, upload=upload)
    return (filed, *spoken) if upload == PICTURE else (*spoken, filed)


def buttons_of(number: int, choices: Sequence[Choice]) -> tuple[tuple[str, str], ...]:
    """Return the buttons of the first choices: each carries only its message and its place."""
    return tuple(
        (shortened(choice.label), carried(number, place))
        for place, choice in enumerate(choices[:MOST_BUTTONS])
    )


def typed(choices: Sequence[Choice], *, lettered: bool) -> str:
    """Return lines for the choices for which there is no button left."""
    if len(choices) <= MOST_BUTTONS:
        return ""
    return typed_choices(choices, lettered=lettered, first=MOST_BUTTONS)


def shortened(label: str) -> str:
    """Cut a button's title where Zalo would refuse it."""
    label = _composed(label)
    return label if units(label) <= TITLE_UNITS else split(label, TITLE_UNITS - 1)[0] + "…"


def _texts(text: str, lines: str, note: str) -> list[str]:
    whole = _GAP.join(part for part in (text.strip(), note, lines) if part)
    return split(_composed(whole), PIECE_UNITS)


def _plain(texts: Sequence[str]) -> list[Part]:
    return [Part(text=text) for text in texts]


def _attached(kind: str, payload: Json) -> Json:
    return {"attachment": {"type": kind, "payload": payload}}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
