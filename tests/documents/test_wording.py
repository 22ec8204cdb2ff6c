"""How figures are worded: a share is rounded, but never into a whole percent it has not reached."""

import pytest

from documents.wording import percent


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (31, 38, "81,6%"),
        (78, 124, "62,9%"),
        (5, 13, "38,5%"),
        (1, 148, "0,7%"),
        (6996, 10000, "69,9%"),
        (9996, 10000, "99,9%"),
        (35, 50, "70%"),
        (3, 3, "100%"),
        (0, 5, "0%"),
        (0, 0, "0%"),
    ],
)
def test_a_share_has_one_decimal(part: int, whole: int, written: str) -> None:
    assert percent("vi", part, whole) == written
