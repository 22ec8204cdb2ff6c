"""Totals that are kept: after any history they are what adding up the figures in force gives."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from plans.added import Added
from plans.dialogue import Answer, AnswerState
from plans.pack import Pack
from plans.units import UnitTree
from storage import reports, rollups, summaries
from storage.database import Database
from storage.drafts import Key
from storage.rollups import Sums, place_of
from tests.storage.examples import NOW

PLAN = "binh_thuan_2024"
CODES = ("TT01", "TT02", "KT03")
PERIODS = ("2024-Q1", "2024-Q2")


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


def by_hand(connection: Connection, tree: UnitTree) -> dict[str, Sums]:
    """Add up the raw rows of each area, with nothing of `storage.rollups`."""
    found: dict[str, dict[tuple[str, str, str], list[Answer]]] = {}
    for row in summaries.figures(connection, PLAN, PERIODS):
        unit = tree[row.unit]
        area = unit.code if tree.children(unit.code) else unit.parent
        where = (row.period, unit.type, row.code)
        found.setdefault(area, {}).setdefault(where, []).append(row.answer)
    return {
        area: {where: _added(answers) for where, answers in sums.items()}
        for area, sums in found.items()
    }


def _added(given: list[Answer]) -> Added:
    numbers = [answer.number for answer in given if answer.number is not None]
    small = [number for number in numbers if 0 < number < 5]
    return Added(
        given=len(numbers),
        total=sum(numbers, Decimal(0)),
        zeros=sum(number == 0 for number in numbers),
        missing=sum(answer.state is AnswerState.MISSING for answer in given),
        small=len(small),
        small_total=sum(small, Decimal(0)),
    )


def kept(connection: Connection, tree: UnitTree) -> dict[str, Sums]:
    areas = sorted({tree.area(unit.code) for unit in tree})
    found = {area: rollups.read(connection, PLAN, PERIODS, [area]) for area in areas}
    return {area: sums for area, sums in found.items() if sums}


def something(found: dict[str, Sums]) -> dict[str, Sums]:
    told = {
        area: {where: sums for where, sums in by_area.items() if sums != Added()}
        for area, by_area in found.items()
    }
    return {area: sums for area, sums in told.items() if sums}


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
        assert something(kept(connection, tree)) == something(expected)
        rollups.rebuild(connection, PLAN, tree)
        assert kept(connection, tree) == expected
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
    found = await database.read(lambda tx: rollups.read(tx, PLAN, PERIODS, ["601"]))

    assert (first, again, other) == (True, False, True)
    assert found == {("2024-Q2", "commune", "TT02"): Added(given=1, total=Decimal(15))}


async def test_they_are_read_by_area_and_indicator(database: Database, tree: UnitTree) -> None:
    two = {code: Answer(state=AnswerState.VALUE, value=Decimal(7)) for code in CODES[:2]}
    for place, unit in enumerate(("22915", "22969")):
        key = Key(plan=PLAN, period="2024-Q2", unit=unit)
        await database.run(partial(send, tree=tree, place=place, key=key, given=two))
    area = tree.area("22915")

    found = await database.read(lambda tx: rollups.by_area(tx, PLAN, PERIODS, "TT02"))

    seven = {("2024-Q2", "commune", "TT02"): Added(given=1, total=Decimal(7))}
    assert found == {area: seven, tree.area("22969"): seven}
