"""The plans that come with the house, and periods of theirs with what units gave."""

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from documents.consolidated import Consolidated, UnitAnswers
from documents.dhis2_groups import Earlier
from plans.calendar import Period, whole_calendar
from plans.dhis2_mapping import Dhis2Mapping, proposed
from plans.load import load_all
from plans.pack import Pack
from tests.documents.gathered import GIVEN, WORKING_DAYS, from_given, given_in

IDS = (
    "binh_thuan_2024",
    "hai_phong_2016_2020",
    "lai_chau_2013",
    "lai_chau_2021_2025",
    "quang_ninh_2021_2025",
)


@cache
def packs() -> Mapping[str, Pack]:
    return load_all([Path(__file__).parents[2] / "plans" / "packs"])


@cache
def _periods(plan: str) -> list[Period]:
    pack = packs()[plan]
    return [period for period in whole_calendar(pack, WORKING_DAYS) if not period.form]


def periods(pack: Pack) -> list[Period]:
    """Return the recurring periods of a plan."""
    return _periods(pack.id)


@cache
def _given(plan: str, seed: int, sends: float) -> dict[str, GIVEN]:
    chance, pack = random.Random(seed), packs()[plan]
    return {period.id: given_in(chance, pack, period, sends) for period in periods(pack)}


def given(pack: Pack, seed: int, sends: float = 0.8) -> dict[str, GIVEN]:
    """Return random answers of every period of a plan."""
    return _given(pack.id, seed, sends)


@cache
def mapping_of(plan: str) -> Dhis2Mapping:
    """Return the DHIS2 mapping that is proposed for a plan."""
    return proposed(packs()[plan])


def before(pack: Pack, period: Period) -> tuple[Period, ...]:
    return tuple(p for p in periods(pack) if p.named_day < period.named_day)


def consolidated(pack: Pack, period: Period, answers: Mapping[str, GIVEN]) -> Consolidated:
    return from_given(pack, period, answers, before(pack, period))


def earlier(pack: Pack, period: Period, answers: Mapping[str, GIVEN]) -> list[Earlier]:
    """Return the periods before one in its year, as the DHIS2 exports want them."""
    found = []
    for one in before(pack, period):
        if one.year == period.year and one.asks.first >= period.widest.first:
            units: tuple[UnitAnswers, ...] = tuple(consolidated(pack, one, answers).units)
            found.append(Earlier(period=one, units=units))
    return found
