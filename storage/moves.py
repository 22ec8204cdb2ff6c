"""Reports that were sent under one unit and now stand for another."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from plans.units import UnitTree
from storage import reports
from storage.drafts import Key
from storage.reports import Report
from storage.rollups import place_of
from storage.tables import moves
from storage.tables import reports as versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move: whose report was taken away, what stood for the other unit, what stands now.

    `made` is None where the other unit's own report stayed; `released` says that the first unit
    owes the period no more.
    """

    id: int
    plan: str
    period: str
    source: str
    target: str
    taken: int
    former: int | None
    made: int | None
    released: bool
    reason: str
    moved_at: datetime
    undone: bool

    @property
    def source_key(self) -> Key:
        """Return under what the first unit's report is stored."""
        return Key(plan=self.plan, period=self.period, unit=self.source)

    @property
    def target_key(self) -> Key:
        """Return under what the other unit's report is stored."""
        return replace(self.source_key, unit=self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Units whose reports of a period hold the same figures."""

    units: tuple[str, ...]


def withdraw(connection: Connection, tree: UnitTree, key: Key) -> None:
    """Take a unit's report out of force and out of the totals; its versions and receipts stay."""
    reports.put_out_of_force(connection, key, place_of(tree, key.unit), {})


def restore(connection: Connection, tree: UnitTree, report: Report) -> None:
    """Put a version in force again."""
    reports.put_in_force(connection, report, place_of(tree, report.key.unit))


def record(connection: Connection, move: Move, moved_by: int) -> int:
    """Record a move and return its number."""
    new = insert(moves).values(
        plan=move.plan,
        period=move.period,
        source=move.source,
        target=move.target,
        taken_report=move.taken,
        former_report=move.former,
        made_report=move.made,
        released=int(move.released),
        reason=move.reason,
        moved_by=moved_by,
        moved_at=move.moved_at,
    )
    return int(connection.execute(new.returning(moves.c.id)).scalar_one())


def undo(connection: Connection, move_id: int, now: datetime) -> None:
    """Record that a move was taken back."""
    connection.execute(update(moves).where(moves.c.id == move_id).values(undone_at=now))


def numbered(connection: Connection, move_id: int) -> Move | None:
    """Return a move by its number."""
    found = _moves(connection, moves.c.id == move_id)
    return found[0] if found else None


def of_report(connection: Connection, report_id: int) -> Move | None:
    """Return the last move that took a version away or made one, unless it was taken back."""
    concerned = (moves.c.taken_report == report_id) | (moves.c.made_report == report_id)
    found = _moves(connection, concerned, moves.c.undone_at.is_(None))
    return found[-1] if found else None


def in_period(connection: Connection, plan: str, period: str) -> list[Move]:
    """Return the moves of a period that stand."""
    return _moves(
        connection,
        moves.c.plan == plan,
        moves.c.period == period,
        moves.c.undone_at.is_(None),
    )


def released(connection: Connection) -> dict[tuple[str, str], frozenset[str]]:
    """Return, by plan and period, the units that owe nothing since another stands for them."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for move in _moves(connection, moves.c.released == 1, moves.c.undone_at.is_(None)):
        key = (move.plan, move.period)
        found[key] = found.get(key, frozenset()) | {move.source}
    return found


def twins(connection: Connection, plan: str, period: str) -> list[Twins]:
    """Return the units whose reports in force hold the same figures, by their first unit."""
    query = select(versions.c.alike, versions.c.unit).where(
        versions.c.plan == plan,
        versions.c.period == period,
        versions.c.latest == 1,
        versions.c.alike != "",
    )
    groups: dict[str, list[str]] = {}
    for alike, unit in connection.execute(query.order_by(versions.c.unit)):
        groups.setdefault(alike, []).append(unit)
    return [Twins(units=tuple(units)) for units in groups.values() if len(units) > 1]


def _moves(connection: Connection, *conditions: ColumnElement[bool]) -> list[Move]:
    query = select(moves).where(*conditions).order_by(moves.c.id)
    return [
        Move(
            id=row.id,
            plan=row.plan,
            period=row.period,
            source=row.source,
            target=row.target,
            taken=row.taken_report,
            former=row.former_report,
            made=row.made_report,
            released=bool(row.released),
            reason=row.reason,
            moved_at=row.moved_at,
            undone=row.undone_at is not None,
        )
        for row in connection.execute(query)
    ]
