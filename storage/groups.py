"""Groups that digests are posted to: the codes that link them, the links, and what they were told.

A code stands among the join codes, of a kind of its own and hashed otherwise, so that it opens no
other door. What a group was told stands among the reminders of whoever linked it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from plans.ladder import Audience
from plans.messages import Address, Urgency
from storage import reminders, tables
from storage.drafts import Key
from storage.outbox import State as Sending
from storage.reminders import Occurrence, State
from storage.tables import groups, join_codes, outbox
from storage.tables import reminders as occurrences

_KIND = "group"
# How the rung of a group begins among those of people; with a mark it fits the column.
_TOLD = "in "


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group that somebody linked to a plan, or to what is below one unit of it."""

    address: Address
    plan: str
    unit: str
    language: str
    linked_by: int
    linked_at: datetime

    @property
    def mark(self) -> str:
        """Return a short name of the group that tells nothing about it."""
        return _mark(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a code links a group to, and for whom alone it is good."""

    hash: str
    plan: str
    unit: str
    issued_by: int


def issue(connection: Connection, ticket: Ticket, now: datetime, valid_for: timedelta) -> None:
    """Record a new code by its hash; the same person's earlier ones end."""
    connection.execute(
        update(join_codes)
        .where(
            join_codes.c.kind == _KIND,
            join_codes.c.issued_by == ticket.issued_by,
            join_codes.c.used_at.is_(None),
            join_codes.c.expires_at > now,
        )
        .values(expires_at=now)
    )
    connection.execute(
        insert(join_codes).values(
            hash=ticket.hash,
            plan=ticket.plan,
            kind=_KIND,
            unit=ticket.unit,
            issued_by=ticket.issued_by,
            issued_at=now,
            expires_at=now + valid_for,
        )
    )


def usable(connection: Connection, hashed: str, now: datetime) -> Ticket | None:
    """Return what an unused, unexpired code links to."""
    row = connection.execute(
        select(join_codes).where(
            join_codes.c.hash == hashed,
            join_codes.c.kind == _KIND,
            join_codes.c.used_at.is_(None),
            join_codes.c.expires_at > now,
        )
    ).first()
    if row is None:
        return None
    return Ticket(hash=row.hash, plan=row.plan, unit=row.unit, issued_by=row.issued_by)


def link(connection: Connection, group: Group) -> None:
    """Record a link; what the group was linked to before is over."""
    values = {
        "plan": group.plan,
        "unit": group.unit,
        "language": group.language,
        "linked_by": group.linked_by,
        "linked_at": group.linked_at,
        "ended_at": None,
    }
    key = {"channel": group.address.channel, "chat": group.address.chat}
    tables.put(connection, groups, key, values)


def linked(connection: Connection) -> list[Group]:
    """Return the groups that are linked, the first that was linked first."""
    query = select(groups).where(groups.c.ended_at.is_(None))
    rows = connection.execute(query.order_by(groups.c.linked_at, groups.c.chat))
    return [_group(row) for row in rows]


def linked_at(connection: Connection, address: Address) -> Group | None:
    """Return the link of a group, if it has one."""
    row = connection.execute(
        select(groups).where(_at(address), groups.c.ended_at.is_(None))
    ).first()
    return _group(row) if row else None


def end(connection: Connection, address: Address, now: datetime) -> bool:
    """End a group's link, if it has one; a digest that has not left yet stays here."""
    ended = connection.execute(
        update(groups)
        .where(_at(address), groups.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(groups.c.chat)
    ).first()
    connection.execute(
        update(outbox)
        .where(_waiting(address), outbox.c.urgency == Urgency.DIGEST)
        .values(state=Sending.WITHDRAWN)
    )
    return ended is not None


def moved(connection: Connection, old: Address, new: Address) -> None:
    """Let a group go on at the address that its platform gave it; to say so twice is no harm."""
    if not connection.execute(select(groups.c.chat).where(_at(old))).first():
        return
    if linked_at(connection, new):  # linked there meanwhile: that is the newer word
        connection.execute(delete(groups).where(_at(old)))
    else:
        connection.execute(delete(groups).where(_at(new)))
        connection.execute(update(groups).where(_at(old)).values(chat=new.chat))
    connection.execute(update(outbox).where(_waiting(old)).values(chat=new.chat))
    before, after = (f"{_TOLD}{_mark(address)} " for address in (old, new))
    connection.execute(
        update(occurrences)
        .where(occurrences.c.stage.startswith(before, autoescape=True))
        .values(stage=func.replace(occurrences.c.stage, before, after))
    )


def was_told(connection: Connection, group: Group, key: Key, rung: str) -> bool:
    """Say whether a digest was posted to a group, whoever had linked it then."""
    query = select(occurrences.c.id).where(
        occurrences.c.plan == key.plan,
        occurrences.c.period == key.period,
        occurrences.c.unit == key.unit,
        occurrences.c.stage == f"{_TOLD}{_mark(group.address)} {rung}",
    )
    return connection.execute(query).first() is not None


def told(connection: Connection, group: Group, key: Key, rung: str, now: datetime) -> None:
    """Record that a digest was posted to a group; a second time breaks the unique key.

    No message is named, for the last look before sending knows people only.
    """
    one = Occurrence(
        key=key,
        stage=f"{_TOLD}{_mark(group.address)} {rung}",
        person_id=group.linked_by,
        audience=Audience.DIGEST,
        state=State.POSTED,
        due_at=now,
    )
    reminders.record(connection, [one], now)


def _at(address: Address) -> ColumnElement[bool]:
    return and_(groups.c.channel == address.channel, groups.c.chat == address.chat)


def _waiting(address: Address) -> ColumnElement[bool]:
    return and_(
        outbox.c.channel == address.channel,
        outbox.c.chat == address.chat,
        outbox.c.state == Sending.WAITING,
    )


def _mark(address: Address) -> str:
    return hashlib.sha256(f"{address.channel} {address.chat}".encode()).hexdigest()[:8]


def _group(row: Row[tuple[object, ...]]) -> Group:
    return Group(
        address=Address(channel=row.channel, chat=row.chat),
        plan=row.plan,
        unit=row.unit,
        language=row.language,
        linked_by=row.linked_by,
        linked_at=row.linked_at,
    )
