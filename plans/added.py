"""What several units gave of one indicator, added up; the four states of an answer kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

from plans.dialogue import Answer, AnswerState

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """How many gave a number, its sum, how many of them 0; who had none; who gave 1 to 4.

    `small` of those given make `small_total`: what not everybody may see.
    """

    given: int = 0
    total: Decimal = _NOTHING
    zeros: int = 0
    missing: int = 0
    small: int = 0
    small_total: Decimal = _NOTHING

    def __add__(self, other: "Added") -> "Added":
        sums = {name: getattr(self, name) + getattr(other, name) for name in _NAMES}
        return Added(**sums)

    @property
    def open_total(self) -> Decimal:
        """Return the sum without the small ones."""
        return self.total - self.small_total


_NAMES = tuple(field.name for field in fields(Added))


def added(answers: Iterable[Answer]) -> Added:
    """Add up some answers."""
    given = list(answers)
    numbers = [answer.number for answer in given if answer.number is not None]
    small = [answer.number for answer in given if answer.number is not None and answer.small]
    return Added(
        given=len(numbers),
        total=sum(numbers, _NOTHING),
        zeros=sum(number == 0 for number in numbers),
        missing=sum(answer.state is AnswerState.MISSING for answer in given),
        small=len(small),
        small_total=sum(small, _NOTHING),
    )
