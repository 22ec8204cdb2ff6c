"""Which answers are hidden from whoever may not see small counts of people.

An answer of 1 to 4 tells of few people. So does a larger one from which few follow when another
that is told is subtracted: a part of a whole that leaves 1 to 4 over, and a count that runs through
a year without counting anybody twice, where 1 to 4 came since an earlier period of the year. What a
moment's count changed by is no number of people: some came while others went.

Such readers are shown the other answers and sums of them, nothing else, so no subtraction of what
they are shown leaves a small count. What is hidden never depends on how small a small answer is.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from plans.dialogue import SMALL_BELOW, Answer
from plans.pack import IndicatorKind, Pack


def few(one: Decimal | None, other: Decimal | None) -> bool:
    """Say whether two numbers are so near to each other that few people make the difference."""
    return one is not None and other is not None and 0 < abs(one - other) < SMALL_BELOW


class Masking:
    """What a plan's indicators and the relations between them let be told."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        sensitive = [code for code, one in pack.indicators.items() if one.sensitive]
        self._wholes = {code: _wholes(pack, code) for code in sensitive}
        # A whole is looked at before its parts: a hidden one gives nothing away.
        self._order = sorted(sensitive, key=lambda code: len(self._wholes[code]))

    @property
    def codes(self) -> frozenset[str]:
        """Return the indicators whose answers it takes to know which are hidden."""
        return frozenset(self._order).union(*self._wholes.values())

    def only_small(self, code: str) -> bool:
        """Say whether nothing but answers under 5 is ever hidden of an indicator."""
        return not self._wholes.get(code) and not self._runs(code)

    def hidden(self, year: Iterable[Mapping[str, Answer]]) -> list[frozenset[str]]:
        """Return what is hidden of each of one unit's reports of a year, in their order."""
        told: dict[str, list[Decimal]] = {}
        return [self._hidden_in(answers, told) for answers in year]

    def _hidden_in(
        self, answers: Mapping[str, Answer], told: dict[str, list[Decimal]]
    ) -> frozenset[str]:
        """Return what is hidden of a report; what is not is added to what was told before."""
        hidden: set[str] = set()
        for code in self._order:
            answer = answers.get(code)
            if answer is None or not answer.number:
                continue
            beside = [
                answers[whole].number
                for whole in self._wholes[code]
                if whole in answers and whole not in hidden
            ]
            before = told.setdefault(code, []) if self._runs(code) else []
            if answer.small or any(few(answer.number, one) for one in (*beside, *before)):
                hidden.add(code)
            else:
                before.append(answer.number)
        return frozenset(hidden)

    def _runs(self, code: str) -> bool:
        return self._pack.indicators[code].kind is IndicatorKind.UNIQUE


def _wholes(pack: Pack, code: str) -> frozenset[str]:
    """Return what an indicator is a part of, at one remove or more."""
    found: set[str] = set()
    left = {code}
    while left:
        left = {check.whole for check in pack.checks if check.part in left} - found - {code}
        found |= left
    return frozenset(found)
