"""Where every unit stands with a period's report, gathered for lists and digests."""

from datetime import date

from sqlalchemy import Connection

from plans.calendar import Period, Timeliness, local, timeliness
from plans.progress import Progress, Row, SendState
from plans.units import Unit
from plans.world import World
from storage import delays, moves, people, reports, summaries
from storage.unreached import undelivered


def progress_of(
    connection: Connection, world: World, plan: str, period: Period, today: date, root: str = ""
) -> Progress:
    """Gather where every unit that a period asks stands, below one unit or everywhere."""
    pack = world.packs[plan]
    sent = summaries.sent_in(connection, plan, period.id)
    begun = summaries.drafts_in(connection, plan, period.id)
    returned = reports.open_returns(connection, plan, period.id)
    contacts = people.contacts(connection, plan)
    lost = undelivered(connection, plan, period.id)
    reasons = delays.latest_in(connection, plan, period.id)

    def row(unit: Unit) -> Row:
        own = world.unit_period(plan, period, unit.code)
        state = SendState.BEGUN if unit.code in begun else SendState.NOT_BEGUN
        if unit.code in sent:
            state = _sent_state(own, sent[unit.code])
        if unit.code in returned:
            state = SendState.RETURNED
        known = contacts.get(unit.code, ())
        return Row(
            unit=unit,
            obligation=pack.obligation(unit),
            state=state,
            connected=bool(known),
            reachable=unit.code not in lost and any(contact.reachable for contact in known),
            overdue=not state.arrived and today > own.grace_until,
            until=own.last_day if own.last_day != period.last_day else None,
            reason=reasons.get(unit.code, ""),
            accepted=unit.code in sent and sent[unit.code].accepted_at is not None,
            on_behalf=unit.code in sent and sent[unit.code].on_behalf != "",
            closed=own.closed_at is not None and own.locked(today),
        )

    rows = [row(u) for u in world.owing(plan, period) if pack.tree.within(u.code, root)]
    return Progress(
        pack=pack,
        period=period,
        today=today,
        rows=rows,
        root=root,
        twins=_twins(connection, plan, period, {row.unit.code for row in rows}),
    )


def _twins(
    connection: Connection, plan: str, period: Period, below: set[str]
) -> list[tuple[str, ...]]:
    """Return the units below that hold the same figures as others there."""
    found = [
        tuple(unit for unit in twins.units if unit in below)
        for twins in moves.twins(connection, plan, period.id)
    ]
    return [units for units in found if len(units) > 1]


def _sent_state(period: Period, sent: summaries.Sent) -> SendState:
    late = timeliness(period, local(sent.first_sent_at).date()) is Timeliness.LATE
    return SendState.SENT_LATE if late else SendState.SENT
