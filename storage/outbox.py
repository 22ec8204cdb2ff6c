"""Messages owed, in order; written with what caused them, sent after the commit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from plans.messages import Address, Brief, Choice, Delivery, File, Manner, Reply, Urgency
from storage.tables import outbox


class State(StrEnum):
    """What became of a message that was owed."""

    MAKING = "making"
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


# What has a place in its chat's queue: a claimed message is under way and not overtaken by equals.
_UNDER_WAY = (State.WAITING, State.CLAIMED)
_EARLIER = outbox.alias("earlier")


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
        **words(reply),
        file_name=reply.file.name if reply.file else None,
        file_type=reply.file.media_type if reply.file else None,
        file_content=reply.file.content if reply.file else None,
        answers=answers,
        person_id=person_id,
        urgency=reply.urgency,
        manner=reply.manner,
        task=asdict(reply.task) if reply.task else None,
        state=State.MAKING if reply.task else State.WAITING,
        posted_at=now,
        due_at=not_before or now,
        attempts=0,
    )
    return int(connection.execute(new.returning(outbox.c.number)).scalar_one())


def words(reply: Reply) -> dict[str, object]:
    """Return what a reply says, as its columns."""
    brief = reply.brief
    return {
        "text": reply.text,
        "choices": [[choice.label, choice.data] for choice in reply.choices],
        "lettered": int(reply.lettered),
        "brief": {"kind": brief.kind, "fields": dict(brief.fields)} if brief else None,
    }


def due(
    connection: Connection,
    channel: str,
    now: datetime,
    limit: int,
    *,
    least: Urgency = Urgency.DIGEST,
    without: Collection[str] = (),
) -> list[tuple[Delivery, int]]:
    """Return what a channel owes now with its attempts so far, the most urgent first.

    One message a chat: the most urgent, of equals the oldest. One that failed and waits for its
    retry holds back what is no more urgent in its chat; one scheduled for later holds back
    nothing. Nothing less urgent than `least`, and nothing for the chats named in `without`.
    """
    query = (
        select(outbox)
        .where(
            outbox.c.state == State.WAITING,
            outbox.c.channel == channel,
            outbox.c.urgency <= least,
            outbox.c.due_at <= now,
            outbox.c.chat.not_in(without),
            ~_overtaken(now),
        )
        .order_by(outbox.c.urgency, outbox.c.number)
        .limit(limit)
    )
    return [(_delivery(row), row.attempts) for row in connection.execute(query)]


def _overtaken(now: datetime) -> ColumnElement[bool]:
    """Say whether another message of the chat goes first."""
    first = _EARLIER.c
    return (
        select(first.number)
        .where(
            first.state.in_(_UNDER_WAY),
            first.channel == outbox.c.channel,
            first.chat == outbox.c.chat,
            tuple_(first.urgency, first.number) < tuple_(outbox.c.urgency, outbox.c.number),
            or_(first.due_at <= now, first.attempts > 0),
        )
        .exists()
    )


def next_due(connection: Connection, channel: str, now: datetime) -> datetime | None:
    """Return when the next message of a channel falls due that is not due yet."""
    query = select(func.min(outbox.c.due_at)).where(
        outbox.c.state == State.WAITING, outbox.c.channel == channel, outbox.c.due_at > now
    )
    return connection.execute(query).scalar()


def claim(
    connection: Connection, channel: str, numbers: Collection[int], now: datetime
) -> list[int]:
    """Make messages the caller's alone to send; return those that nobody else claimed or moved."""
    rows = connection.execute(
        update(outbox)
        .where(
            outbox.c.number.in_(numbers),
            outbox.c.state == State.WAITING,
            outbox.c.channel == channel,
            outbox.c.due_at <= now,
        )
        .values(state=State.CLAIMED, claimed_at=now)
        .returning(outbox.c.number)
    )
    return sorted(rows.scalars())


def claimed(connection: Connection, numbers: Collection[int]) -> list[tuple[Delivery, int]]:
    """Return messages that are claimed, with their attempts so far, the most urgent first."""
    query = (
        select(outbox)
        .where(outbox.c.number.in_(numbers), outbox.c.state == State.CLAIMED)
        .order_by(outbox.c.urgency, outbox.c.number)
    )
    return [(_delivery(row), row.attempts) for row in connection.execute(query)]


def release(connection: Connection, numbers: Collection[int]) -> None:
    """Give back what was claimed and certainly not sent."""
    connection.execute(
        update(outbox)
        .where(outbox.c.number.in_(numbers), outbox.c.state == State.CLAIMED)
        .values(state=State.WAITING, claimed_at=None)
    )


def withdraw(connection: Connection, numbers: Collection[int]) -> None:
    """Record that messages which are not sent yet are no longer wanted."""
    connection.execute(
        update(outbox)
        .where(outbox.c.number.in_(numbers), outbox.c.state.in_(_UNDER_WAY))
        .values(state=State.WITHDRAWN)
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
                failure=None,
                attempts=outbox.c.attempts + 1,
            )
        )


def postpone(connection: Connection, number: int, until: datetime) -> None:
    """Try a message again later."""
    connection.execute(
        update(outbox)
        .where(outbox.c.number == number)
        .values(
            state=State.WAITING,
            claimed_at=None,
            due_at=until,
            attempts=outbox.c.attempts + 1,
        )
    )


def since(connection: Connection, address: Address, number: int, limit: int) -> list[Delivery]:
    """Return an address's messages after a number, the oldest first, at most the newest `limit`.

    Behind them come those below the number that were overtaken and came no earlier than the
    first of them. What may still be withdrawn, or is scheduled for later, is nobody's to see yet.
    """
    shown = _shown(address)
    query = select(outbox).where(shown, outbox.c.number > number)
    newest = connection.execute(query.order_by(outbox.c.number.desc()).limit(limit)).all()
    return [_delivery(row) for row in (*newest[::-1], *_late(connection, shown, newest, number))]


def _late(
    connection: Connection,
    shown: ColumnElement[bool],
    newest: Sequence[Row[tuple[object, ...]]],
    number: int,
) -> Sequence[Row[tuple[object, ...]]]:
    if not newest or newest[-1].sent_at is None or number == 0:
        return []
    arrived = func.coalesce(outbox.c.sent_at, outbox.c.claimed_at)
    late = select(outbox).where(shown, outbox.c.number <= number, arrived >= newest[-1].sent_at)
    return connection.execute(late.order_by(outbox.c.number)).all()


def _shown(address: Address) -> ColumnElement[bool]:
    now_or_tried = or_(outbox.c.due_at <= outbox.c.posted_at, outbox.c.attempts > 0)
    soon = and_(outbox.c.state == State.WAITING, outbox.c.urgency <= Urgency.ANSWER, now_or_tried)
    return and_(
        outbox.c.channel == address.channel,
        outbox.c.chat == address.chat,
        or_(outbox.c.state.in_((State.SENT, State.UNKNOWN)), soon),
    )


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


def choice_of(connection: Connection, address: Address, number: int, index: int) -> str | None:
    """Return what a choice of a message carries, if the message was owed to this very address."""
    choices = connection.execute(
        select(outbox.c.choices).where(
            outbox.c.number == number,
            outbox.c.channel == address.channel,
            outbox.c.chat == address.chat,
        )
    ).scalar()
    return str(choices[index][1]) if choices and 0 <= index < len(choices) else None


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
            manner=Manner(row.manner),
            lettered=bool(row.lettered),
            brief=Brief(**row.brief) if row.brief else None,
        ),
        posted_at=row.posted_at,
        answers=row.answers,
    )
