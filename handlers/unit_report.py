"""One unit's report as those above it see it."""

from documents import wording
from handlers.accepting import ALONE
from handlers.asked import example_unit
from handlers.beside import Compared, beside
from handlers.desks import is_open
from handlers.doubts import doubt_lines
from handlers.turn import Turn
from plans.calendar import Period
from plans.dialogue import questions_in
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.pack import Pack
from plans.people import Action, Role
from storage import acceptances, delays, drafts, moves, people, reports
from storage.drafts import Key
from storage.moves import Move
from storage.reports import Report

COMPARED = "+sosanh"
VERSIONS = 6


def unit_report(
    turn: Turn, role: Role, period: Period, unit: str, *, compared: bool = False
) -> Reply:
    """Show a unit's report of a period and what can be done with it; or only what changed."""
    if not unit:
        example = example_unit(turn.pack(role))
        raise Refused("asked.name_unit", command="/xem", example=example)
    turn.require(role, Action.SEE, unit)
    pack = turn.pack(role)
    period = turn.world.unit_period(role.plan, period, unit)
    if not period.concerns(pack.tree[unit]):
        return _owes_nothing(turn, role, period, unit)
    key = Key(plan=role.plan, period=period.id, unit=unit)
    report = reports.latest(turn.connection, key)
    if compared and report:
        return _changes(turn, role, period, report)
    lines = [_title(turn, role, period, unit)]
    lines += _sent(turn, role, period, report) if report else _not_sent(turn, key, period)
    lines += [
        moved_line(turn, pack, move)
        for move in moves.in_period(turn.connection, role.plan, period.id)
        if move.source == unit or (report and move.made == report.id)
    ]
    returned = reports.open_return(turn.connection, key)
    if returned:
        lines.append(turn.text("unit.returned", reason=returned.reason))
    lines += _locks(turn, key, period)
    known = people.contacts(turn.connection, role.plan).get(unit, ())
    if not any(contact.reachable for contact in known):
        lines.append(turn.text("unit.unreachable" if known else "unit.not_connected"))
    choices = _actions(turn, role, period, key, report, mend=bool(returned))
    return Reply(text="\n".join(lines), choices=choices)


def _title(turn: Turn, role: Role, period: Period, unit: str) -> str:
    return turn.text(
        "card.title",
        period=wording.period_name(turn.language, period),
        unit=wording.body_name(turn.pack(role), unit),
    )


def _sent(turn: Turn, role: Role, period: Period, report: Report) -> list[str]:
    """Tell when and by whom a report came, its figures, its doubts and its versions."""
    pack, unit = turn.pack(role), report.key.unit
    lines = [
        turn.text(
            "unit.sent",
            time=wording.clock(report.sent_at),
            day=wording.day(report.sent_at),
            timeliness=wording.unit_sent(turn.language, pack, unit, period, report.first_sent_at),
            receipt=report.receipt,
            version=report.version,
        )
    ]
    if report.on_behalf:
        lines.append(turn.text("unit.on_behalf", who=turn.text(f"unit.who.{report.on_behalf}")))
    if accepted := acceptances.of_report(turn.connection, report.id):
        at = accepted.accepted_at
        lines.append(turn.text("unit.accepted", time=wording.clock(at), day=wording.day(at)))
    table = Compared(turn, role, unit, beside(turn, role, period, unit))
    answers = reports.answers_of(turn.connection, report.id)
    lines += [table.line(question, answers) for question in questions_in(pack, period, unit)]
    if report.reason:
        lines.append(turn.text("unit.reason", reason=report.reason))
    lines += doubt_lines(turn, role, report)
    return lines + _versions(turn, report)


def _versions(turn: Turn, report: Report) -> list[str]:
    """List the versions before the one in force, the newest first."""
    earlier = [
        one
        for one in reversed(reports.versions(turn.connection, report.key))
        if one.id != report.id
    ]
    lines = []
    for one in earlier[:VERSIONS]:
        line = turn.text(
            "unit.version",
            version=one.version,
            time=wording.clock(one.sent_at),
            day=wording.day(one.sent_at),
            receipt=one.receipt,
            who=turn.text(f"unit.who.{one.on_behalf or 'focal_point'}"),
        )
        lines.append(line + (turn.text("history.reason", reason=one.reason) if one.reason else ""))
    return [turn.text("unit.versions"), *lines] if lines else []


def _changes(turn: Turn, role: Role, period: Period, report: Report) -> Reply:
    """Show only what changed since the last report that the unit sent before."""
    unit = report.key.unit
    past = beside(turn, role, period, unit)
    table = Compared(turn, role, unit, past)
    answers = reports.answers_of(turn.connection, report.id)
    asked = questions_in(turn.pack(role), period, unit)
    changed = [line for question in asked if (line := table.changed(question, answers))]
    lines = [_title(turn, role, period, unit)]
    if past.name:
        lines.append(turn.text("unit.changes", before=past.name, count=len(asked) - len(changed)))
    else:
        lines.append(turn.text("unit.no_before"))
    lines += changed
    back = turn.choice("behalf.show", f"/xem {period.id} {unit}")
    return Reply(text="\n".join(lines), choices=(back,))


def moved_line(turn: Turn, pack: Pack, move: Move) -> str:
    """Tell that a report was taken from one unit for another, when and why."""
    return turn.text(
        "merge.line",
        source=wording.body_name(pack, move.source),
        target=wording.body_name(pack, move.target),
        day=wording.day(move.moved_at),
        reason=turn.text(f"merge.reason.{move.reason}"),
        receipt=reports.numbered(turn.connection, move.taken).receipt,
    )


def _locks(turn: Turn, key: Key, period: Period) -> list[str]:
    """Tell that the period was closed, and until when it is open to the unit all the same."""
    lines = []
    if period.closed_at and period.locked(turn.today):
        lines.append(turn.text("unit.closed", day=wording.day(period.closed_at)))
    if period.locked(turn.today) and (
        until := reports.unlocked_until(turn.connection, key, turn.now)
    ):
        lines.append(turn.text("unit.unlocked", until=wording.day(until)))
    return lines


def _owes_nothing(turn: Turn, role: Role, period: Period, unit: str) -> Reply:
    """Say that a unit is not asked, and what became of it where it ended."""
    pack = turn.pack(role)
    if moved := [
        move
        for move in moves.in_period(turn.connection, role.plan, period.id)
        if move.source == unit and move.released and turn.may(role, Action.SEE, move.target)
    ]:
        target = moved[-1].target
        other = turn.choice(
            "asked.unit", f"/xem {period.id} {target}", unit=pack.tree.title(target)
        )
        return Reply(text=moved_line(turn, pack, moved[-1]), choices=(other,))
    name, ended = wording.body_name(pack, unit), pack.tree[unit].valid_to
    successors = [code for code in pack.tree[unit].successors if turn.may(role, Action.SEE, code)]
    if ended is None or ended >= period.asks.last or not successors:
        raise Refused("unit.owes_nothing", unit=name)
    choices = [
        turn.choice("asked.unit", f"/xem {period.id} {code}", unit=pack.tree.title(code))
        for code in successors
    ]
    names = "; ".join(pack.tree.title(code) for code in successors)
    return turn.say("unit.ended", *choices, unit=name, day=ended, successors=names)


def _not_sent(turn: Turn, key: Key, period: Period) -> list[str]:
    draft = drafts.find(turn.connection, key)
    state = "unit.begun" if draft and draft.answers else "unit.not_begun"
    pack = turn.world.packs[key.plan]
    left = wording.unit_left(turn.language, pack, key.unit, period, turn.today)
    lines = [turn.text(state, done=len(draft.answers) if draft else 0, left=left)]
    whole = turn.world.period(key.plan, period.id)
    if whole and whole.last_day != period.last_day:
        lines.append(turn.text("unit.extended", day=period.last_day))
    if reason := delays.latest(turn.connection, key):
        lines.append(turn.text("unit.delay", reason=reason))
    return lines


def _actions(
    turn: Turn, role: Role, period: Period, key: Key, report: Report | None, *, mend: bool
) -> tuple[Choice, ...]:
    where, owed = f"{period.id} {key.unit}", mend or report is None
    choices = []
    if turn.may(role, Action.COORDINATE, key.unit):
        choices = _coordinating(turn, period, key, report, owed=owed)
    if report and not period.form:
        choices.append(turn.choice("unit.compare", f"/xem {where} {COMPARED}"))
    if report:
        choices.append(turn.choice("unit.receipt", f"/tracuu {report.receipt}"))
    return tuple(choices)


def _coordinating(
    turn: Turn, period: Period, key: Key, report: Report | None, *, owed: bool
) -> list[Choice]:
    """Offer what a coordinator may do with a report, by the state that it is in."""
    where, locked = f"{period.id} {key.unit}", period.locked(turn.today)
    choices = []
    if report and not owed and acceptances.of_report(turn.connection, report.id) is None:
        choices.append(turn.choice("unit.accept", f"/tiepnhan {where} {ALONE}"))
    if report:
        choices.append(turn.choice("unit.return", f"/traplai {where}"))
    if owed and period.opens <= turn.today <= period.lock:
        choices.append(turn.choice("nudge.one", f"/dondoc {where} +only"))
    if owed:
        choices.append(turn.choice("unit.extend", f"/giahan {where}"))
    if locked:
        choices.append(turn.choice("unit.unlock", f"/mokhoa {where}"))
    choices.append(turn.choice("unit.invite", f"/moi {key.unit}"))
    if period.opens <= turn.today and is_open(turn, key, period):
        choices.append(turn.choice("unit.enter_for", f"/nhapthay {where}"))
    return choices
