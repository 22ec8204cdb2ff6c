"""Who was told of what, once each; what a person asked to be reminded of again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from plans.ladder import Audience
from storage import tables
from storage.drafts import Key
from storage.outbox import State as Sending
from storage.tables import outbox as messages
from storage.tables import reminders, snoozes


class State(StrEnum):
    """What became of an occurrence."""

    POSTED = "posted"
    SKIPPED = "skipped"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One row: a person told of a unit and period at a rung, by which message of the outbox.

    `planned_at` is known of what was recorded.
    """

    key: Key
    stage: str
    person_id: int
    audience: Audience
    state: State
    due_at: datetime
    outbox: int | None = None
    planned_at: datetime | None = None


def record(connection: Connection, occurrences: Iterable[Occurrence], now: datetime) -> None:
    """Add occurrences; one that stands already breaks the unique key and undoes all."""
    rows = [
        {
            "plan": one.key.plan,
            "period": one.key.period,
            "unit": one.key.unit,
            "stage": one.stage,
            "person_id": one.person_id,
            "audience": one.audience,
            "state": one.state,
            "due_at": one.due_at,
            "planned_at": now,
            "outbox": one.outbox,
        }
        for one in occurrences
    ]
    if rows:
        connection.execute(insert(reminders), rows)


def told_in(
    connection: Connection, plan: str, periods: Collection[str]
) -> Iterable[tuple[str, str, str, int, str, bool]]:
    """Yield period, unit, stage, person, audience, and whether the message was given up."""
    told = reminders.c
    given_up = and_(messages.c.number == told.outbox, messages.c.state == Sending.FAILED)
    query = (
        select(told.period, told.unit, told.stage, told.person_id, told.audience, messages.c.number)
        .join(messages, given_up, isouter=True)
        .where(told.plan == plan, told.period.in_(periods))
    )
    for *key, number in connection.execute(query):
        yield *key, number is not None


def of_messages(connection: Connection, numbers: Collection[int]) -> list[Occurrence]:
    """Return the occurrences that some messages of the outbox tell of."""
    query = select(reminders).where(reminders.c.outbox.in_(numbers)).order_by(reminders.c.id)
    return [_occurrence(row) for row in connection.execute(query)]


def end(connection: Connection, occurrence: Occurrence, state: State) -> None:
    """Record that an occurrence was stopped or skipped after all: its message does not tell it."""
    connection.execute(update(reminders).where(_is(occurrence)).values(state=state))


def forget(connection: Connection, occurrence: Occurrence) -> None:
    """Let an occurrence be planned again, whose message is not sent after all."""
    connection.execute(delete(reminders).where(_is(occurrence)))


def _is(one: Occurrence) -> ColumnElement[bool]:
    return and_(
        reminders.c.plan == one.key.plan,
        reminders.c.period == one.key.period,
        reminders.c.unit == one.key.unit,
        reminders.c.stage == one.stage,
        reminders.c.person_id == one.person_id,
    )


def _occurrence(row: Row[tuple[object, ...]]) -> Occurrence:
    return Occurrence(
        key=Key(plan=row.plan, period=row.period, unit=row.unit),
        stage=row.stage,
        person_id=row.person_id,
        audience=Audience(row.audience),
        state=State(row.state),
        due_at=row.due_at,
        outbox=row.outbox,
        planned_at=row.planned_at,
    )


def snooze(connection: Connection, person_id: int, until: datetime, now: datetime) -> None:
    """Remind a person again at a moment; a later wish replaces the one before."""
    tables.put(connection, snoozes, {"person_id": person_id}, {"until": until, "set_at": now})


def snooze_still(connection: Connection, person_id: int, until: datetime, now: datetime) -> None:
    """Remind a person again after all, unless there is a newer wish."""
    if person_id not in snoozed(connection):
        snooze(connection, person_id, until, now)


def snoozed(connection: Connection) -> Mapping[int, datetime]:
    """Return who wants to be reminded again, and when."""
    return {row.person_id: row.until for row in connection.execute(select(snoozes))}


def wake(connection: Connection, now: datetime) -> None:
    """Forget the wishes whose moment has come."""
    connection.execute(delete(snoozes).where(snoozes.c.until <= now))
