"""Announcements: fates of letters, reading once, taking back what waits, reporting once."""

from datetime import timedelta

from sqlalchemy import Connection, update

from plans.announcements import Announcement, Fate, Missed, Missing, count
from plans.messages import Address, Reply, Urgency
from storage import announcements, held_back, letters, tables
from storage.database import Database
from storage.letters import Letter
from storage.outbox import State
from tests.storage.examples import ANN, BINH, NOW, joined

PLAN = "binh_thuan_2024"


def announced(tx: Connection, *addresses: Address) -> tuple[Announcement, list[int]]:
    """Announce something to people at some addresses; return it and their letters' numbers."""
    there = [joined(tx, address) for address in addresses]
    made = announcements.add(
        tx,
        plan=PLAN,
        unit="",
        text="họp",
        written_by=there[0],
        now=NOW,
        due_at=NOW,
        missed=[Missed(unit="22918", why=Missing.GONE)],
    )
    reply = Reply(text="họp", urgency=Urgency.NUDGE)
    posted = letters.post_each(tx, [Letter(person_id=p, reply=reply) for p in there], NOW)
    announcements.written(tx, made.id, posted, {p: ["22915"] for p in there})
    return made, [number for _, number in posted]


def becomes(tx: Connection, number: int, state: State) -> None:
    tx.execute(update(tables.outbox).where(tables.outbox.c.number == number).values(state=state))


def fates(tx: Connection, id: int) -> list[Fate]:
    return [one.fate for one in announcements.readings(tx, id)]


async def test_it_is_read_back_as_it_was_written(database: Database) -> None:
    made, _ = await database.run(lambda tx: announced(tx, ANN))

    found = await database.read(lambda tx: announcements.find(tx, made.id))

    assert found is not None
    assert (found.text, found.number, list(found.missed)) == ("họp", "TB-0001", list(made.missed))
    assert await database.read(lambda tx: announcements.find(tx, 99)) is None


async def test_every_state_of_a_letter_has_its_fate(database: Database) -> None:
    made, [number] = await database.run(lambda tx: announced(tx, ANN))
    expected = {
        State.WAITING: Fate.WAITING,
        State.CLAIMED: Fate.WAITING,
        State.MAKING: Fate.WAITING,
        State.SENT: Fate.SENT,
        State.UNKNOWN: Fate.UNKNOWN,
        State.FAILED: Fate.FAILED,
        State.WITHDRAWN: Fate.WITHDRAWN,
    }
    assert set(expected) == set(State)
    for state, fate in expected.items():
        await database.run(lambda tx, state=state: becomes(tx, number, state))  # type: ignore[misc]
        assert await database.read(lambda tx: fates(tx, made.id)) == [fate]
    await database.run(lambda tx: becomes(tx, number, State.FAILED))
    await database.run(lambda tx: held_back.note(tx, number, "zalo_oa", "window: old", NOW))
    assert await database.read(lambda tx: fates(tx, made.id)) == [Fate.HELD]


async def test_who_has_read_it_has_it_and_others_cannot_say_so(database: Database) -> None:
    made, [number] = await database.run(lambda tx: announced(tx, ANN))
    reader = (await database.read(lambda tx: announcements.readings(tx, made.id)))[0].person_id
    await database.run(lambda tx: becomes(tx, number, State.UNKNOWN))

    assert await database.read(lambda tx: announcements.last_unread(tx, reader)) == made.id
    assert await database.run(lambda tx: announcements.read(tx, made.id, reader, NOW))
    assert not await database.run(lambda tx: announcements.read(tx, made.id, 99, NOW))

    found = await database.read(lambda tx: announcements.readings(tx, made.id))
    assert count(found)[Fate.SENT] == 1
    assert await database.read(lambda tx: announcements.last_unread(tx, reader)) is None


async def test_only_what_waits_is_taken_back(database: Database) -> None:
    made, [one, _] = await database.run(lambda tx: announced(tx, ANN, BINH))
    await database.run(lambda tx: becomes(tx, one, State.CLAIMED))

    assert await database.run(lambda tx: announcements.withdraw(tx, made.id, NOW)) == 1
    assert await database.run(lambda tx: announcements.withdraw(tx, made.id, NOW)) == 0
    fates_now = await database.read(lambda tx: fates(tx, made.id))
    assert fates_now == [Fate.WAITING, Fate.WITHDRAWN]


async def test_it_is_reported_once_when_nothing_is_under_way_or_after_a_day(
    database: Database,
) -> None:
    _, [number] = await database.run(lambda tx: announced(tx, ANN))
    soon, day = NOW + timedelta(minutes=11), NOW + timedelta(days=1)

    assert await database.read(lambda tx: announcements.settled(tx, soon)) == []
    assert [o.id for o in await database.read(lambda tx: announcements.settled(tx, day))] == [1]
    await database.run(lambda tx: becomes(tx, number, State.SENT))
    assert await database.read(lambda tx: announcements.settled(tx, NOW)) == []
    assert [o.id for o in await database.run(lambda tx: announcements.finished(tx, soon))] == [1]
    assert await database.run(lambda tx: announcements.finished(tx, day)) == []
