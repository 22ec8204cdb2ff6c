"""How wide words are in Times New Roman bold, to break a name or to draw a line as long as it."""

import unicodedata
from typing import Final

# Advance widths in thousandths of the size, of the letters without their marks.
_WIDTHS: Final = {
    letter: width
    for width, letters in {
        1000: "W",
        944: "M",
        833: "m",
        778: "GHKOQ",
        722: "ACDNRUVXYw",
        667: "BELTZ",
        611: "FP",
        556: "Sbdhknpqu",
        500: "Jagovxy0123456789",
        444: "cerz",
        389: "Is",
        333: "fjt-",
        278: "il/",
        250: " ,.",
    }.items()
    for letter in letters
}
_USUAL = 500
_STROKED: Final = {0x110: "D", 0x111: "d"}  # the only letters whose stroke is no mark
_POINTS_IN_MM = 72 / 25.4


def width_of(text: str, size: float) -> float:
    """Return how long bold text is, in millimetres; lighter text is a little shorter."""
    letters = unicodedata.normalize("NFD", text.translate(_STROKED))
    thousandths = sum(
        _WIDTHS.get(letter, _USUAL) for letter in letters if not unicodedata.combining(letter)
    )
    return thousandths * size / 1000 / _POINTS_IN_MM


def in_two_lines(name: str, size: float, room: float, conjunction: str) -> str:
    """Break a name that is too long for its room: before "and" or after a dash, else anywhere.

    What fits no two lines is left for the reader's program to break.
    """
    if width_of(name, size) <= room:
        return name
    return _broken(name, size, room, conjunction)[1] or name


def breaks_well(name: str, size: float, room: float, conjunction: str) -> bool:
    """Say whether a name fits its room without a break inside its words' sense."""
    return width_of(name, size) <= room or _broken(name, size, room, conjunction)[0]


def _broken(name: str, size: float, room: float, conjunction: str) -> tuple[bool, str]:
    """Return the best break into two lines, and whether it is a good one."""
    words = name.split()
    fitting = []
    for at in range(1, len(words)):
        first, second = " ".join(words[:at]), " ".join(words[at:])
        one, other = width_of(first, size), width_of(second, size)
        if max(one, other) <= room:
            awkward = (words[at] != conjunction, first[-1] not in "-,", abs(one - other))
            fitting.append((awkward, f"{first}\n{second}"))
    if not fitting:
        return False, ""
    awkward, lines = min(fitting)
    return not (awkward[0] and awkward[1]), lines
