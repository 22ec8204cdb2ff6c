"""How a choice is named where there are no buttons: by a number, or by a letter.

A letter where a number is an answer: "1" must never be a count by accident.
"""

import re
from collections.abc import Iterable
from typing import Final

# Without those that officers answer with: c, k, o, v, x for yes and no, and đ, which few can type;
# nor i and l, which are typed for 1 and look like it.
LETTERS: Final = "abdeghmnpqrstuy"
# "3. Số vụ": a label that begins with the number by which its question is named anyway.
_NUMBERED: Final = re.compile(r"\d+\. ")


def carry_numbers(labels: Iterable[str]) -> bool:
    """Say whether labels need no marks, because each begins with a number of its own."""
    return all(_NUMBERED.match(label) for label in labels)


def mark(place: int, *, lettered: bool) -> str:
    """Return what names the choice at a place, from 0; "" where no letter is left."""
    if not lettered:
        return str(place + 1)
    return LETTERS[place] if place < len(LETTERS) else ""


def place_of(text: str, *, lettered: bool) -> int | None:
    """Return the place that a text names, from 0, or None; "2.", "2)" and "B" are marks too."""
    said = text.strip().rstrip(".)").lower()
    if lettered:
        return LETTERS.index(said) if len(said) == 1 and said in LETTERS else None
    return int(said) - 1 if said.isascii() and said.isdigit() and 0 < int(said) < 100 else None
