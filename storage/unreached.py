"""Units whose people reminders do not reach: what was posted to them and did not arrive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from plans.ladder import Audience
from storage.outbox import State
from storage.tables import outbox, reminders

_TO_THE_UNIT = (Audience.REPORTER, Audience.COLLEAGUE, Audience.NUDGE)
_SETTLED = (State.SENT, State.FAILED, State.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """The newest message to one of a unit's people that failed, or whose fate is unknown."""

    number: int
    posted_at: datetime
    unknown: bool


def undelivered(connection: Connection, plan: str, period: str) -> Mapping[str, Undelivered]:
    """Return by unit what did not arrive; a person whom a later message reached is left out."""
    query = (
        select(
            reminders.c.unit,
            reminders.c.person_id,
            outbox.c.number,
            outbox.c.state,
            outbox.c.posted_at,
        )
        .join(outbox, outbox.c.number == reminders.c.outbox)
        .where(
            reminders.c.plan == plan,
            reminders.c.period == period,
            reminders.c.audience.in_(_TO_THE_UNIT),
            outbox.c.state.in_(_SETTLED),
        )
        .order_by(outbox.c.number)
    )
    newest = {(row.unit, row.person_id): row for row in connection.execute(query)}
    lost = [row for row in newest.values() if row.state != State.SENT]
    return {
        row.unit: Undelivered(
            number=row.number, posted_at=row.posted_at, unknown=row.state == State.UNKNOWN
        )
        for row in sorted(lost, key=lambda row: row.posted_at)
    }
