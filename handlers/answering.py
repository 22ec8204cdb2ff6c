"""Take an answer into the draft: read it, check it, ask about it, go on."""

from dataclasses import replace

from documents import wording
from handlers.cards import ask_for, next_card, plain_card, question_card
from handlers.desks import Desk, current_desk
from handlers.turn import Turn
from plans.answers import Outcome, Reading, read
from plans.checks import PairBroken, check_bounds, check_pairs, doubt_of
from plans.dialogue import Answer, AnswerState, Question, answer_from
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.spelling import plain
from storage import drafts

_YES = frozenset({"dung", "dung roi", "dung vay", "dong y", "giu", "ok", "vang", "co", "yes"})


def answer(turn: Turn, text: str) -> Reply:
    """Take a plain text as the answer to the question that is asked."""
    desk = current_desk(turn)
    question = desk.draft.question(turn.talk.asking)
    if question is None:
        return next_card(turn, desk, None)
    noted = desk.draft.answers.get(question.code)
    if noted and noted.doubt and plain(text) in _YES:
        return keep(turn, question.code)
    return take(turn, desk, question, text)


def take(turn: Turn, desk: Desk, question: Question, text: str) -> Reply:
    """Read a text for one question, and record it or ask back."""
    reading = read(text, question.indicator.answer_kind)
    if reading.outcome in (Outcome.ASK, Outcome.REFUSE):
        return _ask_back(turn, desk, question, reading)
    given = replace(answer_from(reading), person_id=turn.person.id, at=turn.now)
    noted = desk.draft.answers.get(question.code)
    if _unseen(turn, noted) and noted is not None and not noted.same_as(given):
        return _ask_whose(turn, desk, question, noted, given)
    return record(turn, desk, question, given)


def _unseen(turn: Turn, noted: Answer | None) -> bool:
    """Say whether somebody else noted an answer that this person's card did not show."""
    if noted is None or noted.at is None or noted.person_id == turn.person.id:
        return False
    return noted.person_id is not None and noted.at.isoformat() != turn.talk.shown_at


def _ask_whose(turn: Turn, desk: Desk, question: Question, noted: Answer, given: Answer) -> Reply:
    theirs = wording.figure(turn.language, question, noted)
    mine = wording.figure(turn.language, question, given)
    ask_for(turn, question, noted)
    time = wording.clock_and_day(turn.language, noted.at, turn.today) if noted.at else ""
    return turn.say(
        "answer.colleague_noted",
        turn.once("answer.replace", f"/traloi {question.code} {raw(given)}", value=mine),
        turn.once("card.keep_noted", f"/giunguyen {question.code}", value=theirs),
        label=question.indicator.label.in_language(turn.language),
        theirs=theirs,
        mine=mine,
        time=time,
    )


def raw(given: Answer) -> str:
    """Write an answer so that reading it gives it back."""
    if given.state is AnswerState.VALUE:
        return f"{given.value:f}".replace(".", ",") if given.value is not None else "0"
    words = {
        AnswerState.ZERO: "không",
        AnswerState.MISSING: "chưa có số liệu",
        AnswerState.NOT_APPLICABLE: "không áp dụng",
    }
    return words[given.state]


def _ask_back(turn: Turn, desk: Desk, question: Question, reading: Reading) -> Reply:
    hint = turn.text(reading.hint or "answers.refuse.unreadable", **reading.args)
    if not reading.options:
        return question_card(turn, desk, question, before=hint)
    card = plain_card(turn, desk, question, before=hint)
    options = (
        turn.once_labelled(label, command) for label, command in options_of(turn, question, reading)
    )
    again = turn.once("card.again", f"/nhaplai {question.code}")
    return Reply(text=card.text, choices=(*options, again))


def options_of(turn: Turn, question: Question, reading: Reading) -> list[tuple[str, str]]:
    """Return what a doubtful reading may mean: labels, each with the command that answers it."""
    meant = [
        answer_from(read(str(option).replace(".", ","), question.indicator.answer_kind))
        for option in reading.options
    ]
    labels = [wording.figure(turn.language, question, answer) for answer in meant]
    return [
        (label[0].upper() + label[1:], f"/traloi {question.code} {raw(answer)}")
        for label, answer in zip(labels, meant, strict=True)
    ]


def record(turn: Turn, desk: Desk, question: Question, given: Answer) -> Reply:
    """Check an answer, write it, and show what comes next."""
    try:
        checked = checked_answer(desk, question, given)
    except PairBroken as broken:
        return _offer_swap(turn, desk, question, broken)
    except Refused as refused:
        hint = turn.text(refused.key, **refused.args_for_text)
        return question_card(turn, desk, question, before=hint)
    fresh = note(turn, desk, question, checked)
    if checked.doubt:
        return question_card(turn, fresh, question)
    return next_card(turn, fresh, question)


def note(turn: Turn, desk: Desk, question: Question, checked: Answer) -> Desk:
    """Write a checked answer; return the desk as it then stands.

    What was doubted, or kept in spite of a doubt, by comparison with the figure that stood here
    before is not so any more.
    """
    changed: dict[str, Answer] = {question.code: checked}
    for other in desk.draft.questions:
        answer = desk.draft.answers.get(other.code)
        if other.code == question.code or answer is None:
            continue
        if answer.doubt and question.code in answer.doubt.compares:
            changed[other.code] = replace(answer, doubt=doubt_of(other, answer, desk.past))
        elif answer.kept and question.code in answer.kept.compares:
            changed[other.code] = replace(answer, kept=None)
    for code, answer in changed.items():
        drafts.put(turn.connection, desk.draft_id, code, answer)
    return desk.answering(changed)


def checked_answer(desk: Desk, question: Question, given: Answer) -> Answer:
    """Return the answer with its doubt, if it has one; raise `Refused` if it cannot stand."""
    check_bounds(question.indicator, given)
    answers = {**desk.draft.answers, question.code: given}
    doubt = check_pairs(desk.pack, answers, question.code)
    doubt = doubt or doubt_of(question, given, desk.past)
    return replace(given, doubt=doubt) if doubt else given


def _offer_swap(turn: Turn, desk: Desk, question: Question, broken: PairBroken) -> Reply:
    """Refuse a part above its whole; a swap of the two is one tap away."""
    part, whole = (desk.draft.question(code) for code in (broken.check.part, broken.check.whole))
    if part is None or whole is None:
        raise broken
    other = whole if question.code == part.code else part
    ask_for(turn, question, desk.draft.answers.get(question.code))
    choices: list[Choice] = [
        turn.once(
            "answer.swap",
            f"/doicho {part.code} {broken.whole:f} {whole.code} {broken.part:f}",
            whole_number=whole.number,
            whole_value=broken.part,
            part_number=part.number,
            part_value=broken.whole,
        ),
        turn.once("answer.again_number", f"/nhaplai {question.code}", number=question.number),
        turn.once("answer.edit_number", f"/sua {other.number}", number=other.number),
    ]
    return turn.say(
        "checks.part_over_whole",
        *choices,
        part=broken.part,
        whole=broken.whole,
        part_label=part.indicator.label.in_language(turn.language),
        whole_label=whole.indicator.label.in_language(turn.language),
    )


def given_answer(turn: Turn, argument: str) -> Reply:
    """Take an answer that a button carries: a code and a text."""
    code, _, text = argument.partition(" ")
    desk = current_desk(turn)
    question = desk.draft.question(code)
    if question is None:
        return next_card(turn, desk, None)
    return take(turn, desk, question, text)


def keep(turn: Turn, codes: str) -> Reply:
    """Confirm doubtful answers, one or more; that they were doubted stays on record."""
    desk = current_desk(turn)
    question = None
    for code in codes.split():
        question, noted = desk.draft.question(code), desk.draft.answers.get(code)
        if question and noted and noted.doubt:
            kept = replace(
                noted, doubt=None, kept=noted.doubt, person_id=turn.person.id, at=turn.now
            )
            drafts.put(turn.connection, desk.draft_id, code, kept)
            desk = desk.answering({code: kept})
    return next_card(turn, desk, question)


def keep_noted(turn: Turn, code: str) -> Reply:
    """Leave an answer as it is, or as it was sent before it was returned, and go on."""
    desk = current_desk(turn)
    question, sent = desk.draft.question(code), desk.sent.get(code)
    if question and sent and code not in desk.draft.answers:
        return record(turn, desk, question, replace(sent, person_id=turn.person.id, at=turn.now))
    return next_card(turn, desk, question)


def again(turn: Turn, code: str) -> Reply:
    """Take an answer back and ask the question once more."""
    desk = current_desk(turn)
    question, noted = desk.draft.question(code), desk.draft.answers.get(code)
    if question is None:
        return next_card(turn, desk, None)
    if noted and noted.doubt:
        drafts.remove_answer(turn.connection, desk.draft_id, code)
        desk = desk.answering({code: None})
    return question_card(turn, desk, question)


def swap(turn: Turn, argument: str) -> Reply:
    """Write the two figures of a pair the other way round."""
    desk = current_desk(turn)
    given = _swapped_figures(turn, desk, argument.split())
    # Each is checked beside the other's new figure, and both before either is written.
    beside = desk.answering({question.code: answer for question, answer in given.items()})
    checked = {q: checked_answer(beside, q, answer) for q, answer in given.items()}
    last = None
    for last, answer in checked.items():
        desk = note(turn, desk, last, answer)
    return next_card(turn, desk, last)


def _swapped_figures(turn: Turn, desk: Desk, words: list[str]) -> dict[Question, Answer]:
    """Return what a swap gives, the whole first: codes, each followed by its figure."""
    given = {}
    for code, text in reversed(list(zip(words[::2], words[1::2], strict=False))):
        question = desk.draft.question(code)
        if question is None:
            continue
        reading = read(text.replace(".", ","), question.indicator.answer_kind)
        if reading.outcome in (Outcome.VALUE, Outcome.ZERO):
            answer = replace(answer_from(reading), person_id=turn.person.id, at=turn.now)
            given[question] = answer
    return given
