"""The cards of a report: a question, a doubt, the check before sending."""

from dataclasses import replace
from decimal import Decimal

from documents import wording
from handlers import at_once
from handlers.desks import Desk, key_of
from handlers.talk import Expect, Talk
from handlers.turn import Turn
from plans.dialogue import Answer, AnswerState, Question
from plans.messages import Choice, Manner, Reply
from plans.pack import IndicatorKind
from plans.people import RoleKind
from storage import people, reports, summaries

_REASONS = ("correction.slip", "correction.late_figures", "correction.recount")


def question_card(turn: Turn, desk: Desk, question: Question, *, before: str = "") -> Reply:
    """Ask one question, or whether its doubtful answer is meant; `before` stands above it."""
    answer = desk.draft.answers.get(question.code)
    if answer and answer.doubt:
        return doubt_card(turn, desk, question, answer, before=before)
    return plain_card(turn, desk, question, before=before)


def plain_card(turn: Turn, desk: Desk, question: Question, *, before: str = "") -> Reply:
    """Ask one question, doubted or not; `before` is a hint, or the opening lines."""
    answer = desk.draft.answers.get(question.code)
    ask_for(turn, question, answer)
    lines = [before] if before else []
    lines += for_whom(turn, desk)
    lines.append(_asked(turn, desk, question, answer))
    help_text = question.indicator.help
    if help_text:
        lines.append(help_text.in_language(turn.language))
    return Reply(text="\n".join(lines), choices=_question_choices(turn, desk, question))


def for_whom(turn: Turn, desk: Desk) -> list[str]:
    """Name the unit that a coordinator writes for, in a line; none above a unit's own report."""
    if not desk.on_behalf:
        return []
    return [turn.text("behalf.card", unit=wording.body_name(desk.pack, desk.role.unit))]


def ask_for(turn: Turn, question: Question, answer: Answer | None) -> None:
    """Take the next text, a number too, as the answer to a question."""
    turn.asks_figure = True
    turn.talk.asking = question.code
    turn.talk.expect = Expect.ANSWER
    turn.talk.shown_at = answer.at.isoformat() if answer and answer.at else ""


def _asked(turn: Turn, desk: Desk, question: Question, answer: Answer | None) -> str:
    indicator = question.indicator
    ask = (indicator.ask or indicator.label).in_language(turn.language)
    line = turn.text(
        "card.question", number=question.number, total=len(desk.draft.questions), ask=ask
    )
    previous = desk.past.previous.get(question.code)
    if previous is not None:
        line += turn.text("card.previous", value=wording.figure(turn.language, question, previous))
    sent = desk.sent.get(question.code)
    if answer is None and sent is not None:
        line += turn.text("card.was_sent", value=wording.figure(turn.language, question, sent))
    if answer is not None:
        line += turn.text("card.noted", value=wording.figure(turn.language, question, answer))
        if answer.person_id not in (None, turn.person.id) and answer.at:
            time = wording.clock_and_day(turn.language, answer.at, turn.today)
            line += turn.text("card.by_colleague", time=time)
    return line


def _question_choices(turn: Turn, desk: Desk, question: Question) -> tuple[Choice, ...]:
    code = question.code
    previous = desk.past.previous.get(code)
    answer = desk.draft.answers.get(code) or desk.sent.get(code)
    choices = []
    if answer is not None:
        value = wording.figure(turn.language, question, answer)
        choices.append(turn.once("card.keep_noted", f"/giunguyen {code}", value=value))
    if question.indicator.kind is IndicatorKind.YES_NO:
        choices += [
            turn.once("card.yes", f"/traloi {code} có"),
            turn.once("card.no", f"/traloi {code} không"),
        ]
    elif answer is None or answer.number != 0:
        choices.append(turn.once_labelled("0", f"/traloi {code} 0"))
    missing = Answer(state=AnswerState.MISSING)
    if previous is not None and not previous.same_as(missing) and not previous.same_as(answer):
        value = wording.figure(turn.language, question, previous)
        choices.append(turn.once("card.as_before", f"/nhukytruoc {code}", value=value))
    if not missing.same_as(answer):
        choices.append(turn.once("card.missing", f"/traloi {code} chưa có số liệu"))
    if question.number == 1 and _may_be_all_zero(desk):
        choices.append(turn.once("card.nothing_occurred", "/khongphatsinh"))
    return tuple(choices)


def _may_be_all_zero(desk: Desk) -> bool:
    flows = any(q.indicator.kind is IndicatorKind.FLOW for q in desk.draft.unanswered)
    return flows and desk.draft.asked is None and desk.draft.base_version == 0


def doubt_card(
    turn: Turn, desk: Desk, question: Question, answer: Answer, *, before: str = ""
) -> Reply:
    """Ask whether a doubtful answer is meant."""
    if answer.doubt is None:
        raise ValueError(f"{question.code} is not doubted")
    ask_for(turn, question, answer)
    value = wording.figure(turn.language, question, answer)
    doubt = wording.doubt_text(turn.language, desk.pack, answer.doubt)
    text = turn.text("card.doubt", doubt=doubt, value=value, number=question.number)
    text = "\n".join([*for_whom(turn, desk), text])
    choices = [
        turn.once("card.keep", f"/giu {question.code}", value=value),
        turn.once("card.again", f"/nhaplai {question.code}"),
    ]
    for code in sorted(answer.doubt.compares - {question.code}):
        if other := desk.draft.question(code):
            choices.append(
                turn.once("answer.edit_number", f"/sua {other.number}", number=other.number)
            )
    return Reply(text=f"{before}\n{text}" if before else text, choices=tuple(choices))


def opening(turn: Turn, desk: Desk) -> str:
    """Return the lines above the first question: which report, which days, how long there is."""
    lines = [
        turn.text(
            "card.title",
            period=wording.period_name(turn.language, desk.period),
            unit=wording.body_name(desk.pack, desk.role.unit),
        ),
        turn.text(
            "card.deadline" if desk.period.on_request else "card.window",
            window=wording.window(turn.language, desk.period),
            deadline=wording.deadline(turn.language, desk.period),
            left=wording.unit_left(
                turn.language, desk.pack, desk.role.unit, desk.period, turn.today
            ),
        ),
    ]
    lines += [
        turn.text("card.colleague", count=len(codes), total=len(desk.draft.questions), time=time)
        for codes, time in _colleague(turn, desk)
    ]
    if len(lines) == 2 and _opened_by_colleague(turn, desk):
        lines.append(turn.text("card.colleague_here"))
    return "\n".join(lines)


def _opened_by_colleague(turn: Turn, desk: Desk) -> bool:
    for role in people.roles_at(turn.connection, desk.role.plan, desk.role.unit):
        talk = Talk.from_stored(people.talk_of(turn.connection, role.person_id))
        theirs = role.person_id != turn.person.id and talk.role == role.id
        if theirs and talk.period == desk.period.id:
            return True
    return False


def _colleague(turn: Turn, desk: Desk) -> list[tuple[list[str], str]]:
    """Return what others of the unit noted, with the time of their last answer."""
    noted = {
        code: answer.at
        for code, answer in desk.draft.answers.items()
        if answer.at and answer.person_id not in (None, turn.person.id)
    }
    if not noted:
        return []
    last = max(noted.values())
    return [(list(noted), wording.clock_and_day(turn.language, last, turn.today))]


def check_card(turn: Turn, desk: Desk, *, before: str = "") -> Reply:
    """Show every answer before sending, with what still stands in the way."""
    turn.talk.asking = ""
    turn.talk.editing = False
    # "1" here may be the last answer sent twice, or a question's number: it must not send.
    turn.talk.expect = Expect.CHECK
    turn.asks_figure = True
    draft = desk.draft
    title = "card.check_correction" if draft.base_version else "card.check"
    lines = [*([before] if before else []), *for_whom(turn, desk)]
    lines.append(turn.text(title, period=wording.period_name(turn.language, desk.period)))
    totals = running_totals(turn, desk)
    lines += [_checked(turn, desk, question, totals) for question in draft.questions]
    if totals is not None and (lacking := _not_in_totals(turn, desk)):
        lines.append(turn.text("card.running_lacks", periods=", ".join(lacking)))
    if draft.unanswered:
        numbers = ", ".join(str(question.number) for question in draft.unanswered)
        lines.append(turn.text("card.unanswered", numbers=numbers))
    return Reply(text="\n".join(lines), choices=_check_choices(turn, desk))


def reason_card(turn: Turn, *, before: str = "") -> Reply:
    """Ask why a report is corrected."""
    turn.talk.expect = Expect.CORRECTION_REASON
    text = turn.text("correction.why")
    choices = tuple(turn.once(key, f"/lydo {turn.text(key)}") for key in _REASONS)
    return Reply(text=f"{before}\n{text}" if before else text, choices=choices)


def number_at_check(turn: Turn, desk: Desk, text: str) -> Reply:
    """Say how to send and how to edit to somebody who types a bare number at the check card."""
    return check_card(turn, desk, before=turn.text("card.number_at_check", text=text[:20]))


def _checked(turn: Turn, desk: Desk, question: Question, totals: dict[str, Decimal] | None) -> str:
    answer = desk.draft.answers.get(question.code)
    previous = desk.past.previous.get(question.code)
    value = wording.figure(turn.language, question, answer)
    beside = []
    if previous is not None:
        before = wording.figure(turn.language, question, previous)
        grown = ""
        if answer and question.indicator.kind is not IndicatorKind.YES_NO:
            grown = wording.change(turn.language, answer.number, previous.number)
        beside.append(turn.text("card.before", value=before) + grown)
    if totals is not None and question.indicator.kind is IndicatorKind.FLOW:
        number = (answer.number if answer else None) or Decimal(0)
        beside.append(turn.text("card.running", value=totals.get(question.code, 0) + number))
    sent = desk.sent.get(question.code)
    if sent and answer and not answer.same_as(sent):
        beside.append(turn.text("card.sent", value=wording.figure(turn.language, question, sent)))
    if answer and answer.doubt:
        beside.append(turn.text("card.unconfirmed"))
    label = question.indicator.label.in_language(turn.language)
    return f"{question.number}. {label}: {value}" + (f" ({'; '.join(beside)})" if beside else "")


def _check_choices(turn: Turn, desk: Desk) -> tuple[Choice, ...]:
    if desk.draft.ready:
        label = "card.send_correction" if desk.draft.base_version else "card.send"
        first = turn.once(label, "/gui")
    else:
        first = turn.once("card.fill_in", "/nhapnot")
    choices = [first, turn.once("card.edit", "/sua"), turn.once("card.later", "/huy")]
    if desk.draft.base_version:
        choices.append(turn.once("card.drop_correction", "/bodinhchinh"))
    return tuple(choices)


def running_totals(turn: Turn, desk: Desk) -> dict[str, Decimal] | None:
    """Return the year's figures before this period, None where the period stands for itself."""
    earlier = turn.world.year_so_far(desk.role.plan, desk.period)
    if desk.period.form or not earlier or desk.role.kind is RoleKind.DISTRICT_COORDINATOR:
        return None
    periods = [period.id for period in earlier]
    return summaries.running_totals(turn.connection, desk.role.plan, desk.role.unit, periods)


def _not_in_totals(turn: Turn, desk: Desk) -> list[str]:
    """Name the year's earlier periods that the unit owed and did not send."""
    if not any(q.indicator.kind is IndicatorKind.FLOW for q in desk.draft.questions):
        return []
    return [
        wording.period_name(turn.language, period)
        for period in reversed(turn.world.year_so_far(desk.role.plan, desk.period))
        if period.concerns(desk.pack.tree[desk.role.unit])
        and not reports.latest(turn.connection, key_of(desk.role, period))
    ]


def next_card(turn: Turn, desk: Desk, after: Question | None, *, before: str = "") -> Reply:
    """Go on: to a doubt, back to the check card when editing, else to the next open question."""
    draft = desk.draft
    if turn.message.medium.sparing and len(draft.doubted) > 1:
        return at_once.doubts_card(turn, desk, before=before)
    if after and turn.talk.editing and not draft.doubted:
        return replace(check_card(turn, desk, before=before), manner=Manner.IN_PLACE)
    question = draft.after(after.code if after else None)
    if question is None:
        return check_card(turn, desk, before=before)
    return question_card(turn, desk, question, before=before)
