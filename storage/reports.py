"""Sent reports with every version, what was returned, and what was unlocked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, insert, select, update

from plans.alike import fingerprint
from plans.dialogue import Answer, AnswerState
from storage import rollups
from storage.drafts import Key
from storage.rollups import Place
from storage.tables import report_answers, reports, returns, unlocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One version of a report.

    `on_behalf` is the kind of role that entered it for its unit, "" where the unit did so itself;
    `disputed_at` is when the unit said that such figures are wrong.
    """

    id: int
    key: Key
    version: int
    sent_at: datetime
    first_sent_at: datetime
    person_id: int | None
    receipt: str
    reason: str
    kept: Sequence[Mapping[str, str | int]] = ()
    on_behalf: str = ""
    disputed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A report that waits for the unit to mend some questions."""

    id: int
    codes: frozenset[str]
    reason: str
    returned_by: int


def _is(table: Table, key: Key) -> ColumnElement[bool]:
    return and_(table.c.plan == key.plan, table.c.period == key.period, table.c.unit == key.unit)


def latest(connection: Connection, key: Key) -> Report | None:
    """Return the version in force."""
    found = _reports(connection, _is(reports, key), reports.c.latest == 1)
    return found[0] if found else None


def versions(connection: Connection, key: Key) -> list[Report]:
    """Return every version, the first first."""
    return _reports(connection, _is(reports, key))


def by_receipt(connection: Connection, receipt: str) -> Report | None:
    """Return the version that a receipt proves."""
    found = _reports(connection, reports.c.receipt == receipt)
    return found[0] if found else None


def numbered(connection: Connection, report_id: int) -> Report:
    """Return a version by its number in the table."""
    return _reports(connection, reports.c.id == report_id)[0]


def next_version(connection: Connection, key: Key) -> int:
    """Return the number of a unit's next version; those that were taken away keep theirs."""
    query = select(func.max(reports.c.version)).where(_is(reports, key))
    return int(connection.execute(query).scalar() or 0) + 1


def sent_by(connection: Connection, plan: str, unit: str) -> list[Report]:
    """Return the versions in force of a unit's reports, the newest first."""
    found = _reports(
        connection, reports.c.plan == plan, reports.c.unit == unit, reports.c.latest == 1
    )
    return sorted(found, key=lambda report: report.first_sent_at, reverse=True)


def answers_of(connection: Connection, report_id: int) -> dict[str, Answer]:
    """Return the answers of one version."""
    rows = connection.execute(select(report_answers).where(report_answers.c.report_id == report_id))
    return {r.code: Answer(state=AnswerState(r.state), value=r.value) for r in rows}


def add(
    connection: Connection,
    key: Key,
    answers: Mapping[str, Answer],
    *,
    version: int,
    sent_at: datetime,
    person_id: int | None,
    receipt: str,
    reason: str = "",
    kept: Sequence[Mapping[str, object]],
    place: Place,
    on_behalf: str = "",
    first_sent_at: datetime | None = None,
) -> Report:
    """Add a version and make it the one in force, in the totals of its place too.

    `first_sent_at` is when it first came, where that was under another unit.
    """
    before = put_out_of_force(connection, key, place, answers)
    first_sent_at = first_sent_at or (before.first_sent_at if before else sent_at)
    new = insert(reports).values(
        plan=key.plan,
        period=key.period,
        unit=key.unit,
        version=version,
        latest=1,
        sent_at=sent_at,
        first_sent_at=first_sent_at,
        person_id=person_id,
        receipt=receipt,
        reason=reason,
        kept=list(kept),
        on_behalf=on_behalf,
        alike=fingerprint(answers),
    )
    report_id = int(connection.execute(new.returning(reports.c.id)).scalar_one())
    connection.execute(
        insert(report_answers),
        [
            {"report_id": report_id, "code": code, "state": answer.state, "value": answer.value}
            for code, answer in answers.items()
        ],
    )
    return numbered(connection, report_id)


def put_out_of_force(
    connection: Connection, key: Key, place: Place, after: Mapping[str, Answer]
) -> Report | None:
    """Take the version in force out of it, and out of the totals, which hold `after` instead."""
    before = latest(connection, key)
    old = answers_of(connection, before.id) if before else {}
    rollups.replace(connection, key, place, old, after)
    connection.execute(update(reports).where(_is(reports, key)).values(latest=0))
    return before


def put_in_force(connection: Connection, report: Report, place: Place) -> None:
    """Make an earlier version the one in force again, in the totals of its place too."""
    answers = answers_of(connection, report.id)
    put_out_of_force(connection, report.key, place, answers)
    connection.execute(update(reports).where(reports.c.id == report.id).values(latest=1))


def dispute(connection: Connection, report_id: int, now: datetime) -> None:
    """Record that a unit finds figures wrong that were entered for it."""
    connection.execute(update(reports).where(reports.c.id == report_id).values(disputed_at=now))


def _reports(connection: Connection, *conditions: ColumnElement[bool]) -> list[Report]:
    query = select(reports).where(*conditions).order_by(reports.c.version)
    return [_report(row) for row in connection.execute(query)]


def _report(row: Row[tuple[object, ...]]) -> Report:
    return Report(
        id=row.id,
        key=Key(plan=row.plan, period=row.period, unit=row.unit),
        version=row.version,
        sent_at=row.sent_at,
        first_sent_at=row.first_sent_at,
        person_id=row.person_id,
        receipt=row.receipt,
        reason=row.reason,
        kept=tuple(row.kept),
        on_behalf=row.on_behalf,
        disputed_at=row.disputed_at,
    )


def add_return(
    connection: Connection,
    key: Key,
    codes: frozenset[str],
    reason: str,
    returned_by: int,
    now: datetime,
) -> None:
    """Record that a report was returned; an earlier return still open is replaced."""
    answer_returns(connection, key, now)
    connection.execute(
        insert(returns).values(
            plan=key.plan,
            period=key.period,
            unit=key.unit,
            codes=sorted(codes),
            reason=reason,
            returned_by=returned_by,
            returned_at=now,
        )
    )


def open_return(connection: Connection, key: Key) -> Returned | None:
    """Return what a coordinator asked to mend and is not mended yet."""
    row = connection.execute(
        select(returns)
        .where(_is(returns, key), returns.c.answered_at.is_(None))
        .order_by(returns.c.id.desc())
    ).first()
    if row is None:
        return None
    return Returned(
        id=row.id, codes=frozenset(row.codes), reason=row.reason, returned_by=row.returned_by
    )


def open_returns(connection: Connection, plan: str, period: str) -> set[str]:
    """Return the units whose report of a period waits to be mended."""
    query = select(returns.c.unit).where(
        returns.c.plan == plan, returns.c.period == period, returns.c.answered_at.is_(None)
    )
    return set(connection.execute(query.distinct()).scalars())


def returned_at(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[tuple[str, str], datetime]:
    """Return when the reports that wait to be mended were returned, by period and unit."""
    query = select(returns.c.period, returns.c.unit, returns.c.returned_at).where(
        returns.c.plan == plan, returns.c.period.in_(periods), returns.c.answered_at.is_(None)
    )
    return {(row.period, row.unit): row.returned_at for row in connection.execute(query)}


def was_returned(connection: Connection, key: Key) -> bool:
    """Say whether a unit's report was ever returned."""
    return connection.execute(select(returns.c.id).where(_is(returns, key))).first() is not None


def answer_returns(connection: Connection, key: Key, now: datetime) -> None:
    """Mark what was asked to mend as mended."""
    connection.execute(
        update(returns)
        .where(_is(returns, key), returns.c.answered_at.is_(None))
        .values(answered_at=now)
    )


def add_unlock(
    connection: Connection, key: Key, until: datetime, unlocked_by: int, now: datetime
) -> None:
    """Record that a locked period is open to one unit for a while."""
    connection.execute(
        insert(unlocks).values(
            plan=key.plan,
            period=key.period,
            unit=key.unit,
            until=until,
            unlocked_by=unlocked_by,
            unlocked_at=now,
        )
    )


def unlocked_until(connection: Connection, key: Key, now: datetime) -> datetime | None:
    """Return until when a coordinator's unlocking holds."""
    query = (
        select(unlocks.c.until)
        .where(_is(unlocks, key), unlocks.c.until >= now)
        .order_by(unlocks.c.until.desc())
    )
    return connection.execute(query).scalars().first()
