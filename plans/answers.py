"""The pure reading of one typed answer: value, state, question back or refusal; never a guess."""

import re
import unicodedata

from plans import numbers_read, yes_no
from plans.readings import LONGEST, AnswerKind, Outcome, Reading, asked, refused
from plans.spelling import legible, looks_garbled, tidy
from plans.states import state
from plans.tokens import tokens
from plans.vocabulary import COURTEOUS_SIGNS

__all__ = ["AnswerKind", "Outcome", "Reading", "read"]

# Cells pasted from a sheet stand apart by tabs, lines or several spaces: never one number.
_CELLS = re.compile(r"(?<=[0-9])(?: {2,}|[ ]*[\t\r\n\v\f\u2028\u2029]+\s*)(?=[0-9])")
# "tr.đ" is one word, and in "12 (mười hai) triệu" the unit belongs to both numbers.
_MILLION = re.compile(r"(?<![^\W\d])tr[. ]+đ(?!\w)")
_SHARED = re.compile(r"\) (?:triệu|trieu|tr|trđ)(?: đồng| dong)?\.?$")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_KEYCAP = "\u20e3"
_COURTEOUS = re.compile(f"[{COURTEOUS_SIGNS}][\U0001f3fb-\U0001f3ff]?")
_SLIP = re.compile(r"(?<![^\W_])[0-9oliοо|]+(?:[.,][0-9oliοо|]+)*(?![^\W_])")
_AS_DIGITS = str.maketrans("oοоli|", "000111")


def read(text: str, kind: AnswerKind) -> Reading:
    """Read one typed answer to a question of this kind."""
    if looks_garbled(text):
        return refused("garbled")
    typed = _tidied(text)
    if not typed:
        return refused("empty")
    if len(typed) > LONGEST:
        return refused("long", most=LONGEST)
    if _BIDI.search(text) or any(map(_foreign_digit, typed)):
        return refused("digits")
    if _KEYCAP in typed:
        return _doubtful(re.sub(rf"{_KEYCAP} ?", "", typed), kind)
    return _read_tidy(typed, kind)


def _tidied(text: str) -> str:
    typed = _MILLION.sub("trđ", tidy(_CELLS.sub(" ; ", legible(text))))
    bare = tidy(_COURTEOUS.sub(" ", typed))
    return bare if any(map(str.isalnum, bare)) else typed


def _foreign_digit(char: str) -> bool:
    """Say whether a character is a digit, superscript or fraction of another kind than 0-9."""
    return not char.isascii() and unicodedata.category(char) in {"Nd", "Nl", "No"}


def _read_tidy(typed: str, kind: AnswerKind) -> Reading:
    typed = _SHARED.sub(")", typed) if kind is AnswerKind.MONEY else typed
    cut = tokens(typed)
    if kind is AnswerKind.YES_NO:
        return yes_no.read(typed, cut)
    return state(typed, cut, kind) or _slip(typed, kind) or numbers_read.number(typed, cut, kind)


def _slip(typed: str, kind: AnswerKind) -> Reading | None:
    """Ask about an O typed for 0, or an l or I for 1."""
    slips = [match for match in _SLIP.finditer(typed) if _mixed(match.group())]
    if typed in {"o", "l", "i", "|", "ο", "о"}:
        return asked("slip", int(typed.translate(_AS_DIGITS)))
    if not slips:
        return None
    mended = _SLIP.sub(lambda match: _mended(match.group()), typed)
    reading = numbers_read.number(mended, tokens(mended), kind)
    options = (reading.value,) if reading.value is not None else reading.options
    shortened = slips[0].group().removesuffix("l")
    if shortened.isdigit() and options:
        # "12l" may also be 12 lượt.
        options = (*options, int(shortened))
    return asked("slip", *options) if options else reading


def _mixed(word: str) -> bool:
    return any(char in "0123456789" for char in word) and any(char in "oοоli|" for char in word)


def _mended(word: str) -> str:
    return word.translate(_AS_DIGITS) if _mixed(word) else word


def _doubtful(typed: str, kind: AnswerKind) -> Reading:
    """Read what a keyboard of pictures typed, but never without asking."""
    reading = _read_tidy(typed, kind)
    if reading.outcome in {Outcome.VALUE, Outcome.ZERO} and reading.value is not None:
        return asked("confirm", reading.value)
    return reading
