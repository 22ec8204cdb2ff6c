"""Periods with their data windows, deadlines and locks, and what late means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from plans.pack import OneOff, Pack, PeriodKind, RecurringPeriod, Words
from plans.units import Unit
from plans.working_days import WorkingDays

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


def local(moment: datetime) -> datetime:
    """Return a UTC moment as clocks in Việt Nam show it."""
    return moment.astimezone(VIETNAM)


def end_of(day: date) -> datetime:
    """Return the last second of a day in Việt Nam."""
    return datetime.combine(day, _LAST_SECOND, VIETNAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days of data, both ends included."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """Return how many months it lasts."""
        after = self.last + _DAY
        return (after.year - self.first.year) * 12 + after.month - self.first.month


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One period that the document names; periods with the same deadline are sent as one."""

    id: str
    kind: PeriodKind
    window: Window
    title: Words | None = None

    @property
    def year(self) -> int:
        """Return the year that the period is reported for."""
        return self.window.last.year

    @property
    def ordinal(self) -> int:
        """Return which quarter or half of the year it is."""
        months = 6 if self.kind is PeriodKind.HALF_YEAR else 3
        return (self.window.last.month - 1) // months + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What one submission serves: parts that share a deadline, and the new days it asks for.

    `units` limits it to some units, `released` ones owe it no more; `set_at` is when a coordinator
    set the deadline, `closed_at` when one closed it, and `lock_if_open` what the lock was before.
    """

    id: str
    year: int
    parts: tuple[Part, ...]
    asks: Window
    named_day: date
    exclusive: bool
    last_on_time: date
    grace_until: date
    opens: date
    lock: date
    unit_types: tuple[str, ...] = ()
    form: str = ""
    inferred: bool = False
    needs_confirmation: str = ""
    units: frozenset[str] = frozenset()
    set_at: datetime | None = None
    on_request: bool = False
    released: frozenset[str] = frozenset()
    closed_at: datetime | None = None
    lock_if_open: date | None = None

    @property
    def last_day(self) -> date:
        """Return the last day that the deadline's words allow, worked or not."""
        return self.named_day - _DAY if self.exclusive else self.named_day

    @property
    def widest(self) -> Window:
        """Return the longest window among the parts: the running total's."""
        return self.parts[-1].window

    def concerns(self, unit: Unit) -> bool:
        """Say whether a unit reports in this period: it is asked and exists when data closes."""
        asked = not self.unit_types or unit.type in self.unit_types
        named = unit.code not in self.released and (not self.units or unit.code in self.units)
        return asked and named and unit.in_force(self.asks.last)

    def locked(self, today: date) -> bool:
        """Say whether the figures of the period are closed."""
        return today > self.lock


class Timeliness(StrEnum):
    """When a report came, measured by the deadline rolled to a working day."""

    ON_TIME = "on_time"
    GRACE = "grace"
    LATE = "late"


def timeliness(period: Period, day: date) -> Timeliness:
    """Judge a day of sending, in Việt Nam."""
    if day <= period.last_on_time:
        return Timeliness.ON_TIME
    return Timeliness.GRACE if day <= period.grace_until else Timeliness.LATE


def days_late(period: Period, day: date) -> int:
    """Count the days since the last one on time; 0 within grace."""
    late = timeliness(period, day) is Timeliness.LATE
    return (day - period.last_on_time).days if late else 0


def calendar_of(pack: Pack, year: int, working_days: WorkingDays) -> tuple[Period, ...]:
    """List the periods of one year of the plan by deadline; none outside its validity."""
    if not pack.valid_from.year <= year <= pack.valid_to.year:
        return ()
    recurring = [r for r in pack.calendar.recurring if not r.years or year in r.years]
    one_off = [o for o in pack.calendar.one_off if o.deadline.named_day(year).year == year]
    periods = [*_merged(pack, recurring, year, working_days)]
    periods += [_single(pack, obligation, year, working_days) for obligation in one_off]
    return tuple(sorted(periods, key=lambda period: (period.named_day, period.id)))


def whole_calendar(pack: Pack, working_days: WorkingDays) -> tuple[Period, ...]:
    """List every period of the plan by deadline."""
    years = range(pack.valid_from.year, pack.valid_to.year + 1)
    return tuple(period for year in years for period in calendar_of(pack, year, working_days))


def _merged(
    pack: Pack, recurring: Iterable[RecurringPeriod], year: int, working_days: WorkingDays
) -> Iterable[Period]:
    groups: dict[tuple[date, bool, tuple[str, ...]], list[RecurringPeriod]] = {}
    for rule in recurring:
        key = (rule.deadline.named_day(year), rule.deadline.exclusive, rule.unit_types)
        groups.setdefault(key, []).append(rule)
    covered: dict[tuple[str, ...], date] = {}
    for (_, _, types), rules in sorted(groups.items(), key=lambda item: item[0][0]):
        parts = tuple(sorted((_part(rule, year) for rule in rules), key=_length))
        widest = parts[-1].window
        # What the last period of the year took in is not asked for again.
        first = max(widest.first, covered.get(types, date.min) + _DAY)
        covered[types] = widest.last
        yield _period(pack, rules, parts, Window(first=first, last=widest.last), working_days)


def _part(rule: RecurringPeriod, year: int) -> Part:
    window = Window(first=rule.first.in_year(year), last=rule.last.in_year(year))
    return Part(id=f"{year}-{rule.id}", kind=rule.kind, window=window)


def _length(part: Part) -> timedelta:
    return part.window.last - part.window.first


def _single(pack: Pack, rule: OneOff, year: int, working_days: WorkingDays) -> Period:
    window = Window(first=rule.first, last=rule.last)
    part = Part(id=f"{year}-{rule.id}", kind=PeriodKind.ONE_OFF, window=window, title=rule.title)
    return _period(pack, [rule], (part,), window, working_days)


def _period(
    pack: Pack,
    rules: Sequence[RecurringPeriod | OneOff],
    parts: tuple[Part, ...],
    asks: Window,
    working_days: WorkingDays,
) -> Period:
    year = int(parts[0].id.split("-")[0])
    deadline = rules[0].deadline
    on_time = working_days.on_or_after(deadline.last_day(year))
    grace_days = _most(pack.calendar.grace_days, rules, "grace_days")
    grace = deadline.last_day(year) + timedelta(grace_days)
    lock = deadline.named_day(year) + timedelta(_most(pack.calendar.lock_days, rules, "lock_days"))
    return Period(
        id=parts[0].id,
        year=year,
        parts=parts,
        asks=asks,
        named_day=deadline.named_day(year),
        exclusive=deadline.exclusive,
        last_on_time=on_time,
        grace_until=max(on_time, grace),
        opens=working_days.on_or_before(
            deadline.last_day(year) - timedelta(pack.calendar.open_days)
        ),
        lock=max(on_time, grace, lock),
        unit_types=rules[0].unit_types,
        form=rules[0].form if isinstance(rules[0], OneOff) else "",
        inferred=any(rule.inferred for rule in rules),
        needs_confirmation=" ".join(r.needs_confirmation for r in rules if r.needs_confirmation),
    )


def _most(usual: int, rules: Sequence[RecurringPeriod | OneOff], name: str) -> int:
    own: list[int | None] = [getattr(rule, name) for rule in rules]
    return max(usual if days is None else days for days in own)


def today_of(now: datetime) -> date:
    """Return the date in Việt Nam."""
    return local(now).date()
