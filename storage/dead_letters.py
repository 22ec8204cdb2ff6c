"""Messages that did not arrive, or may not have: given up, in doubt, moved, queued again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from plans.messages import Address, Urgency
from storage import groups, held_back, people
from storage.outbox import State
from storage.tables import addresses, outbox

# A claimed message that was not settled for so long was abandoned: nobody sends for minutes.
LEASE = timedelta(minutes=5)

# What is said there waits until somebody looks.
SILENT = frozenset({"webchat", "terminal"})

_DEAD = (State.FAILED, State.UNKNOWN)
_INTERRUPTED = "interrupted while it was being sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up or is in doubt; never its text."""

    number: int
    channel: str
    urgency: Urgency
    state: State
    failure: str
    posted_at: datetime
    person_id: int | None


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Return what was given up and what is in doubt, the oldest first."""
    rows = connection.execute(
        select(
            outbox.c.number,
            outbox.c.channel,
            outbox.c.urgency,
            outbox.c.state,
            outbox.c.failure,
            outbox.c.posted_at,
            outbox.c.person_id,
        )
        .where(outbox.c.state.in_(_DEAD))
        .order_by(outbox.c.number)
    )
    return [
        DeadLetter(
            number=row.number,
            channel=row.channel,
            urgency=Urgency(row.urgency),
            state=State(row.state),
            failure=row.failure or "",
            posted_at=row.posted_at,
            person_id=row.person_id,
        )
        for row in rows
    ]


def requeue(connection: Connection, numbers: Collection[int], now: datetime) -> list[int]:
    """Owe again, from the first attempt, what was given up or is in doubt; return which."""
    rows = connection.execute(
        update(outbox)
        .where(outbox.c.number.in_(numbers), outbox.c.state.in_(_DEAD))
        .values(_anew(now))
        .returning(outbox.c.number)
    )
    return sorted(rows.scalars())


def counts(connection: Connection) -> dict[State, int]:
    """Count messages by state."""
    totals = dict.fromkeys(State, 0)
    for (state, _), count in counts_by_urgency(connection).items():
        totals[state] += count
    return totals


def counts_by_urgency(connection: Connection) -> dict[tuple[State, Urgency], int]:
    """Count messages by state and urgency; what there is none of is left out."""
    key = outbox.c.state, outbox.c.urgency
    rows = connection.execute(select(*key, func.count()).group_by(*key).order_by(*key))
    return {(State(state), Urgency(urgency)): count for state, urgency, count in rows}


def give_up(connection: Connection, number: int, failure: str) -> None:
    """Record that a message will not be sent, and why."""
    _end(connection, number, State.FAILED, failure)


def doubt(connection: Connection, number: int, failure: str) -> None:
    """Record that a message may or may not have arrived, and why."""
    _end(connection, number, State.UNKNOWN, failure)


def redirect(
    connection: Connection, number: int, gone: Address, failure: str, now: datetime
) -> Address | None:
    """Mark an address as unreachable, a group as gone; move its message on, or give it up."""
    people.unreachable(connection, gone, now)
    groups.end(connection, gone, now)
    other = next(iter(_addresses(connection, number, gone)), None)
    if other is None:
        give_up(connection, number, failure)
        return None
    _move(connection, number, other, now)
    return other


def reroute(
    connection: Connection, number: int, here: Address, reason: str, now: datetime
) -> Address | None:
    """Move a message that may not go here to the person's next address, or hold it back.

    Only what comes after this address in the person's order is tried, so that it never comes back;
    where nobody is rung, last.
    """
    after = addresses_after(connection, number, here)
    after.sort(key=lambda address: address.channel in SILENT)
    if not after:
        give_up(connection, number, reason)
        held_back.note(connection, number, here.channel, reason, now)
        return None
    _move(connection, number, after[0], now)
    return after[0]


def addresses_after(connection: Connection, number: int, here: Address) -> list[Address]:
    """Return the good addresses that come after one in the order of whom a message is for."""
    order = _addresses(connection, number, here)
    return order[order.index(here) + 1 :] if here in order else order


def _move(connection: Connection, number: int, to: Address, now: datetime) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.number == number)
        # What it answers is a message of the old chat.
        .values(_anew(now) | {"channel": to.channel, "chat": to.chat, "answers": None})
    )


def ownerless(connection: Connection, channels: Collection[str], now: datetime) -> list[int]:
    """Return what nobody will settle: abandoned claims, and what is due on no open channel."""
    rows = connection.execute(select(outbox.c.number).where(_ownerless(channels, now)))
    return list(rows.scalars())


def settle_ownerless(
    connection: Connection, numbers: Collection[int], channels: Collection[str], now: datetime
) -> None:
    """Settle what nobody will: an abandoned claim is in doubt, no channel means given up.

    A message that may be sent twice is owed again instead of being in doubt.
    """
    mine = and_(outbox.c.number.in_(numbers), _ownerless(channels, now))
    rows = connection.execute(
        select(outbox.c.number, outbox.c.state, outbox.c.urgency, outbox.c.channel).where(mine)
    )
    for row in rows.all():
        if row.state == State.WAITING:
            give_up(connection, row.number, f"no channel {row.channel}")
        elif Urgency(row.urgency).again:
            connection.execute(
                update(outbox).where(outbox.c.number == row.number).values(_anew(now))
            )
        else:
            doubt(connection, row.number, _INTERRUPTED)


def _ownerless(channels: Collection[str], now: datetime) -> ColumnElement[bool]:
    abandoned = and_(outbox.c.state == State.CLAIMED, outbox.c.claimed_at <= now - LEASE)
    nowhere = and_(
        outbox.c.state == State.WAITING,
        outbox.c.channel.not_in(channels),
        outbox.c.due_at <= now,
    )
    return or_(abandoned, nowhere)


def _anew(now: datetime) -> dict[str, object]:
    return {
        "state": State.WAITING,
        "attempts": 0,
        "due_at": now,
        "claimed_at": None,
        "failure": None,
    }


def _end(connection: Connection, number: int, state: State, failure: str) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.number == number)
        .values(state=state, failure=failure[:500], attempts=outbox.c.attempts + 1)
    )


def _addresses(connection: Connection, number: int, here: Address) -> list[Address]:
    """Return the good addresses, as preferred, of whom a message is for."""
    person_id = connection.execute(
        select(outbox.c.person_id).where(outbox.c.number == number)
    ).scalar()
    if person_id is None:
        person = people.person_at(connection, here)
        person_id = person.id if person else None
    rows = connection.execute(
        select(addresses.c.channel, addresses.c.chat)
        .where(addresses.c.person_id == person_id, addresses.c.unreachable_since.is_(None))
        .order_by(*people.PREFERRED)
    )
    return [Address(channel=row.channel, chat=row.chat) for row in rows]
