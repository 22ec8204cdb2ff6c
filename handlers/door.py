"""Somebody at the door: who they are, what is known of their address, how they are answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

import locales
from documents import wording
from plans.messages import Choice, Message, Reply
from plans.people import Person, Role
from plans.world import World
from storage import join_codes, people
from storage.join_codes import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Somebody at the door: known or not, with what is known of their address."""

    connection: Connection
    world: World
    now: datetime
    message: Message
    person: Person | None

    @property
    def arrival(self) -> Arrival:
        """Return what is known of the address now."""
        return join_codes.arrival_of(self.connection, self.message.address, self.now)

    @property
    def language(self) -> str:
        """Return the language to answer in."""
        return self.person.language if self.person else "vi"

    @property
    def roles(self) -> list[Role]:
        """Return the roles of who is here; a stranger has none."""
        return roles_in(self.connection, self.world, self.person) if self.person else []

    def say(self, key: str, *choices: Choice, **args: object) -> Reply:
        """Return a reply in the language of the door."""
        said = locales.text(self.language, key, **args)
        if choices and not self.message.medium.buttons:
            said += "\n" + locales.text(self.language, "choose.number")
        return Reply(text=said, choices=choices)

    def keep(self, arrival: Arrival) -> None:
        """Record what is now known of the address."""
        join_codes.set_arrival(self.connection, self.message.address, arrival)


def roles_in(connection: Connection, world: World, person: Person) -> list[Role]:
    """Return a person's roles in plans that are still loaded, for units they still know."""
    return [
        role
        for role in people.roles_of(connection, person.id)
        if role.plan in world.packs and (not role.unit or role.unit in world.packs[role.plan].tree)
    ]


def unit_in(world: World, plan: str, unit: str) -> str:
    """Name what a role in a plan is for: a unit's body, or the province."""
    pack = world.packs[plan]
    return wording.body_name(pack, unit) if unit else wording.province_name(pack)
