"""Texts as platforms measure them, cut where they are too long for one message."""

import unicodedata


def units(text: str) -> int:
    """Count as the platforms do: UTF-16 units of what is shown."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def split(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most so many units, at ends of lines or words where it can."""
    pieces, left = [], text.strip()
    while units(left) > most:
        cut = _cut(left, most)
        pieces.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [piece for piece in (*pieces, left) if piece]


def _cut(text: str, most: int) -> int:
    """Return where the first piece of a text ends."""
    fits = _fitting(text, most)
    window = text[: fits + 1]
    line, word = window.rfind("\n"), max(window.rfind(" "), window.rfind("\n"))
    for place, least in ((line, fits // 2), (word, fits // 2), (line, 1), (word, 1)):
        if place >= max(least, 1):
            return place
    while fits > 1 and unicodedata.combining(text[fits]):
        fits -= 1
    return fits


def _fitting(text: str, most: int) -> int:
    """Return how many characters have room."""
    room = most
    for place, letter in enumerate(text):
        room -= 2 if ord(letter) > 0xFFFF else 1
        if room < 0:
            return place
    return len(text)
