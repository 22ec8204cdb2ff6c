"""What did not arrive: given up, in doubt, moved to another address, queued again."""

from datetime import timedelta

from sqlalchemy import Connection, insert

from plans.messages import Address, Reply, Urgency
from storage import dead_letters, outbox, people, tables
from storage.database import Database
from storage.dead_letters import LEASE
from storage.outbox import State
from tests.storage.examples import NOW, joined

ANN = Address(channel="telegram", chat="ann")
ANN_ON_THE_WEB = Address(channel="webchat", chat="ann's browser")
LATER = NOW + LEASE


def owe(
    connection: Connection,
    urgency: Urgency = Urgency.REMINDER,
    address: Address = ANN,
    person_id: int | None = None,
) -> int:
    reply = Reply(text="a secret", urgency=urgency)
    return outbox.post(connection, address, reply, NOW, "7", person_id=person_id)


def also_reached(connection: Connection, person_id: int, address: Address) -> None:
    connection.execute(
        insert(tables.addresses).values(
            channel=address.channel, chat=address.chat, person_id=person_id, since=NOW
        )
    )


async def states(database: Database) -> list[tuple[int, str, str, int]]:
    rows = await database.read(
        lambda tx: tx.execute(tables.outbox.select().order_by(tables.outbox.c.number)).all()
    )
    return [(row.number, row.state, row.channel, row.attempts) for row in rows]


class TestDeadLetters:
    async def test_what_failed_and_what_is_in_doubt_is_listed_without_its_text(
        self, database: Database
    ) -> None:
        person = await database.run(joined)
        failed = await database.run(lambda tx: owe(tx, Urgency.ANSWER))
        doubtful = await database.run(lambda tx: owe(tx, person_id=person))
        await database.run(owe)
        await database.run(lambda tx: dead_letters.give_up(tx, failed, "refused"))
        await database.run(lambda tx: dead_letters.doubt(tx, doubtful, "no answer in time"))

        first, second = await database.read(dead_letters.dead_letters)

        assert (first.number, first.state, first.failure) == (failed, State.FAILED, "refused")
        assert (first.urgency, first.channel, first.posted_at) == (Urgency.ANSWER, "telegram", NOW)
        assert (second.number, second.state) == (doubtful, State.UNKNOWN)
        assert (second.failure, second.person_id) == ("no answer in time", person)
        assert "secret" not in repr((first, second))

    async def test_they_are_queued_again_from_the_first_attempt(self, database: Database) -> None:
        failed, doubtful, sent = [await database.run(owe) for _ in range(3)]
        await database.run(lambda tx: dead_letters.give_up(tx, failed, "refused"))
        await database.run(lambda tx: dead_letters.doubt(tx, doubtful, "no answer in time"))
        await database.run(lambda tx: outbox.mark_sent(tx, [(sent, "")], NOW))

        again = await database.run(
            lambda tx: dead_letters.requeue(tx, [failed, doubtful, sent, 99], LATER)
        )

        assert again == [failed, doubtful]
        assert await states(database) == [
            (failed, "waiting", "telegram", 0),
            (doubtful, "waiting", "telegram", 0),
            (sent, "sent", "telegram", 1),
        ]
        [(first, attempts)] = await database.read(lambda tx: outbox.due(tx, "telegram", LATER, 10))
        assert (first.number, attempts) == (failed, 0)

    async def test_messages_are_counted_by_state_and_urgency(self, database: Database) -> None:
        number = await database.run(owe)
        await database.run(lambda tx: owe(tx, Urgency.ANSWER))
        await database.run(lambda tx: dead_letters.give_up(tx, number, "refused"))

        counts = await database.read(dead_letters.counts)
        finer = await database.read(dead_letters.counts_by_urgency)

        assert counts == {**dict.fromkeys(State, 0), State.WAITING: 1, State.FAILED: 1}
        assert finer == {
            (State.FAILED, Urgency.REMINDER): 1,
            (State.WAITING, Urgency.ANSWER): 1,
        }


class TestGone:
    async def test_a_message_moves_to_where_its_person_is_reached_too(
        self, database: Database
    ) -> None:
        person = await database.run(lambda tx: joined(tx, ANN))
        await database.run(lambda tx: also_reached(tx, person, ANN_ON_THE_WEB))
        number = await database.run(owe)

        other = await database.run(lambda tx: dead_letters.redirect(tx, number, ANN, "left", NOW))

        assert other == ANN_ON_THE_WEB
        assert await states(database) == [(number, "waiting", "webchat", 0)]
        [first, second] = await database.read(lambda tx: people.addresses_of(tx, person))
        assert (first, second) == (ANN_ON_THE_WEB, ANN)

    async def test_with_no_other_address_it_is_given_up(self, database: Database) -> None:
        await database.run(lambda tx: joined(tx, ANN))
        number = await database.run(owe)

        other = await database.run(lambda tx: dead_letters.redirect(tx, number, ANN, "left", NOW))

        assert other is None
        assert await states(database) == [(number, "failed", "telegram", 1)]

    async def test_it_never_goes_back_to_an_address_that_is_gone(self, database: Database) -> None:
        person = await database.run(lambda tx: joined(tx, ANN))
        await database.run(lambda tx: also_reached(tx, person, ANN_ON_THE_WEB))
        await database.run(lambda tx: people.unreachable(tx, ANN_ON_THE_WEB, NOW))
        number = await database.run(lambda tx: owe(tx, person_id=person))

        other = await database.run(lambda tx: dead_letters.redirect(tx, number, ANN, "left", NOW))

        assert other is None

    async def test_a_stranger_has_no_other_address(self, database: Database) -> None:
        number = await database.run(owe)

        other = await database.run(lambda tx: dead_letters.redirect(tx, number, ANN, "left", NOW))

        assert other is None


class TestOwnerless:
    async def test_an_abandoned_claim_is_in_doubt_after_its_lease(self, database: Database) -> None:
        number = await database.run(owe)
        await database.run(lambda tx: outbox.claim(tx, "telegram", [number], NOW))
        early = LATER - timedelta(seconds=1)

        assert await database.read(lambda tx: dead_letters.ownerless(tx, ["telegram"], early)) == []
        found = await database.read(lambda tx: dead_letters.ownerless(tx, ["telegram"], LATER))
        await database.run(lambda tx: dead_letters.settle_ownerless(tx, found, ["telegram"], LATER))

        [letter] = await database.read(dead_letters.dead_letters)
        assert (letter.state, letter.failure) == (
            State.UNKNOWN,
            "interrupted while it was being sent",
        )

    async def test_an_abandoned_claim_of_an_answer_is_owed_again(self, database: Database) -> None:
        number = await database.run(lambda tx: owe(tx, Urgency.ANSWER))
        await database.run(lambda tx: outbox.claim(tx, "telegram", [number], NOW))

        await database.run(
            lambda tx: dead_letters.settle_ownerless(tx, [number], ["telegram"], LATER)
        )

        assert await states(database) == [(number, "waiting", "telegram", 0)]

    async def test_what_was_settled_meanwhile_is_left_alone(self, database: Database) -> None:
        number = await database.run(owe)
        await database.run(lambda tx: outbox.claim(tx, "telegram", [number], NOW))
        await database.run(lambda tx: outbox.mark_sent(tx, [(number, "")], NOW))

        await database.run(
            lambda tx: dead_letters.settle_ownerless(tx, [number], ["telegram"], LATER)
        )

        assert await states(database) == [(number, "sent", "telegram", 1)]

    async def test_what_no_channel_carries_is_given_up(self, database: Database) -> None:
        number = await database.run(owe)

        found = await database.read(lambda tx: dead_letters.ownerless(tx, ["webchat"], NOW))
        await database.run(lambda tx: dead_letters.settle_ownerless(tx, found, ["webchat"], NOW))

        assert await states(database) == [(number, "failed", "telegram", 1)]
