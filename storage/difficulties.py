"""Difficulties that units tell of, what was said about them, and who was told up to where."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from plans.difficulties import Saying, Thread
from storage import tables
from storage.drafts import Key
from storage.tables import difficulties, difficulty_notices
from storage.tables import difficulty_sayings as sayings


def add(connection: Connection, key: Key, words: str, person_id: int, now: datetime) -> int:
    """Record a unit's difficulty, about a period or with "" in general; return its number."""
    new = insert(difficulties).values(plan=key.plan, period=key.period, unit=key.unit, at=now)
    id = int(connection.execute(new.returning(difficulties.c.id)).scalar_one())
    say(connection, id, words, person_id, now, by_unit=True)
    return id


def say(
    connection: Connection, id: int, words: str, person_id: int, now: datetime, *, by_unit: bool
) -> None:
    """Add what a unit or a coordinator says about a difficulty."""
    new = insert(sayings).values(
        difficulty=id, by_unit=int(by_unit), person_id=person_id, words=words, at=now
    )
    connection.execute(new)


def settle(connection: Connection, id: int, person_id: int, now: datetime) -> None:
    """Record that a difficulty is settled, the first time."""
    this = (difficulties.c.id == id, difficulties.c.settled_at.is_(None))
    changed = update(difficulties).where(*this).values(settled_at=now, settled_by=person_id)
    connection.execute(changed)


def find(connection: Connection, id: int) -> Thread | None:
    """Return a difficulty by number."""
    return next(iter(_threads(connection, difficulties.c.id == id)), None)


def of_unit(connection: Connection, plan: str, unit: str) -> list[Thread]:
    """Return a unit's difficulties, the oldest first."""
    return _threads(connection, difficulties.c.plan == plan, difficulties.c.unit == unit)


def still_open(connection: Connection, plan: str) -> list[Thread]:
    """Return a plan's difficulties that are not settled, the oldest first."""
    unsettled = difficulties.c.settled_at.is_(None)
    return _threads(connection, difficulties.c.plan == plan, unsettled)


def of_plan(connection: Connection, plan: str) -> list[Thread]:
    """Return all of a plan's difficulties, the oldest first."""
    return _threads(connection, difficulties.c.plan == plan)


def _threads(connection: Connection, *wanted: ColumnElement[bool]) -> list[Thread]:
    rows = connection.execute(select(difficulties).where(*wanted).order_by(difficulties.c.id)).all()
    here = select(difficulties.c.id).where(*wanted)
    query = select(sayings).where(sayings.c.difficulty.in_(here)).order_by(sayings.c.id)
    said: dict[int, list[Saying]] = {}
    for row in connection.execute(query):
        said.setdefault(row.difficulty, []).append(_saying(row))
    return [
        Thread(
            id=row.id,
            plan=row.plan,
            period=row.period,
            unit=row.unit,
            at=row.at,
            settled_at=row.settled_at,
            sayings=tuple(said[row.id]),
        )
        for row in rows
    ]


def _saying(row: Row[tuple[object, ...]]) -> Saying:
    return Saying(
        id=row.id,
        by_unit=bool(row.by_unit),
        person_id=row.person_id,
        words=row.words,
        at=row.at,
    )


def told(connection: Connection, plan: str) -> Mapping[int, tuple[int, datetime]]:
    """Return by person up to which saying of a plan they were told, and when."""
    query = select(difficulty_notices).where(difficulty_notices.c.plan == plan)
    return {row.person_id: (row.up_to, row.at) for row in connection.execute(query)}


def plans_with_open(connection: Connection, plans: Collection[str]) -> Iterable[str]:
    """Return which of some plans have difficulties that are not settled."""
    query = select(difficulties.c.plan).where(
        difficulties.c.settled_at.is_(None), difficulties.c.plan.in_(plans)
    )
    return list(connection.execute(query.distinct().order_by(difficulties.c.plan)).scalars())


def tell(connection: Connection, person_id: int, plan: str, up_to: int, now: datetime) -> None:
    """Record up to which saying somebody was told."""
    key = {"person_id": person_id, "plan": plan}
    tables.put(connection, difficulty_notices, key, {"up_to": up_to, "at": now})
