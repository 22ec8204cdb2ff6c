"""Targets that a plan sets, each kind with what it needs to be judged; shares are exact."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

Code = Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}$")]
_SHARE = re.compile(r"\d+([.,]\d+)?%")


def _share(given: object) -> Fraction:
    if isinstance(given, Fraction):
        return given
    if isinstance(given, str) and _SHARE.fullmatch(given):
        return Fraction(given[:-1].replace(",", ".")) / 100
    raise ValueError('write a share in quotes with the sign, as "70%"')


Share = Annotated[
    Fraction,
    BeforeValidator(_share),
    PlainSerializer(lambda share: f"{float(share * 100):g}%"),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHARE.pattern}$"}),
]


class Demand(BaseModel):
    """What every target has: its words, its clause, and what is doubtful about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    id: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{2}[a-z]?$")]
    text: str = Field(min_length=1)
    quote: str = Field(min_length=1)
    clause: str = ""
    periodicity: Literal["month", "quarter", "period", "year", "plan"] = "plan"
    needs_confirmation: str = ""
    inferred: bool = False


class RatioMin(Demand):
    """Ask that numerators reach a share of denominators."""

    kind: Literal["ratio_min"]
    numerator: tuple[Code, ...] = Field(min_length=1)
    denominator: tuple[Code, ...] = Field(min_length=1)
    at_least: Share


class Exact100(Demand):
    """Ask that every case is dealt with."""

    kind: Literal["exact_100"]
    numerator: tuple[Code, ...] = Field(min_length=1)
    denominator: tuple[Code, ...] = Field(min_length=1)


class ShareOfUnits(Demand):
    """Ask that a share of all units in force answers yes; a named list is judged beside it."""

    kind: Literal["share_of_units"]
    indicator: Code
    unit_type: str
    at_least: Share
    named_list: str = ""


class CountMin(Demand):
    """Ask for a number: of units answering yes, or of the thing counted."""

    kind: Literal["count_min"]
    indicator: Code
    at_least: int = Field(gt=0)
    unit_type: str = ""


class GrowthBand(Demand):
    """Ask for growth over the year before; above the band exceeds the target."""

    kind: Literal["growth_band"]
    indicator: Code
    low: Share
    high: Share


class FrequencyMin(Demand):
    """Ask for at least so many times in each month or quarter, for each unit concerned."""

    kind: Literal["frequency_min"]
    indicator: Code
    at_least: int = Field(gt=0)
    each: Literal["month", "quarter"]
    unit_types: tuple[str, ...] = Field(min_length=1)


class CumulativeBy(Demand):
    """Ask that a share is reached over years, from `since` to the end of `by`."""

    kind: Literal["cumulative_by"]
    numerator: tuple[Code, ...] = Field(min_length=1)
    denominator: tuple[Code, ...] = Field(min_length=1)
    at_least: Share
    since: int
    by: int


class Schedule(Demand):
    """Ask for a share of units that steps up; a year without a step carries the last one."""

    kind: Literal["schedule"]
    indicator: Code
    unit_type: str
    steps: Mapping[int, Share] = Field(min_length=1)


class Qualitative(Demand):
    """State a demand without a number."""

    kind: Literal["qualitative"]


Target = Annotated[
    RatioMin
    | Exact100
    | ShareOfUnits
    | CountMin
    | GrowthBand
    | FrequencyMin
    | CumulativeBy
    | Schedule
    | Qualitative,
    Field(discriminator="kind"),
]


def indicators_of(target: Target) -> tuple[str, ...]:
    """Return the codes that a target is judged by."""
    match target:
        case RatioMin() | Exact100() | CumulativeBy():
            return target.numerator + target.denominator
        case Qualitative():
            return ()
        case _:
            return (target.indicator,)
