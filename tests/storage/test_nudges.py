"""Nudges: who was nudged lately, what became of the letters, each result told once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from plans.ladder import Audience
from plans.messages import Address, Reply, Urgency
from plans.nudges import Outcome
from storage import letters, nudges, tables
from storage.database import Database
from storage.drafts import Key
from storage.letters import Letter
from storage.nudges import Nudge
from storage.outbox import State as Sending
from storage.reminders import Occurrence, State
from tests.storage.examples import ANN, BINH, KEY, NOW, OTHER, joined

REPLY = Reply(text="Kính gửi anh/chị", urgency=Urgency.NUDGE)
HOUR = timedelta(hours=1)


def nudged(
    connection: Connection, person_id: int, keys: Sequence[Key] = (KEY,), at: datetime = NOW
) -> Nudge:
    """Nudge a person about some units."""
    made = nudges.add(connection, KEY.plan, KEY.period, person_id, at)
    told = [
        Occurrence(
            key=key,
            stage=made.stage,
            person_id=person_id,
            audience=Audience.NUDGE,
            state=State.POSTED,
            due_at=at,
        )
        for key in keys
    ]
    letters.post(connection, [Letter(person_id=person_id, reply=REPLY, occurrences=told)], at)
    return made


def becomes(connection: Connection, state: Sending, address: Address = ANN) -> None:
    """Let an address's letters become something."""
    here = tables.outbox.c.chat == address.chat
    connection.execute(update(tables.outbox).where(here).values(state=state))


async def test_a_nudge_is_found_again(database: Database) -> None:
    made = await database.run(lambda tx: nudged(tx, joined(tx)))

    assert await database.read(lambda tx: nudges.find(tx, made.id)) == made
    assert await database.read(lambda tx: nudges.find(tx, made.id + 1)) is None
    assert made.stage == f"nudge {made.id}"


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (Sending.WAITING, True),
        (Sending.CLAIMED, True),
        (Sending.SENT, True),
        (Sending.UNKNOWN, True),
        (Sending.FAILED, False),
        (Sending.WITHDRAWN, False),
    ],
)
async def test_what_did_not_arrive_is_no_nudge(
    database: Database, state: Sending, counts: bool
) -> None:
    def work(tx: Connection) -> None:
        nudged(tx, joined(tx))
        becomes(tx, state)

    await database.run(work)

    found = await database.read(
        lambda tx: nudges.nudged_since(tx, KEY.plan, KEY.period, NOW - HOUR)
    )
    assert found == ({KEY.unit: NOW} if counts else {})


async def test_an_old_nudge_and_one_of_another_period_do_not_count(database: Database) -> None:
    await database.run(lambda tx: nudged(tx, joined(tx)))

    def since(moment: datetime, period: str = KEY.period) -> object:
        return database.read(lambda tx: nudges.nudged_since(tx, KEY.plan, period, moment))

    assert not await since(NOW)  # type: ignore[misc]
    assert not await since(NOW - HOUR, "2024-Q1")  # type: ignore[misc]
    assert await since(NOW - HOUR)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (Sending.WAITING, Outcome.WAITING),
        (Sending.CLAIMED, Outcome.WAITING),
        (Sending.SENT, Outcome.SENT),
        (Sending.UNKNOWN, Outcome.UNKNOWN),
        (Sending.FAILED, Outcome.FAILED),
        (Sending.WITHDRAWN, Outcome.UNNEEDED),
    ],
)
async def test_what_became_of_a_letter_is_told_by_unit(
    database: Database, state: Sending, outcome: Outcome
) -> None:
    def work(tx: Connection) -> dict[str, Outcome]:
        made = nudged(tx, joined(tx), (KEY, OTHER))
        becomes(tx, state)
        return nudges.outcomes(tx, made)

    assert await database.run(work) == {KEY.unit: outcome, OTHER.unit: outcome}


async def test_a_unit_counts_as_reached_where_one_of_its_people_is(database: Database) -> None:
    def work(tx: Connection) -> dict[str, Outcome]:
        ann, binh = joined(tx), joined(tx, BINH)
        made = nudges.add(tx, KEY.plan, KEY.period, ann, NOW)
        for person_id in (ann, binh):
            one = Occurrence(
                key=KEY,
                stage=made.stage,
                person_id=person_id,
                audience=Audience.NUDGE,
                state=State.POSTED,
                due_at=NOW,
            )
            letters.post(tx, [Letter(person_id=person_id, reply=REPLY, occurrences=[one])], NOW)
        becomes(tx, Sending.FAILED, ANN)
        becomes(tx, Sending.SENT, BINH)
        return nudges.outcomes(tx, made)

    assert await database.run(work) == {KEY.unit: Outcome.SENT}


async def test_a_unit_that_sent_meanwhile_needs_none(database: Database) -> None:
    def work(tx: Connection) -> dict[str, Outcome]:
        made = nudged(tx, joined(tx), (KEY, OTHER))
        one = tables.reminders.c.unit == KEY.unit
        tx.execute(update(tables.reminders).where(one).values(state=State.STOPPED))
        becomes(tx, Sending.SENT)
        return nudges.outcomes(tx, made)

    assert await database.run(work) == {KEY.unit: Outcome.UNNEEDED, OTHER.unit: Outcome.SENT}


@pytest.mark.parametrize("state", [Sending.WAITING, Sending.CLAIMED])
async def test_a_nudge_is_not_finished_while_a_letter_is_under_way(
    database: Database, state: Sending
) -> None:
    def work(tx: Connection) -> list[Nudge]:
        nudged(tx, joined(tx))
        becomes(tx, state)
        return nudges.finished(tx, NOW)

    assert await database.run(work) == []


async def test_a_finished_nudge_is_told_once(database: Database) -> None:
    def work(tx: Connection) -> Nudge:
        made = nudged(tx, joined(tx))
        becomes(tx, Sending.SENT)
        return made

    made = await database.run(work)

    assert await database.read(nudges.settled) == [made]
    assert await database.run(lambda tx: nudges.finished(tx, NOW + HOUR)) == [made]
    assert await database.run(lambda tx: nudges.finished(tx, NOW + HOUR)) == []
    assert await database.read(nudges.settled) == []


async def test_nudge_11_is_not_taken_for_nudge_1(database: Database) -> None:
    def work(tx: Connection) -> list[int]:
        ann, binh = joined(tx), joined(tx, BINH)
        first = [nudged(tx, ann, at=NOW + HOUR * n) for n in range(10)]
        becomes(tx, Sending.SENT)
        nudged(tx, binh)
        return [nudge.id for nudge in nudges.finished(tx, NOW)] + [-first[0].id]

    *done, first = await database.run(work)
    assert done == [-first + n for n in range(10)]
