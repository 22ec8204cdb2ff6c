"""How units keep their deadlines over a year or the plan: one unit, a ranking, an area."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from documents import wording
from documents.punctuality import period_text, punctuality_csv, record_text, together_text
from handlers.asked import understand
from handlers.desks import role_for, roles_for
from handlers.pages import manner_of, page_of
from handlers.spoken_period import current_period
from handlers.turn import Turn, with_file
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.pack import Obligation, Pack
from plans.people import Action, Role
from plans.punctuality import Record, ranked, together
from plans.spelling import plain
from storage.punctuality import records_of

PAGE = 20
_PLAN = re.compile(r"\b(?:giaidoan|(?:ca |toan )?giai doan|ca ke hoach|whole plan)\b")
_YEAR = re.compile(r"\b(?:nam )?(20\d\d)\b")
_TYPE = re.compile(r"\bloai:([a-z0-9_]+)\b")
_RANKED = re.compile(r"\b(?:xephang|xep hang|ranking)\b")
_TABLE = re.compile(r"\b(?:tepcsv|csv)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose records are asked for, over which time: a year, or 0 for the whole plan so far."""

    role: Role
    year: int
    unit: str = ""
    unit_type: str = ""
    page: int = 1

    def command(self, extra: str = "", *, unit: str | None = None) -> str:
        """Return the command that asks for the same, of another unit or in another form."""
        year = str(self.year) if self.year else "giaidoan"
        kind = f"loai:{self.unit_type}" if self.unit_type else ""
        where = self.unit if unit is None else unit
        return " ".join(f"/dunghan {year} {where} {kind} {extra}".split())


def punctual(turn: Turn, words: str) -> Reply:
    """Tell how deadlines were kept: one unit's record, or those of an area, counted and ranked."""
    sees = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    role = role_for(turn, sees, f"/dunghan {words}")
    text = " ".join(plain(words).split())
    form = next((name for name in (_RANKED, _TABLE) if name.search(text)), None)
    wanted = _wanted(turn, role, form.sub(" ", text) if form else text)
    periods = _periods(turn, wanted)
    if not periods:
        raise Refused("kept.none_yet")
    pack, unit = turn.pack(role), wanted.unit
    found = records_of(turn.connection, turn.world, role.plan, periods, turn.today, unit)
    if unit and not pack.tree.children(unit):
        return _of_unit(turn, wanted, found)
    if wanted.unit_type:
        found = [record for record in found if record.unit.type == wanted.unit_type]
    if form is _TABLE:
        return _table(turn, wanted, found)
    if form is _RANKED or wanted.unit_type or unit:
        return replace(_ranking(turn, wanted, found), manner=manner_of(words))
    return _overview(turn, wanted, found, periods)


def _wanted(turn: Turn, role: Role, text: str) -> Wanted:
    """Read the time, the type of unit and the unit that words ask for."""
    year = current_period(turn, role).year
    if _PLAN.search(text):
        year, text = 0, _PLAN.sub(" ", text)
    elif said := _YEAR.search(text):
        year, text = int(said[1]), _YEAR.sub(" ", text)
    kind = _TYPE.search(text)
    text = _TYPE.sub(" ", text)
    wanted = Wanted(role=role, year=year, unit=role.unit)
    if kind and kind[1] in turn.pack(role).unit_types:
        wanted = replace(wanted, unit_type=kind[1])
    asked = understand(turn, role, text, wanted.command(unit=""))
    return replace(wanted, unit=asked.unit, page=asked.page)


def _periods(turn: Turn, wanted: Wanted) -> list[Period]:
    """Return the periods of the time that have opened, by deadline."""
    return [
        period
        for period in turn.world.calendars[wanted.role.plan]
        if period.opens <= turn.today and wanted.year in (0, period.year)
    ]


def _time(turn: Turn, wanted: Wanted) -> str:
    if wanted.year:
        return turn.text("kept.year", year=str(wanted.year))
    pack = turn.pack(wanted.role)
    first, last = str(pack.valid_from.year), str(pack.valid_to.year)
    return turn.text("kept.plan", first=first, last=last)


def _title(turn: Turn, wanted: Wanted) -> str:
    pack = turn.pack(wanted.role)
    where = pack.tree.title(wanted.unit) if wanted.unit else pack.province.name
    if wanted.unit_type:
        where += f" · {pack.unit_types[wanted.unit_type].name.in_language(turn.language)}"
    return turn.text("kept.title", time=_time(turn, wanted), where=where)


def _of_unit(turn: Turn, wanted: Wanted, found: Sequence[Record]) -> Reply:
    if not found:
        name = wording.short_body(turn.pack(wanted.role), wanted.unit)
        raise Refused("kept.nothing_asked", unit=name)
    [record] = found
    lines = [_title(turn, wanted), record_text(turn.language, record)]
    lines += [period_text(turn.language, record.obligation, one) for one in record.periods]
    lines.append(turn.text("kept.how"))
    return Reply(text="\n".join(lines), choices=tuple(_times(turn, wanted)))


def _times(turn: Turn, wanted: Wanted) -> list[Choice]:
    """Offer the plan's other years, and the whole plan."""
    years = sorted(
        {
            period.year
            for period in turn.world.calendars[wanted.role.plan]
            if period.opens <= turn.today
        }
    )
    if len(years) < 2:
        return []
    times = [replace(wanted, year=year) for year in (*years, 0) if year != wanted.year]
    return [turn.choice("kept.time", one.command(), time=_time(turn, one)) for one in times]


def _overview(
    turn: Turn, wanted: Wanted, found: Sequence[Record], periods: Sequence[Period]
) -> Reply:
    pack = turn.pack(wanted.role)
    required = [one for one in found if one.obligation is Obligation.REQUIRED]
    invited = [one for one in found if one.obligation is Obligation.INVITED and one.judged]
    due = sum(period.grace_until < turn.today for period in periods)
    lines = [_title(turn, wanted), turn.text("kept.due", due=due, units=len(required))]
    groups = _by_type(turn, pack, required)
    several = {key: group for key, group in groups.items() if len(group[1]) > 1}
    lines += [together_text(turn.language, together(n, of)) for n, of in several.values()]
    if single := [one for key, (_, of) in groups.items() if key not in several for one in of]:
        name = turn.text("progress.single")
        lines.append(together_text(turn.language, together(name, single)))
    districts = _by_area(pack, required)
    if districts:
        lines.append(turn.text("kept.areas"))
        lines += [
            together_text(turn.language, together(pack.tree[area].name, of))
            for area, of in districts.items()
        ]
    if invited:
        lines.append(turn.text("kept.invited_apart"))
        lines += [f"- {one.unit.name}: {record_text(turn.language, one)}" for one in invited]
    lines += _quoted(turn, pack)
    choices = [turn.choice("kept.ranking", wanted.command("xephang"))]
    for key, (name, _) in several.items():
        command = replace(wanted, unit_type=key).command()
        choices.append(turn.choice("kept.of_type", command, name=name))
    choices += [
        turn.choice("asked.unit", wanted.command(unit=area), unit=pack.tree[area].name)
        for area in districts
    ]
    choices += _times(turn, wanted)
    choices.append(turn.choice("kept.table", wanted.command("tepcsv")))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _by_type(
    turn: Turn, pack: Pack, records: Sequence[Record]
) -> dict[str, tuple[str, list[Record]]]:
    groups: dict[str, tuple[str, list[Record]]] = {}
    for key, kind in pack.unit_types.items():
        if of := [record for record in records if record.unit.type == key]:
            groups[key] = (kind.name.in_language(turn.language), of)
    return groups


def _by_area(pack: Pack, records: Sequence[Record]) -> dict[str, list[Record]]:
    """Return the records of each district with its own office, those that lack fewest first."""
    areas: dict[str, list[Record]] = {}
    for record in records:
        if area := pack.tree.area(record.unit.code):
            areas.setdefault(area, []).append(record)

    def behind(area: str) -> tuple[Fraction, Fraction, str]:
        one = together("", areas[area])
        whole = one.judged or 1
        return Fraction(one.not_sent, whole), Fraction(one.late, whole), pack.tree[area].name

    return {area: areas[area] for area in sorted(areas, key=behind)}


def _quoted(turn: Turn, pack: Pack) -> list[str]:
    """Quote the plan where it judges emulation by such work."""
    if pack.emulation is None:
        return []
    return [turn.text("kept.quote", clause=pack.emulation.clause, quote=pack.emulation.quote)]


def _ranking(turn: Turn, wanted: Wanted, found: Sequence[Record]) -> Reply:
    pack = turn.pack(wanted.role)
    places = ranked(one for one in found if one.obligation is Obligation.REQUIRED)
    invited = [one for one in found if one.obligation is Obligation.INVITED and one.judged]
    page = page_of(places, PAGE, wanted.page)
    lines = [_title(turn, wanted) + page.mark(turn)]
    for place, record in page.part(places):
        title = _named(pack, wanted, record)
        lines.append(f"{place}. {title}: {record_text(turn.language, record)}")
    if not places:
        lines.append(turn.text("kept.nothing_due"))
    if page.last and invited:
        lines.append(turn.text("kept.invited_apart"))
        lines += [f"- {one.unit.name}: {record_text(turn.language, one)}" for one in invited]
    lines.append(turn.text("kept.order"))
    beside = page.choices(turn, wanted.command("xephang"))
    choices = [*beside, turn.choice("kept.table", wanted.command("tepcsv"))]
    choices += _times(turn, wanted)
    up = replace(wanted, unit=wanted.role.unit, unit_type="")
    choices.append(turn.choice("kept.up", up.command()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _named(pack: Pack, wanted: Wanted, record: Record) -> str:
    """Name a unit; within a district without it, the district's office as such."""
    code = record.unit.code
    if pack.tree.children(code):
        return wording.short_body(pack, code)
    return record.unit.name if wanted.unit else pack.tree.title(code)


def _table(turn: Turn, wanted: Wanted, found: Sequence[Record]) -> Reply:
    places = ranked(one for one in found if one.obligation is Obligation.REQUIRED)
    invited = [one for one in found if one.obligation is Obligation.INVITED]
    where = "-".join(filter(None, (str(wanted.year or ""), wanted.unit, wanted.unit_type)))
    name = f"{turn.text('kept.file')}-{wanted.role.plan}-{where}".rstrip("-") + ".csv"
    file = punctuality_csv(turn.language, turn.pack(wanted.role), name, places, invited)
    return with_file(turn.say("kept.table_done", count=len(places) + len(invited)), file)
