"""Figures in force, added up as reports come, so that a province's totals are a few rows.

What is added belongs to an area: the unit itself if others stand below it, else the one above it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from plans.dialogue import Answer, AnswerState
from plans.units import UnitTree
from storage import tables
from storage.drafts import Key
from storage.tables import Figure, report_answers, reports, rollup_trees, rollups

# SQLite and PostgreSQL share this form; SQLAlchemy's own insert has one for each.
_ADD = text(
    "INSERT INTO rollups (plan, period, area, unit_type, code, given, total, zeros, missing,"
    " small, small_total) VALUES (:plan, :period, :area, :unit_type, :code, :given, :total,"
    " :zeros, :missing, :small, :small_total)"
    " ON CONFLICT (plan, period, area, unit_type, code) DO UPDATE SET"
    " given = rollups.given + excluded.given, total = rollups.total + excluded.total,"
    " zeros = rollups.zeros + excluded.zeros, missing = rollups.missing + excluded.missing,"
    " small = rollups.small + excluded.small,"
    " small_total = rollups.small_total + excluded.small_total"
).bindparams(bindparam("total", type_=Figure), bindparam("small_total", type_=Figure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a unit's figures are added up, and of which type it is."""

    area: str
    unit_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """What the units of one type in an area reported of one indicator in a period.

    `given` have a number, of which `zeros` are 0; `small` numbers, 1 to 4, make `small_total`.
    """

    period: str
    area: str
    unit_type: str
    code: str
    given: int
    total: Decimal
    zeros: int
    missing: int
    small: int
    small_total: Decimal


def place_of(tree: UnitTree, unit: str) -> Place:
    """Return where a unit's figures are added up."""
    return Place(area=tree.area(unit), unit_type=tree[unit].type)


def replace(
    connection: Connection,
    key: Key,
    place: Place,
    before: Mapping[str, Answer],
    after: Mapping[str, Answer],
) -> None:
    """Take a unit's figures in force before out of the totals, and add those in force now."""
    rows = [
        _delta(key, place, code, before.get(code), after.get(code))
        for code in before.keys() | after.keys()
        if not _same(before.get(code), after.get(code))
    ]
    if rows:
        connection.execute(_ADD, rows)


def read(
    connection: Connection,
    plan: str,
    periods: Collection[str],
    *,
    areas: Collection[str] | None = None,
    code: str = "",
) -> list[Rollup]:
    """Return the totals of some periods, in some areas or all, of one indicator or all."""
    query = select(rollups).where(rollups.c.plan == plan, rollups.c.period.in_(periods))
    if areas is not None:
        query = query.where(rollups.c.area.in_(areas))
    if code:
        query = query.where(rollups.c.code == code)
    names = tuple(Rollup.__slots__)
    return [
        Rollup(**{name: getattr(row, name) for name in names}) for row in connection.execute(query)
    ]


def ensure(connection: Connection, plan: str, tree: UnitTree) -> bool:
    """Make a plan's totals anew if they were made by another tree of units; say whether."""
    digest = _digest(tree)
    known = select(rollup_trees.c.digest).where(rollup_trees.c.plan == plan)
    if connection.execute(known).scalar() == digest:
        return False
    rebuild(connection, plan, tree)
    tables.put(connection, rollup_trees, {"plan": plan}, {"digest": digest})
    return True


def rebuild(connection: Connection, plan: str, tree: UnitTree) -> None:
    """Add up every figure in force once more; units that the plan no longer has are left out."""
    connection.execute(delete(rollups).where(rollups.c.plan == plan))
    query = (
        select(reports.c.period, reports.c.unit, report_answers)
        .join(report_answers, report_answers.c.report_id == reports.c.id)
        .where(reports.c.plan == plan, reports.c.latest == 1)
    )
    totals: dict[tuple[str, Place, str], list[Answer]] = {}
    for row in connection.execute(query):
        if row.unit in tree:
            answer = Answer(state=AnswerState(row.state), value=row.value)
            where = (row.period, place_of(tree, row.unit), row.code)
            totals.setdefault(where, []).append(answer)
    rows = [
        _row(Key(plan=plan, period=period, unit=""), place, code, [(answer, 1) for answer in given])
        for (period, place, code), given in totals.items()
    ]
    if rows:
        connection.execute(insert(rollups), rows)


def _same(before: Answer | None, after: Answer | None) -> bool:
    return before is not None and before.same_as(after)


def _delta(
    key: Key, place: Place, code: str, before: Answer | None, after: Answer | None
) -> dict[str, object]:
    signed = [(answer, sign) for answer, sign in ((before, -1), (after, 1)) if answer]
    return _row(key, place, code, signed)


def _row(
    key: Key, place: Place, code: str, signed: Iterable[tuple[Answer, int]]
) -> dict[str, object]:
    given = zeros = missing = small = 0
    total = small_total = Decimal(0)
    for answer, sign in signed:
        number = answer.number
        missing += sign * (answer.state is AnswerState.MISSING)
        if number is None:
            continue
        given += sign
        total += sign * number
        zeros += sign * (number == 0)
        if answer.small:
            small += sign
            small_total += sign * number
    return {
        "plan": key.plan,
        "period": key.period,
        "area": place.area,
        "unit_type": place.unit_type,
        "code": code,
        "given": given,
        "total": total,
        "zeros": zeros,
        "missing": missing,
        "small": small,
        "small_total": small_total,
    }


def _digest(tree: UnitTree) -> str:
    places = sorted(f"{unit.code} {tree.area(unit.code)} {unit.type}" for unit in tree)
    return hashlib.sha256("\n".join(places).encode()).hexdigest()
