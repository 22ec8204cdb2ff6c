"""People, where they are reached, their roles, and what they were last talking about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Subquery, delete, insert, select, update

from plans.messages import Address, Choice
from plans.people import Contact, Person, Role, RoleKind
from storage import tables
from storage.tables import addresses, people, roles, talks

# The order in which a person's addresses are tried: as they wish, of equals the newest first.
PREFERRED = (
    addresses.c.rank,
    addresses.c.since.desc(),
    addresses.c.channel,
    addresses.c.chat,
)
# Reminders that nobody answers must not pile up for ever.
_OFFERED_MOST = 40


def person_at(connection: Connection, address: Address) -> Person | None:
    """Return who is reached at an address."""
    row = connection.execute(
        select(people.c.id, people.c.language)
        .join(addresses, addresses.c.person_id == people.c.id)
        .where(addresses.c.channel == address.channel, addresses.c.chat == address.chat)
    ).first()
    return Person(id=row.id, language=row.language) if row else None


def person(connection: Connection, person_id: int) -> Person:
    """Return a person by number."""
    row = connection.execute(select(people).where(people.c.id == person_id)).one()
    return Person(id=row.id, language=row.language)


def add_person(connection: Connection, address: Address, language: str, now: datetime) -> Person:
    """Record a new person at an address."""
    person_id = connection.execute(
        insert(people).values(language=language, joined_at=now).returning(people.c.id)
    ).scalar_one()
    connection.execute(
        insert(addresses).values(
            channel=address.channel, chat=address.chat, person_id=person_id, since=now, rank=0
        )
    )
    return Person(id=person_id, language=language)


def addresses_of(connection: Connection, person_id: int) -> list[Address]:
    """Return where a person is reached, as preferred; what failed for good comes last."""
    rows = connection.execute(
        select(addresses.c.channel, addresses.c.chat)
        .where(addresses.c.person_id == person_id)
        .order_by(addresses.c.unreachable_since.is_not(None), *PREFERRED)
    )
    return [Address(channel=row.channel, chat=row.chat) for row in rows]


def set_language(connection: Connection, person_id: int, language: str) -> None:
    """Record the language that a person reads."""
    connection.execute(update(people).where(people.c.id == person_id).values(language=language))


def grant(
    connection: Connection, person_id: int, plan: str, kind: RoleKind, unit: str, now: datetime
) -> int:
    """Give a person a role, once; return the role's number."""
    held = connection.execute(
        select(roles.c.id).where(
            roles.c.person_id == person_id,
            roles.c.plan == plan,
            roles.c.kind == kind,
            roles.c.unit == unit,
            roles.c.ended_at.is_(None),
        )
    ).scalar()
    if held is not None:
        return int(held)
    new = insert(roles).values(person_id=person_id, plan=plan, kind=kind, unit=unit, granted_at=now)
    return int(connection.execute(new.returning(roles.c.id)).scalar_one())


def roles_held(
    connection: Connection, person_ids: Collection[int]
) -> dict[tuple[int, str, str], int]:
    """Return the numbers of some people's roles, by person, plan and unit."""
    query = select(roles).where(roles.c.person_id.in_(person_ids), roles.c.ended_at.is_(None))
    return {(row.person_id, row.plan, row.unit): row.id for row in connection.execute(query)}


def end_role(connection: Connection, role_id: int, now: datetime) -> None:
    """End a role; what was done under it stays."""
    connection.execute(update(roles).where(roles.c.id == role_id).values(ended_at=now))


def roles_of(connection: Connection, person_id: int) -> list[Role]:
    """Return a person's roles, the oldest first."""
    return _roles(connection, roles.c.person_id == person_id)


def roles_at(connection: Connection, plan: str, unit: str) -> list[Role]:
    """Return the roles held for one unit of a plan; "" for the province's coordinators."""
    return _roles(connection, roles.c.plan == plan, roles.c.unit == unit)


def connected_units(connection: Connection, plan: str) -> set[str]:
    """Return the units of a plan that somebody reports for."""
    query = select(roles.c.unit).where(
        roles.c.plan == plan, roles.c.kind == RoleKind.FOCAL_POINT, roles.c.ended_at.is_(None)
    )
    return set(connection.execute(query.distinct()).scalars())


def contacts(connection: Connection, plan: str) -> dict[str, tuple[Contact, ...]]:
    """Return the focal points of every unit of a plan, the first who joined first."""
    reached = _reached()
    query = (
        select(roles.c.unit, roles.c.id, roles.c.person_id, roles.c.granted_at, reached.c.person_id)
        .join(reached, reached.c.person_id == roles.c.person_id, isouter=True)
        .where(
            roles.c.plan == plan,
            roles.c.kind == RoleKind.FOCAL_POINT,
            roles.c.ended_at.is_(None),
        )
        .order_by(roles.c.id)
    )
    found: dict[str, tuple[Contact, ...]] = {}
    for unit, role, person_id, since, reachable in connection.execute(query):
        contact = Contact(
            role=role, person_id=person_id, since=since, reachable=reachable is not None
        )
        found[unit] = (*found.get(unit, ()), contact)
    return found


def watchers(
    connection: Connection, plan: str, kinds: Collection[RoleKind]
) -> list[tuple[Role, datetime, bool]]:
    """Return the roles of some kinds in a plan, since when, and whether messages arrive there."""
    reached = _reached()
    query = (
        select(roles, reached.c.person_id.label("reached"))
        .join(reached, reached.c.person_id == roles.c.person_id, isouter=True)
        .where(roles.c.plan == plan, roles.c.kind.in_(kinds), roles.c.ended_at.is_(None))
        .order_by(roles.c.id)
    )
    return [
        (_role(row), row.granted_at, row.reached is not None) for row in connection.execute(query)
    ]


def _reached() -> Subquery:
    """Return the people who have an address that takes messages."""
    good = addresses.c.unreachable_since.is_(None)
    return select(addresses.c.person_id).where(good).distinct().subquery()


def unreachable(connection: Connection, address: Address, now: datetime) -> None:
    """Record that a platform no longer takes messages for an address; the first moment stays."""
    connection.execute(
        update(addresses)
        .where(
            addresses.c.channel == address.channel,
            addresses.c.chat == address.chat,
            addresses.c.unreachable_since.is_(None),
        )
        .values(unreachable_since=now)
    )


def heard(connection: Connection, address: Address, now: datetime) -> None:
    """Record that somebody wrote from an address: it is good again."""
    connection.execute(
        update(addresses)
        .where(addresses.c.channel == address.channel, addresses.c.chat == address.chat)
        .values(unreachable_since=None, heard_at=now)
    )


def heard_at(connection: Connection, address: Address) -> datetime | None:
    """Return when somebody last wrote from an address; None if they never did, or nobody is."""
    query = select(addresses.c.heard_at).where(
        addresses.c.channel == address.channel, addresses.c.chat == address.chat
    )
    return connection.execute(query).scalar()


def moved(connection: Connection, old: Address, new: Address) -> None:
    """Let a person's address follow a chat that its platform has given another name."""
    there = (addresses.c.channel == new.channel) & (addresses.c.chat == new.chat)
    here = (addresses.c.channel == old.channel) & (addresses.c.chat == old.chat)
    if connection.execute(select(addresses.c.chat).where(here)).first():
        connection.execute(delete(addresses).where(there))
        connection.execute(update(addresses).where(here).values(channel=new.channel, chat=new.chat))


def reporters_of(connection: Connection, plan: str, unit: str) -> list[int]:
    """Return the people who report for a unit, the first who joined first."""
    held = roles_at(connection, plan, unit)
    return [role.person_id for role in held if role.kind is RoleKind.FOCAL_POINT]


def _roles(connection: Connection, *conditions: ColumnElement[bool]) -> list[Role]:
    query = select(roles).where(*conditions, roles.c.ended_at.is_(None)).order_by(roles.c.id)
    return [_role(row) for row in connection.execute(query)]


def _role(row: Row[tuple[object, ...]]) -> Role:
    return Role(
        id=row.id, person_id=row.person_id, plan=row.plan, kind=RoleKind(row.kind), unit=row.unit
    )


def talk_of(connection: Connection, person_id: int) -> dict[str, object]:
    """Return what a person was last talking about."""
    state = connection.execute(select(talks.c.state).where(talks.c.person_id == person_id)).scalar()
    return dict(state) if state else {}


def set_talk(connection: Connection, person_id: int, state: dict[str, object]) -> None:
    """Record what a person is talking about."""
    tables.put(connection, talks, {"person_id": person_id}, {"state": state})


def everyone(connection: Connection) -> Iterable[tuple[Role, datetime]]:
    """Yield every role in force with the moment it was granted."""
    query = select(roles).where(roles.c.ended_at.is_(None)).order_by(roles.c.plan, roles.c.id)
    for row in connection.execute(query):
        yield _role(row), row.granted_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The choices of a notice, on which channel it goes to its reader, and not before when."""

    choices: Sequence[Choice]
    channel: str
    at: datetime


def offer(connection: Connection, offered: Mapping[int, Offer]) -> None:
    """Let a notice's choices be typed too, beside those of the card that is open at a person's."""
    known = {
        row.person_id: dict(row.state)
        for row in connection.execute(select(talks).where(talks.c.person_id.in_(offered)))
    }
    for person_id, new in offered.items():
        state = known.get(person_id, {})
        labels = [[choice.label, choice.data] for choice in new.choices]
        earlier = [one for one in state.get("offered", []) if one not in labels]
        newest = {
            "offered": (earlier + labels)[-_OFFERED_MOST:],
            "notice": len(labels),
            "notice_on": new.channel,
            "notice_at": new.at.isoformat(),
        }
        set_talk(connection, person_id, state | newest)
