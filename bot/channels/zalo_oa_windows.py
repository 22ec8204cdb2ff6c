"""How a message may go to one person of an Official Account, and what that costs: a pure rule.

From the cheapest: free within 48 hours of their last word; another channel of theirs; paid within
seven days (55 VND, or out of the package); an approved template (from about 200 VND). An answer is
wanted where it was asked, so it goes to another channel only when nothing else is left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from plans.messages import Urgency

FREE_FOR: Final = timedelta(hours=48)
OPEN_FOR: Final = timedelta(days=7)


class Way(StrEnum):
    """How a message goes out, or that it may not go out here."""

    FREE = "free"
    PAID = "paid"
    TEMPLATE_USER = "template_user"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known when a message is about to go to somebody.

    `free_most` 0 is no limit, `paid_most` 0 is none at all; `template`: its kind has an approved
    one; `cheaper`: the person's next address costs nothing and is good; `messages`: how many.
    """

    now: datetime
    heard: datetime | None
    urgency: Urgency
    free_used: int = 0
    free_most: int = 0
    paid_used: int = 0
    paid_most: int = 0
    template: bool = False
    cheaper: bool = False
    messages: int = 1

    @property
    def in_reach(self) -> bool:
        """Say whether Zalo takes a message at all, for money at least."""
        return _within(self, OPEN_FOR)


def way(standing: Standing) -> Way:
    """Choose how a message goes: never for money beyond what the operator allows."""
    if _is_free(standing):
        return Way.FREE
    pushed = not standing.urgency.again
    if pushed and standing.cheaper:
        return Way.ELSEWHERE
    if standing.in_reach and _affordable(standing):
        return Way.PAID
    # A template holds a few fields of a push; an answer does not fit into one.
    return Way.TEMPLATE_USER if pushed and standing.template else Way.ELSEWHERE


def _is_free(standing: Standing) -> bool:
    if not _within(standing, FREE_FOR):
        return False
    used = standing.free_used + standing.messages
    return not standing.free_most or used <= standing.free_most


def _affordable(standing: Standing) -> bool:
    return standing.paid_used + standing.messages <= standing.paid_most


def _within(standing: Standing, span: timedelta) -> bool:
    return standing.heard is not None and standing.now - standing.heard <= span
