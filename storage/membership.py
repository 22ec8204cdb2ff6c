"""Who takes part in a plan: roles with where they are reached, and codes that nobody used yet.

No names are kept, so none are told: a person is a role, since when, on which channels.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from plans.people import Role, RoleKind
from storage.people import PREFERRED
from storage.tables import addresses, handovers, join_codes, roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a person is reached, when they last wrote, and since when nothing arrives anywhere."""

    channels: tuple[str, ...] = ()
    heard_at: datetime | None = None
    unreachable_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody's role since a moment, how they are reached, and who issued the code they used.

    `invited_by` is None where an operator issued it, and where no code is known (`by_code`).
    """

    role: Role
    since: datetime
    reach: Reach
    by_code: bool
    invited_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCode:
    """A code that nobody used yet: what it grants, until when, and the role that it would end."""

    hash: str
    kind: RoleKind
    unit: str
    issued_by: int | None
    issued_at: datetime
    expires_at: datetime
    replaces: int | None


def members(connection: Connection, plan: str) -> list[Member]:
    """Return every role in force of a plan, the oldest first."""
    query = (
        select(roles).where(roles.c.plan == plan, roles.c.ended_at.is_(None)).order_by(roles.c.id)
    )
    found = connection.execute(query).all()
    reached = _reached(connection, {row.person_id for row in found})
    used = _used(connection, plan)
    return [
        Member(
            role=Role(
                id=row.id,
                person_id=row.person_id,
                plan=row.plan,
                kind=RoleKind(row.kind),
                unit=row.unit,
            ),
            since=row.granted_at,
            reach=reached.get(row.person_id, Reach()),
            by_code=(row.person_id, row.kind, row.unit) in used,
            invited_by=used.get((row.person_id, row.kind, row.unit)),
        )
        for row in found
    ]


def member(connection: Connection, plan: str, role_id: int) -> Member | None:
    """Return one role in force of a plan."""
    return next((one for one in members(connection, plan) if one.role.id == role_id), None)


def _reached(connection: Connection, person_ids: Collection[int]) -> Mapping[int, Reach]:
    # Thousands of numbers in one statement are more than a server takes: all are read instead.
    found: dict[int, Reach] = {}
    for row in connection.execute(select(addresses).order_by(*PREFERRED)):
        if row.person_id in person_ids:
            known = found.get(row.person_id)
            found[row.person_id] = Reach(
                channels=tuple(dict.fromkeys((*(known.channels if known else ()), row.channel))),
                heard_at=_later(known.heard_at if known else None, row.heard_at),
                unreachable_since=_lost(known, row.unreachable_since),
            )
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment]
    return max(known, default=None)


def _lost(known: Reach | None, since: datetime | None) -> datetime | None:
    """Return since when nothing arrives: never, while one address is good."""
    if since is None or (known and known.unreachable_since is None):
        return None
    return _later(known.unreachable_since if known else None, since)


def _used(connection: Connection, plan: str) -> dict[tuple[int, str, str], int | None]:
    """Return who issued the last code that a person used for a role."""
    query = (
        select(join_codes)
        .where(join_codes.c.plan == plan, join_codes.c.used_by.is_not(None))
        .order_by(join_codes.c.used_at)
    )
    return {(row.used_by, row.kind, row.unit): row.issued_by for row in connection.execute(query)}


def roles_ever(connection: Connection, plan: str, person_ids: Collection[int]) -> dict[int, Role]:
    """Return the widest role that each of some people has or had in a plan."""
    query = (
        select(roles)
        .where(roles.c.plan == plan, roles.c.person_id.in_(person_ids))
        .order_by(roles.c.id)
    )
    found: dict[int, Role] = {}
    for row in connection.execute(query):
        kind = RoleKind(row.kind)
        held = found.get(row.person_id)
        if held is None or (_coordinates(kind) and not _coordinates(held.kind)):
            found[row.person_id] = Role(
                id=row.id, person_id=row.person_id, plan=row.plan, kind=kind, unit=row.unit
            )
    return found


def _coordinates(kind: RoleKind) -> bool:
    return kind in (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)


def open_codes(connection: Connection, plan: str, now: datetime) -> list[OpenCode]:
    """Return the codes of a plan that can still be used, the first to expire first."""
    query = (
        select(join_codes, handovers.c.role_id)
        .join(handovers, handovers.c.hash == join_codes.c.hash, isouter=True)
        .where(
            join_codes.c.plan == plan,
            join_codes.c.kind.in_(list(RoleKind)),
            join_codes.c.used_at.is_(None),
            join_codes.c.expires_at > now,
        )
        .order_by(join_codes.c.expires_at, join_codes.c.unit, join_codes.c.hash)
    )
    return [
        OpenCode(
            hash=row.hash,
            kind=RoleKind(row.kind),
            unit=row.unit,
            issued_by=row.issued_by,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            replaces=row.role_id,
        )
        for row in connection.execute(query)
    ]


def end_code(connection: Connection, hashed: str, now: datetime) -> None:
    """Expire an unused code."""
    mine = (join_codes.c.hash == hashed, join_codes.c.used_at.is_(None))
    connection.execute(update(join_codes).where(*mine).values(expires_at=now))
