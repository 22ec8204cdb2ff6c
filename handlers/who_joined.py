"""Who takes part, unit by unit, without a name: since when, on which channels, what waits."""

import re
from dataclasses import replace

from documents import wording
from handlers.asked import Asked, understand
from handlers.desks import role_for
from handlers.everybody import Everybody, code_text, everybody, member_text
from handlers.joined_lists import CODES, JOINED, LISTS, NOBODY, WATCHING
from handlers.pages import manner_of
from handlers.turn import Turn
from plans.messages import Choice, Reply
from plans.people import Action, RoleKind
from plans.spelling import plain
from plans.units import Unit
from storage import handovers

_LISTS = {
    JOINED: re.compile(r"\b(?:ketnoi|(?:da )?ket noi|joined)\b"),
    NOBODY: re.compile(r"\b(?:trong$|chua (?:ket noi|co dau moi|co ai)|nobody)\b"),
    CODES: re.compile(r"\b(?:ma|ma (?:moi )?chua dung|codes)$"),
    WATCHING: re.compile(r"\b(?:dieuphoi|dieu phoi|can bo tong hop|coordinators)\b"),
}


def who(turn: Turn, words: str) -> Reply:
    """Tell who takes part: counts and lists, or one unit's people and codes."""
    role = role_for(turn, Action.COORDINATE, f"/nguoi {words}")
    listed, rest = _list_named(words)
    asked = understand(turn, role, rest, f"/nguoi {listed}".strip())
    turn.require(role, Action.COORDINATE, asked.unit)
    found = everybody(turn, role, asked.unit)
    if listed:
        return replace(LISTS[listed](turn, asked, found), manner=manner_of(words))
    if asked.unit and not found.pack.tree.children(asked.unit):
        return unit_card(turn, found, asked.unit)
    return _overview(turn, asked, found)


def _list_named(words: str) -> tuple[str, str]:
    text = " ".join(plain(words).split())
    page = re.search(r"\btrang\d+\b", text)
    bare = text.replace(page[0], "").strip() if page else text
    # "chưa kết nối" holds "kết nối": what is longer is looked for first.
    for name in (NOBODY, CODES, WATCHING, JOINED):
        if found := _LISTS[name].search(bare):
            rest = f"{bare[: found.start()]} {bare[found.end() :]} {page[0] if page else ''}"
            return name, " ".join(rest.split())
    return "", words


def _overview(turn: Turn, asked: Asked, found: Everybody) -> Reply:
    pack, connected = found.pack, found.connected
    where = pack.tree.title(asked.unit) if asked.unit else pack.province.name
    joined = [unit for unit in found.units if unit.code in connected]
    lines = [turn.text("people.title", where=where)]
    lines.append(turn.text("people.joined", count=len(joined), total=len(found.units)))
    lines += _by_area(turn, found)
    watching = [one for one in found.members if one.role.kind is not RoleKind.FOCAL_POINT]
    lost = sum(one.reach.unreachable_since is not None for one in found.members)
    if watching:
        lines.append(turn.text("people.watching", count=len(watching)))
    if lost:
        lines.append(turn.text("people.lost", count=lost))
    if found.codes:
        first = wording.day(found.codes[0].expires_at)
        lines.append(turn.text("people.codes", count=len(found.codes), day=first))
    if asked.unit:
        lines += _people_lines(turn, found, asked.unit)
    return Reply(text="\n".join(lines), choices=tuple(_leads(turn, asked, found, len(joined))))


def _by_area(turn: Turn, found: Everybody) -> list[str]:
    """Count each district's units; those of the province itself together."""
    areas: dict[str, list[Unit]] = {}
    for unit in found.units:
        areas.setdefault(found.pack.tree.area(unit.code), []).append(unit)
    if len(areas) < 2:
        return []
    connected = found.connected
    lines = []
    for area, units in areas.items():
        name = found.pack.tree[area].name if area else turn.text("people.of_province")
        count = sum(unit.code in connected for unit in units)
        lines.append(turn.text("people.area", name=name, count=count, total=len(units)))
    return lines


def _leads(turn: Turn, asked: Asked, found: Everybody, joined: int) -> list[Choice]:
    unit = asked.unit
    choices = []
    if joined:
        choices.append(turn.choice("people.list.joined", f"/nguoi {JOINED} {unit}".strip()))
    if nobody := len(found.units) - joined:
        command = f"/nguoi {unit} {NOBODY}".replace("  ", " ")
        choices.append(turn.choice("people.list.nobody", command, count=nobody))
        words = f"/moi tatca {unit}".strip()
        choices.append(turn.choice("invite.all", words, count=nobody))
    if found.codes:
        command = f"/nguoi {unit} {CODES}".replace("  ", " ")
        choices.append(turn.choice("people.list.codes", command, count=len(found.codes)))
    if any(one.role.kind is not RoleKind.FOCAL_POINT for one in found.members):
        choices.append(turn.choice("people.list.watching", f"/nguoi {WATCHING} {unit}".strip()))
    choices.append(turn.choice("people.unreached", f"/khongnhan {unit}".strip()))
    if unit:
        choices += _acts(turn, found, unit)
    return choices


def unit_card(turn: Turn, found: Everybody, unit: str) -> Reply:
    """Tell one unit's people and open codes, with what can be done about each."""
    lines = [turn.text("people.unit", unit=wording.body_name(found.pack, unit))]
    lines += _people_lines(turn, found, unit)
    choices = _acts(turn, found, unit)
    choices.append(turn.choice("people.invite", f"/moi {unit}"))
    choices.append(turn.choice("people.menu", "/nguoi"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _people_lines(turn: Turn, found: Everybody, unit: str) -> list[str]:
    people, codes = found.at(unit), found.codes_at(unit)
    waiting = handovers.waiting_for(turn.connection, [one.role.id for one in people], turn.now)
    lines = []
    for number, one in enumerate(people, 1):
        line = f"{number}. {member_text(turn, found.pack, one)}"
        if handover := waiting.get(one.role.id):
            line += turn.text("people.handing_over", day=wording.day(handover.expires_at))
        lines.append(line)
    lines += [f"{_letter(n)}. {code_text(turn, found.pack, one)}" for n, one in enumerate(codes)]
    return lines or [turn.text("people.nobody_here")]


def _letter(number: int) -> str:
    return chr(ord("a") + number % 26)


def _acts(turn: Turn, found: Everybody, unit: str) -> list[Choice]:
    """Offer to hand over, to end and to take back what stands on a unit's card."""
    choices = []
    for number, one in enumerate(found.at(unit), 1):
        if one.role.kind is RoleKind.FOCAL_POINT:
            command = f"/bangiao vaitro {one.role.id}"
            choices.append(turn.choice("people.hand_over", command, number=number))
        if one.role.person_id != turn.person.id:
            command = f"/thuhoi vaitro {one.role.id}"
            choices.append(turn.choice("people.end_role", command, number=number))
    for place, code in enumerate(found.codes_at(unit)):
        command = f"/thuhoi ma {code.hash[:16]}"
        choices.append(turn.choice("people.end_code", command, letter=_letter(place)))
    return choices
