"""The raw table as .csv: every answer, in rows that no program misreads."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from documents.consolidated import Consolidated
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
