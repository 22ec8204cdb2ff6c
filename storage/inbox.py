"""Messages seen: once is enough. Their content is never kept."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text, update

from plans.messages import Address, Message
from storage.tables import Moment, inbox

# SQLite and PostgreSQL share this form; SQLAlchemy's own insert has one for each.
_TAKE = text(
    "INSERT INTO inbox (channel, chat, message_id, kind, received_at, failed) "
    "VALUES (:channel, :chat, :message_id, :kind, :received_at, 0) ON CONFLICT DO NOTHING"
).bindparams(bindparam("received_at", type_=Moment))


def take(connection: Connection, message: Message, now: datetime) -> bool:
    """Record a message as seen; False if it was seen before."""
    taken = connection.execute(
        _TAKE,
        {
            "channel": message.address.channel,
            "chat": message.address.chat,
            "message_id": message.id,
            "kind": message.kind,
            "received_at": now,
        },
    )
    return taken.rowcount == 1


def mark_failed(connection: Connection, message: Message) -> None:
    """Note that a message met a bug and was answered with an apology."""
    connection.execute(
        update(inbox)
        .where(
            inbox.c.channel == message.address.channel,
            inbox.c.chat == message.address.chat,
            inbox.c.message_id == message.id,
        )
        .values(failed=1)
    )


def last_at(connection: Connection, address: Address) -> datetime | None:
    """Return when the last message came from an address, whoever is there."""
    query = select(func.max(inbox.c.received_at)).where(
        inbox.c.channel == address.channel, inbox.c.chat == address.chat
    )
    return connection.execute(query).scalar()


def failures(connection: Connection, since: datetime) -> int:
    """Count the messages that met a bug since a moment."""
    query = select(func.count()).where(inbox.c.failed == 1, inbox.c.received_at >= since)
    return int(connection.execute(query.select_from(inbox)).scalar_one())
