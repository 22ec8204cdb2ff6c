"""A whole country in a database: 3,321 communes that sent 20 indicators in 20 periods."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, insert

from bench.server import PLAN
from handlers.turn import Turn
from plans.calendar import VIETNAM, Period
from plans.messages import Address, Message
from plans.pack import Form, IndicatorKind, Pack
from plans.people import Person, RoleKind
from plans.world import World
from storage import people, tables

FIRST, LAST = 2017, 2026
INDICATORS, PERIODS = 20, 20
NOW = datetime(2026, 12, 12, 1, tzinfo=UTC)
# Of ten communes nine send, of a hundred reports some are sent anew and some returned.
SILENT, ANEW, RETURNED = 0.1, 0.05, 0.02


def wide(pack: Pack) -> Pack:
    """Return the plan over ten years, its communes asked for so many indicators."""
    names = [code for code, one in pack.indicators.items() if one.kind is not IndicatorKind.YES_NO]
    asked = ("TT01", *names[: INDICATORS - 1])
    indicators = {
        code: one.model_copy(update={"counted_at": ("commune", "district")})
        if code in asked
        else one
        for code, one in pack.indicators.items()
    }
    form = Form(title=pack.forms["commune"].title, questions=asked)
    found = pack.model_copy(
        update={
            "valid_from": date(FIRST, 1, 1),
            "valid_to": date(LAST, 12, 31),
            "indicators": indicators,
            "forms": {**pack.forms, "commune": form},
        }
    )
    found.__dict__.pop("tree", None)
    return found


def coordinator(connection: Connection, world: World) -> Callable[[Connection], Turn]:
    """Let a coordinator join; return what makes a turn of theirs."""
    address = Address(channel="webchat", chat="coordinator")
    person = people.add_person(connection, address, "vi", NOW)
    people.grant(connection, person.id, PLAN, RoleKind.COORDINATOR, "", NOW)
    roles = people.roles_of(connection, person.id)
    message = Message(address=address, id="1", text="")

    def turn(tx: Connection) -> Turn:
        one = Person(id=person.id, language="vi")
        return Turn(connection=tx, world=world, now=NOW, message=message, person=one, roles=roles)

    return turn


def fill(connection: Connection, world: World, returned_by: int) -> None:
    """Let communes send every period in the days around its deadline, most of them in time."""
    chance, number = random.Random(20), 0
    for period in world.calendars[PLAN]:
        reports: list[dict[str, object]] = []
        answers: list[dict[str, object]] = []
        returns: list[dict[str, object]] = []
        for unit in world.owing(PLAN, period):
            if unit.type != "commune" or chance.random() < SILENT:
                continue
            number += 1
            at, told = _moment(period, chance), {"period": period.id, "unit": unit.code}
            reports.append(
                {"id": number, "plan": PLAN, "version": 1 + (chance.random() < ANEW)}
                | {"latest": 1, "sent_at": at, "first_sent_at": at, "receipt": f"BC-{number}"}
                | {"reason": "", "kept": [], **told}
            )
            if chance.random() < RETURNED:
                returns.append(
                    {"plan": PLAN, "codes": ["TT01"], "reason": "số liệu", **told}
                    | {"returned_by": returned_by, "returned_at": at, "answered_at": at}
                )
            answers += [
                {"report_id": number, "code": code, "state": "value"}
                | {"value": chance.randrange(2 if code == "TT01" else 500)}
                for code in world.packs[PLAN].forms["commune"].questions
            ]
        connection.execute(insert(tables.reports), reports)
        connection.execute(insert(tables.report_answers), answers)
        connection.execute(insert(tables.returns), returns)


def _moment(period: Period, chance: random.Random) -> datetime:
    """Return when a commune sent: mostly in the last days before a deadline, never after now."""
    midnight = datetime.combine(period.last_on_time, time.min, VIETNAM)
    at = midnight + timedelta(days=chance.gauss(-3, 4))
    return min(at.replace(microsecond=0), NOW).astimezone(UTC)
