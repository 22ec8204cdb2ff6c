"""What a coordinator does with a report: return it for some questions, unlock it."""

import re
from dataclasses import replace
from datetime import date, timedelta

from documents import wording
from handlers import closing
from handlers.asked import Asked, example_unit, understand
from handlers.desks import role_for
from handlers.return_cards import (
    EVERY,
    check_card,
    names_questions,
    questions_of,
    returning,
    which_card,
    why_card,
)
from handlers.sending import LONGEST_REASON
from handlers.turn import Turn
from handlers.unit_report import unit_report
from plans.calendar import Period, end_of
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage import acceptances, drafts, reports
from storage.drafts import Key

UNLOCKED_DAYS = 3


def _subject(turn: Turn, words: str, command: str) -> tuple[Role, Asked, Key]:
    role = role_for(turn, Action.COORDINATE, f"{command} {words}")
    asked = understand(turn, role, words, command)
    if not asked.unit or not asked.named:
        example = example_unit(turn.pack(role))
        raise Refused("asked.name_unit", command=command, example=example)
    turn.require(role, Action.COORDINATE, asked.unit)
    return role, asked, Key(plan=role.plan, period=asked.period.id, unit=asked.unit)


def return_report(turn: Turn, words: str) -> Reply:
    """Begin to return a report: ask which questions."""
    role, asked, key = _subject(turn, words, "/traplai")
    if reports.latest(turn.connection, key) is None:
        raise Refused("unit.nothing_to_return", unit=wording.body_name(turn.pack(role), asked.unit))
    turn.talk.leave()
    turn.talk.role, turn.talk.unit, turn.talk.period = role.id, asked.unit, asked.period.id
    shown = unit_report(turn, role, asked.period, asked.unit)
    return which_card(turn, before=shown.text)


def return_questions(turn: Turn, text: str) -> Reply:
    """Take the questions to be mended; then the reason."""
    asked = questions_of(turn)
    if plain(text) in EVERY:
        chosen = list(asked)
    else:
        wanted = {word.upper().lstrip("0") or word for word in re.findall(r"\w+", text)}
        chosen = [q for q in asked if {str(q.number), q.code} & wanted]
        numbers = {w for w in wanted if w.isdigit() or re.fullmatch(r"[A-Z]{2}\d{2}", w)}
        unknown = numbers - {str(q.number) for q in asked} - {q.code for q in asked}
        if not chosen or unknown or not names_questions(text):
            return which_card(turn, again=True)
    turn.talk.codes = [question.code for question in chosen]
    return why_card(turn)


def return_reason(turn: Turn, text: str) -> Reply:
    """Take the reason, or another one, and show the whole return once more before it goes out."""
    turn.talk.reason = _fitting(text)
    return check_card(turn)


def _fitting(text: str) -> str:
    if len(text) > LONGEST_REASON:
        raise Refused("refused.too_long", most=LONGEST_REASON)
    return text.strip()


def return_sent(turn: Turn, text: str) -> Reply:
    """Return the report: its reporters are asked just the named questions."""
    role, key = returning(turn)
    reason = _fitting(text)
    codes = frozenset(turn.talk.codes)
    period = turn.world.period(role.plan, key.period)
    if not codes or not reason or period is None:
        raise Refused("return.lost")
    _limit_draft(turn, key, codes)
    reports.add_return(turn.connection, key, codes, reason, turn.person.id, turn.now)
    acceptances.take_back(turn.connection, key, turn.now)
    if turn.world.unit_period(role.plan, period, key.unit).locked(turn.today):
        _open_up(turn, key)
    turn.audit("report.returned", key, after={"codes": sorted(codes), "reason": reason})
    told = _tell(turn, key, period, "return.notice", reason=reason, count=len(codes))
    turn.talk.leave()
    # The card is done with: whoever taps it once more returns nothing.
    turn.talk.card += 1
    unit = wording.body_name(turn.pack(role), key.unit)
    done = "return.done" if told else "return.done_nobody"
    return turn.say(done, *_next(turn, key, told), unit=unit, told=told)


def _next(turn: Turn, key: Key, told: int) -> list[Choice]:
    """Offer the report itself and how far the period is; first a code where nobody was told."""
    choices = [
        turn.choice("behalf.show", f"/xem {key.period} {key.unit}"),
        turn.choice("menu.progress", f"/tiendo {key.period}"),
    ]
    invite = turn.choice("unit.invite", f"/moi {key.unit}")
    return choices if told else [invite, *choices]


def _limit_draft(turn: Turn, key: Key, codes: frozenset[str]) -> None:
    """Ask the named questions again in a correction that is open; what else it holds stays."""
    begun, sent = drafts.find(turn.connection, key), reports.latest(turn.connection, key)
    if begun is None or sent is None:
        return
    for code, answer in reports.answers_of(turn.connection, sent.id).items():
        if code in codes:
            drafts.remove_answer(turn.connection, begun.id, code)
        elif code not in begun.answers:
            drafts.put(turn.connection, begun.id, code, replace(answer, at=turn.now))
    drafts.ask_only(turn.connection, begun.id, codes)


def _tell(turn: Turn, key: Key, period: Period, notice: str, **args: object) -> int:
    """Tell the unit's reporters, with a button to what is open to them now; return how many."""
    corrects = reports.latest(turn.connection, key) and not reports.open_return(
        turn.connection, key
    )
    button = ("report.correct", "/dinhchinh") if corrects else ("return.open", "/baocao")
    reporters = turn.others_of(key.plan, key.unit)
    for person_id in reporters:
        turn.tell(
            person_id,
            notice,
            (button[0], f"{button[1]} {period.id}"),
            unit=wording.body_name(turn.world.packs[key.plan], key.unit),
            period=lambda language: wording.period_name(language, period),
            **args,
        )
    return len(reporters)


def _open_up(turn: Turn, key: Key) -> date:
    """Open a locked period to a unit; return the last day."""
    until = end_of(turn.today + timedelta(days=UNLOCKED_DAYS))
    reports.add_unlock(turn.connection, key, until, turn.person.id, turn.now)
    turn.audit("period.unlocked", key, after={"until": until.isoformat()})
    return until.date()


def unlock(turn: Turn, words: str) -> Reply:
    """Open a locked period to one unit for some days, or a whole one that was closed."""
    if closing.means_whole(words):
        return closing.reopen(turn, words)
    role, asked, key = _subject(turn, words, "/mokhoa")
    unit = wording.body_name(turn.pack(role), asked.unit)
    own = turn.world.unit_period(role.plan, asked.period, asked.unit)
    if not own.locked(turn.today):
        shown = _next(turn, key, 1)
        return turn.say("unlock.not_locked", *shown, unit=unit, lock=own.lock)
    until = _open_up(turn, key)
    told = _tell(turn, key, asked.period, "unlock.notice", until=until)
    done = "unlock.done" if told else "unlock.done_nobody"
    return turn.say(done, *_next(turn, key, told), unit=unit, until=until, told=told)
