"""Where every unit stands with a period's report, gathered for lists and digests."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from plans.calendar import Period, days_late, local
from plans.progress import Progress, Row, SendState
from plans.units import Unit
from plans.world import World
from storage import delays, moves, people, reports, summaries
from storage.unreached import undelivered


def progress_of(
    connection: Connection,
    world: World,
    plan: str,
    period: Period,
    today: date,
    root: str = "",
    unit_type: str = "",
) -> Progress:
    """Gather where the units that a period asks stand: below one, of a type, or all."""
    pack = world.packs[plan]
    sent = summaries.sent_in(connection, plan, period.id)
    begun = summaries.drafts_in(connection, plan, period.id)
    returned = reports.open_returns(connection, plan, period.id)
    contacts = people.contacts(connection, plan)
    lost = undelivered(connection, plan, period.id)
    reasons = delays.latest_in(connection, plan, period.id)

    def row(unit: Unit) -> Row:
        own = world.unit_period(plan, period, unit.code)
        there, known = sent.get(unit.code), contacts.get(unit.code, ())
        late = _days_late(own, there, today)
        state = _state(there, late, begun=unit.code in begun)
        if unit.code in returned:
            state = SendState.RETURNED
        return Row(
            unit=unit,
            obligation=pack.obligation(unit),
            state=state,
            connected=bool(known),
            reachable=unit.code not in lost and any(contact.reachable for contact in known),
            overdue=not state.arrived and late > 0,
            until=own.last_day if own.last_day != period.last_day else None,
            reason=reasons.get(unit.code, ""),
            accepted=there is not None and there.accepted_at is not None,
            on_behalf=there is not None and there.on_behalf != "",
            closed=own.closed_at is not None and own.locked(today),
            days_late=late,
        )

    rows = [row(unit) for unit in world.owing(plan, period, root, unit_type)]
    return Progress(
        pack=pack,
        period=period,
        today=today,
        rows=rows,
        root=root,
        unit_type=unit_type,
        twins=_twins(connection, plan, period, rows),
    )


def _twins(
    connection: Connection, plan: str, period: Period, rows: Sequence[Row]
) -> list[tuple[str, ...]]:
    """Return those of some units that hold the same figures as others of them."""
    below = {row.unit.code for row in rows}
    found = [
        tuple(unit for unit in twins.units if unit in below)
        for twins in moves.twins(connection, plan, period.id)
    ]
    return [units for units in found if len(units) > 1]


def _state(sent: summaries.Sent | None, late: int, *, begun: bool) -> SendState:
    if sent:
        return SendState.SENT_LATE if late else SendState.SENT
    return SendState.BEGUN if begun else SendState.NOT_BEGUN


def _days_late(own: Period, sent: summaries.Sent | None, today: date) -> int:
    """Count the days from a unit's own deadline to its first sending, or to today."""
    if sent:
        return days_late(own, local(sent.first_sent_at).date())
    # What was closed or withdrawn before its deadline is late with nobody.
    return 0 if own.lock < own.last_on_time else days_late(own, today)
