"""People: where they are reached, which roles they hold, what they were talking about."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from plans.people import Person, RoleKind
from storage import people, tables
from storage.database import Database
from tests.storage.examples import ANN, BINH, KEY, NOW, joined

FOCAL, ABOVE = RoleKind.FOCAL_POINT, RoleKind.COORDINATOR


def granted(connection: Connection, person_id: int, unit: str, kind: RoleKind = FOCAL) -> int:
    return people.grant(connection, person_id, KEY.plan, kind, unit, NOW)


class TestPeople:
    async def test_a_person_is_known_by_address(self, database: Database) -> None:
        ann = await database.run(joined)

        known = Person(id=ann, language="vi")
        assert await database.read(lambda tx: people.person_at(tx, ANN)) == known
        assert await database.read(lambda tx: people.person(tx, ann)) == known
        assert await database.read(lambda tx: people.person_at(tx, BINH)) is None

    async def test_an_address_belongs_to_one_person(self, database: Database) -> None:
        await database.run(joined)

        with pytest.raises(IntegrityError):
            await database.run(joined)

    async def test_a_person_is_reached_at_the_newest_address_first(
        self, database: Database
    ) -> None:
        ann = await database.run(joined)
        await database.run(
            lambda tx: tx.execute(
                insert(tables.addresses).values(
                    channel=BINH.channel,
                    chat=BINH.chat,
                    person_id=ann,
                    since=NOW + timedelta(days=1),
                )
            )
        )

        assert await database.read(lambda tx: people.addresses_of(tx, ann)) == [BINH, ANN]

    async def test_a_language_is_remembered(self, database: Database) -> None:
        ann = await database.run(joined)

        await database.run(lambda tx: people.set_language(tx, ann, "en"))

        assert (await database.read(lambda tx: people.person(tx, ann))).language == "en"


class TestRoles:
    async def test_a_role_is_given_once(self, database: Database) -> None:
        ann = await database.run(joined)

        numbers = [await database.run(lambda tx: granted(tx, ann, KEY.unit)) for _ in range(2)]

        assert numbers[0] == numbers[1]
        [role] = await database.read(lambda tx: people.roles_of(tx, ann))
        assert (role.plan, role.kind, role.unit) == (KEY.plan, FOCAL, KEY.unit)

    async def test_an_ended_role_is_gone_and_can_be_given_again(self, database: Database) -> None:
        ann = await database.run(joined)
        first = await database.run(lambda tx: granted(tx, ann, KEY.unit))

        await database.run(lambda tx: people.end_role(tx, first, NOW))

        assert await database.read(lambda tx: people.roles_of(tx, ann)) == []
        assert await database.run(lambda tx: granted(tx, ann, KEY.unit)) != first

    async def test_roles_are_found_by_person_by_unit_and_all_together(
        self, database: Database
    ) -> None:
        ann = await database.run(joined)
        binh = await database.run(lambda tx: joined(tx, BINH))
        await database.run(lambda tx: granted(tx, ann, KEY.unit))
        await database.run(lambda tx: granted(tx, ann, "", ABOVE))
        await database.run(lambda tx: granted(tx, binh, KEY.unit))

        mine = await database.read(lambda tx: people.roles_of(tx, ann))
        here = await database.read(lambda tx: people.roles_at(tx, KEY.plan, KEY.unit))
        province = await database.read(lambda tx: people.roles_at(tx, KEY.plan, ""))
        everyone = await database.read(lambda tx: list(people.everyone(tx)))

        assert [role.kind for role in mine] == [FOCAL, ABOVE]
        assert [role.person_id for role in here] == [ann, binh]
        assert [role.person_id for role in province] == [ann]
        assert [since for _, since in everyone] == [NOW] * 3

    async def test_a_unit_is_connected_while_somebody_reports_for_it(
        self, database: Database
    ) -> None:
        ann = await database.run(joined)
        role = await database.run(lambda tx: granted(tx, ann, KEY.unit))
        await database.run(lambda tx: granted(tx, ann, "593", RoleKind.DISTRICT_COORDINATOR))

        assert await database.read(lambda tx: people.connected_units(tx, KEY.plan)) == {KEY.unit}
        await database.run(lambda tx: people.end_role(tx, role, NOW))
        assert await database.read(lambda tx: people.connected_units(tx, KEY.plan)) == set()


class TestTalks:
    async def test_a_talk_is_replaced_whole(self, database: Database) -> None:
        ann = await database.run(joined)
        assert await database.read(lambda tx: people.talk_of(tx, ann)) == {}

        states: tuple[dict[str, object], ...] = (
            {"card": 1, "choices": [["Có", "1|/gui"]]},
            {"asking": "TT01"},
        )
        for state in states:
            await database.run(partial(people.set_talk, person_id=ann, state=state))

            assert await database.read(lambda tx: people.talk_of(tx, ann)) == state
