"""What no channel of a person could carry: held back, until those who ask for it were told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select, update

from plans.held_back import NOTICE, Why, why_of
from storage import tables
from storage.outbox import State
from storage.tables import addresses, groups, held_back, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """One message that was not sent: for whom, on which channel, and why.

    `person_id` is of whom it was for, or who linked the group; `notice` says that it told of
    channels itself.
    """

    number: int
    channel: str
    reason: str
    at: datetime
    person_id: int | None
    notice: bool = False

    @property
    def why(self) -> Why:
        """Return which of the known reasons it is."""
        return why_of(self.reason)


def note(connection: Connection, number: int, channel: str, reason: str, now: datetime) -> None:
    """Note that a message is held back; if it was queued again and is so once more, anew."""
    values = {"channel": channel, "reason": reason[:200], "at": now, "told_at": None}
    tables.put(connection, held_back, {"number": number}, values)


def untold(connection: Connection) -> list[HeldBack]:
    """Return what nobody was told of yet, the oldest first; what was queued again is left out."""
    query = _held().where(held_back.c.told_at.is_(None), outbox.c.state == State.FAILED)
    rows = connection.execute(query.order_by(held_back.c.at, held_back.c.number))
    return [_held_back(row) for row in rows]


def among(connection: Connection, numbers: Collection[int]) -> Mapping[int, HeldBack]:
    """Return which of some messages are held back, told or not."""
    query = _held().where(held_back.c.number.in_(numbers), outbox.c.state == State.FAILED)
    return {row.number: _held_back(row) for row in connection.execute(query)}


def told(connection: Connection, numbers: Collection[int], now: datetime) -> None:
    """Record that somebody was told of what is held back."""
    connection.execute(update(held_back).where(held_back.c.number.in_(numbers)).values(told_at=now))


def last_told(connection: Connection) -> datetime | None:
    """Return when somebody was last told of anything."""
    return connection.execute(select(func.max(held_back.c.told_at))).scalar()


def _held() -> Select[tuple[object, ...]]:
    """Select what is held back; an answer is its chat's person's, a digest its group's linker's."""
    here = (addresses.c.channel == outbox.c.channel) & (addresses.c.chat == outbox.c.chat)
    there = (groups.c.channel == outbox.c.channel) & (groups.c.chat == outbox.c.chat)
    person = func.coalesce(outbox.c.person_id, addresses.c.person_id, groups.c.linked_by)
    return (
        select(held_back, person.label("person_id"), outbox.c.brief)
        .join(outbox, outbox.c.number == held_back.c.number)
        .join(addresses, here, isouter=True)
        .join(groups, there, isouter=True)
    )


def _held_back(row: Row[tuple[object, ...]]) -> HeldBack:
    return HeldBack(
        number=row.number,
        channel=row.channel,
        reason=row.reason,
        at=row.at,
        person_id=row.person_id,
        notice=bool(row.brief) and row.brief["kind"] == NOTICE,
    )
