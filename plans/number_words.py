"""Vietnamese number words: what they certainly say, or what they may say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from plans.spelling import plain, spelled

# One letter a word: m mốt, t tư, l lăm, T mười, Y mươi, L linh, C chục, H trăm, K nghìn, M triệu,
# B tỷ. The grammar below is then a handful of regular expressions.
_LETTERS = {
    **{"không": "0", "một": "1", "hai": "2", "ba": "3", "bốn": "4", "năm": "5", "sáu": "6"},
    **{"bảy": "7", "bẩy": "7", "tám": "8", "chín": "9", "mốt": "m", "tư": "t", "lăm": "l"},
    **{"nhăm": "l", "mười": "T", "mươi": "Y", "linh": "L", "lẻ": "L", "chục": "C", "trăm": "H"},
    **{"nghìn": "K", "ngàn": "K", "triệu": "M", "tỷ": "B", "rưỡi": "R"},
}
_MARKED = {spelled(word): letter for word, letter in _LETTERS.items()}
_BARE = {plain(word): letter for word, letter in reversed(_LETTERS.items())} | {"ti": "B"}
_VALUES = {**{str(digit): digit for digit in range(10)}, "m": 1, "t": 4, "l": 5}
_SCALES = {"B": 10**9, "M": 10**6, "K": 10**3}
_COMPOUND = re.compile(r"(?:([^BMKR]+)B)?(?:([^BMKR]+)M)?(?:([^BMKR]+)K)?([^BMKR]*)")
_TEENS = re.compile(r"T([12346789tl]?)")
_TENS = re.compile(r"([2-9])Y([1-46-9mtl]?)")
# Alone and unaccented these are also nam/năm, sau, bay, tạm, từ, muối, lẻ…: ask.
_EQUIVOCAL = frozenset({"nam", "sau", "bay", "tam", "muoi", "tu", "lam", "nham", "le"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A number in words: `sure`, or else what it `may_be`; `letters` spell how it was said."""

    letters: str
    sure: int | None = None
    may_be: tuple[Decimal, ...] = ()


def is_number_word(word: str) -> bool:
    """Say whether a tidy word can be part of a number."""
    return spelled(word) in _MARKED or (plain(word) == word and word in _BARE)


def worded(words: Sequence[str]) -> Worded:
    """Read a run of number words; a colloquial or doubtful form is never sure."""
    letters = "".join(_lettered(words))
    certain = _exact(letters)
    if certain is not None and not (len(words) == 1 and words[0] in _EQUIVOCAL):
        return Worded(letters=letters, sure=certain)
    guesses = [certain, *_colloquial(letters)]
    kept = (Decimal(guess) for guess in guesses if guess is not None)
    return Worded(letters=letters, may_be=tuple(dict.fromkeys(kept)))


def _lettered(words: Sequence[str]) -> Iterator[str]:
    before = ""
    for word in words:
        letter = _MARKED.get(spelled(word)) or _BARE[word]
        if word == "muoi":
            letter = "Y" if before in set("23456789") else "T"
        if word == "mot":
            letter = "m" if before == "Y" else "1"
        before = letter
        yield letter


def _exact(letters: str) -> int | None:
    match = _COMPOUND.fullmatch(letters)
    if match is None or not letters:
        return None
    total, leading = 0, True
    for group, scale in zip(match.groups(), (*_SCALES.values(), 1), strict=True):
        if group:
            amount = _group(group, leading)
            if amount is None:
                return None
            total, leading = total + amount * scale, False
    return total


def _group(letters: str, leading: bool) -> int | None:
    hundreds, parted, rest = letters.rpartition("H")
    if not parted:
        return _lead(rest) if leading else _linked(rest)
    if hundreds not in (set("123456789") if leading else set("0123456789")):
        return None
    below = 0 if not rest and hundreds != "0" else _tens(rest)
    below = _linked(rest) if below is None else below
    return None if below is None else int(hundreds) * 100 + below


def _lead(letters: str) -> int | None:
    return int(letters) if letters in set("123456789") else _tens(letters)


def _linked(letters: str) -> int | None:
    return _VALUES[letters[1]] if re.fullmatch(r"L[1-9t]", letters) else None


def _tens(letters: str) -> int | None:
    if teens := _TEENS.fullmatch(letters):
        return 10 + _VALUES.get(teens[1], 0)
    if tens := _TENS.fullmatch(letters):
        return int(tens[1]) * 10 + _VALUES.get(tens[2], 0)
    return None


def _colloquial(letters: str) -> Iterator[int | Decimal | None]:
    """Yield what people may mean by forms that the school grammar lacks."""
    if letters in {"t", "m"}:
        yield _VALUES[letters] if letters == "t" else None
    if re.search(r"[TY]5$", letters):
        # "hai mươi năm" is twenty-five in some mouths and twenty years in others.
        yield from (_exact(letters[:-1] + "l"), _exact(letters[:-1]))
    if re.fullmatch(r"[HKMBY].*", letters):
        yield _exact("1" + letters) if letters[0] != "Y" else _exact("T" + letters[1:])
    if re.fullmatch(r"[2-9]T[^T]*", letters):
        yield _exact(letters.replace("T", "Y"))
    if re.fullmatch(r"[2-9][mtl]", letters):
        yield int(letters[0]) * 10 + _VALUES[letters[1]]
    if re.fullmatch(r"[2-9]?C", letters):
        yield int(letters[:-1] or 1) * 10
    yield from _clipped(letters)


def _clipped(letters: str) -> Iterator[int | Decimal | None]:
    scales = {**_SCALES, "H": 100}
    for position, (scale, tail) in enumerate(pairwise(letters)):
        if scale in scales and letters[position + 2 :] == "" and tail in {*_VALUES, "R"}:
            head = _exact(letters[: position + 1])
            if head is None:
                head = _exact("1" + letters[: position + 1])
            if head is not None and tail == "R":
                yield head + Decimal(scales[scale]) / 2
            elif head is not None:
                yield head + _VALUES[tail] * scales[scale] // 10
                yield head + _VALUES[tail] if scale in "HK" else None
    if tail_of := re.fullmatch(r"(.+[KMB])([^KMBH]{2,})", letters):
        head, rest = _exact(tail_of[1]), _tens(tail_of[2])
        yield head + rest if head is not None and rest is not None else None
