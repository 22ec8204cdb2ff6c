"""Join codes: good once, for a while; strangers are remembered by address."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from plans.people import RoleKind
from storage import join_codes
from storage.database import Database
from storage.join_codes import Arrival, ChannelCode, Invitation
from tests.storage.examples import ANN, BINH, KEY, NOW, joined

DAY = timedelta(days=1)
CODE = Invitation(hash="a" * 64, plan=KEY.plan, kind=RoleKind.FOCAL_POINT, unit=KEY.unit)


def issued(connection: Connection, invitation: Invitation = CODE) -> None:
    join_codes.issue(connection, invitation, None, NOW, DAY)


async def usable(
    database: Database, at: datetime = NOW, code: str = CODE.hash
) -> Invitation | None:
    return await database.read(lambda tx: join_codes.usable(tx, code, at))


class TestJoinCodes:
    async def test_a_code_grants_what_it_was_issued_for(self, database: Database) -> None:
        await database.run(issued)

        assert await usable(database) == CODE
        assert await usable(database, code="b" * 64) is None

    async def test_a_code_expires(self, database: Database) -> None:
        await database.run(issued)

        last = NOW + DAY - timedelta(microseconds=1)
        assert await usable(database, last) == CODE
        assert await usable(database, NOW + DAY) is None

    async def test_a_used_code_is_worth_nothing(self, database: Database) -> None:
        await database.run(issued)
        ann = await database.run(joined)

        await database.run(lambda tx: join_codes.use(tx, CODE.hash, ann, NOW))

        assert await usable(database) is None

    async def test_of_two_processes_only_one_can_use_a_code(
        self, database: Database, database_url: str
    ) -> None:
        await database.run(issued)
        ann = await database.run(joined)
        other = Database(database_url)

        def use(connection: Connection) -> bool:
            found = join_codes.usable(connection, CODE.hash, NOW)
            if found:
                join_codes.use(connection, found.hash, ann, NOW)
            return found is not None

        used = await asyncio.gather(*(each.run(use) for each in (database, other) * 4))

        assert sorted(used) == [False] * 7 + [True]
        await other.close()

    async def test_withdrawing_ends_the_unused_codes_of_one_unit(self, database: Database) -> None:
        elsewhere = Invitation(hash="c" * 64, plan=CODE.plan, kind=CODE.kind, unit="22918")
        await database.run(issued)
        await database.run(partial(issued, invitation=elsewhere))

        ended = [
            await database.run(lambda tx: join_codes.withdraw(tx, CODE.plan, CODE.unit, NOW))
            for _ in range(2)
        ]

        assert ended == [1, 0]
        assert await usable(database) is None
        assert await usable(database, code=elsewhere.hash) == elsewhere


class TestChannelCodes:
    async def test_a_code_adds_to_one_person_once_and_grants_nothing(
        self, database: Database
    ) -> None:
        ann = await database.run(joined)
        code = ChannelCode(hash="d" * 64, person_id=ann)
        await database.run(lambda tx: join_codes.issue_channel(tx, code, NOW, DAY))

        assert await channel_code(database, code.hash) == code
        assert await usable(database, code=code.hash) is None
        assert await channel_code(database, code.hash, NOW + DAY) is None
        await database.run(lambda tx: join_codes.use(tx, code.hash, ann, NOW))
        assert await channel_code(database, code.hash) is None

    async def test_only_the_newest_code_of_a_person_is_good(self, database: Database) -> None:
        ann = await database.run(joined)
        binh = await database.run(lambda tx: joined(tx, BINH))
        await database.run(issued)
        for letter, person in (("d", ann), ("e", binh), ("f", ann)):
            code = ChannelCode(hash=letter * 64, person_id=person)
            issue = partial(join_codes.issue_channel, code=code, now=NOW, valid_for=DAY)
            await database.run(issue)

        assert [bool(await channel_code(database, letter * 64)) for letter in "def"] == [
            False,
            True,
            True,
        ]
        assert await usable(database) == CODE
        assert await channel_code(database, CODE.hash) is None


async def channel_code(database: Database, code: str, at: datetime = NOW) -> ChannelCode | None:
    return await database.read(lambda tx: join_codes.usable_channel(tx, code, at))


class TestArrivals:
    async def test_an_unknown_address_has_a_clean_record(self, database: Database) -> None:
        fresh = await database.read(lambda tx: join_codes.arrival_of(tx, ANN, NOW))

        assert fresh == Arrival(greeted_at=None, pending_code=None, tries=0, tries_since=NOW)

    async def test_what_is_known_of_an_address_is_replaced_and_its_own(
        self, database: Database
    ) -> None:
        first = Arrival(greeted_at=NOW, pending_code=CODE.hash, tries=1, tries_since=NOW)
        second = Arrival(greeted_at=NOW, pending_code=None, tries=2, tries_since=NOW + DAY)

        for arrival in (first, second):
            await database.run(partial(join_codes.set_arrival, address=ANN, arrival=arrival))
            assert arrival == await database.read(lambda tx: join_codes.arrival_of(tx, ANN, NOW))

        other = await database.read(lambda tx: join_codes.arrival_of(tx, BINH, NOW))
        assert other.tries == 0
