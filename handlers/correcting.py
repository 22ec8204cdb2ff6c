"""Correct a sent report: its answers come back into a draft, a new version goes out."""

from documents import wording
from handlers.cards import check_card
from handlers.desks import (
    current_desk,
    desk_at,
    is_open,
    key_of,
    locked,
    role_for,
    standing,
)
from handlers.moves import edit
from handlers.report import enter, menu, named_period, sit_down
from handlers.turn import Turn
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role
from storage import drafts, reports


def correct(turn: Turn, argument: str) -> Reply:
    """Open a sent report for correction; `argument` names the period, else the last one sent."""
    role = role_for(turn, Action.REPORT, f"/dinhchinh {argument}")
    period = _period(turn, role, argument)
    key = key_of(role, period)
    if reports.open_return(turn.connection, key):
        return enter(turn, role, period)
    if not is_open(turn, key, period):
        raise locked(turn, role, period)
    return open_correction(turn, role, period)


def open_correction(turn: Turn, role: Role, period: Period) -> Reply:
    """Sit down at the correction of a sent report."""
    begun = desk_at(turn, role, period)
    desk = sit_down(turn, role, period)
    if begun:
        return check_card(turn, desk)
    reply = edit(turn, "")
    name = wording.period_name(turn.language, period)
    return Reply(
        text=f"{turn.text('correction.which', period=name)}\n{reply.text}", choices=reply.choices
    )


def _period(turn: Turn, role: Role, argument: str) -> Period:
    if argument:
        named = named_period(turn, role, argument)
        if reports.latest(turn.connection, key_of(role, named)):
            return named
        raise Refused("correction.not_sent", period=wording.period_name(turn.language, named))
    sent = [
        period
        for report in reports.sent_by(turn.connection, role.plan, role.unit)
        if (period := turn.world.period(role.plan, report.key.period))
    ]
    if not sent:
        raise Refused("correction.nothing_sent")
    still_open = [period for period in sent if is_open(turn, key_of(role, period), period)]
    owed = standing(turn, role).owed
    if not still_open and owed:
        name = wording.period_name(turn.language, owed[-1])
        raise Refused("correction.not_sent", period=name)
    return (still_open or sent)[0]


def drop(turn: Turn, _argument: str) -> Reply:
    """Give a correction up; the report in force stays as it was sent."""
    desk = current_desk(turn)
    if not desk.draft.base_version:
        return check_card(turn, desk)
    if reports.open_return(turn.connection, desk.key):
        raise Refused("correction.returned_stays")
    drafts.close(turn.connection, desk.draft_id)
    turn.talk.leave()
    return menu(turn, before=turn.text("correction.dropped"))
