"""What people write in their own words: as it was typed, at a fitting length."""

import re

from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import MessageKind
from plans.spelling import plain

SHORTEST = 5
_ENDS = "?!. "
_BETWEEN = re.compile(r"[\s/,.;:?!()“”\"]+")


def as_typed(turn: Turn, argument: str, whole: tuple[str, ...] = ()) -> str:
    """Return a command's words with the lines that they were typed on.

    Where the command is one of the words `whole` and no colon follows, it belongs to them.
    """
    typed = turn.message.text.strip()
    if turn.message.kind is not MessageKind.TEXT or not argument.strip():
        return argument.strip()
    words = list(re.finditer(r"\S+", typed))
    count = len(argument.split())
    if len(words) < count:
        return argument.strip()
    start = words[-count].start()
    if _same(typed[start:], argument):
        head = plain(typed[:start])
        return typed if any(head == word for word in whole) else typed[start:].lstrip(" :;,")
    return argument.strip()


def _same(one: str, other: str) -> bool:
    return one.rstrip(_ENDS).split() == other.rstrip(_ENDS).split()


def fitting(text: str, longest: int) -> str:
    """Return words without the blanks around them; refuse what is too long or says nothing."""
    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if len(words) > longest:
        raise Refused("refused.too_long", most=longest)
    if sum(char.isalpha() for char in words) < SHORTEST:
        raise Refused("written.too_short", words=words[:20])
    return words


def beginning(text: str, longest: int = 80) -> str:
    """Return how a text begins, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def own_words(turn: Turn, words: str) -> str:
    """Return plain words as they were typed, accents kept, where they stand in the message."""
    left, found = words.split(), []
    for token in _BETWEEN.split(turn.message.text):
        if left and plain(token) == left[0]:
            found.append(token)
            left.pop(0)
    return words if left or not found else " ".join(found)
