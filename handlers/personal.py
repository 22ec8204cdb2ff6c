"""What everybody can ask: help, status, history, language, units, a receipt, to leave."""

from documents import wording
from handlers import progress
from handlers.closed_lately import closed_lines
from handlers.desks import (
    Undecided,
    choose_card,
    desk_at,
    key_of,
    open_until,
    roles_for,
    standing,
)
from handlers.report import current_card, menu, then_card
from handlers.turn import Turn, forbid
from handlers.unit_report import moved_line
from locales import LANGUAGES
from plans.calendar import Period, local
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Person, Role
from plans.receipts import receipt
from storage import acceptances, moves, people, reports
from storage.drafts import Key
from storage.reports import Report


def thanks(turn: Turn, _argument: str) -> Reply:
    """Answer thanks, and show where the person is."""
    return then_card(turn, turn.text("thanks.welcome"))


def status(turn: Turn, _argument: str) -> Reply:
    """List what each unit of the person owes, has begun and has sent, and what is followed."""
    reporting = roles_for(turn, Action.REPORT)
    lines: list[str] = []
    for role in turn.roles:
        if role not in reporting:
            lines += progress.followed(turn, role)
    for role in reporting:
        lines.append(wording.body_name(turn.pack(role), role.unit))
        stands = standing(turn, role)
        periods = [
            *(("returned", p) for p in stands.returned),
            *(("owed", p) for p in stands.owed),
            *(("sent", p) for p in stands.sent[-1:]),
            *(("coming", p) for p in stands.coming[:1]),
        ]
        closed = closed_lines(turn, role)
        lines += [_standing_line(turn, role, state, period) for state, period in periods]
        lines += closed
        if not periods and not closed:
            lines.append(turn.text("status.none_left"))
    return then_card(turn, "\n".join(lines))


def _standing_line(turn: Turn, role: Role, state: str, period: Period) -> str:
    args: dict[str, object] = {
        "period": wording.period_name(turn.language, period),
        "deadline": wording.deadline(turn.language, period),
        "left": wording.unit_left(turn.language, turn.pack(role), role.unit, period, turn.today),
        "opens": period.opens,
    }
    desk = desk_at(turn, role, period)
    if state == "owed" and desk and desk.draft.answered:
        args |= {"done": desk.draft.answered, "total": len(desk.draft.questions)}
        return turn.text("status.begun", **args)
    if state == "sent":
        report = reports.latest(turn.connection, key_of(role, period))
        if report:
            args |= {
                "time": wording.clock(report.sent_at),
                "day": wording.day(report.sent_at),
                "receipt": report.receipt,
                "version": report.version,
                "lock": open_until(turn, key_of(role, period), period),
            }
            line = turn.text("status.sent", **args)
            if acceptances.of_report(turn.connection, report.id):
                line += turn.text("status.accepted")
            return line + (turn.text("status.on_behalf") if report.on_behalf else "")
    return turn.text(f"status.{state}", **args)


def history(turn: Turn, _argument: str) -> Reply:
    """List what each unit of the person has sent, newest first, with every version."""
    lines: list[str] = []
    for role in roles_for(turn, Action.REPORT):
        sent = reports.sent_by(turn.connection, role.plan, role.unit)
        lines.append(wording.body_name(turn.pack(role), role.unit))
        if not sent:
            lines.append(turn.text("history.none"))
        for last in sent[:8]:
            period = turn.world.period(role.plan, last.key.period)
            name = wording.period_name(turn.language, period) if period else last.key.period
            lines.append(f"{name}:")
            lines += [
                _version_line(turn, version)
                for version in reports.versions(turn.connection, last.key)
            ]
    if not lines:
        return menu(turn, before=turn.text("status.no_unit"))
    return then_card(turn, "\n".join(lines))


def _version_line(turn: Turn, version: Report) -> str:
    line = turn.text(
        "history.version",
        version=version.version,
        time=wording.clock(version.sent_at),
        day=wording.day(version.sent_at),
        receipt=version.receipt,
    )
    if version.on_behalf:
        line += turn.text("status.on_behalf")
    return line + (turn.text("history.reason", reason=version.reason) if version.reason else "")


def language(turn: Turn, argument: str) -> Reply:
    """Switch the language that the person reads."""
    chosen = {"vi": "vi", "tieng viet": "vi", "en": "en", "english": "en"}.get(argument.lower())
    if chosen not in LANGUAGES:
        return turn.say(
            "language.which",
            turn.choice("language.vi", "/ngonngu vi"),
            turn.choice("language.en", "/ngonngu en"),
        )
    people.set_language(turn.connection, turn.person.id, chosen)
    turn.person = Person(id=turn.person.id, language=chosen)
    return current_card(turn, before=turn.text("language.set"))


def units(turn: Turn, argument: str) -> Reply:
    """Choose which unit or plan to act for, and go on with what was asked; or list them."""
    number, _, _command = argument.partition(" ")
    if not number:
        if len(turn.roles) < 2:
            names = [_role_name(turn, role) for role in turn.roles]
            return menu(turn, before=turn.text("units.only", unit="; ".join(names)))
        return choose_card(turn, Undecided(turn.roles, ""))
    role = turn.role_numbered(number)
    if role is None:
        forbid()
    turn.talk.leave()
    turn.talk.role = role.id
    return menu(turn, before=turn.text("units.chosen", unit=_role_name(turn, role)))


def _role_name(turn: Turn, role: Role) -> str:
    pack = turn.pack(role)
    return wording.body_name(pack, role.unit) if role.unit else pack.coordinator.name


def leave_unit(turn: Turn, argument: str) -> Reply:
    """End the person's part in a unit, after asking; reports stay."""
    number, _, word = argument.partition(" ")
    role = turn.role_numbered(number)
    if role is None:
        choices = [
            turn.once_labelled(_role_name(turn, role), f"/roi {role.id}") for role in turn.roles
        ]
        return turn.say("leave_unit.which", *choices, turn.once("card.later", "/start"))
    if word != "thật":
        return turn.say(
            "leave_unit.sure",
            turn.once("leave_unit.yes", f"/roi {role.id} thật"),
            turn.once("leave_unit.no", "/start"),
            unit=_role_name(turn, role),
        )
    people.end_role(turn.connection, role.id, turn.now)
    turn.audit("role.left", Key(plan=role.plan, period="", unit=role.unit))
    turn.talk.leave()
    turn.talk.role = 0
    return turn.say("leave_unit.done", unit=_role_name(turn, role))


def look_up(turn: Turn, argument: str) -> Reply:
    """Verify a receipt: recompute it from what is stored."""
    if not argument.strip():
        raise Refused("receipt.which")
    report = reports.by_receipt(turn.connection, argument.strip().upper())
    seen = [
        r
        for r in turn.roles
        if report and r.plan == report.key.plan and turn.may(r, Action.SEE, report.key.unit)
    ]
    if report is None or not seen:
        raise Refused("receipt.unknown")
    pack = turn.pack(seen[0])
    period = turn.world.period(report.key.plan, report.key.period)
    if period is None:
        raise Refused("refused.no_period")
    answers = reports.answers_of(turn.connection, report.id)
    again = receipt(
        report.key.plan,
        period,
        report.key.unit,
        report.version,
        local(report.sent_at).isoformat(),
        answers,
    )
    newest = reports.latest(turn.connection, report.key)
    moved = moves.of_report(turn.connection, report.id)
    said = turn.say(
        "receipt.true" if again == report.receipt else "receipt.false",
        unit=wording.body_name(pack, report.key.unit),
        period=wording.period_name(turn.language, period),
        version=report.version,
        newest=newest.version if newest else report.version,
        time=wording.clock(report.sent_at),
        day=wording.day(report.sent_at),
        receipt=report.receipt,
    )
    lines = [said.text]
    if report.on_behalf:
        lines.append(turn.text("unit.on_behalf", who=turn.text(f"unit.who.{report.on_behalf}")))
    if moved:
        lines.append(moved_line(turn, pack, moved))
    choices = [turn.choice("behalf.show", f"/xem {period.id} {report.key.unit}")]
    if any(turn.may(role, Action.SEE_OTHERS, role.unit) for role in seen):
        choices.append(turn.choice("menu.progress", f"/tiendo {period.id}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))
