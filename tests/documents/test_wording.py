"""How figures are worded: a share is cut to one decimal, and never claims what is not reached."""

from collections.abc import Mapping

import pytest

from documents.wording import body_name, percent, short_body
from plans.pack import Pack


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (31, 38, "81,5%"),
        (78, 124, "62,9%"),
        (5, 13, "38,4%"),
        (118, 205, "57,5%"),
        (4996, 10000, "49,9%"),
        (1, 148, "0,6%"),
        (6996, 10000, "69,9%"),
        (9996, 10000, "99,9%"),
        (35, 50, "70%"),
        (3, 3, "100%"),
        (0, 5, "0%"),
        (0, 0, "0%"),
    ],
)
def test_a_share_is_cut_to_one_decimal(part: int, whole: int, written: str) -> None:
    assert percent("vi", part, whole) == written


def test_an_office_whose_name_holds_commas_is_named_whole(packs: Mapping[str, Pack]) -> None:
    pack = packs["binh_thuan_2024"]
    office = next(unit for unit in pack.tree if ", " in unit.name)

    assert short_body(pack, office.code) == office.name
    assert short_body(pack, "22915") == "UBND phường Mũi Né"
    assert body_name(pack, "22915") == "UBND phường Mũi Né, thành phố Phan Thiết"
