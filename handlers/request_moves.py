"""Moving about in a request that is being made: begin, go on, back, change, leave."""

from handlers import delaying, moves, report
from handlers.desks import role_for
from handlers.request_draft import LONGEST_TITLE, Drafted, Step, drafted_in, fitting
from handlers.request_steps import card, here, mend_which, step_on, take
from handlers.talk import Expect
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role

ANEW = "+"


def create(turn: Turn, words: str) -> Reply:
    """Begin a request, after asking where another one is half made."""
    anew = words == ANEW
    role = role_for(turn, Action.COORDINATE, f"/yeucautao {words}".strip())
    return begin(turn, role, "" if anew else words, anew=anew)


def begin(turn: Turn, role: Role, title: str, *, anew: bool = False) -> Reply:
    """Ask for the first thing that a new request wants, unless another one is half made."""
    other = drafted_in(turn.talk)
    if other.begun and not anew:
        return turn.say(
            "request.half_made",
            turn.choice("request.resume", "/yeucautiep", title=other.title),
            turn.once("request.anew", f"/yeucautao {ANEW}"),
            title=other.title,
        )
    drafted = Drafted(role=role.id)
    if title:
        drafted.title = fitting(title, LONGEST_TITLE)
        drafted.go_on()
    turn.talk.leave()
    turn.talk.role = role.id
    return card(turn, drafted, role)


def resume(turn: Turn, _words: str) -> Reply:
    """Go on with the request that is half made."""
    drafted, role = here(turn)
    turn.talk.leave()
    turn.talk.role = role.id
    return card(turn, drafted, role)


def step(turn: Turn, words: str) -> Reply:
    """Go to a step that a button names, on from this one, or to the choice of what to change."""
    drafted, role = here(turn)
    if words == "?":
        return mend_which(turn)
    if words == "+":
        return step_on(turn, drafted, role)
    if words in tuple(Step):
        drafted.step, drafted.rewriting = words, 0
        drafted.mending = drafted.lacking is None
    return card(turn, drafted, role)


def current_card(turn: Turn, *, before: str = "") -> Reply:
    """Show again where the person is: the request they are making, or what they report."""
    if turn.talk.expect is not Expect.REQUEST:
        return report.current_card(turn, before=before)
    try:
        drafted, role = here(turn)
    except Refused as refused:
        lost = turn.text(refused.key)
        return report.current_card(turn, before=f"{before}\n{lost}".strip())
    return card(turn, drafted, role, before=before)


def back(turn: Turn, argument: str) -> Reply:
    """Go one step back in the request, otherwise one question back in the report."""
    if turn.talk.expect is not Expect.REQUEST:
        return moves.back(turn, argument)
    drafted, role = here(turn)
    if drafted.rewriting:
        drafted.rewriting = 0
    elif drafted.mending:
        drafted.step, drafted.mending = Step.CHECK, False
    elif drafted.step == Step.TITLE:
        return card(turn, drafted, role, before=turn.text("request.first"))
    else:
        drafted.move(-1)
    return card(turn, drafted, role)


def edit(turn: Turn, argument: str) -> Reply:
    """Change a part of the request, otherwise of the report."""
    if turn.talk.expect is not Expect.REQUEST:
        return moves.edit(turn, argument)
    drafted, _ = here(turn)
    if drafted.step == Step.QUESTIONS and argument:
        return take(turn, f"sua {argument}")
    return mend_which(turn)


def leave(turn: Turn, argument: str) -> Reply:
    """Leave what is open; a request that is half made stays, as a draft does."""
    if turn.talk.expect is not Expect.REQUEST:
        return delaying.leave(turn, argument)
    drafted = drafted_in(turn.talk)
    turn.talk.leave()
    if not drafted.begun:
        return report.menu(turn, before=turn.text("leave.done"))
    return turn.say(
        "request.kept",
        turn.choice("request.resume", "/yeucautiep", title=drafted.title),
        title=drafted.title,
    )
