"""Messages seen: once is enough. Their content is never kept."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from plans.messages import Message
from storage.tables import inbox


def take(connection: Connection, message: Message, now: datetime) -> bool:
    """Record a message as seen; False if it was seen before."""
    row = {
        "channel": message.address.channel,
        "chat": message.address.chat,
        "message_id": message.id,
        "kind": message.kind,
        "received_at": now,
        "failed": 0,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(inbox).values(row))
    except IntegrityError:
        return False
    return True


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


def failures(connection: Connection) -> int:
    """Count the messages that met a bug."""
    return len(connection.execute(select(inbox.c.message_id).where(inbox.c.failed == 1)).all())
