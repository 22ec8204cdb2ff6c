"""A reply as Telegram shows it: pieces of text in HTML, a keyboard, a picture or a file."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.texts import split, units
from plans.messages import Choice, Delivery, File

TEXT_UNITS: Final = 4096
CAPTION_UNITS: Final = 1024
MOST_BUTTONS: Final = 100
MOST_PHOTO_BYTES: Final = 10_000_000
# What one row of a narrow phone shows without cutting labels short; a row's buttons are equally
# wide, and each loses some of its width to its edges.
ROW_LETTERS: Final = 36
ROW_BUTTONS: Final = 3
EDGE_LETTERS: Final = 2

# Receipts and join codes, which a tap copies; not within an address.
_COPIED: Final = re.compile(
    r"(?<![\w/#=?&.-])"
    r"(?:BC-\d{2}[A-Z0-9]+-[A-Z0-9-]+-[A-Z0-9]{4}|[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4})"
    r"(?![\w-])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a reply: text alone, or a file with what stands under it."""

    html: str
    file: File | None = None
    keyboard: InlineKeyboardMarkup | None = None

    @property
    def photo(self) -> bool:
        """Say whether it is sent as a picture."""
        file = self.file
        return (
            file is not None
            and file.media_type in ("image/png", "image/jpeg")
            and len(file.content) <= MOST_PHOTO_BYTES
        )


def parts_of(delivery: Delivery) -> tuple[Part, ...]:
    """Return the messages of a delivery in order; the last carries the buttons."""
    reply = delivery.reply
    keyboard = keyboard_of(delivery.number, reply.choices)
    if reply.file and units(reply.text) <= CAPTION_UNITS:
        return (Part(html=html_of(reply.text), file=reply.file, keyboard=keyboard),)
    texts = [html_of(piece) for piece in split(reply.text, TEXT_UNITS)]
    if reply.file:
        *ahead, last = *(Part(html=text) for text in texts), Part(html="", file=reply.file)
    else:
        *ahead, last = (Part(html=text) for text in texts or [""])
    return (*ahead, Part(html=last.html, file=last.file, keyboard=keyboard))


def html_of(text: str) -> str:
    """Escape a text and mark what a tap shall copy."""
    marked, at = "", 0
    for found in _COPIED.finditer(text):
        marked += f"{escape(text[at : found.start()], quote=False)}<code>{found[0]}</code>"
        at = found.end()
    return marked + escape(text[at:], quote=False)


def keyboard_of(number: int, choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """Lay out choices; a button carries only its message's number and its own place."""
    if not choices:
        return None
    offered = [
        InlineKeyboardButton(text=choice.label, callback_data=f"{number}.{place}")
        for place, choice in enumerate(choices[:MOST_BUTTONS])
    ]
    return InlineKeyboardMarkup(inline_keyboard=list(_rows(offered)))


def _rows(buttons: Sequence[InlineKeyboardButton]) -> Iterator[list[InlineKeyboardButton]]:
    row: list[InlineKeyboardButton] = []
    for button in buttons:
        if row and not _fit([*row, button]):
            yield row
            row = []
        row.append(button)
    yield row


def _fit(row: Sequence[InlineKeyboardButton]) -> bool:
    widest = max(len(unicodedata.normalize("NFC", button.text)) for button in row)
    return len(row) <= ROW_BUTTONS and (widest + EDGE_LETTERS) * len(row) <= ROW_LETTERS
