"""Take back a code that nobody used, or end the role of somebody who left the post."""

from documents import wording
from handlers.asked import example_unit, understand
from handlers.desks import role_for
from handlers.everybody import code_text, everybody, member_text
from handlers.turn import Turn
from handlers.who_joined import unit_card
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role, RoleKind
from storage import handovers, membership, people
from storage.drafts import Key
from storage.membership import Member, OpenCode

_ROLE, _CODE = "vaitro", "ma"


def revoke(turn: Turn, words: str) -> Reply:
    """Show what can be taken back of a unit, or ask to confirm what was picked."""
    role = role_for(turn, Action.COORDINATE, f"/thuhoi {words}")
    kind, _, mark = words.strip().partition(" ")
    if kind == _ROLE and mark:
        return _sure_of_role(turn, role, _member(turn, role, mark))
    if kind == _CODE and mark:
        return _sure_of_code(turn, role, _code(turn, role, mark))
    if not words.strip():
        listed = turn.choice("people.menu", "/nguoi")
        return turn.say("revoke.which", listed, example=example_unit(turn.pack(role)))
    asked = understand(turn, role, words, "/thuhoi")
    turn.require(role, Action.COORDINATE, asked.unit)
    return unit_card(turn, everybody(turn, role, asked.unit), asked.unit)


def _member(turn: Turn, role: Role, number: str) -> Member:
    """Return the role that is picked: within reach, not the person's own, not the last one."""
    found = membership.member(turn.connection, role.plan, int(number)) if number.isdigit() else None
    if found is None:
        raise Refused("revoke.gone")
    turn.require(role, Action.COORDINATE, found.role.unit)
    if found.role.person_id == turn.person.id:
        raise Refused("revoke.oneself")
    if found.role.kind is RoleKind.COORDINATOR and _is_last(turn, found.role):
        raise Refused("revoke.last")
    return found


def _is_last(turn: Turn, role: Role) -> bool:
    held = people.roles_at(turn.connection, role.plan, "")
    return sum(one.kind is RoleKind.COORDINATOR for one in held) <= 1


def _code(turn: Turn, role: Role, mark: str) -> OpenCode:
    """Return the open code that is picked, within reach."""
    codes = membership.open_codes(turn.connection, role.plan, turn.now)
    found = [one for one in codes if one.hash.startswith(mark.lower())]
    if len(found) != 1:
        raise Refused("revoke.gone")
    turn.require(role, Action.COORDINATE, found[0].unit)
    return found[0]


def _sure_of_role(turn: Turn, role: Role, found: Member) -> Reply:
    return turn.say(
        "revoke.sure_role",
        turn.once("revoke.yes_role", f"/thuhoilam {_ROLE} {found.role.id}"),
        turn.once("revoke.no", "/start"),
        unit=_unit_name(turn, found.role),
        who=member_text(turn, turn.pack(role), found),
    )


def _sure_of_code(turn: Turn, role: Role, found: OpenCode) -> Reply:
    pack = turn.pack(role)
    name = wording.body_name(pack, found.unit) if found.unit else wording.province_name(pack)
    return turn.say(
        "revoke.sure_code",
        turn.once("revoke.yes_code", f"/thuhoilam {_CODE} {found.hash[:16]}"),
        turn.once("revoke.no", "/start"),
        unit=name,
        code=code_text(turn, pack, found),
    )


def _unit_name(turn: Turn, role: Role) -> str:
    pack = turn.pack(role)
    return wording.body_name(pack, role.unit) if role.unit else wording.province_name(pack)


def revoked(turn: Turn, words: str) -> Reply:
    """Do what was confirmed; the draft stays with the unit, and who held a role is told."""
    role = role_for(turn, Action.COORDINATE, f"/thuhoilam {words}")
    kind, _, mark = words.strip().partition(" ")
    if kind == _CODE:
        return _end_code(turn, role, _code(turn, role, mark))
    found = _member(turn, role, mark)
    handovers.cancel(turn.connection, found.role.id, turn.now)
    people.end_role(turn.connection, found.role.id, turn.now)
    key = Key(plan=role.plan, period="", unit=found.role.unit)
    before = {"role": found.role.id, "kind": found.role.kind, "person": found.role.person_id}
    turn.audit("role.revoked", key, before=before)
    unit = _unit_name(turn, found.role)
    pack = turn.pack(role)
    turn.tell(
        found.role.person_id,
        f"revoke.notice.{found.role.kind}",
        unit=unit,
        plan=lambda language: pack.title.in_language(language),
        body=pack.coordinator.short,
    )
    again = turn.choice("people.menu", f"/nguoi {found.role.unit}".strip())
    told = "revoke.done_role" if found.reach.unreachable_since is None else "revoke.done_untold"
    return turn.say(told, again, unit=unit)


def _end_code(turn: Turn, role: Role, code: OpenCode) -> Reply:
    membership.end_code(turn.connection, code.hash, turn.now)
    key = Key(plan=role.plan, period="", unit=code.unit)
    turn.audit("code.revoked", key, before={"kind": code.kind, "issued_by": code.issued_by})
    pack = turn.pack(role)
    name = wording.body_name(pack, code.unit) if code.unit else wording.province_name(pack)
    again = turn.choice("people.menu", f"/nguoi {code.unit}".strip())
    return turn.say("revoke.done_code", again, unit=name)
