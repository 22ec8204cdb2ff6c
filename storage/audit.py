"""Who did what, when, and what it was before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.drafts import Key
from storage.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit trail."""

    at: datetime
    person_id: int | None
    action: str
    key: Key
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


def write(connection: Connection, entry: Entry) -> None:
    """Add a line."""
    connection.execute(
        insert(audit).values(
            at=entry.at,
            person_id=entry.person_id,
            action=entry.action,
            plan=entry.key.plan,
            period=entry.key.period,
            unit=entry.key.unit,
            before=None if entry.before is None else dict(entry.before),
            after=None if entry.after is None else dict(entry.after),
        )
    )


def read(connection: Connection, *, action: str | None = None) -> list[Entry]:
    """Return the trail in order, or one action's lines."""
    query = select(audit).order_by(audit.c.id)
    if action:
        query = query.where(audit.c.action == action)
    return [
        Entry(
            at=r.at,
            person_id=r.person_id,
            action=r.action,
            key=Key(plan=r.plan, period=r.period, unit=r.unit),
            before=r.before,
            after=r.after,
        )
        for r in connection.execute(query)
    ]
