"""How a text finds its way to a command, a choice, or what was asked for."""

import re
from dataclasses import replace

from handlers import (
    announce_cards,
    answering,
    batch,
    choosing,
    delaying,
    difficulty_moves,
    managing,
    moves,
    personal,
    progress,
    request_moves,
    request_steps,
    sending,
)
from handlers.announce_draft import Step, drafted_in
from handlers.asked import Ambiguous, which_unit
from handlers.cards import number_at_check
from handlers.commands import BY_NAME, COMMANDS, Command, Run, by_words, stale
from handlers.desks import Undecided, choose_card, current_desk, roles_for
from handlers.not_sent import not_sent
from handlers.put_aside import put_aside
from handlers.question_replies import answered, better, carries_figures
from handlers.return_cards import names_questions
from handlers.talk import RETURNING, Expect
from handlers.turn import BOUND, Turn
from plans.errors import Refused
from plans.messages import MessageKind, Reply
from plans.people import Action
from plans.receipts import looks_like_receipt
from plans.spelling import plain

__all__ = ("COMMANDS", "remember", "respond")

_EXPECTED: dict[Expect, Run] = {
    Expect.ANSWER: answering.answer,
    Expect.EDIT: moves.edit,
    Expect.CORRECTION_REASON: sending.correction_reason,
    Expect.RETURN_QUESTIONS: managing.return_questions,
    Expect.RETURN_REASON: managing.return_reason,
    Expect.RETURN_CHECK: managing.return_reason,
    Expect.DELAY_REASON: delaying.reason,
    Expect.REQUEST: request_steps.take,
    Expect.ANNOUNCEMENT: announce_cards.take,
    Expect.DIFFICULTY: difficulty_moves.take,
}


# Where a whole report in one message may come.
_BEGINS_WITH_FIGURE = re.compile(r"(?:bc|bao ?cao)[\s:.]+\d|[a-z]{2}\d{2}\s*[=:]?\s*\d")
_FREE_TEXT = (Expect.DELAY_REASON, Expect.ANNOUNCEMENT, Expect.DIFFICULTY)
# What leaves a step or goes back from it is never the words that it asks for.
_WAYS_OUT = ("/huy", "/trogiup", "/quaylai")
_FIGURES = (Expect.NOTHING, Expect.ANSWER, Expect.EDIT, Expect.CHECK, Expect.DOUBTS)


def respond(turn: Turn) -> Reply:
    """Answer one message of somebody who joined: exactly one reply."""
    try:
        reply = _route(turn)
    except Undecided as undecided:
        reply = choose_card(turn, undecided)
    except Ambiguous as ambiguous:
        reply = which_unit(turn, ambiguous)
    except Refused as refused:
        reply = request_moves.current_card(
            turn, before=turn.text(refused.key, **refused.args_for_text)
        )
    if turn.aside:
        reply = replace(reply, text=f"{turn.aside}\n{reply.text}")
    return remember(turn, reply)


def remember(turn: Turn, reply: Reply) -> Reply:
    """Keep the reply's choices, so that a typed label or mark means them; return it to be sent."""
    own = f"{turn.talk.card + 1}{BOUND}"
    if any(choice.data.startswith(own) for choice in reply.choices):
        turn.talk.card += 1
    turn.talk.choices = [[choice.label, choice.data] for choice in reply.choices]
    turn.talk.by_number = not turn.asks_figure
    turn.talk.shown_in = choosing.here(turn)
    choosing.forget_notices(turn)
    return choosing.marked(turn, reply)


def _route(turn: Turn) -> Reply:
    text = turn.message.text.strip()
    if turn.message.kind is MessageKind.TAP:
        return _tapped(turn, text)
    if text.startswith("/"):
        return _typed_command(turn, text)
    if (either := choosing.either(turn, text)) and not choosing.elsewhere(turn):
        return either
    if (chosen := choosing.chosen(turn, text)) is not None:
        return _tapped(turn, chosen)
    said = text.rstrip("?!. ")
    if (found := by_words(plain(said))) and _may_be_command(turn, text, *found):
        command, argument = found
        if argument and (reply := better(turn, command.name, text, BY_NAME, _typed_command)):
            return reply
        return _run(turn, command, _original(said, argument))
    if looks_like_receipt(text):
        return personal.look_up(turn, text)
    if not carries_figures(text) and (reply := _question(turn, text)):
        return reply
    if _may_be_figures(turn, text) and (reply := batch.one_message(turn, text)):
        return reply
    if expected := _EXPECTED.get(turn.talk.expect):
        if choosing.elsewhere(turn):
            return request_moves.current_card(turn, before=turn.text("card.elsewhere"))
        return expected(turn, text)
    return _not_understood(turn, text)


def _may_be_figures(turn: Turn, text: str) -> bool:
    """Say whether a whole report may come: instead of words only what begins with a figure."""
    if turn.talk.expect in _FREE_TEXT:
        return bool(_BEGINS_WITH_FIGURE.match(plain(text)))
    return turn.talk.expect in _FIGURES


def _question(turn: Turn, text: str) -> Reply | None:
    """Answer a question, if it is one; asked instead of choosing questions, it ends a return."""
    if turn.talk.expect is not Expect.RETURN_QUESTIONS or names_questions(text):
        return answered(turn, text, BY_NAME, _typed_command)
    before = replace(turn.talk)
    turn.talk.leave()
    if (reply := answered(turn, text, BY_NAME, _typed_command)) is None:
        turn.talk = before
    return reply


def _may_be_command(turn: Turn, text: str, command: Command, argument: str) -> bool:
    """Say whether words mean a command: where free text is expected, few do."""
    if turn.talk.expect is Expect.RETURN_QUESTIONS:
        return command.name != "/sua" and not names_questions(text)
    if turn.talk.expect in RETURNING:
        return command.name in _WAYS_OUT or (command.name == "/sua" and not argument)
    if request_steps.takes_words(turn):
        return command.name in _WAYS_OUT
    if turn.talk.expect is Expect.ANNOUNCEMENT and drafted_in(turn.talk).step != Step.TEXT:
        return command.name != "/sua" or not argument
    free_text = turn.talk.expect in (Expect.CORRECTION_REASON, *_FREE_TEXT)
    return not free_text or not argument or argument.isdigit()


def _tapped(turn: Turn, data: str) -> Reply:
    number, bound, line = data.partition(BOUND)
    if not bound:
        return _typed_command(turn, data)
    # To send once more what was just sent changes nothing and gives the receipt again.
    if number != str(turn.talk.card) and (turn.talk.period or not line.startswith("/gui")):
        return stale(turn, "")
    return _typed_command(turn, line)


def _typed_command(turn: Turn, line: str) -> Reply:
    name, _, argument = line.partition(" ")
    command = BY_NAME.get(name.lower()) or BY_NAME.get(f"/{plain(name[1:])}")
    if command is None and (found := by_words(plain(line[1:]))):
        command, words = found
        argument = _original(line, words)
    if command is None:
        return request_moves.current_card(
            turn, before=turn.text("refused.no_command", name=name[:20])
        )
    reply = _run(turn, command, argument.strip())
    after = argument.partition(" ")[2].strip()
    if command.name == "/donvi" and after.startswith("/") and not after.startswith("/donvi"):
        return _typed_command(turn, after)
    return reply


def _run(turn: Turn, command: Command, argument: str) -> Reply:
    put_aside(turn, command.name, argument)
    return command.run(turn, argument)


def _original(text: str, argument: str) -> str:
    """Return the argument as it was typed, accents kept: its words end the text."""
    count = len(argument.split())
    return " ".join(text.split()[-count:]) if count else ""


def _not_understood(turn: Turn, text: str) -> Reply:
    if reply := _question(turn, text):
        return reply
    said = plain(text)
    if any(words in said for words in ("chua nop", "nop chua", "da nop", "not sent")):
        return _who_sent(turn, text)
    if not said[:1].isdigit():
        return request_moves.current_card(turn, before=turn.text("refused.not_understood"))
    try:
        return number_at_check(turn, current_desk(turn), text)
    except Refused:
        return request_moves.current_card(turn, before=turn.text("refused.number_alone"))


def _who_sent(turn: Turn, text: str) -> Reply:
    """Answer "huyện Bắc Bình nộp chưa" and "còn xã nào chưa nộp quý 2": by role and by wording."""
    if not roles_for(turn, Action.SEE_OTHERS):
        return personal.status(turn, "")
    listed = any(words in plain(text) for words in ("chua nop", "not sent"))
    return not_sent(turn, text) if listed else progress.progress(turn, text)
