"""What planning depends on, read from the database in a few queries a plan."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import Connection

from plans.calendar import today_of
from plans.decisions import Closing
from plans.ladder import Audience
from plans.people import RoleKind
from plans.world import World
from scheduler.known import Calendar, State, Told, Watcher
from scheduler.planner import current
from storage import people, reminders, reports, summaries

_WATCHING = (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)


def calendar_for(world: World, plan: str) -> Calendar:
    """Return a plan's periods with the extensions of single units."""
    extensions = {
        (one.period, one.unit): one
        for one in sorted(world.decisions.deadlines, key=lambda one: one.set_at)
        if one.plan == plan and one.unit
    }
    return Calendar(
        periods=world.calendars[plan],
        working_days=world.working_days,
        extensions=extensions,
        closings=_closings(world, plan, extensions),
    )


def _closings(
    world: World, plan: str, extended: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Closing]:
    """Return what is closed for single units: below a district, or though they had more time."""
    tree = world.packs[plan].tree
    found: dict[tuple[str, str], Closing] = {}
    for one in sorted(world.decisions.closings, key=lambda one: one.closed_at):
        if one.plan != plan:
            continue
        if one.unit:
            found |= {(one.period, unit.code): one for unit in tree.subtree(one.unit)}
        else:
            found |= {(period, unit): one for period, unit in extended if period == one.period}
    return found


def read_state(connection: Connection, calendar: Calendar, plan: str, now: datetime) -> State:
    """Read what one plan's planning depends on."""
    extended = {period for period, _ in calendar.extensions}
    near = {period.id for period in current(calendar.periods, today_of(now))} | extended
    returned = reports.returned_at(connection, plan, near)
    told: dict[tuple[str, str], list[Told]] = {}
    audiences = {str(audience): audience for audience in Audience}
    for period, unit, stage, person, audience, lost in reminders.told_in(connection, plan, near):
        one = Told(stage=stage, person_id=person, audience=audiences[audience], lost=lost)
        told.setdefault((period, unit), []).append(one)
    return State(
        sent=settled(connection, plan, near),
        returned=returned,
        contacts=people.contacts(connection, plan),
        active=summaries.last_writers(connection, plan),
        watchers=_watchers(connection, plan),
        told=told,
        snoozes=reminders.snoozed(connection),
    )


def settled(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[str, AbstractSet[str]]:
    """Return by period the units that sent and have nothing to mend."""
    returned = reports.returned_at(connection, plan, periods)
    return {
        period: units - {unit for where, unit in returned if where == period}
        for period, units in summaries.units_sent(connection, plan, periods).items()
    }


def _watchers(connection: Connection, plan: str) -> list[Watcher]:
    return [
        Watcher(role=role, since=since, reachable=reachable)
        for role, since, reachable in people.watchers(connection, plan, _WATCHING)
    ]
