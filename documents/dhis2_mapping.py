"""What a DHIS2 instance calls our forms, periods, indicators and units: a mapping that is data.

A nine-month period has no kind of its own in DHIS2, and there one value exists for an element, unit
and period whatever the data set. So a longer period that counts a shorter one's figures again
writes them under elements of their own (`cumulative`): they neither overwrite those of the quarter
that ends with it nor are added to them.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from plans.errors import Refused
from plans.pack import Pack, PeriodKind
from plans.reminder_rules import Strict

# DHIS2's own limit for codes.
DhisCode = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^\S(.*\S)?$")]
# From the shortest; with the letters that stand for each in the codes we propose.
KINDS: Final = {
    PeriodKind.QUARTER: "Q",
    PeriodKind.HALF_YEAR: "S",
    PeriodKind.NINE_MONTHS: "9M",
    PeriodKind.YEAR: "Y",
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


RecurringKind = Literal["quarter", "half_year", "nine_months", "year"]
_ENDING_Q3: Final[tuple[RecurringKind, ...]] = ("quarter", "nine_months")


class Dhis2Mapping(Strict):
    """All codes of one plan; an option combo that is left empty is DHIS2's default."""

    plan: str
    category_option_combo: str = "default"
    attribute_option_combo: str = "default"
    data_sets: Mapping[str, Mapping[RecurringKind, DataSet]]
    data_elements: Mapping[str, Element]
    org_units: Mapping[str, DhisCode]

    @model_validator(mode="after")
    def _can_be_read_back(self) -> Self:
        sets = [one.code for kinds in self.data_sets.values() for one in kinds.values()]
        elements = [c for e in self.data_elements.values() for c in (e.period, e.cumulative)]
        for name, codes in (
            ("data_sets", sets),
            ("data_elements", elements),
            ("org_units", self.org_units.values()),
        ):
            if twice := _twice(codes):
                raise ValueError(f"{name}: {twice} stands for two things")
        for form, kinds in self.data_sets.items():
            ending = [kinds[kind].elements for kind in _ENDING_Q3 if kind in kinds]
            if len(set(ending)) < len(ending):
                raise ValueError(f"data_sets: {form}: quarter and nine_months share elements")
        return self

    def data_set(self, form: str, kind: PeriodKind) -> DataSet | None:
        """Return what a form is called in a kind of period."""
        return {PeriodKind(k): one for k, one in self.data_sets.get(form, {}).items()}.get(kind)


def _twice(codes: Iterable[str]) -> str:
    return ", ".join(code for code, times in Counter(codes).items() if times > 1)


def read_mapping(text: str) -> Dhis2Mapping:
    """Read a mapping from YAML, or say what is wrong with it."""
    try:
        return Dhis2Mapping.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise Refused("dhis.wrong_mapping", problem=_short(error)) from error


def _short(error: yaml.YAMLError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
    return " ".join(str(error).split())


_HEAD = """\
# What DHIS2 calls the forms, indicators and units of this plan: see docs/dhis2.md.
# Every code here is a proposal: our own. Put those of your DHIS2 instance on the right.
"""


def default_mapping(pack: Pack) -> str:
    """Write a plan's mapping as YAML, with our own codes for everything."""
    kinds = [k for k in KINDS if any(r.kind is k for r in pack.calendar.recurring)]
    lines = [_HEAD + f"plan: {pack.id}"]
    lines += ["category_option_combo: default", "attribute_option_combo: default"]
    lines += ["", "# For each form, what it is called in each kind of period.", "data_sets:"]
    for form in sorted({unit_type.form for unit_type in pack.unit_types.values()}):
        lines.append(f"  {form}:")
        for kind in kinds:
            code = json.dumps(f"{pack.id}_{form}_{KINDS[kind]}"[-50:])
            elements = Elements.PERIOD if kind is kinds[0] else Elements.CUMULATIVE
            lines.append(f"    {kind}: {{code: {code}, elements: {elements}}}")
    lines += ["", "# For each indicator: of the period alone, and of the year so far."]
    lines.append("data_elements:")
    for code, indicator in pack.indicators.items():
        names = f"{{period: {code}, cumulative: {code}_YTD}}"
        lines.append(f"  {code}: {names}  # {' '.join(indicator.label.vi.split())}")
    lines += ["", "org_units:"]
    for unit in pack.units:
        code = json.dumps(unit.code)
        lines.append(f"  {code}: {code}  # {' '.join(unit.name.split())}")
    return "\n".join(lines) + "\n"
