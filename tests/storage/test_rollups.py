"""Totals that are kept: after any history they are what adding up the figures in force gives."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from plans.dialogue import Answer, AnswerState
from plans.pack import Pack
from plans.units import UnitTree
from storage import reports, rollups, summaries
from storage.database import Database
from storage.drafts import Key
from storage.rollups import Rollup, place_of
from tests.storage.examples import NOW

PLAN = "binh_thuan_2024"
CODES = ("TT01", "TT02", "KT03")
PERIODS = ("2024-Q1", "2024-Q2")
Total = tuple[int, Decimal, int, int, int, Decimal]


@pytest.fixture
def tree(packs: Mapping[str, Pack]) -> UnitTree:
    return packs[PLAN].tree


def answers() -> st.SearchStrategy[Answer]:
    numbers = st.one_of(st.integers(0, 6), st.decimals(0, 900, places=3))
    return st.one_of(
        numbers.map(lambda number: Answer(state=AnswerState.VALUE, value=Decimal(number))),
        st.sampled_from([AnswerState.ZERO, AnswerState.MISSING, AnswerState.NOT_APPLICABLE]).map(
            lambda state: Answer(state=state)
        ),
    )


def send(
    connection: Connection, tree: UnitTree, place: int, key: Key, given: Mapping[str, Answer]
) -> None:
    before = reports.latest(connection, key)
    reports.add(
        connection,
        key,
        given,
        version=before.version + 1 if before else 1,
        sent_at=NOW + timedelta(minutes=place),
        person_id=None,
        receipt=f"BC-{place}",
        kept=[],
        place=place_of(tree, key.unit),
    )


def by_hand(connection: Connection, tree: UnitTree) -> dict[tuple[str, ...], Total]:
    """Add up the raw rows, without anything of `storage.rollups` but the meaning of a place."""
    found: dict[tuple[str, ...], list[Answer]] = {}
    for row in summaries.figures(connection, PLAN, PERIODS):
        unit = tree[row.unit]
        area = unit.code if tree.children(unit.code) else unit.parent
        found.setdefault((row.period, area, unit.type, row.code), []).append(row.answer)
    return {key: _added(given) for key, given in found.items()}


def _added(given: list[Answer]) -> Total:
    numbers = [answer.number for answer in given if answer.number is not None]
    small = [number for number in numbers if 0 < number < 5]
    return (
        len(numbers),
        sum(numbers, Decimal(0)),
        sum(number == 0 for number in numbers),
        sum(answer.state is AnswerState.MISSING for answer in given),
        len(small),
        sum(small, Decimal(0)),
    )


def kept(rows: list[Rollup]) -> dict[tuple[str, ...], Total]:
    return {
        (row.period, row.area, row.unit_type, row.code): (
            row.given,
            row.total,
            row.zeros,
            row.missing,
            row.small,
            row.small_total,
        )
        for row in rows
    }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_after_any_history_they_are_the_sums_of_what_is_in_force(
    data: st.DataObject, database: Database, tree: UnitTree
) -> None:
    units = data.draw(
        st.lists(st.sampled_from([unit.code for unit in tree]), min_size=1, max_size=8)
    )
    step = st.tuples(
        st.sampled_from(PERIODS),
        st.sampled_from(units),
        st.dictionaries(st.sampled_from(CODES), answers(), min_size=1),
    )
    history = data.draw(st.lists(step, max_size=12))

    def play(connection: Connection) -> None:
        transaction = connection.begin_nested()
        for place, (period, unit, told) in enumerate(history):
            send(connection, tree, place, Key(plan=PLAN, period=period, unit=unit), told)
        expected = by_hand(connection, tree)
        found = kept(rollups.read(connection, PLAN, PERIODS))
        nothing = (0, Decimal(0), 0, 0, 0, Decimal(0))
        assert {key: total for key, total in found.items() if total != nothing} == {
            key: total for key, total in expected.items() if total != nothing
        }
        rollups.rebuild(connection, PLAN, tree)
        assert kept(rollups.read(connection, PLAN, PERIODS)) == expected
        transaction.rollback()

    await database.run(play)


async def test_another_tree_of_units_makes_them_anew(database: Database, tree: UnitTree) -> None:
    key = Key(plan=PLAN, period="2024-Q2", unit="22915")
    fifteen = Answer(state=AnswerState.VALUE, value=Decimal(15))
    moved = UnitTree(
        tuple(
            unit.model_copy(update={"parent": "601"}) if unit.code == key.unit else unit
            for unit in tree
        )
    )
    await database.run(lambda tx: send(tx, tree, 1, key, {"TT02": fifteen}))

    first = await database.run(lambda tx: rollups.ensure(tx, PLAN, tree))
    again = await database.run(lambda tx: rollups.ensure(tx, PLAN, tree))
    other = await database.run(lambda tx: rollups.ensure(tx, PLAN, moved))
    [row] = await database.read(lambda tx: rollups.read(tx, PLAN, PERIODS))

    assert (first, again, other) == (True, False, True)
    assert (row.area, row.given, row.total) == ("601", 1, Decimal(15))


async def test_they_are_read_by_area_and_indicator(database: Database, tree: UnitTree) -> None:
    two = {code: Answer(state=AnswerState.VALUE, value=Decimal(7)) for code in CODES[:2]}
    for place, unit in enumerate(("22915", "22969")):
        key = Key(plan=PLAN, period="2024-Q2", unit=unit)
        await database.run(partial(send, tree=tree, place=place, key=key, given=two))
    areas = {tree.area("22915")}

    rows = await database.read(lambda tx: rollups.read(tx, PLAN, PERIODS, areas=areas, code="TT02"))

    assert [(row.area, row.code, row.given) for row in rows] == [(*areas, "TT02", 1)]
