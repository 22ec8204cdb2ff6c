"""What work costs, counted in calls of functions: the same on a quiet machine and on a busy one.

Seconds are measured by `bench`, beside a limit or a peer; a suite that runs three tests at a time
cannot tell slow work from a machine that is shared.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


def effort(work: Callable[[], T]) -> tuple[int, T]:
    """Return how many calls a piece of work makes on this thread, and what it returns."""
    calls, before = 0, sys.getprofile()

    def count(_frame: FrameType, what: str, _argument: object) -> None:
        nonlocal calls
        calls += what in ("call", "c_call")

    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(before)
    return calls, result
