"""What a channel may send in a month, and how many people it may serve: facts and thresholds.

Exact whole numbers throughout; 0 means that there is no limit.
"""

from dataclasses import dataclass
from typing import Final

from plans.messages import Urgency

WARN_PER_CENT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A month's messages, the per cent of them kept for answers, and the most people."""

    monthly: int = 0
    reserve: int = 0
    users: int = 0

    @property
    def kept(self) -> int:
        """Return how many of a month's messages are kept for answers."""
        return -(-self.monthly * self.reserve // 100)

    def may_send(self, urgency: Urgency, spent: int, messages: int = 1) -> bool:
        """Say whether so many more messages may go: pushes stop where the reserve begins."""
        if not self.monthly:
            return True
        kept = 0 if urgency.again else self.kept
        return spent + messages <= self.monthly - kept

    def runs_low(self, spent: int) -> bool:
        """Say whether people should be warned: four fifths are gone."""
        return bool(self.monthly) and spent * 100 >= self.monthly * WARN_PER_CENT

    def has_room(self, users: int) -> bool:
        """Say whether somebody new may be served."""
        return not self.users or users < self.users
