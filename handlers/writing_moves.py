"""Moving about in what is written: leave, go back, change; otherwise in a request or report."""

from handlers import difficulty_moves, report, request_moves, return_cards
from handlers.announce_cards import card
from handlers.announce_draft import Step, drafted_in, here
from handlers.difficulty_card import drafted_in as difficulty_in
from handlers.difficulty_card import go_back
from handlers.talk import RETURNING, Expect
from handlers.turn import BOUND, Turn
from handlers.written import beginning
from plans.messages import Reply


def leave(turn: Turn, argument: str) -> Reply:
    """Leave what is open; what is half written stays."""
    if _confirming(turn):
        return _not_done(turn)
    if turn.talk.expect is Expect.DIFFICULTY:
        return difficulty_moves.leave(turn)
    if turn.talk.expect is not Expect.ANNOUNCEMENT:
        return request_moves.leave(turn, argument)
    drafted = drafted_in(turn.talk)
    turn.talk.leave()
    if not drafted.begun:
        return report.menu(turn, before=turn.text("leave.done"))
    words = beginning(drafted.text, 30)
    resume = turn.choice("announce.resume", "/thongbaobuoc", words=words)
    return turn.say("announce.kept", resume, words=words)


def back(turn: Turn, argument: str) -> Reply:
    """Go one step back: to whom, to the words, or to what was open before."""
    if turn.talk.expect in RETURNING:
        return return_cards.back(turn)
    if _confirming(turn):
        return _not_done(turn)
    if turn.talk.expect is Expect.DIFFICULTY:
        if difficulty_in(turn.talk).text:
            return difficulty_moves.rewrite(turn, "")
        return difficulty_moves.leave(turn)
    if turn.talk.expect is not Expect.ANNOUNCEMENT:
        return request_moves.back(turn, argument)
    drafted, role = here(turn)
    if drafted.step == Step.TEXT:
        return card(turn, drafted, role, before=turn.text("announce.first"))
    drafted.step = Step.WHOM if drafted.step == Step.CHECK else Step.TEXT
    return card(turn, drafted, role)


def edit(turn: Turn, argument: str) -> Reply:
    """Change the words; a number means a question of the report, which goes on."""
    if turn.talk.expect in RETURNING:
        return return_cards.back(turn)
    if turn.talk.expect is Expect.DIFFICULTY:
        if not argument[:1].isdigit():
            return difficulty_moves.rewrite(turn, "")
        go_back(turn)
    if turn.talk.expect is not Expect.ANNOUNCEMENT:
        return request_moves.edit(turn, argument)
    drafted, role = here(turn)
    drafted.step = Step.TEXT
    return card(turn, drafted, role)


def _confirming(turn: Turn) -> bool:
    """Say whether nothing is open but a card that waits for a yes or no of its own."""
    if turn.talk.expect or turn.talk.period:
        return False
    return any(data.startswith(f"{turn.talk.card}{BOUND}") for _, data in turn.talk.choices)


def _not_done(turn: Turn) -> Reply:
    """Leave a card that was not answered: its buttons do nothing any more."""
    turn.talk.card += 1
    return report.menu(turn, before=turn.text("leave.done"))
