"""The inbox: a message is taken once, and its content is never kept."""

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from storage import inbox, tables
from storage.database import Database
from tests.storage.examples import ANN, BINH, NOW, message


class TestInbox:
    async def test_a_message_is_taken_once(self, database: Database) -> None:
        taken = [await database.run(lambda tx: inbox.take(tx, message("7"), NOW)) for _ in range(3)]

        assert taken == [True, False, False]

    async def test_a_repeat_leaves_the_transaction_usable(self, database: Database) -> None:
        await database.run(lambda tx: inbox.take(tx, message("7"), NOW))

        both = await database.run(
            lambda tx: [inbox.take(tx, message(id), NOW) for id in ("7", "8")]
        )

        assert both == [False, True]

    async def test_of_many_takers_at_once_only_one_has_it(
        self, database: Database, database_url: str
    ) -> None:
        other = Database(database_url)
        both = (database, other) * 4

        taken = await asyncio.gather(
            *(each.run(lambda tx: inbox.take(tx, message("7"), NOW)) for each in both)
        )

        assert sorted(taken) == [False] * 7 + [True]
        await other.close()

    async def test_the_same_id_in_another_chat_is_another_message(self, database: Database) -> None:
        addresses = (ANN, BINH)

        taken = [
            await database.run(partial(inbox.take, message=message("7", at), now=NOW))
            for at in addresses
        ]

        assert taken == [True, True]

    async def test_the_text_of_a_message_is_not_kept(self, database: Database) -> None:
        await database.run(lambda tx: inbox.take(tx, message("7"), NOW))

        row = await database.read(lambda tx: tx.execute(select(tables.inbox)).one())

        assert "15" not in map(str, row)
        assert "text" not in tables.inbox.c

    async def test_a_failed_message_is_counted(self, database: Database) -> None:
        await database.run(lambda tx: inbox.take(tx, message("7"), NOW))
        await database.run(lambda tx: inbox.take(tx, message("8"), NOW))

        await database.run(lambda tx: inbox.mark_failed(tx, message("8")))

        after = NOW + timedelta(microseconds=1)
        assert await database.read(partial(inbox.failures, since=NOW)) == 1
        assert await database.read(partial(inbox.failures, since=after)) == 0
