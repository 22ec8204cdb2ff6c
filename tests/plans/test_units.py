"""Units: a tree with dates; who stands under whom, and when."""

from collections.abc import Mapping
from datetime import date

import pytest

from plans.pack import Pack
from plans.units import Unit, UnitTree

PROVINCE = Unit(code="60", name="Tỉnh Bình Thuận", type="province")
CITY = Unit(code="593", name="Thành phố Phan Thiết", type="district", parent="60")
WARD = Unit(
    code="22915",
    name="Phường Mũi Né",
    type="commune",
    parent="593",
    valid_from=date(2024, 1, 1),
    valid_to=date(2025, 6, 30),
    successors=("22918",),
)
POLICE = Unit(code="CAT", name="Công an tỉnh", type="police")
TREE = UnitTree((PROVINCE, CITY, WARD, POLICE))


class TestDates:
    @pytest.mark.parametrize(
        ("on", "there"),
        [
            (date(2023, 12, 31), False),
            (date(2024, 1, 1), True),
            (date(2025, 6, 30), True),
            (date(2025, 7, 1), False),
        ],
    )
    def test_a_unit_is_in_force_from_its_first_day_to_its_last(self, on: date, there: bool) -> None:
        assert WARD.in_force(on) is there

    def test_a_unit_without_dates_is_always_in_force(self) -> None:
        assert CITY.in_force(date.min)
        assert CITY.in_force(date.max)


class TestTree:
    def test_units_are_found_by_code(self) -> None:
        assert TREE["22915"] is WARD
        assert "22915" in TREE
        assert "" not in TREE
        assert list(TREE) == [PROVINCE, CITY, WARD, POLICE]

    def test_the_topmost_stand_below_nothing(self) -> None:
        assert TREE.children("") == (PROVINCE, POLICE)
        assert TREE.children("593") == (WARD,)
        assert TREE.children("22915") == ()

    def test_a_subtree_is_a_unit_and_all_below_it(self) -> None:
        assert list(TREE.subtree("60")) == [PROVINCE, CITY, WARD]

    def test_those_above_come_nearest_first(self) -> None:
        assert list(TREE.above("22915")) == [CITY, PROVINCE]
        assert list(TREE.above("CAT")) == []

    @pytest.mark.parametrize(
        ("code", "root", "inside"),
        [
            ("22915", "22915", True),
            ("22915", "593", True),
            ("22915", "60", True),
            ("22915", "", True),
            ("593", "22915", False),
            ("CAT", "60", False),
        ],
    )
    def test_a_unit_is_within_itself_and_those_above(
        self, code: str, root: str, inside: bool
    ) -> None:
        assert TREE.within(code, root) is inside

    def test_a_title_names_those_above_in_lower_case(self) -> None:
        assert TREE.title("22915") == "Phường Mũi Né, thành phố Phan Thiết, tỉnh Bình Thuận"


def test_every_successor_and_parent_of_our_packs_exists(packs: Mapping[str, Pack]) -> None:
    for pack in packs.values():
        for unit in pack.tree:
            assert unit.parent in ("", *(other.code for other in pack.tree))
            assert all(code in pack.tree for code in unit.successors)
