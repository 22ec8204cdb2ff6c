"""A unit's record of punctuality: each period on time or late by how long, counted, never scored.

The day of the first sending counts against the deadline of the unit itself, extended or not, as it
was rolled to a working day; what is not due yet is told and not counted. Who is invited is shown,
and is never late.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    """How a unit kept one period's deadline; `days` late, `extended`: with more time than all.

    Until it is `due`, its grace over, nobody is judged by it.
    """

    period: Period
    kept: Kept
    due: bool
    days: int = 0
    extended: bool = False
    corrections: int = 0
    returns: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """Return what this adds to the counts of a tally."""
        if not self.due:
            return {} if self.kept is Kept.COMING else {"ahead": 1}
        found = {
            self.kept.value: 1,
            "days_late": self.days,
            "corrections": self.corrections,
            "returns": self.returns,
            "extensions": int(self.extended),
        }
        return {name: number for name, number in found.items() if number}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a unit's periods that are due come to, counted.

    `sent` came from somebody invited after the deadline; `ahead` are the reports of periods that
    are not due yet, and part of no other count.
    """

    unit: Unit
    obligation: Obligation
    on_time: int = 0
    grace: int = 0
    late: int = 0
    not_sent: int = 0
    sent: int = 0
    days_late: int = 0
    corrections: int = 0
    returns: int = 0
    extensions: int = 0
    ahead: int = 0

    @property
    def judged(self) -> int:
        """Count the periods that are due."""
        return self.on_time + self.grace + self.late + self.not_sent + self.sent

    @property
    def faults(self) -> tuple[int, ...]:
        """Return what is compared, the worst first: equal counts stand equal."""
        return self.not_sent, self.late, self.days_late, self.grace, self.returns


@dataclass(frozen=True, slots=True)
class Record:
    """A unit's periods in the order of their deadlines."""

    unit: Unit
    obligation: Obligation
    periods: tuple[OnePeriod, ...]

    @property
    def tally(self) -> Tally:
        """Return what the periods come to."""
        found: Counter[str] = Counter()
        for one in self.periods:
            found.update(one.counts)
        return Tally(unit=self.unit, obligation=self.obligation, **found)


def kept_in(
    period: Period, own: Period, obligation: Obligation, sending: Sending | None, today: date
) -> OnePeriod | None:
    """Judge one period of a unit; `own` is the period as it is for the unit.

    What was withdrawn or closed before its deadline is owed by nobody: None.
    """
    extended, due = own.last_day > period.last_day, today > own.grace_until
    if sending is None:
        if own.lock < own.last_on_time:
            return None
        kept = Kept.NOT_SENT if due else Kept.COMING
        return OnePeriod(period=own, kept=kept, due=due, extended=extended)
    more = {"corrections": sending.versions - 1, "returns": sending.returns}
    state = timeliness(own, sending.day)
    if obligation is Obligation.INVITED and state is not Timeliness.ON_TIME:
        return OnePeriod(period=own, kept=Kept.SENT, due=due, extended=extended, **more)
    return OnePeriod(
        period=own,
        kept=Kept(state.value),
        due=due,
        days=days_late(own, sending.day),
        extended=extended,
        **more,
    )


def ranked(tallies: Iterable[Tally]) -> list[tuple[int, Tally]]:
    """Return tallies that have something to judge, the best first; equal counts share a place."""
    judged = [(one.faults, one) for one in tallies if one.judged]
    judged.sort(key=lambda one: (one[0], one[1].unit.name, one[1].unit.code))
    places: list[tuple[int, Tally]] = []
    for _, equal in groupby(judged, key=lambda one: one[0]):
        first = len(places) + 1
        places += [(first, one) for _, one in equal]
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What several units come to: how many periods that are due were kept in which way."""

    name: str
    judged: int
    on_time: int
    grace: int
    late: int
    not_sent: int
    ahead: int


def together(name: str, tallies: Sequence[Tally]) -> Together:
    """Add up the tallies of some units."""
    return Together(
        name=name,
        judged=sum(one.judged for one in tallies),
        on_time=sum(one.on_time for one in tallies),
        grace=sum(one.grace for one in tallies),
        late=sum(one.late for one in tallies),
        not_sent=sum(one.not_sent for one in tallies),
        ahead=sum(one.ahead for one in tallies),
    )
