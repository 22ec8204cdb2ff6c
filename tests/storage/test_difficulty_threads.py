"""Difficulties: what was said in order, settled once, told up to where."""

from datetime import timedelta

from sqlalchemy import Connection

from storage import difficulties
from storage.database import Database
from storage.drafts import Key
from tests.storage.examples import KEY, NOW, OTHER, joined

GENERAL = Key(plan=KEY.plan, period="", unit=OTHER.unit)


def raised(tx: Connection) -> int:
    person = joined(tx)
    id = difficulties.add(tx, KEY, "thiếu biểu mẫu", person, NOW)
    difficulties.add(tx, GENERAL, "thiếu kinh phí", person, NOW)
    difficulties.say(tx, id, "biểu nào?", person, NOW, by_unit=False)
    difficulties.say(tx, id, "biểu số 2", person, NOW, by_unit=True)
    return person


async def test_what_was_said_is_read_back_in_order(database: Database) -> None:
    await database.run(raised)

    found = await database.read(lambda tx: difficulties.find(tx, 1))

    assert found is not None
    assert (found.number, found.period, found.unit) == ("VM-0001", KEY.period, KEY.unit)
    assert found.words == "thiếu biểu mẫu\nbiểu số 2"
    assert found.answer == "biểu nào?"
    assert found.waits
    assert await database.read(lambda tx: difficulties.find(tx, 99)) is None
    of_unit = await database.read(lambda tx: difficulties.of_unit(tx, KEY.plan, OTHER.unit))
    assert [(one.period, one.answer) for one in of_unit] == [("", "")]


async def test_it_is_settled_once(database: Database) -> None:
    person = await database.run(raised)
    await database.run(lambda tx: difficulties.settle(tx, 1, person, NOW))
    later = NOW + timedelta(days=1)
    await database.run(lambda tx: difficulties.settle(tx, 1, person, later))

    still_open = await database.read(lambda tx: difficulties.still_open(tx, KEY.plan))
    every = await database.read(lambda tx: difficulties.of_plan(tx, KEY.plan))

    assert [one.id for one in still_open] == [2]
    assert [one.settled_at for one in every] == [NOW, None]


async def test_up_to_where_somebody_was_told_is_kept_by_plan(database: Database) -> None:
    person = await database.run(raised)
    for up_to in (2, 4):
        await database.run(lambda tx, n=up_to: difficulties.tell(tx, person, KEY.plan, n, NOW))  # type: ignore[misc]

    assert await database.read(lambda tx: difficulties.told(tx, KEY.plan)) == {person: (4, NOW)}
    assert await database.read(lambda tx: difficulties.told(tx, "other")) == {}
