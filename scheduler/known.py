"""What planning depends on, as it was read: values without a rule."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from plans.calendar import Period
from plans.decisions import Closing, SetDeadline, of_unit
from plans.ladder import Audience
from plans.people import Contact, Role
from plans.working_days import WorkingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A plan's periods as decided, and the days on which offices work."""

    periods: Sequence[Period]
    working_days: WorkingDays
    extensions: Mapping[tuple[str, str], SetDeadline] = field(default_factory=dict)
    closings: Mapping[tuple[str, str], Closing] = field(default_factory=dict)

    def of_unit(self, period: Period, unit: str) -> Period:
        """Return a period as it is for one unit."""
        key = period.id, unit
        return of_unit(period, self.extensions.get(key), self.closings.get(key), self.working_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That a person was told of a unit and period at a rung, or that the rung was skipped.

    `lost` says that the message was given up: somebody else is told instead.
    """

    stage: str
    person_id: int
    audience: Audience
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Somebody with a role above reporters, since when, and whether messages arrive there."""

    role: Role
    since: datetime
    reachable: bool = True

    @property
    def person_id(self) -> int:
        """Return who it is."""
        return self.role.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What one plan's planning depends on; periods and units by their names.

    `sent` leaves out reports that wait to be mended: those stand in `returned`, with the moment.
    `active` is who last wrote a unit's figures.
    """

    sent: Mapping[str, AbstractSet[str]]
    returned: Mapping[tuple[str, str], datetime]
    contacts: Mapping[str, Sequence[Contact]]
    active: Mapping[str, int]
    watchers: Sequence[Watcher]
    told: Mapping[tuple[str, str], Sequence[Told]]
    snoozes: Mapping[int, datetime]
