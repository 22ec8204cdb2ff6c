"""A report in one message: what is sure is noted, the rest is asked question by question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import at_once
from handlers.answering import checked_answer, note, options_of
from handlers.cards import check_card, next_card, opening
from handlers.desks import Desk, current_desk, open_desk, role_for, roles_for, standing
from handlers.report import current_card, enter
from handlers.turn import Turn
from plans.answers import Outcome, Reading, read
from plans.dialogue import Question, answer_from
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.one_message import Entry, OneMessage, parse
from plans.people import Action

MOST_OPTIONS = 4
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something in a message was not noted, for which question, and what it may have meant."""

    text: str
    question: Question | None = None
    short: str = ""
    options: tuple[Choice, ...] = ()


def one_message(turn: Turn, text: str) -> Reply | None:
    """Take a whole report from one message; None where the message is not one."""
    try:
        desk: Desk | None = current_desk(turn)
    except Refused:
        desk = None
    if desk is None:
        return _from_outside(turn, text)
    given = parse(text, desk.pack, desk.draft.questions)
    return _enter_all(turn, desk, given, "") if given else None


def enter_text(turn: Turn, text: str) -> Reply:
    """Take the report that came before its unit was chosen."""
    return one_message(turn, text) or current_card(turn)


def _from_outside(turn: Turn, text: str) -> Reply | None:
    """Open the report that is due when a message that gives one comes without it."""
    packs = [turn.pack(role) for role in roles_for(turn, Action.REPORT)]
    if not any(parse(text, pack, ()) for pack in packs):
        return None
    role = role_for(turn, Action.REPORT, f"/nhap {text}")
    stands = standing(turn, role)
    due = stands.returned + stands.owed
    if not due:
        raise Refused("batch.nothing_due")
    enter(turn, role, due[0])
    desk = open_desk(turn, role, due[0])
    given = parse(text, desk.pack, desk.draft.questions)
    return _enter_all(turn, desk, given, opening(turn, desk)) if given else None


def _enter_all(turn: Turn, desk: Desk, given: OneMessage, before: str) -> Reply:
    problems: list[Problem] = []
    for entry in given.entries:
        outcome = _enter_one(turn, desk, entry)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            desk = outcome
    problems += [Problem(text=turn.text("batch.unknown", name=name)) for name in given.unknown]
    if given.too_many:
        problems.append(Problem(text=turn.text("batch.too_many", count=given.too_many)))
    turn.talk.editing = False
    reply = _told(turn, desk, problems, before, short=False)
    if turn.message.medium.sparing and at_once.room_beside(reply.text, choices=reply.choices) < 0:
        return _told(turn, desk, problems, before, short=True)
    return reply


def _told(
    turn: Turn, desk: Desk, problems: Sequence[Problem], before: str, *, short: bool
) -> Reply:
    """Say what was noted and what was not, above the card that comes next."""
    lines = [before] if before else []
    lines.append(_noted(turn, desk))
    lines += [problem.short if short and problem.short else problem.text for problem in problems]
    if turn.message.medium.sparing and len(desk.draft.doubted) < 2:
        lines.append(at_once.mend_line(turn, desk, _open(desk, problems)))
    card = _shown(turn, desk, "\n".join(filter(None, lines)))
    options = [option for problem in problems for option in problem.options]
    return Reply(text=card.text, choices=(*options[:MOST_OPTIONS], *card.choices))


def _open(desk: Desk, problems: Sequence[Problem]) -> list[Question]:
    """Return the questions that were unclear in a message or are unanswered, in order."""
    unclear = {problem.question.code for problem in problems if problem.question}
    return [q for q in desk.draft.questions if q.code in unclear or q in desk.draft.unanswered]


def _shown(turn: Turn, desk: Desk, before: str) -> Reply:
    if desk.draft.doubted:
        return next_card(turn, desk, None, before=before)
    return check_card(turn, desk, before=before)


def _enter_one(turn: Turn, desk: Desk, entry: Entry) -> Desk | Problem:
    """Note one answer and return the desk as it then stands, or what is wrong with the answer."""
    question = entry.question
    reading = read(entry.text, question.indicator.answer_kind)
    if reading.outcome in (Outcome.ASK, Outcome.REFUSE):
        return _unclear(turn, entry, reading)
    given = replace(answer_from(reading), person_id=turn.person.id, at=turn.now)
    noted = desk.draft.answers.get(question.code)
    theirs = noted and noted.person_id not in (None, turn.person.id)
    if noted and theirs and not noted.same_as(given):
        return Problem(text=turn.text("batch.colleague", number=question.number))
    try:
        checked = checked_answer(desk, question, given)
    except Refused as refused:
        return _problem(turn, entry, turn.text(f"{refused.key}.short", **refused.args_for_text))
    return note(turn, desk, question, checked)


def _unclear(turn: Turn, entry: Entry, reading: Reading) -> Problem:
    hint = turn.text(reading.hint or "answers.refuse.unreadable", **reading.args)
    number = entry.question.number
    options = tuple(
        turn.once("batch.option", command, number=number, value=label)
        for label, command in options_of(turn, entry.question, reading)
    )
    return _problem(turn, entry, hint, options)


def _problem(turn: Turn, entry: Entry, hint: str, options: tuple[Choice, ...] = ()) -> Problem:
    number, text = entry.question.number, entry.text[:20]
    words = turn.text("batch.problem", number=number, text=text, hint=hint)
    short = turn.text("batch.problem_short", number=number, text=text)
    return Problem(text=words, question=entry.question, short=short, options=options)


def _noted(turn: Turn, desk: Desk) -> str:
    questions, answers = desk.draft.questions, desk.draft.answers
    missing = [q for q in questions if q.code not in answers or answers[q.code].state == "missing"]
    line = turn.text("batch.noted", done=len(questions) - len(missing), total=len(questions))
    if len(missing) > _NAMED:
        numbers = ", ".join(str(question.number) for question in missing)
        line += turn.text("batch.missing_numbers", numbers=numbers)
    elif missing:
        names = "; ".join(
            f"{q.number}. {q.indicator.label.in_language(turn.language)}" for q in missing
        )
        line += turn.text("batch.missing", names=names)
    return line
