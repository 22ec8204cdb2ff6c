"""Posts that are being handed over: the code that was issued, and the role that it will end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.tables import handovers, join_codes, roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A handover that nobody accepted yet: by which code, of which role, begun by whom."""

    hash: str
    role_id: int
    person_id: int
    plan: str
    unit: str
    begun_by: int
    begun_at: datetime
    expires_at: datetime


def begin(connection: Connection, hashed: str, role_id: int, begun_by: int) -> None:
    """Let an issued code end a role once somebody joins by it."""
    new = insert(handovers).values(hash=hashed, role_id=role_id, begun_by=begun_by)
    connection.execute(new)


def by_code(connection: Connection, hashed: str) -> Handover | None:
    """Return the handover that a code stands for, used or not, while its role is held."""
    found = _handovers(connection, handovers.c.hash == hashed)
    return found[0] if found else None


def waiting_for(
    connection: Connection, role_ids: Collection[int], now: datetime
) -> dict[int, Handover]:
    """Return what waits to be accepted, by the role that is handed over."""
    good = (join_codes.c.used_at.is_(None), join_codes.c.expires_at > now)
    found = _handovers(connection, handovers.c.role_id.in_(role_ids), *good)
    return {one.role_id: one for one in found}


def cancel(connection: Connection, role_id: int, now: datetime) -> int:
    """Expire the unused codes that would end a role; return how many there were."""
    codes = select(handovers.c.hash).where(handovers.c.role_id == role_id)
    changed = connection.execute(
        update(join_codes)
        .where(
            join_codes.c.hash.in_(codes),
            join_codes.c.used_at.is_(None),
            join_codes.c.expires_at > now,
        )
        .values(expires_at=now)
    )
    return changed.rowcount


def _handovers(connection: Connection, *conditions: ColumnElement[bool]) -> list[Handover]:
    query = (
        select(handovers, join_codes, roles.c.person_id)
        .join(join_codes, join_codes.c.hash == handovers.c.hash)
        .join(roles, roles.c.id == handovers.c.role_id)
        .where(*conditions, roles.c.ended_at.is_(None))
        .order_by(join_codes.c.issued_at)
    )
    return [
        Handover(
            hash=row.hash,
            role_id=row.role_id,
            person_id=row.person_id,
            plan=row.plan,
            unit=row.unit,
            begun_by=row.begun_by,
            begun_at=row.issued_at,
            expires_at=row.expires_at,
        )
        for row in connection.execute(query)
    ]
