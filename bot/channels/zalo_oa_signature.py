"""What proves that a call is Zalo's: plain SHA-256 over a number, the body, a moment, a secret.

Sources disagree whether the app's number or the account's comes first: a setting decides, and where
only the other one fits the operator is told, but the call is refused all the same.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

HEADER: Final = "X-ZEvent-Signature"
# Zalo's last retry comes almost two hours after the event; clocks differ a little.
OLDEST: Final = timedelta(hours=3)
AHEAD: Final = timedelta(minutes=10)

First = Literal["app_id", "oa_id"]


class Verdict(StrEnum):
    """What a signature is worth."""

    GENUINE = "genuine"
    OTHER_VARIANT = "other variant"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What Zalo signs with."""

    app_id: str
    oa_id: str
    secret: str = field(repr=False)
    signed_by: First = "app_id"

    @property
    def other(self) -> First:
        """Return the number that the settings do not name."""
        return "oa_id" if self.signed_by == "app_id" else "app_id"

    def judge(self, body: bytes, timestamp: str, given: str) -> Verdict:
        """Compare a signature in the same time whatever is in it."""
        mac = given.strip().removeprefix("mac=").removeprefix("sha256=").lower()
        right = self._fits(self.signed_by, body, timestamp, mac)
        other = self._fits(self.other, body, timestamp, mac)
        if right:
            return Verdict.GENUINE
        return Verdict.OTHER_VARIANT if other else Verdict.FORGED

    def _fits(self, first: First, body: bytes, timestamp: str, mac: str) -> bool:
        number = self.app_id if first == "app_id" else self.oa_id
        signed = number.encode() + body + timestamp.encode(errors="replace") + self.secret.encode()
        digest = hashlib.sha256(signed).hexdigest()
        return hmac.compare_digest(mac.encode(errors="replace"), digest.encode())


def is_timely(timestamp: str, now: datetime) -> bool:
    """Say whether an event may be delivered now, or is one that somebody kept to play it again."""
    happened = moment_of(timestamp)
    return happened is not None and now - OLDEST <= happened <= now + AHEAD


def moment_of(timestamp: str) -> datetime | None:
    """Return the moment that Zalo writes in milliseconds, None where it is none."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        return None
    return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
