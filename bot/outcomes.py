"""What becomes of a message after it was given to a channel: the whole policy, and its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import Connection

from plans.errors import SendError
from plans.messages import Delivery
from storage import dead_letters, outbox

BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
# How long a channel rests when its platform wants that but does not say how long.
REST_SECONDS = 5.0


class Fate(Enum):
    """How an attempt ended."""

    SENT = auto()
    AGAIN_LATER = auto()
    NOT_TRIED = auto()
    GONE = auto()
    ELSEWHERE = auto()
    FAILED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt at one message ended, and what the record needs to know of it."""

    delivery: Delivery
    fate: Fate
    reason: str = ""
    platform_id: str = ""
    until: datetime | None = None


def judged(delivery: Delivery, attempts: int, error: SendError, now: datetime) -> Outcome:
    """Say what becomes of a message that a channel did not take, or may not have taken.

    Unknown outcome: sent again if its urgency allows, else left in doubt for an operator. Not to be
    carried here: another address of the person takes it. Channel resting: not counted as an
    attempt. Worth a retry: later, while attempts are left.
    """
    reason = str(error)
    if error.unknown and not delivery.reply.urgency.again:
        return Outcome(delivery=delivery, fate=Fate.UNKNOWN, reason=reason)
    if error.gone:
        return Outcome(delivery=delivery, fate=Fate.GONE, reason=reason)
    if error.elsewhere:
        return Outcome(delivery=delivery, fate=Fate.ELSEWHERE, reason=reason)
    if error.everywhere:
        return Outcome(delivery=delivery, fate=Fate.NOT_TRIED, reason=reason)
    if (error.retry or error.unknown) and attempts < len(BACK_OFF):
        pause = BACK_OFF[attempts] if error.after is None else timedelta(seconds=error.after)
        until = now + pause
        return Outcome(delivery=delivery, fate=Fate.AGAIN_LATER, reason=reason, until=until)
    return Outcome(delivery=delivery, fate=Fate.FAILED, reason=reason)


def record(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down how attempts ended."""
    sent = [(o.delivery.number, o.platform_id) for o in outcomes if o.fate is Fate.SENT]
    outbox.mark_sent(connection, sent, now)
    back = [o.delivery.number for o in outcomes if o.fate is Fate.NOT_TRIED]
    outbox.release(connection, back)
    for outcome in outcomes:
        number, reason = outcome.delivery.number, outcome.reason
        match outcome.fate:
            case Fate.AGAIN_LATER if outcome.until:
                outbox.postpone(connection, number, outcome.until)
            case Fate.GONE:
                dead_letters.redirect(connection, number, outcome.delivery.address, reason, now)
            case Fate.ELSEWHERE:
                dead_letters.reroute(connection, number, outcome.delivery.address, reason, now)
            case Fate.FAILED:
                dead_letters.give_up(connection, number, reason)
            case Fate.UNKNOWN:
                dead_letters.doubt(connection, number, reason)
