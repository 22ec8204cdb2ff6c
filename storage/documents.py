"""Documents that were made, and which of them a later correction affects."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from storage.tables import documents, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One document: of what, as of which moment, for whom."""

    id: int
    plan: str
    period: str
    root: str
    kind: str
    moment: datetime
    person_id: int


def add(
    connection: Connection,
    plan: str,
    period: str,
    root: str,
    kind: str,
    person_id: int,
    now: datetime,
) -> int:
    """Record that a document is made of the figures of this moment; return its number."""
    new = insert(documents).values(
        plan=plan, period=period, root=root, kind=kind, moment=now, person_id=person_id
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


def unwarned(connection: Connection, plan: str, period: str) -> list[Made]:
    """Return the documents of a period whose people were not told yet that figures changed."""
    query = select(documents).where(
        documents.c.plan == plan,
        documents.c.period == period,
        documents.c.warned_at.is_(None),
    )
    return [_made(row) for row in connection.execute(query.order_by(documents.c.id))]


def warn(connection: Connection, ids: list[int], now: datetime) -> None:
    """Record that people were told of a change."""
    connection.execute(update(documents).where(documents.c.id.in_(ids)).values(warned_at=now))


def changed_since(connection: Connection, plan: str, period: str, moment: datetime) -> set[str]:
    """Return the units whose report came, or was corrected, after a moment."""
    query = select(reports.c.unit).where(
        reports.c.plan == plan,
        reports.c.period == period,
        reports.c.latest == 1,
        reports.c.sent_at > moment,
    )
    return set(connection.execute(query).scalars())


def _made(row: Row[tuple[object, ...]]) -> Made:
    return Made(
        id=row.id,
        plan=row.plan,
        period=row.period,
        root=row.root,
        kind=row.kind,
        moment=row.moment,
        person_id=row.person_id,
    )
