"""Who had to be told of what, worked out by brute force from the rules as they were written.

Nothing here asks the planner, its ladder or its working days: dates are written by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from plans.calendar import VIETNAM

OFF = {date(2026, 1, 1), date(2026, 1, 2), date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}
OFF |= {date(2026, 2, day) for day in range(14, 23)}
OFF |= {date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)}
WORKED = {date(2026, 1, 10), date(2026, 8, 22)}


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def moved(day: date, step: int) -> date:
    """Return a day, or the next that is worked in a direction."""
    while not works(day):
        day += timedelta(days=step)
    return day


AUDIENCES = ("colleague", "above", "coordinator")


class Deadline(NamedTuple):
    """One period: its last day as named, the last on which it is on time, and its lock."""

    period: str
    last: date
    on_time: date
    lock: date


DEADLINES = (
    Deadline("2026-Q1", date(2026, 2, 12), date(2026, 2, 12), date(2026, 2, 22)),
    Deadline("2026-H1", date(2026, 6, 14), date(2026, 6, 15), date(2026, 6, 25)),
    Deadline("2026-M9", date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 4)),
)
LADDER = (
    ("opening", -14),
    ("T-7", -7),
    ("T-3", -3),
    ("T-1", -1),
    ("T", 0),
    ("T+1", 1),
    ("T+3", 3),
    ("T+7", 7),
)


class Rung(NamedTuple):
    """One rung at its moment."""

    at: datetime
    days: int
    name: str


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), VIETNAM)


def ladder(deadline: Deadline, *, invited: bool) -> list[Rung]:
    """Return the rungs for reporters, in order; none after the lock."""
    rungs = []
    for name, days in LADDER:
        if invited and name not in ("opening", "T-7", "T-1"):
            continue
        base = deadline.on_time if days > 0 else deadline.last
        day = moved(base + timedelta(days=days), 1 if days > 0 else -1)
        if day <= deadline.lock:
            rungs.append(Rung(_moment(day, 8), days, name))
    return sorted(rungs)


def digests(deadline: Deadline) -> list[Rung]:
    """Return the rungs for coordinators, in order."""
    wanted = ("opening", "T-7", "T-3", "T-1", "T", "T+1")
    rungs = [
        Rung(r.at.replace(hour=16) if r.name == "T" else r.at, r.days, r.name)
        for r in ladder(deadline, invited=False)
        if r.name in wanted
    ]
    return [
        *sorted(rungs),
        Rung(_moment(moved(deadline.lock + timedelta(days=1), 1), 8), 99, "lock"),
    ]


def newest(rungs: Sequence[Rung], now: datetime) -> Rung | None:
    """Return the rung of a moment, None at night, on days off, and before the first.

    One that was missed on an earlier day is told at 08:00.
    """
    here = now.astimezone(VIETNAM)
    if not works(here.date()) or not time(7) <= here.time() < time(20):
        return None
    due = [
        r for r in rungs if r.at <= now and (r.at.date() == here.date() or here.time() >= time(8))
    ]
    return due[-1] if due else None


@dataclass(kw_only=True)
class Member:
    """Somebody of a unit: there from one moment to another, and when messages were refused."""

    chat: str
    since: datetime
    until: datetime | None = None
    blocked: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def steady(self) -> bool:
        """Say whether this person was there all the year and took every message."""
        return (
            self.since < datetime(2026, 1, 6, tzinfo=VIETNAM)
            and not self.until
            and not self.blocked
        )

    def there(self, rung: Rung, now: datetime) -> bool:
        """Say whether a rung is this person's to hear at a moment.

        Who refused its message and comes back later is told of the next.
        """
        gone = self.until is not None and now >= self.until
        refused = any(first <= now and rung.at < last for first, last in self.blocked)
        return self.since <= rung.at and not gone and not refused


class Pass(NamedTuple):
    """One sweep whose letters were all delivered: when, and what was sent before and by its end."""

    now: datetime
    before: frozenset[tuple[str, str]]
    after: frozenset[tuple[str, str]]


def forward(passes: Sequence[Pass]) -> Iterator[Pass]:
    """Yield the passes but those while the clock was behind."""
    latest = None
    for one in passes:
        if latest is None or one.now >= latest:
            latest = one.now
            yield one


def required(
    passes: Sequence[Pass], unit: str, members: Sequence[Member], *, invited: bool
) -> set[tuple[str, str]]:
    """Return by period the rungs of which somebody of a unit had to be told.

    Where somebody does not take messages the bot learns it only by trying, so it may need as many
    passes as the unit has people.
    """
    found = set()
    for deadline in DEADLINES:
        rungs = ladder(deadline, invited=invited)
        tries: dict[str, int] = {}
        for one in forward(passes):
            rung = newest(rungs, one.now)
            inside = one.now.astimezone(VIETNAM).date() <= deadline.lock
            if rung is None or not inside or (unit, deadline.period) in one.after:
                continue
            if any(member.there(rung, one.now) for member in members):
                tries[rung.name] = tries.get(rung.name, 0) + 1
        found |= {(deadline.period, name) for name, n in tries.items() if n >= len(members)}
    return found


def escalated(passes: Sequence[Pass], unit: str, days: int) -> set[str]:
    """Return the periods in which a unit was found owing at a rung so many days overdue.

    Twice: what waited through an outage is withdrawn in one pass, and told anew in the next.
    """
    found = set()
    for deadline in DEADLINES:
        rungs, times = ladder(deadline, invited=False), 0
        for one in forward(passes):
            rung = newest(rungs, one.now)
            inside = one.now.astimezone(VIETNAM).date() <= deadline.lock
            owes = (unit, deadline.period) not in one.after
            times += rung is not None and rung.days >= days and inside and owes
        if times > 1:
            found.add(deadline.period)
    return found


def digested(passes: Sequence[Pass]) -> set[tuple[str, str]]:
    """Return by period the digests that a coordinator had to get."""
    found = set()
    for deadline in DEADLINES:
        for one in forward(passes):
            rung = newest(digests(deadline), one.now)
            if rung is not None and one.now.astimezone(VIETNAM).date() <= deadline.lock + timedelta(
                21
            ):
                found.add((deadline.period, rung.name))
    return found
