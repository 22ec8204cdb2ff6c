"""Issue single-use join codes, for one unit or for many at once."""

from dataclasses import replace

from documents import wording
from handlers import inviting_all
from handlers.asked import example_unit, understand
from handlers.code_issuing import issue
from handlers.desks import role_for
from handlers.invited_units import Chosen, chosen_in, units_of
from handlers.joining import VALID_FOR
from handlers.printing import sheet_task
from handlers.turn import Turn
from plans.calendar import local
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.pack import Pack
from plans.people import Action
from storage import people


def invite(turn: Turn, words: str) -> Reply:
    """Issue a code for the unit that is named, or show what would be issued for many."""
    role = role_for(turn, Action.COORDINATE, f"/moi {words}")
    pack = turn.pack(role)
    if not words.strip():
        waiting = len(units_of(turn, Chosen(role=role, root=role.unit)))
        return turn.say(
            "invite.whom",
            turn.choice("invite.all", "/moi tất cả", count=waiting),
            turn.choice("people.menu", "/nguoi"),
            count=waiting,
            example=example_unit(pack),
        )
    if (chosen := chosen_in(turn, role, words)) is not None:
        return inviting_all.preview(turn, chosen)
    asked = understand(turn, role, words, "/moi")
    unit = asked.unit
    if not asked.named:
        raise Refused("asked.name_unit", command="/moi", example=example_unit(pack))
    turn.require(role, Action.COORDINATE, unit)
    code = issue(turn, role.plan, unit)
    already = len(people.reporters_of(turn.connection, role.plan, unit))
    first = turn.text(
        "invite.one",
        unit=wording.body_name(pack, unit),
        code=code,
        expires=local(turn.now + VALID_FOR).date(),
    )
    reply = with_ways(
        turn,
        first,
        wording.body_name(pack, unit),
        code,
        turn.choice("people.menu", f"/nguoi {unit}"),
        turn.choice("invite.others", "/moi"),
    )
    lines = [reply.text]
    if already:
        lines.append(turn.text("invite.already", count=already))
    if ended := _ended_line(turn, pack, unit):
        lines.append(ended)
    return replace(reply, text="\n".join(lines))


def with_ways(turn: Turn, first: str, name: str, code: str, *choices: Choice) -> Reply:
    """Return words about a new code and the ways to use it, with a picture of a link."""
    lines = [first, turn.text("invite.hand_over", code=code)]
    links = turn.world.invite_links(code, turn.message.address.channel)
    if links:
        lines.append(turn.text("invite.or_link"))
        lines += links
        lines.append(turn.text("invite.print"))
    task = sheet_task(code, name) if links else None
    return Reply(text="\n".join(lines), choices=choices, task=task)


def _ended_line(turn: Turn, pack: Pack, code: str) -> str:
    """Say what became of a unit that is no more: it can only mend what it owed before."""
    unit = pack.tree[code]
    if unit.valid_to is None or unit.in_force(turn.today) or not unit.successors:
        return ""
    names = "; ".join(pack.tree.title(successor) for successor in unit.successors)
    name = wording.body_name(pack, code)
    return turn.text("unit.ended", unit=name, day=unit.valid_to, successors=names)
