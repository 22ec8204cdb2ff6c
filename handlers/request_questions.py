"""The questions of a request: add some, a line each; rewrite or drop one."""

import re

from handlers.request_draft import LONGEST_QUESTION, Drafted, asked_for, fitting
from handlers.turn import Turn
from plans.decisions import QUESTIONS_MOST
from plans.errors import Refused
from plans.pack import IndicatorKind
from plans.spelling import plain

DONE = ("xong", "het", "du roi", "done", "next", "tiep", "tiep theo")
_EDIT = re.compile(r"^(?:sua|edit)(?: cau| question)? (\d{1,2})\b ?:?", re.I)
_DROP = re.compile(r"^(?:xoa|bo|delete|drop)(?: cau| question)? (\d{1,2})$")


def question_lines(turn: Turn, drafted: Drafted) -> list[str]:
    """Number the questions, each with how it is answered."""
    lines = []
    for number, line in enumerate(drafted.questions, start=1):
        asked = asked_for(line)
        kind = (
            "yes_no" if asked.kind is IndicatorKind.YES_NO else "money" if asked.money else "count"
        )
        lines.append(f"{number}. {asked.label} ({turn.text(f'request.kind.{kind}')})")
    return lines


def take_questions(drafted: Drafted, text: str) -> None:
    """Take questions, or what is to become of one: edit, delete, done."""
    said = plain(text).rstrip(". ")
    if said in DONE:
        if not drafted.questions:
            raise Refused("request.none_asked")
        drafted.go_on()
    elif dropped := _DROP.match(said):
        del drafted.questions[_place(drafted, dropped[1])]
    elif edited := _EDIT.match(said):
        place = _place(drafted, edited[1])
        words = said[edited.end() :].split()
        if words:
            _put(drafted, place, " ".join(text.split()[-len(words) :]))
        else:
            drafted.rewriting = place + 1
    elif drafted.rewriting:
        _put(drafted, drafted.rewriting - 1, text)
        drafted.rewriting = 0
    else:
        _add(drafted, text)


def _place(drafted: Drafted, number: str) -> int:
    if not 1 <= int(number) <= len(drafted.questions):
        raise Refused("moves.no_question", total=len(drafted.questions))
    return int(number) - 1


def _put(drafted: Drafted, place: int, text: str) -> None:
    question = fitting(text, LONGEST_QUESTION)
    others = drafted.questions[:place] + drafted.questions[place + 1 :]
    _refuse_twice(others, [question])
    drafted.questions[place] = question


def _add(drafted: Drafted, text: str) -> None:
    """Add questions, a line each: all of a message or none of it."""
    new = [fitting(line, LONGEST_QUESTION) for line in text.splitlines() if line.strip()]
    if len(drafted.questions) + len(new) > QUESTIONS_MOST:
        known = len(drafted.questions)
        raise Refused("request.too_many", most=QUESTIONS_MOST, known=known, new=len(new))
    _refuse_twice(drafted.questions, new)
    drafted.questions += new


def _refuse_twice(known: list[str], new: list[str]) -> None:
    said = [plain(asked_for(line).label) for line in (*known, *new)]
    if len(set(said)) < len(said):
        raise Refused("request.twice")
