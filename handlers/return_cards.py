"""The cards of a return that is being made, shown wherever who makes it is brought back to it."""

import re

from documents import wording
from handlers.talk import Expect
from handlers.turn import Turn
from plans.dialogue import Question, questions_in
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage.drafts import Key

EVERY = ("tat ca", "tat ca cac cau", "all", "all questions")
_NUMBERS = re.compile(r"(?:(?:cau|so|va|and|questions?|\d{1,9}|[a-z]{2}\d{2})[\s,;.&]*)+")


def returning(turn: Turn) -> tuple[Role, Key]:
    """Return the role that returns a report, and which; refuse where that is lost."""
    role = turn.chosen_role
    if role is None or not turn.talk.unit or not turn.talk.period:
        raise Refused("return.lost")
    turn.require(role, Action.COORDINATE, turn.talk.unit)
    return role, Key(plan=role.plan, period=turn.talk.period, unit=turn.talk.unit)


def returned_unit(turn: Turn) -> str:
    """Name the office whose report is returned."""
    role, key = returning(turn)
    return wording.body_name(turn.pack(role), key.unit)


def questions_of(turn: Turn) -> tuple[Question, ...]:
    """Return what the report that is returned was asked."""
    role, key = returning(turn)
    period = turn.world.period(role.plan, key.period)
    if period is None:
        raise Refused("refused.no_period")
    return questions_in(turn.pack(role), period, key.unit)


def names_questions(text: str) -> bool:
    """Say whether words choose questions by number or code, and say nothing else."""
    said = plain(text)
    chooses = _NUMBERS.fullmatch(said) and any(sign.isdigit() for sign in said)
    return said in EVERY or bool(chooses)


def which_card(turn: Turn, *, before: str = "", again: bool = False) -> Reply:
    """Ask which questions are to be mended."""
    turn.talk.expect = Expect.RETURN_QUESTIONS
    turn.asks_figure = True
    total = len(questions_of(turn))
    asked = turn.text("return.which_again", total=total) if again else turn.text("return.which")
    choices = (turn.once("return.all", "/traplaicau tat ca"), turn.once("return.stop", "/huy"))
    return Reply(text=f"{before}\n\n{asked}".strip(), choices=choices)


def why_card(turn: Turn, *, before: str = "") -> Reply:
    """Ask why, below the questions that were chosen."""
    turn.talk.expect = Expect.RETURN_REASON
    chosen = [q for q in questions_of(turn) if q.code in turn.talk.codes]
    names = "; ".join(f"{q.number}. {q.indicator.label.in_language(turn.language)}" for q in chosen)
    lines = [before, turn.text("return.chosen", names=names), turn.text("return.why")]
    return Reply(text="\n".join(filter(None, lines)), choices=tuple(_ways_out(turn)))


def check_card(turn: Turn, *, before: str = "") -> Reply:
    """Show the whole return once more before it goes out."""
    turn.talk.expect = Expect.RETURN_CHECK
    asked = turn.text(
        "return.confirm",
        unit=returned_unit(turn),
        count=len(turn.talk.codes),
        reason=turn.talk.reason,
    )
    choices = (
        turn.once("return.send", f"/traplaigui {turn.talk.reason}"),
        turn.once("return.edit_reason", "/quaylai"),
        *_ways_out(turn),
    )
    return Reply(text=f"{before}\n{asked}".strip(), choices=choices)


def _ways_out(turn: Turn) -> list[Choice]:
    _, key = returning(turn)
    return [
        turn.once("return.edit_questions", f"/traplai {key.period} {key.unit}"),
        turn.once("return.stop", "/huy"),
    ]


def return_card(turn: Turn, *, before: str = "") -> Reply | None:
    """Show where a return stands; None, and nothing expected, where none is made or it is lost."""
    cards = {
        Expect.RETURN_QUESTIONS: which_card,
        Expect.RETURN_REASON: why_card,
        Expect.RETURN_CHECK: check_card,
    }
    card = cards.get(turn.talk.expect)
    if card is None:
        return None
    try:
        return card(turn, before=before)
    except Refused:
        turn.talk.leave()
        return None


def back(turn: Turn) -> Reply:
    """Go a step back: from the check to the reason, from there to the questions."""
    if turn.talk.expect is Expect.RETURN_CHECK:
        return why_card(turn)
    if turn.talk.expect is Expect.RETURN_REASON:
        return which_card(turn)
    return which_card(turn, before=turn.text("announce.first"))
