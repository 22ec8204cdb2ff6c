"""The card of what somebody writes in their own words, wherever they are brought back to it."""

from handlers.announce_cards import announcement_card
from handlers.difficulty_card import difficulty_card
from handlers.talk import Expect
from handlers.turn import Turn
from plans.messages import Reply


def written_card(turn: Turn, *, before: str = "") -> Reply | None:
    """Show an announcement or a difficulty that is being written; None where neither is."""
    if turn.talk.expect is Expect.ANNOUNCEMENT:
        return announcement_card(turn, before=before)
    if turn.talk.expect is Expect.DIFFICULTY:
        return difficulty_card(turn, before=before)
    return None
