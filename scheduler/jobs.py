"""Everything that the clock wakes: `JOBS`, and the instants at which something may fall due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from plans.calendar import VIETNAM, local
from plans.ladder import hours_of
from plans.world import World
from scheduler.announced import post_reports, reports_are_due
from scheduler.difficulties import difficulties_are_new, tell_difficulties
from scheduler.held_back import held_back_is_due, tell_held_back
from scheduler.nudge_results import post_results, results_are_due
from scheduler.quotas import quotas_run_low, warn_of_quotas
from scheduler.sweep import something_is_due, sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that is done again and again: `wanted` only reads, `work` writes and counts."""

    name: str
    every: timedelta
    wanted: Callable[[Connection, World, datetime], bool]
    work: Callable[[Connection, World, datetime], int]


JOBS: tuple[Job, ...] = (
    Job(
        name="reminders",
        every=timedelta(seconds=30),
        wanted=something_is_due,
        work=sweep,
    ),
    Job(
        name="results of nudges",
        every=timedelta(seconds=15),
        wanted=results_are_due,
        work=post_results,
    ),
    Job(
        name="reports of announcements",
        every=timedelta(seconds=60),
        wanted=reports_are_due,
        work=post_reports,
    ),
    Job(
        name="difficulties",
        every=timedelta(seconds=30),
        wanted=difficulties_are_new,
        work=tell_difficulties,
    ),
    Job(
        name="held back",
        every=timedelta(seconds=60),
        wanted=held_back_is_due,
        work=tell_held_back,
    ),
    Job(
        name="quotas",
        every=timedelta(seconds=60),
        wanted=quotas_run_low,
        work=warn_of_quotas,
    ),
)


def instants(world: World, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the instants after a moment and up to another at which something may fall due."""
    hours = sorted({hour for p in world.packs.values() for hour in hours_of(p.calendar.reminders)})
    day = local(after).date()
    while day <= local(until).date():
        for hour in hours:
            at = datetime.combine(day, hour, VIETNAM)
            if after < at < until:
                yield at
        day += timedelta(days=1)
    yield until
