"""What is said in a group: a coordinator links it there, everything else belongs elsewhere."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

import locales
from handlers import linking
from handlers.commands import BY_NAME
from handlers.joining import TRIES, TRIES_PAUSE
from plans.messages import Address, Message, MessageKind, Reply
from plans.people import Action, Person, Role, may
from plans.world import World
from storage import audit, groups, join_codes, people
from storage.drafts import Key
from storage.groups import Group, Ticket

LINK = "/lienket"
# A group hears at most this often that reports and questions belong in the private chat.
HINT_PAUSE = timedelta(hours=1)
_COMMAND = re.compile(r"(?P<name>/\w+)(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.S)


def addressed(text: str, bot: str) -> bool:
    """Say whether a text in a group is a command for the bot of this name, and not for another.

    Anything else is talk among people: a channel drops it before anything is kept of it.
    """
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return False
    if found["bot"]:
        return found["bot"].lower() == bot.lower()
    return found["name"].lower() in BY_NAME


def respond(connection: Connection, world: World, now: datetime, message: Message) -> Reply | None:
    """Answer a command in a group, or say nothing; nothing that is written there is kept."""
    found = _COMMAND.fullmatch(message.text.strip())
    if message.kind is not MessageKind.TEXT or found is None or message.sender is None:
        return None
    if not found["bot"] and found["name"].lower() not in BY_NAME:
        return None
    person = people.person_at(connection, message.sender)
    roles = _coordinating(connection, world, person)
    if found["name"].lower() != LINK or person is None or not roles:
        return _elsewhere(connection, now, message.address, person)
    speaker = _Speaker(connection, world, now, message.sender, person, roles)
    return speaker.links(message.address, found["rest"] or "")


def _coordinating(connection: Connection, world: World, person: Person | None) -> list[Role]:
    """Return the roles in which a person coordinates, in plans and units that are there."""
    if person is None:
        return []
    return [
        role
        for role in people.roles_of(connection, person.id)
        if role.plan in world.packs
        and may(role, Action.COORDINATE, role.unit, world.packs[role.plan].tree)
    ]


def _elsewhere(
    connection: Connection, now: datetime, address: Address, person: Person | None
) -> Reply | None:
    """Say where reports belong, once in a while: nobody can make the bot a nuisance."""
    known = join_codes.arrival_of(connection, address, now)
    if known.greeted_at and now - known.greeted_at < HINT_PAUSE:
        return None
    join_codes.set_arrival(connection, address, replace(known, greeted_at=now))
    group = groups.linked_at(connection, address)
    language = group.language if group else person.language if person else "vi"
    return Reply(text=locales.text(language, "group.elsewhere"))


class _Speaker:
    """A coordinator who types a code in a group."""

    def __init__(
        self,
        connection: Connection,
        world: World,
        now: datetime,
        address: Address,
        person: Person,
        roles: list[Role],
    ) -> None:
        self._connection, self._world, self._now = connection, world, now
        self._address, self._person, self._roles = address, person, roles

    def links(self, address: Address, code: str) -> Reply | None:
        """Link the group, or say why not; who guesses codes is no longer answered."""
        ticket = self._ticket(code)
        if ticket is None:
            return self._wrong_code()
        if self._is_taken(address, ticket):
            return self._say("group.linked_otherwise")
        group = Group(
            address=address,
            plan=ticket.plan,
            unit=ticket.unit,
            language=self._person.language,
            linked_by=self._person.id,
            linked_at=self._now,
        )
        groups.link(self._connection, group)
        join_codes.use(self._connection, ticket.hash, self._person.id, self._now)
        self._audit(group)
        pack = self._world.packs[group.plan]
        plan = pack.short_title.in_language(group.language)
        return self._say("group.linked", plan=plan, place=linking.place(pack, group.unit))

    def _is_taken(self, address: Address, ticket: Ticket) -> bool:
        """Say whether somebody else linked the group to other digests."""
        before = groups.linked_at(self._connection, address)
        if before is None or before.linked_by == self._person.id:
            return False
        return (before.plan, before.unit) != (ticket.plan, ticket.unit)

    def _ticket(self, code: str) -> Ticket | None:
        """Return what the code links to, if this person got it and still holds that role."""
        hashed = linking.hashed_code(self._world.secret, code)
        found = groups.usable(self._connection, hashed, self._now)
        held = {(role.plan, role.unit) for role in self._roles}
        if found is None or found.issued_by != self._person.id:
            return None
        return found if (found.plan, found.unit) in held else None

    def _wrong_code(self) -> Reply | None:
        known = join_codes.arrival_of(self._connection, self._address, self._now)
        if self._now - known.tries_since > TRIES_PAUSE:
            known = replace(known, tries=0, tries_since=self._now)
        if known.tries >= TRIES:
            return None
        known = replace(known, tries=known.tries + 1)
        join_codes.set_arrival(self._connection, self._address, known)
        return self._say("group.bad_code")

    def _audit(self, group: Group) -> None:
        entry = audit.Entry(
            at=self._now,
            person_id=self._person.id,
            action="group.linked",
            key=Key(plan=group.plan, period="", unit=group.unit),
            after={"channel": group.address.channel},
        )
        audit.write(self._connection, entry)

    def _say(self, key: str, **args: object) -> Reply:
        return Reply(text=locales.text(self._person.language, key, **args))
