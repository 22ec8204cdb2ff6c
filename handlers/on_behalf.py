"""A coordinator enters the report of a unit that telephoned, and the unit looks it over."""

from documents import wording
from handlers.asked import example_unit, understand
from handlers.correcting import open_correction
from handlers.desks import (
    acting_for,
    desk_at,
    is_open,
    key_of,
    locked,
    require_open_to,
    role_for,
)
from handlers.report import enter
from handlers.turn import Turn, forbid
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role
from storage import acceptances, reports
from storage.drafts import Key

CORRECT = "+dinhchinh"


def enter_for(turn: Turn, words: str) -> Reply:
    """Open the desk of a unit below; one that has sent is corrected, after a question."""
    named = " ".join(word for word in words.split() if word != CORRECT)
    role = role_for(turn, Action.ENTER_FOR, f"/nhapthay {words}".strip())
    asked = understand(turn, role, named, "/nhapthay")
    if not asked.unit or not asked.named:
        example = example_unit(turn.pack(role))
        raise Refused("asked.name_unit", command="/nhapthay", example=example)
    turn.require(role, Action.ENTER_FOR, asked.unit)
    period = turn.world.unit_period(role.plan, asked.period, asked.unit)
    acting = acting_for(role, asked.unit)
    key = key_of(acting, period)
    if not period.concerns(turn.pack(role).tree[asked.unit]):
        raise Refused("unit.owes_nothing", unit=wording.body_name(turn.pack(role), asked.unit))
    if not is_open(turn, key, period):
        return _locked(turn, acting, period)
    require_open_to(turn, acting, key)
    if reports.latest(turn.connection, key) and not reports.open_return(turn.connection, key):
        return _sent_already(turn, acting, period, correct=CORRECT in words.split())
    return enter(turn, acting, period)


def _locked(turn: Turn, acting: Role, period: Period) -> Reply:
    refused = locked(turn, acting, period)
    unlock = turn.choice("unit.unlock", f"/mokhoa {period.id} {acting.unit}")
    return turn.say(refused.key, unlock, **refused.args_for_text)


def _sent_already(turn: Turn, acting: Role, period: Period, *, correct: bool) -> Reply:
    begun = desk_at(turn, acting, period)
    if correct or (begun and begun.draft.base_version and turn.talk.behalf == acting.unit):
        return open_correction(turn, acting, period)
    where = f"{period.id} {acting.unit}"
    return turn.say(
        "behalf.sent_already",
        turn.choice("behalf.correct", f"/nhapthay {where} {CORRECT}"),
        turn.choice("behalf.show", f"/xem {where}"),
        unit=wording.body_name(turn.pack(acting), acting.unit),
        period=wording.period_name(turn.language, period),
    )


def found_wrong(turn: Turn, words: str) -> Reply:
    """Take a unit's word that figures entered for it are wrong, and tell who entered them."""
    role, period, key = _own_report(turn, words)
    report = reports.latest(turn.connection, key)
    if report is None or not report.on_behalf or not report.person_id:
        raise Refused("behalf.nothing_wrong")
    correct = turn.choice("report.correct", f"/dinhchinh {period.id}")
    unit = wording.body_name(turn.pack(role), role.unit)
    if report.disputed_at is None:
        reports.dispute(turn.connection, report.id, turn.now)
        acceptances.take_back(turn.connection, key, turn.now)
        turn.audit("report.disputed", key, after={"version": report.version})
        turn.tell(
            report.person_id,
            "behalf.disputed",
            ("behalf.show", f"/xem {period.id} {role.unit}"),
            ("behalf.correct", f"/nhapthay {period.id} {role.unit} {CORRECT}"),
            unit=unit,
            period=lambda language: wording.period_name(language, period),
        )
    return turn.say("behalf.wrong_noted", correct, body=turn.pack(role).coordinator.short)


def _own_report(turn: Turn, words: str) -> tuple[Role, Period, Key]:
    """Return the focal point's role, period and key that a notice's button names."""
    named, _, unit = words.strip().upper().partition(" ")
    for role in turn.roles:
        period = turn.world.period(role.plan, named)
        if period and role.unit == unit and turn.may(role, Action.REPORT, unit):
            return role, period, key_of(role, period)
    return forbid()
