"""The workbook: what other programs read in it, and what they reckon, are the exact figures."""

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from documents.consolidated import Consolidated, Line
from documents.sheet_xlsx import report_xlsx
from documents.targets import actual_text
from documents.xlsx_book import sheet_name
from plans.calendar import whole_calendar
from plans.dialogue import Answer, AnswerState, questions_of
from plans.pack import IndicatorKind
from plans.units import Unit
from tests.documents.gathered import WORKING_DAYS, from_given, given_in
from tests.documents.shipped import IDS, consolidated, given, packs, periods

SOFFICE = shutil.which("soffice")


def found_of(plan: str, seed: int = 1) -> Consolidated:
    pack = packs()[plan]
    return consolidated(pack, periods(pack)[-1], given(pack, seed))


def opened(found: Consolidated, *, values: bool = True) -> Any:
    file = report_xlsx(found, masked=False, language="vi")
    return openpyxl.load_workbook(io.BytesIO(file.content), data_only=values)


def by_code(sheet: Any, header: str = "Mã chỉ số") -> Iterator[dict[str, Any]]:
    """Yield the rows below a header as dictionaries."""
    rows = list(sheet.iter_rows(values_only=True))
    [top] = [place for place, row in enumerate(rows) if row[0] == header]
    for row in rows[top + 1 :]:
        yield dict(zip(rows[top], row, strict=True))


def same(written: object, exact: Decimal | Fraction) -> bool:
    return isinstance(written, int | float) and abs(written - float(exact)) < 1e-9


@pytest.mark.parametrize("plan", IDS)
def test_totals_are_formulas_that_carry_the_exact_figures(plan: str) -> None:
    found = found_of(plan)
    values = {row["Mã chỉ số"]: row for row in by_code(opened(found)["Tổng hợp"])}
    formulas = {row["Mã chỉ số"]: row for row in by_code(opened(found, values=False)["Tổng hợp"])}

    assert list(values) == [line.code for line in found.lines]
    for line in found.lines:
        row = values[line.code]
        assert row["Số đơn vị có số liệu"] == line.now.given
        assert row["Số đơn vị được hỏi"] == line.expected
        if line.now.given:
            assert row["Trong kỳ"] == line.now.total
        else:
            assert row["Trong kỳ"] in (None, "")
        assert re.fullmatch(r"=IF\(COUNT\(.+\)=0,\"\",SUM\(.+\)\)", formulas[line.code]["Trong kỳ"])
        check_compared(line, row, formulas[line.code])


def check_compared(line: Line, row: dict[str, Any], formulas: dict[str, Any]) -> None:
    if line.so_far and line.so_far.given:
        assert row["Lũy kế từ đầu năm"] == line.so_far.total
    if line.before and line.before.given:
        assert row["Kỳ trước"] == line.before.total
        if line.before.total and line.now.given:
            growth = Fraction(line.now.total) / Fraction(line.before.total) - 1
            assert same(row["So với kỳ trước"], growth)
            assert formulas["So với kỳ trước"].startswith("=IF(AND(ISNUMBER(")
    if line.last_year and line.last_year.given:
        assert row["Cùng kỳ năm trước"] == line.last_year.total


@pytest.mark.parametrize("plan", IDS)
def test_each_form_has_a_sheet_with_its_units_and_questions_alone(plan: str) -> None:
    found = found_of(plan)
    book, pack = opened(found), found.pack
    sent = {one.unit: one for one in found.units}
    forms = {pack.unit_types[row.unit.type].form for row in found.progress.rows}

    for form in forms:
        title = pack.forms[form].title.vi
        [sheet] = [s for s in book.worksheets if s.cell(1, 1).value == title]
        rows = list(by_code(sheet, "Mã đơn vị"))
        units = [r.unit for r in found.progress.rows if pack.unit_types[r.unit.type].form == form]
        assert [row["Mã đơn vị"] for row in rows] == [unit.code for unit in units]
        questions = questions_of(pack, form)
        assert [name.split("\n")[0] for name in list(rows[0])[4:]] == [q.code for q in questions]
        for unit, row in zip(units, rows, strict=True):
            answers = sent[unit.code].answers if unit.code in sent else None
            for question, value in zip(questions, list(row.values())[4:], strict=True):
                check_state(answers[question.code] if answers else None, value)
            if answers is None:
                assert row["Tình trạng gửi"] == "chưa gửi"
        top = sheet.freeze_panes
        assert top == f"C{sheet.max_row - len(units) + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{sheet.max_row - len(units)}:")


def check_state(answer: Answer | None, value: object) -> None:
    if answer is None:
        assert value is None
    elif answer.state is AnswerState.MISSING:
        assert value == "chưa có số liệu"
    elif answer.state is AnswerState.NOT_APPLICABLE:
        assert value == "không áp dụng"
    else:
        assert value == answer.number


def test_the_states_of_an_answer_look_different() -> None:
    found = found_of("binh_thuan_2024")
    sheet = opened(found)["Biểu cấp xã"]
    looks: dict[str, set[tuple[object, ...]]] = {}
    for row in sheet.iter_rows(min_row=6, min_col=5):
        for cell in row:
            value = "number" if isinstance(cell.value, int) and cell.value else str(cell.value)
            if "không" not in cell.number_format:  # yes and no are told by their own words
                look = (cell.fill.fgColor.rgb, cell.font.color.rgb if cell.font.color else "")
                looks.setdefault(value, set()).add(look)

    assert set(looks) == {"number", "0", "chưa có số liệu", "không áp dụng", "None"}
    assert all(len(found) == 1 for found in looks.values())
    assert len(set.union(*looks.values())) == 5
    assert any(c.number_format == "#,##0" for row in sheet.iter_rows(min_row=6) for c in row)


@pytest.mark.parametrize("plan", IDS)
def test_the_raw_table_has_every_answer_once(plan: str) -> None:
    found = found_of(plan)
    sheet = opened(found)["Số liệu gốc"]
    rows = {(row["Mã đơn vị"], row["Mã chỉ số"]): row for row in by_code(sheet, "Mã đơn vị")}

    assert len(rows) == sum(len(one.answers) for one in found.units)
    for one in found.units:
        for code, answer in one.answers.items():
            row = rows[one.unit, code]
            assert row["Số liệu"] == answer.number
            assert row["Mã tiếp nhận"] == one.receipt
            assert row["Lần gửi"] == one.version
            assert f"{row['Thời điểm gửi']:%Y-%m-%d %H:%M}" == f"{one.sent_at:%Y-%m-%d %H:%M}"
    assert sheet.auto_filter.ref == f"A3:L{sheet.max_row}"
    assert sheet.freeze_panes == "C4"


@pytest.mark.parametrize("plan", IDS)
def test_targets_stand_with_their_exact_fraction_and_doubts(plan: str) -> None:
    found = found_of(plan)
    sheet = opened(found)["Chỉ tiêu"]
    if not found.targets:
        assert found.pack.no_targets_note
        assert sheet.cell(3, 1).value == found.pack.no_targets_note.vi
        return
    rows = list(by_code(sheet, "Mã"))
    formulas = list(by_code(opened(found, values=False)["Chỉ tiêu"], "Mã"))

    for judged, row, formula in zip(found.targets, rows, formulas, strict=True):
        assert row["Mã"] == judged.target.id
        assert (row["Cần xác nhận"] or "") == judged.target.needs_confirmation
        assert row["Đánh giá"]
        assert (row["Kết quả chính xác"] or "") == actual_text("vi", judged)
        if judged.given and judged.whole and judged.actual is not None:
            assert same(row["Tỷ lệ"], judged.actual)
            assert re.fullmatch(r"=E\d+/F\d+(-1)?", formula["Tỷ lệ"])


def test_the_cover_tells_the_moment_and_how_many_sent() -> None:
    found = found_of("binh_thuan_2024")
    told = [cell.value for row in opened(found)["Bìa"].iter_rows() for cell in row if cell.value]
    file = report_xlsx(found, masked=False, language="vi", mark="SỐ LIỆU MÔ PHỎNG")
    marked = openpyxl.load_workbook(io.BytesIO(file.content))
    closed = opened(replace(found, closed_at=found.moment))["Bìa"]

    assert "08:05 ngày 18/12/2024" in [cell.value for row in closed.iter_rows() for cell in row]
    assert any("08:05 ngày 18/12/2024" in str(words) for words in told)
    assert "1227/KH-UBND" in told
    sent = sum(row.state.arrived for row in found.progress.rows)
    assert sent == sum(int(m[1]) for w in told if (m := re.match(r"(\d+)/\d+ đơn vị", str(w))))
    assert all(sheet.cell(3, 1).value == "SỐ LIỆU MÔ PHỎNG" for sheet in marked.worksheets)


@pytest.mark.parametrize("masked", [False, True])
def test_the_same_figures_make_the_same_bytes(masked: bool) -> None:
    one, other = (
        report_xlsx(found_of("lai_chau_2013"), masked=masked, language="vi") for _ in range(2)
    )

    assert one == other
    assert one.content == other.content
    names = zipfile.ZipFile(io.BytesIO(one.content)).namelist()
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]


@pytest.mark.parametrize("plan", IDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_sheets_have_names_that_spreadsheets_allow(plan: str, language: str) -> None:
    file = report_xlsx(found_of(plan), masked=False, language=language)
    names = openpyxl.load_workbook(io.BytesIO(file.content), read_only=True).sheetnames

    assert len({name.casefold() for name in names}) == len(names)
    assert not [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]", name)]


def test_names_of_sheets_are_cut_at_words_and_told_apart() -> None:
    long = "Biểu Sở Thông tin và Truyền thông"

    assert sheet_name(long, []) == "Biểu Sở Thông tin và Truyền"
    assert sheet_name(long, ["biểu sở thông tin và truyền"]) == "Biểu Sở Thông tin và Truyền (2)"
    assert sheet_name("'a/b: [c]'", []) == "a b c"
    assert sheet_name("History", []) == "History (2)"
    assert sheet_name("x" * 40, ["x" * 31]) == "x" * 27 + " (2)"


def test_words_that_begin_like_a_formula_stay_words() -> None:
    found = found_of("lai_chau_2013")
    row = found.progress.rows[0]
    evil = row.unit.model_copy(update={"name": "=1+1"})
    progress = replace(found.progress, rows=[replace(row, unit=evil)])
    book = opened(replace(found, progress=progress, units=()), values=False)

    cells = [c for s in book.worksheets for r in s.iter_rows() for c in r if c.value == "=1+1"]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_a_one_off_has_a_workbook_too() -> None:
    pack = packs()["quang_ninh_2021_2025"]
    [period] = [p for p in whole_calendar(pack, WORKING_DAYS) if p.form]
    found = from_given(pack, period, {period.id: given_in(random.Random(1), pack, period)}, ())
    book = opened(replace(found, targets=[]))

    assert "Biểu kế hoạch triển khai giai" in book.sheetnames
    assert "Biểu cấp huyện" not in book.sheetnames


def without_values(content: bytes) -> bytes:
    """Take the reckoned values out of formulas, so that whoever opens it must reckon."""
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(bare, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            if "worksheets/" in item.filename:
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
                part = re.sub(rb"(</f>)<v/>", rb"\1", part)
            new.writestr(item, part)
    return bare.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="soffice (libreoffice-calc-nogui) is not installed")
@pytest.mark.parametrize("masked", [False, True])
def test_libreoffice_reckons_the_same(tmp_path: Path, masked: bool) -> None:
    found = found_of("binh_thuan_2024")
    content = report_xlsx(found, masked=masked, language="vi").content
    (tmp_path / "book.xlsx").write_bytes(without_values(content))
    done = subprocess.run(
        [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again")),
            str(tmp_path / "book.xlsx"),
        ],
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert "repair" not in (done.stdout + done.stderr).lower()

    ours = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    theirs = openpyxl.load_workbook(tmp_path / "again" / "book.xlsx", data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    reckoned = 0
    assert theirs.sheetnames == ours.sheetnames
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                here = ours[sheet.title].cell(cell.row, cell.column).value
                there = theirs[sheet.title].cell(cell.row, cell.column).value
                where = f"{sheet.title}!{cell.coordinate}: {cell.value}"
                reckoned += 1
                if here in (None, ""):
                    assert there in (None, ""), where
                else:
                    assert same(there, Fraction(here)), f"{where}: {there} is not {here}"
    assert reckoned > 300


@pytest.mark.slow
def test_the_communes_of_a_country_fit() -> None:
    pack = packs()["binh_thuan_2024"]
    commune = next(unit for unit in pack.units if unit.type == "commune")
    codes = [c for c, i in pack.indicators.items() if i.kind is not IndicatorKind.YES_NO][:20]
    units = tuple(
        Unit(code=f"{number:05}", name=f"Xã {number}", type="commune", parent=commune.parent)
        for number in range(3321)
    )
    district = pack.tree[commune.parent]
    form = pack.forms["commune"].model_copy(update={"questions": tuple(codes)})
    indicators = {
        code: one.model_copy(update={"counted_at": ("commune",)})
        for code, one in pack.indicators.items()
    }
    large = pack.model_copy(
        update={
            "units": (district, *units),
            "forms": {**pack.forms, "commune": form},
            "indicators": indicators,
            "targets": (),
        }
    )
    large.__dict__.pop("tree", None)
    period = periods(large)[0]
    answers = {period.id: given_in(random.Random(1), large, period, sends=1.0)}
    found = from_given(large, period, answers, ())

    file = report_xlsx(found, masked=False, language="vi")

    book = openpyxl.load_workbook(io.BytesIO(file.content), data_only=True, read_only=True)
    assert book["Số liệu gốc"].max_row >= 3321 * len(codes)
