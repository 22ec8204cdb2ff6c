"""A difficulty, or what is said about one, in the making; the card that asks for its words."""

from dataclasses import asdict, dataclass

from documents import wording
from documents.announcements import announcer
from handlers.in_the_making import kept_as
from handlers.spoken_period import current_period
from handlers.talk import Expect, Talk
from handlers.turn import Turn
from handlers.written import beginning
from plans.difficulties import LONGEST, Thread
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from storage import difficulties


@dataclass(slots=True, kw_only=True)
class Drafted:
    """Words about a difficulty: a new one of a unit, or about the one numbered `about`.

    `back` is what the person was expected to say before, so that a report goes on behind it.
    """

    role: int = 0
    period: str = ""
    text: str = ""
    about: int = 0
    back: str = ""


def drafted_in(talk: Talk) -> Drafted:
    """Return what stands in a talk; what another release wrote otherwise is left out."""
    return kept_as(Drafted, talk.difficulty)


def keep(talk: Talk, drafted: Drafted) -> None:
    """Write a difficulty in the making back to its talk."""
    talk.difficulty = asdict(drafted)


def here(turn: Turn) -> tuple[Drafted, Role, Thread | None]:
    """Return what is being written, in which role, and about which difficulty."""
    drafted = drafted_in(turn.talk)
    role = turn.role_numbered(str(drafted.role))
    thread = difficulties.find(turn.connection, drafted.about) if drafted.about else None
    known = role is not None and (thread or not drafted.about)
    if role is None or not known or not _may_write(turn, role, thread):
        go_back(turn)
        turn.talk.difficulty = {}
        raise Refused("difficulty.lost")
    return drafted, role, thread


def _may_write(turn: Turn, role: Role, thread: Thread | None) -> bool:
    if thread is None:
        return turn.may(role, Action.REPORT, role.unit)
    return thread.plan == role.plan and side_of(turn, role, thread) is not None


def side_of(turn: Turn, role: Role, thread: Thread) -> bool | None:
    """Say whether a role speaks for a difficulty's unit, or coordinates it; None for neither."""
    if role.plan != thread.plan:
        return None
    if turn.may(role, Action.REPORT, thread.unit):
        return True
    return False if turn.may(role, Action.COORDINATE, thread.unit) else None


def go_back(turn: Turn) -> None:
    """Expect again what was expected before; what is written stays."""
    if turn.talk.expect is not Expect.DIFFICULTY:
        return
    back = drafted_in(turn.talk).back
    known = back in list(Expect) and back != Expect.DIFFICULTY
    turn.talk.expect = Expect(back) if known else Expect.NOTHING


def difficulty_card(turn: Turn, *, before: str = "") -> Reply | None:
    """Show what is being written; None, and what was before expected, where it is lost."""
    try:
        drafted, role, thread = here(turn)
    except Refused:
        return None
    return card(turn, drafted, role, thread, before=before)


def card(
    turn: Turn, drafted: Drafted, role: Role, thread: Thread | None, *, before: str = ""
) -> Reply:
    """Ask for the words, or show them once more before they go."""
    if turn.talk.expect is not Expect.DIFFICULTY:
        drafted.back = turn.talk.expect.value
    turn.talk.expect = Expect.DIFFICULTY
    keep(turn.talk, drafted)
    lines = [before] if before else []
    lines.append(_head(turn, drafted, role, thread))
    choices: list[Choice] = []
    if drafted.text:
        lines.append(turn.text("difficulty.words", text=drafted.text))
        key = _send_key(turn, role, thread)
        choices.append(turn.once(key, "/vuongmacgui"))
    else:
        key = "difficulty.ask" if thread is None else "difficulty.ask_more"
        lines.append(turn.text(key, most=LONGEST))
    if thread is None:
        choices += _period_choices(turn, drafted, role)
    if drafted.text:
        choices += [
            turn.once("difficulty.rewrite", "/vuongmacsua"),
            turn.once("difficulty.drop", "/vuongmacbo"),
        ]
    return Reply(text="\n".join(lines), choices=(*choices, turn.once("card.later", "/huy")))


def _send_key(turn: Turn, role: Role, thread: Thread | None) -> str:
    if thread is None:
        return "difficulty.send"
    return "difficulty.send_more" if side_of(turn, role, thread) else "difficulty.send_answer"


def _head(turn: Turn, drafted: Drafted, role: Role, thread: Thread | None) -> str:
    pack = turn.pack(role)
    if thread is not None:
        key = "difficulty.adding" if side_of(turn, role, thread) else "difficulty.answering"
        words = beginning(thread.sayings[0].words)
        unit = unit_name(turn, thread)
        return turn.text(key, number=thread.number, unit=unit, words=words)
    return turn.text(
        "difficulty.head",
        unit=wording.body_name(pack, role.unit),
        body=announcer(pack, "", turn.language),
        about=about_text(turn, role.plan, drafted.period),
    )


def unit_name(turn: Turn, thread: Thread) -> str:
    """Name the office of a difficulty's unit; a plan may have lost it since."""
    pack = turn.world.packs[thread.plan]
    return wording.body_name(pack, thread.unit) if thread.unit in pack.tree else thread.unit


def about_text(turn: Turn, plan: str, period: str) -> str:
    """Say which period a difficulty is about, or that it is about none."""
    found = turn.world.period(plan, period) if period else None
    if found is None:
        return turn.text("difficulty.general")
    return wording.period_name(turn.language, found)


def _period_choices(turn: Turn, drafted: Drafted, role: Role) -> list[Choice]:
    if drafted.period:
        return [turn.once("difficulty.no_period", "/vuongmacky -")]
    try:
        period = current_period(turn, role)
    except Refused:
        return []
    name = wording.period_name(turn.language, period)
    return [turn.once("difficulty.about", f"/vuongmacky {period.id}", period=name)]
