"""What is due now, from what is known: pure, so that nothing but its arguments decides."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plans.calendar import Period, local, today_of
from plans.ladder import Audience, Stage, awake, digest_stages, reached, reporter_stages
from plans.pack import Obligation, Pack
from plans.people import Contact, RoleKind
from plans.units import Unit
from scheduler.known import Calendar, State, Told, Watcher

# A lock is told on the first working day after it: past Tết that may be long after.
_LOCK_IS_NEWS = timedelta(days=21)
DIGEST, SNOOZE = "digest ", "snooze "
_DIGESTED = (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)
# The rungs for a unit's reporters, and those of them that are due.
_Ladder = tuple[list[Stage], list[Stage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One occurrence: who is told of which unit and period, at which rung; or that it was missed.

    For a digest the unit is the one that its reader coordinates, "" for the province.
    """

    plan: str
    period: str
    unit: str
    stage: str
    person_id: int
    audience: Audience
    due_at: datetime
    skipped: bool = False


def current(periods: Sequence[Period], today: date) -> list[Period]:
    """Return the periods that somebody may have to be told of today."""
    return [p for p in periods if p.opens <= today <= p.lock + _LOCK_IS_NEWS]


def due(pack: Pack, calendar: Calendar, state: State, now: datetime) -> list[Reminder]:
    """List what is due now and was not told yet; nothing on days off and in quiet hours."""
    if not awake(pack.calendar.reminders, now, calendar.working_days):
        return []
    planning = _Planning(pack, calendar, state, now)
    found: list[Reminder] = []
    for period in _maybe_extended(calendar, today_of(now)):
        for unit in pack.tree:
            if period.concerns(unit) and unit.code not in state.sent.get(period.id, ()):
                found += planning.of_unit(period, unit)
    found += [one for p in current(calendar.periods, today_of(now)) for one in planning.digests(p)]
    return _once(state, found)


def _once(state: State, found: list[Reminder]) -> list[Reminder]:
    """Leave out whom a rung was told to already, in whatever part: nobody is told of it twice."""
    fresh: dict[tuple[str, str, str, int], Reminder] = {}
    for one in found:
        told = state.told.get((one.period, one.unit), ())
        if not any((t.stage, t.person_id) == (one.stage, one.person_id) for t in told):
            fresh.setdefault((one.period, one.unit, one.stage, one.person_id), one)
    return list(fresh.values())


def _maybe_extended(calendar: Calendar, today: date) -> list[Period]:
    """Return the periods that are current, or were until a unit's deadline was extended."""
    later = {id for id, _ in calendar.extensions}
    near = {period.id for period in current(calendar.periods, today)}
    return [p for p in calendar.periods if p.opens <= today and p.id in near | later]


def _ahead(told: AbstractSet[str], ladder: Sequence[Stage], last: Stage) -> bool:
    """Say whether a later rung was told already: the clock went back and has to catch up."""
    return any(stage.name in told for stage in ladder if stage > last)


class _Planning:
    def __init__(self, pack: Pack, calendar: Calendar, state: State, now: datetime) -> None:
        self._pack = pack
        self._rules = pack.calendar.reminders
        self._calendar = calendar
        self._state = state
        self._now = now
        self._watchers: dict[tuple[RoleKind, str], list[Watcher]] = {}
        for watcher in state.watchers:
            if watcher.reachable:
                key = (watcher.role.kind, watcher.role.unit)
                self._watchers.setdefault(key, []).append(watcher)
        self._ladders: dict[tuple[object, ...], _Ladder] = {}

    def of_unit(self, period: Period, unit: Unit) -> Iterator[Reminder]:
        """Yield what is due about a unit that owes a period's report."""
        own = self._calendar.of_unit(period, unit.code)
        if own.locked(today_of(self._now)):
            return
        known = self._in_order(unit.code)
        yield from self._snoozed(own, unit, known)
        invited = self._pack.obligation(unit) is Obligation.INVITED
        since = self._state.returned.get((period.id, unit.code))
        ladder, passed = self._ladder(own, since, invited=invited)
        told = self._state.told.get((period.id, unit.code), ())
        if not passed or _ahead({t.stage for t in told}, ladder, passed[-1]):
            return
        last = passed[-1]
        known = [contact for contact in known if contact.since <= last.at]
        yield from self._reporter(own, unit, known, passed, told)
        if last.overdue and not invited and since is None:
            yield from self._escalated(own, unit, known, last, told)

    def _ladder(self, period: Period, since: datetime | None, *, invited: bool) -> _Ladder:
        """Return the rungs that follow a return, or all, and those of them that are due."""
        key = (period.id, period.last_day, period.set_at, since, invited)
        if key not in self._ladders:
            days = self._calendar.working_days
            stages = reporter_stages(self._rules, period, days, invited=invited)
            ladder = [stage for stage in stages if since is None or stage.at >= since]
            self._ladders[key] = ladder, reached(self._rules, ladder, self._now)
        return self._ladders[key]

    def _in_order(self, unit: str) -> list[Contact]:
        """Return a unit's people whom messages reach: who last wrote its figures comes first."""
        active = self._state.active.get(unit)
        known = [c for c in self._state.contacts.get(unit, ()) if c.reachable]
        return sorted(known, key=lambda c: c.person_id != active)

    def _reporter(
        self,
        period: Period,
        unit: Unit,
        known: list[Contact],
        passed: list[Stage],
        told: Sequence[Told],
    ) -> Iterator[Reminder]:
        """Yield the newest rung for a unit's first contact, and those that were missed before."""
        last = passed[-1]
        here = [t for t in told if t.stage == last.name]
        reporters = {t.person_id for t in here if t.audience is Audience.REPORTER and not t.lost}
        heard = {t.person_id for t in here}
        first = next((contact for contact in known if contact.person_id not in heard), None)
        if first is None or reporters & {contact.person_id for contact in known}:
            return
        recorded = {t.stage for t in told}
        for stage in passed[:-1]:
            if stage.name not in recorded and stage.at >= first.since:
                yield self._made(period, unit.code, stage, first.person_id, skipped=True)
        yield self._made(period, unit.code, last, first.person_id)

    def _escalated(
        self,
        period: Period,
        unit: Unit,
        known: list[Contact],
        last: Stage,
        told: Sequence[Told],
    ) -> Iterator[Reminder]:
        """Yield whom else a unit's delay is told to: each audience once for a deadline."""
        deadline = last.name.partition(" ")[2]
        done = {t.audience for t in told if t.stage.partition(" ")[2] == deadline}
        taken = {t.person_id for t in told if t.stage == last.name}
        taken |= {known[0].person_id} if known else set()
        for audience, days, people in (
            (Audience.COLLEAGUE, self._rules.colleagues, lambda: known[1:]),
            (Audience.ABOVE, self._rules.above, lambda: self._above(unit)),
            (Audience.COORDINATOR, self._rules.coordinator, self._coordinators),
        ):
            if not 0 < days <= last.days or audience in done:
                continue
            for person_id, since in [(one.person_id, one.since) for one in people()]:
                if person_id not in taken and since <= last.at:
                    taken.add(person_id)
                    yield self._made(period, unit.code, last, person_id, audience)

    def _above(self, unit: Unit) -> list[Contact | Watcher]:
        """Return who stands between a unit and the province: the district's people."""
        above = [other.code for other in self._pack.tree.above(unit.code)]
        district = [contact for code in above[:1] for contact in self._in_order(code)]
        kind = RoleKind.DISTRICT_COORDINATOR
        over = [w for code in (unit.code, *above) for w in self._watchers.get((kind, code), ())]
        return [*district, *over]

    def _coordinators(self) -> list[Watcher]:
        found = [self._watchers[key] for key in self._watchers if key[0] is RoleKind.COORDINATOR]
        return [watcher for watchers in found for watcher in watchers]

    def _snoozed(self, period: Period, unit: Unit, known: list[Contact]) -> Iterator[Reminder]:
        for contact in known:
            until = self._state.snoozes.get(contact.person_id)
            if until is not None and until <= self._now:
                stage = Stage(at=until, days=0, name=f"{SNOOZE}{local(until):%Y-%m-%dT%H:%M}")
                yield self._made(period, unit.code, stage, contact.person_id)

    def digests(self, period: Period) -> Iterator[Reminder]:
        """Yield the newest digest of a period for each coordinator who has not had it."""
        stages = digest_stages(self._rules, period, self._calendar.working_days)
        due_now = reached(self._rules, stages, self._now)
        for watcher in self._state.watchers:
            root = watcher.role.unit
            if watcher.role.kind not in _DIGESTED or not watcher.reachable:
                continue
            passed = [s for s in due_now if s.at >= watcher.since]
            told = self._state.told.get((period.id, root), ())
            seen = {t.stage for t in told if t.person_id == watcher.role.person_id}
            if not passed or f"{DIGEST}{passed[-1].name}" in seen or not self._any(period, root):
                continue
            for stage in passed:
                if f"{DIGEST}{stage.name}" not in seen:
                    person_id, late = watcher.role.person_id, stage is not passed[-1]
                    yield self._digest(period, root, stage, person_id, skipped=late)

    def _any(self, period: Period, root: str) -> bool:
        tree = self._pack.tree
        return any(period.concerns(unit) and tree.within(unit.code, root) for unit in tree)

    def _digest(
        self, period: Period, root: str, stage: Stage, person_id: int, *, skipped: bool
    ) -> Reminder:
        named = Stage(at=stage.at, days=stage.days, name=f"{DIGEST}{stage.name}")
        return self._made(period, root, named, person_id, Audience.DIGEST, skipped=skipped)

    def _made(
        self,
        period: Period,
        unit: str,
        stage: Stage,
        person_id: int,
        audience: Audience = Audience.REPORTER,
        *,
        skipped: bool = False,
    ) -> Reminder:
        return Reminder(
            plan=self._pack.id,
            period=period.id,
            unit=unit,
            stage=stage.name,
            person_id=person_id,
            audience=audience,
            due_at=stage.at,
            skipped=skipped,
        )
