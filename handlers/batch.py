"""A report in one message: what is sure is noted, the rest is asked question by question."""

from dataclasses import replace

from handlers.answering import checked_answer
from handlers.cards import check_card, next_card
from handlers.desks import Desk, Undecided, current_desk, desk_at, open_desk, role_for, standing
from handlers.report import enter
from handlers.turn import Turn
from plans.answers import Outcome, read
from plans.dialogue import answer_from
from plans.errors import Refused
from plans.messages import Reply
from plans.one_message import Entry, OneMessage, parse
from plans.people import Action
from storage import drafts


def one_message(turn: Turn, text: str) -> Reply | None:
    """Take a whole report from one message; None where the message is not one."""
    try:
        desk: Desk | None = current_desk(turn)
    except Refused:
        desk = None
    if desk is None:
        return _from_outside(turn, text)
    given = parse(text, desk.pack, desk.draft.questions)
    return _enter_all(turn, desk, given) if given else None


def _from_outside(turn: Turn, text: str) -> Reply | None:
    """Open the report that is due when a message that gives one comes without it."""
    reporting = [role for role in turn.roles if turn.may(role, Action.REPORT, role.unit)]
    packs = [turn.pack(role) for role in reporting]
    if not any(parse(text, pack, ()) for pack in packs):
        return None
    try:
        role = role_for(turn, Action.REPORT, "/baocao")
    except Undecided as undecided:
        raise Undecided(undecided.roles, "/baocao") from undecided
    stands = standing(turn, role)
    due = stands.returned + stands.owed
    if not due:
        raise Refused("batch.nothing_due")
    enter(turn, role, due[0])
    desk = open_desk(turn, role, due[0])
    given = parse(text, desk.pack, desk.draft.questions)
    return _enter_all(turn, desk, given) if given else None


def _enter_all(turn: Turn, desk: Desk, given: OneMessage) -> Reply:
    problems: list[str] = []
    for entry in given.entries:
        problem = _enter_one(turn, desk, entry)
        desk = desk_at(turn, desk.role, desk.period) or desk
        if problem:
            problems.append(problem)
    problems += [turn.text("batch.unknown", name=name) for name in given.unknown]
    if given.too_many:
        problems.append(turn.text("batch.too_many", count=given.too_many))
    turn.talk.editing = False
    return _outcome(turn, desk, problems)


def _enter_one(turn: Turn, desk: Desk, entry: Entry) -> str:
    """Note one answer; return what is wrong with it, or nothing."""
    question = entry.question
    reading = read(entry.text, question.indicator.answer_kind)
    if reading.outcome in (Outcome.ASK, Outcome.REFUSE):
        hint = turn.text(reading.hint or "answers.refuse.unreadable", **reading.args)
        return turn.text("batch.problem", number=question.number, text=entry.text[:20], hint=hint)
    given = replace(answer_from(reading), person_id=turn.person.id, at=turn.now)
    noted = desk.draft.answers.get(question.code)
    theirs = noted and noted.person_id not in (None, turn.person.id)
    if noted and theirs and not noted.same_as(given):
        return turn.text("batch.colleague", number=question.number)
    try:
        checked = checked_answer(desk, question, given)
    except Refused as refused:
        hint = turn.text(f"{refused.key}.short", **refused.args_for_text)
        return turn.text("batch.problem", number=question.number, text=entry.text[:20], hint=hint)
    drafts.put(turn.connection, desk.draft_id, question.code, checked)
    return ""


def _outcome(turn: Turn, desk: Desk, problems: list[str]) -> Reply:
    draft = desk.draft
    missing = [
        question
        for question in draft.questions
        if question.code not in draft.answers or draft.answers[question.code].state == "missing"
    ]
    lines = [
        turn.text(
            "batch.noted", done=len(draft.questions) - len(missing), total=len(draft.questions)
        )
    ]
    if missing:
        names = "; ".join(
            f"{q.number}. {q.indicator.label.in_language(turn.language)}" for q in missing
        )
        lines[0] += turn.text("batch.missing", names=names)
    lines += problems
    before = "\n".join(lines)
    if draft.doubted:
        return next_card(turn, desk, None, before=before)
    return check_card(turn, desk, before=before)
