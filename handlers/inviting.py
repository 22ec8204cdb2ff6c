"""Issue single-use join codes, for one unit or for many at once."""

from documents import wording
from documents.qr import qr_sheet
from handlers import inviting_all
from handlers.asked import example_unit, understand
from handlers.code_issuing import issue
from handlers.desks import role_for
from handlers.invited_units import Chosen, chosen_in, units_of
from handlers.joining import VALID_FOR
from handlers.turn import Turn
from plans.calendar import local
from plans.errors import Refused
from plans.messages import File, Reply
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
    reply = with_ways(turn, first, wording.body_name(pack, unit), code)
    lines = [reply.text]
    if already:
        lines.append(turn.text("invite.already", count=already))
    if ended := _ended_line(turn, pack, unit):
        lines.append(ended)
    return Reply(text="\n".join(lines), file=reply.file)


def with_ways(turn: Turn, first: str, name: str, code: str) -> Reply:
    """Return words about a new code and the ways to use it, with a picture of a link."""
    lines = [first, turn.text("invite.hand_over", code=code)]
    links = turn.world.invite_links(code, turn.message.address.channel)
    if links:
        lines.append(turn.text("invite.or_link"))
        lines += links
        lines.append(turn.text("invite.print"))
    sheet = _sheet(turn, name, code, links[0]) if links else None
    return Reply(text="\n".join(lines), file=sheet)


def _sheet(turn: Turn, unit: str, code: str, link: str) -> File:
    """Draw what can be printed and handed over: the first link to scan, for whom, and the code."""
    below = [turn.text("invite.sheet.code", code=code), turn.text("invite.sheet.once")]
    content = qr_sheet(link, unit, [*below, link])
    return File(name=f"ma-moi-{code}.png", media_type="image/png", content=content)


def _ended_line(turn: Turn, pack: Pack, code: str) -> str:
    """Say what became of a unit that is no more: it can only mend what it owed before."""
    unit = pack.tree[code]
    if unit.valid_to is None or unit.in_force(turn.today) or not unit.successors:
        return ""
    names = "; ".join(pack.tree.title(successor) for successor in unit.successors)
    name = wording.body_name(pack, code)
    return turn.text("unit.ended", unit=name, day=unit.valid_to, successors=names)
