"""The lists of who takes part: who joined, who nobody joined for, open codes, coordinators."""

from collections.abc import Callable, Mapping

from documents import wording
from handlers.asked import Asked
from handlers.everybody import Everybody, code_text, member_text
from handlers.pages import page_of
from handlers.turn import Turn
from plans.messages import Reply
from plans.people import RoleKind

PAGE = 15
JOINED, NOBODY, CODES, WATCHING = "ketnoi", "trong", "ma", "dieuphoi"


def _joined(turn: Turn, asked: Asked, found: Everybody) -> Reply:
    focal = [one for one in found.members if one.role.kind is RoleKind.FOCAL_POINT]
    order = {unit.code: place for place, unit in enumerate(found.pack.tree)}
    focal.sort(key=lambda one: (order[one.role.unit], one.role.id))
    page = page_of(focal, PAGE, asked.page)
    lines = [turn.text("people.joined_title", count=len(focal)) + page.mark(turn)]
    for one in page.part(focal):
        name = found.pack.tree.title(one.role.unit)
        lines.append(f"- {name}: {member_text(turn, found.pack, one)}")
    lines.append(turn.text("people.open_unit"))
    choices = page.choices(turn, f"/nguoi {JOINED} {asked.unit}".strip())
    choices.append(turn.choice("people.menu", f"/nguoi {asked.unit}".strip()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _nobody(turn: Turn, asked: Asked, found: Everybody) -> Reply:
    connected = found.connected
    units = [unit for unit in found.units if unit.code not in connected]
    page = page_of(units, 2 * PAGE, asked.page)
    lines = [turn.text("people.nobody_title", count=len(units)) + page.mark(turn)]
    coded = {code.unit: code for code in found.codes if code.kind is RoleKind.FOCAL_POINT}
    for unit in page.part(units):
        name = found.pack.tree.title(unit.code)
        if found.pack.tree.children(unit.code):  # its office is meant, not all that is in it
            name = wording.body_name(found.pack, unit.code)
        line = f"- {name}"
        if code := coded.get(unit.code):
            line += turn.text("people.has_code", day=wording.day(code.expires_at))
        lines.append(line)
    choices = page.choices(turn, f"/nguoi {asked.unit} {NOBODY}".replace("  ", " "))
    if units:
        words = f"/moi tatca {asked.unit}".strip()
        choices.append(turn.choice("invite.all", words, count=len(units)))
    choices.append(turn.choice("people.menu", f"/nguoi {asked.unit}".strip()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _codes(turn: Turn, asked: Asked, found: Everybody) -> Reply:
    page = page_of(found.codes, PAGE, asked.page)
    lines = [turn.text("people.codes_title", count=len(found.codes)) + page.mark(turn)]
    choices = []
    first = (page.number - 1) * PAGE
    for number, code in enumerate(page.part(found.codes), first + 1):
        name = found.pack.tree.title(code.unit) if code.unit else found.pack.province.name
        lines.append(f"{number}. {name}: {code_text(turn, found.pack, code)}")
        command = f"/thuhoi ma {code.hash[:16]}"
        choices.append(turn.choice("people.end_code", command, letter=str(number)))
    choices += page.choices(turn, f"/nguoi {asked.unit} {CODES}".replace("  ", " "))
    choices.append(turn.choice("people.menu", f"/nguoi {asked.unit}".strip()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _watching(turn: Turn, asked: Asked, found: Everybody) -> Reply:
    others = [one for one in found.members if one.role.kind is not RoleKind.FOCAL_POINT]
    page = page_of(others, PAGE, asked.page)
    lines = [turn.text("people.watching_title", count=len(others)) + page.mark(turn)]
    choices = []
    first = (page.number - 1) * PAGE
    for number, one in enumerate(page.part(others), first + 1):
        unit = one.role.unit
        name = found.pack.tree[unit].name if unit else found.pack.province.name
        mine = turn.text("people.you") if one.role.person_id == turn.person.id else ""
        lines.append(f"{number}. {name}: {member_text(turn, found.pack, one)}{mine}")
        if not mine:
            command = f"/thuhoi vaitro {one.role.id}"
            choices.append(turn.choice("people.end_role", command, number=number))
    choices += page.choices(turn, f"/nguoi {WATCHING} {asked.unit}".strip())
    choices.append(turn.choice("people.menu", f"/nguoi {asked.unit}".strip()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


LISTS: Mapping[str, Callable[[Turn, Asked, Everybody], Reply]] = {
    JOINED: _joined,
    NOBODY: _nobody,
    CODES: _codes,
    WATCHING: _watching,
}
