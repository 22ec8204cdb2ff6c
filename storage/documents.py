"""Documents that were made, and which of them a later correction affects."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from storage.tables import documents, moves, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One document: of what, as of which moment, for whom.

    An `internal` one is not to be passed on; `told`: its person knows that figures in it have
    changed since.
    """

    id: int
    plan: str
    period: str
    root: str
    kind: str
    moment: datetime
    person_id: int
    internal: bool = False
    told: bool = False


def add(
    connection: Connection,
    plan: str,
    period: str,
    root: str,
    kind: str,
    person_id: int,
    now: datetime,
    *,
    internal: bool = False,
) -> int:
    """Record that a document is made of the figures of this moment; return its number."""
    new = insert(documents).values(
        plan=plan,
        period=period,
        root=root,
        kind=kind,
        moment=now,
        person_id=person_id,
        internal=int(internal),
    )
    return int(connection.execute(new.returning(documents.c.id)).scalar_one())


def made(connection: Connection, plan: str, period: str, person_id: int) -> list[Made]:
    """Return somebody's documents of a period, the newest first."""
    query = select(documents).where(
        documents.c.plan == plan,
        documents.c.period == period,
        documents.c.person_id == person_id,
    )
    return [_made(row) for row in connection.execute(query.order_by(documents.c.id.desc()))]


def of_plan(connection: Connection, plan: str) -> list[Made]:
    """Return everybody's documents of a plan, the newest first."""
    query = select(documents).where(documents.c.plan == plan)
    return [_made(row) for row in connection.execute(query.order_by(documents.c.id.desc()))]


def warn(connection: Connection, ids: list[int], now: datetime) -> None:
    """Record that people were told of a change."""
    connection.execute(update(documents).where(documents.c.id.in_(ids)).values(warned_at=now))


def changed_since(
    connection: Connection, plan: str, periods: Collection[str], moment: datetime
) -> set[tuple[str, str]]:
    """Return the reports of some periods that came, were corrected, withdrawn or put back since.

    Each by its period and unit.
    """
    in_force = select(reports.c.period, reports.c.unit).where(
        reports.c.plan == plan,
        reports.c.period.in_(periods),
        reports.c.latest == 1,
        reports.c.sent_at > moment,
    )
    # What was moved and moved back since is as it was.
    made = and_(moves.c.moved_at > moment, moves.c.undone_at.is_(None))
    undone = and_(moves.c.moved_at <= moment, moves.c.undone_at > moment)
    moved = select(moves).where(
        moves.c.plan == plan, moves.c.period.in_(periods), or_(made, undone)
    )
    found = {(row.period, row.unit) for row in connection.execute(in_force)}
    for row in connection.execute(moved):
        found.add((row.period, row.source))
        if row.made_report is not None:
            found.add((row.period, row.target))
    return found


def _made(row: Row[tuple[object, ...]]) -> Made:
    return Made(
        id=row.id,
        plan=row.plan,
        period=row.period,
        root=row.root,
        kind=row.kind,
        moment=row.moment,
        person_id=row.person_id,
        internal=bool(row.internal),
        told=row.warned_at is not None,
    )
