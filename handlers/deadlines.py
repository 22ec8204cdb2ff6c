"""The coordinator of a whole plan sets a period's deadline for everybody, or confirms it."""

from datetime import date, timedelta

from documents import wording
from handlers.asked import understand
from handlers.desks import role_for
from handlers.spoken_day import day_meant, spoken_day
from handlers.spoken_period import current_period
from handlers.turn import Turn
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage import decisions
from storage.drafts import Key

OTHERS = 3


def set_deadline(turn: Turn, words: str) -> Reply:
    """Show a period's deadline where no date is named, else ask to confirm the new one."""
    role, period, until = _wish(turn, words, "/dathan")
    if until is None:
        return _present(turn, role, period)
    kept = until == period.last_day
    return turn.say(
        "deadline.confirm_kept" if kept else "deadline.confirm",
        turn.once("deadline.yes", f"/chodathan {period.id} {until:%Y-%m-%d}"),
        turn.once("deadline.no", "/start"),
        period=wording.period_name(turn.language, period),
        old=wording.deadline(turn.language, period),
        new=until,
        remarks=_remarks(turn, role, period, until),
    )


def decide(turn: Turn, words: str) -> Reply:
    """Set a deadline that was confirmed."""
    role, period, until = _wish(turn, words, "/chodathan")
    if until is None:
        return _present(turn, role, period)
    key = Key(plan=role.plan, period=period.id, unit="")
    decisions.set_deadline(turn.connection, key, until, turn.person.id, turn.now)
    before, after = {"until": period.last_day.isoformat()}, {"until": until.isoformat()}
    turn.audit("deadline.set", key, before=before, after=after)
    return turn.say(
        "deadline.done",
        turn.choice("menu.progress", f"/tiendo {period.id}"),
        period=wording.period_name(turn.language, period),
        until=turn.world.working_days.on_or_after(until),
    )


def _wish(turn: Turn, words: str, command: str) -> tuple[Role, Period, date | None]:
    """Read the period and the day; refuse what the whole plan's deadline cannot be."""
    role = role_for(turn, Action.COORDINATE, f"{command} {words}")
    turn.require(role, Action.COORDINATE, "")
    spoken, rest = spoken_day(plain(words))
    period = _period(turn, role, rest, command)
    if period.on_request:
        raise Refused("deadline.on_request")
    if period.closed_at:
        name = wording.period_name(turn.language, period)
        raise Refused("deadline.closed", period=name, day=wording.day(period.closed_at))
    if spoken is None:
        return role, period, None
    until = day_meant(spoken, period.last_day, turn.world.working_days)
    if until < turn.today:
        raise Refused("deadline.past", day=until)
    if until == period.last_day and period.set_at:
        raise Refused("deadline.same", day=until)
    return role, period, until


def _period(turn: Turn, role: Role, words: str, command: str) -> Period:
    """Return the period that is named, else the next one that falls due."""
    if words:
        asked = understand(turn, role, words, command)
        if asked.named:
            raise Refused("deadline.whole_plan")
        return asked.period
    return next(iter(_to_come(turn, role)), None) or current_period(turn, role)


def _to_come(turn: Turn, role: Role) -> list[Period]:
    """Return the periods whose deadline is still to come, the nearest first."""
    calendar = turn.world.calendars[role.plan]
    return [p for p in calendar if p.last_on_time >= turn.today and not p.on_request]


def _present(turn: Turn, role: Role, period: Period) -> Reply:
    """Show the deadline in force, where it comes from, and what can be done about it."""
    lines = [
        turn.text(
            "deadline.present",
            period=wording.period_name(turn.language, period),
            deadline=wording.deadline(turn.language, period),
            left=wording.days_left(turn.language, period, turn.today),
        )
    ]
    choices = []
    if period.set_at:
        lines.append(turn.text("deadline.was_set", day=wording.day(period.set_at)))
    elif period.inferred:
        note = period.needs_confirmation or turn.text("deadline.inferred_plain")
        lines.append(turn.text("deadline.inferred", note=note))
    if not period.set_at and period.last_day >= turn.today:
        keep = f"/dathan {period.id} {period.last_day:%Y-%m-%d}"
        choices.append(turn.choice("deadline.keep", keep, day=period.last_day))
    lines.append(turn.text("deadline.how", example=f"/dathan {period.id} {_example(period)}"))
    others = [p for p in _to_come(turn, role) if p.id != period.id][:OTHERS]
    choices += [
        turn.choice(
            "deadline.other", f"/dathan {p.id}", period=wording.period_name(turn.language, p)
        )
        for p in others
    ]
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _example(period: Period) -> str:
    return f"{period.last_day.day}/{period.last_day.month}/{period.last_day.year}"


def _remarks(turn: Turn, role: Role, period: Period, until: date) -> str:
    """Say what a new deadline brings with it, each in a line."""
    days, remarks = turn.world.working_days, []
    if (rolled := days.on_or_after(until)) != until:
        remarks.append(turn.text("deadline.rolled", day=until, rolled=rolled))
    opens = days.on_or_before(until - timedelta(turn.pack(role).calendar.open_days))
    if opens > turn.today:
        remarks.append(turn.text("deadline.opening", opens=opens))
    if until < period.asks.last:
        remarks.append(turn.text("deadline.before_data", last=period.asks.last))
    if period.locked(turn.today):
        remarks.append(turn.text("deadline.opens_all", lock=period.lock))
    longer = sum(
        turn.world.unit_period(role.plan, period, unit.code).last_day > until
        for unit in turn.world.owing(role.plan, period)
        if turn.world.decisions.until(role.plan, period.id, unit.code)
    )
    if longer:
        remarks.append(turn.text("deadline.longer", count=longer))
    return "".join(f"\n{remark}" for remark in remarks)
