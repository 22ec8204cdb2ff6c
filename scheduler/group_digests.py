"""The digests that coordinators get, posted to the groups that they linked, once each."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from documents.digest import digest_letter
from documents.reminders import Reader
from plans.calendar import today_of
from plans.ladder import Audience
from plans.messages import Reply, Urgency
from plans.people import RoleKind
from plans.world import World
from scheduler.planner import DIGEST
from storage import groups, outbox, people
from storage.drafts import Key
from storage.groups import Group
from storage.letters import Letter
from storage.standings import progress_of
from storage.tables import groups as linked
from storage.tables import outbox as messages

# A command that a line leads on to: in a group it would be refused.
_HINT = re.compile(r" \([^()]*/[a-z]+[^()]*\)")
_COORDINATING = (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)


def post_to_groups(
    connection: Connection, world: World, written: Iterable[Letter], now: datetime
) -> int:
    """Post the digests among some letters to the groups of their plan and root; count them.

    A group is told of a rung once, whichever coordinators' letters it came with. The link of
    somebody who coordinates there no more ends.
    """
    waiting = groups.linked(connection)
    if not waiting:
        return 0
    rungs = dict.fromkeys(
        (one.key, one.stage.removeprefix(DIGEST))
        for letter in written
        for one in letter.occurrences
        if one.audience is Audience.DIGEST
    )
    count = 0
    for key, rung in rungs:
        for group in waiting:
            if (group.plan, group.unit) == (key.plan, key.unit):
                count += _post(connection, world, group, key, rung, now)
    return count


def _post(
    connection: Connection, world: World, group: Group, key: Key, rung: str, now: datetime
) -> bool:
    if not _still_coordinates(connection, group):
        groups.end(connection, group.address, now)
        return False
    if groups.was_told(connection, group, key, rung):
        return False
    reply = _digest(connection, world, group, key, rung, now)
    outbox.post(connection, group.address, reply, now, None)
    groups.told(connection, group, key, rung, now)
    return True


def _still_coordinates(connection: Connection, group: Group) -> bool:
    return any(
        role.plan == group.plan and role.unit == group.unit and role.kind in _COORDINATING
        for role in people.roles_of(connection, group.linked_by)
    )


def _digest(
    connection: Connection, world: World, group: Group, key: Key, rung: str, now: datetime
) -> Reply:
    """Word a digest for everybody in a group: its counts, and neither buttons nor commands."""
    period = world.period(key.plan, key.period)
    if period is None:
        raise LookupError(f"no period {key.period} in {key.plan}")
    reader = Reader(language=group.language, today=today_of(now))
    progress = progress_of(connection, world, key.plan, period, reader.today, key.unit)
    # A rung of a deadline that somebody set carries that day behind its name.
    letter = digest_letter(reader, rung.split(" ")[0], progress, role=0)
    return Reply(text=_HINT.sub("", letter.text), urgency=Urgency.DIGEST)


def overtaken(connection: Connection, numbers: Collection[int], now: datetime) -> set[int]:
    """Return which waiting messages are digests to groups whose day or link is over."""
    query = (
        select(messages.c.number, messages.c.posted_at, linked.c.ended_at)
        .join(linked, (linked.c.channel == messages.c.channel) & (linked.c.chat == messages.c.chat))
        .where(messages.c.number.in_(numbers), messages.c.urgency == Urgency.DIGEST)
    )
    today = today_of(now)
    return {
        row.number
        for row in connection.execute(query)
        if row.ended_at is not None or today_of(row.posted_at) != today
    }
