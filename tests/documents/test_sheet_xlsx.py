"""The workbook: what other programs read in it, and what they reckon, are the exact figures."""

import io
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from documents.consolidated import Closure, Consolidated, Line
from documents.sheet_xlsx import report_xlsx
from documents.targets import actual_text
from documents.xlsx_book import sheet_name
from plans.added import Added
from plans.calendar import whole_calendar
from plans.dialogue import Answer, AnswerState, questions_of
from plans.pack import IndicatorKind, Obligation
from plans.units import Unit
from tests.documents.gathered import WORKING_DAYS, from_given, given_in
from tests.documents.shipped import IDS, consolidated, given, packs, periods

CAPITAL = "593"
MANY = 500


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
    heads = {
        "Lũy kế từ đầu năm": line.so_far,
        "Lũy kế cùng kỳ năm trước": line.year_ago,
        "Kỳ trước": line.before,
        "Cùng kỳ năm trước": line.last_year,
    }
    for head, stretch in heads.items():
        if stretch and stretch.found.given:
            assert row[head] == stretch.found.total
            known = "; ".join(f"{one.given}/{one.expected}" for one in stretch.coverage)
            assert row[f"{head}: số đơn vị có số liệu"] == known
    if line.so_far:
        assert re.fullmatch(r"=IF\(COUNT\(.+\)=0,.+\)", formulas["Lũy kế từ đầu năm"])
    changes = {
        "So với lũy kế cùng kỳ": line.year_ago,
        "So với kỳ trước": line.before,
        "So với cùng kỳ": line.last_year,
    }
    for head, stretch in changes.items():
        both = stretch.matched if stretch else None
        if both and both.then:
            assert same(row[head], Fraction(both.now) / Fraction(both.then) - 1)
            assert formulas[head].startswith("=IF(ISNUMBER(")
        else:
            assert row[head] in (None, "")


@pytest.mark.parametrize("plan", IDS)
def test_changes_stand_with_both_sums_and_the_units_that_gave_them(plan: str) -> None:
    found = found_of(plan)
    rows = {row["Mã chỉ số"]: row for row in by_code(opened(found)["So sánh"])}
    partly = 0

    for line in found.lines:
        both = line.before.matched if line.before else None
        if both is None:
            assert rows[line.code]["Kỳ trước: số đơn vị có đủ số liệu"] is None
            continue
        assert rows[line.code]["Kỳ trước: số đơn vị có đủ số liệu"] == both.units
        if both.units:
            assert rows[line.code]["Kỳ trước: kỳ này"] == both.now
            assert rows[line.code]["Kỳ trước: kỳ đối chiếu"] == both.then
        partly += 0 < both.units < line.now.given
    assert partly > 0  # where others gave one alone, the change is not theirs


@pytest.mark.parametrize("plan", IDS)
def test_parts_and_wholes_of_targets_are_formulas_where_the_book_holds_them(plan: str) -> None:
    found = found_of(plan)
    values, formulas = (
        list(by_code(opened(found, values=plain)["Chỉ tiêu"], "Mã")) if found.targets else []
        for plain in (True, False)
    )
    live = [
        row["Đạt được"]
        for row in formulas
        if isinstance(row["Đạt được"], str) and row["Đạt được"].startswith("=")
    ]

    for judged, row in zip(found.targets, values, strict=True):
        if judged.actual is not None and judged.given:
            assert same(row["Đạt được"], judged.part or Decimal(0))
        elif judged.whole is not None:
            assert row["Đạt được"] is None  # no share, no fraction
    assert len(live) >= (3 if found.targets else 0)


def test_words_tell_nothing_received_from_no_figure() -> None:
    found = found_of("quang_ninh_2021_2025")
    line = next(one for one in found.lines if one.code == "TT02")
    nobody = replace(line.before, found=Added()) if line.before else None
    lines = [replace(one, before=nobody) if one is line else one for one in found.lines]
    [row] = [
        row
        for row in by_code(opened(replace(found, lines=lines))["Tổng hợp"])
        if row["Mã chỉ số"] == "TT02"
    ]

    assert row["Kỳ trước"] == "chưa nhận được"


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
        assert [name.split("\n")[0] for name in list(rows[0])[5:]] == [q.code for q in questions]
        for unit, row in zip(units, rows, strict=True):
            answers = sent[unit.code].answers if unit.code in sent else None
            for question, value in zip(questions, list(row.values())[5:], strict=True):
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
    for row in sheet.iter_rows(min_row=6, min_col=6):
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
    assert sheet.auto_filter.ref == f"A3:O{sheet.max_row}"
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
    told = words_in(opened(found)["Bìa"])

    assert any("08:05 ngày 18/12/2024" in str(words) for words in told)
    assert "1227/KH-UBND" in told
    sent = sum(row.state.arrived for row in found.progress.rows)
    assert sent == sum(int(m[1]) for w in told if (m := re.match(r"(\d+)/\d+ đơn vị", str(w))))
    assert not {"Nhập thay theo điện thoại", "Đã tiếp nhận", "Đã khóa kỳ"} & set(told)


def words_in(sheet: Any) -> list[Any]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value]


def worked_on(found: Consolidated) -> Consolidated:
    """Return a period with a report by telephone, one accepted, the whole closed, then a part."""
    [by_telephone, accepted, *_] = found.units
    units = [
        replace(by_telephone, on_behalf=True),
        replace(accepted, accepted_at=found.moment),
        *found.units[2:],
    ]
    rows = [
        replace(
            row,
            on_behalf=row.unit.code == by_telephone.unit,
            accepted=row.unit.code == accepted.unit,
        )
        for row in found.progress.rows
    ]
    lacking = [row.unit.code for row in found.lacking(Obligation.REQUIRED)]
    closures = [
        Closure(unit="", at=found.moment, missing=lacking),
        Closure(unit=CAPITAL, at=found.moment + timedelta(hours=1)),
    ]
    progress = replace(found.progress, rows=rows)
    return replace(found, units=units, progress=progress, closures=closures)


def test_the_work_on_reports_stands_on_the_cover_in_forms_and_in_the_raw_table() -> None:
    found = worked_on(found_of("binh_thuan_2024"))
    by_telephone, accepted = (one.unit for one in found.units[:2])
    book = opened(found)
    cover = dict(row[:2] for row in book["Bìa"].iter_rows(values_only=True) if row[1])
    notes = {
        row["Mã đơn vị"]: row["Ghi chú"]
        for sheet in book.worksheets
        if sheet.title.startswith("Biểu")
        for row in by_code(sheet, "Mã đơn vị")
    }
    raw = {row["Mã đơn vị"]: row for row in by_code(book["Số liệu gốc"], "Mã đơn vị")}

    sent = sum(row.state.arrived for row in found.progress.rows)
    missing = found.closures[0].missing
    assert cover["Nhập thay theo điện thoại"] == "1 báo cáo"
    assert cover["Đã tiếp nhận"] == f"1/{sent} báo cáo đã nộp"
    assert cover["Đã khóa kỳ"] == (
        f"08:05 ngày 18/12/2024, khi khóa còn {len(missing)} đơn vị chưa nộp"
    )
    assert cover["Đã khóa kỳ: Thành phố Phan Thiết"].startswith("09:05 ngày 18/12/2024")
    assert notes.pop(by_telephone) == "nhập thay theo điện thoại"
    assert notes.pop(accepted) == "đã tiếp nhận"
    assert {unit for unit, note in notes.items() if note == "chưa nộp khi khóa kỳ"} == set(missing)
    assert {note for unit, note in notes.items() if unit not in missing} == {""}
    assert {row["Nhập thay"] for unit, row in raw.items() if unit != by_telephone} == {"không"}
    assert raw[by_telephone]["Nhập thay"] == "có"
    moments = {unit: row["Thời điểm tiếp nhận"] for unit, row in raw.items()}
    assert [unit for unit, at in moments.items() if at] == [accepted]
    assert f"{moments[accepted]:%Y-%m-%d %H:%M}" == "2024-12-18 08:05"
    for unit, row in raw.items():
        hour = 9 if found.pack.tree.within(unit, CAPITAL) else 8
        assert f"{row['Thời điểm khóa kỳ']:%H}" == f"{hour:02}"


def test_each_sheet_says_of_figures_that_are_made_up_that_they_are() -> None:
    for synthetic in (True, False):
        found = replace(found_of("lai_chau_2013"), synthetic=synthetic)
        marked = [
            sheet.cell(3, 1).value == "SỐ LIỆU MÔ PHỎNG" for sheet in opened(found).worksheets
        ]

        assert set(marked) == {synthetic}


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


@pytest.mark.slow
def test_many_communes_fit() -> None:
    pack = packs()["binh_thuan_2024"]
    commune = next(unit for unit in pack.units if unit.type == "commune")
    codes = [c for c, i in pack.indicators.items() if i.kind is not IndicatorKind.YES_NO][:20]
    units = tuple(
        Unit(code=f"{number:05}", name=f"Xã {number}", type="commune", parent=commune.parent)
        for number in range(MANY)
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
    assert book["Số liệu gốc"].max_row >= MANY * len(codes)
