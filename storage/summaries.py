"""What many reports say together: who has sent, and the figures of each unit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Row, Select, and_, func, select, union_all

from plans.dialogue import Answer, AnswerState
from storage.tables import acceptances, draft_answers, drafts, report_answers, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """That a unit has sent, when first and last, in which version, and when it was accepted.

    `on_behalf` is the kind of role that entered it for the unit, "" where the unit did so itself.
    """

    unit: str
    first_sent_at: datetime
    sent_at: datetime
    version: int
    receipt: str
    accepted_at: datetime | None = None
    on_behalf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigure:
    """One unit's answer to one indicator in one period."""

    period: str
    unit: str
    code: str
    answer: Answer


def sent_in(connection: Connection, plan: str, period: str) -> dict[str, Sent]:
    """Return which units have sent a period's report."""
    accepted = and_(acceptances.c.report_id == reports.c.id, acceptances.c.taken_back_at.is_(None))
    query = (
        select(
            reports.c.unit,
            reports.c.first_sent_at,
            reports.c.sent_at,
            reports.c.version,
            reports.c.receipt,
            reports.c.on_behalf,
            acceptances.c.accepted_at,
        )
        .join(acceptances, accepted, isouter=True)
        .where(reports.c.plan == plan, reports.c.period == period, reports.c.latest == 1)
    )
    return {
        r.unit: Sent(
            unit=r.unit,
            first_sent_at=r.first_sent_at,
            sent_at=r.sent_at,
            version=r.version,
            receipt=r.receipt,
            accepted_at=r.accepted_at,
            on_behalf=r.on_behalf,
        )
        for r in connection.execute(query)
    }


def reports_with_answers(
    connection: Connection, plan: str, period: str
) -> list[tuple[Sent, dict[str, Answer]]]:
    """Return the reports of a period in force with what they answer, by unit's code."""
    answers: dict[str, dict[str, Answer]] = {}
    for figure in figures(connection, plan, [period]):
        answers.setdefault(figure.unit, {})[figure.code] = figure.answer
    sent = sent_in(connection, plan, period)
    return [(sent[unit], answers.get(unit, {})) for unit in sorted(sent)]


def units_sent(connection: Connection, plan: str, periods: Collection[str]) -> dict[str, set[str]]:
    """Return by period the units that have sent."""
    query = select(reports.c.period, reports.c.unit).where(
        reports.c.plan == plan, reports.c.period.in_(periods), reports.c.latest == 1
    )
    found: dict[str, set[str]] = {period: set() for period in periods}
    for period, unit in connection.execute(query):
        found[period].add(unit)
    return found


def last_writers(connection: Connection, plan: str) -> dict[str, int]:
    """Return who last wrote a figure or sent a report for each unit."""
    sent = select(reports.c.unit, reports.c.person_id, reports.c.sent_at.label("at")).where(
        reports.c.plan == plan, reports.c.latest == 1, reports.c.person_id.is_not(None)
    )
    written = (
        select(drafts.c.unit, draft_answers.c.person_id, draft_answers.c.at)
        .join(draft_answers, draft_answers.c.draft_id == drafts.c.id)
        .where(drafts.c.plan == plan, draft_answers.c.person_id.is_not(None))
    )
    both = union_all(sent, written).subquery()
    query = select(both).order_by(both.c.at)
    return {row.unit: row.person_id for row in connection.execute(query)}


def answered_in(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[tuple[str, str], int]:
    """Count the undoubted answers of every draft, by period and unit."""
    query = (
        select(drafts.c.period, drafts.c.unit, func.count(draft_answers.c.code))
        .join(draft_answers, draft_answers.c.draft_id == drafts.c.id)
        .where(
            drafts.c.plan == plan,
            drafts.c.period.in_(periods),
            draft_answers.c.doubt.is_(None),
        )
        .group_by(drafts.c.period, drafts.c.unit)
    )
    return {(period, unit): count for period, unit, count in connection.execute(query)}


def drafts_in(connection: Connection, plan: str, period: str) -> set[str]:
    """Return which units have begun a period's report."""
    query = (
        select(drafts.c.unit)
        .join(draft_answers, draft_answers.c.draft_id == drafts.c.id)
        .where(drafts.c.plan == plan, drafts.c.period == period)
    )
    return set(connection.execute(query.distinct()).scalars())


def figures(
    connection: Connection,
    plan: str,
    periods: Collection[str],
    code: str | None = None,
    *,
    codes: Collection[str] = (),
    unit: str = "",
    units: Collection[str] = (),
) -> list[UnitFigure]:
    """Return the answers in force of some periods, of some indicators or units or of all."""
    query = _in_force(plan, periods)
    if code:
        query = query.where(report_answers.c.code == code)
    if codes:
        query = query.where(report_answers.c.code.in_(codes))
    if units := [unit] if unit else units:
        query = query.where(reports.c.unit.in_(units))
    return [_figure(row) for row in connection.execute(query)]


def running_totals(
    connection: Connection, plan: str, unit: str, periods: Collection[str]
) -> dict[str, Decimal]:
    """Add up a unit's figures over periods, by indicator."""
    query = _in_force(plan, periods).where(reports.c.unit == unit)
    totals: dict[str, Decimal] = {}
    for figure in map(_figure, connection.execute(query)):
        if (number := figure.answer.number) is not None:
            totals[figure.code] = totals.get(figure.code, Decimal(0)) + number
    return totals


def _in_force(plan: str, periods: Collection[str]) -> Select[tuple[object, ...]]:
    return (
        select(reports.c.period, reports.c.unit, report_answers)
        .join(report_answers, report_answers.c.report_id == reports.c.id)
        .where(reports.c.plan == plan, reports.c.period.in_(periods), reports.c.latest == 1)
    )


def _figure(row: Row[tuple[object, ...]]) -> UnitFigure:
    answer = Answer(state=AnswerState(row.state), value=row.value)
    return UnitFigure(period=row.period, unit=row.unit, code=row.code, answer=answer)
