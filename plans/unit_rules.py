"""Rules about units: who stands below whom, when, and what came after."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from plans.errors import Mistake
from plans.nearest import meant
from plans.source import Place
from plans.unchecked import Rule, Unchecked, repeated, unknown


def _codes_are_unique(pack: Unchecked) -> Iterator[Mistake]:
    yield from repeated("unit", [unit["code"] for unit in pack.units.each()])


def _types_exist(pack: Unchecked) -> Iterator[Mistake]:
    for unit in pack.units.each():
        yield from unknown("unit type", unit["type"], pack.plan["unit_types"])
    for count in pack.plan["unit_counts"].each():
        yield from unknown("unit type", count["type"], pack.plan["unit_types"])
        yield from _backwards(count["first"], count["last"])


def _spans_run_forward(pack: Unchecked) -> Iterator[Mistake]:
    for unit in pack.units.each():
        yield from _backwards(unit["valid_from"], unit["valid_to"])
    yield from _backwards(pack.plan["valid_from"], pack.plan["valid_to"])


def _backwards(first: Place, last: Place) -> Iterator[Mistake]:
    if first.day and last.day and last.day < first.day:
        yield last.mistake(f"write a day that is not before {first.day}")


def _parents_exist(pack: Unchecked) -> Iterator[Mistake]:
    units = pack.units_by_code
    for unit in pack.units.each():
        parent = unit["parent"]
        if parent.text and parent.text not in units:
            yield parent.mistake(meant("unit", parent.text, units))


def _parents_make_no_circle(pack: Unchecked) -> Iterator[Mistake]:
    units = pack.units_by_code
    told: set[str] = set()
    for unit in pack.units.each():
        way = _way_up(unit["code"].text, units)
        if units.get(way[-1]) and way[-1] == way[0] and len(way) > 1 and way[0] not in told:
            told.update(way)
            yield unit["parent"].mistake(f"write another parent: {' → '.join(way)} is a circle")


def _way_up(code: str, units: Mapping[str, Place]) -> list[str]:
    """Return the codes from a unit upward, until the top or the first code met again."""
    way = [code]
    while way[-1] in units:
        way.append(units[way[-1]]["parent"].text)
        if way[-1] in way[:-1]:
            break
    return way


def _parents_last_as_long(pack: Unchecked) -> Iterator[Mistake]:
    units = pack.units_by_code
    for unit in pack.units.each():
        parent = units.get(unit["parent"].text)
        if parent is None or _unreadable(unit) or _unreadable(parent):
            continue
        begins, ends = parent["valid_from"].day, parent["valid_to"].day
        if begins and (unit["valid_from"].day or date.min) < begins:
            yield unit["valid_from"].mistake(
                f"write {begins} or later, or another parent: {unit['parent'].text} begins then"
            )
        if ends and (unit["valid_to"].day or date.max) > ends:
            yield unit["valid_to"].mistake(
                f"write {ends} or earlier, or another parent: {unit['parent'].text} ends then"
            )


def _unreadable(unit: Place) -> bool:
    return any(unit[key].text and not unit[key].day for key in ("valid_from", "valid_to"))


def _successors_take_over(pack: Unchecked) -> Iterator[Mistake]:
    units = pack.units_by_code
    for unit in pack.units.each():
        successors = unit["successors"]
        if successors.texts and not unit["valid_to"]:
            yield unit["valid_to"].mistake("write the last day of the unit: it has successors")
        yield from repeated("successor", list(successors.each()))
        for successor in successors.each():
            yield from _cannot_succeed(unit, successor, units)


def _cannot_succeed(unit: Place, successor: Place, units: Mapping[str, Place]) -> Iterator[Mistake]:
    later, end = units.get(successor.text), unit["valid_to"].day
    if later is None:
        yield successor.mistake(meant("unit", successor.text, units))
    elif successor.text == unit["code"].text:
        yield successor.mistake("name another unit: a unit cannot succeed itself")
    elif end and not _unreadable(later):
        day_after = end + timedelta(days=1)
        begins, ends = later["valid_from"].day, later["valid_to"].day
        if (begins and begins > day_after) or (ends and ends < day_after):
            yield successor.mistake(f"name a unit in force on {day_after}: {successor.text} is not")


def _lists_name_units(pack: Unchecked) -> Iterator[Mistake]:
    units = pack.units_by_code
    for _, named in pack.plan["lists"].entries():
        yield from repeated("unit", list(named["units"].each()))
        for place in named["units"].each():
            if units and place.text and place.text not in units:
                yield place.mistake(meant("unit", place.text, units))


UNIT_RULES: tuple[Rule, ...] = (
    _codes_are_unique,
    _types_exist,
    _spans_run_forward,
    _parents_exist,
    _parents_make_no_circle,
    _parents_last_as_long,
    _successors_take_over,
    _lists_name_units,
)
