"""What a reader is shown of answers and verdicts: all, or nothing that tells of few people.

For readers who may not see small counts of people, the answers that tell of few (`plans.masking`)
are hidden, and no sum takes them in. The usual way is to keep the true total and to hide a second
answer so that the first does not follow by subtraction; it was not chosen, because totals also
stand in other files of the same period, in what the chat says and in those of districts, and each
would need the same second answer hidden. A total that adds only what is shown needs nothing else
hidden: whatever is subtracted from it leaves a sum of shown answers. How many were left out stands
beside it.
Running totals with a hidden answer in them are withheld (`documents.docx_seen`), since what they
grew by is told in other documents; and so is the verdict on a target that rests on one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import locales
from plans.dialogue import SMALL_BELOW, Answer, AnswerState
from plans.pack import Indicator, Pack
from plans.targets import CountMin, CumulativeBy, Exact100, GrowthBand, RatioMin, indicators_of
from plans.verdicts import Judged, Verdict

_NOTHING = Decimal(0)


class CellState(StrEnum):
    """What stands for one answer in a table."""

    VALUE = "value"
    ZERO = "zero"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    HIDDEN = "hidden"
    WITHHELD = "withheld"  # from it and another a small count would follow
    UNANSWERED = "unanswered"


# The states of answers that not every reader sees.
KEPT_BACK: Final = (CellState.HIDDEN, CellState.WITHHELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One answer as its reader may see it; only a value or nought has a number."""

    state: CellState
    number: Decimal | None = None


_UNANSWERED = Cell(state=CellState.UNANSWERED)
_HIDDEN = Cell(state=CellState.HIDDEN)
_WITHHELD = Cell(state=CellState.WITHHELD)
_MISSING = Cell(state=CellState.MISSING)
_NOT_APPLICABLE = Cell(state=CellState.NOT_APPLICABLE)
_ZERO = Cell(state=CellState.ZERO, number=_NOTHING)


def cell_of(
    indicator: Indicator, answer: Answer | None, *, masked: bool, hidden: bool = False
) -> Cell:
    """Return what stands for an answer; a sensitive small one is hidden from some readers.

    `hidden`: so is this one, however large it is.
    """
    if answer is None:
        return _UNANSWERED
    if answer.state is AnswerState.NOT_APPLICABLE:
        return _NOT_APPLICABLE
    number = answer.number
    if number is None:
        return _MISSING
    if number == 0:
        return _ZERO
    if masked and indicator.sensitive and answer.small:
        return _HIDDEN
    if masked and hidden:
        return _WITHHELD
    return Cell(state=CellState.VALUE, number=number)


def total_shown(cells: Iterable[Cell]) -> Decimal | None:
    """Add up what is shown; None where nothing is."""
    numbers = [cell.number for cell in cells if cell.number is not None]
    return sum(numbers, _NOTHING) if numbers else None


def hidden_text(language: str, cell: Cell) -> str:
    """Write why an answer is not shown, "" where nothing is hidden."""
    if cell.state not in KEPT_BACK:
        return ""
    return small_words(language, only_small=cell.state is CellState.HIDDEN)


def small_words(language: str, *, only_small: bool) -> str:
    """Write what stands for hidden answers: under 5, or kept back however large they are."""
    if only_small:
        return locales.text(language, "figures.masked", below=SMALL_BELOW)
    return locales.text(language, "figures.withheld")


def judged_openly(pack: Pack, judged: Judged) -> bool:
    """Say whether a verdict and its numbers tell nothing of few people."""
    codes = indicators_of(judged.target)
    if not any(pack.indicators[code].sensitive for code in codes if code in pack.indicators):
        return True
    return not judged.hidden and _by_sums(judged)


def _by_sums(judged: Judged) -> bool:
    """Say whether a target rests on sums, of which it is known whether anything is left out."""
    target = judged.target
    if isinstance(target, CountMin):
        return not target.unit_type
    return isinstance(target, RatioMin | Exact100 | GrowthBand | CumulativeBy)


def as_told(pack: Pack, judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Return verdicts as whoever may not see small counts of people is told them."""
    return tuple(one if judged_openly(pack, one) else _withheld(one) for one in judged)


def _withheld(judged: Judged) -> Judged:
    return Judged(
        target=judged.target,
        verdict=Verdict.WITHHELD,
        reading=judged.reading,
        threshold=judged.threshold,
    )
