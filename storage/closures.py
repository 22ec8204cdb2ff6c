"""Periods that were closed before or after their lock, with what was missing then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.drafts import Key
from storage.tables import closures, unlocks

_IN_FORCE = closures.c.reopened_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """That a period was closed below the key's unit, with what was missing."""

    id: int
    key: Key
    closed_at: datetime
    closed_by: int
    missing: Mapping[str, Any]


def close(
    connection: Connection, key: Key, missing: Mapping[str, object], closed_by: int, now: datetime
) -> None:
    """Record that a period is closed below a unit, "" for everybody."""
    connection.execute(
        insert(closures).values(
            plan=key.plan,
            period=key.period,
            unit=key.unit,
            missing=dict(missing),
            closed_by=closed_by,
            closed_at=now,
        )
    )


def end_unlocks(connection: Connection, plan: str, period: str, unit: str, now: datetime) -> None:
    """End what was unlocked for a unit in a period."""
    connection.execute(
        update(unlocks)
        .where(
            unlocks.c.plan == plan,
            unlocks.c.period == period,
            unlocks.c.unit == unit,
            unlocks.c.until >= now,
        )
        .values(until=now - timedelta(seconds=1))
    )


def unlocked_units(connection: Connection, plan: str, period: str, now: datetime) -> set[str]:
    """Return the units to which a locked period is open."""
    query = select(unlocks.c.unit).where(
        unlocks.c.plan == plan, unlocks.c.period == period, unlocks.c.until >= now
    )
    return set(connection.execute(query).scalars())


def reopen(connection: Connection, closed: Closed, reopened_by: int, now: datetime) -> None:
    """Record that a period is open again."""
    connection.execute(
        update(closures)
        .where(closures.c.id == closed.id)
        .values(reopened_by=reopened_by, reopened_at=now)
    )


def in_force(connection: Connection) -> list[Closed]:
    """Return what is closed, in the order of closing."""
    return _read(connection)


def of_period(connection: Connection, plan: str, period: str) -> list[Closed]:
    """Return what is closed of a period, in the order of closing."""
    return _read(connection, closures.c.plan == plan, closures.c.period == period)


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Closed]:
    query = select(closures).where(_IN_FORCE, *conditions).order_by(closures.c.id)
    return [
        Closed(
            id=row.id,
            key=Key(plan=row.plan, period=row.period, unit=row.unit),
            closed_at=row.closed_at,
            closed_by=row.closed_by,
            missing=row.missing,
        )
        for row in connection.execute(query)
    ]
