"""What no channel of a person could carry: held back, until those who ask for it were told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import tables
from storage.tables import held_back, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """One message that was not sent: for whom, on which channel, and why."""

    number: int
    channel: str
    reason: str
    at: datetime
    person_id: int | None


def note(connection: Connection, number: int, channel: str, reason: str, now: datetime) -> None:
    """Note that a message is held back; if it was queued again and is so once more, anew."""
    values = {"channel": channel, "reason": reason[:200], "at": now, "told_at": None}
    tables.put(connection, held_back, {"number": number}, values)


def untold(connection: Connection) -> list[HeldBack]:
    """Return what nobody was told of yet, the oldest first."""
    query = (
        select(held_back, outbox.c.person_id)
        .join(outbox, outbox.c.number == held_back.c.number)
        .where(held_back.c.told_at.is_(None))
        .order_by(held_back.c.at, held_back.c.number)
    )
    return [
        HeldBack(
            number=row.number,
            channel=row.channel,
            reason=row.reason,
            at=row.at,
            person_id=row.person_id,
        )
        for row in connection.execute(query)
    ]


def told(connection: Connection, numbers: Collection[int], now: datetime) -> None:
    """Record that somebody was told of what is held back."""
    connection.execute(update(held_back).where(held_back.c.number.in_(numbers)).values(told_at=now))
