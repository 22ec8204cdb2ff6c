"""Rules about targets: what they are judged by must be asked, and must be of the right kind."""

from collections.abc import Iterator
from fractions import Fraction

from pydantic import TypeAdapter, ValidationError

from plans.errors import Mistake
from plans.nearest import meant
from plans.source import Place
from plans.targets import Share
from plans.unchecked import Rule, Unchecked, repeated, unknown, unknown_each

_SHARE: TypeAdapter[Fraction] = TypeAdapter(Share)
_COUNTED = ("flow", "snapshot", "unique")
_OF_UNITS = ("share_of_units", "schedule")


def _targets_or_a_note(pack: Unchecked) -> Iterator[Mistake]:
    targets, note = pack.plan["targets"], pack.plan["no_targets_note"]
    if not targets.value and not note:
        yield targets.mistake("write the targets, or no_targets_note saying why there are none")


def _ids_are_unique(pack: Unchecked) -> Iterator[Mistake]:
    yield from repeated("target", [target["id"] for target in pack.plan["targets"].each()])


def _codes(target: Place) -> list[Place]:
    lists = [*target["numerator"].each(), *target["denominator"].each()]
    return [target["indicator"], *lists]


def _codes_are_asked(pack: Unchecked) -> Iterator[Mistake]:
    indicators = pack.plan["indicators"]
    asked = {code for name in pack.plan["forms"].names for code in pack.form_codes(name)}
    for target in pack.plan["targets"].each():
        for key in ("numerator", "denominator"):
            yield from repeated("indicator", list(target[key].each()))
        for code in _codes(target):
            yield from unknown("indicator", code, indicators)
            if code.text in indicators.names and code.text not in asked:
                yield code.mistake(f"ask {code.text} in a form: the target is judged by it")


def _kinds_fit(pack: Unchecked) -> Iterator[Mistake]:
    for target in pack.plan["targets"].each():
        counts_units = target["kind"].text in _OF_UNITS or target["unit_type"].text
        for code in _codes(target):
            kind = pack.kind_of(code.text)
            if counts_units and kind in _COUNTED:
                yield code.mistake(f"name an indicator of kind yes_no: {code.text} is {kind}")
            elif not counts_units and kind == "yes_no":
                yield code.mistake(_yes_no_advice(target, code.text))


def _yes_no_advice(target: Place, code: str) -> str:
    if target["kind"].text == "count_min":
        return f"add unit_type: {code} is yes_no, so units are counted"
    return f"name an indicator that is counted: {code} is yes_no"


def _units_concerned_are_asked(pack: Unchecked) -> Iterator[Mistake]:
    unit_types = pack.plan["unit_types"]
    for target in pack.plan["targets"].each():
        yield from unknown("unit type", target["unit_type"], unit_types)
        yield from unknown_each("unit type", target["unit_types"], unit_types)
        code = target["indicator"].text
        for place in (target["unit_type"], *target["unit_types"].each()):
            known = pack.has_form(place.text) and code in pack.plan["indicators"].names
            if known and code not in pack.asked_of(place.text):
                form = pack.form_of(place.text)
                yield place.mistake(f"ask {code} in the form {form}, or name another unit type")


def _named_lists_exist(pack: Unchecked) -> Iterator[Mistake]:
    names = pack.plan["lists"].names
    for target in pack.plan["targets"].each():
        named = target["named_list"]
        if named.text and named.text not in names:
            yield named.mistake(meant("list", named.text, names))


def _numbers_have_sense(pack: Unchecked) -> Iterator[Mistake]:
    for target in pack.plan["targets"].each():
        for place in (target["at_least"], *(step for _, step in target["steps"].entries())):
            share = _share(place)
            if share is not None and not 0 < share <= 1:
                yield place.mistake('write a share above "0%" and up to "100%"')
        low, high = _share(target["low"]), _share(target["high"])
        if low is not None and high is not None and high < low:
            yield target["high"].mistake(f"write a share of at least {target['low'].text}")


def _years_have_sense(pack: Unchecked) -> Iterator[Mistake]:
    for target in pack.plan["targets"].each():
        since, by = target["since"].number, target["by"].number
        if since is not None and by is not None and by < since:
            yield target["by"].mistake(f"write a year that is not before {since}")
        for year, step in target["steps"].entries():
            if pack.years and year.isdecimal() and int(year) not in pack.years:
                first, last = pack.years[0], pack.years[-1]
                yield step.mistake(f"write a year of the plan as the key: {first} to {last}")


def _share(place: Place) -> Fraction | None:
    try:
        return _SHARE.validate_python(place.text)
    except ValidationError:
        return None


TARGET_RULES: tuple[Rule, ...] = (
    _targets_or_a_note,
    _ids_are_unique,
    _codes_are_asked,
    _kinds_fit,
    _units_concerned_are_asked,
    _named_lists_exist,
    _numbers_have_sense,
    _years_have_sense,
)
