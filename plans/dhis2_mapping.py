"""What a DHIS2 instance calls our forms, periods, indicators and units: a mapping that is data.

A nine-month period has no kind of its own in DHIS2, and there one value exists for an element, unit
and period whatever the data set. So a longer period that counts a shorter one's figures again
writes them under elements of their own (`cumulative`): they neither overwrite those of the quarter
that ends with it nor are added to them.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, cast

from pydantic import Field

from plans.pack import Pack, PeriodKind
from plans.reminder_rules import Strict

# DHIS2's own limit for codes.
DhisCode = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^\S(.*\S)?$")]
RecurringKind = Literal["quarter", "half_year", "nine_months", "year"]
# From the shortest; with the letters that stand for each in the codes we propose.
KINDS: Final[Mapping[RecurringKind, str]] = {
    "quarter": "Q",
    "half_year": "S",
    "nine_months": "9M",
    "year": "Y",
}


class Elements(StrEnum):
    """Which elements a data set holds: of the period alone, or of the year so far."""

    PERIOD = "period"
    CUMULATIVE = "cumulative"


class DataSet(Strict):
    """What one form is called in one kind of period."""

    code: DhisCode
    elements: Elements


class Element(Strict):
    """What one indicator is called, for the period alone and for the year so far."""

    period: DhisCode
    cumulative: DhisCode


class Dhis2Mapping(Strict):
    """All codes of one plan; an option combo that is left empty is DHIS2's default."""

    plan: str
    category_option_combo: str = "default"
    attribute_option_combo: str = "default"
    data_sets: Mapping[str, Mapping[RecurringKind, DataSet]]
    data_elements: Mapping[str, Element]
    org_units: Mapping[str, DhisCode]

    def data_set(self, form: str, kind: PeriodKind) -> DataSet | None:
        """Return what a form is called in a kind of period."""
        # A one-off period is none of the keys.
        return self.data_sets.get(form, {}).get(cast(RecurringKind, kind.value))


def _kinds(pack: Pack) -> list[RecurringKind]:
    return [kind for kind in KINDS if any(r.kind == kind for r in pack.calendar.recurring)]


def _forms(pack: Pack) -> list[str]:
    return sorted({unit_type.form for unit_type in pack.unit_types.values()})


def proposed(pack: Pack) -> Dhis2Mapping:
    """Return a plan's mapping with our own codes for everything."""
    kinds = _kinds(pack)
    data_sets = {
        form: {
            kind: DataSet(
                code=f"{pack.id}_{form}_{KINDS[kind]}"[-50:],
                elements=Elements.PERIOD if kind == kinds[0] else Elements.CUMULATIVE,
            )
            for kind in kinds
        }
        for form in _forms(pack)
    }
    return Dhis2Mapping(
        plan=pack.id,
        data_sets=data_sets,
        data_elements={
            code: Element(period=code, cumulative=f"{code}_YTD") for code in pack.indicators
        },
        org_units={unit.code: unit.code for unit in pack.units},
    )


_HEAD = """\
# What DHIS2 calls the forms, indicators and units of this plan: see docs/dhis2.md.
# Every code here is a proposal: our own. Put those of your DHIS2 instance on the right.
"""


def proposal(pack: Pack) -> str:
    """Write the proposed mapping as YAML, with the names of what each code stands for."""
    mapping = proposed(pack)
    lines = [_HEAD + f"plan: {mapping.plan}"]
    lines += ["category_option_combo: default", "attribute_option_combo: default"]
    lines += ["", "# For each form, what it is called in each kind of period.", "data_sets:"]
    for form, kinds in mapping.data_sets.items():
        lines.append(f"  {form}:" + ("" if kinds else " {}"))
        for kind, one in kinds.items():
            lines.append(f"    {kind}: {{code: {_quoted(one.code)}, elements: {one.elements}}}")
    lines += ["", "# For each indicator: of the period alone, and of the year so far."]
    lines.append("data_elements:")
    for code, element in mapping.data_elements.items():
        names = f"period: {_quoted(element.period)}, cumulative: {_quoted(element.cumulative)}"
        lines.append(f"  {code}: {{{names}}}  # {_one_line(pack.indicators[code].label.vi)}")
    lines += ["", "org_units:"]
    for code, org_unit in mapping.org_units.items():
        name = _one_line(pack.tree[code].name)
        lines.append(f"  {_quoted(code)}: {_quoted(org_unit)}  # {name}")
    return "\n".join(lines) + "\n"


def _quoted(code: str) -> str:
    return json.dumps(code, ensure_ascii=False)


def _one_line(name: str) -> str:
    return " ".join(name.split())


def lacking(mapping: Dhis2Mapping, pack: Pack) -> Iterator[str]:
    """Name what has no code yet: data sets, indicators and units of the plan."""
    for form in _forms(pack):
        for kind in _kinds(pack):
            if kind not in mapping.data_sets.get(form, {}):
                yield f"data_sets.{form}.{kind}: {_one_line(pack.forms[form].title.vi)}"
    for code, indicator in pack.indicators.items():
        if code not in mapping.data_elements:
            yield f"data_elements.{code}: {_one_line(indicator.label.vi)}"
    for unit in pack.units:
        if unit.code not in mapping.org_units:
            yield f"org_units.{unit.code}: {_one_line(unit.name)}"
