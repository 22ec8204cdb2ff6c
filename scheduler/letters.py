"""From what is due to letters: one to each reporter, one of delays, one for each digest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from documents.digest import digest_letter
from documents.reminders import Occasion, Reader, delay_letter, reporter_letter
from plans.calendar import today_of
from plans.ladder import OPENING, Audience, this_afternoon
from plans.messages import Reply, Urgency
from plans.owed import Owed
from plans.world import World
from scheduler.planner import Reminder
from storage.drafts import Key
from storage.letters import Letter, languages_of
from storage.owed import owed_by
from storage.people import roles_held
from storage.reminders import Occurrence, State
from storage.standings import progress_of

TO_REPORTERS = (Audience.REPORTER, Audience.COLLEAGUE, Audience.NUDGE)
_ABOVE = (Audience.ABOVE, Audience.COORDINATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What letters are written with: the moment, the plans, who reads which language."""

    connection: Connection
    world: World
    now: datetime
    languages: Mapping[int, str]
    owed: Mapping[Key, Owed]
    roles: Mapping[tuple[int, str, str], int]

    def reader(self, person_id: int) -> Reader:
        """Return how one person is written to."""
        afternoon = this_afternoon(self.now, self.world.working_days)
        return Reader(
            language=self.languages[person_id],
            today=today_of(self.now),
            afternoon=afternoon is not None,
        )


def key_of(reminder: Reminder) -> Key:
    """Return what a reminder is about."""
    return Key(plan=reminder.plan, period=reminder.period, unit=reminder.unit)


def occurrence(reminder: Reminder) -> Occurrence:
    """Return the row that a reminder leaves."""
    return Occurrence(
        key=key_of(reminder),
        stage=reminder.stage,
        person_id=reminder.person_id,
        audience=reminder.audience,
        state=State.SKIPPED if reminder.skipped else State.POSTED,
        due_at=reminder.due_at,
    )


def desk_for(connection: Connection, world: World, now: datetime, due: Sequence[Reminder]) -> Desk:
    """Read what the letters of some reminders are written with."""
    people = {one.person_id for one in due}
    about = {key_of(one) for one in due if one.audience is not Audience.DIGEST}
    return Desk(
        connection=connection,
        world=world,
        now=now,
        languages=languages_of(connection, people),
        owed=owed_by(connection, world, about),
        roles=roles_held(connection, people),
    )


def letters_of(desk: Desk, due: Iterable[Reminder]) -> list[Letter]:
    """Write the letters: all that a person owes in one, all delays below a person in one."""
    written: dict[tuple[int, str], list[Reminder]] = {}
    for one in due:
        kind = "reporter" if one.audience in TO_REPORTERS else "delays"
        if one.audience is Audience.DIGEST:
            kind = f"{one.plan} {one.period} {one.unit}"
        written.setdefault((one.person_id, kind), []).append(one)
    return [
        Letter(
            person_id=person_id,
            reply=reply_to(desk, person_id, told),
            occurrences=[occurrence(one) for one in told],
        )
        for (person_id, _), told in written.items()
    ]


def reply_to(desk: Desk, person_id: int, told: Sequence[Reminder]) -> Reply:
    """Write one letter; all of it is of one kind."""
    reader, audience = desk.reader(person_id), told[0].audience
    if audience is Audience.DIGEST:
        return _digest(desk, reader, told[0])
    owed = _owed(desk, told)
    if audience in _ABOVE:
        return delay_letter(reader, owed, Urgency.REMINDER)
    occasion = Occasion.NUDGE if audience is Audience.NUDGE else Occasion.DUE
    return reporter_letter(reader, occasion, owed)


def _owed(desk: Desk, told: Sequence[Reminder]) -> list[Owed]:
    """Return what each reminder is about, once, with the role under which its reader acts."""
    found: dict[Key, Owed] = {}
    for one in told:
        key = key_of(one)
        owed = desk.owed[key]
        opening = one.stage.split(" ")[0] == OPENING
        role = _role(desk, one)
        found[key] = replace(owed, role=role, opening=opening)
    return list(found.values())


def _role(desk: Desk, one: Reminder) -> int:
    """Return the number of the role that a reader acts in: the unit's, or the nearest above."""
    tree = desk.world.packs[one.plan].tree
    above = [unit.code for unit in tree.above(one.unit)]
    for unit in (one.unit, *above, ""):
        if role := desk.roles.get((one.person_id, one.plan, unit)):
            return role
    return 0


def _digest(desk: Desk, reader: Reader, one: Reminder) -> Reply:
    period = desk.world.period(one.plan, one.period)
    if period is None:
        raise LookupError(f"no period {one.period} in {one.plan}")
    progress = progress_of(desk.connection, desk.world, one.plan, period, reader.today, one.unit)
    return digest_letter(reader, one.stage.split(" ")[1], progress, _role(desk, one))
