"""The numbers in an answer, in digits, in words or with k, tr, tỷ; nothing here decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plans.number_words import is_number_word, worded
from plans.spelling import same_word
from plans.tokens import Numeral, Sort, Token, numeral
from plans.vocabulary import MONEY_UNIT

_SCALES = {
    **{"k": 1000, "nghìn": 1000, "ngàn": 1000, "nghin": 1000, "ngan": 1000},
    **{"tr": 10**6, "trđ": 10**6, "trd": 10**6, "triệu": 10**6, "trieu": 10**6, "triêu": 10**6},
    **{"tỷ": 10**9, "tỉ": 10**9, "ty": 10**9, "ti": 10**9, "trăm": 100, "tram": 100},
    **{"chục": 10, "chuc": 10},
}
# Words that are numbers only by accident: tư vấn, đầu tư, trong năm.
_NOT_BEFORE = {"tư": ("vấn", "pháp"), "năm": ("nay", "này", "trước", "sau", "học")}
_NOT_AFTER = {"tư": ("đầu",), "năm": ("trong", "cả", "đầu", "cuối", "hết")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number at tokens start..end; `scaled` by k, tr or tỷ, `dong` if đồng follows."""

    start: int
    end: int
    sure: Decimal | None = None
    may_be: tuple[Decimal, ...] = ()
    doubt: str = "word"
    scaled: bool = False
    dong: bool = False
    decimals: bool = False
    letters: str = ""

    @property
    def candidates(self) -> tuple[Decimal, ...]:
        """Return what this figure may stand for, surest first."""
        return self.may_be if self.sure is None else (self.sure,)


def figures(cut: Sequence[Token]) -> list[Figure]:
    """Find every number in an answer, longest reading first, left to right."""
    found: list[Figure] = []
    position = 0
    while position < len(cut):
        figure = _at(cut, position)
        if figure is not None:
            found.append(figure)
        position = position + 1 if figure is None else figure.end
    return found


def _at(cut: Sequence[Token], start: int) -> Figure | None:
    if cut[start].sort is Sort.NUMERAL:
        return _in_digits(cut, start)
    return _in_words(cut, start)


def _in_words(cut: Sequence[Token], start: int) -> Figure | None:
    end = start
    while end < len(cut) and _counts(cut, end):
        end += 1
    if end == start:
        return None
    run = [token.text for token in cut[start:end]]
    said = worded(run)
    if len(run) == 1 and same_word(run[0], "không"):
        return Figure(start=start, end=end, may_be=(Decimal(0),), letters="0")
    sure = None if said.sure is None else Decimal(said.sure)
    return Figure(
        start=start,
        end=end + _dong(cut, end),
        sure=sure,
        may_be=said.may_be,
        scaled=any(letter in "MB" for letter in said.letters),
        dong=_dong(cut, end) > 0,
        letters=said.letters,
    )


def _counts(cut: Sequence[Token], place: int) -> bool:
    word = cut[place].text
    if cut[place].sort is not Sort.WORD or not is_number_word(word):
        return False
    before = cut[place - 1].text if place else ""
    after = cut[place + 1].text if place + 1 < len(cut) else ""
    return not any(
        same_word(word, trap) and same_word(neighbour, other)
        for neighbour, traps in ((before, _NOT_AFTER), (after, _NOT_BEFORE))
        for trap, others in traps.items()
        for other in others
    )


def _in_digits(cut: Sequence[Token], start: int) -> Figure:
    terms = list(_terms(cut, start))
    totals = tuple(_totals([(number, scale) for number, scale, _ in terms]))
    # "15 triệu 20 triệu" is two figures, not one.
    terms = terms if totals else terms[:1]
    totals = totals or tuple(_totals([(number, scale) for number, scale, _ in terms]))
    end = terms[-1][2]
    first, scale, _ = terms[0]
    dong = _dong(cut, end)
    if len(terms) == 1 and scale is None:
        return Figure(
            start=start,
            end=end + dong,
            sure=first.sure,
            may_be=first.may_be,
            doubt=first.doubt,
            dong=dong > 0,
            decimals=first.decimals,
        )
    certain = (
        totals[0] if len(totals) == 1 and all(term[0].sure is not None for term in terms) else None
    )
    return Figure(
        start=start,
        end=end + dong,
        sure=certain,
        may_be=() if certain is not None else totals,
        doubt="currency" if totals else "grouping",
        scaled=True,
        dong=dong > 0,
    )


def _terms(cut: Sequence[Token], place: int) -> Iterator[tuple[Numeral, int | None, int]]:
    """Yield numerals with their scales, as in 1 tỷ 200 triệu or 1tr5."""
    while place < len(cut) and cut[place].sort is Sort.NUMERAL:
        number, scale, place = numeral(cut[place].text), None, place + 1
        while place < len(cut) and cut[place].text in _SCALES:
            scale = (scale or 1) * _SCALES[cut[place].text]
            place += 1
        yield number, scale, place
        if scale is None:
            return
        if place < len(cut) and same_word(cut[place].text, "rưỡi"):
            # "2 triệu rưỡi" is 2tr5.
            yield Numeral(text="5", sure=Decimal(5)), None, place + 1
            return


def _totals(terms: Sequence[tuple[Numeral, int | None]]) -> Iterator[Decimal]:
    total, before = Decimal(0), None
    for number, scale in terms:
        options = number.may_be if number.sure is None else (number.sure,)
        if not options or (before is not None and scale is not None and scale >= before):
            return
        if scale is None and before is not None:
            yield from (total + rest for rest in _shorthand(options[0], before, number))
            return
        if len(terms) == 1:
            yield from (option * Decimal(scale or 1) for option in options)
            return
        total, before = total + options[0] * Decimal(scale or 1), scale
    yield total


def _shorthand(amount: Decimal, scale: int, number: Numeral) -> Iterator[Decimal]:
    """Yield what the 5 of 1tr5 adds: a tenth; three digits are thousandths; two may be either."""
    length = len(number.text)
    if number.sure is None or not number.text.isdigit() or length > 3:
        return
    if length < 3:
        yield amount * scale / 10**length
    if length > 1:
        yield amount * scale / 1000


def _dong(cut: Sequence[Token], place: int) -> int:
    """Count the tokens of a đồng that follows."""
    return int(place < len(cut) and MONEY_UNIT.knows(cut[place].text))
