"""The instants at which a period's reporters are reminded and its coordinators told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from plans.calendar import VIETNAM, Period, local
from plans.reminder_rules import ReminderRules
from plans.working_days import WorkingDays

OPENING, LOCK = "opening", "lock"
AFTERNOON = time(14)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stage:
    """One rung: its instant, how many days from the deadline it stands for, and its name."""

    at: datetime
    days: int
    name: str

    @property
    def overdue(self) -> bool:
        """Say whether the deadline is past at this rung."""
        return self.days > 0


class Audience(StrEnum):
    """Whom an occurrence is for: each is told once at a rung."""

    REPORTER = "reporter"
    COLLEAGUE = "colleague"
    ABOVE = "above"
    COORDINATOR = "coordinator"
    DIGEST = "digest"
    NUDGE = "nudge"


def reporter_stages(
    rules: ReminderRules, period: Period, working_days: WorkingDays, *, invited: bool = False
) -> tuple[Stage, ...]:
    """List the rungs for a unit's reporters: the opening, then the ladder, in order.

    Days off move a rung before the deadline to the working day before, one after it to the next.
    """
    days = rules.invited_days if invited else rules.days
    stages = [_opening(rules, period, working_days)]
    stages += [_stage(rules.at, period, count, working_days) for count in days]
    return _in_order(period, stages)


def digest_stages(
    rules: ReminderRules, period: Period, working_days: WorkingDays
) -> tuple[Stage, ...]:
    """List the rungs for coordinators: the opening, the ladder's digests, and the lock.

    What was withdrawn before its deadline is told no more, its lock neither; of what a coordinator
    closed, who closed it knows.
    """
    stages = [_opening(rules, period, working_days)]
    for count in rules.digest_days:
        hour = rules.digest_last_at if count == 0 else rules.at
        stages.append(_stage(hour, period, count, working_days))
    stages = [stage for stage in stages if local(stage.at).date() <= period.lock]
    if period.lock >= period.last_on_time and period.closed_at is None:
        locked = working_days.on_or_after(period.lock + timedelta(days=1))
        days = (locked - period.last_on_time).days
        stages.append(Stage(at=_moment(locked, rules.at), days=days, name=LOCK))
    return _in_order(period, stages)


def reached(rules: ReminderRules, stages: Iterable[Stage], now: datetime) -> list[Stage]:
    """Return the rungs that are due; one missed on an earlier day waits for the usual hour."""
    here = local(now)
    usual = here.time() >= rules.at
    return [s for s in stages if s.at <= now and (usual or local(s.at).date() == here.date())]


def awake(rules: ReminderRules, now: datetime, working_days: WorkingDays) -> bool:
    """Say whether people may be reminded now: on a working day, out of the quiet hours."""
    here = local(now)
    return working_days.works(here.date()) and rules.quiet_to <= here.time() < rules.quiet_from


def next_awake(rules: ReminderRules, now: datetime) -> datetime:
    """Return now, or the end of the quiet hours: what a coordinator orders waits no longer."""
    here = local(now)
    if rules.quiet_to <= here.time() < rules.quiet_from:
        return now
    day = here.date() + timedelta(days=here.time() >= rules.quiet_from)
    return _moment(day, rules.quiet_to)


def this_afternoon(now: datetime, working_days: WorkingDays) -> datetime | None:
    """Return this afternoon's reminding hour, None where it is past or a day off."""
    at = _moment(local(now).date(), AFTERNOON)
    return at if now < at and working_days.works(at.date()) else None


def next_morning(rules: ReminderRules, now: datetime, working_days: WorkingDays) -> datetime:
    """Return the reminding hour of the next working day."""
    day = working_days.on_or_after(local(now).date() + timedelta(days=1))
    return _moment(day, rules.at)


def hours_of(rules: ReminderRules) -> set[time]:
    """Return the hours of the day at which something may fall due."""
    return {rules.at, rules.digest_last_at, rules.quiet_to, AFTERNOON}


def _opening(rules: ReminderRules, period: Period, working_days: WorkingDays) -> Stage:
    """Return the opening; a deadline set by a coordinator opens when it was set."""
    at = _moment(period.opens, rules.at)
    first_date = period.named_day == period.asks.last
    if period.on_request and first_date and period.set_at is not None:
        at = max(at, period.set_at)
    return Stage(at=at, days=(period.opens - period.last_day).days, name=OPENING)


def _stage(hour: time, period: Period, count: int, working_days: WorkingDays) -> Stage:
    name = f"T{count:+d}" if count else "T"
    if count > 0:
        day = working_days.on_or_after(period.last_on_time + timedelta(days=count))
    else:
        day = working_days.on_or_before(period.last_day + timedelta(days=count))
    return Stage(at=_moment(day, hour), days=count, name=name)


def _in_order(period: Period, stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Sort the rungs, each once; those that were past when the deadline was set never come."""
    named = {
        Stage(at=s.at, days=s.days, name=f"{s.name} {period.last_day}" if period.set_at else s.name)
        for s in stages
        if period.set_at is None or s.at >= period.set_at
    }
    return tuple(sorted(named))


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, VIETNAM)
