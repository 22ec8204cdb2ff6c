"""Acceptances, moves and closures in the database; totals stay right through any history."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from plans.alike import fingerprint
from plans.dialogue import Answer, AnswerState
from plans.pack import Pack
from plans.people import RoleKind
from plans.units import UnitTree
from storage import (
    acceptances,
    closures,
    decisions,
    moves,
    people,
    reports,
    rollups,
    summaries,
)
from storage.database import Database
from storage.drafts import Key
from storage.moves import Move
from storage.rollups import place_of
from tests.storage.examples import ANN, KEY, NOW, OTHER, PLACE, joined, value
from tests.storage.test_rollups import CODES, PERIODS, PLAN, answers, by_hand, kept, something

FIVE = {code: value(place + 2) for place, code in enumerate(("TT01", "TT02", "TT03", "KT01", "K2"))}


@pytest.fixture
def tree(packs: Mapping[str, Pack]) -> UnitTree:
    return packs[PLAN].tree


def sent(connection: Connection, key: Key, given: Mapping[str, Answer], **more: object) -> int:
    version = reports.next_version(connection, key)
    return reports.add(
        connection,
        key,
        given,
        version=version,
        sent_at=NOW,
        person_id=None,
        receipt=f"BC-{key.period}-{key.unit}-{version}",
        kept=[],
        **{"place": PLACE, **more},  # type: ignore[arg-type]
    ).id


def moved(connection: Connection, tree: UnitTree, source: Key, target: Key, *, take: bool) -> None:
    taken, former = reports.latest(connection, source), reports.latest(connection, target)
    if taken is None or source.unit == target.unit or source.period != target.period:
        return
    moves.withdraw(connection, tree, source)
    made = None
    if take:
        given = reports.answers_of(connection, taken.id)
        made = sent(connection, target, given, place=place_of(tree, target.unit))
    done = Move(
        id=0,
        plan=source.plan,
        period=source.period,
        source=source.unit,
        target=target.unit,
        taken=taken.id,
        former=former.id if former else None,
        made=made,
        released=False,
        reason="twice",
        moved_at=NOW,
        undone=False,
    )
    person = joined_once(connection)
    moves.record(connection, done, person)


def joined_once(connection: Connection) -> int:
    known = people.person_at(connection, ANN)
    return known.id if known else joined(connection)


def undone(connection: Connection, tree: UnitTree, period: str) -> None:
    for one in reversed(moves.in_period(connection, PLAN, period)):
        target = reports.latest(connection, one.target_key)
        changed = one.made is not None and (target is None or target.id != one.made)
        if changed or reports.latest(connection, one.source_key):
            continue
        moves.restore(connection, tree, reports.numbered(connection, one.taken))
        if one.made is not None and one.former is not None:
            moves.restore(connection, tree, reports.numbered(connection, one.former))
        elif one.made is not None:
            moves.withdraw(connection, tree, one.target_key)
        moves.undo(connection, one.id, NOW)
        return


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_totals_are_the_sums_in_force_after_any_acts(
    data: st.DataObject, database: Database, tree: UnitTree
) -> None:
    every = [unit.code for unit in tree]
    units = data.draw(st.lists(st.sampled_from(every), min_size=2, max_size=5, unique=True))
    act = st.tuples(
        st.sampled_from(["send", "on_behalf", "correct", "take", "keep", "withdraw", "undo"]),
        st.sampled_from(PERIODS),
        st.sampled_from(units),
        st.sampled_from(units),
        st.dictionaries(st.sampled_from(CODES), answers(), min_size=1),
    )
    history = data.draw(st.lists(act, max_size=14))

    def play(connection: Connection) -> None:
        transaction = connection.begin_nested()
        for name, period, unit, other, told in history:
            key = Key(plan=PLAN, period=period, unit=unit)
            target = Key(plan=PLAN, period=period, unit=other)
            if name in ("send", "correct", "on_behalf"):
                by = RoleKind.COORDINATOR if name == "on_behalf" else ""
                sent(connection, key, told, place=place_of(tree, unit), on_behalf=by)
            elif name in ("take", "keep"):
                moved(connection, tree, key, target, take=name == "take")
            elif name == "withdraw":
                moves.withdraw(connection, tree, key)
            else:
                undone(connection, tree, period)
            in_force = [v.id for v in reports.versions(connection, key)]
            newest = reports.latest(connection, key)
            assert newest is None or newest.id in in_force
        expected = by_hand(connection, tree)
        assert something(kept(connection, tree)) == something(expected)
        rollups.rebuild(connection, PLAN, tree)
        assert kept(connection, tree) == expected
        transaction.rollback()

    await database.run(play)


class TestAcceptances:
    async def test_a_correction_ends_what_was_accepted(self, database: Database) -> None:
        def work(connection: Connection) -> list[bool]:
            person, first = joined(connection), sent(connection, KEY, FIVE)
            acceptances.accept(connection, [first], person, NOW)
            found = [acceptances.of_report(connection, first) is not None]
            found.append(summaries.sent_in(connection, *place)[KEY.unit].accepted_at == NOW)
            sent(connection, KEY, {**FIVE, "TT02": value(9)})
            found.append(summaries.sent_in(connection, *place)[KEY.unit].accepted_at is None)
            found.append([w.unit for w in acceptances.waiting(connection, *place)] == [KEY.unit])
            return found

        place = (KEY.plan, KEY.period)
        assert await database.run(work) == [True] * 4

    async def test_taken_back_it_waits_again_and_may_be_accepted_again(
        self, database: Database
    ) -> None:
        def work(connection: Connection) -> list[bool]:
            person, first = joined(connection), sent(connection, KEY, FIVE)
            acceptances.accept(connection, [first], person, NOW)
            acceptances.take_back(connection, KEY, NOW)
            found = [acceptances.of_report(connection, first) is None]
            acceptances.accept(connection, [first], person, NOW + timedelta(days=1))
            found.append(acceptances.of_report(connection, first) is not None)
            found.append(acceptances.waiting(connection, KEY.plan, KEY.period) == [])
            found.append(len(summaries.sent_in(connection, KEY.plan, KEY.period)) == 1)
            return found

        assert await database.run(work) == [True] * 4


class TestMoves:
    async def test_a_withdrawn_version_keeps_its_receipt_and_its_number(
        self, database: Database, tree: UnitTree
    ) -> None:
        def work(connection: Connection) -> tuple[int, int, bool]:
            sent(connection, KEY, FIVE)
            moves.withdraw(connection, tree, KEY)
            receipt = f"BC-{KEY.period}-{KEY.unit}-1"
            found = reports.by_receipt(connection, receipt)
            again = reports.numbered(connection, sent(connection, KEY, FIVE))
            gone = reports.latest(connection, KEY)
            assert gone is not None
            return (found.version if found else 0, again.version, gone.id == again.id)

        assert await database.run(work) == (1, 2, True)

    async def test_the_same_figures_are_found_five_or_more(self, database: Database) -> None:
        def work(connection: Connection) -> list[tuple[str, ...]]:
            sent(connection, KEY, FIVE)
            sent(connection, OTHER, {**FIVE, "TH03": Answer(state=AnswerState.ZERO)})
            return [t.units for t in moves.twins(connection, KEY.plan, KEY.period)]

        assert await database.run(work) == [(KEY.unit, OTHER.unit)]

    def test_few_figures_or_zeros_are_no_sign(self) -> None:
        four = dict(list(FIVE.items())[:4])
        zero = {**four, "TH03": Answer(state=AnswerState.ZERO), "TH04": value(0)}

        assert fingerprint(four) == fingerprint(zero) == ""
        assert fingerprint(FIVE)
        assert fingerprint(FIVE) != fingerprint({**FIVE, "TT02": value(77)})
        assert fingerprint(FIVE) == fingerprint({**FIVE, "TT02": value("3.000")})


class TestClosures:
    async def test_what_is_closed_is_read_with_the_decisions_until_it_is_reopened(
        self, database: Database
    ) -> None:
        whole = Key(plan=KEY.plan, period=KEY.period, unit="")

        def work(connection: Connection) -> list[int]:
            person = joined(connection)
            closures.close(connection, whole, {"not_sent": []}, person, NOW)
            counts = [len(decisions.read(connection).closings)]
            [one] = closures.of_period(connection, KEY.plan, KEY.period)
            closures.reopen(connection, one, person, NOW)
            return [*counts, len(decisions.read(connection).closings)]

        assert await database.run(work) == [1, 0]

    async def test_what_was_unlocked_before_ends(self, database: Database) -> None:
        def work(connection: Connection) -> list[set[str]]:
            person = joined(connection)
            reports.add_unlock(connection, KEY, NOW + timedelta(days=3), person, NOW)
            before = closures.unlocked_units(connection, KEY.plan, KEY.period, NOW)
            closures.end_unlocks(connection, KEY.plan, KEY.period, KEY.unit, NOW)
            return [before, closures.unlocked_units(connection, KEY.plan, KEY.period, NOW)]

        assert await database.run(work) == [{KEY.unit}, set()]


def test_money_is_told_apart_from_counts() -> None:
    assert fingerprint({**FIVE, "TC01": value("0.5")}) != fingerprint({**FIVE, "TC01": value(5)})
