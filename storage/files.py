"""Files that messages carry, for whoever can prove which message they mean."""

from sqlalchemy import Connection, select

from plans.messages import File
from storage.tables import outbox


def file_numbered(connection: Connection, number: int) -> File | None:
    """Return the file of a message, None where it has none."""
    row = connection.execute(
        select(outbox.c.file_name, outbox.c.file_type, outbox.c.file_content).where(
            outbox.c.number == number
        )
    ).first()
    if row is None or not row.file_name:
        return None
    return File(name=row.file_name, media_type=row.file_type, content=row.file_content)
