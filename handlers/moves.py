"""Move about in a report: back, skip, jump, as last time, nothing occurred."""

from dataclasses import replace

from handlers.answering import checked_answer, note, record, take
from handlers.cards import check_card, next_card, question_card
from handlers.desks import Desk, current_desk
from handlers.talk import Expect
from handlers.turn import Turn
from plans.dialogue import Answer, AnswerState, Question
from plans.errors import Refused
from plans.messages import Manner, Reply
from plans.pack import IndicatorKind


def back(turn: Turn, _argument: str) -> Reply:
    """Show the question before."""
    desk = current_desk(turn)
    earlier = desk.draft.before(turn.talk.asking or None)
    turn.talk.editing = False
    if earlier is None:
        first = desk.draft.walk[0]
        return question_card(turn, desk, first, before=turn.text("moves.first"))
    return question_card(turn, desk, earlier)


def skip(turn: Turn, _argument: str) -> Reply:
    """Note that the question that is asked has no figure yet, and go on."""
    desk = current_desk(turn)
    question = _asked(turn, desk)
    if question is None:
        return check_card(turn, desk)
    if question.code in desk.draft.answers and not desk.draft.answers[question.code].doubt:
        return next_card(turn, desk, question)
    return record(turn, desk, question, _mine(turn, Answer(state=AnswerState.MISSING)))


def edit(turn: Turn, argument: str) -> Reply:
    """Jump to a question by number, with its new answer if one follows: `sửa 2`, `sửa 2: 15`."""
    desk = current_desk(turn)
    number, _, text = argument.replace(":", " ").replace("=", " ").strip().partition(" ")
    if not number:
        return _which(turn, desk)
    question = _find(desk, number)
    if question is None:
        raise Refused("moves.no_question", total=len(desk.draft.questions))
    turn.talk.editing = not desk.draft.unanswered
    if text.strip():
        turn.talk.shown_at = ""
        return take(turn, desk, question, text.strip())
    return replace(question_card(turn, desk, question), manner=Manner.IN_PLACE)


def _find(desk: Desk, name: str) -> Question | None:
    if name.isascii() and name.isdigit():
        return desk.draft.numbered(int(name))
    return desk.draft.question(name.upper())


def _which(turn: Turn, desk: Desk) -> Reply:
    turn.talk.expect = Expect.EDIT
    turn.asks_figure = True
    choices = [
        turn.once_labelled(
            f"{question.number}. {question.indicator.label.in_language(turn.language)}",
            f"/sua {question.number}",
        )
        for question in desk.draft.questions
    ]
    return replace(turn.say("moves.which", *choices), manner=Manner.IN_PLACE)


def as_before(turn: Turn, argument: str) -> Reply:
    """Give the last period's answer to the question that is asked."""
    desk = current_desk(turn)
    question = desk.draft.question(argument) if argument else _asked(turn, desk)
    if question is None:
        return check_card(turn, desk)
    previous = desk.past.previous.get(question.code)
    if previous is None:
        return question_card(turn, desk, question, before=turn.text("moves.nothing_before"))
    return record(turn, desk, question, _mine(turn, previous))


def nothing_occurred(turn: Turn, _argument: str) -> Reply:
    """Note nothing occurred for every flow still open; what exists is asked all the same."""
    desk = current_desk(turn)
    noted = 0
    for question in desk.draft.unanswered:
        if question.indicator.kind is IndicatorKind.FLOW:
            given = checked_answer(desk, question, _mine(turn, Answer(state=AnswerState.ZERO)))
            desk = note(turn, desk, question, replace(given, doubt=None))
            noted += 1
    turn.talk.editing = False
    rest = len(desk.draft.unanswered)
    key = "moves.nothing_occurred" if rest else "moves.nothing_occurred_all"
    return next_card(turn, desk, None, before=turn.text(key, count=noted, rest=rest))


def _asked(turn: Turn, desk: Desk) -> Question | None:
    return desk.draft.question(turn.talk.asking) if turn.talk.asking else None


def _mine(turn: Turn, answer: Answer) -> Answer:
    return Answer(state=answer.state, value=answer.value, person_id=turn.person.id, at=turn.now)
