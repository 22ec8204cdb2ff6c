"""A request step by step: its title, questions, units and deadline, then a look at the whole."""

from collections.abc import Callable
from datetime import date, timedelta

from handlers.in_the_making import role_at_work
from handlers.request_draft import LONGEST_TITLE, Drafted, Step, drafted_in, fitting, keep
from handlers.request_questions import DONE, question_lines, take_questions
from handlers.request_units import (
    COMMAND,
    NONE,
    chosen_text,
    district_choices,
    group_choices,
    units_named,
    units_of_tokens,
)
from handlers.spoken_day import day_meant, spoken_day, working_days_later
from handlers.talk import Expect
from handlers.turn import Turn
from plans.decisions import QUESTIONS_MOST
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Role
from plans.spelling import plain

_SOONEST = (3, 5, 10)
LATEST = timedelta(days=366)


def here(turn: Turn) -> tuple[Drafted, Role]:
    """Return the request that the person is making, and the role in which they make it."""
    drafted = drafted_in(turn.talk)
    role = role_at_work(turn, drafted.role, Expect.REQUEST)
    if role is None:
        turn.talk.request = {}
        raise Refused("request.lost")
    return drafted, role


def takes_words(turn: Turn) -> bool:
    """Say whether whatever is typed now is a title or questions."""
    free = (Step.TITLE, Step.QUESTIONS)
    return turn.talk.expect is Expect.REQUEST and drafted_in(turn.talk).step in free


def card(turn: Turn, drafted: Drafted, role: Role, *, before: str = "") -> Reply:
    """Ask for what the request wants next; `before` stands above it."""
    turn.talk.expect = Expect.REQUEST
    turn.asks_figure = True
    keep(turn.talk, drafted)
    reply = _CARDS[Step(drafted.step)](turn, drafted, role)
    return Reply(text=f"{before}\n{reply.text}" if before else reply.text, choices=reply.choices)


def _title_card(turn: Turn, drafted: Drafted, _role: Role) -> Reply:
    if drafted.title:
        noted = turn.text("request.title_noted", title=drafted.title)
        reply = turn.say(
            "request.title",
            turn.once("request.keep", "/yeucaubuoc +"),
            turn.once("card.later", "/huy"),
        )
        return Reply(text=f"{reply.text}\n{noted}", choices=reply.choices)
    return turn.say("request.title", turn.once("card.later", "/huy"))


def _questions_card(turn: Turn, drafted: Drafted, _role: Role) -> Reply:
    if drafted.rewriting:
        old = drafted.questions[drafted.rewriting - 1]
        back = turn.once("request.keep", "/yeucaubuoc questions")
        return turn.say("request.rewrite", back, number=drafted.rewriting, question=old)
    lines = [turn.text("request.questions", most=QUESTIONS_MOST)]
    choices = []
    if drafted.questions:
        full = len(drafted.questions) == QUESTIONS_MOST
        lines = [turn.text("request.questions_so_far"), *question_lines(turn, drafted)]
        lines.append(turn.text("request.questions_full" if full else "request.questions_more"))
        choices.append(turn.once("request.done", "/yeucaubuoc +"))
    choices += _back_and_later(turn)
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _units_card(turn: Turn, drafted: Drafted, role: Role) -> Reply:
    turn.asks_figure = False
    lines = [turn.text("request.units")]
    choices = group_choices(turn, role, drafted.units)
    if drafted.units:
        names = chosen_text(turn, role, drafted.units)
        lines.append(turn.text("request.chosen", count=len(drafted.units), names=names))
        choices.insert(0, turn.once("request.done", "/yeucaubuoc +"))
        choices.append(turn.once("request.choose_anew", f"{COMMAND} {NONE}"))
    return Reply(text="\n".join(lines), choices=(*choices, *_back_and_later(turn)))


def _until_card(turn: Turn, drafted: Drafted, _role: Role) -> Reply:
    days = [working_days_later(turn.today, n, turn.world.working_days) for n in _SOONEST]
    choices = [
        turn.once("request.day", f"/yeucauhan {day.isoformat()}", day=day, count=count)
        for count, day in zip(_SOONEST, days, strict=True)
    ]
    if drafted.last_day:
        choices.insert(0, turn.once("request.keep_day", "/yeucaubuoc +", day=drafted.last_day))
    return turn.say("request.until", *choices, *_back_and_later(turn))


def _check_card(turn: Turn, drafted: Drafted, role: Role) -> Reply:
    until = drafted.last_day or turn.today
    lines = [
        turn.text("request.check", title=drafted.title),
        *question_lines(turn, drafted),
        turn.text(
            "request.check_units",
            count=len(drafted.units),
            names=chosen_text(turn, role, drafted.units),
        ),
        turn.text("request.check_until", day=until),
        turn.text("request.check_window", first=turn.today, last=until),
    ]
    rolled = turn.world.working_days.on_or_after(until)
    if rolled != until:
        lines.append(turn.text("request.rolled", day=until, rolled=rolled))
    choices = (
        turn.once("request.send", "/yeucaugui"),
        turn.once("card.edit", "/yeucaubuoc ?"),
        turn.once("card.later", "/huy"),
    )
    return Reply(text="\n".join(lines), choices=choices)


_CARDS: dict[Step, Callable[[Turn, Drafted, Role], Reply]] = {
    Step.TITLE: _title_card,
    Step.QUESTIONS: _questions_card,
    Step.UNITS: _units_card,
    Step.UNTIL: _until_card,
    Step.CHECK: _check_card,
}


def _back_and_later(turn: Turn) -> list[Choice]:
    return [turn.once("request.back", "/quaylai"), turn.once("card.later", "/huy")]


def mend_which(turn: Turn) -> Reply:
    """Ask which part of a whole request is to be changed."""
    turn.talk.expect = Expect.REQUEST
    choices = [
        turn.once(f"request.step.{step}", f"/yeucaubuoc {step}")
        for step in (Step.TITLE, Step.QUESTIONS, Step.UNITS, Step.UNTIL)
    ]
    return turn.say("request.mend", *choices, turn.once("card.later", "/huy"))


def take(turn: Turn, text: str) -> Reply:
    """Take what is typed as what the request asks for now."""
    drafted, role = here(turn)
    match drafted.step:
        case Step.TITLE:
            drafted.title = fitting(text, LONGEST_TITLE)
            drafted.go_on()
        case Step.QUESTIONS:
            take_questions(drafted, text)
        case Step.UNITS:
            return _take_units(turn, drafted, role, text)
        case Step.UNTIL:
            spoken, left = spoken_day(plain(text))
            if spoken is None or left:
                raise Refused("request.which_day")
            set_until(turn, drafted, day_meant(spoken, turn.today, turn.world.working_days))
        case _:
            return card(turn, drafted, role, before=turn.text("request.at_check"))
    return card(turn, drafted, role)


def _take_units(turn: Turn, drafted: Drafted, role: Role, text: str) -> Reply:
    if plain(text).rstrip(". ") in DONE:
        return step_on(turn, drafted, role)
    named = units_named(turn, role, text)
    drafted.units = list(dict.fromkeys([*drafted.units, *named.units]))
    keep(turn.talk, drafted)
    if named.refused:
        raise named.refused
    if named.districts:
        reply = turn.say(
            "request.which_of_district", *district_choices(turn, role, named.districts)
        )
        return Reply(text=reply.text, choices=(*reply.choices, *_back_and_later(turn)))
    return card(turn, drafted, role)


def units_tapped(turn: Turn, words: str) -> Reply:
    """Add the units that a button names, or choose anew."""
    drafted, role = here(turn)
    drafted.step = Step.UNITS
    added = units_of_tokens(turn, role, words)
    drafted.units = [] if words == NONE else list(dict.fromkeys([*drafted.units, *added]))
    return card(turn, drafted, role)


def until_tapped(turn: Turn, words: str) -> Reply:
    """Set the deadline that a button names."""
    drafted, role = here(turn)
    drafted.step = Step.UNTIL
    try:
        set_until(turn, drafted, date.fromisoformat(words))
    except ValueError:
        raise Refused("request.which_day") from None
    return card(turn, drafted, role)


def set_until(turn: Turn, drafted: Drafted, until: date) -> None:
    """Note the deadline and go on; a day that is past, or a year away, is refused."""
    if until < turn.today:
        raise Refused("request.day_past", day=until)
    if until > turn.today + LATEST:
        raise Refused("request.day_far", day=until)
    drafted.until = until.isoformat()
    drafted.go_on()


def step_on(turn: Turn, drafted: Drafted, role: Role) -> Reply:
    """Go on from a step that may be left, or say what is still wanted there."""
    if drafted.step == Step.QUESTIONS and not drafted.questions:
        raise Refused("request.none_asked")
    if drafted.step == Step.UNITS and not drafted.units:
        raise Refused("request.none_chosen")
    drafted.go_on()
    return card(turn, drafted, role)
