"""Difficulties: a unit tells of one and sees its own; coordinators list, open and answer them."""

import re
from collections.abc import Sequence

from documents import wording
from documents.difficulties import line_text, saying_text
from handlers import difficulty_moves
from handlers.asked import understand
from handlers.desks import Undecided, roles_for
from handlers.difficulty_card import about_text, drafted_in, side_of, unit_name
from handlers.pages import manner_of, page_of
from handlers.spoken_period import spoken_period
from handlers.turn import Turn, forbid
from handlers.written import as_typed
from plans.difficulties import Thread
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage import difficulties as stored

PAGE, OWN = 8, 6
_NUMBER = re.compile(r"#?(?:VM ?-? ?)?(\d{1,9})")
# What somebody says of a difficulty is a sentence with these words, not after them.
_WHOLE = ("kho khan", "kien nghi")


def difficulties(turn: Turn, words: str) -> Reply:
    """Tell of a difficulty, list those that there are, or show one by its number."""
    found = _NUMBER.fullmatch(words.upper().strip())
    if found and not _names_unit(turn, words.strip()):
        _fitting(turn)
        role, thread = difficulty_moves.mine(turn, found[1])
        return _shown(turn, role, thread)
    role = _role(turn, words)
    if not turn.may(role, Action.REPORT, role.unit):
        return _listed(turn, role, words)
    if words.strip():
        return _told(turn, role, words)
    if drafted_in(turn.talk).text:
        return difficulty_moves.resume(turn, "")
    own = stored.of_unit(turn.connection, role.plan, role.unit)
    return _own(turn, role, own) if own else difficulty_moves.begin(turn, role)


def _names_unit(turn: Turn, words: str) -> bool:
    """Say whether a bare number is a unit's code, to somebody who lists what units tell."""
    coordinated = roles_for(turn, Action.COORDINATE)
    return len(words) > 2 and any(words in turn.pack(role).tree for role in coordinated)


def _fitting(turn: Turn) -> list[Role]:
    """Return the roles that tell of something, or see what units tell; refuse who has none."""
    wanted = (Action.REPORT, Action.COORDINATE)
    fitting = [r for r in turn.roles if any(turn.may(r, action, r.unit) for action in wanted)]
    if not fitting:
        forbid()
    return fitting


def _role(turn: Turn, words: str) -> Role:
    """Return the role to act in: to tell of something, or to see what units tell."""
    fitting = _fitting(turn)
    chosen = [role for role in fitting if role.id == turn.talk.role]
    if not chosen and len(fitting) > 1:
        raise Undecided(fitting, f"/vuongmac {as_typed(turn, words, _WHOLE)}".strip())
    return (chosen or fitting)[0]


def _told(turn: Turn, role: Role, words: str) -> Reply:
    """Read the period that words begin with, and what is told."""
    text = as_typed(turn, words, _WHOLE)
    head, colon, rest = text.partition(":")
    for named, told in ((text, ""), (head if colon else "", rest.strip())):
        if named and (period := _period(turn, role, named)):
            return difficulty_moves.begin(turn, role, period=period, text=told)
    return difficulty_moves.begin(turn, role, text=text)


def _period(turn: Turn, role: Role, words: str) -> str:
    """Return the period that words name, where they name nothing else."""
    if found := turn.world.period(role.plan, words.strip().upper()):
        return found.id
    try:
        period, left = spoken_period(turn, role, plain(words))
    except Refused:
        return ""
    return period.id if period and not left else ""


def create(turn: Turn, words: str) -> Reply:
    """Begin a new difficulty beside those that there are."""
    role = _role(turn, words)
    turn.require(role, Action.REPORT, role.unit)
    turn.talk.difficulty = {}
    return difficulty_moves.begin(turn, role)


def _own(turn: Turn, role: Role, own: Sequence[Thread]) -> Reply:
    """List a unit's own difficulties, those that are open first, the newest of each first."""
    ordered = sorted(own, key=lambda one: (one.settled_at is not None, -one.id))[:OWN]
    open_ones = sum(one.settled_at is None for one in own)
    unit = wording.body_name(turn.pack(role), role.unit)
    lines = [turn.text("difficulty.own", unit=unit, open=open_ones, total=len(own))]
    lines += [_line(turn, one) for one in ordered]
    choices = [turn.choice("difficulty.new", "/vuongmacmoi"), *_see(turn, ordered)]
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _line(turn: Turn, thread: Thread, *, unit: str = "") -> str:
    about = about_text(turn, thread.plan, thread.period)
    return line_text(turn.language, thread, turn.today, about=about, unit=unit)


def _see(turn: Turn, threads: Sequence[Thread]) -> list[Choice]:
    return [
        turn.choice("difficulty.see", f"/vuongmac {one.number}", number=one.number)
        for one in threads
    ]


def _listed(turn: Turn, role: Role, words: str) -> Reply:
    """List what is open below a coordinator, district by district, the oldest first."""
    asked = understand(turn, role, words, "/vuongmac")
    turn.require(role, Action.COORDINATE, asked.unit)
    tree = turn.pack(role).tree
    found = [
        one
        for one in stored.still_open(turn.connection, role.plan)
        if one.unit in tree and tree.within(one.unit, asked.unit)
    ]
    if not found:
        progress = turn.choice("menu.progress", f"/tiendo {asked.unit}".strip())
        if asked.unit == role.unit:
            return turn.say("difficulty.none", progress)
        every = turn.choice("difficulty.all", "/vuongmac")
        place = tree.title(asked.unit)
        return turn.say("difficulty.none_here", every, progress, place=place)
    places = {unit.code: place for place, unit in enumerate(tree)}
    found.sort(key=lambda one: (places[tree.area(one.unit) or one.unit], places[one.unit], one.id))
    page = page_of(found, PAGE, asked.page)
    waiting = sum(one.waits for one in found)
    title = turn.text("difficulty.list", count=len(found), waiting=waiting) + page.mark(turn)
    lines, area = [title], None
    for one in page.part(found):
        if (above := tree.area(one.unit)) != area and above:
            lines.append(f"{tree[above].name}:")
        area = above
        lines.append(_line(turn, one, unit=wording.short_body(turn.pack(role), one.unit)))
    choices = [
        *_half_written(turn),
        *_see(turn, page.part(found)),
        *page.choices(turn, f"/vuongmac {asked.unit}".strip()),
    ]
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=manner_of(words))


def _half_written(turn: Turn) -> list[Choice]:
    """Offer to go on with an answer that is half written."""
    drafted = drafted_in(turn.talk)
    thread = stored.find(turn.connection, drafted.about) if drafted.text and drafted.about else None
    if thread is None or thread.settled_at:
        return []
    data = f"/vuongmacviet {thread.id}"
    return [turn.choice("difficulty.resume", data, number=thread.number)]


def _shown(turn: Turn, role: Role, thread: Thread) -> Reply:
    """Show everything that was said about a difficulty, and what can be done."""
    by_unit = bool(side_of(turn, role, thread))
    lines = [
        turn.text(
            "difficulty.title",
            number=thread.number,
            unit=unit_name(turn, thread),
            about=about_text(turn, thread.plan, thread.period),
        ),
        *(saying_text(turn.language, one, turn.today) for one in thread.sayings),
    ]
    if thread.settled_at:
        when = wording.clock_and_day(turn.language, thread.settled_at, turn.today)
        lines.append(turn.text("difficulty.settled_at", at=when))
    choices = []
    if thread.settled_at is None:
        key = "difficulty.add" if by_unit else "difficulty.answer"
        if not thread.full:
            data = f"/vuongmacviet {thread.id}"
            choices.append(turn.choice(key, data, number=thread.number))
        done = f"/vuongmacxong {thread.id}"
        choices.append(turn.choice("difficulty.settle", done, number=thread.number))
    choices.append(turn.choice("difficulty.all", "/vuongmac"))
    return Reply(text="\n".join(lines), choices=tuple(choices))
