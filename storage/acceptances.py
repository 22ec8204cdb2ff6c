"""Which reports were found good, by whom, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.drafts import Key
from storage.tables import acceptances, reports

_IN_FORCE = acceptances.c.taken_back_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """That a version was accepted."""

    report_id: int
    accepted_by: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A report that was not accepted; `doubted`: something was kept in spite of a doubt."""

    report_id: int
    unit: str
    doubted: bool


def accept(
    connection: Connection, report_ids: Iterable[int], accepted_by: int, now: datetime
) -> None:
    """Record that versions are accepted."""
    rows = [
        {"report_id": report_id, "accepted_by": accepted_by, "accepted_at": now}
        for report_id in report_ids
    ]
    if rows:
        connection.execute(insert(acceptances), rows)


def waiting(connection: Connection, plan: str, period: str) -> list[Waiting]:
    """Return the reports of a period in force that were not accepted, by unit's code."""
    accepted = select(acceptances.c.report_id).where(_IN_FORCE)
    query = select(reports.c.id, reports.c.unit, reports.c.kept, reports.c.disputed_at).where(
        reports.c.plan == plan,
        reports.c.period == period,
        reports.c.latest == 1,
        reports.c.id.not_in(accepted),
    )
    return [
        Waiting(
            report_id=row.id,
            unit=row.unit,
            doubted=bool(row.kept) or row.disputed_at is not None,
        )
        for row in connection.execute(query.order_by(reports.c.unit))
    ]


def of_report(connection: Connection, report_id: int) -> Acceptance | None:
    """Return the acceptance in force of one version."""
    query = select(acceptances).where(acceptances.c.report_id == report_id, _IN_FORCE)
    row = connection.execute(query).first()
    if row is None:
        return None
    return Acceptance(
        report_id=row.report_id, accepted_by=row.accepted_by, accepted_at=row.accepted_at
    )


def take_back(connection: Connection, key: Key, now: datetime) -> None:
    """End what was accepted of a unit's report of a period."""
    versions = select(reports.c.id).where(
        reports.c.plan == key.plan, reports.c.period == key.period, reports.c.unit == key.unit
    )
    connection.execute(
        update(acceptances)
        .where(acceptances.c.report_id.in_(versions), _IN_FORCE)
        .values(taken_back_at=now)
    )
