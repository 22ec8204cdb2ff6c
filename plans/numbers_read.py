"""The reading of a typed number: a value only if nothing in the answer speaks against it."""

import re
from collections.abc import Sequence
from decimal import Decimal

from plans.figures import Figure, figures
from plans.readings import MOST_DIGITS, AnswerKind, Outcome, Reading, asked, given, refused
from plans.spelling import same_word
from plans.surroundings import doubt, strange
from plans.tokens import Sort, Token, words
from plans.vocabulary import TIME, VAGUE

_LIMIT = Decimal(10) ** MOST_DIGITS
_MILLION = Decimal(10) ** 6
_MOST_DECIMALS = 6
_SMALLEST_SUM = 1000
_MOST_OPTIONS = 4
_NEGATIVE = re.compile(r"^[^0-9]*(?<![^\s:=(])-[0-9]|^(?:âm|trừ) ")
_DATE = re.compile(
    r"(?<![0-9.,])(?:0?[1-9]|[12][0-9]|3[01]) ?([/.-]) ?(?:0?[1-9]|1[0-2]) ?\1"
    r" ?(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|(?<![0-9])[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])|^[0-9]{1,2}t$"
)
_CLOCK = re.compile(r"[0-9]:[0-9]{2}|[0-9] ?h ?[0-9]")
_BROKEN = re.compile(
    r"[0-9][_'’`´·*^|\\#@&][0-9]|(?:^|\s)[.,][0-9]|[0-9](?:[.,]{2,}|[.,] [.,])[0-9]"
)
_PERCENT = re.compile(r"[%‰]|phần trăm|phan tram")
_RATIO = re.compile(r"[0-9] ?/ ?[0-9]")
_RANGE = re.compile(r"[0-9] ?(?:-|~|->|→|đến|tới|den|toi) ?[0-9]")
_SOME = re.compile(r"(?:một|mot) (?:số|so|vài|vai|ít|it)\b")
_SCALE_BETWEEN = re.compile(r"k|tr|trđ|trd|triệu|trieu|tỷ|tỉ|ty|ti|nghìn|nghin|ngàn|ngan|trăm|tram")
_AFFIRMING = ("có", "rồi", "đã", "vâng", "ok", "đủ")


def number(typed: str, cut: Sequence[Token], kind: AnswerKind) -> Reading:
    """Read an answer that should hold one number."""
    found = figures(cut)
    peculiar = _peculiar(typed, cut, found, kind)
    if peculiar is not None:
        return peculiar
    if not found:
        return _numberless(cut, kind)
    if len(found) > 1 and not _agree(cut, found, kind):
        return _several(cut, found, kind)
    if found[0].letters and found[0].sure is None and strange(cut, found[0]):
        return _numberless(cut, kind)
    reading = _judged(found[0], kind)
    why = doubt(cut, found, kind)
    if why is not None and reading.outcome in {Outcome.VALUE, Outcome.ZERO}:
        return asked(why, *(value for value in (reading.value,) if value is not None))
    return reading


def _peculiar(
    typed: str, cut: Sequence[Token], found: Sequence[Figure], kind: AnswerKind
) -> Reading | None:
    """Recognise what holds digits and yet is no count: signs, dates, shares, ranges, codes."""
    if _NEGATIVE.search(typed):
        return refused("negative")
    if _DATE.search(typed) or _period(cut):
        return refused("date")
    if _PERCENT.search(typed):
        return asked("percent")
    if _CLOCK.search(typed) or _coded(cut):
        return refused("unreadable")
    if _BROKEN.search(typed):
        return refused("grouping")
    if _SOME.search(typed):
        return asked("vague")
    both = _offered(found, kind)
    if _RATIO.search(typed):
        return asked("ratio", *both[:2])
    return asked("range", *both[:2]) if _RANGE.search(typed) else None


def _period(cut: Sequence[Token]) -> bool:
    """Say whether a number names a day, month, quarter or year: quý 2, tháng 6."""
    for place in range(1, len(cut)):
        before = cut[place - 1]
        labelled = place > 1 and same_word(cut[place - 2].text, "số")
        dated = cut[place].sort is Sort.NUMERAL and before.sort is Sort.WORD and not labelled
        if dated and TIME.knows(before.text):
            return True
    return False


def _coded(cut: Sequence[Token]) -> bool:
    """Say whether letters touch the front of a numeral as in a code, TT02 or 0x1F."""
    return any(
        token.sort is Sort.NUMERAL
        and token.glued
        and cut[place - 1].sort is Sort.WORD
        and not (_SCALE_BETWEEN.fullmatch(cut[place - 1].text) and place > 1)
        for place, token in enumerate(cut)
    )


def _numberless(cut: Sequence[Token], kind: AnswerKind) -> Reading:
    said = words(cut)
    if any(VAGUE.knows(word) for word in said):
        return asked("vague")
    if said and any(same_word(said[-1], yes) or same_word(said[0], yes) for yes in _AFFIRMING):
        return asked("how_many")
    return _unreadable(kind)


def _unreadable(kind: AnswerKind) -> Reading:
    return refused("money" if kind is AnswerKind.MONEY else "unreadable")


def _bracketed(cut: Sequence[Token], figure: Figure) -> bool:
    return figure.start > 0 and cut[figure.start - 1].text in "(["


def _agree(cut: Sequence[Token], found: Sequence[Figure], kind: AnswerKind) -> bool:
    """Say whether a number is only repeated in brackets: 12 (mười hai)."""
    if len(found) != 2 or not _bracketed(cut, found[1]):
        return False
    readings = [_judged(figure, kind) for figure in found]
    if all(set(figure.candidates) == {Decimal(0)} for figure in found):
        return True
    certain = all(reading.outcome in {Outcome.VALUE, Outcome.ZERO} for reading in readings)
    return certain and readings[0].value == readings[1].value


def _several(cut: Sequence[Token], found: Sequence[Figure], kind: AnswerKind) -> Reading:
    in_words = any(figure.letters and _bracketed(cut, figure) for figure in found)
    hint = "mismatch" if len(found) == 2 and in_words else "several"
    return asked(hint, *_offered(found, kind)[:_MOST_OPTIONS])


def _offered(found: Sequence[Figure], kind: AnswerKind) -> list[int | Decimal]:
    """Return what the figures may stand for, each on its own."""
    options: list[int | Decimal] = []
    for figure in found:
        reading = _judged(figure, kind)
        options += reading.options or (() if reading.value is None else (reading.value,))
    return options


def _judged(figure: Figure, kind: AnswerKind) -> Reading:
    return _money(figure) if kind is AnswerKind.MONEY else _count(figure)


def _whole(amount: Decimal) -> bool:
    return abs(amount) < _LIMIT and amount == amount.to_integral_value()


def _count(figure: Figure) -> Reading:
    candidates = figure.candidates
    whole = [amount for amount in candidates if _whole(amount)]
    if figure.scaled and not whole:
        return asked("how_many")
    if candidates and not whole:
        return _too_large() if max(candidates) >= _LIMIT else refused("fraction")
    if not whole:
        return asked("vague") if figure.letters else refused("grouping")
    if figure.scaled and not figure.letters:
        return asked("scale", *whole)
    if figure.dong:
        return asked("confirm", *whole)
    if figure.sure is None:
        return asked(figure.doubt, *(whole[:1] if figure.doubt == "thousands" else whole))
    return asked("decimal", *whole) if figure.decimals else given(figure.sure)


def _too_large() -> Reading:
    return refused("huge", most=MOST_DIGITS)


def _money(figure: Figure) -> Reading:
    """Read an amount in million đồng; a bare sum of a million or more was meant in đồng."""
    in_dong = figure.scaled or figure.dong
    amounts = [amount / _MILLION if in_dong else amount for amount in figure.candidates]
    if not amounts:
        return asked("vague") if figure.letters else refused("grouping")
    if max(amounts) >= _LIMIT:
        return _too_large()
    if any(_too_fine(amount) for amount in amounts):
        return refused("grouping")
    if figure.sure is None:
        return asked(figure.doubt, *amounts)
    amount = amounts[0]
    if figure.dong and not figure.scaled and 0 < figure.sure < _SMALLEST_SUM:
        # Nobody is fined 15 đồng: millions were meant.
        return asked("currency", figure.sure)
    if amount >= _MILLION:
        return asked("currency", *(() if in_dong else (amount / _MILLION,)))
    if "K" in figure.letters and not in_dong:
        return asked("currency", amount / _MILLION, amount)
    return given(amount)


def _too_fine(amount: Decimal) -> bool:
    return amount != round(amount, _MOST_DECIMALS)
