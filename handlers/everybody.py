"""Everybody who takes part in a plan, as one coordinator may see them, each told without a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents import wording
from documents.wording import channel_name
from handlers.turn import Turn
from plans.pack import Pack
from plans.people import Action, Role, RoleKind
from plans.units import Unit
from storage import membership
from storage.membership import Member, OpenCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybody:
    """Who takes part in a plan and which codes are open, as one coordinator may see them."""

    role: Role
    pack: Pack
    members: Sequence[Member]
    codes: Sequence[OpenCode]
    units: Sequence[Unit]

    def at(self, unit: str) -> list[Member]:
        """Return who has a role for one unit."""
        return [one for one in self.members if one.role.unit == unit]

    def codes_at(self, unit: str) -> list[OpenCode]:
        """Return the open codes of one unit."""
        return [one for one in self.codes if one.unit == unit]

    @property
    def connected(self) -> set[str]:
        """Return the units that somebody reports for."""
        return {one.role.unit for one in self.members if one.role.kind is RoleKind.FOCAL_POINT}


def everybody(turn: Turn, role: Role, root: str) -> Everybody:
    """Gather who takes part below a unit, or in the whole plan, and what codes are open there."""
    pack = turn.pack(role)

    def here(unit: str) -> bool:
        known = unit in pack.tree and pack.tree.within(unit, root) if unit else not root
        return known and turn.may(role, Action.COORDINATE, unit)

    found = membership.members(turn.connection, role.plan)
    codes = membership.open_codes(turn.connection, role.plan, turn.now)
    below = pack.tree.subtree(root) if root else iter(pack.tree)
    return Everybody(
        role=role,
        pack=pack,
        members=[one for one in found if here(one.role.unit)],
        codes=[one for one in codes if here(one.unit)],
        units=[unit for unit in below if unit.in_force(turn.today)],
    )


def member_text(turn: Turn, pack: Pack, one: Member) -> str:
    """Tell one role in a line: what it is, since when, where it is reached, who invited it."""
    parts = [turn.text(f"people.kind.{one.role.kind}")]
    parts.append(turn.text("people.since", day=wording.day(one.since)))
    names = [channel_name(turn.language, channel) for channel in one.reach.channels]
    if names:
        parts.append(", ".join(names))
    if one.reach.heard_at:
        when = wording.clock_and_day(turn.language, one.reach.heard_at, turn.today)
        parts.append(turn.text("people.heard", when=when))
    else:
        parts.append(turn.text("people.never_heard"))
    if lost := one.reach.unreachable_since:
        parts.append(turn.text("people.unreachable", day=wording.day(lost)))
    if one.by_code:
        parts.append(_inviter(turn, pack, one))
    return " · ".join(parts)


def _inviter(turn: Turn, pack: Pack, one: Member) -> str:
    """Say as what somebody invited: a coordinator, the predecessor, or the operator."""
    if one.invited_by is None:
        return turn.text("people.invited.operator")
    known = membership.roles_ever(turn.connection, one.role.plan, [one.invited_by])
    role = known.get(one.invited_by)
    if role is None:
        return turn.text("people.invited.operator")
    name = ""
    if role.kind is RoleKind.DISTRICT_COORDINATOR and role.unit in pack.tree:
        name = pack.tree[role.unit].name
    return turn.text(f"people.invited.{role.kind}", unit=name)


def code_text(turn: Turn, pack: Pack, code: OpenCode) -> str:
    """Tell one open code in a line; its letters are nowhere kept."""
    kind = turn.text(f"people.kind.{code.kind}")
    issued = f"{wording.clock(code.issued_at)} {turn.text('people.on', day=_day(code))}"
    key = "people.code_handover" if code.replaces else "people.code"
    return turn.text(key, kind=kind, issued=issued, expires=wording.day(code.expires_at))


def _day(code: OpenCode) -> object:
    return wording.day(code.issued_at)
