"""The consolidated report: the decree's numbers, whom it is from and to, and what it says."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.section import Section
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from documents import docx_layout as layout
from documents.consolidated import Consolidated
from documents.docx_bodies import dated, symbol_of
from documents.docx_widths import width_of
from documents.report_docx import MEDIA_TYPE, report_docx
from plans.calendar import VIETNAM, whole_calendar
from plans.pack import Obligation, Pack
from plans.progress import SendState
from plans.verdicts import Verdict
from tests.documents.gathered import WORKING_DAYS, from_given, gathered, given_in
from tests.source import ROOT

BT, QN, HP = "binh_thuan_2024", "quang_ninh_2021_2025", "hai_phong_2016_2020"
LC, LC13 = "lai_chau_2021_2025", "lai_chau_2013"
PLANS = (BT, QN, HP, LC, LC13)
Reports = Mapping[str, tuple[Consolidated, Document]]
DAY = date(2024, 12, 20)
MM = 36000


def opened(found: Consolidated, *, masked: bool = False, day: date = DAY) -> Document:
    file = report_docx(found, today=day, masked=masked)
    assert (file.media_type, file.name[-5:]) == (MEDIA_TYPE, ".docx")
    return docx.Document(BytesIO(file.content))


@pytest.fixture(scope="module")
def reports(packs: Mapping[str, Pack]) -> Reports:
    """A report of each plan, with what it was made from."""
    found = {plan: gathered(packs[plan], seed=3) for plan in PLANS}
    return {plan: (one, opened(one)) for plan, one in found.items()}


def blocks(document: Document) -> Iterator[Paragraph]:
    """Yield every paragraph of the body in order, those of tables cell by cell."""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for cell in (_Cell(tc, block) for row in block._tbl.tr_lst for tc in row.tc_lst):
                yield from cell.paragraphs
        else:
            yield block


def lines(document: Document) -> list[str]:
    return [paragraph.text for paragraph in blocks(document)]


def paragraph(document: Document, beginning: str) -> Paragraph:
    return next(p for p in blocks(document) if p.text.startswith(beginning))


def between(document: Document, first: str, last: str) -> list[str]:
    told = lines(document)
    return told[told.index(first) + 1 : told.index(last)]


def mm(length: int | None) -> float:
    assert length is not None
    return round(length / MM, 1)


def rules(cell: list[Paragraph]) -> list[Paragraph]:
    return [p for p in cell if p._p.find(f".//{qn('w:pBdr')}") is not None]


def rule_width(drawn: Paragraph, room: float) -> float:
    form = drawn.paragraph_format
    return room - mm(form.left_indent) - mm(form.right_indent)


@pytest.mark.parametrize("plan", PLANS)
def test_the_page_is_the_decrees(reports: Reports, plan: str) -> None:
    first, appendix = reports[plan][1].sections[:2]

    assert (mm(first.page_width), mm(first.page_height)) == (210, 297)
    assert (mm(appendix.page_width), mm(appendix.page_height)) == (297, 210)
    for section in (first, appendix):
        margins = (
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
        assert [mm(margin) for margin in margins] == [20, 20, 30, 20]


@pytest.mark.parametrize("plan", PLANS)
def test_every_letter_is_times_new_roman_in_a_size_of_the_decree(
    reports: Reports, plan: str
) -> None:
    document = reports[plan][1]
    runs = [run for one in blocks(document) for run in one.runs if run.text]

    assert {run.font.name for run in runs} == {None}
    fonts = list(document.styles.element.iter(qn("w:rFonts")))
    assert fonts
    assert {value for one in fonts for value in one.attrib.values()} == {"Times New Roman"}
    assert {run.font.size.pt for run in runs if run.font.size} == {11, 12, 13, 14}
    assert all(run.font.size for run in runs)
    prose = paragraph(document, "Tính đến 08:05")
    assert prose.runs[0].font.size == 14 * 12700
    form = prose.paragraph_format
    assert (form.alignment, mm(form.first_line_indent)) == (ALIGN.JUSTIFY, 12.7)
    assert form.space_after is not None
    assert form.space_after.pt >= 6
    assert form.line_spacing == pytest.approx(1.15, abs=0.01)


ISSUERS = {
    BT: ("UBND TỈNH BÌNH THUẬN", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Bình Thuận"),
    QN: ("UBND TỈNH QUẢNG NINH", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Quảng Ninh"),
    HP: (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG",
        "SỞ LAO ĐỘNG THƯƠNG BINH VÀ XÃ HỘI",
        "Hải Phòng",
    ),
    LC: ("UBND TỈNH LAI CHÂU", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Lai Châu"),
    LC13: ("UBND TỈNH LAI CHÂU", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Lai Châu"),
}


@pytest.mark.parametrize("plan", PLANS)
def test_the_head_has_no_lines_and_the_decrees_words(reports: Reports, plan: str) -> None:
    above, issuer, place = ISSUERS[plan]
    names, numbers = reports[plan][1].tables[:2]
    left, right = (cell.paragraphs for cell in names.rows[0].cells)
    number, day = (cell.paragraphs[0] for cell in numbers.rows[0].cells)

    for table in (names, numbers):
        assert table.style is None or table.style.name != "Table Grid"
        assert table._tbl.find(f".//{qn('w:tblBorders')}") is None
    written = [p for p in left if p.text]
    plain = [p.text for p in written if not p.runs[0].bold]
    bold = [p for p in written if p.runs[0].bold]
    assert " ".join(plain) == above
    assert " ".join(p.text for p in bold) == issuer
    assert {p.runs[0].font.size.pt for p in written if p.runs[0].font.size} <= {12, 13}
    state, motto = right[0].runs[0], right[1].runs[0]
    assert (state.text, state.bold, state.font.size) == (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        True,
        13 * 12700,
    )
    assert (motto.text, motto.bold, motto.font.size) == (
        "Độc lập - Tự do - Hạnh phúc",
        True,
        14 * 12700,
    )
    assert re.fullmatch(r"Số: {6,}/BC-SLĐTBXH", number.text)
    assert number.runs[0].font.size == 13 * 12700
    assert day.text == f"{place}, ngày 20 tháng 12 năm 2024"
    assert (day.runs[0].italic, day.runs[0].font.size) == (True, 14 * 12700)


@pytest.mark.parametrize("plan", PLANS)
def test_lines_below_names_are_as_long_as_the_decree_says(reports: Reports, plan: str) -> None:
    document = reports[plan][1]
    left, right = document.tables[0].rows[0].cells
    columns = [mm(width) for width in (left.width, right.width)]
    [below_issuer], [below_motto] = rules(left.paragraphs), rules(right.paragraphs)
    last = [p for p in left.paragraphs if p.text][-1]
    size = last.runs[0].font.size
    assert size is not None

    share = rule_width(below_issuer, columns[0]) / width_of(last.text, size.pt)
    assert Fraction(1, 3) <= share <= Fraction(1, 2)
    assert rule_width(below_motto, columns[1]) == pytest.approx(60.2, abs=0.5)
    assert width_of("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13) < columns[1]
    assert sum(columns) == 160


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 6, 5), "ngày 05 tháng 6 năm 2026"),
        (date(2026, 2, 15), "ngày 15 tháng 02 năm 2026"),
        (date(2026, 10, 15), "ngày 15 tháng 10 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_a_nought(day: date, written: str) -> None:
    assert dated("Lai Châu", day) == f"Lai Châu, {written}"


TO = {
    BT: [
        "Kính gửi: ",
        "- Bộ Lao động - Thương binh và Xã hội;",
        "- Ủy ban nhân dân tỉnh Bình Thuận.",
    ],
    QN: ["Kính gửi: Ủy ban nhân dân tỉnh Quảng Ninh"],
    HP: ["Kính gửi: Ủy ban nhân dân thành phố Hải Phòng"],
    LC: ["Kính gửi: Ủy ban nhân dân tỉnh Lai Châu"],
    LC13: ["Kính gửi: Ủy ban nhân dân tỉnh Lai Châu"],
}


@pytest.mark.parametrize("plan", PLANS)
def test_it_goes_to_whom_the_plan_names(reports: Reports, plan: str) -> None:
    told = lines(reports[plan][1])
    at = next(place for place, line in enumerate(told) if line.startswith("Kính gửi"))

    assert told[at : at + len(TO[plan])] == TO[plan]
    assert told[at + len(TO[plan])].startswith("Căn cứ ")


def test_where_no_clause_names_anybody_above_a_blank_is_left(packs: Mapping[str, Pack]) -> None:
    silent = packs[BT].recipient.model_copy(update={"quote": "gửi Sở"})
    found = gathered(packs[BT])
    changed = replace(found, pack=packs[BT].model_copy(update={"recipient": silent}))

    assert "Kính gửi: …" in lines(opened(changed))


@pytest.mark.parametrize("plan", PLANS)
def test_it_rests_on_the_plan_and_its_grounds_in_italics(reports: Reports, plan: str) -> None:
    found, document = reports[plan]
    bases = [p for p in blocks(document) if p.text.startswith("Căn cứ ")]

    assert all(run.italic for basis in bases for run in basis.runs)
    assert [basis.text[-1] for basis in bases] == [";"] * (len(bases) - 1) + ["."]
    last = bases[-1].text
    number = found.pack.document.number or "…"
    assert f"(số {number} ngày " in last
    assert ("ngày … của" in last) == (found.pack.document.date is None)
    assert not [b for b in bases if "tại văn bản số 3599" in b.text]


@pytest.mark.parametrize("plan", PLANS)
def test_pages_are_numbered_from_the_second_in_the_top_margin(reports: Reports, plan: str) -> None:
    sections: list[Section] = list(reports[plan][1].sections)

    first = sections[0]
    assert first.different_first_page_header_footer
    assert not "".join(p.text for p in first.first_page_header.paragraphs)
    [number] = first.header.paragraphs
    codes = [code.text for code in number._p.iter(qn("w:instrText"))]
    assert (codes, number.alignment) == (["PAGE"], ALIGN.CENTER)
    assert {run.font.size for run in number.runs} == {14 * 12700}
    assert mm(first.header_distance) + 14 / 72 * 25.4 < 20  # the number is inside the margin
    assert not any(p.text for s in sections for p in s.footer.paragraphs)
    for appendix in sections[1:]:
        assert appendix.header.is_linked_to_previous
        assert appendix.different_first_page_header_footer
        [start] = appendix._sectPr.findall(qn("w:pgNumType"))
        assert start.get(qn("w:start")) == "1"


@pytest.mark.parametrize("plan", PLANS)
def test_it_is_a_draft_from_head_to_signature(reports: Reports, plan: str) -> None:
    document = reports[plan][1]
    told = lines(document)

    assert told.count("DỰ THẢO") == 1
    assert told.index("DỰ THẢO") < told.index("BÁO CÁO")
    title = paragraph(document, "BÁO CÁO")
    assert (title.alignment, title.runs[0].bold) == (ALIGN.CENTER, True)
    closing = paragraph(document, "Trên đây là báo cáo")
    assert closing.text.endswith("./.")
    assert closing.paragraph_format.keep_with_next
    heads = [line for line in told if re.match(r"(I|II|III|IV|V)\. ", line)]
    assert [head.split(".")[0] for head in heads] == ["I", "II", "III", "IV", "V"]
    for head in heads[3:]:
        assert told[told.index(head) + 1] == "…"


@pytest.mark.parametrize("plan", PLANS)
def test_who_gets_it_and_who_signs_stand_on_one_page(reports: Reports, plan: str) -> None:
    document = reports[plan][1]
    [table] = [t for t in document.tables if t.rows[0].cells[0].text.startswith("Nơi nhận")]
    left, right = table.rows[0].cells
    first, *rest = left.paragraphs

    assert table._tbl.tr_lst[0].find(f".//{qn('w:cantSplit')}") is not None
    assert (first.runs[0].font.size, first.runs[0].bold, first.runs[0].italic) == (
        12 * 12700,
        True,
        True,
    )
    assert [p.text for p in rest] == ["- Như trên;", "- …;", "- Lưu: VT, …"]
    assert {(p.runs[0].font.size, p.runs[0].italic) for p in rest} == {(11 * 12700, False)}
    signed = [p for p in right.paragraphs if p.text]
    assert [p.text for p in signed] == ["GIÁM ĐỐC", "…"]
    assert all(p.runs[0].bold for p in signed)
    assert not document.inline_shapes  # no signature, no seal


@pytest.mark.parametrize("plan", PLANS)
def test_tables_repeat_their_heads_and_break_no_row(reports: Reports, plan: str) -> None:
    tables = [t for t in reports[plan][1].tables if t.style and t.style.name == "Table Grid"]

    assert tables
    for table in tables:
        first, *rest = table._tbl.tr_lst
        assert first.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:tblHeader')}") is None for row in rest)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in table._tbl.tr_lst)


def target_cells(document: Document) -> list[list[str]]:
    tables = [t for t in document.tables if t.rows[0].cells[0].text == "Mã"]
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows[1:]]


@pytest.mark.parametrize("plan", [BT, QN, HP, LC])
def test_every_target_stands_in_the_table_under_each_reading(reports: Reports, plan: str) -> None:
    found, document = reports[plan]
    rows = target_cells(document)
    words = {
        Verdict.REACHED: "Đạt",
        Verdict.EXCEEDED: "Vượt",
        Verdict.NOT_REACHED: "Chưa đạt",
        Verdict.NOT_ENOUGH: "Chưa đủ số liệu",
        Verdict.QUALITATIVE: "Định tính",
    }

    assert [row[0] for row in rows if row[0]] == [target.id for target in found.pack.targets]
    assert [row[4] for row in rows] == [words[judged.verdict] for judged in found.targets]
    notes = [line for line in lines(document) if re.match(r"- [A-Z]{2}-\d", line)]
    doubtful = [target for target in found.pack.targets if target.needs_confirmation]
    assert notes == [f"- {t.id}: {t.needs_confirmation}" for t in doubtful]
    starred = {row[0] for row in rows if "(*)" in row[1]}
    assert starred == {target.id for target in doubtful}


def test_a_named_list_is_judged_beside_the_share(
    reports: Reports,
) -> None:
    rows = target_cells(reports[QN][1])
    after = {rows[place - 1][0]: row for place, row in enumerate(rows) if not row[0]}

    assert set(after) == {"QN-05", "QN-08"}
    for row in after.values():
        assert row[1] == "Theo danh sách được giao"
        assert row[2] == "100%"
    told = " ".join(lines(reports[QN][1]))
    assert "Chỉ tiêu QN-05, QN-08 được đánh giá theo nhiều cách đọc" in told
    assert "5 đơn vị (5/13 = 38,46%)" in told


def test_a_plan_without_targets_says_so(
    reports: Reports,
) -> None:
    document = reports[LC13][1]

    assert "Văn bản không giao chỉ tiêu định lượng." in lines(document)
    assert not target_cells(document)


def test_what_was_asked_once_is_not_judged_by_targets(packs: Mapping[str, Pack]) -> None:
    pack = packs[QN]
    period = next(p for p in whole_calendar(pack, WORKING_DAYS) if p.form)
    given = {period.id: given_in(random.Random(1), pack, period)}
    document = opened(from_given(pack, period, given, ()))
    told = lines(document)

    assert not target_cells(document)
    assert "Báo cáo này không đánh giá chỉ tiêu của kế hoạch." in told
    title = "Tổng hợp nội dung: Kế hoạch triển khai Chương trình giai đoạn 2021-2025"
    assert told[told.index("BÁO CÁO") + 1] == title


def test_targets_are_counted_once_each(
    reports: Reports,
) -> None:
    for plan in (BT, QN, HP, LC):
        found, document = reports[plan]
        [told] = [line for line in lines(document) if re.match(r"Kế hoạch có \d+ chỉ tiêu", line)]
        whole, *parts = (int(number) for number in re.findall(r"(\d+) chỉ tiêu", told))

        assert whole == sum(parts) == len(found.pack.targets)


@pytest.mark.parametrize("plan", PLANS)
def test_who_has_not_sent_is_named_and_invited_bodies_apart(reports: Reports, plan: str) -> None:
    found, document = reports[plan]
    told = between(document, "2. Chấp hành chế độ báo cáo", "3. Khó khăn, vướng mắc")
    [invited] = [line for line in told if line.startswith("Cơ quan, tổ chức được đề nghị")]
    required = " ".join(line for line in told if line is not invited)

    lacking = [row.unit.name for row in found.lacking(Obligation.REQUIRED)]
    assert required.startswith(f"Chưa nộp báo cáo: {len(lacking)} đơn vị (")
    assert all(name in required for name in lacking)
    away = [row.unit.name for row in found.lacking(Obligation.INVITED)]
    assert all(name in invited for name in away)
    assert not [name for name in away if name in required]
    assert not re.search("hạn|chậm|muộn|trễ|chưa nộp", invited)
    sent = sum(row.state.arrived for row in found.progress.of(Obligation.REQUIRED))
    whole = len(found.progress.of(Obligation.REQUIRED))
    assert f"có {sent}/{whole} đơn vị có trách nhiệm báo cáo đã nộp" in " ".join(lines(document))
    late = [row.state for row in found.progress.of(Obligation.REQUIRED)]
    assert f"Trong số đã nộp có {late.count(SendState.SENT_LATE)} báo cáo" in " ".join(
        lines(document)
    )


def test_what_came_late_and_was_returned_came_late(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs[QN], sends=1)
    rows = [
        replace(row, state=SendState.RETURNED, days_late=3)
        if row.state is SendState.SENT_LATE
        else row
        for row in found.progress.rows
    ]
    returned = replace(found, progress=replace(found.progress, rows=tuple(rows)))
    late = sum(row.sent_late for row in returned.progress.of(Obligation.REQUIRED))

    told = " ".join(
        lines(docx.Document(BytesIO(report_docx(returned, today=date(2024, 6, 20)).content)))
    )

    assert late
    assert f"Trong số đã nộp có {late} báo cáo" in told


def test_many_names_stand_in_an_appendix_of_their_own(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs[QN], sends=0.4)
    document = opened(found)
    told = lines(document)
    listed = " ".join(told[told.index("DANH SÁCH ĐƠN VỊ CHƯA NỘP BÁO CÁO") :])

    assert {"Phụ lục I", "Phụ lục II"} <= set(told)
    assert [mm(section.page_width) for section in document.sections] == [210, 297, 210]
    lacking = found.lacking(Obligation.REQUIRED)
    assert f"Chưa nộp báo cáo: {len(lacking)} đơn vị" in " ".join(told)
    assert all(row.unit.name in listed for row in lacking)


@pytest.mark.parametrize("plan", PLANS)
def test_the_appendix_has_every_indicator_and_no_units_figure(reports: Reports, plan: str) -> None:
    found, document = reports[plan]
    [table] = [t for t in document.tables if len(t.columns) in (8, 9)]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    by_label = {row[1]: row for row in rows}

    assert len(rows) == len(found.lines)
    for line in found.lines:
        row = by_label[line.indicator.label.vi]
        assert row[-1] == f"{line.now.given}/{line.expected}"
        if line.now.given:
            assert row[3] == f"{line.now.total:,}".replace(",", ".")
    told = " ".join(cell for row in rows for cell in row)
    assert not [u.name for u in found.pack.tree if u.type == "commune" and u.name in told]


@pytest.mark.parametrize("plan", PLANS)
def test_it_carries_the_moment_of_its_figures_and_how_it_was_made(
    reports: Reports, plan: str
) -> None:
    found, document = reports[plan]
    moment = found.moment.date()
    sent = sum(row.state.arrived for row in found.progress.rows)
    [made] = [line for line in lines(document) if line.startswith("Số liệu lúc")]

    assert f"lúc 08:05 ngày {moment.day}/{moment.month}/{moment.year}" in made
    assert f"baocao lập từ {sent} báo cáo" in made
    core = document.core_properties
    assert core.title.startswith("BÁO CÁO Kết quả công tác phòng, chống mại dâm")
    assert core.created is not None
    assert (core.language, core.created.hour) == ("vi-VN", 1)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("sends", [0.0, 0.6])
def test_anything_gathered_makes_a_report(
    packs: Mapping[str, Pack], plan: str, sends: float
) -> None:
    periods = whole_calendar(packs[plan], WORKING_DAYS)
    for period in {p.parts[-1].kind: p for p in periods}.values():  # one of each kind
        chance = random.Random(f"{period.id}{sends}")
        given = {period.id: given_in(chance, packs[plan], period, sends)}
        found = from_given(packs[plan], period, given, ())
        told = " ".join(lines(opened(found)))

        assert found.lines
        assert "{" not in told
        assert "None" not in told
        assert "./." in told


def test_a_districts_report_is_its_own_bodys(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs[LC])
    district = next(u for u in packs[LC].tree if packs[LC].tree.children(u.code))
    rows = [r for r in found.progress.rows if packs[LC].tree.within(r.unit.code, district.code)]
    below = replace(
        found,
        root=district.code,
        targets=(),
        progress=replace(found.progress, rows=rows, root=district.code),
    )
    document = opened(below)
    told = lines(document)

    left, right = document.tables[1].rows[0].cells
    assert re.fullmatch(r"Số: +/BC-UBND", left.text)
    [head] = [cell.text.strip() for cell in document.tables[0].rows[0].cells[:1]]
    assert head == f"ỦY BAN NHÂN DÂN\n{district.name.upper()}"
    assert right.text.startswith(f"{district.name.split(maxsplit=2)[-1]}, ngày")
    name = "Sở Lao động - Thương binh và Xã hội"
    assert f"Kính gửi: Ủy ban nhân dân tỉnh Lai Châu (qua {name})" in told
    assert "TM. ỦY BAN NHÂN DÂN" in " ".join(told)
    assert any("không đánh giá chỉ tiêu" in line for line in told)


@pytest.mark.parametrize(
    ("plan", "name", "place"),
    [
        ("binh_thuan_2024", "Thành phố Phan Thiết", "Phan Thiết"),
        ("hai_phong_2016_2020", "Quận Hồng Bàng", "Hồng Bàng"),
        (LC, "Huyện Mường Tè", "Mường Tè"),
    ],
)
def test_a_district_writes_from_its_own_place_and_judges_targets_there(
    packs: Mapping[str, Pack], plan: str, name: str, place: str
) -> None:
    found = gathered(packs[plan])
    [district] = [unit for unit in packs[plan].tree if unit.name == name]
    document = opened(replace(found, root=district.code))

    assert document.tables[1].rows[0].cells[1].text.startswith(f"{place}, ngày")
    whole = opened(found).tables[1].rows[0].cells[1].text
    assert not whole.startswith(f"{place}, ngày")
    area = f"{name[0].lower()}{name[1:]}"
    assert any(f"chỉ tiêu của kế hoạch trên địa bàn {area}" in line for line in lines(document))


def test_the_body_has_its_dates_as_the_head_has(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs[LC])
    early = replace(found, moment=datetime(2026, 2, 5, 9, 0, tzinfo=VIETNAM))

    assert any("Tính đến 09:00 ngày 05/02/2026" in line for line in lines(opened(early)))


def test_every_body_has_a_symbol_of_its_own_or_a_blank(packs: Mapping[str, Pack]) -> None:
    symbols = {
        unit.name: symbol_of(pack, unit.code)
        for pack in packs.values()
        for unit in pack.tree
        if unit.type != "commune"
    }

    assert symbols["Sở Y tế"] == "BC-SYT"
    assert symbols["Công an tỉnh"] == "BC-CAT"
    assert symbols["Huyện Sìn Hồ"] == "BC-UBND"
    assert symbols["Báo Lai Châu"] == "BC-…"
    assert all(re.fullmatch(r"BC-(…|[A-ZĐ]+)", symbol) for symbol in symbols.values()), symbols


def test_the_decrees_numbers_stand_in_one_place() -> None:
    assert (layout.TOP, layout.BOTTOM, layout.LEFT, layout.RIGHT) == (20, 20, 30, 20)
    assert Decimal(layout.WIDTH) == 160


def test_nobody_loads_what_writes_docx_until_a_report_is_asked_for() -> None:
    asked = (
        "import sys, bot.app, bot.commands, documents.report_docx; "
        "assert not {'docx', 'lxml'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", asked], cwd=ROOT, check=True)
