"""Messages owed, in order; written with what caused them, sent after the commit."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from plans.messages import Address, Choice, Delivery, File, Reply, Urgency
from storage.tables import outbox


class State(StrEnum):
    """What became of a message that was owed."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


def post(
    connection: Connection,
    address: Address,
    reply: Reply,
    now: datetime,
    answers: str | None,
    *,
    person_id: int | None = None,
    not_before: datetime | None = None,
) -> int:
    """Owe a reply to an address; `answers` is the message that it answers, if any."""
    new = insert(outbox).values(
        channel=address.channel,
        chat=address.chat,
        text=reply.text,
        choices=[[choice.label, choice.data] for choice in reply.choices],
        file_name=reply.file.name if reply.file else None,
        file_type=reply.file.media_type if reply.file else None,
        file_content=reply.file.content if reply.file else None,
        answers=answers,
        person_id=person_id,
        urgency=reply.urgency,
        state=State.WAITING,
        posted_at=now,
        due_at=not_before or now,
        attempts=0,
    )
    return int(connection.execute(new.returning(outbox.c.number)).scalar_one())


def due(connection: Connection, now: datetime, limit: int) -> list[tuple[Delivery, int]]:
    """Return what is owed now with its attempts so far; per chat only the oldest unsent."""
    query = (
        select(outbox)
        .where(outbox.c.number.in_(_heads()), outbox.c.due_at <= now)
        .order_by(outbox.c.number)
        .limit(limit)
    )
    return [(_delivery(row), row.attempts) for row in connection.execute(query)]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next message falls due that waits for no other of its chat."""
    query = select(func.min(outbox.c.due_at)).where(outbox.c.number.in_(_heads()))
    return connection.execute(query).scalar()


def _heads() -> Select[tuple[int]]:
    waiting = outbox.c.state == State.WAITING
    return (
        select(func.min(outbox.c.number)).where(waiting).group_by(outbox.c.channel, outbox.c.chat)
    )


def mark_sent(connection: Connection, sent: Iterable[tuple[int, str]], now: datetime) -> None:
    """Record what a platform took, with its id for it."""
    for number, platform_id in sent:
        connection.execute(
            update(outbox)
            .where(outbox.c.number == number)
            .values(
                state=State.SENT,
                sent_at=now,
                platform_id=platform_id,
                attempts=outbox.c.attempts + 1,
            )
        )


def postpone(connection: Connection, number: int, until: datetime) -> None:
    """Try a message again later."""
    connection.execute(
        update(outbox)
        .where(outbox.c.number == number)
        .values(due_at=until, attempts=outbox.c.attempts + 1)
    )


def give_up(connection: Connection, number: int, failure: str) -> None:
    """Record that a message will not be sent, and why."""
    connection.execute(
        update(outbox)
        .where(outbox.c.number == number)
        .values(state=State.FAILED, failure=failure, attempts=outbox.c.attempts + 1)
    )


def since(connection: Connection, address: Address, number: int, limit: int) -> list[Delivery]:
    """Return an address's messages after a number, the oldest first, at most the newest `limit`."""
    query = (
        select(outbox)
        .where(
            outbox.c.channel == address.channel,
            outbox.c.chat == address.chat,
            outbox.c.number > number,
        )
        .order_by(outbox.c.number.desc())
        .limit(limit)
    )
    return [_delivery(row) for row in connection.execute(query)][::-1]


def file_of(connection: Connection, address: Address, number: int) -> File | None:
    """Return the file of a message, if it was owed to this address."""
    row = connection.execute(
        select(outbox).where(
            outbox.c.number == number,
            outbox.c.channel == address.channel,
            outbox.c.chat == address.chat,
        )
    ).first()
    return _delivery(row).reply.file if row else None


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    file = None
    if row.file_name:
        file = File(name=row.file_name, media_type=row.file_type, content=row.file_content)
    return Delivery(
        number=row.number,
        address=Address(channel=row.channel, chat=row.chat),
        reply=Reply(
            text=row.text,
            choices=tuple(Choice(label=label, data=data) for label, data in row.choices),
            file=file,
            urgency=Urgency(row.urgency),
        ),
        posted_at=row.posted_at,
        answers=row.answers,
    )
