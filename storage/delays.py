"""Why reports are late, in the words of those who owe them."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.drafts import Key
from storage.tables import delays


def add(connection: Connection, key: Key, reason: str, person_id: int, now: datetime) -> None:
    """Record a reason; the newest is the one that is shown."""
    connection.execute(
        insert(delays).values(
            plan=key.plan,
            period=key.period,
            unit=key.unit,
            reason=reason,
            person_id=person_id,
            at=now,
        )
    )


def latest(connection: Connection, key: Key) -> str:
    """Return a unit's newest reason in a period, "" where it gave none."""
    return latest_in(connection, key.plan, key.period).get(key.unit, "")


def latest_in(connection: Connection, plan: str, period: str) -> dict[str, str]:
    """Return each unit's newest reason in a period."""
    query = (
        select(delays.c.unit, delays.c.reason)
        .where(delays.c.plan == plan, delays.c.period == period)
        .order_by(delays.c.id)
    )
    return {row.unit: row.reason for row in connection.execute(query)}
