"""How a period's reports come in: how many each day, how many by then, of how many asked."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

from plans.calendar import Period
from plans.pack import Obligation
from plans.world import World

DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How many of `whole` units first sent a period's report on each day, as of a day."""

    period: Period
    today: date
    whole: int
    by_day: Mapping[date, int]

    def until(self, day: date) -> int:
        """Count the units that had sent by the end of a day."""
        return sum(count for on, count in self.by_day.items() if on <= day)

    @property
    def sent(self) -> int:
        """Count the units that have sent."""
        return sum(self.by_day.values())

    @property
    def last_days(self) -> tuple[date, ...]:
        """Return the last days since the opening; of a locked period those when reports came."""
        last = self.today
        if self.period.locked(last):
            last = min(last, max([*self.by_day, self.period.last_on_time]))
        days = [last - timedelta(back) for back in reversed(range(DAYS))]
        return tuple(day for day in days if day >= self.period.opens)

    def before(self, day: date) -> int:
        """Count the units that had sent when a day began."""
        return self.until(day - timedelta(1))

    def as_far_from_deadline(self, earlier: "Arrivals", day: date) -> int:
        """Count who had sent in an earlier period, as many days from its deadline as a day is."""
        distance = day - self.period.last_on_time
        return earlier.until(earlier.period.last_on_time + distance)


def counted(
    world: World, plan: str, period: Period, root: str = "", unit_type: str = ""
) -> frozenset[str]:
    """Return the units that a period's progress counts: the required, wherever there are any."""
    pack = world.packs[plan]
    asked = list(world.owing(plan, period, root, unit_type))
    required = [unit for unit in asked if pack.obligation(unit) is Obligation.REQUIRED]
    return frozenset(unit.code for unit in required or asked)


def arrivals(
    period: Period, today: date, units: Set[str], sent: Mapping[date, Set[str]]
) -> Arrivals:
    """Count by day which of some units sent; what bears a later day than today came today."""
    by_day: dict[date, int] = {}
    for on, codes in sent.items():
        if count := len(units & codes):
            day = min(on, today)
            by_day[day] = by_day.get(day, 0) + count
    return Arrivals(period=period, today=today, whole=len(units), by_day=by_day)
