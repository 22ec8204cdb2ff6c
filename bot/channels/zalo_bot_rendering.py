"""A reply as the Bot Platform carries it: plain texts, choices to type, a picture's address."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.channels.texts import split, units
from bot.channels.typed_choices import typed_choices
from plans.messages import File, Reply

TEXT_UNITS: Final = 2000
# Zalo says 2,000 characters and not what it counts: this stays below by any measure.
PIECE_UNITS: Final = 1900
# Less room beside the choices than this, and they stand alone.
LEAST_ROOM: Final = 200
# Zalo names no limit for a picture that it fetches; others keep to this.
MOST_PHOTO_BYTES: Final = 5_000_000
_GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message: a text, or a picture by its address with a text under it."""

    text: str
    photo: str = ""


def parts_of(reply: Reply, *, note: str = "", photo: str = "") -> tuple[Part, ...]:
    """Return the messages of a reply in order; `note` says where its file is.

    The choices stand below the last, which is the picture's where there is one. A text that leads
    up to choices ends with a line about them, so that the note has to stand above it.
    """
    text = reply.text.strip()
    told = (note, text) if reply.choices else (text, note)
    text = _GAP.join(part for part in told if part)
    choices = typed_choices(reply.choices, lettered=reply.lettered)
    *ahead, last = pieces(_composed(text), _composed(choices)) or [""]
    if not last and not photo:
        return ()
    return (*(Part(text=piece) for piece in ahead), Part(text=last, photo=photo))


def is_picture(file: File) -> bool:
    """Say whether a file may go as a picture."""
    fits = len(file.content) <= MOST_PHOTO_BYTES
    return fits and file.media_type in ("image/png", "image/jpeg")


def pieces(text: str, choices: str) -> list[str]:
    """Cut a text with choices below it; the choices are not cut off from the text's end."""
    whole = "\n".join(part for part in (text, choices) if part)
    if units(whole) <= PIECE_UNITS or not choices:
        return split(whole, PIECE_UNITS)
    room = PIECE_UNITS - units(choices) - 1
    if room < LEAST_ROOM:
        return [*split(text, PIECE_UNITS), *split(choices, PIECE_UNITS)]
    *ahead, last = split(text, PIECE_UNITS)
    if units(last) > room:
        tail = split(last, room)[-1]
        ahead.append(last.removesuffix(tail).rstrip())
        last = tail
    return [*ahead, f"{last}\n{choices}"]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
