"""What is written about a difficulty on its way: begun, sent, answered, settled, dropped."""

import locales
from documents import wording
from documents.announcements import announcer
from handlers import report
from handlers.difficulty_card import (
    Drafted,
    about_text,
    card,
    drafted_in,
    go_back,
    here,
    side_of,
    unit_name,
)
from handlers.talk import Expect
from handlers.turn import Turn, forbid
from handlers.written import beginning, fitting
from plans.difficulties import LONGEST, Thread
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Role
from storage import difficulties, letters
from storage.drafts import Key
from storage.letters import Letter, languages_of

LIST = "/vuongmac"


def begin(turn: Turn, role: Role, *, period: str = "", text: str = "") -> Reply:
    """Write a new difficulty of a unit: ask for its words, or show those that are given."""
    drafted = Drafted(role=role.id, period=period or turn.talk.period)
    if turn.talk.expect is Expect.DIFFICULTY:
        drafted.back = drafted_in(turn.talk).back
    if text:
        drafted.text = fitting(text, LONGEST)
    return card(turn, drafted, role, None)


def write(turn: Turn, words: str) -> Reply:
    """Say more about a difficulty, or answer it; what is half written goes on."""
    role, thread = mine(turn, words)
    _still_open(turn, thread)
    if thread.full:
        raise Refused("difficulty.full", number=thread.number)
    kept = drafted_in(turn.talk)
    drafted = Drafted(role=role.id, about=thread.id)
    if kept.about == thread.id:
        drafted.text = kept.text
    if turn.talk.expect is Expect.DIFFICULTY:
        drafted.back = kept.back
    return card(turn, drafted, role, thread)


def mine(turn: Turn, words: str) -> tuple[Role, Thread]:
    """Return the difficulty that a number means, and the role in which the person speaks of it."""
    digits = words.upper().removeprefix("#").removeprefix("VM").strip(" -")
    known = digits.isascii() and digits.isdigit() and len(digits) < 10
    thread = difficulties.find(turn.connection, int(digits)) if known else None
    if thread is None:
        raise Refused("difficulty.unknown", number=words[:20])
    roles = [role for role in turn.roles if side_of(turn, role, thread) is not None]
    if not roles:
        forbid()
    roles.sort(key=lambda role: (not side_of(turn, role, thread), role.id != turn.talk.role))
    return roles[0], thread


def _still_open(turn: Turn, thread: Thread) -> None:
    if thread.settled_at:
        when = wording.clock_and_day(turn.language, thread.settled_at, turn.today)
        raise Refused("difficulty.is_settled", number=thread.number, at=when)


def take(turn: Turn, text: str) -> Reply:
    """Take what is typed as the words; they are shown once more before they go."""
    drafted, role, thread = here(turn)
    drafted.text = fitting(text, LONGEST)
    return card(turn, drafted, role, thread)


def about(turn: Turn, words: str) -> Reply:
    """Say which period a difficulty is about, or that it is about none."""
    drafted, role, thread = here(turn)
    period = turn.world.period(role.plan, words.upper())
    if period is None and words != "-":
        raise Refused("refused.no_period")
    drafted.period = period.id if period else ""
    return card(turn, drafted, role, thread)


def rewrite(turn: Turn, _words: str) -> Reply:
    """Ask for the words anew."""
    drafted, role, thread = here(turn)
    drafted.text = ""
    return card(turn, drafted, role, thread)


def resume(turn: Turn, _words: str) -> Reply:
    """Go on with what is half written."""
    drafted, role, thread = here(turn)
    return card(turn, drafted, role, thread)


def drop(turn: Turn, _words: str) -> Reply:
    """Forget what is half written, and go on where the person was."""
    go_back(turn)
    turn.talk.difficulty = {}
    return _go_on(turn, turn.text("difficulty.dropped"))


def _go_on(turn: Turn, text: str, *choices: Choice) -> Reply:
    if turn.talk.expect or turn.talk.period:
        return report.current_card(turn, before=text)
    return Reply(text=text, choices=choices or (turn.choice("difficulty.all", LIST),))


def sent(turn: Turn, _words: str) -> Reply:
    """Record what was written, once, and let the other side know."""
    drafted, role, thread = here(turn)
    if not drafted.text:
        return card(turn, drafted, role, thread)
    go_back(turn)
    turn.talk.difficulty = {}
    # The card is done with: whoever taps it once more sends nothing.
    turn.talk.card += 1
    if thread is None:
        return _raised(turn, role, drafted)
    _still_open(turn, thread)
    by_unit = bool(side_of(turn, role, thread))
    difficulties.say(
        turn.connection, thread.id, drafted.text, turn.person.id, turn.now, by_unit=by_unit
    )
    action = "difficulty.added" if by_unit else "difficulty.answered"
    turn.audit(action, _key(thread), after={"number": thread.number, "words": drafted.text})
    if by_unit:
        body = announcer(turn.pack(role), "", turn.language)
        return _go_on(turn, turn.text("difficulty.more_noted", number=thread.number, body=body))
    told = _tell(turn, thread, role, "difficulty.notice_answer", drafted.text)
    key = "difficulty.answer_noted" if told else "difficulty.answer_nobody"
    done = turn.text(key, number=thread.number, unit=unit_name(turn, thread), people=told)
    settle_too = turn.choice(
        "difficulty.settle", f"/vuongmacxong {thread.id}", number=thread.number
    )
    return _go_on(turn, done, settle_too, turn.choice("difficulty.all", LIST))


def _raised(turn: Turn, role: Role, drafted: Drafted) -> Reply:
    key = Key(plan=role.plan, period=drafted.period, unit=role.unit)
    id = difficulties.add(turn.connection, key, drafted.text, turn.person.id, turn.now)
    thread = difficulties.find(turn.connection, id)
    number = thread.number if thread else str(id)
    turn.audit("difficulty.raised", key, after={"number": number, "words": drafted.text})
    noted = turn.text(
        "difficulty.noted",
        number=number,
        unit=wording.body_name(turn.pack(role), role.unit),
        about=about_text(turn, role.plan, drafted.period),
        body=announcer(turn.pack(role), "", turn.language),
    )
    return _go_on(turn, noted, turn.choice("difficulty.see", f"{LIST} {number}", number=number))


def _key(thread: Thread) -> Key:
    return Key(plan=thread.plan, period=thread.period, unit=thread.unit)


def settle(turn: Turn, words: str) -> Reply:
    """Mark a difficulty as settled; where a coordinator does so, its unit is told."""
    role, thread = mine(turn, words)
    _still_open(turn, thread)
    difficulties.settle(turn.connection, thread.id, turn.person.id, turn.now)
    by_unit = bool(side_of(turn, role, thread))
    after = {"number": thread.number, "by": "unit" if by_unit else "coordinator"}
    turn.audit("difficulty.settled", _key(thread), after=after)
    if not by_unit:
        _tell(turn, thread, role, "difficulty.notice_settled", "")
    drafted = drafted_in(turn.talk)
    if drafted.about == thread.id:
        go_back(turn)
        turn.talk.difficulty = {}
    done = turn.text("difficulty.settled", number=thread.number, unit=unit_name(turn, thread))
    return _go_on(turn, done)


def _tell(turn: Turn, thread: Thread, role: Role, key: str, words: str) -> int:
    """Tell those who report for a difficulty's unit; return how many are written to."""
    readers = turn.others_of(thread.plan, thread.unit)
    languages = languages_of(turn.connection, readers)
    written = []
    for person_id in dict.fromkeys(readers):
        language = languages[person_id]
        text = locales.text(
            language,
            key,
            body=announcer(turn.pack(role), role.unit, language),
            number=thread.number,
            about=beginning(thread.sayings[0].words),
            words=words,
        )
        reply = Reply(text=text, choices=_reader_choices(language, thread) if words else ())
        written.append(Letter(person_id=person_id, reply=reply))
    return letters.post(turn.connection, written, turn.now)


def _reader_choices(language: str, thread: Thread) -> tuple[Choice, ...]:
    commands = (("difficulty.add", "/vuongmacviet"), ("difficulty.settle", "/vuongmacxong"))
    return tuple(
        Choice(
            label=locales.text(language, label, number=thread.number),
            data=f"{command} {thread.id}",
        )
        for label, command in commands
    )


def leave(turn: Turn) -> Reply:
    """Leave what is being written: it stays, and the report goes on."""
    kept = bool(drafted_in(turn.talk).text)
    go_back(turn)
    if not kept:
        turn.talk.difficulty = {}
    done = turn.text("difficulty.kept" if kept else "leave.done")
    if turn.talk.expect or turn.talk.period:
        return report.current_card(turn, before=done)
    return report.menu(turn, before=done)
