"""Deadlines that coordinators set, and reports that they ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from plans.decisions import AskedFor, Closing, Decisions, Release, Request, SetDeadline
from plans.pack import IndicatorKind
from storage import closures, moves
from storage.drafts import Key
from storage.tables import deadlines, requests


def read(connection: Connection) -> Decisions:
    """Return everything that was decided, but what a later word for everybody overtook."""
    return Decisions(
        deadlines=_in_force(
            SetDeadline(plan=r.plan, period=r.period, unit=r.unit, until=r.until, set_at=r.set_at)
            for r in connection.execute(select(deadlines).order_by(deadlines.c.id))
        ),
        requests=tuple(
            Request(
                plan=r.plan,
                number=r.number,
                title=r.title,
                questions=tuple(_asked(question) for question in r.questions),
                units=tuple(r.units),
                until=r.until,
                opened_at=r.opened_at,
                closed_at=r.closed_at,
            )
            for r in connection.execute(select(requests).order_by(requests.c.id))
        ),
        closings=tuple(
            Closing(
                plan=one.key.plan,
                period=one.key.period,
                unit=one.key.unit,
                closed_at=one.closed_at,
            )
            for one in closures.in_force(connection)
        ),
        releases=tuple(
            Release(plan=plan, period=period, units=units)
            for (plan, period), units in moves.released(connection).items()
        ),
    )


def _in_force(decided: Iterable[SetDeadline]) -> tuple[SetDeadline, ...]:
    """Leave out a unit's extension where the whole period's own date is no earlier by now."""
    found = list(decided)
    whole = {(d.plan, d.period): d.until for d in found if not d.unit}
    return tuple(
        d for d in found if not d.unit or d.until > whole.get((d.plan, d.period), date.min)
    )


def _asked(stored: Mapping[str, Any]) -> AskedFor:
    return AskedFor(
        label=stored["label"],
        measure=stored["measure"],
        kind=IndicatorKind(stored["kind"]),
        money=stored["money"],
    )


def set_deadline(connection: Connection, key: Key, until: date, set_by: int, now: datetime) -> None:
    """Set the last day on time of one unit, or with unit "" of a whole period."""
    connection.execute(
        insert(deadlines).values(
            plan=key.plan,
            period=key.period,
            unit=key.unit,
            until=until,
            set_by=set_by,
            set_at=now,
        )
    )


def next_number(connection: Connection, plan: str) -> int:
    """Return the number of a plan's next request."""
    query = select(func.max(requests.c.number)).where(requests.c.plan == plan)
    return int(connection.execute(query).scalar() or 0) + 1


def add_request(connection: Connection, request: Request, opened_by: int) -> None:
    """Record a request; its number is unique in the plan."""
    connection.execute(
        insert(requests).values(
            plan=request.plan,
            number=request.number,
            title=request.title,
            questions=[asdict(question) for question in request.questions],
            units=list(request.units),
            until=request.until,
            opened_by=opened_by,
            opened_at=request.opened_at,
        )
    )


def close_request(connection: Connection, plan: str, number: int, now: datetime) -> None:
    """Withdraw a request: nothing more is asked or reminded."""
    connection.execute(
        update(requests)
        .where(requests.c.plan == plan, requests.c.number == number)
        .values(closed_at=now)
    )
