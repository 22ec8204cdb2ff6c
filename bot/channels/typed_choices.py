"""Choices for a platform without buttons, or with too few: lines to type from."""

from collections.abc import Sequence

from plans.marks import carry_numbers, mark
from plans.messages import Choice


def typed_choices(choices: Sequence[Choice], *, lettered: bool, first: int = 0) -> str:
    """Return a line for each choice from place `first` on, with what names it where that helps."""
    named = carry_numbers(choice.label for choice in choices)
    lines = []
    for place, choice in enumerate(choices[first:], start=first):
        own = "" if named else mark(place, lettered=lettered)
        lines.append(f"{own}. {choice.label}" if own else choice.label)
    return "\n".join(lines)
