"""What every conversation stands on: the plans and their calendars, the same for all turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from plans.calendar import Period, whole_calendar
from plans.pack import Pack
from plans.working_days import WorkingDays


@dataclass(frozen=True, kw_only=True)
class World:
    """The packs, the working days, and the secret under which codes are hashed."""

    packs: Mapping[str, Pack]
    working_days: WorkingDays
    secret: bytes = field(repr=False)
    invite_link: str = ""

    @cached_property
    def calendars(self) -> Mapping[str, tuple[Period, ...]]:
        """Return every period of every plan."""
        return {id: whole_calendar(pack, self.working_days) for id, pack in self.packs.items()}

    def period(self, plan: str, id: str) -> Period | None:
        """Return a period of a plan by its name, or by the name of a part of it."""
        return next(
            (p for p in self.calendars[plan] if p.id == id or any(x.id == id for x in p.parts)),
            None,
        )

    def before(self, plan: str, period: Period) -> tuple[Period, ...]:
        """Return the recurring periods before one, the nearest first."""
        earlier = [
            p
            for p in self.calendars[plan]
            if p.named_day < period.named_day and not p.form and p.unit_types == period.unit_types
        ]
        return tuple(reversed(earlier))

    def year_so_far(self, plan: str, period: Period) -> tuple[Period, ...]:
        """Return the periods of the same year before one, whose figures its running total adds."""
        return tuple(
            p
            for p in self.before(plan, period)
            if p.year == period.year and p.asks.first >= period.widest.first
        )
