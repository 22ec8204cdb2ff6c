"""The last look before a reminder leaves: what is no longer owed is not sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Connection

from plans.calendar import Period, today_of
from plans.ladder import Audience, Stage, awake, digest_stages, reached, reporter_stages
from plans.messages import Reply
from plans.pack import Obligation
from plans.world import World
from scheduler.letters import TO_REPORTERS, desk_for, reply_to
from scheduler.planner import DIGEST, SNOOZE, Reminder
from scheduler.state import settled
from storage import decisions, letters, people, reminders
from storage.reminders import Occurrence, State


class _Fate(Enum):
    """What becomes of an occurrence whose message is about to leave."""

    KEPT = auto()
    STOPPED = auto()
    SKIPPED = auto()
    FORGOTTEN = auto()


def unwanted(
    connection: Connection, world: World, numbers: Collection[int], now: datetime
) -> set[int]:
    """Return which messages of the outbox must not be sent any more; word others anew.

    What was reported, closed or left meanwhile is stopped. What waited until a later rung came is
    skipped, as if it had been missed. What quiet hours overtook is forgotten, so that it is
    planned again in the morning.
    """
    decided = world.decided(decisions.read(connection))
    found: dict[int, list[Occurrence]] = {}
    for one in reminders.of_messages(connection, numbers):
        if one.outbox is not None and one.state is State.POSTED:
            found.setdefault(one.outbox, []).append(one)
    standing = _Standing(connection, decided, now, [o for told in found.values() for o in told])
    return {number for number, told in found.items() if not _holds(standing, number, told)}


class _Standing:
    """What a batch of messages is checked against, read once."""

    def __init__(
        self, connection: Connection, world: World, now: datetime, told: Sequence[Occurrence]
    ) -> None:
        self.connection, self.world, self.now = connection, world, now
        plans = {one.key.plan for one in told} & set(world.packs)
        self.sent = {
            plan: settled(connection, plan, {o.key.period for o in told if o.key.plan == plan})
            for plan in plans
        }
        self.roles = people.roles_held(connection, {one.person_id for one in told})

    def fate(self, one: Occurrence) -> _Fate:
        """Decide whether an occurrence is still told."""
        plan, unit = one.key.plan, one.key.unit
        known = plan in self.world.packs and (not unit or unit in self.world.packs[plan].tree)
        period = self.world.period(plan, one.key.period) if known else None
        if period is None or not self._holds_role(one) or self._is_settled(one, period):
            return _Fate.STOPPED
        if self._asleep(one):
            return _Fate.FORGOTTEN
        if one.audience is Audience.NUDGE or one.stage.startswith(SNOOZE):
            return _Fate.KEPT
        return self._on_ladder(one, period)

    def _holds_role(self, one: Occurrence) -> bool:
        plan, unit = one.key.plan, one.key.unit
        units = [unit]
        if one.audience not in (*TO_REPORTERS, Audience.DIGEST):
            units += [other.code for other in self.world.packs[plan].tree.above(unit)]
            units.append("")
        return any((one.person_id, plan, unit) in self.roles for unit in units)

    def _is_settled(self, one: Occurrence, period: Period) -> bool:
        plan, unit = one.key.plan, one.key.unit
        if one.audience is Audience.DIGEST:
            return False
        own = self.world.unit_period(plan, period, unit)
        sent = unit in self.sent[plan].get(one.key.period, ())
        return sent or unit in period.released or own.locked(today_of(self.now))

    def _asleep(self, one: Occurrence) -> bool:
        """Say whether nobody may be reminded now; a nudge waits for its own hour."""
        rules = self.world.packs[one.key.plan].calendar.reminders
        nudge = one.audience is Audience.NUDGE
        return not nudge and not awake(rules, self.now, self.world.working_days)

    def _on_ladder(self, one: Occurrence, period: Period) -> _Fate:
        """Decide by the ladder of this moment: an extension makes another, a later rung may be up.

        What waited since an earlier day is planned again at the usual hour; so is an escalation
        that a later rung overtook, since each is told once.
        """
        stages = self._ladder(one, period)
        passed = reached(self.world.packs[one.key.plan].calendar.reminders, stages, self.now)
        mine = next((s for s in stages if s.name == one.stage.removeprefix(DIGEST)), None)
        if mine is None:
            return _Fate.STOPPED
        if passed and passed[-1] == mine:
            return _Fate.KEPT
        told_at_every_rung = one.audience in (Audience.REPORTER, Audience.DIGEST)
        skipped = mine in passed and told_at_every_rung
        return _Fate.SKIPPED if skipped else _Fate.FORGOTTEN

    def _ladder(self, one: Occurrence, period: Period) -> tuple[Stage, ...]:
        pack, days = self.world.packs[one.key.plan], self.world.working_days
        rules, unit = pack.calendar.reminders, one.key.unit
        if one.audience is Audience.DIGEST:
            return digest_stages(rules, period, days)
        own = self.world.unit_period(one.key.plan, period, unit)
        invited = pack.obligation(pack.tree[unit]) is Obligation.INVITED
        return reporter_stages(rules, own, days, invited=invited)


def _holds(standing: _Standing, number: int, told: list[Occurrence]) -> bool:
    """Record what becomes of a message's occurrences; word it anew where it is not quite true."""
    kept = []
    for one in told:
        fate = standing.fate(one)
        if fate is _Fate.KEPT:
            kept.append(one)
        elif fate is _Fate.FORGOTTEN:
            _forget(standing, one)
        else:
            skipped = fate is _Fate.SKIPPED
            state = State.SKIPPED if skipped else State.STOPPED
            reminders.end(standing.connection, one, state)
    if kept and (len(kept) < len(told) or _is_of_another_day(standing, kept)):
        letters.rewrite(standing.connection, number, _mended(standing, kept))
    return bool(kept)


def _is_of_another_day(standing: _Standing, kept: list[Occurrence]) -> bool:
    """Say whether the message tells of days that are left, or late, and was written before."""
    today = today_of(standing.now)
    return any(one.planned_at and today_of(one.planned_at) != today for one in kept)


def _forget(standing: _Standing, one: Occurrence) -> None:
    """Let an occurrence be planned again; a wish to be reminded stands again for that."""
    reminders.forget(standing.connection, one)
    if one.stage.startswith(SNOOZE):
        reminders.snooze_still(standing.connection, one.person_id, one.due_at, standing.now)


def _mended(standing: _Standing, kept: list[Occurrence]) -> Reply:
    due = [
        Reminder(
            plan=one.key.plan,
            period=one.key.period,
            unit=one.key.unit,
            stage=one.stage,
            person_id=one.person_id,
            audience=one.audience,
            due_at=one.due_at,
        )
        for one in kept
    ]
    desk = desk_for(standing.connection, standing.world, standing.now, due)
    return reply_to(desk, due[0].person_id, due)
