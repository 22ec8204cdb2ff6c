"""Whom a request goes to: all units of a type, a district's communes, units by name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents import wording
from documents.nudges import names_text
from handlers.asked import understand
from handlers.turn import Turn
from handlers.written import own_words
from plans.errors import Refused
from plans.messages import Choice
from plans.pack import Obligation, Pack
from plans.people import Action, Role
from plans.spelling import plain
from plans.units import Unit

COMMAND = "/yeucaudonvi"
BELOW, NONE = "+", "-"
_PARTS = re.compile(r"[,;\n]+")
# "các xã huyện Bắc Bình", "xã, phường của Phan Thiết": what stands below, not the district itself.
_ALL_BELOW = re.compile(
    r"^(?:(?:tat ca|cac|all|the) )+(?:ubnd )?(?:cap )?(?:xa|phuong|communes?|units)"
    r"(?: phuong)?(?: thi tran)? ?(?:cua|thuoc|o|of|in)? ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Units that one button chooses together."""

    token: str
    name: str
    units: tuple[str, ...]


def groups(turn: Turn, role: Role) -> list[Group]:
    """Return the groups of units that a role may ask: by type, bodies of which there is one as one.

    Invited bodies are a group of their own.
    """
    pack = turn.pack(role)
    by_type: dict[str, list[Unit]] = {}
    invited = []
    for unit in _askable(turn, role):
        if pack.obligation(unit) is Obligation.INVITED:
            invited.append(unit)
        else:
            by_type.setdefault(unit.type, []).append(unit)
    several = [
        _group(f"+{key}", _type_name(turn, pack, key), by_type[key])
        for key in pack.unit_types
        if len(by_type.get(key, ())) > 1
    ]
    single = [units[0] for units in by_type.values() if len(units) == 1]
    others = (
        _group("++single", turn.text("progress.single"), single),
        _group("++invited", turn.text("request.invited"), invited),
    )
    return [*several, *(group for group in others if len(group.units) > 1)]


def _group(token: str, name: str, units: Iterable[Unit]) -> Group:
    return Group(token=token, name=name, units=tuple(unit.code for unit in units))


def _type_name(turn: Turn, pack: Pack, key: str) -> str:
    return pack.unit_types[key].name.in_language(turn.language)


def _askable(turn: Turn, role: Role) -> Iterable[Unit]:
    tree = turn.pack(role).tree
    below = tree.subtree(role.unit) if role.unit else iter(tree)
    return (unit for unit in below if unit.in_force(turn.today))


def group_choices(turn: Turn, role: Role, chosen: Sequence[str]) -> list[Choice]:
    """Offer the groups that are not chosen yet."""
    return [
        turn.once("request.group", f"{COMMAND} {g.token}", name=g.name, count=len(g.units))
        for g in groups(turn, role)
        if not set(g.units) <= set(chosen)
    ]


def chosen_text(turn: Turn, role: Role, chosen: Sequence[str]) -> str:
    """Tell which units are chosen: whole groups and districts as such, the rest one by one."""
    left, parts = list(chosen), []
    for group in groups(turn, role):
        if set(group.units) <= set(left):
            left = [code for code in left if code not in group.units]
            parts.append(turn.text("request.group", name=group.name, count=len(group.units)))
    tree = turn.pack(role).tree
    for district in dict.fromkeys(tree[code].parent for code in left if tree[code].parent):
        below = allowed(turn, role, (unit.code for unit in tree.children(district)))
        if len(below) > 1 and set(below) <= set(left):
            left = [code for code in left if code not in below]
            name = tree[district].name
            parts.append(turn.text("request.below", count=len(below), district=name))
    if left:
        parts.append(names_text(turn.language, turn.pack(role), left))
    return "; ".join(parts)


def units_of_tokens(turn: Turn, role: Role, words: str) -> list[str]:
    """Return the units that a button names by codes, groups and districts with what is below."""
    tree = turn.pack(role).tree
    by_token = {group.token: group.units for group in groups(turn, role)}
    found: list[str] = []
    for token in words.split():
        code = token.removesuffix(BELOW)
        if token in by_token:
            found += by_token[token]
        elif code in tree and token.endswith(BELOW):
            found += [unit.code for unit in tree.children(code)]
        elif code in tree:
            found.append(code)
    return allowed(turn, role, found)


def allowed(turn: Turn, role: Role, codes: Iterable[str]) -> list[str]:
    """Return the units among some that the role coordinates and that exist today, each once."""
    tree = turn.pack(role).tree
    return [
        code
        for code in dict.fromkeys(codes)
        if turn.may(role, Action.COORDINATE, code) and tree[code].in_force(turn.today)
    ]


@dataclass(slots=True, kw_only=True)
class Named:
    """What typed names come to: units that are clear, districts to be asked about, what is not."""

    units: list[str]
    districts: list[str]
    refused: Refused | None = None


def unit_named(turn: Turn, role: Role, part: str, command: str) -> tuple[str, bool]:
    """Read one name; say whether the units below it are meant, as in "các xã huyện Bắc Bình"."""
    below = _ALL_BELOW.match(part)
    asked = understand(turn, role, part[below.end() :] if below else part, command)
    if not asked.unit or not (asked.named or role.unit):
        raise Refused("asked.no_unit", words=own_words(turn, part))
    return asked.unit, below is not None


def units_named(turn: Turn, role: Role, text: str) -> Named:
    """Read names of units, several parted by commas; what is clear stands, whatever follows it."""
    tree, found = turn.pack(role).tree, Named(units=[], districts=[])
    for group in groups(turn, role):
        if plain(group.name) == plain(text):
            found.units += group.units
            return found
    for part in filter(None, map(plain, _PARTS.split(text))):
        try:
            code, below = unit_named(turn, role, part, COMMAND)
        except Refused as refused:
            found.refused = refused
            break
        if below:
            found.units += [unit.code for unit in tree.children(code)]
        elif tree.children(code):
            found.districts.append(code)
        else:
            found.units.append(code)
    found.units = allowed(turn, role, found.units)
    return found


def district_choices(turn: Turn, role: Role, districts: Iterable[str]) -> list[Choice]:
    """Ask whether a district itself is meant, or the units below it."""
    pack, choices = turn.pack(role), []
    for code in districts:
        below = allowed(turn, role, (unit.code for unit in pack.tree.children(code)))
        name = pack.tree[code].name
        choices += [
            turn.once("request.below", f"{COMMAND} {code}{BELOW}", count=len(below), district=name),
            turn.once_labelled(wording.short_body(pack, code), f"{COMMAND} {code}"),
        ]
    return choices
