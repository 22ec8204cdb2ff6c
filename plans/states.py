"""Answers that are a state rather than a number: nothing arose, no figure yet, not ours."""

from collections.abc import Sequence

from plans.readings import AnswerKind, Outcome, Reading, asked
from plans.spelling import covered, plain, same_word, says
from plans.tokens import Sort, Token
from plans.vocabulary import (
    ABSENT_PHRASES,
    ABSENT_SIGNS,
    COURTESY,
    DEED,
    FRAME,
    LABEL,
    MISSING_PHRASES,
    MISSING_SIGNS,
    NEGATIVE,
    PLACE,
    TRAILING,
    UNIT,
    ZERO_PHRASES,
)

_NEUTRAL_SIGNS = frozenset(".,;:!()\"'“”‘’=/")
_MISSING = Reading(outcome=Outcome.MISSING)
_ABSENT = Reading(outcome=Outcome.NOT_APPLICABLE)
_ZERO = Reading(outcome=Outcome.ZERO, value=0)


def state(typed: str, cut: Sequence[Token], kind: AnswerKind) -> Reading | None:
    """Return the state that an answer names, if it names one and nothing else."""
    sign = "".join(typed.split())
    sign = sign if sign in MISSING_SIGNS else sign.rstrip(".,!")
    if sign in MISSING_SIGNS:
        return _MISSING
    if plain(sign) in ABSENT_SIGNS:
        return _ABSENT
    core = core_words(cut)
    if not core:
        return None
    if says(core, MISSING_PHRASES):
        return _MISSING
    return _absent(core) or _nothing(core)


def core_words(cut: Sequence[Token]) -> tuple[str, ...]:
    """Return the words without courtesy and place, or nothing where more than words was typed."""
    for token in cut:
        if token.sort is Sort.NUMERAL or (
            token.sort is Sort.SIGN and token.text not in _NEUTRAL_SIGNS
        ):
            return ()
    said = [
        "không" if NEGATIVE.knows(token.text) else token.text for token in cut if _is_word(token)
    ]
    while said and COURTESY.knows(said[-1]):
        said.pop()
    placed = covered(said, PLACE)
    while said and (placed[0] or COURTESY.knows(said[0])):
        said, placed = said[1:], placed[1:]
    return tuple(said)


def _is_word(token: Token) -> bool:
    return token.sort is Sort.WORD


def _absent(core: tuple[str, ...]) -> Reading | None:
    lengths = range(1, len(core) + 1)
    named = any(says(core[:end], ABSENT_PHRASES) and _labels(core[end:]) for end in lengths)
    return _ABSENT if named else None


def _nothing(core: tuple[str, ...]) -> Reading | None:
    if says(core, ZERO_PHRASES):
        return _ZERO
    first, rest = core[0], core[1:]
    if first == "không":
        counted = rest[1:] if rest and same_word(rest[0], "có") else rest
        if all(covered(counted, UNIT, TRAILING)):
            return _ZERO
        return asked("zero", 0) if _labels(rest) else None
    if same_word(first, "chưa") and _labels(rest):
        # "chưa có cuộc nào" may be a true zero or a figure that is still to come.
        return asked("zero_or_missing", 0)
    return None


def _labels(said: Sequence[str]) -> bool:
    marks = covered(said, UNIT, TRAILING, DEED, PLACE)
    return all(
        mark or any(known.knows(word) for known in (FRAME, LABEL, COURTESY))
        for word, mark in zip(said, marks, strict=True)
    )
