"""A unit's record of punctuality: each period on time or late by how long, counted, never scored.

The day of the first sending counts against the deadline of the unit itself, extended or not, as it
was rolled to a working day. Who is invited is shown, and is never late.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from plans.calendar import Period, Timeliness, days_late, timeliness
from plans.pack import Obligation
from plans.units import Unit


@dataclass(frozen=True, slots=True)
class Sending:
    """That a report was sent: on which day in Việt Nam, how many versions, returned how often."""

    day: date
    versions: int = 1
    returns: int = 0


class Kept(StrEnum):
    """How a deadline was kept; `coming` is not due yet, `sent` came from somebody invited."""

    ON_TIME = "on_time"
    GRACE = "grace"
    LATE = "late"
    NOT_SENT = "not_sent"
    COMING = "coming"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class OnePeriod:
    """How a unit kept one period's deadline; `days` late, `extended`: with more time than all."""

    period: Period
    kept: Kept
    days: int = 0
    extended: bool = False
    corrections: int = 0
    returns: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A unit's periods in the order of their deadlines, and what they come to."""

    unit: Unit
    obligation: Obligation
    periods: tuple[OnePeriod, ...]

    def count(self, *kinds: Kept) -> int:
        """Count the periods that were kept in one of some ways."""
        return sum(one.kept in kinds for one in self.periods)

    @property
    def judged(self) -> int:
        """Count the periods that are due, or were sent before."""
        return len(self.periods) - self.count(Kept.COMING)

    @property
    def days_late(self) -> int:
        """Add up the days of every late report."""
        return sum(one.days for one in self.periods)

    @property
    def corrections(self) -> int:
        """Count the versions that came after a first one."""
        return sum(one.corrections for one in self.periods)

    @property
    def returns(self) -> int:
        """Count how often a report was returned."""
        return sum(one.returns for one in self.periods)

    @property
    def extensions(self) -> int:
        """Count the periods that had more time."""
        return sum(one.extended for one in self.periods)

    @property
    def faults(self) -> tuple[int, ...]:
        """Return what is compared, the worst first: equal counts stand equal."""
        return (
            self.count(Kept.NOT_SENT),
            self.count(Kept.LATE),
            self.days_late,
            self.count(Kept.GRACE),
            self.returns,
        )


def kept_in(
    period: Period, own: Period, obligation: Obligation, sending: Sending | None, today: date
) -> OnePeriod | None:
    """Judge one period of a unit; `own` is the period as it is for the unit.

    What was withdrawn or closed before its deadline is owed by nobody: None.
    """
    extended = own.last_day > period.last_day
    if sending is None:
        if own.lock < own.last_on_time:
            return None
        kept = Kept.NOT_SENT if today > own.grace_until else Kept.COMING
        return OnePeriod(period=own, kept=kept, extended=extended)
    more = {"corrections": sending.versions - 1, "returns": sending.returns}
    state = timeliness(own, sending.day)
    if obligation is Obligation.INVITED and state is not Timeliness.ON_TIME:
        return OnePeriod(period=own, kept=Kept.SENT, extended=extended, **more)
    return OnePeriod(
        period=own,
        kept=Kept(state.value),
        days=days_late(own, sending.day),
        extended=extended,
        **more,
    )


def ranked(
    records: Iterable[Record],
) -> list[tuple[int, Record]]:
    """Return records that have something to judge, the best first; equal counts share a place."""
    judged = [(record.faults, record) for record in records if record.judged]
    judged.sort(key=lambda one: (one[0], one[1].unit.name, one[1].unit.code))
    places: list[tuple[int, Record]] = []
    for _, equal in groupby(judged, key=lambda one: one[0]):
        first = len(places) + 1
        places += [(first, record) for _, record in equal]
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What the records of several units come to: how many periods were kept in which way."""

    name: str
    units: int
    judged: int
    on_time: int
    grace: int
    late: int
    not_sent: int


def together(name: str, records: Sequence[Record]) -> Together:
    """Add up the records of some units."""

    def added(of: Callable[[Record], int]) -> int:
        return sum(of(record) for record in records)

    return Together(
        name=name,
        units=len(records),
        judged=added(lambda record: record.judged),
        on_time=added(lambda record: record.count(Kept.ON_TIME)),
        grace=added(lambda record: record.count(Kept.GRACE)),
        late=added(lambda record: record.count(Kept.LATE)),
        not_sent=added(lambda record: record.count(Kept.NOT_SENT)),
    )
