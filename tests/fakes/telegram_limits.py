"""How much a bot may send: sliding windows on a steady clock, and penalties."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.telegram_refusals import too_many


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages and edits in each window; None is no limit."""

    overall_per_second: int | None = None
    chat_per_second: int | None = None
    group_per_minute: int | None = None

    @classmethod
    def strict(cls) -> "Limits":
        """Return what Telegram's documentation tells bots to keep to."""
        return cls(overall_per_second=30, chat_per_second=1, group_per_minute=20)


class Meter:
    """Counts what is sent and refuses what is too much."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits, self.refused = limits, 0
        self._clock = clock
        self._sent: dict[object, deque[float]] = defaultdict(deque)
        self._penalty_until = -math.inf

    def penalise(self, seconds: float) -> None:
        """Refuse everything for a while."""
        self._penalty_until = max(self._penalty_until, self._clock() + seconds)

    def check(self) -> None:
        """Refuse a request in a time of penalty."""
        if (left := self._penalty_until - self._clock()) > 0:
            self._refuse(left)

    def count(self, chat: int) -> None:
        """Count a message or an edit, or refuse it and begin a penalty."""
        now = self._clock()
        windows = [
            (key, most, seconds) for key, most, seconds in self._windows(chat) if most is not None
        ]
        waits = [self._wait(key, most, seconds, now) for key, most, seconds in windows]
        if (wait := max(waits, default=0.0)) > 0:
            self.penalise(math.ceil(wait))
            self._refuse(wait)
        for key, _, _ in windows:
            self._sent[key].append(now)

    def _windows(self, chat: int) -> list[tuple[object, int | None, float]]:
        return [
            ("all", self.limits.overall_per_second, 1.0),
            (chat, self.limits.chat_per_second, 1.0),
            (("group", chat), self.limits.group_per_minute if chat < 0 else None, 60.0),
        ]

    def _wait(self, key: object, most: int, seconds: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        return sent[-most] + seconds - now if len(sent) >= most else 0.0

    def _refuse(self, wait: float) -> None:
        self.refused += 1
        raise too_many(max(1, math.ceil(wait)))
