"""Whom an announcement is for: sets of units, units by name, those who only follow."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from documents import wording
from handlers.request_units import Named, allowed, groups, unit_named
from handlers.spoken_period import current_period
from handlers.turn import Turn
from handlers.written import own_words
from plans.announcements import Missed, Missing, number_of
from plans.errors import Refused
from plans.messages import Choice
from plans.pack import Obligation
from plans.people import Action, Role, RoleKind
from plans.spelling import plain
from storage import announcements, people
from storage.standings import progress_of

COMMAND = "/thongbaoai"
ALL, LATE, WATCHERS, DISTRICTS, ANEW = "all", "late", "watchers", "districts", "-"
BELOW, CHILDREN, EARLIER = "+", "*", "="
_WATCHING = (RoleKind.OBSERVER, RoleKind.DISTRICT_COORDINATOR)
_PARTS = re.compile(r"[,;\n]+")


@dataclass(slots=True, kw_only=True)
class Audience:
    """Who is written to, each once, for which units; and units that nobody can be reached for."""

    readers: dict[int, list[str]] = field(default_factory=dict)
    missed: list[Missed] = field(default_factory=list)
    units: set[str] = field(default_factory=set)

    def lacking(self, why: Missing) -> list[str]:
        """Return the units that are missed for one reason."""
        return [one.unit for one in self.missed if one.why is why]

    def add(self, unit: str, known: Sequence[tuple[int, bool]]) -> None:
        """Add those who are known for a unit, each with whether messages arrive there."""
        reached = [person_id for person_id, reachable in known if reachable]
        if not reached:
            self.missed.append(Missed(unit=unit, why=Missing.GONE if known else Missing.NOBODY))
        for person_id in reached:
            mine = self.readers.setdefault(person_id, [])
            if unit not in mine:
                mine.append(unit)


def audience(turn: Turn, role: Role, whom: Iterable[str]) -> Audience:
    """Work out what a choice comes to at this moment."""
    chosen, found = list(dict.fromkeys(whom)), Audience()
    earlier = [token for token in chosen if token.startswith(EARLIER)]
    codes = [code for token in chosen for code in units_of(turn, role, token)]
    contacts = {
        code: [(contact.person_id, contact.reachable) for contact in known]
        for code, known in people.contacts(turn.connection, role.plan).items()
    }
    for code in dict.fromkeys(codes):
        found.units.add(code)
        found.add(code, contacts.get(code, ()))
    for token in earlier:
        _add_earlier(turn, role, found, contacts, token.removeprefix(EARLIER))
    if WATCHERS in chosen:
        for unit, known in _watching(turn, role).items():
            found.add(unit, known)
    return found


def _add_earlier(
    turn: Turn,
    role: Role,
    found: Audience,
    contacts: Mapping[str, Collection[tuple[int, bool]]],
    number: str,
) -> None:
    """Add who was written to by an earlier announcement and is still there."""
    watching = _watching(turn, role)
    for reading in announcements.readings(turn.connection, int(number)):
        for unit in reading.units:
            known = [*contacts.get(unit, ()), *watching.get(unit, ())]
            mine = [one for one in known if one[0] == reading.person_id]
            if unit in contacts:
                found.units.add(unit)
            if mine:
                found.add(unit, mine)


def _watching(turn: Turn, role: Role) -> dict[str, list[tuple[int, bool]]]:
    """Return by unit who follows or coordinates below the role, but the writer."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for watcher, _, reached in people.watchers(turn.connection, role.plan, _WATCHING):
        mine = turn.may(role, Action.COORDINATE, watcher.unit)
        if mine and watcher.person_id != turn.person.id:
            found.setdefault(watcher.unit, []).append((watcher.person_id, reached))
    return found


def units_of(turn: Turn, role: Role, token: str) -> list[str]:
    """Return the units that a part of a choice means now, within the role."""
    tree = turn.pack(role).tree
    code = token.rstrip(BELOW + CHILDREN)
    found: Iterable[str] = ()
    if token == ALL:
        found = (unit.code for unit in tree)
    elif token == LATE:
        found = _late(turn, role)
    elif token.startswith(BELOW):
        found = (
            code for group in groups(turn, role) if group.token == token for code in group.units
        )
    elif code in tree and token.endswith(BELOW):
        found = (unit.code for unit in tree.subtree(code))
    elif code in tree and token.endswith(CHILDREN):
        found = (unit.code for unit in tree.children(code))
    elif code in tree:
        found = (code,)
    return allowed(turn, role, found)


def _late(turn: Turn, role: Role) -> list[str]:
    """Return the units that must report and have not sent this period's report."""
    period = current_period(turn, role)
    rows = progress_of(turn.connection, turn.world, role.plan, period, turn.today, role.unit).of(
        Obligation.REQUIRED
    )
    return [row.unit.code for row in rows if not row.state.arrived]


def named(turn: Turn, role: Role, token: str) -> str:
    """Name a part of a choice."""
    pack, code = turn.pack(role), token.rstrip(BELOW + CHILDREN)
    if token == ALL:
        return turn.text("announce.to.all")
    if token == LATE:
        period = wording.period_name(turn.language, current_period(turn, role))
        return turn.text("announce.to.late", period=period)
    if token == WATCHERS:
        return turn.text("announce.to.watchers")
    if token.startswith(EARLIER):
        id = int(token.removeprefix(EARLIER))
        return turn.text("announce.to.earlier", number=number_of(id))
    if token.startswith(BELOW):
        return next((g.name for g in groups(turn, role) if g.token == token), token)
    if code not in pack.tree:
        return token
    if token.endswith(BELOW):
        return turn.text("announce.to.district", district=pack.tree[code].name)
    if token.endswith(CHILDREN):
        count, district = len(units_of(turn, role, token)), pack.tree[code].name
        return turn.text("request.below", count=count, district=district)
    return wording.body_name(pack, code)


def set_choices(turn: Turn, role: Role, chosen: Collection[str]) -> list[Choice]:
    """Offer the sets that are not chosen yet, each with how many units are in it."""
    offered = [
        *((token, named(turn, role, token), units_of(turn, role, token)) for token in (ALL, LATE)),
        *((group.token, group.name, group.units) for group in groups(turn, role)),
    ]
    choices = [
        turn.once("request.group", f"{COMMAND} {token}", name=name, count=len(units))
        for token, name, units in offered
        if units and token not in chosen
    ]
    if WATCHERS not in chosen and (known := _watching(turn, role)):
        count = len({person_id for some in known.values() for person_id, _ in some})
        name = named(turn, role, WATCHERS)
        choices.append(
            turn.once("announce.people", f"{COMMAND} {WATCHERS}", name=name, count=count)
        )
    if not role.unit and _districts(turn, role):
        choices.append(turn.once("announce.by_district", f"{COMMAND} {DISTRICTS}"))
    return choices


def _districts(turn: Turn, role: Role) -> list[str]:
    """Return the units that others stand below."""
    tree = turn.pack(role).tree
    return [c for c in allowed(turn, role, (u.code for u in tree)) if tree.children(c)]


def district_choices(turn: Turn, role: Role, codes: Collection[str] = ()) -> list[Choice]:
    """Offer every district with what is below it, or some of them alone too."""
    pack, choices = turn.pack(role), []
    for code in codes or _districts(turn, role):
        count = len(units_of(turn, role, f"{code}{BELOW}"))
        name = pack.tree[code].name
        data = f"{COMMAND} {code}{BELOW}"
        choices.append(turn.once("request.group", data, name=name, count=count))
        if codes:
            choices.append(turn.once_labelled(wording.short_body(pack, code), f"{COMMAND} {code}"))
    return choices


def units_named(turn: Turn, role: Role, text: str) -> Named:
    """Read names parted by commas; what is clear stands, whatever follows it."""
    tree, found = turn.pack(role).tree, Named(units=[], districts=[])
    for part in filter(None, map(plain, _PARTS.split(text))):
        if group := next((g for g in groups(turn, role) if plain(g.name) == part), None):
            found.units.append(group.token)
            continue
        try:
            code, below = unit_named(turn, role, part, COMMAND)
        except Refused as refused:
            found.refused = refused
            break
        if not allowed(turn, role, [code]):
            found.refused = Refused("asked.no_unit", words=own_words(turn, part))
            break
        if below:
            found.units.append(f"{code}{CHILDREN}")
        else:
            (found.districts if tree.children(code) else found.units).append(code)
    return found
