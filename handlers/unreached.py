"""Which units' people do not receive messages, and what to do about it: units only, no names."""

from collections.abc import Mapping, Sequence

from documents import wording
from documents.held_back import why_text
from handlers.asked import Asked, understand
from handlers.desks import role_for
from handlers.pages import page_of
from handlers.turn import Turn
from plans.messages import Reply
from plans.people import Action, Contact
from storage import held_back, people
from storage.held_back import HeldBack
from storage.unreached import Undelivered, undelivered

PAGE = 40


def not_reached(turn: Turn, words: str) -> Reply:
    """List the units that messages do not reach, and count those that nobody joined for."""
    role = role_for(turn, Action.COORDINATE, f"/khongnhan {words}")
    asked = understand(turn, role, words, "/khongnhan")
    turn.require(role, Action.COORDINATE, asked.unit)
    tree = turn.pack(role).tree
    owing = turn.world.owing(role.plan, asked.period)
    units = [unit for unit in owing if tree.within(unit.code, asked.unit)]
    contacts = people.contacts(turn.connection, role.plan)
    lost = undelivered(turn.connection, role.plan, asked.period.id)
    held = held_back.among(turn.connection, [one.number for one in lost.values()])
    told = {
        unit.code: _trouble(turn, contacts.get(unit.code, ()), lost.get(unit.code), held)
        for unit in units
    }
    lines = [f"- {tree.title(code)}: {trouble}" for code, trouble in told.items() if trouble]
    silent = sum(unit.code not in contacts for unit in units)
    period = wording.period_name(turn.language, asked.period)
    if not lines and not silent:
        return turn.say("unreached.none", period=period)
    return _listed(turn, asked, lines, silent)


def _listed(turn: Turn, asked: Asked, lines: list[str], silent: int) -> Reply:
    page = page_of(lines, PAGE, asked.page)
    period = wording.period_name(turn.language, asked.period)
    text = [turn.text("unreached.title", period=period, count=len(lines)) + page.mark(turn)]
    text += page.part(lines)
    if lines:
        text.append(turn.text("unreached.what_next"))
    choices = page.choices(turn, f"/khongnhan {asked.period.id} {asked.unit}".strip())
    if silent:
        text.append(turn.text("unreached.not_connected", count=silent))
        choices.append(turn.choice("unreached.invite", "/moi"))
    return Reply(text="\n".join(text), choices=tuple(choices))


def _trouble(
    turn: Turn, known: Sequence[Contact], lost: Undelivered | None, held: Mapping[int, HeldBack]
) -> str:
    """Say why messages do not reach a unit: its people left, or the newest did not arrive."""
    gone = sum(not contact.reachable for contact in known)
    if gone:
        return turn.text("unreached.gone", count=gone, total=len(known))
    if lost is None or not known:
        return ""
    when = {"time": wording.clock(lost.posted_at), "day": wording.day(lost.posted_at)}
    if back := held.get(lost.number):
        channel = wording.channel_name(turn.language, back.channel)
        why = why_text(turn.language, back.why)
        return turn.text("unreached.held_back", channel=channel, why=why, **when)
    return turn.text("unreached.unknown" if lost.unknown else "unreached.failed", **when)
