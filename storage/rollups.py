"""Figures in force, added up as reports come, so that a province's totals are a few rows.

What is added belongs to an area: the unit itself if others stand below it, else the one above it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from plans.added import Added, added
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


_NAMES = tuple(field.name for field in fields(Added))
# Sums by period, type of unit and indicator.
Sums = dict[tuple[str, str, str], Added]


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
    connection: Connection, plan: str, periods: Collection[str], areas: Collection[str] | None
) -> Sums:
    """Return the totals of some periods, in some areas together or in all."""
    key = rollups.c.period, rollups.c.unit_type, rollups.c.code
    sums = [func.sum(rollups.c[name]).label(name) for name in _NAMES]
    query = select(*key, *sums).where(rollups.c.plan == plan, rollups.c.period.in_(periods))
    if areas is not None:
        query = query.where(rollups.c.area.in_(areas))
    return {
        (period, unit_type, code): Added(**dict(zip(_NAMES, values, strict=True)))
        for period, unit_type, code, *values in connection.execute(query.group_by(*key))
    }


def any_small(
    connection: Connection,
    plan: str,
    periods: Collection[str],
    codes: Collection[str],
    areas: Collection[str] | None,
) -> bool:
    """Say whether any answer to some indicators is of few, in some areas or in all."""
    query = select(rollups.c.code).where(
        rollups.c.plan == plan,
        rollups.c.period.in_(periods),
        rollups.c.code.in_(codes),
        rollups.c.small > 0,
    )
    if areas is not None:
        query = query.where(rollups.c.area.in_(areas))
    return connection.execute(query.limit(1)).first() is not None


def by_area(
    connection: Connection, plan: str, periods: Collection[str], code: str
) -> dict[str, Sums]:
    """Return the totals of one indicator in some periods, each area's apart."""
    query = select(rollups).where(
        rollups.c.plan == plan, rollups.c.period.in_(periods), rollups.c.code == code
    )
    found: dict[str, Sums] = {}
    for row in connection.execute(query):
        values = {name: getattr(row, name) for name in _NAMES}
        found.setdefault(row.area, {})[row.period, row.unit_type, row.code] = Added(**values)
    return found


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
        _row(Key(plan=plan, period=period, unit=""), place, code, asdict(added(given)))
        for (period, place, code), given in totals.items()
    ]
    if rows:
        connection.execute(insert(rollups), rows)


def _same(before: Answer | None, after: Answer | None) -> bool:
    return before is not None and before.same_as(after)


def _delta(
    key: Key, place: Place, code: str, before: Answer | None, after: Answer | None
) -> dict[str, object]:
    old, new = added([before] if before else []), added([after] if after else [])
    change = {name: getattr(new, name) - value for name, value in asdict(old).items()}
    return _row(key, place, code, change)


def _row(key: Key, place: Place, code: str, values: Mapping[str, object]) -> dict[str, object]:
    where = {"area": place.area, "unit_type": place.unit_type, "code": code}
    return {"plan": key.plan, "period": key.period} | where | dict(values)


def _digest(tree: UnitTree) -> str:
    places = sorted(f"{unit.code} {tree.area(unit.code)} {unit.type}" for unit in tree)
    return hashlib.sha256("\n".join(places).encode()).hexdigest()
