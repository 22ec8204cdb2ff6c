"""A tidy answer cut into numerals, words and signs, and its numerals read strictly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

_TOKEN = re.compile(
    # A space groups thousands only where no other digits stand beside the whole numeral.
    r"(?P<numeral>(?<![0-9.,])(?<![0-9.,] )[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?"
    r"(?![.,]?[0-9]| [0-9])|[0-9](?:[0-9.,]*[0-9])?)"
    r"|(?P<word>[^\W\d_]+)|(?P<sign>\S)"
)
_WHOLE = r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+)"
_CERTAIN = re.compile(rf"({_WHOLE})(?:,([0-9]+))?")
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_POINT = re.compile(r"[0-9]+\.[0-9]{1,2}")
_PADDED = re.compile(r"0[0-9]{3,}")


class Sort(Enum):
    """What a token is made of."""

    NUMERAL = auto()
    WORD = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token; `glued` to the one before when no space parts them."""

    sort: Sort
    text: str
    glued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A numeral in digits: `sure`, or what it `may_be` and the hint that asks."""

    text: str
    sure: Decimal | None = None
    may_be: tuple[Decimal, ...] = ()
    doubt: str = "grouping"
    decimals: bool = False


def tokens(typed: str) -> list[Token]:
    """Cut a tidy answer; every sign that is not a space becomes part of a token."""
    sorts = {"numeral": Sort.NUMERAL, "word": Sort.WORD, "sign": Sort.SIGN}
    return [
        Token(
            sort=sorts[match.lastgroup or "sign"],
            text=match.group(),
            glued=match.start() > 0 and not typed[match.start() - 1].isspace(),
        )
        for match in _TOKEN.finditer(typed)
    ]


def words(cut: Sequence[Token]) -> list[str]:
    """Return the words alone."""
    return [token.text for token in cut if token.sort is Sort.WORD]


def numeral(text: str) -> Numeral:
    """Read one numeral: the dot groups thousands, the comma marks the fraction."""
    if _COMMAS.fullmatch(text):
        # "1,234" is a thousand to a spreadsheet and one and a bit to the law.
        fraction = (Decimal(text.replace(",", ".")),) if text.count(",") == 1 else ()
        return Numeral(
            text=text, may_be=(Decimal(text.replace(",", "")), *fraction), doubt="thousands"
        )
    if _PADDED.fullmatch(text):
        return Numeral(text=text, may_be=(Decimal(text),), doubt="confirm")
    if match := _CERTAIN.fullmatch(text):
        whole = re.sub(r"[. ]", "", match[1])
        sure = Decimal(f"{whole}.{match[2]}" if match[2] else whole)
        return Numeral(text=text, sure=sure, decimals=match[2] is not None)
    if _POINT.fullmatch(text):
        return Numeral(text=text, may_be=(Decimal(text),), doubt="decimal", decimals=True)
    return Numeral(text=text)
