"""Choices for a platform without buttons, or with too few: lines to type from."""

import re
from collections.abc import Sequence
from typing import Final

from plans.marks import mark
from plans.messages import Choice

# "3. Số vụ": a label that begins with the number by which its question is named anyway.
_NUMBERED: Final = re.compile(r"\d+\. ")


def typed_choices(choices: Sequence[Choice], *, lettered: bool, first: int = 0) -> str:
    """Return a line for each choice from place `first` on, with what names it where that helps."""
    named = all(_NUMBERED.match(choice.label) for choice in choices)
    lines = []
    for place, choice in enumerate(choices[first:], start=first):
        own = "" if named else mark(place, lettered=lettered)
        lines.append(f"{own}. {choice.label}" if own else choice.label)
    return "\n".join(lines)
