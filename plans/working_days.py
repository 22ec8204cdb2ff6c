"""Which days are worked in Việt Nam: weekends, public holidays, and the operator's swaps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import holidays
import yaml

from plans.errors import Mistake, PlanError

OVERRIDES = Path(__file__).parent / "working_days.yaml"


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


@cache
def _worked_weekends(year: int) -> frozenset[date]:
    """Return the days of rest of a year that were swapped for another day off."""
    return frozenset(holidays.country_holidays("VN", years=year).weekend_workdays)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """The working days: `off` and `worked` are decided year by year and win over the rules."""

    off: frozenset[date] = field(default_factory=frozenset)
    worked: frozenset[date] = field(default_factory=frozenset)

    def works(self, day: date) -> bool:
        """Say whether offices work on a day."""
        if day in self.worked or day in self.off:
            return day in self.worked
        if day in _worked_weekends(day.year):
            return True
        return day.weekday() < 5 and day not in _public_holidays(day.year)

    def on_or_after(self, day: date) -> date:
        """Return the day itself if it is worked, else the next one that is."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def on_or_before(self, day: date) -> date:
        """Return the day itself if it is worked, else the last one that was."""
        while not self.works(day):
            day -= timedelta(days=1)
        return day


def load_working_days(*own: Path) -> WorkingDays:
    """Read the overrides that come with a release, then the operator's own, which win."""
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    for path in (OVERRIDES, *own):
        days = _read(path)
        off, worked = (off - days.worked) | days.off, (worked - days.off) | days.worked
    return WorkingDays(off=off, worked=worked)


def _read(path: Path) -> WorkingDays:
    """Read one file: lists of dates under `days_off` and `days_worked`."""
    given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    mistakes = [
        Mistake(
            file=path.name,
            line=1,
            key=str(key),
            advice="write lists under days_off and days_worked only",
        )
        for key, days in given.items()
        if key not in ("days_off", "days_worked")
        or not all(type(day) is date for day in days or ())
    ]
    if mistakes:
        raise PlanError(mistakes)
    return WorkingDays(off=_days(given.get("days_off")), worked=_days(given.get("days_worked")))


def _days(given: Iterable[date] | None) -> frozenset[date]:
    return frozenset(given or ())
