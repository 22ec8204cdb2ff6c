"""The raw table as .csv: every answer, in rows that no program misreads."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from documents.consolidated import Closure, Consolidated
from documents.table_csv import plain_number, report_csv
from plans.dialogue import AnswerState
from plans.pack import Pack
from tests.documents.shipped import IDS, consolidated, given, packs, periods


def found_of(plan: str, seed: int = 1) -> Consolidated:
    pack = packs()[plan]
    return consolidated(pack, periods(pack)[-1], given(pack, seed))


def read(found: Consolidated, *, masked: bool = False) -> list[dict[str, str]]:
    text = report_csv(found, masked=masked).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("plan", IDS)
def test_every_answer_is_there_once(plan: str) -> None:
    found = found_of(plan)
    rows = {(row["Mã đơn vị"], row["Mã chỉ số"]): row for row in read(found)}

    assert len(rows) == sum(len(one.answers) for one in found.units)
    for one in found.units:
        for code, answer in one.answers.items():
            row = rows[one.unit, code]
            number = answer.number
            assert row["Số liệu"] == ("" if number is None else plain_number(number))
            assert (row["Trạng thái"] == "chưa có số liệu") == (answer.state is AnswerState.MISSING)
            absent = answer.state is AnswerState.NOT_APPLICABLE
            assert (row["Trạng thái"] == "không áp dụng") == absent
            assert (row["Lần gửi"], row["Mã tiếp nhận"]) == (str(one.version), one.receipt)


def test_what_was_done_with_a_report_stands_beside_its_answers() -> None:
    found = found_of("binh_thuan_2024")
    mine = replace(found.units[0], on_behalf=True, accepted_at=found.moment)
    closure = Closure(unit="", at=found.moment + timedelta(days=1))
    plain, row = read(found)[0], read(replace(found, units=[mine], closures=[closure]))[0]

    names = ("Nhập thay", "Thời điểm tiếp nhận", "Thời điểm khóa kỳ")
    assert [row[name] for name in names] == ["có", "2024-12-18 08:05", "2024-12-19 08:05"]
    assert [plain[name] for name in names] == ["không", "", ""]


def test_figures_that_are_made_up_say_so_in_each_row() -> None:
    found = found_of("lai_chau_2013")
    marked = read(replace(found, synthetic=True))

    assert {row["Ghi chú"] for row in marked} == {"Số liệu mô phỏng"}
    assert "Ghi chú" not in read(found)[0]


def test_each_row_and_the_name_have_the_moment_of_the_figures() -> None:
    found = found_of("lai_chau_2013")
    moment = f"{found.moment:%Y-%m-%dT%H:%M}+07:00"

    assert {row["Số liệu lúc"] for row in read(found)} == {moment}
    assert report_csv(found, masked=True).name.endswith(f"-{found.moment:%Y%m%d-%H%M}.csv")


def test_excel_and_others_can_read_it() -> None:
    file = report_csv(found_of("lai_chau_2013"), masked=False)

    assert file.content.startswith(b"\xef\xbb\xbf")
    assert file.content.count(b"\n") == file.content.count(b"\r\n")
    assert file.content.splitlines()[0].decode("utf-8-sig").startswith("Mã đơn vị,Đơn vị,")
    assert file.media_type == "text/csv"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    found = found_of("lai_chau_2013")
    evil = f'{start}HYPERLINK("x")'
    units = tuple(
        unit.model_copy(update={"name": evil}) if unit.code == found.units[0].unit else unit
        for unit in found.pack.units
    )
    pack: Pack = found.pack.model_copy(update={"units": units})
    pack.__dict__.pop("tree", None)
    rows = read(replace(found, pack=pack))

    assert f"'{evil}" in {row["Đơn vị"] for row in rows}
    assert not [v for row in rows for v in row.values() if v.startswith(start)]


def test_numbers_are_plain() -> None:
    assert [plain_number(Decimal(n)) for n in ("1000000", "0", "12.50", "1E+3")] == [
        "1000000",
        "0",
        "12.5",
        "1000",
    ]
