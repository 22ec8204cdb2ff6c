"""The planner on any state and any walk of the clock: nothing twice, nothing lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.calendar import VIETNAM, local
from plans.pack import Pack
from plans.working_days import WorkingDays
from scheduler.known import Calendar
from scheduler.planner import Reminder
from tests.scheduler.desk import DAYS, Desk
from tests.scheduler.province import at, province

PERIOD = "2026-H1"
UNITS = ("V0001", "V0002", "D01", "B01")
PEOPLE = range(1, 6)
BEGIN = at("2026-05-20 00:00")
BEGINNINGS = (BEGIN, at("2026-06-10 06:00"), at("2026-06-15 06:00"), at("2026-06-15 20:00"))
quickly = settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def small() -> Pack:
    with TemporaryDirectory() as folder:
        return province(Path(folder))


moments = st.integers(0, 50 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    desk = Desk.of(small())
    for person in PEOPLE:
        for unit in draw(st.sets(st.sampled_from(UNITS), max_size=2)):
            since = draw(st.one_of(st.just(BEGIN - timedelta(days=90)), moments))
            desk.join(unit, person, since=since, reachable=draw(st.integers(0, 3)) > 0)
        if draw(st.integers(0, 4)) == 0:
            desk.watch(person, draw(st.sampled_from(("", "D01"))))
    for unit in UNITS:
        if draw(st.booleans()) and unit in desk.contacts:
            desk.active[unit] = draw(st.sampled_from(desk.contacts[unit])).person_id
    return desk


# What happens between two sweeps: something is sent, returned or extended, somebody snoozes, …
events = st.sampled_from(
    ("", "", "", "", "send", "return", "extend", "snooze", "block", "write", "back")
)
steps = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 60), st.integers(60, 60 * 40)), events, st.integers(0, 10_000)
    ),
    min_size=5,
    max_size=60,
)


class Walk:
    """A desk on its way through the weeks, with everything that was told."""

    def __init__(self, desk: Desk, begin: datetime) -> None:
        self.desk, self.now = desk, begin
        self.found: list[tuple[datetime, Reminder]] = []
        # Where reachability changed, a rung may be told to a second person.
        self.changed: set[str] = set()

    def step(self, minutes: int, event: str, chance: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._happens(event, UNITS[chance % len(UNITS)], chance)
        found = self.desk.sweep(self.now)
        assert self.desk.plan(self.now) == []
        self.found += [(self.now, one) for one in found]
        self.desk.snoozes = {p: m for p, m in self.desk.snoozes.items() if m > self.now}

    def _happens(self, event: str, unit: str, chance: int) -> None:
        desk, contacts = self.desk, self.desk.contacts.get(unit, [])
        who = contacts[chance % len(contacts)].person_id if contacts else 0
        match event:
            case "send":
                desk.sent.setdefault(PERIOD, set()).add(unit)
                desk.returned.pop((PERIOD, unit), None)
            case "return" if unit in desk.sent.get(PERIOD, ()):
                desk.sent[PERIOD].discard(unit)
                desk.returned[PERIOD, unit] = self.now
            case "extend":
                until = self.now + timedelta(days=chance % 12)
                desk.extend(PERIOD, unit, until, self.now)
            case "snooze" if who:
                desk.snoozes[who] = self.now + timedelta(hours=chance % 30)
            case "block" if who:
                desk.unreachable(unit, who)
                self.changed.add(unit)
            case "write" if who:
                desk.active[unit] = who
            case "back":
                self.now -= timedelta(hours=1)


@settings(quickly, max_examples=250)
@given(desks(), st.sampled_from(BEGINNINGS), steps)
def test_nothing_comes_twice_or_wrongly(
    desk: Desk, begin: datetime, steps: list[tuple[int, str, int]]
) -> None:
    walk = Walk(desk, begin)
    for minutes, event, chance in steps:
        before = len(walk.found)
        walk.step(minutes, event, chance)
        for now, one in walk.found[before:]:
            here = local(now)
            assert DAYS.works(here.date())
            assert time(7) <= here.time() < time(20)
            assert one.audience == "digest" or one.unit not in desk.sent.get(PERIOD, ())
            assert one.due_at <= now

    keys = Counter((o.period, o.unit, o.stage, o.person_id) for _, o in walk.found)
    assert {key for key, count in keys.items() if count > 1} == set()
    rungs = Counter(
        (o.unit, o.stage)
        for _, o in walk.found
        if o.audience == "reporter" and not o.stage.startswith("snooze") and not o.skipped
    )
    doubled = {unit for (unit, _), count in rungs.items() if count > 1}
    assert doubled <= walk.changed
    assert not [o for _, o in walk.found if o.unit == "B01" and o.audience != "reporter"]
    for audience in ("above", "colleague", "coordinator"):
        told = Counter(
            (o.unit, o.stage.partition(" ")[2], o.person_id)
            for _, o in walk.found
            if o.audience == audience
        )
        assert {key for key, count in told.items() if count > 1} == set()


overrides = st.sets(st.integers(-40, 40), max_size=25)
deadlines = st.dates(date(2026, 1, 20), date(2026, 11, 30))


def rungs_by_hand(last_day: date, on_time: date, days: WorkingDays) -> Iterator[tuple[str, date]]:
    """Yield the ladder as the rules say it, the opening but by its day."""
    for count in (-14, -7, -3, -1, 0, 1, 3, 7):
        day = (on_time if count > 0 else last_day) + timedelta(days=count)
        while not days.works(day):
            day += timedelta(days=1 if count > 0 else -1)
        yield {0: "T", -14: "opening"}.get(count, f"T{count:+d}"), day


@quickly
@given(deadlines, overrides, overrides, st.integers(0, 59))
def test_every_rung_comes_once_or_meets_a_later_one(
    last: date, off: set[int], worked: set[int], minute: int
) -> None:
    days = WorkingDays(
        off=frozenset(last + timedelta(days=n) for n in off - worked),
        worked=frozenset(last + timedelta(days=n) for n in worked),
    )
    on_time = days.on_or_after(last)
    period = replace(
        next(p for p in Desk.of(small()).calendar.periods if p.id == PERIOD),
        named_day=last,
        exclusive=False,
        last_on_time=on_time,
        grace_until=on_time,
        opens=days.on_or_before(last - timedelta(days=14)),
        lock=on_time + timedelta(days=45),
    )
    desk = Desk(pack=small(), calendar=Calendar(periods=(period,), working_days=days))
    desk.join("V0001", 1)
    begin = datetime.combine(period.opens - timedelta(days=2), time(0, minute), VIETNAM)
    # Hourly through the days on which anything may come, and once a day beyond them.
    hours = (begin + timedelta(hours=n) for n in range(24 * 100))
    found = desk.sweeps(now for now in hours if 6 <= now.hour <= 10)

    by_hand = list(rungs_by_hand(last, on_time, days))
    told = [
        (one.stage, local(now).date())
        for now, one in found
        if one.audience == "reporter" and not one.skipped
    ]
    newest = {day: name for name, day in by_hand}
    assert told == [(name, day) for day, name in sorted(newest.items())]
    skipped = [one.stage for _, one in found if one.audience == "reporter" and one.skipped]
    assert sorted(skipped) == sorted(name for name, day in by_hand if newest[day] != name)
