"""Letters that nobody asked for: posted where their reader is reached, with what they tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from plans.messages import Address, Reply
from storage import outbox, people, reminders
from storage.reminders import Occurrence
from storage.tables import addresses
from storage.tables import outbox as messages
from storage.tables import people as persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one person, and the occurrences that it tells of."""

    person_id: int
    reply: Reply
    occurrences: Sequence[Occurrence] = ()
    not_before: datetime | None = None


def languages_of(connection: Connection, person_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the language that each of some people reads."""
    query = select(persons.c.id, persons.c.language).where(persons.c.id.in_(person_ids))
    return {row.id: row.language for row in connection.execute(query)}


def post(connection: Connection, letters: Sequence[Letter], now: datetime) -> int:
    """Owe letters to the addresses that take messages; return how many there were."""
    return len(post_each(connection, letters, now))


def post_each(
    connection: Connection, letters: Sequence[Letter], now: datetime
) -> list[tuple[int, int]]:
    """Owe letters; return the reader and the outbox's number of each that could be posted."""
    where = first_addresses(connection, [letter.person_id for letter in letters])
    posted = [letter for letter in letters if letter.person_id in where]
    if not posted:
        return []
    rows = [_row(letter, where[letter.person_id], now) for letter in posted]
    # Thousands at once: one statement for many takes a fraction of the time.
    new = insert(messages).returning(messages.c.number, sort_by_parameter_order=True)
    numbers = connection.execute(new, rows).scalars().all()
    told = [
        replace(one, outbox=number)
        for number, letter in zip(numbers, posted, strict=True)
        for one in letter.occurrences
    ]
    reminders.record(connection, told, now)
    people.offer(
        connection,
        {
            letter.person_id: people.Offer(
                choices=letter.reply.choices,
                channel=where[letter.person_id].channel,
                at=letter.not_before or now,
            )
            for letter in posted
            if letter.reply.choices
        },
    )
    return [(letter.person_id, number) for letter, number in zip(posted, numbers, strict=True)]


def _row(letter: Letter, address: Address, now: datetime) -> dict[str, object]:
    """Return the message of a letter, as `outbox.post` owes what answers somebody."""
    return {
        "channel": address.channel,
        "chat": address.chat,
        **outbox.words(letter.reply),
        "person_id": letter.person_id,
        "urgency": letter.reply.urgency,
        "state": outbox.State.WAITING,
        "posted_at": now,
        "due_at": letter.not_before or now,
        "attempts": 0,
    }


def rewrite(connection: Connection, number: int, reply: Reply) -> None:
    """Word a message that has not left yet anew."""
    connection.execute(
        update(messages).where(messages.c.number == number).values(outbox.words(reply))
    )


def first_addresses(connection: Connection, person_ids: Iterable[int]) -> Mapping[int, Address]:
    """Return where each person is reached: the address that they prefer of those that are good."""
    query = (
        select(addresses)
        .where(addresses.c.person_id.in_(person_ids), addresses.c.unreachable_since.is_(None))
        .order_by(*people.PREFERRED)
    )
    where: dict[int, Address] = {}
    for row in connection.execute(query):
        where.setdefault(row.person_id, Address(channel=row.channel, chat=row.chat))
    return where
