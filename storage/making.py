"""Messages whose file is still to be made; until then nobody sends them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from plans.messages import Address, File, Task
from storage.outbox import State
from storage.tables import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmade:
    """A message that waits for its file."""

    number: int
    address: Address
    task: Task


def unmade(connection: Connection) -> list[Unmade]:
    """Return what waits for its file, the oldest first."""
    query = (
        select(outbox.c.number, outbox.c.channel, outbox.c.chat, outbox.c.task)
        .where(outbox.c.state == State.MAKING)
        .order_by(outbox.c.number)
    )
    return [
        Unmade(
            number=row.number,
            address=Address(channel=row.channel, chat=row.chat),
            task=Task(**row.task),
        )
        for row in connection.execute(query)
    ]


def made(connection: Connection, number: int, file: File, now: datetime) -> None:
    """Give a message its file; from now on it is owed like any other."""
    _owe(
        connection,
        number,
        now,
        {"file_name": file.name, "file_type": file.media_type, "file_content": file.content},
    )


def not_made(connection: Connection, number: int, words: str, now: datetime) -> None:
    """Let a message say why there is no file."""
    _owe(connection, number, now, {"text": words})


def _owe(connection: Connection, number: int, now: datetime, values: dict[str, object]) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.number == number, outbox.c.state == State.MAKING)
        .values(values | {"state": State.WAITING, "due_at": now, "task": None})
    )
