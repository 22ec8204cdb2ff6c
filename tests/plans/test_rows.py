"""Reading units.csv: every slip with its line and column, as sheets really come."""

from pathlib import Path

import pytest

from plans.load import load
from tests.plans.example_pack import UNITS, mistakes_in, swapped, written

ROWS = [
    # old, new, line, column, advice
    ("593,,2025-06-30,,,\n22918", "593,,30/6/2025,,,\n22918", 4, "valid_to", "year-month-day"),
    ("593,,2025-06-30,,,\n22918", "593,,2025-06-31,,,\n22918", 4, "valid_to", "calendar has"),
    ("594,Huyện", "5-á,Huyện", 3, "code", "two to sixteen digits"),
    ("594,Huyện Bắc Bình", "594,", 3, "name", "add `name`"),
    ("594,Huyện Bắc Bình,district", "594,Huyện Bắc Bình", 3, "units", "this line has 8"),
    ("594,Huyện Bắc Bình", "594,Huyện, Bắc Bình", 3, "units", "comma in quotes"),
    ("code,name,type,parent", "code,name,kind,parent", 1, "kind", "unknown column"),
    ("code,name,type,parent", "code,name,kind,parent", 1, "type", "add the column type"),
    ("aliases,needs", "alias,needs", 1, "alias", "did you mean `aliases`?"),
    ("successors,aliases", "aliases,aliases", 1, "aliases", "keep one column"),
    ("594,Huyện Bắc Bình", '594,"Huyện" Bắc', 3, "units", "one pair of quotes"),
    ("594,Huyện Bắc Bình", '594,"Huyện Bắc', 3, "units", "one pair of quotes"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "advice"), ROWS)
def test_a_wrong_row_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, column: str, advice: str
) -> None:
    home = written(tmp_path, units=swapped(UNITS, old, new))

    [mistake] = [one for one in mistakes_in(home) if (one.line, one.key) == (line, column)]

    assert mistake.file == str(home / "units.csv")
    assert advice in mistake.advice


def test_a_row_of_the_wrong_length_is_one_mistake(tmp_path: Path) -> None:
    units = swapped(UNITS, "22921,Xã Bình An,commune,594,", "22921,Xã, Bình An,commune,594,")

    [mistake] = mistakes_in(written(tmp_path, units=units))

    assert (mistake.line, mistake.key) == (6, "units")


def test_a_sheet_saved_with_semicolons_is_one_mistake(tmp_path: Path) -> None:
    [mistake] = mistakes_in(written(tmp_path, units=UNITS.replace(",", ";")))

    assert "separate the columns with commas" in mistake.advice


@pytest.mark.parametrize("units", ["", UNITS.splitlines()[0] + "\n"])
def test_a_pack_has_units(tmp_path: Path, units: str) -> None:
    mistakes = mistakes_in(written(tmp_path, units=units))

    assert {one.line for one in mistakes} == {1}


def test_sheets_as_excel_saves_them_are_read(tmp_path: Path) -> None:
    home = written(tmp_path, units=b"\xef\xbb\xbf" + UNITS.replace("\n", "\r\n").encode())

    assert len(load(home).units) == 5


def test_a_cell_over_two_lines_moves_the_lines_below(tmp_path: Path) -> None:
    units = swapped(UNITS, "theo báo chí", '"theo báo\nchí"')
    units = swapped(units, "2024-02-01", "1/2/2024")

    [mistake] = mistakes_in(written(tmp_path, units=units))

    assert mistake.line == 7


def test_optional_columns_may_be_left_out(tmp_path: Path) -> None:
    units = "code,name,type,parent\n593,A,district,\n594,B,district,\n\n1A,C,commune,593\n"

    assert len(load(written(tmp_path, units=units)).units) == 3
