"""Issue single-use join codes, for one unit or for all that nobody reports for yet."""

import csv
import io

from documents import wording
from documents.qr import qr_sheet
from handlers.asked import example_unit, understand
from handlers.desks import role_for
from handlers.joining import VALID_FOR, hashed, new_code
from handlers.turn import Turn, with_file
from plans.calendar import local
from plans.errors import Refused
from plans.messages import File, Reply
from plans.pack import Pack
from plans.people import Action, Role, RoleKind
from plans.spelling import plain
from storage import join_codes, people
from storage.drafts import Key
from storage.join_codes import Invitation

_ALL = frozenset({"tat ca", "all", "het"})


def invite(turn: Turn, words: str) -> Reply:
    """Issue a code for the unit that is named, or for all without anybody."""
    role = role_for(turn, Action.COORDINATE, f"/moi {words}")
    pack = turn.pack(role)
    if not words.strip():
        waiting = len(_unconnected(turn, role, pack))
        return turn.say(
            "invite.whom",
            turn.once("invite.all", "/moi tất cả", count=waiting),
            count=waiting,
            example=example_unit(pack),
        )
    if plain(words) in _ALL:
        return _invite_all(turn, role, pack)
    asked = understand(turn, role, words, "/moi")
    unit = asked.unit
    if not asked.named:
        raise Refused("asked.name_unit", command="/moi", example=example_unit(pack))
    turn.require(role, Action.COORDINATE, unit)
    code = issue(turn, role.plan, unit)
    already = len(people.reporters_of(turn.connection, role.plan, unit))
    reply = turn.say(
        "invite.one",
        unit=wording.body_name(pack, unit),
        code=code,
        expires=local(turn.now + VALID_FOR).date(),
    )
    lines = [reply.text, turn.text("invite.hand_over", code=code)]
    links = turn.world.invite_links(code, turn.message.address.channel)
    if links:
        lines.append(turn.text("invite.or_link"))
        lines += links
        lines.append(turn.text("invite.print"))
    if already:
        lines.append(turn.text("invite.already", count=already))
    if ended := _ended_line(turn, pack, unit):
        lines.append(ended)
    sheet = _sheet(turn, wording.body_name(pack, unit), code, links[0]) if links else None
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


def issue(turn: Turn, plan: str, unit: str) -> str:
    """Issue one code for a unit's focal point; it is shown once and kept hashed."""
    code = new_code()
    invitation = Invitation(
        hash=hashed(turn.world.secret, code), plan=plan, kind=RoleKind.FOCAL_POINT, unit=unit
    )
    join_codes.issue(turn.connection, invitation, turn.person.id, turn.now, VALID_FOR)
    turn.audit("code.issued", Key(plan=plan, period="", unit=unit))
    return code


def _unconnected(turn: Turn, role: Role, pack: Pack) -> list[str]:
    connected = people.connected_units(turn.connection, role.plan)
    return [
        unit.code
        for unit in pack.tree
        if unit.in_force(turn.today)
        and unit.code not in connected
        and turn.may(role, Action.COORDINATE, unit.code)
    ]


def _invite_all(turn: Turn, role: Role, pack: Pack) -> Reply:
    """Issue a code for every unit without anybody; earlier unused codes of theirs end."""
    units = _unconnected(turn, role, pack)
    if not units:
        raise Refused("invite.nobody_left")
    expires = local(turn.now + VALID_FOR).date()
    table = io.StringIO()
    rows = csv.writer(table)
    channel = turn.message.address.channel
    columns = ["code", "unit", "above", "join", "expires"]
    columns += ["link"] if turn.world.invite_links("", channel) else []
    rows.writerow([turn.text(f"invite.column.{name}") for name in columns])
    for unit in units:
        join_codes.withdraw(turn.connection, role.plan, unit, turn.now)
        above = next((other.name for other in pack.tree.above(unit)), "")
        name = wording.short_body(pack, unit)
        code = issue(turn, role.plan, unit)
        link = turn.world.invite_links(code, channel)[:1]
        rows.writerow(map(_cell, [unit, name, above, code, f"{expires:%d/%m/%Y}", *link]))
    # The mark at the start makes spreadsheet programs read the accents.
    content = ("\ufeff" + table.getvalue()).encode()
    file = File(name=f"ma-moi-{role.plan}.csv", media_type="text/csv", content=content)
    return with_file(turn.say("invite.all_done", count=len(units), expires=expires), file)


def _cell(words: str) -> str:
    """Keep a spreadsheet program from taking a name for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words
