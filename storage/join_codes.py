"""Single-use codes, kept hashed, and those who arrive without one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from plans.messages import Address
from plans.people import RoleKind
from storage import tables
from storage.tables import arrivals, join_codes

_CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a code grants."""

    hash: str
    plan: str
    kind: RoleKind
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCode:
    """A code that grants nothing: it adds an address to the person who asked for it."""

    hash: str
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An address that is not joined, or is showing a code."""

    greeted_at: datetime | None
    pending_code: str | None
    tries: int
    tries_since: datetime


def issue(
    connection: Connection,
    invitation: Invitation,
    issued_by: int | None,
    now: datetime,
    valid_for: timedelta,
) -> None:
    """Record a new code by its hash."""
    connection.execute(
        insert(join_codes).values(
            hash=invitation.hash,
            plan=invitation.plan,
            kind=invitation.kind,
            unit=invitation.unit,
            issued_by=issued_by,
            issued_at=now,
            expires_at=now + valid_for,
        )
    )


def usable(connection: Connection, hashed: str, now: datetime) -> Invitation | None:
    """Return what an unused, unexpired code grants."""
    invites = join_codes.c.kind.in_(list(RoleKind))
    row = connection.execute(
        select(join_codes).where(join_codes.c.hash == hashed, invites, _open(now))
    ).first()
    if row is None:
        return None
    return Invitation(hash=row.hash, plan=row.plan, kind=RoleKind(row.kind), unit=row.unit)


def issue_channel(
    connection: Connection, code: ChannelCode, now: datetime, valid_for: timedelta
) -> None:
    """Record a new code that adds an address; the same person's earlier ones end."""
    end_channel(connection, code.person_id, now)
    connection.execute(
        insert(join_codes).values(
            hash=code.hash,
            plan="",
            kind=_CHANNEL,
            unit="",
            issued_by=code.person_id,
            issued_at=now,
            expires_at=now + valid_for,
        )
    )


def end_channel(connection: Connection, person_id: int, now: datetime) -> None:
    """Expire the unused codes that add an address to a person."""
    mine = (join_codes.c.kind == _CHANNEL, join_codes.c.issued_by == person_id)
    connection.execute(update(join_codes).where(*mine, _open(now)).values(expires_at=now))


def usable_channel(connection: Connection, hashed: str, now: datetime) -> ChannelCode | None:
    """Return whom an unused, unexpired code adds an address to."""
    kind = join_codes.c.kind == _CHANNEL
    row = connection.execute(
        select(join_codes).where(join_codes.c.hash == hashed, kind, _open(now))
    ).first()
    return ChannelCode(hash=row.hash, person_id=row.issued_by) if row else None


def _open(now: datetime) -> ColumnElement[bool]:
    return and_(join_codes.c.used_at.is_(None), join_codes.c.expires_at > now)


def use(connection: Connection, hashed: str, person_id: int, now: datetime) -> None:
    """Mark a code as used."""
    connection.execute(
        update(join_codes).where(join_codes.c.hash == hashed).values(used_at=now, used_by=person_id)
    )


def withdraw(connection: Connection, plan: str, unit: str, now: datetime) -> int:
    """Expire the unused codes of a unit; return how many there were."""
    changed = connection.execute(
        update(join_codes)
        .where(join_codes.c.plan == plan, join_codes.c.unit == unit, _open(now))
        .values(expires_at=now)
    )
    return changed.rowcount


def wrong_tries(connection: Connection, since: datetime) -> int:
    """Count the wrong codes that addresses showed since a moment."""
    query = select(func.sum(arrivals.c.tries)).where(arrivals.c.tries_since > since)
    return int(connection.execute(query).scalar() or 0)


def arrival_of(connection: Connection, address: Address, now: datetime) -> Arrival:
    """Return what is known of an address, a new record where nothing is."""
    row = connection.execute(
        select(arrivals).where(
            arrivals.c.channel == address.channel, arrivals.c.chat == address.chat
        )
    ).first()
    if row is None:
        return Arrival(greeted_at=None, pending_code=None, tries=0, tries_since=now)
    return Arrival(
        greeted_at=row.greeted_at,
        pending_code=row.pending_code,
        tries=row.tries,
        tries_since=row.tries_since,
    )


def set_arrival(connection: Connection, address: Address, arrival: Arrival) -> None:
    """Record what is known of an address."""
    values = {
        "greeted_at": arrival.greeted_at,
        "pending_code": arrival.pending_code,
        "tries": arrival.tries,
        "tries_since": arrival.tries_since,
    }
    key = {"channel": address.channel, "chat": address.chat}
    tables.put(connection, arrivals, key, values)
