"""Mappings to DHIS2 from an operator's files: right ones, or every mistake with its place."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from plans.dhis2_mapping import Dhis2Mapping
from plans.errors import Mistake, PlanError
from plans.lines import read_yaml
from plans.load import read_file, shaped
from plans.nearest import meant
from plans.pack import Pack
from plans.source import Place


def load_mappings(paths: Iterable[Path], packs: Mapping[str, Pack]) -> dict[str, Dhis2Mapping]:
    """Read the mappings in files that are called as their plans."""
    found: dict[str, Dhis2Mapping] = {}
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            found[path.stem] = load_mapping(path, packs, plan=path.stem)
        except PlanError as error:
            mistakes += error.mistakes
    if mistakes:
        raise PlanError(mistakes)
    return found


def load_mapping(path: Path, packs: Mapping[str, Pack], *, plan: str = "") -> Dhis2Mapping:
    """Read a mapping of the plan that the file names; if one is given here, of no other."""
    source = read_file(path, read_yaml)
    if source.mistakes:
        raise PlanError(list(source.mistakes))
    written = Place(source, source.value)
    value = source.value if isinstance(source.value, dict) else {}
    mapping, wrong = shaped(Dhis2Mapping, value)
    if mapping is None:
        raise PlanError([source.mistake(steps, advice) for steps, advice in wrong])
    mistakes = list(_of_another_plan(written["plan"], packs, plan))
    mistakes = mistakes or [*_unknown(written, packs[mapping.plan]), *_ambiguous(written)]
    if mistakes:
        raise PlanError(sorted(mistakes, key=lambda mistake: mistake.line))
    return mapping


def _of_another_plan(named: Place, packs: Mapping[str, Pack], plan: str) -> Iterator[Mistake]:
    if plan and named.text != plan:
        yield named.mistake(f"write {plan}, as the file is called, or rename the file")
    elif named.text not in packs:
        yield named.mistake(meant("plan", named.text, packs))


def _unknown(written: Place, pack: Pack) -> Iterator[Mistake]:
    units = {unit.code: unit for unit in pack.units}
    for part, what, known in (
        ("data_sets", "form", pack.forms),
        ("data_elements", "indicator", pack.indicators),
        ("org_units", "unit", units),
    ):
        for name, place in written[part].entries():
            if name not in known:
                yield place.mistake(meant(what, name, known))


def _ambiguous(written: Place) -> Iterator[Mistake]:
    """Yield what could not be read back: a code of two things, two totals of one period."""
    forms = [form for _, form in written["data_sets"].entries()]
    elements = [element for _, element in written["data_elements"].entries()]
    yield from _twice(kind["code"] for form in forms for _, kind in form.entries())
    yield from _twice(code for element in elements for _, code in element.entries())
    yield from _twice(unit for _, unit in written["org_units"].entries())
    for form in forms:
        quarter, nine = form["quarter"]["elements"], form["nine_months"]["elements"]
        if quarter and quarter.text == nine.text:
            yield nine.mistake(
                "write the other elements than the quarter's: to DHIS2 nine months are quarter III"
            )


def _twice(codes: Iterable[Place]) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for place in codes:
        other = first.setdefault(place.text, place)
        if other is not place:
            source = other.source
            where = f"{source.key(other.steps)} in line {source.line(other.steps)}"
            yield place.mistake(f"write another code: {place.text} stands for {where} already")
