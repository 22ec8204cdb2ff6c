"""A long list a page at a time: what stands on one, and the buttons to those beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from handlers.turn import Turn
from plans.messages import Choice, Manner

T = TypeVar("T")

# So many lines are read on a phone without losing one's place.
LINES = 20
# Written behind what a list's own buttons ask for: the answer takes the list's place.
FIRST = "trang1"
_OWN = re.compile(r"\btrang\d+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list of so many, counted from 1."""

    number: int
    count: int
    size: int

    @property
    def last(self) -> bool:
        """Say whether no page comes after."""
        return self.number == self.count

    def part(self, items: Sequence[T]) -> Sequence[T]:
        """Return what stands on the page."""
        return items[(self.number - 1) * self.size : self.number * self.size]

    def mark(self, turn: Turn) -> str:
        """Tell which page it is, where there are several."""
        if self.count == 1:
            return ""
        return turn.text("progress.page", page=self.number, pages=self.count)

    def choices(self, turn: Turn, command: str) -> list[Choice]:
        """Lead to the pages before and after."""
        choices = []
        if self.number > 1:
            before = f"{command} trang{self.number - 1}"
            choices.append(turn.choice("progress.page_before", before))
        if not self.last:
            after = f"{command} trang{self.number + 1}"
            choices.append(turn.choice("progress.page_after", after))
        return choices


def manner_of(words: str) -> Manner:
    """Say how a list stands to the one before: in its place if that one's own button asked."""
    return Manner.IN_PLACE if _OWN.search(words) else Manner.NEW


def page_of(items: Sequence[object], size: int, wanted: int) -> Page:
    """Return the page that is wanted, or the last one there is."""
    count = max(1, -(-len(items) // size))
    return Page(number=min(max(wanted, 1), count), count=count, size=size)
