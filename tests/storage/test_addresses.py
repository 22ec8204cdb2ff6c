"""Several addresses of one person: in the order of their wish, added and taken away."""

from datetime import timedelta

from sqlalchemy import Connection, select

from plans.messages import Address, Reply, Urgency
from plans.people import RoleKind
from storage import addresses, dead_letters, letters, outbox, people
from storage.database import Database
from storage.letters import Letter
from storage.tables import outbox as messages
from tests.storage.examples import ANN, BINH, KEY, NOW, joined

LATER = NOW + timedelta(hours=1)
THIRD = Address(channel="zalo_oa", chat="ann")
REMINDER = Reply(text="nhắc", urgency=Urgency.REMINDER)


def with_three(connection: Connection) -> int:
    ann = joined(connection)
    addresses.add(connection, ann, BINH, LATER)
    addresses.add(connection, ann, THIRD, LATER)
    return ann


async def order(database: Database, person_id: int) -> list[Address]:
    found = await database.read(lambda tx: addresses.reached_at(tx, person_id))
    assert [one.address for one in found] == await database.read(
        lambda tx: people.addresses_of(tx, person_id)
    )
    return [one.address for one in found]


async def waiting(database: Database) -> list[tuple[str, str | None]]:
    query = select(messages.c.channel, messages.c.answers).order_by(messages.c.number)
    rows = await database.read(lambda tx: tx.execute(query).all())
    return [(row.channel, row.answers) for row in rows]


class TestOrder:
    async def test_a_new_address_comes_after_those_that_were_there(
        self, database: Database
    ) -> None:
        ann = await database.run(with_three)

        assert await order(database, ann) == [ANN, BINH, THIRD]

    async def test_the_preferred_comes_first_and_the_others_keep_their_order(
        self, database: Database
    ) -> None:
        ann = await database.run(with_three)

        await database.run(lambda tx: addresses.prefer(tx, ann, THIRD))
        assert await order(database, ann) == [THIRD, ANN, BINH]

        await database.run(lambda tx: addresses.prefer(tx, ann, BINH))
        assert await order(database, ann) == [BINH, THIRD, ANN]

    async def test_what_takes_no_messages_comes_last_and_keeps_its_rank(
        self, database: Database
    ) -> None:
        ann = await database.run(with_three)
        await database.run(lambda tx: people.unreachable(tx, ANN, LATER))

        assert await order(database, ann) == [BINH, THIRD, ANN]
        [last] = (await database.read(lambda tx: addresses.reached_at(tx, ann)))[2:]
        assert last.unreachable_since == LATER
        await database.run(lambda tx: people.heard(tx, ANN, LATER))
        assert await order(database, ann) == [ANN, BINH, THIRD]

    async def test_an_address_is_taken_over_and_marks_tell_no_chat(
        self, database: Database
    ) -> None:
        ann = await database.run(joined)
        binh = await database.run(lambda tx: joined(tx, BINH))

        await database.run(lambda tx: addresses.add(tx, ann, BINH, LATER))

        assert await order(database, ann) == [ANN, BINH]
        assert await order(database, binh) == []
        marks = {one.mark for one in await database.read(lambda tx: addresses.reached_at(tx, ann))}
        assert len(marks) == 2
        assert not any("ann" in mark or "binh" in mark for mark in marks)


class TestOneOfThem:
    async def test_a_letter_goes_to_the_first_then_to_the_next_and_never_to_both(
        self, database: Database
    ) -> None:
        ann = await database.run(with_three)
        await database.run(lambda tx: addresses.prefer(tx, ann, BINH))
        letter = Letter(person_id=ann, reply=REMINDER)
        await database.run(lambda tx: letters.post(tx, [letter], NOW))
        [[number]] = await database.read(lambda tx: tx.execute(select(messages.c.number)).all())
        assert await waiting(database) == [("telegram", None)]

        await database.run(lambda tx: dead_letters.redirect(tx, number, BINH, "gone", NOW))
        assert await waiting(database) == [("webchat", None)]

        await database.run(lambda tx: dead_letters.reroute(tx, number, ANN, "quota", NOW))
        assert await waiting(database) == [("zalo_oa", None)]
        assert (
            await database.run(lambda tx: dead_letters.reroute(tx, number, THIRD, "window", NOW))
            is None
        )
        assert await waiting(database) == [("zalo_oa", None)]

    async def test_what_waits_at_a_removed_address_goes_to_the_first_that_is_left(
        self, database: Database
    ) -> None:
        ann = await database.run(with_three)
        other = await database.run(lambda tx: joined(tx, Address(channel="telegram", chat="o")))
        for address in (BINH, Address(channel="telegram", chat="o")):
            await database.run(
                lambda tx, to=address: outbox.post(tx, to, REMINDER, NOW, "7")  # type: ignore[misc]
            )

        await database.run(lambda tx: addresses.remove(tx, other, BINH))
        assert await order(database, ann) == [ANN, BINH, THIRD]
        await database.run(lambda tx: addresses.remove(tx, ann, BINH))

        assert await order(database, ann) == [ANN, THIRD]
        assert await waiting(database) == [("webchat", None), ("telegram", "7")]
        assert await database.read(lambda tx: people.person_at(tx, BINH)) is None


async def test_those_who_are_served_on_a_channel_have_a_role_and_are_reached_there(
    database: Database,
) -> None:
    ann = await database.run(with_three)
    second = Address(channel="zalo_oa", chat="ann's other")
    await database.run(lambda tx: addresses.add(tx, ann, second, NOW))
    mai = Address(channel="zalo_oa", chat="mai")
    await database.run(lambda tx: joined(tx, mai))  # without any role

    async def served() -> set[int]:
        return await database.read(lambda tx: addresses.people_on(tx, "zalo_oa"))

    assert await served() == set()
    for unit in (KEY.unit, "22918"):
        role = await database.run(
            lambda tx, unit=unit: people.grant(  # type: ignore[misc]
                tx, ann, KEY.plan, RoleKind.FOCAL_POINT, unit, NOW
            )
        )
    assert await served() == {ann}
    await database.run(lambda tx: people.end_role(tx, role, NOW))
    assert await served() == {ann}
    for address in (THIRD, second):
        assert await served() == {ann}
        await database.run(
            lambda tx, at=address: people.unreachable(tx, at, NOW)  # type: ignore[misc]
        )
    assert await served() == set()
