"""How units keep their deadlines over a year or the plan: one unit, a ranking, an area."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from documents import wording
from documents.punctuality import period_text, punctuality_csv, tally_text, together_text
from handlers.asked import lift_type, type_words, understand
from handlers.desks import role_for, roles_for
from handlers.pages import manner_of, page_of
from handlers.spoken_period import current_period
from handlers.turn import Turn, with_file
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.pack import Obligation, Pack
from plans.people import Action, Role
from plans.punctuality import Tally, Together, ranked, together
from plans.spelling import plain
from storage.punctuality import record_of, tallies_of

PAGE = 20
_PLAN = re.compile(r"\b(?:giaidoan|(?:ca |toan )?giai doan|ca ke hoach|whole plan)\b")
_YEAR = re.compile(r"\b(?:nam )?(20\d\d)\b")
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
        where = self.unit if unit is None else unit
        return " ".join(f"/dunghan {year} {where} {type_words(self.unit_type)} {extra}".split())


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
    if wanted.unit and not turn.pack(role).tree.children(wanted.unit):
        return _of_unit(turn, wanted, periods)
    found = tallies_of(turn.connection, turn.world, role.plan, periods, turn.today, wanted.unit)
    if wanted.unit_type:
        found = [one for one in found if one.unit.type == wanted.unit_type]
    if form is _TABLE:
        return _table(turn, wanted, found)
    if form is _RANKED or wanted.unit_type or wanted.unit:
        return replace(_ranking(turn, wanted, found), manner=manner_of(words))
    return _overview(turn, wanted, found, periods)


def _wanted(turn: Turn, role: Role, text: str) -> Wanted:
    """Read the time, the type of unit and the unit that words ask for."""
    year = current_period(turn, role).year
    if _PLAN.search(text):
        year, text = 0, _PLAN.sub(" ", text)
    elif said := _YEAR.search(text):
        year, text = int(said[1]), _YEAR.sub(" ", text)
    unit_type, text = lift_type(turn.pack(role), text)
    wanted = Wanted(role=role, year=year, unit=role.unit, unit_type=unit_type)
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


def _of_unit(turn: Turn, wanted: Wanted, periods: Sequence[Period]) -> Reply:
    plan, unit = wanted.role.plan, wanted.unit
    record = record_of(turn.connection, turn.world, plan, periods, turn.today, unit)
    if record is None:
        name = wording.short_body(turn.pack(wanted.role), unit)
        raise Refused("kept.nothing_asked", unit=name)
    lines = [_title(turn, wanted), tally_text(turn.language, record.tally)]
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
    turn: Turn, wanted: Wanted, found: Sequence[Tally], periods: Sequence[Period]
) -> Reply:
    pack = turn.pack(wanted.role)
    required = [one for one in found if one.obligation is Obligation.REQUIRED]
    due = sum(period.grace_until < turn.today for period in periods)
    lines = [_title(turn, wanted), turn.text("kept.due", due=due, units=len(required))]
    lines += _counted(turn, required)
    judged = [one for one in required if one.judged]
    groups = _by_type(turn, pack, judged)
    several = {key: group for key, group in groups.items() if len(group[1]) > 1}
    lines += [together_text(turn.language, together(n, of)) for n, of in several.values()]
    if single := [one for key, (_, of) in groups.items() if key not in several for one in of]:
        name = turn.text("progress.single")
        lines.append(together_text(turn.language, together(name, single)))
    districts = _by_area(pack, judged)
    if districts:
        lines.append(turn.text("kept.areas"))
        lines += [together_text(turn.language, one) for one in districts.values()]
    lines += _invited(turn, found) + _quoted(turn, pack)
    choices = [turn.choice("kept.ranking", wanted.command("xephang"))]
    for key, (name, _) in several.items():
        command = replace(wanted, unit_type=key).command()
        choices.append(turn.choice("kept.of_type", command, name=name))
    choices += [
        turn.choice("asked.unit", wanted.command(unit=area), unit=one.name)
        for area, one in districts.items()
    ]
    choices += _times(turn, wanted)
    choices.append(turn.choice("kept.table", wanted.command("tepcsv")))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _counted(turn: Turn, tallies: Sequence[Tally]) -> list[str]:
    """Tell which periods are judged, where some are not due and reports of them are there."""
    whole = together("", tallies)
    lines = [] if whole.judged else [turn.text("kept.nothing_due")]
    if whole.ahead:
        key = "kept.only_due" if whole.judged else "kept.only_ahead"
        lines.append(turn.text(key, count=whole.ahead))
    return lines


def _invited(turn: Turn, tallies: Sequence[Tally]) -> list[str]:
    """Tell what came from invited bodies, of which nothing is asked."""
    invited = [one for one in tallies if one.obligation is Obligation.INVITED and one.judged]
    lines = [f"- {one.unit.name}: {tally_text(turn.language, one)}" for one in invited]
    return [turn.text("kept.invited_apart"), *lines] if lines else []


def _by_type(
    turn: Turn, pack: Pack, tallies: Sequence[Tally]
) -> dict[str, tuple[str, list[Tally]]]:
    groups: dict[str, tuple[str, list[Tally]]] = {}
    for key, kind in pack.unit_types.items():
        if of := [one for one in tallies if one.unit.type == key]:
            groups[key] = (kind.name.in_language(turn.language), of)
    return groups


def _by_area(pack: Pack, tallies: Sequence[Tally]) -> dict[str, Together]:
    """Add up each district with its own office, those that lack fewest first."""
    areas: dict[str, list[Tally]] = {}
    for tally in tallies:
        if area := pack.tree.area(tally.unit.code):
            areas.setdefault(area, []).append(tally)
    found = {area: together(pack.tree[area].name, of) for area, of in areas.items()}

    def behind(area: str) -> tuple[Fraction, Fraction, str]:
        one = found[area]
        return Fraction(one.not_sent, one.judged), Fraction(one.late, one.judged), one.name

    return {area: found[area] for area in sorted(found, key=behind)}


def _quoted(turn: Turn, pack: Pack) -> list[str]:
    """Quote the plan where it judges emulation by such work."""
    if pack.emulation is None:
        return []
    return [turn.text("kept.quote", clause=pack.emulation.clause, quote=pack.emulation.quote)]


def _ranking(turn: Turn, wanted: Wanted, found: Sequence[Tally]) -> Reply:
    pack = turn.pack(wanted.role)
    places = ranked(one for one in found if one.obligation is Obligation.REQUIRED)
    page = page_of(places, PAGE, wanted.page)
    lines = [_title(turn, wanted) + page.mark(turn)]
    for place, tally in page.part(places):
        title = _named(pack, wanted, tally)
        lines.append(f"{place}. {title}: {tally_text(turn.language, tally)}")
    if not places:
        lines.append(turn.text("kept.nothing_due"))
    if page.last:
        lines += _invited(turn, found)
    lines.append(turn.text("kept.order"))
    beside = page.choices(turn, wanted.command("xephang"))
    choices = [*beside, turn.choice("kept.table", wanted.command("tepcsv"))]
    choices += _times(turn, wanted)
    up = replace(wanted, unit=wanted.role.unit, unit_type="")
    choices.append(turn.choice("kept.up", up.command()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _named(pack: Pack, wanted: Wanted, tally: Tally) -> str:
    """Name a unit; within a district without it, the district's office as such."""
    code = tally.unit.code
    if pack.tree.children(code):
        return wording.short_body(pack, code)
    return tally.unit.name if wanted.unit else pack.tree.title(code)


def _table(turn: Turn, wanted: Wanted, found: Sequence[Tally]) -> Reply:
    places = ranked(one for one in found if one.obligation is Obligation.REQUIRED)
    invited = [one for one in found if one.obligation is Obligation.INVITED]
    where = "-".join(filter(None, (str(wanted.year or ""), wanted.unit, wanted.unit_type)))
    name = f"{turn.text('kept.file')}-{wanted.role.plan}-{where}".rstrip("-") + ".csv"
    file = punctuality_csv(turn.language, turn.pack(wanted.role), name, places, invited)
    return with_file(turn.say("kept.table_done", count=len(places) + len(invited)), file)
