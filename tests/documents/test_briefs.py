"""What templates are filled with: one unit, one period, one deadline, the others counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from documents.briefs import LONGEST, brief_of
from documents.reminders import Occasion, Reader, delay_letter, reporter_letter
from plans.messages import Urgency
from plans.owed import Owed
from plans.pack import Pack
from plans.working_days import load_working_days
from plans.world import World

PLAN = "binh_thuan_2024"
MUI_NE, HAM_TIEN = "22915", "22918"
READER = Reader(language="vi", today=date(2024, 6, 11))


@pytest.fixture(scope="module")
def world(packs: Mapping[str, Pack]) -> World:
    return World(packs=packs, working_days=load_working_days(), secret=b"briefs")


def owed(world: World, unit: str = MUI_NE, period: str = "2024-Q2") -> Owed:
    pack, found = world.packs[PLAN], world.period(PLAN, period)
    assert found
    return Owed(pack=pack, period=found, unit=pack.tree[unit])


@pytest.mark.parametrize(
    ("occasion", "kind"), [(Occasion.DUE, "reminder"), (Occasion.NUDGE, "nudge")]
)
def test_a_letter_of_one_report_names_it(world: World, occasion: Occasion, kind: str) -> None:
    letter = reporter_letter(READER, occasion, [owed(world)])

    assert letter.brief
    assert letter.brief.kind == kind
    assert letter.brief.fields == {
        "unit": "UBND phường Mũi Né, thành phố Phan Thiết",
        "period": "quý II/2024 và 6 tháng đầu năm 2024",
        "deadline": "trước 15/6/2024",
    }


def test_of_several_units_the_others_are_counted_behind_the_first(world: World) -> None:
    letter = reporter_letter(READER, Occasion.DUE, [owed(world), owed(world, HAM_TIEN)])

    assert letter.brief
    assert (
        letter.brief.fields["unit"] == "UBND phường Mũi Né, thành phố Phan Thiết và 1 báo cáo khác"
    )
    assert letter.brief.fields["period"] == "quý II/2024 và 6 tháng đầu năm 2024"


def test_of_several_periods_the_first_to_fall_due_is_named(world: World) -> None:
    later, first = owed(world, period="2024-M9"), owed(world)

    brief = brief_of("vi", "reminder", [later, first])

    assert brief.fields["unit"] == "UBND phường Mũi Né, thành phố Phan Thiết"
    assert brief.fields["period"].endswith("6 tháng đầu năm 2024 và 1 báo cáo khác")
    assert brief.fields["deadline"] == "trước 15/6/2024"


def test_it_is_in_the_readers_language(world: World) -> None:
    brief = brief_of("en", "nudge", [owed(world), owed(world, HAM_TIEN)])

    assert brief.fields["unit"].endswith(" and 1 other report(s)")
    assert brief.fields["deadline"] == "before 15/6/2024"


def test_a_field_is_one_line_and_never_too_long(world: World) -> None:
    one = owed(world)
    long = replace(one, unit=one.unit.model_copy(update={"name": "Phường " + "Rất\nDài " * 30}))
    pack = replace_unit(long)

    brief = brief_of("vi", "reminder", [replace(long, pack=pack), owed(world, HAM_TIEN)])

    unit = brief.fields["unit"]
    assert len(unit) == LONGEST
    assert "… và 1 báo cáo khác" in unit
    assert "\n" not in unit


def replace_unit(owed: Owed) -> Pack:
    """Return the plan with a unit written otherwise."""
    units = tuple(owed.unit if u.code == owed.unit.code else u for u in owed.pack.units)
    other = owed.pack.model_copy(update={"units": units})
    other.__dict__.pop("tree", None)
    return other


def test_what_is_told_of_others_has_no_template(world: World) -> None:
    assert delay_letter(READER, [owed(world)], Urgency.REMINDER).brief is None
