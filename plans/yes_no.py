"""The reading of an answer to a yes-or-no question."""

from collections.abc import Sequence

from plans.readings import AnswerKind, Outcome, Reading, refused
from plans.spelling import covered, phrases, same_word, says
from plans.states import core_words, state
from plans.tokens import Sort, Token, words
from plans.vocabulary import DEED, FRAME, NEGATIVE, NO_PHRASES, TICKS, UNIT, YES_PHRASES

_YES = Reading(outcome=Outcome.VALUE, value=1)
_NO = Reading(outcome=Outcome.VALUE, value=0)
_EITHER = ("có", "đã", "rồi", "đúng", "vâng", "ok", "chưa", "không")
_TAILS = ("rồi", "nào", "gì", "cả", "hết")
_ARISING = phrases("phát sinh")
_OPEN = ("đang", "sẽ")


def read(typed: str, cut: Sequence[Token]) -> Reading:
    """Read yes, no or a state; "chưa" is no here, and a bare count is asked about."""
    if "".join(typed.split()) in TICKS or typed == "1":
        return _YES
    if typed == "0":
        return _NO
    named = state(typed, cut, AnswerKind.YES_NO)
    core = core_words(cut)
    if says(core, NO_PHRASES):
        return _NO
    if says(core, YES_PHRASES) or _assents(cut):
        return _YES
    if named is not None and named.outcome in {Outcome.MISSING, Outcome.NOT_APPLICABLE}:
        return named
    return _told(core) or _unclear(typed, cut)


def _assents(cut: Sequence[Token]) -> bool:
    said = words(cut)
    signs = [token.text for token in cut if token.sort is not Sort.WORD]
    return (
        bool(said)
        and set(signs) <= set(".,!")
        and any(same_word(said[0], yes) for yes in ("vâng", "dạ"))
        and all(any(same_word(word, soft) for soft in ("vâng", "dạ", "ạ")) for word in said[1:])
    )


def _told(core: tuple[str, ...]) -> Reading | None:
    """Read a short clause: đã ban hành, chưa có kế hoạch, triển khai rồi."""
    if len(core) < 2 or says(core[-2:], _ARISING):
        return None
    first, rest = core[0], core[1:]
    marks = covered(core, DEED, UNIT)
    known = (
        mark or _is_one(word, _TAILS) or FRAME.knows(word)
        for word, mark in zip(core, marks, strict=True)
    )
    if not all(list(known)[1:]):
        return None
    if _is_one(first, ("không", "chưa")):
        return None if _is_one(rest[-1], ("rồi",)) else _NO
    starts = _is_one(first, ("có", "đã")) and not _is_one(rest[-1], _TAILS[1:])
    ends = covered(core, DEED)[0] and same_word(rest[-1], "rồi")
    return _YES if starts or ends else None


def _is_one(word: str, meanings: Sequence[str]) -> bool:
    return any(same_word(word, meaning) for meaning in meanings)


def _unclear(typed: str, cut: Sequence[Token]) -> Reading:
    hinted = any(NEGATIVE.knows(word) or _is_one(word, (*_EITHER, *_OPEN)) for word in words(cut))
    ticked = typed in {"v", "o", "+", "👍", "❌", "✗", "✘"}
    if hinted or ticked or any(token.sort is Sort.NUMERAL for token in cut):
        return Reading(outcome=Outcome.ASK, hint="answers.ask.yes_no", options=(1, 0))
    return refused("yes_no")
