"""One message's turn: everything that a conversation may know, and how it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import Connection

import locales
from handlers.talk import Talk
from plans.calendar import today_of
from plans.errors import Forbidden
from plans.messages import Choice, File, Message, Reply
from plans.pack import Pack
from plans.people import Action, Person, Role, may
from plans.world import World
from storage import audit, outbox, people
from storage.drafts import Key

BOUND = "|"


@dataclass(slots=True, kw_only=True)
class Turn:
    """A message on its way through one transaction, with the person who sent it.

    `aside` tells what this message put aside, above whatever is answered.
    """

    connection: Connection
    world: World
    now: datetime
    message: Message
    person: Person
    roles: list[Role]
    talk: Talk = field(default_factory=Talk)
    asks_figure: bool = False
    aside: str = ""

    @property
    def today(self) -> date:
        """Return the date in Việt Nam."""
        return today_of(self.now)

    @property
    def language(self) -> str:
        """Return the language that the person reads."""
        return self.person.language

    def text(self, key: str, **args: object) -> str:
        """Return a sentence in the person's language."""
        return locales.text(self.language, key, **args)

    def say(self, key: str, *choices: Choice, **args: object) -> Reply:
        """Return a reply in the person's language."""
        return Reply(text=self.text(key, **args), choices=choices)

    def choice(self, key: str, command: str, **args: object) -> Choice:
        """Offer a command that stays valid on an old message."""
        return Choice(label=self.text(key, **args), data=command)

    def once(self, key: str, command: str, **args: object) -> Choice:
        """Offer a command that is valid on this card only."""
        return self.once_labelled(self.text(key, **args), command)

    def once_labelled(self, label: str, command: str) -> Choice:
        """Offer a command under a ready label, valid on this card only."""
        return Choice(label=label, data=f"{self.talk.card + 1}{BOUND}{command}")

    def tell(self, person_id: int, key: str, *commands: tuple[str, str], **args: object) -> None:
        """Owe somebody else a message, in their own language, where they were last reached.

        What is worded otherwise in each language is given as a function of it.
        """
        language = people.person(self.connection, person_id).language
        words = {
            name: value(language) if callable(value) else value for name, value in args.items()
        }
        reply = Reply(
            text=locales.text(language, key, **words),
            choices=tuple(
                Choice(label=locales.text(language, label), data=data) for label, data in commands
            ),
        )
        where = people.addresses_of(self.connection, person_id)[:1]
        if reply.choices:
            channel = where[0].channel if where else ""
            new = people.Offer(choices=reply.choices, channel=channel, at=self.now)
            people.offer(self.connection, {person_id: new})
        for address in where:
            outbox.post(self.connection, address, reply, self.now, None, person_id=person_id)

    def others_of(self, plan: str, unit: str) -> list[int]:
        """Return the other people who report for a unit."""
        reporters = people.reporters_of(self.connection, plan, unit)
        return [person_id for person_id in reporters if person_id != self.person.id]

    @property
    def chosen_role(self) -> Role | None:
        """Return the role that the person acts in, while they hold it."""
        return next((role for role in self.roles if role.id == self.talk.role), None)

    def role_numbered(self, number: str) -> Role | None:
        """Return the person's own role that a button names by its number."""
        return next((role for role in self.roles if str(role.id) == number), None)

    def pack(self, role: Role) -> Pack:
        """Return the plan that a role belongs to."""
        return self.world.packs[role.plan]

    def may(self, role: Role, action: Action, unit: str) -> bool:
        """Say whether a role allows an action on a unit."""
        return may(role, action, unit, self.pack(role).tree)

    def require(self, role: Role, action: Action, unit: str) -> None:
        """Refuse what a role does not allow."""
        if not self.may(role, action, unit):
            forbid()

    def audit(
        self,
        action: str,
        key: Key,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Add a line to the audit trail in this person's name."""
        entry = audit.Entry(
            at=self.now,
            person_id=self.person.id,
            action=action,
            key=key,
            before=before,
            after=after,
        )
        audit.write(self.connection, entry)


def forbid() -> NoReturn:
    """Refuse: the person's role does not allow it."""
    raise Forbidden("refused.forbidden")


def with_file(reply: Reply, file: File) -> Reply:
    """Return the reply with a file to download."""
    return Reply(text=reply.text, choices=reply.choices, file=file)
