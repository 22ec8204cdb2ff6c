"""What a typed text names among the choices on the screen: by label, by number, by letter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.desks import current_desk
from handlers.talk import Expect
from handlers.turn import BOUND, Turn
from plans.errors import Refused
from plans.marks import carry_numbers, place_of
from plans.messages import Choice, Reply
from plans.spelling import plain

# What says yes to "Are all of these right?", typed instead of the choice.
_ALL_RIGHT = frozenset(
    {"dung", "dung het", "dung tat ca", "deu dung", "dung roi", "dong y", "ok", "vang", "yes"}
)


def marked(turn: Turn, reply: Reply) -> Reply:
    """Return the reply with its kind of marks, and where there are no buttons how to choose."""
    reply = replace(reply, lettered=turn.asks_figure)
    labels = [choice.label for choice in reply.choices]
    if turn.message.medium.buttons or carry_numbers(labels):
        return reply
    how = turn.text("choose.letter" if reply.lettered else "choose.number")
    return replace(reply, text=f"{reply.text}\n{how}")


def here(turn: Turn) -> str:
    """Name the chat that a message came from."""
    return f"{turn.message.address.channel} {turn.message.address.chat}"


def elsewhere(turn: Turn) -> bool:
    """Say whether the current card stands in another chat of the person's."""
    return turn.talk.shown_in not in ("", here(turn))


def forget_notices(turn: Turn) -> None:
    """Let a new card be the last list on the screen, unless a notice is still to come."""
    if not _still_to_come(turn):
        turn.talk.offered = []
        turn.talk.notice = 0


def chosen(turn: Turn, text: str) -> str | None:
    """Return the choice that a text names: its label, or its mark where that is no answer."""
    talk, said = turn.talk, plain(text)
    for label, data in (*talk.choices, *reversed(talk.offered)):
        if plain(label) == said:
            return data
    if talk.expect is Expect.DOUBTS and said in _ALL_RIGHT:
        return next((data for _, data in talk.choices if f"{BOUND}/giu " in data), None)
    if elsewhere(turn):
        return None
    place = place_of(text, lettered=False)
    if place is not None:
        return _numbered(turn, place)
    if talk.by_number or carry_numbers(label for label, _ in talk.choices):
        return None
    return _at(talk.choices, place_of(text, lettered=True))


def either(turn: Turn, text: str) -> Reply | None:
    """Ask which is meant where a number may be an answer, or a choice of the notice below it."""
    place = place_of(text, lettered=False)
    notice = _newest(turn)
    if turn.message.medium.buttons or place is None or place >= len(notice) or _by_number(turn):
        return None
    label, data = notice[place]
    if answer := _answer(turn, text.strip()):
        asked = turn.text("choose.either", text=text.strip(), answer=answer.label, label=label)
        return Reply(text=asked, choices=(answer, Choice(label=label, data=data)))
    return None


def _answer(turn: Turn, text: str) -> Choice | None:
    """Return what a number says about the report: a figure, or which question is meant."""
    number = int(text.rstrip(".)"))
    if turn.talk.expect is Expect.RETURN_QUESTIONS:
        return turn.once("choose.question", f"/traplaicau {number}", number=number)
    try:
        draft = current_desk(turn).draft
    except Refused:
        return None
    if turn.talk.expect is Expect.EDIT and draft.numbered(number):
        return turn.once("choose.question", f"/sua {number}", number=number)
    if turn.talk.expect is Expect.ANSWER and (asked := draft.question(turn.talk.asking)):
        command = f"/traloi {asked.code} {text}"
        return turn.once("choose.figure", command, text=text, number=asked.number)
    return None


def _numbered(turn: Turn, place: int) -> str | None:
    """Return the choice at a place of the last list on the screen where a number names one."""
    chooses = _by_number(turn)
    here = turn.talk.notice_on in ("", turn.message.address.channel)
    listed = here and not turn.message.medium.buttons
    of_notice = _at(_newest(turn), place) if listed else None
    if of_notice is not None and (chooses or turn.talk.expect is Expect.EDIT):
        return of_notice
    return _at(turn.talk.choices, place) if chooses else None


def _by_number(turn: Turn) -> bool:
    return turn.talk.by_number or turn.talk.expect is Expect.NOTHING


def _at(choices: Sequence[Sequence[str]], place: int | None) -> str | None:
    return choices[place][1] if place is not None and place < len(choices) else None


def _newest(turn: Turn) -> list[list[str]]:
    """Return the choices of the newest notice, if it stands below the last card by now."""
    if not turn.talk.notice or _still_to_come(turn):
        return []
    return turn.talk.offered[-turn.talk.notice :]


def _still_to_come(turn: Turn) -> bool:
    """Say whether the newest notice waits for its hour."""
    if not turn.talk.notice or not turn.talk.notice_at:
        return False
    return datetime.fromisoformat(turn.talk.notice_at) > turn.now
