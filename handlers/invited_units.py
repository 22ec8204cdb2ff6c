"""Which units codes are issued for at once: all or those without anybody, of an area, of a type."""

import re
from dataclasses import dataclass, replace

from handlers.asked import understand
from handlers.turn import Turn
from plans.messages import Choice
from plans.people import Action, Role
from plans.spelling import plain
from plans.units import Unit
from storage import people

EVERY = "tatca"
# Units that have somebody already are left out unless they are asked for too.
ALSO_JOINED = "cadaco"
_EVERY = re.compile(r"^(?:tatca|tat ca|all|het)\b(?: cac)?(?: (?:don vi|units))?")
_ALSO_JOINED = re.compile(r"\b(?:cadaco|ke ca (?:don vi )?da (?:ket noi|co dau moi))\b")
_NOT_JOINED = re.compile(r"\b(?:chua (?:ket noi|co dau moi|co ai)|not joined)\b")
_TYPE = re.compile(r"\bloai:([a-z0-9_]+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The units that were chosen: below `root`, of a type, those with somebody too or not."""

    role: Role
    root: str = ""
    unit_type: str = ""
    also_joined: bool = False

    @property
    def words(self) -> str:
        """Return what a button carries to choose the same once more."""
        kind = f"loai:{self.unit_type}" if self.unit_type else ""
        joined = ALSO_JOINED if self.also_joined else ""
        return " ".join(f"{EVERY} {self.root} {kind} {joined}".split())


def chosen_in(turn: Turn, role: Role, words: str) -> Chosen | None:
    """Return what words choose that begin with "all", None where they name a unit."""
    text = " ".join(plain(words).split())
    begun = _EVERY.match(text)
    if not begun:
        return None
    rest, found = text[begun.end() :], Chosen(role=role, root=role.unit)
    if kind := _TYPE.search(rest):
        known = kind[1] if kind[1] in turn.pack(role).unit_types else ""
        found, rest = replace(found, unit_type=known), _TYPE.sub(" ", rest)
    if _ALSO_JOINED.search(rest):
        found, rest = replace(found, also_joined=True), _ALSO_JOINED.sub(" ", rest)
    rest = _NOT_JOINED.sub(" ", rest)
    if not found.unit_type and (named := _type_named(turn, role, rest)):
        found, rest = replace(found, unit_type=named), ""
    if rest.strip():
        asked = understand(turn, role, rest, f"/moi {found.words}")
        found = replace(found, root=asked.unit)
    turn.require(role, Action.COORDINATE, found.root)
    return found


def _type_named(turn: Turn, role: Role, words: str) -> str:
    """Return the type of unit that words name whole, in either language."""
    said = " ".join(words.split())
    for key, kind in turn.pack(role).unit_types.items():
        if said and said in (plain(kind.name.vi), plain(kind.name.en)):
            return key
    return ""


def units_of(turn: Turn, chosen: Chosen) -> list[Unit]:
    """Return the units in force that were chosen, in the plan's order."""
    role = chosen.role
    connected = people.connected_units(turn.connection, role.plan)
    return [
        unit
        for unit in turn.pack(role).tree
        if unit.in_force(turn.today)
        and (chosen.also_joined or unit.code not in connected)
        and (not chosen.unit_type or unit.type == chosen.unit_type)
        and turn.pack(role).tree.within(unit.code, chosen.root)
        and turn.may(role, Action.COORDINATE, unit.code)
    ]


def narrower(turn: Turn, chosen: Chosen) -> list[Choice]:
    """Offer other choices: those with somebody too, one type, one area."""
    choices = []
    other = replace(chosen, also_joined=not chosen.also_joined)
    if count := len(units_of(turn, other)):
        key = "invite.only_new" if chosen.also_joined else "invite.also_joined"
        choices.append(turn.choice(key, f"/moi {other.words}", count=count))
    pack = turn.pack(chosen.role)
    units = units_of(turn, chosen)
    types = list(dict.fromkeys(unit.type for unit in units))
    for key in types if len(types) > 1 else []:
        name = pack.unit_types[key].name.in_language(turn.language)
        words = replace(chosen, unit_type=key).words
        choices.append(turn.choice("invite.type", f"/moi {words}", name=name))
    if chosen.root == chosen.role.unit:
        areas = dict.fromkeys(pack.tree.area(unit.code) for unit in units)
        for area in [area for area in areas if area and area != chosen.root]:
            words = replace(chosen, root=area).words
            name = pack.tree[area].name
            choices.append(turn.choice("asked.unit", f"/moi {words}", unit=name))
    return choices
