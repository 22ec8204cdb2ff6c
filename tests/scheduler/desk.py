"""What the planner is told in tests: who is there, who has sent, and what it said before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plans.calendar import local
from plans.decisions import SetDeadline
from plans.pack import Pack
from plans.people import Contact, Role, RoleKind
from plans.working_days import WorkingDays, load_working_days
from scheduler.known import Calendar, State, Told, Watcher
from scheduler.planner import Reminder, due
from tests.scheduler.province import at, calendar

DAYS = load_working_days()
LONG_AGO = at("2023-01-02")


@dataclass(kw_only=True)
class Desk:
    """One plan's facts, to be changed as a test goes on; what is planned counts as told."""

    pack: Pack
    calendar: Calendar
    sent: dict[str, set[str]] = field(default_factory=dict)
    returned: dict[tuple[str, str], datetime] = field(default_factory=dict)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    active: dict[str, int] = field(default_factory=dict)
    watchers: list[Watcher] = field(default_factory=list)
    told: dict[tuple[str, str], list[Told]] = field(default_factory=dict)
    snoozes: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: Pack, days: WorkingDays = DAYS) -> "Desk":
        """Set up a plan whom nobody joined yet."""
        return cls(pack=pack, calendar=calendar(pack, days))

    def join(
        self, unit: str, *people: int, since: datetime = LONG_AGO, reachable: bool = True
    ) -> None:
        """Let people report for a unit."""
        for person in people:
            contact = Contact(role=person, person_id=person, since=since, reachable=reachable)
            self.contacts.setdefault(unit, []).append(contact)

    def unreachable(self, unit: str, person: int) -> None:
        """Let messages no longer arrive at one of a unit's people."""
        self.contacts[unit] = [
            Contact(role=c.role, person_id=c.person_id, since=c.since, reachable=False)
            if c.person_id == person
            else c
            for c in self.contacts[unit]
        ]

    def leave(self, unit: str, person: int) -> None:
        """Let somebody report for a unit no longer."""
        self.contacts[unit] = [c for c in self.contacts[unit] if c.person_id != person]

    def watch(
        self,
        person: int,
        unit: str = "",
        *,
        since: datetime = LONG_AGO,
        kind: RoleKind | None = None,
    ) -> None:
        """Let somebody coordinate a district, or the province."""
        kind = kind or (RoleKind.DISTRICT_COORDINATOR if unit else RoleKind.COORDINATOR)
        role = Role(id=person, person_id=person, plan=self.pack.id, kind=kind, unit=unit)
        self.watchers.append(Watcher(role=role, since=since))

    def extend(self, period: str, unit: str, until: datetime, set_at: datetime) -> None:
        """Give one unit until another day."""
        given = SetDeadline(
            plan=self.pack.id, period=period, unit=unit, until=until.date(), set_at=set_at
        )
        extensions = {**self.calendar.extensions, (period, unit): given}
        self.calendar = Calendar(
            periods=self.calendar.periods,
            working_days=self.calendar.working_days,
            extensions=extensions,
        )

    def plan(self, now: datetime) -> list[Reminder]:
        """Return what is due, without saying so."""
        state = State(
            sent=self.sent,
            returned=self.returned,
            contacts=self.contacts,
            active=self.active,
            watchers=self.watchers,
            told=self.told,
            snoozes=self.snoozes,
        )
        return due(self.pack, self.calendar, state, now)

    def sweep(self, now: datetime) -> list[Reminder]:
        """Return what is due and remember it as told, as a sweep does."""
        found = self.plan(now)
        for one in found:
            told = Told(stage=one.stage, person_id=one.person_id, audience=one.audience)
            self.told.setdefault((one.period, one.unit), []).append(told)
        return found

    def sweeps(self, moments: Iterable[datetime]) -> list[tuple[datetime, Reminder]]:
        """Sweep at one moment after the other."""
        return [(now, one) for now in moments for one in self.sweep(now)]


def hourly(first: str, last: str, minutes: int = 60) -> Iterator[datetime]:
    """Yield the moments from one to another."""
    now = at(first)
    while now <= at(last):
        yield now
        now += timedelta(minutes=minutes)


def lines(found: Iterable[Reminder]) -> list[str]:
    """Write reminders shortly: unit, rung, person and part, and whether it was missed."""
    return sorted(
        f"{one.unit or 'province'} {one.stage} {one.person_id} {one.audience}"
        + (" skipped" if one.skipped else "")
        for one in found
    )


def told(found: Iterable[tuple[datetime, Reminder]], audience: str = "reporter") -> list[str]:
    """Write shortly what was really told to one audience, with the moment."""
    return [
        f"{local(now):%d/%m %H:%M} {one.stage} {one.person_id}"
        for now, one in found
        if one.audience == audience and not one.skipped
    ]
