"""Which message of the outbox goes first: by urgency, by age, and who may hold up whom."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, update

from plans.messages import Address, Reply, Urgency
from storage import outbox, tables
from storage.database import Database
from storage.outbox import State
from tests.storage.examples import NOW

CHANNEL = "telegram"
ANN = Address(channel=CHANNEL, chat="ann")
BINH = Address(channel=CHANNEL, chat="binh")
LATER = NOW + timedelta(hours=1)
FIRST, ANSWER, NUDGE, REMINDER, DIGEST = Urgency


def post(
    connection: Connection,
    address: Address,
    urgency: Urgency,
    text: str = "",
    not_before: datetime | None = None,
) -> int:
    reply = Reply(text=text or urgency.name, urgency=urgency)
    return outbox.post(connection, address, reply, NOW, None, not_before=not_before)


def due(connection: Connection, now: datetime = NOW) -> list[str]:
    return [d.reply.text for d, _ in outbox.due(connection, CHANNEL, now, 100)]


class TestUrgency:
    async def test_a_chat_gets_the_most_urgent_first_and_equals_by_age(
        self, database: Database
    ) -> None:
        def owe(tx: Connection) -> None:
            for urgency in (DIGEST, REMINDER, NUDGE, ANSWER, FIRST):
                post(tx, ANN, urgency, f"older {urgency.name}")
                post(tx, ANN, urgency, f"newer {urgency.name}")

        await database.run(owe)
        sent: list[str] = []
        while waiting := await database.read(lambda tx: outbox.due(tx, CHANNEL, NOW, 10)):
            [(delivery, _)] = waiting
            sent.append(delivery.reply.text)
            number = delivery.number
            await database.run(partial(outbox.mark_sent, sent=[(number, "")], now=NOW))

        assert sent == [f"{age} {u.name}" for u in Urgency for age in ("older", "newer")]

    async def test_chats_take_turns_by_urgency_too(self, database: Database) -> None:
        await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: post(tx, BINH, FIRST))

        assert await database.read(due) == ["ACKNOWLEDGEMENT", "REMINDER"]

    async def test_the_least_urgency_may_be_named(self, database: Database) -> None:
        await database.run(lambda tx: (post(tx, ANN, REMINDER), post(tx, BINH, ANSWER)))

        waiting = await database.read(
            lambda tx: outbox.due(tx, CHANNEL, NOW, 9, least=Urgency.ANSWER)
        )

        assert [d.reply.text for d, _ in waiting] == ["ANSWER"]

    async def test_a_chat_may_be_left_out(self, database: Database) -> None:
        await database.run(lambda tx: (post(tx, ANN, ANSWER), post(tx, BINH, NUDGE)))

        waiting = await database.read(lambda tx: outbox.due(tx, CHANNEL, NOW, 9, without={"ann"}))

        assert [d.reply.text for d, _ in waiting] == ["NUDGE"]


class TestWhoHoldsUpWhom:
    async def test_what_is_scheduled_for_later_holds_up_nothing(self, database: Database) -> None:
        await database.run(lambda tx: post(tx, ANN, ANSWER, "later", not_before=LATER))
        await database.run(lambda tx: post(tx, ANN, DIGEST, "now"))

        assert await database.read(due) == ["now"]
        assert await database.read(lambda tx: due(tx, LATER)) == ["later"]
        upcoming = await database.read(lambda tx: outbox.next_due(tx, CHANNEL, NOW))
        assert upcoming == LATER

    async def test_a_retry_holds_up_its_equals_and_what_is_less_urgent(
        self, database: Database
    ) -> None:
        first = await database.run(lambda tx: post(tx, ANN, ANSWER))
        await database.run(lambda tx: (post(tx, ANN, ANSWER), post(tx, ANN, REMINDER)))

        await database.run(lambda tx: outbox.postpone(tx, first, LATER))

        assert await database.read(due) == []

    async def test_what_is_more_urgent_overtakes_a_retry(self, database: Database) -> None:
        first = await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: outbox.postpone(tx, first, LATER))

        await database.run(lambda tx: post(tx, ANN, ANSWER))

        assert await database.read(due) == ["ANSWER"]

    async def test_what_is_claimed_is_overtaken_by_the_more_urgent_alone(
        self, database: Database
    ) -> None:
        first = await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: outbox.claim(tx, CHANNEL, [first], NOW))
        await database.run(lambda tx: post(tx, ANN, REMINDER))

        assert await database.read(due) == []
        await database.run(lambda tx: post(tx, ANN, NUDGE))
        assert await database.read(due) == ["NUDGE"]


class TestClaims:
    async def test_a_message_is_claimed_once(self, database: Database) -> None:
        number = await database.run(lambda tx: post(tx, ANN, REMINDER))

        first = await database.run(lambda tx: outbox.claim(tx, CHANNEL, [number], NOW))
        second = await database.run(lambda tx: outbox.claim(tx, CHANNEL, [number], NOW))

        assert (first, second) == ([number], [])

    async def test_what_was_postponed_or_moved_meanwhile_is_not_claimed(
        self, database: Database
    ) -> None:
        number = await database.run(lambda tx: post(tx, ANN, REMINDER))
        assert await database.run(lambda tx: outbox.claim(tx, "zalo", [number], NOW)) == []

        await database.run(lambda tx: outbox.postpone(tx, number, LATER))

        assert await database.run(lambda tx: outbox.claim(tx, CHANNEL, [number], NOW)) == []

    async def test_what_is_released_waits_as_before(self, database: Database) -> None:
        number = await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: outbox.claim(tx, CHANNEL, [number], NOW))

        await database.run(lambda tx: outbox.release(tx, [number]))

        assert await database.read(due) == ["REMINDER"]

    async def test_what_is_withdrawn_is_never_owed_again(self, database: Database) -> None:
        number = await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: outbox.claim(tx, CHANNEL, [number], NOW))

        await database.run(lambda tx: outbox.withdraw(tx, [number]))
        await database.run(lambda tx: outbox.release(tx, [number]))

        assert await database.read(due) == []

    async def test_a_sent_message_cannot_be_withdrawn(self, database: Database) -> None:
        number = await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: outbox.mark_sent(tx, [(number, "7")], NOW))

        await database.run(lambda tx: outbox.withdraw(tx, [number]))

        state = await database.read(lambda tx: tx.execute(tables.outbox.select()).one().state)
        assert state == State.SENT


class TestWhatAPageMissed:
    """`since`: what a page that was away is shown."""

    async def test_what_may_still_be_withdrawn_or_is_for_later_is_not_shown(
        self, database: Database
    ) -> None:
        await database.run(lambda tx: post(tx, ANN, REMINDER))
        await database.run(lambda tx: post(tx, ANN, ANSWER, "later", not_before=LATER))
        await database.run(lambda tx: post(tx, ANN, ANSWER, "now"))

        missed = await database.read(lambda tx: outbox.since(tx, ANN, 0, 10))

        assert [d.reply.text for d in missed] == ["now"]

    async def test_what_was_overtaken_comes_behind_what_overtook_it(
        self, database: Database
    ) -> None:
        old = await database.run(lambda tx: post(tx, ANN, ANSWER, "arrived long ago"))
        late = await database.run(lambda tx: post(tx, ANN, REMINDER, "overtaken"))
        seen = await database.run(lambda tx: post(tx, ANN, FIRST, "seen"))
        await database.run(lambda tx: outbox.mark_sent(tx, [(old, "")], NOW))
        await database.run(lambda tx: outbox.mark_sent(tx, [(seen, "")], LATER))
        await database.run(
            lambda tx: outbox.mark_sent(tx, [(late, "")], LATER + timedelta(seconds=1))
        )

        missed = await database.read(lambda tx: outbox.since(tx, ANN, seen - 1, 10))

        assert [d.reply.text for d in missed] == ["seen", "overtaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message as the model sees it."""

    chat: str
    urgency: int
    state: State
    minutes: int
    attempts: int
    number: int = 0


ROWS = st.lists(
    st.builds(
        Row,
        chat=st.sampled_from("abc"),
        urgency=st.integers(0, 4),
        state=st.sampled_from([State.WAITING] * 3 + [State.CLAIMED, State.SENT, State.FAILED]),
        minutes=st.integers(-1, 1),
        attempts=st.integers(0, 1),
    ),
    max_size=12,
)


def expected(rows: list[Row]) -> list[int]:
    """Return the numbers owed now, worked out chat by chat."""
    numbered = [replace(row, number=n) for n, row in enumerate(rows, start=1)]
    queued = [
        row
        for row in numbered
        if row.state in (State.WAITING, State.CLAIMED) and (row.minutes <= 0 or row.attempts)
    ]
    heads = []
    for chat in {row.chat for row in queued}:
        head = min((r for r in queued if r.chat == chat), key=lambda r: (r.urgency, r.number))
        if head.state is State.WAITING and head.minutes <= 0:
            heads.append(head)
    return [row.number for row in sorted(heads, key=lambda r: (r.urgency, r.number))]


def write(connection: Connection, rows: list[Row]) -> None:
    for row in rows:
        address = Address(channel=CHANNEL, chat=row.chat)
        number = post(connection, address, Urgency(row.urgency))
        connection.execute(
            update(tables.outbox)
            .where(tables.outbox.c.number == number)
            .values(
                state=row.state,
                due_at=NOW + timedelta(minutes=row.minutes),
                attempts=row.attempts,
            )
        )


def got(connection: Connection) -> list[int]:
    return [delivery.number for delivery, _ in outbox.due(connection, CHANNEL, NOW, 100)]


@pytest.fixture(scope="module")
def memory() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@given(rows=ROWS)
def test_any_outbox_owes_what_the_rules_say(memory: Connection, rows: list[Row]) -> None:
    write(memory, rows)
    try:
        assert got(memory) == expected(rows)
    finally:
        memory.rollback()


async def test_both_databases_owe_what_the_rules_say(database: Database) -> None:
    chance = random.Random(20240611)
    rows = [
        Row(
            chat=f"chat {chance.randrange(60)}",
            urgency=chance.randrange(5),
            state=chance.choice([State.WAITING, State.WAITING, State.CLAIMED, State.SENT]),
            minutes=chance.randrange(-1, 2),
            attempts=chance.randrange(2),
        )
        for _ in range(300)
    ]

    await database.run(lambda tx: write(tx, rows))

    assert await database.read(got) == expected(rows)[:100]
