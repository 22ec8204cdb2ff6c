"""The outbox: messages owed, in order a chat, until they are sent or given up."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from plans.messages import Address, Choice, File, Reply
from storage import dead_letters, outbox, tables
from storage.database import Database
from tests.storage.examples import ANN, NOW

BINH = Address(channel="webchat", chat="binh")
SOON = NOW + timedelta(seconds=5)


def post(connection: Connection, address: Address, *texts: str) -> list[int]:
    return [outbox.post(connection, address, Reply(text=text), NOW, None) for text in texts]


def due(connection: Connection, now: datetime = NOW, limit: int = 10) -> list[tuple[str, int]]:
    waiting = outbox.due(connection, "webchat", now, limit)
    return [(d.reply.text, attempts) for d, attempts in waiting]


def owed(connection: Connection) -> list[tuple[str, int]]:
    return due(connection)


def next_due(connection: Connection) -> datetime | None:
    return outbox.next_due(connection, "webchat", NOW)


class TestOutbox:
    async def test_numbers_grow_and_are_never_used_again(self, database: Database) -> None:
        first, second = await database.run(lambda tx: post(tx, ANN, "one", "two"))
        await database.run(lambda tx: tx.execute(tables.outbox.delete()))

        [third] = await database.run(lambda tx: post(tx, ANN, "three"))

        assert first < second < third

    async def test_only_the_oldest_of_a_chat_is_due(self, database: Database) -> None:
        await database.run(lambda tx: post(tx, ANN, "ann 1", "ann 2"))
        await database.run(lambda tx: post(tx, BINH, "binh 1"))

        assert await database.read(owed) == [("ann 1", 0), ("binh 1", 0)]

    async def test_the_next_is_due_once_the_one_before_was_sent(self, database: Database) -> None:
        [first, _] = await database.run(lambda tx: post(tx, ANN, "1", "2"))

        await database.run(lambda tx: outbox.mark_sent(tx, [(first, "platform's id")], NOW))

        assert await database.read(owed) == [("2", 0)]
        row = await database.read(
            lambda tx: tx.execute(
                select(tables.outbox).where(tables.outbox.c.number == first)
            ).one()
        )
        assert (row.platform_id, row.sent_at, row.attempts) == ("platform's id", NOW, 1)

    async def test_a_postponed_message_holds_its_chat_back_but_no_other(
        self, database: Database
    ) -> None:
        [first, _] = await database.run(lambda tx: post(tx, ANN, "ann 1", "ann 2"))
        await database.run(lambda tx: post(tx, BINH, "binh 1"))

        await database.run(lambda tx: outbox.postpone(tx, first, SOON))

        assert await database.read(owed) == [("binh 1", 0)]
        later = await database.read(lambda tx: due(tx, SOON))
        assert later == [("ann 1", 1), ("binh 1", 0)]

    async def test_what_is_given_up_makes_way_and_keeps_its_reason(
        self, database: Database
    ) -> None:
        [first, _] = await database.run(lambda tx: post(tx, ANN, "1", "2"))

        await database.run(lambda tx: dead_letters.give_up(tx, first, "blocked by the person"))

        assert await database.read(owed) == [("2", 0)]
        reasons = await database.read(
            lambda tx: tx.execute(select(tables.outbox.c.failure)).scalars().all()
        )
        assert sorted(reasons, key=str) == [None, "blocked by the person"]

    async def test_the_next_moment_is_told_while_something_waits(self, database: Database) -> None:
        assert await database.read(next_due) is None

        [number] = await database.run(lambda tx: post(tx, ANN, "1"))
        await database.run(lambda tx: outbox.postpone(tx, number, SOON))

        assert await database.read(next_due) == SOON
        await database.run(lambda tx: outbox.mark_sent(tx, [(number, "x")], NOW))
        assert await database.read(next_due) is None

    async def test_what_waits_behind_a_postponed_message_wakes_nobody(
        self, database: Database
    ) -> None:
        [first, _] = await database.run(lambda tx: post(tx, ANN, "1", "2"))

        await database.run(lambda tx: outbox.postpone(tx, first, SOON))

        assert await database.read(next_due) == SOON

    async def test_no_more_are_due_than_were_asked_for(self, database: Database) -> None:
        chats = [Address(channel="webchat", chat=str(n)) for n in range(5)]
        await database.run(lambda tx: [post(tx, chat, "1") for chat in chats])

        assert len(await database.read(lambda tx: due(tx, limit=3))) == 3

    async def test_a_chat_is_read_after_a_number_in_order(self, database: Database) -> None:
        numbers = await database.run(lambda tx: post(tx, ANN, "1", "2", "3", "4"))
        await database.run(lambda tx: post(tx, BINH, "of another chat"))

        after = await database.read(lambda tx: outbox.since(tx, ANN, numbers[0], 10))
        newest = await database.read(lambda tx: outbox.since(tx, ANN, 0, 2))

        assert [d.reply.text for d in after] == ["2", "3", "4"]
        assert [d.reply.text for d in newest] == ["3", "4"]

    async def test_a_reply_comes_back_as_it_was_posted(self, database: Database) -> None:
        reply = Reply(
            text="Đã nhận",
            choices=(Choice(label="Có", data="3|/traloi TT01 có"), Choice(label="0", data="0")),
            file=File(name="số liệu.csv", media_type="text/csv", content=b"\xef\xbb\xbf\x00"),
        )

        number = await database.run(lambda tx: outbox.post(tx, ANN, reply, NOW, "7"))

        [back] = await database.read(lambda tx: outbox.since(tx, ANN, 0, 1))
        assert (back.number, back.reply, back.address) == (number, reply, ANN)
        assert (back.posted_at, back.answers) == (NOW, "7")

    async def test_a_file_is_given_to_its_own_chat_alone(self, database: Database) -> None:
        file = File(name="a.csv", media_type="text/csv", content=b"1")
        reply = Reply(text="", file=file)
        number = await database.run(lambda tx: outbox.post(tx, ANN, reply, NOW, None))

        assert await database.read(lambda tx: outbox.file_of(tx, ANN, number)) == file
        assert await database.read(lambda tx: outbox.file_of(tx, BINH, number)) is None
        assert await database.read(lambda tx: outbox.file_of(tx, ANN, number + 1)) is None
