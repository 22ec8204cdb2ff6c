"""Where one person is reached: several addresses, in the order of their wish."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from plans.messages import Address
from storage.outbox import State
from storage.people import PREFERRED
from storage.tables import addresses, outbox, roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One address of a person, since when it is theirs, and since when nothing arrives there."""

    address: Address
    since: datetime
    unreachable_since: datetime | None

    @property
    def mark(self) -> str:
        """Return a short name of the address that does not tell the chat."""
        words = f"{self.address.channel} {self.address.chat}"
        return hashlib.sha256(words.encode()).hexdigest()[:8]


def reached_at(connection: Connection, person_id: int) -> list[Reached]:
    """Return where a person is reached, in the order in which messages try it."""
    query = (
        select(addresses)
        .where(addresses.c.person_id == person_id)
        .order_by(addresses.c.unreachable_since.is_not(None), *PREFERRED)
    )
    return [
        Reached(
            address=Address(channel=row.channel, chat=row.chat),
            since=row.since,
            unreachable_since=row.unreachable_since,
        )
        for row in connection.execute(query)
    ]


def add(connection: Connection, person_id: int, address: Address, now: datetime) -> None:
    """Give a person one more address, the last that is tried; from whoever had it, it is taken."""
    last = connection.execute(
        select(func.max(addresses.c.rank)).where(addresses.c.person_id == person_id)
    ).scalar()
    connection.execute(delete(addresses).where(_at(address)))
    connection.execute(
        insert(addresses).values(
            channel=address.channel,
            chat=address.chat,
            person_id=person_id,
            since=now,
            heard_at=now,
            rank=0 if last is None else last + 1,
        )
    )


def prefer(connection: Connection, person_id: int, first: Address) -> None:
    """Try an address of a person before the others, which keep their order."""
    query = select(addresses.c.channel, addresses.c.chat).where(addresses.c.person_id == person_id)
    rows = connection.execute(query.order_by(*PREFERRED)).all()
    order = [Address(channel=row.channel, chat=row.chat) for row in rows]
    order.sort(key=lambda address: address != first)
    for rank, address in enumerate(order):
        connection.execute(update(addresses).where(_at(address)).values(rank=rank))


def remove(connection: Connection, person_id: int, address: Address) -> None:
    """Take an address from a person; what waits for them there goes to the first that is left.

    Whoever writes from it next is a stranger, who must not read what was meant for the person.
    """
    mine = _at(address) & (addresses.c.person_id == person_id)
    if not connection.execute(delete(addresses).where(mine)).rowcount:
        return
    for left in reached_at(connection, person_id)[:1]:
        connection.execute(
            update(outbox)
            .where(
                outbox.c.channel == address.channel,
                outbox.c.chat == address.chat,
                outbox.c.state == State.WAITING,
            )
            # What it answers is a message of the old chat.
            .values(
                channel=left.address.channel,
                chat=left.address.chat,
                person_id=person_id,
                answers=None,
            )
        )


def people_on(connection: Connection, channel: str) -> set[int]:
    """Return who has a role and an address of a channel that takes messages."""
    query = (
        select(addresses.c.person_id)
        .join(roles, roles.c.person_id == addresses.c.person_id)
        .where(
            addresses.c.channel == channel,
            addresses.c.unreachable_since.is_(None),
            roles.c.ended_at.is_(None),
        )
    )
    return set(connection.execute(query.distinct()).scalars())


def _at(address: Address) -> ColumnElement[bool]:
    return (addresses.c.channel == address.channel) & (addresses.c.chat == address.chat)
