"""Announcements: what was written, to whom, what became of each letter, and who has read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from plans.announcements import Announcement, Fate, Missed, Missing, Reading
from plans.held_back import why_of
from storage.outbox import State
from storage.tables import announcement_readers as readers
from storage.tables import announcements, held_back, outbox

_FATES = {
    State.SENT: Fate.SENT,
    State.WAITING: Fate.WAITING,
    State.CLAIMED: Fate.WAITING,
    State.MAKING: Fate.WAITING,
    State.UNKNOWN: Fate.UNKNOWN,
    State.FAILED: Fate.FAILED,
    State.WITHDRAWN: Fate.WITHDRAWN,
}
_UNDER_WAY = (State.WAITING, State.CLAIMED)
# A report tells also of who has read it at once; a letter that is tried for long holds up none.
REPORTED_AFTER, REPORTED_BY = timedelta(minutes=10), timedelta(days=1)


def add(
    connection: Connection,
    *,
    plan: str,
    unit: str,
    text: str,
    written_by: int,
    now: datetime,
    due_at: datetime,
    missed: Sequence[Missed] = (),
    corrects: int = 0,
) -> Announcement:
    """Record an announcement; its letters are posted by the caller, who tells `written`."""
    new = insert(announcements).values(
        plan=plan,
        unit=unit,
        text=text,
        missed=[asdict(one) for one in missed],
        written_by=written_by,
        at=now,
        due_at=due_at,
        corrects=corrects,
    )
    id = int(connection.execute(new.returning(announcements.c.id)).scalar_one())
    return Announcement(
        id=id,
        plan=plan,
        unit=unit,
        text=text,
        written_by=written_by,
        at=now,
        due_at=due_at,
        corrects=corrects,
        missed=missed,
    )


def written(
    connection: Connection,
    announcement: int,
    posted: Iterable[tuple[int, int]],
    units: Mapping[int, Sequence[str]],
) -> None:
    """Record to whom letters were posted, by which messages, and for which units."""
    rows = [
        {
            "announcement": announcement,
            "person_id": person_id,
            "units": list(units[person_id]),
            "outbox": number,
        }
        for person_id, number in posted
    ]
    if rows:
        connection.execute(insert(readers), rows)


def find(connection: Connection, id: int) -> Announcement | None:
    """Return an announcement by number."""
    row = connection.execute(select(announcements).where(announcements.c.id == id)).first()
    return _announcement(row) if row else None


def newest(connection: Connection, plan: str, limit: int) -> list[Announcement]:
    """Return a plan's announcements, the newest first."""
    query = select(announcements).where(announcements.c.plan == plan)
    rows = connection.execute(query.order_by(announcements.c.id.desc()).limit(limit))
    return [_announcement(row) for row in rows]


def readings(connection: Connection, announcement: int) -> list[Reading]:
    """Return what became of every letter of an announcement."""
    query = (
        select(readers, outbox.c.state, outbox.c.channel, held_back.c.reason)
        .join(outbox, outbox.c.number == readers.c.outbox)
        .join(held_back, held_back.c.number == readers.c.outbox, isouter=True)
        .where(readers.c.announcement == announcement)
        .order_by(readers.c.outbox)
    )
    return [_reading(row) for row in connection.execute(query)]


def _reading(row: Row[tuple[object, ...]]) -> Reading:
    fate = _FATES[State(row.state)]
    held = fate is Fate.FAILED and row.reason is not None
    return Reading(
        person_id=row.person_id,
        units=tuple(row.units),
        fate=Fate.HELD if held else fate,
        channel=row.channel,
        read=row.read_at is not None,
        why=why_of(row.reason) if held else None,
    )


def read(connection: Connection, announcement: int, person_id: int, now: datetime) -> bool:
    """Record that a reader has read it, the first time; False to who was not written to."""
    mine = (readers.c.announcement == announcement, readers.c.person_id == person_id)
    first = func.coalesce(readers.c.read_at, now, type_=readers.c.read_at.type)
    return bool(connection.execute(update(readers).where(*mine).values(read_at=first)).rowcount)


def last_unread(connection: Connection, person_id: int) -> int | None:
    """Return the newest announcement that somebody has and did not say they read."""
    query = (
        select(func.max(readers.c.announcement))
        .join(outbox, outbox.c.number == readers.c.outbox)
        .where(
            readers.c.person_id == person_id,
            readers.c.read_at.is_(None),
            outbox.c.state.in_((State.SENT, State.UNKNOWN)),
        )
    )
    return connection.execute(query).scalar()


def withdraw(connection: Connection, announcement: int, now: datetime) -> int:
    """Take back the letters that have not left; return how many there were."""
    mine = select(readers.c.outbox).where(readers.c.announcement == announcement)
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.number.in_(mine), outbox.c.state == State.WAITING)
        .values(state=State.WITHDRAWN)
    ).rowcount
    if taken:
        this = announcements.c.id == announcement
        connection.execute(update(announcements).where(this).values(withdrawn_at=now))
    return int(taken)


def settled(connection: Connection, now: datetime) -> list[Announcement]:
    """Return what is not reported yet and of which no letter is under way, or was for too long."""
    under_way = exists().where(
        readers.c.announcement == announcements.c.id,
        readers.c.outbox == outbox.c.number,
        outbox.c.state.in_(_UNDER_WAY),
    )
    query = select(announcements).where(
        announcements.c.reported_at.is_(None),
        announcements.c.due_at <= now - REPORTED_AFTER,
        ~under_way | (announcements.c.due_at <= now - REPORTED_BY),
    )
    return [_announcement(row) for row in connection.execute(query.order_by(announcements.c.id))]


def finished(connection: Connection, now: datetime) -> list[Announcement]:
    """Return what is to be reported, each once: it is marked as reported."""
    found = settled(connection, now)
    mine = announcements.c.id.in_([one.id for one in found])
    connection.execute(update(announcements).where(mine).values(reported_at=now))
    return found


def _announcement(row: Row[tuple[object, ...]]) -> Announcement:
    return Announcement(
        id=row.id,
        plan=row.plan,
        unit=row.unit,
        text=row.text,
        written_by=row.written_by,
        at=row.at,
        due_at=row.due_at,
        corrects=row.corrects,
        withdrawn_at=row.withdrawn_at,
        missed=tuple(Missed(unit=m["unit"], why=Missing(m["why"])) for m in row.missed),
    )
