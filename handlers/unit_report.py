"""One unit's report as those above it see it."""

from documents import wording
from documents.figures import Reader
from handlers.asked import example_unit
from handlers.turn import Turn
from plans.calendar import Period
from plans.dialogue import SMALL_BELOW, Answer, Question, questions_in
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from storage import delays, drafts, people, reports
from storage.drafts import Key


def unit_report(turn: Turn, role: Role, period: Period, unit: str) -> Reply:
    """Show a unit's report of a period and what can be done with it."""
    if not unit:
        example = example_unit(turn.pack(role))
        raise Refused("asked.name_unit", command="/xem", example=example)
    turn.require(role, Action.SEE, unit)
    pack = turn.pack(role)
    period = turn.world.unit_period(role.plan, period, unit)
    if not period.concerns(pack.tree[unit]):
        return _owes_nothing(turn, role, period, unit)
    key = Key(plan=role.plan, period=period.id, unit=unit)
    lines = [
        turn.text(
            "card.title",
            period=wording.period_name(turn.language, period),
            unit=wording.body_name(pack, unit),
        )
    ]
    report = reports.latest(turn.connection, key)
    if report:
        lines.append(
            turn.text(
                "unit.sent",
                time=wording.clock(report.sent_at),
                day=wording.day(report.sent_at),
                timeliness=wording.unit_sent(
                    turn.language, pack, unit, period, report.first_sent_at
                ),
                receipt=report.receipt,
                version=report.version,
            )
        )
        answers = reports.answers_of(turn.connection, report.id)
        lines += _answer_lines(turn, role, questions_in(pack, period, unit), answers, unit)
        if report.reason:
            lines.append(turn.text("unit.reason", reason=report.reason))
    else:
        lines += _not_sent(turn, key, period)
    returned = reports.open_return(turn.connection, key)
    if returned:
        lines.append(turn.text("unit.returned", reason=returned.reason))
    if period.locked(turn.today) and (
        until := reports.unlocked_until(turn.connection, key, turn.now)
    ):
        lines.append(turn.text("unit.unlocked", until=wording.day(until)))
    known = people.contacts(turn.connection, role.plan).get(unit, ())
    if not any(contact.reachable for contact in known):
        lines.append(turn.text("unit.unreachable" if known else "unit.not_connected"))
    choices = _actions(turn, role, period, unit, sent=bool(report), mend=bool(returned))
    return Reply(text="\n".join(lines), choices=choices)


def _owes_nothing(turn: Turn, role: Role, period: Period, unit: str) -> Reply:
    """Say that a unit is not asked, and what became of it where it ended."""
    pack = turn.pack(role)
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


def _answer_lines(
    turn: Turn, role: Role, asked: tuple[Question, ...], answers: dict[str, Answer], unit: str
) -> list[str]:
    pack = turn.pack(role)
    reader = Reader(pack=pack, role=role)
    lines = []
    for question in asked:
        answer = answers.get(question.code)
        value = wording.figure(turn.language, question, answer)
        if answer and reader.masked(question.code, pack.tree[unit], answer):
            value = turn.text("figures.masked", below=SMALL_BELOW)
        label = question.indicator.label.in_language(turn.language)
        lines.append(f"{question.number}. {label}: {value}")
    return lines


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
    turn: Turn, role: Role, period: Period, unit: str, *, sent: bool, mend: bool
) -> tuple[Choice, ...]:
    if not turn.may(role, Action.COORDINATE, unit):
        return ()
    where, owed = f"{period.id} {unit}", mend or not sent
    choices = []
    if sent:
        choices.append(turn.choice("unit.return", f"/traplai {where}"))
    if owed and period.opens <= turn.today <= period.lock:
        choices.append(turn.choice("nudge.one", f"/dondoc {where} +only"))
    if owed:
        choices.append(turn.choice("unit.extend", f"/giahan {where}"))
    if period.locked(turn.today):
        choices.append(turn.choice("unit.unlock", f"/mokhoa {where}"))
    choices.append(turn.choice("unit.invite", f"/moi {unit}"))
    return tuple(choices)
