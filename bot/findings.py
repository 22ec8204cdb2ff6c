"""What a look at a platform found: lines for an operator, and what there is to do."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from bot.clock import Clock

MOST_SKEW_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found, and what there is to do; no token stands in either."""

    lines: tuple[str, ...]
    to_do: tuple[str, ...] = ()


def clock_to_do(date: str, clock: Clock, whose: str) -> tuple[str, ...]:
    """Say what to do where a server's date, as HTTP writes it, is far from this machine's."""
    try:
        ahead = round((clock.now() - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return ()
    if abs(ahead) <= MOST_SKEW_SECONDS:
        return ()
    way = "ahead of" if ahead > 0 else "behind"
    return (
        f"this machine's clock is {abs(ahead)} seconds {way} {whose}: set it by NTP "
        "(timedatectl set-ntp true); deadlines and receipts hang on it",
    )
