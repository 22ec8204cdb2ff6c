"""Post what is due: plan, write, record, all in one transaction."""

from datetime import datetime

from sqlalchemy import Connection

from plans.calendar import today_of
from plans.ladder import awake
from plans.world import World
from scheduler.group_digests import post_to_groups
from scheduler.letters import desk_for, letters_of, occurrence
from scheduler.planner import Reminder, current, due
from scheduler.state import calendar_for, read_state
from storage import decisions, letters, reminders


def planned(connection: Connection, world: World, now: datetime) -> list[Reminder]:
    """List what is due now in every plan; nothing is read of those that are asleep."""
    found: list[Reminder] = []
    for plan, pack in world.packs.items():
        if not awake(pack.calendar.reminders, now, world.working_days):
            continue
        calendar = calendar_for(world, plan)
        if current(calendar.periods, today_of(now)) or calendar.extensions:
            found += due(pack, calendar, read_state(connection, calendar, plan, now), now)
    return found


def something_is_due(connection: Connection, world: World, now: datetime) -> bool:
    """Say whether a sweep would change anything: it reads only, so nobody waits for it."""
    wishes = reminders.snoozed(connection).values()
    if any(until <= now for until in wishes) and all_awake(world, now):
        return True
    return bool(planned(connection, world.decided(decisions.read(connection)), now))


def sweep(connection: Connection, world: World, now: datetime) -> int:
    """Post what is due and record it, what was missed too; return the number of letters."""
    decided = world.decided(decisions.read(connection))
    found = planned(connection, decided, now)
    reminders.record(connection, (occurrence(one) for one in found if one.skipped), now)
    wanted = [one for one in found if not one.skipped]
    written = letters_of(desk_for(connection, decided, now, wanted), wanted)
    if all_awake(world, now):
        reminders.wake(connection, now)
    posted = letters.post(connection, written, now)
    return posted + post_to_groups(connection, decided, written, now)


def all_awake(world: World, now: datetime) -> bool:
    """Say whether every plan reminds now: a wish that falls due at night waits for the morning."""
    return all(awake(p.calendar.reminders, now, world.working_days) for p in world.packs.values())
