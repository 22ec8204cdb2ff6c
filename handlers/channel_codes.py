"""A code that adds a channel, shown at the door: whom it belongs to, and when it is refused."""

from dataclasses import replace

import locales
from handlers.door import Door, roles_in, unit_in
from plans.messages import Choice, Reply
from plans.people import Person, Role
from storage import addresses, audit, join_codes, people
from storage.drafts import Key
from storage.join_codes import ChannelCode

# So many of a person's roles are named; more would bury the question.
_NAMED_ROLES = 3


def usable(door: Door, hashed: str) -> ChannelCode | None:
    """Return what a good code adds to, if that person still does anything here."""
    found = join_codes.usable_channel(door.connection, hashed, door.now)
    return found if found and _roles(door, owner(door, found)) else None


def owner(door: Door, code: ChannelCode) -> Person:
    """Return the person that a code adds an address to."""
    return people.person(door.connection, code.person_id)


def plans_of(door: Door, code: ChannelCode) -> list[str]:
    """Return the plans that the person of a code takes part in."""
    return list(dict.fromkeys(role.plan for role in _roles(door, owner(door, code))))


def refusal(door: Door, code: ChannelCode) -> Reply | None:
    """Say why this address cannot be added: it is the person's own, or somebody else works here."""
    if door.person and door.person.id == code.person_id:
        return door.say("channel.code_for_another")
    if door.roles:
        return door.say("channel.taken", roles=_named(door, door.language, door.roles))
    return None


def asked(door: Door, code: ChannelCode) -> Reply:
    """Ask whether this address belongs to the person of the code, in their language."""
    language, roles = owner(door, code).language, _roles(door, owner(door, code))
    yes = Choice(label=locales.text(language, "join.yes"), data="/xacnhan")
    no = Choice(label=locales.text(language, "join.no"), data="/khongphaitoi")
    text = locales.text(language, "channel.connect", roles=_named(door, language, roles))
    return Reply(text=text, choices=(yes, no))


def link(door: Door, code: ChannelCode) -> Person:
    """Give the address to the person of the code; somebody without any role gives it up."""
    address = door.message.address
    addresses.add(door.connection, code.person_id, address, door.now)
    join_codes.use(door.connection, code.hash, code.person_id, door.now)
    # Whoever is taken off this address one day is a stranger like any other.
    door.keep(replace(door.arrival, pending_code=None, greeted_at=None))
    entry = audit.Entry(
        at=door.now,
        person_id=code.person_id,
        action="channel.linked",
        key=Key(plan="", period="", unit=""),
        after={"channel": address.channel},
    )
    audit.write(door.connection, entry)
    return owner(door, code)


def _roles(door: Door, person: Person) -> list[Role]:
    return roles_in(door.connection, door.world, person)


def _named(door: Door, language: str, roles: list[Role]) -> str:
    names = [
        locales.text(
            language, f"channel.role.{role.kind}", unit=unit_in(door.world, role.plan, role.unit)
        )
        for role in roles[:_NAMED_ROLES]
    ]
    return "; ".join(names) + ("; …" if len(roles) > _NAMED_ROLES else "")
