"""Nudges: at whose word units were reminded, and what became of the letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    cast,
    insert,
    literal,
    select,
    update,
)

from plans.ladder import Audience
from plans.nudges import Outcome
from storage.outbox import State as Sending
from storage.reminders import State
from storage.tables import nudges, outbox, reminders

_OUTCOMES = {
    Sending.SENT: Outcome.SENT,
    Sending.WAITING: Outcome.WAITING,
    Sending.CLAIMED: Outcome.WAITING,
    Sending.UNKNOWN: Outcome.UNKNOWN,
    Sending.FAILED: Outcome.FAILED,
    Sending.WITHDRAWN: Outcome.UNNEEDED,
}
_UNDER_WAY = (Sending.WAITING, Sending.CLAIMED)
_LOST = (Sending.FAILED, Sending.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A coordinator's word that units of a period be nudged."""

    id: int
    plan: str
    period: str
    nudged_by: int
    at: datetime

    @property
    def stage(self) -> str:
        """Return the name under which its occurrences are recorded."""
        return f"nudge {self.id}"


def add(connection: Connection, plan: str, period: str, nudged_by: int, now: datetime) -> Nudge:
    """Record a nudge; its letters are posted by the caller."""
    new = insert(nudges).values(plan=plan, period=period, nudged_by=nudged_by, at=now)
    number = int(connection.execute(new.returning(nudges.c.id)).scalar_one())
    return Nudge(id=number, plan=plan, period=period, nudged_by=nudged_by, at=now)


def find(connection: Connection, number: int) -> Nudge | None:
    """Return a nudge by number."""
    row = connection.execute(select(nudges).where(nudges.c.id == number)).first()
    return _nudge(row) if row else None


def nudged_since(
    connection: Connection, plan: str, period: str, since: datetime
) -> Mapping[str, datetime]:
    """Return when units were last nudged about a period after a moment; what failed is no nudge."""
    query = (
        select(reminders.c.unit, reminders.c.due_at)
        .join(outbox, outbox.c.number == reminders.c.outbox)
        .where(
            reminders.c.plan == plan,
            reminders.c.period == period,
            reminders.c.audience == Audience.NUDGE,
            reminders.c.state == State.POSTED,
            reminders.c.due_at > since,
            outbox.c.state.not_in(_LOST),
        )
        .order_by(reminders.c.due_at)
    )
    return {row.unit: row.due_at for row in connection.execute(query)}


def outcomes(connection: Connection, nudge: Nudge) -> dict[str, Outcome]:
    """Return what became of a nudge, unit by unit."""
    query = (
        select(reminders.c.unit, reminders.c.state, outbox.c.state.label("sending"))
        .join(outbox, outbox.c.number == reminders.c.outbox)
        .where(
            reminders.c.plan == nudge.plan,
            reminders.c.period == nudge.period,
            reminders.c.stage == nudge.stage,
        )
        .order_by(reminders.c.id)
    )
    found: dict[str, Outcome] = {}
    ranks = list(Outcome)
    for row in connection.execute(query):
        stopped = row.state != State.POSTED
        outcome = Outcome.UNNEEDED if stopped else _OUTCOMES[Sending(row.sending)]
        found[row.unit] = min(found.get(row.unit, outcome), outcome, key=ranks.index)
    return found


def settled(connection: Connection) -> list[Nudge]:
    """Return the nudges of which no letter is under way and nothing was told yet."""
    query = (
        select(nudges).where(nudges.c.reported_at.is_(None), ~_under_way()).order_by(nudges.c.id)
    )
    return [_nudge(row) for row in connection.execute(query)]


def finished(connection: Connection, now: datetime) -> list[Nudge]:
    """Return the nudges of which no letter is under way, each once: they are marked as told."""
    found = settled(connection)
    _told(connection, [nudge.id for nudge in found], now)
    return found


def _told(connection: Connection, numbers: Iterable[int], now: datetime) -> None:
    connection.execute(update(nudges).where(nudges.c.id.in_(numbers)).values(reported_at=now))


def _under_way() -> ColumnElement[bool]:
    return (
        select(reminders.c.id)
        .join(outbox, outbox.c.number == reminders.c.outbox)
        .where(
            reminders.c.plan == nudges.c.plan,
            reminders.c.period == nudges.c.period,
            reminders.c.stage == literal("nudge ") + cast(nudges.c.id, String),
            outbox.c.state.in_(_UNDER_WAY),
        )
        .exists()
    )


def _nudge(row: Row[tuple[object, ...]]) -> Nudge:
    return Nudge(id=row.id, plan=row.plan, period=row.period, nudged_by=row.nudged_by, at=row.at)
