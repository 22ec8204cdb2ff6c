"""What stands around the one number of an answer: harmless words, or a reason to ask."""

from collections.abc import Sequence

from plans.figures import Figure
from plans.readings import AnswerKind
from plans.spelling import covered, phrases, same_word
from plans.tokens import Sort, Token
from plans.vocabulary import (
    APPROXIMATE,
    COURTESY,
    DEED,
    FRAME,
    LABEL,
    ORDINAL,
    PLACE,
    UNIT,
)

_NEUTRAL = frozenset(".,;:!()[]\"'“”‘’")
_APPROXIMATE_SIGNS = frozenset("~≈<>≥≤±")
_AFTER = phrases(
    "đã, được, trong kỳ, kỳ này, trong quý, trong tháng, trong năm, năm nay, này, thôi, bị",
    "trên địa bàn, trên địa bàn xã, trên địa bàn phường, trên địa bàn huyện, đã được",
)


def doubt(cut: Sequence[Token], found: Sequence[Figure], kind: AnswerKind) -> str | None:
    """Return the hint of what makes these figures doubtful, or nothing."""
    inside = {place for figure in found for place in range(figure.start, figure.end)}
    around = [place for place in range(len(cut)) if place not in inside]
    if any(_approximates(cut, place) for place in around):
        return "exact"
    first = found[0].start
    before = [place for place in around if place < first]
    after = [place for place in around if place > first]
    fine = (
        all(_known_sign(cut, place, "=:") for place in before)
        and all(_known_sign(cut, place, ":") for place in after)
        and all(_known_before(_said(cut, before)))
        and all(_known_after(_said(cut, after), kind))
        and not any(_stuck(cut, place) for place in after)
    )
    if not fine or _numbered(cut, first) or _alone_in_brackets(cut, found):
        return "confirm"
    return None


def strange(cut: Sequence[Token], figure: Figure) -> bool:
    """Say whether any word beside the figure is not one that officials put there."""
    places = [place for place in range(len(cut)) if not figure.start <= place < figure.end]
    said = _said(cut, places)
    return not all(map(any, zip(_known_before(said), _known_after(said), strict=True)))


def _said(cut: Sequence[Token], places: Sequence[int]) -> list[str]:
    return [cut[place].text for place in places if cut[place].sort is Sort.WORD]


def _approximates(cut: Sequence[Token], place: int) -> bool:
    token = cut[place]
    if token.sort is Sort.SIGN:
        return token.text in _APPROXIMATE_SIGNS
    follows = cut[place + 1].text if place + 1 < len(cut) else ""
    if same_word(token.text, "trên") and same_word(follows, "địa"):
        return False
    # "co" is có far more often than cỡ, "da" is đã and not đa, "do" is đó.
    return APPROXIMATE.knows(token.text) and token.text not in {"co", "da", "do"}


def _known_sign(cut: Sequence[Token], place: int, allowed: str) -> bool:
    token = cut[place]
    if token.sort is not Sort.SIGN:
        return True
    trails_off = token.text == "." and place + 1 < len(cut) and cut[place + 1].text == "."
    known = token.text in _NEUTRAL or token.text in allowed
    return (known and not trails_off) or _joins_words(cut, place)


def _known_before(said: Sequence[str]) -> list[bool]:
    marks = covered(said, DEED, UNIT, PLACE)
    return [
        mark or any(known.knows(word) for known in (FRAME, LABEL, COURTESY))
        for word, mark in zip(said, marks, strict=True)
    ]


def _known_after(said: Sequence[str], kind: AnswerKind = AnswerKind.COUNT) -> list[bool]:
    # A sum of money that is followed by "người" is a slip: people are not money.
    counted = UNIT if kind is AnswerKind.COUNT else {}
    marks = covered(said, DEED, counted, _AFTER)
    return [mark or COURTESY.knows(word) for word, mark in zip(said, marks, strict=True)]


def _stuck(cut: Sequence[Token], place: int) -> bool:
    """Say whether a lone letter is stuck to a numeral, as in a house number 12a."""
    return (
        len(cut[place].text) == 1
        and cut[place].glued
        and cut[place].sort is Sort.WORD
        and cut[place - 1].sort is Sort.NUMERAL
    )


def _joins_words(cut: Sequence[Token], place: int) -> bool:
    """Say whether a dash or slash stands between two words, as in tin/bài."""
    return (
        cut[place].text in "-/&"
        and 0 < place < len(cut) - 1
        and cut[place - 1].sort is Sort.WORD
        and cut[place + 1].sort is Sort.WORD
    )


def _numbered(cut: Sequence[Token], first: int) -> bool:
    """Say whether the number may be a name: câu 3, lớp 9, đội 178, số 12."""
    if first == 0 or cut[first - 1].sort is not Sort.WORD:
        return False
    said = [token.text for token in cut[:first] if token.sort is Sort.WORD]
    if any(same_word(word, "tổng") for word in said):
        return False
    if ORDINAL.knows(said[-1]):
        return True
    labelled = any(same_word(word, "số") for word in said[:-1])
    return covered(said, UNIT)[-1] and not covered(said, DEED)[-1] and not labelled


def _alone_in_brackets(cut: Sequence[Token], found: Sequence[Figure]) -> bool:
    """Say whether the only number stands in brackets, as bookkeepers write a negative."""
    first, last = found[0].start, found[-1].end
    return (
        len(found) == 1
        and first > 0
        and last < len(cut)
        and cut[first - 1].text in "(["
        and cut[last].text in ")]"
    )
