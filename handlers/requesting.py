"""Reports on request: list them, show one, send it, withdraw it."""

import re
from dataclasses import replace
from datetime import datetime

from documents import wording
from documents.nudges import moment_text
from handlers.desks import role_for
from handlers.request_draft import Step, asked_for, drafted_in
from handlers.request_moves import begin
from handlers.request_steps import card, here
from handlers.request_units import allowed, chosen_text
from handlers.turn import Turn, forbid
from plans.calendar import VIETNAM, Period, local
from plans.decisions import Request
from plans.errors import Refused
from plans.ladder import next_morning
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.progress import Progress, count
from storage import decisions, people
from storage.drafts import Key
from storage.standings import progress_of

SHOWN = 8
_NAME = re.compile(r"\d{4}-YC\d{1,6}")
_SURE = "+"


def requests(turn: Turn, words: str) -> Reply:
    """List the open requests, show one by its name, or begin one under the title that is given."""
    role = role_for(turn, Action.COORDINATE, f"/yeucau {words}".strip())
    if found := _named(turn, role, words):
        return _shown(turn, role, found)
    if _NAME.fullmatch(words.upper()):
        raise Refused("request.unknown", name=words)
    if words:
        return begin(turn, role, words)
    return _list(turn, role)


def _mine(turn: Turn, role: Role) -> list[tuple[Request, Period]]:
    """Return the requests that concern units of the role and still wait for reports."""
    found = []
    for request in turn.world.decisions.requests:
        period = turn.world.period(request.plan, request.period)
        if _concerns(turn, role, request) and period and not period.locked(turn.today):
            found.append((request, period))
    return sorted(found, key=lambda one: (one[1].last_day, one[0].number))


def _concerns(turn: Turn, role: Role, request: Request) -> bool:
    units = request.units if request.plan == role.plan else ()
    return any(turn.may(role, Action.COORDINATE, unit) for unit in units)


def _named(turn: Turn, role: Role, words: str) -> Request | None:
    """Return the request that a button or a typed name means: 2024-YC1."""
    for request in turn.world.decisions.requests:
        if request.plan == role.plan and request.period == words.upper():
            return request if _concerns(turn, role, request) else forbid()
    return None


def _list(turn: Turn, role: Role) -> Reply:
    waiting = _mine(turn, role)
    lines = [turn.text("request.list" if waiting else "request.list_none")]
    lines += [_line(turn, role, period) for _, period in waiting]
    choices = [
        turn.choice("request.see", f"/yeucau {request.period}", name=request.period)
        for request, _ in waiting[:SHOWN]
    ]
    drafted = drafted_in(turn.talk)
    if drafted.begun:
        choices.append(turn.choice("request.resume", "/yeucautiep", title=drafted.title))
    choices.append(turn.choice("request.new", "/yeucautao"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _progress(turn: Turn, role: Role, period: Period) -> Progress:
    return progress_of(turn.connection, turn.world, role.plan, period, turn.today, role.unit)


def _line(turn: Turn, role: Role, period: Period) -> str:
    sent, total = count(_progress(turn, role, period).rows)
    return turn.text(
        "request.line",
        name=period.id,
        title=wording.period_name(turn.language, period),
        sent=sent,
        total=total,
        deadline=wording.deadline(turn.language, period),
        left=wording.days_left(turn.language, period, turn.today),
    )


def _shown(turn: Turn, role: Role, request: Request) -> Reply:
    """Show one request: what is asked, of whom, how far it is, and what can be done with it."""
    period = turn.world.period(request.plan, request.period)
    if period is None:
        raise Refused("refused.no_period")
    pack, form = turn.pack(role), turn.pack(role).forms[request.form]
    labels = [pack.indicators[code].label.in_language(turn.language) for code in form.questions]
    units = allowed(turn, role, request.units)
    lines = [_line(turn, role, period)]
    lines += [f"{number}. {label}" for number, label in enumerate(labels, start=1)]
    names = chosen_text(turn, role, units)
    lines.append(turn.text("request.check_units", count=len(units), names=names))
    if request.closed_at:
        lines.append(turn.text("request.was_closed", day=wording.day(request.closed_at)))
    choices = [
        turn.choice("menu.progress", f"/tiendo {period.id}"),
        turn.choice("menu.figures", f"/tonghop {period.id}"),
    ]
    if not period.locked(turn.today):
        choices.append(turn.choice("request.nudge", f"/dondoc {period.id}"))
        if _may_close(turn, role, request):
            choices.append(turn.once("request.close", f"/yeucaurut {request.period}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def sent(turn: Turn, _words: str) -> Reply:
    """Send the request: from now on it is a period that its units owe a report of."""
    drafted, role = here(turn)
    until, units = drafted.last_day, allowed(turn, role, drafted.units)
    tree = turn.pack(role).tree
    units = [code for code in units if until and tree[code].in_force(until)]
    if until is None or until < turn.today or not units or drafted.lacking:
        past = until is not None and until < turn.today
        drafted.step = drafted.lacking or (Step.UNTIL if past else Step.UNITS)
        why = turn.text("request.day_past", day=until) if past else turn.text("request.not_ready")
        return card(turn, drafted, role, before=why)
    request = _numbered(
        turn,
        Request(
            plan=role.plan,
            number=decisions.next_number(turn.connection, role.plan),
            title=drafted.title,
            questions=tuple(asked_for(line) for line in drafted.questions),
            units=tuple(units),
            until=until,
            opened_at=turn.now,
        ),
    )
    decisions.add_request(turn.connection, request, turn.person.id)
    key = Key(plan=role.plan, period=request.period, unit=role.unit)
    after = {"title": request.title, "units": len(units), "until": until.isoformat()}
    turn.audit("request.opened", key, after=after)
    turn.talk.leave()
    turn.talk.request = {}
    # The card is done with: whoever taps it once more sends nothing.
    turn.talk.card += 1
    return _sent_reply(turn, role, request)


def _numbered(turn: Turn, request: Request) -> Request:
    """Return the request under a number whose period the plan does not name itself."""
    while turn.world.period(request.plan, request.period):
        request = replace(request, number=request.number + 1)
    return request


def _sent_reply(turn: Turn, role: Role, request: Request) -> Reply:
    contacts = people.contacts(turn.connection, role.plan)
    reached = [u for u in request.units if any(c.reachable for c in contacts.get(u, ()))]
    lines = [
        turn.text(
            "request.sent", title=request.title, name=request.period, count=len(request.units)
        )
    ]
    at = _told_at(turn, role)
    if reached and at is None:
        lines.append(turn.text("request.told", count=len(reached)))
    elif reached and at:
        when = moment_text(turn.language, at)
        lines.append(turn.text("request.told_at", count=len(reached), at=when))
    if len(reached) < len(request.units):
        unreached = len(request.units) - len(reached)
        lines.append(turn.text("request.unreached", count=unreached))
    choices = (
        turn.choice("menu.progress", f"/tiendo {request.period}"),
        turn.choice("request.all", "/yeucau"),
    )
    return Reply(text="\n".join(lines), choices=choices)


def _told_at(turn: Turn, role: Role) -> datetime | None:
    """Return when the units will be told, None for at once: reminders go out while people work."""
    rules, working_days = turn.pack(role).calendar.reminders, turn.world.working_days
    here = local(turn.now)
    if not working_days.works(here.date()) or here.time() >= rules.quiet_from:
        return next_morning(rules, turn.now, working_days)
    at_work = here.time() >= rules.at
    return None if at_work else datetime.combine(here.date(), rules.at, VIETNAM)


def _may_close(turn: Turn, role: Role, request: Request) -> bool:
    return request.closed_at is None and all(
        turn.may(role, Action.COORDINATE, unit) for unit in request.units
    )


def close(turn: Turn, words: str) -> Reply:
    """Withdraw a request, after asking; what was sent stays."""
    name, _, word = words.partition(" ")
    role = role_for(turn, Action.COORDINATE, f"/yeucaurut {words}".strip())
    request = _named(turn, role, name)
    period = turn.world.period(role.plan, request.period) if request else None
    if request is None or period is None:
        raise Refused("request.unknown", name=name[:20])
    if request.closed_at:
        return turn.say("request.was_closed", _all(turn), day=wording.day(request.closed_at))
    if not _may_close(turn, role, request):
        forbid()
    arrived, total = count(_progress(turn, role, period).rows)
    if word != _SURE:
        return turn.say(
            "request.close_sure",
            turn.once("request.close", f"/yeucaurut {request.period} {_SURE}"),
            turn.once("card.later", "/start"),
            title=request.title,
            sent=arrived,
            total=total,
        )
    decisions.close_request(turn.connection, role.plan, request.number, turn.now)
    key = Key(plan=role.plan, period=request.period, unit=role.unit)
    turn.audit("request.closed", key, after={"sent": arrived, "units": total})
    return turn.say("request.closed", _all(turn), title=request.title, sent=arrived)


def _all(turn: Turn) -> Choice:
    return turn.choice("request.all", "/yeucau")
