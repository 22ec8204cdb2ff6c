"""Which answers of units a document shows: all of them, or none that tells of few people.

For readers who may not see small counts of people, a sensitive answer of 1 to 4 is hidden, and no
sum takes it in. The usual way is to keep the true total and to hide a second answer so that the
first does not follow by subtraction; it was not chosen, because totals also stand in other files of
the same period, in what the chat says and in those of districts, and each would need the same
second answer hidden. A total that adds only what is shown needs nothing else hidden: whatever is
subtracted from it leaves a sum of shown answers. How many were left out stands beside it.
Running totals with a hidden answer in them are withheld (`documents.docx_seen`), since what they
grew by is told in other documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plans.dialogue import Answer, AnswerState
from plans.pack import Indicator

_NOTHING = Decimal(0)


class CellState(StrEnum):
    """What stands for one answer in a table."""

    VALUE = "value"
    ZERO = "zero"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    HIDDEN = "hidden"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One answer as its reader may see it; only a value or nought has a number."""

    state: CellState
    number: Decimal | None = None


_UNANSWERED = Cell(state=CellState.UNANSWERED)
_HIDDEN = Cell(state=CellState.HIDDEN)
_MISSING = Cell(state=CellState.MISSING)
_NOT_APPLICABLE = Cell(state=CellState.NOT_APPLICABLE)
_ZERO = Cell(state=CellState.ZERO, number=_NOTHING)


def cell_of(indicator: Indicator, answer: Answer | None, *, masked: bool) -> Cell:
    """Return what stands for an answer; a sensitive small one is hidden from some readers."""
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
    return Cell(state=CellState.VALUE, number=number)


def total_shown(cells: Iterable[Cell]) -> Decimal | None:
    """Add up what is shown; None where nothing is."""
    numbers = [cell.number for cell in cells if cell.number is not None]
    return sum(numbers, _NOTHING) if numbers else None
