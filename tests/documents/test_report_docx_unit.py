"""A unit's own report for its file, and what a period's tells of the work on reports."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import docx
import pytest

from documents.consolidated import Closure, Consolidated
from documents.report_docx import report_docx, unit_docx
from plans.dialogue import Answer, AnswerState, Doubt
from plans.pack import Obligation, Pack
from tests.documents.gathered import gathered


def first_of(found: Consolidated, unit_type: str) -> str:
    return next(u.unit for u in found.units if found.pack.tree[u.unit].type == unit_type)


def told(found: Consolidated, unit: str) -> tuple[list[str], list[list[str]]]:
    file = unit_docx(found, unit)
    document = docx.Document(BytesIO(file.content))
    assert file.name == f"bao-cao-{found.period.id}-{unit}-{found.moment:%Y%m%d-%H%M}.docx"
    cells = [[c.text for c in row.cells] for table in document.tables for row in table.rows]
    return [p.text for p in document.paragraphs], cells


def test_a_communes_report_is_its_committees(packs: Mapping[str, Pack]) -> None:
    pack = packs["lai_chau_2021_2025"]
    found = gathered(pack, sends=1.0)
    unit = next(u.code for u in pack.tree if u.name == "Xã Mường Kim")
    words, cells = told(found, unit)

    assert cells[0][0].strip() == "ỦY BAN NHÂN DÂN\nXÃ MƯỜNG KIM"
    assert re.fullmatch(r"Số: +/BC-UBND", cells[1][0])
    assert cells[1][1] == "Mường Kim, ngày 17 tháng 12 năm 2025"
    assert "trên địa bàn xã Mường Kim" in words
    via = "Sở Lao động - Thương binh và Xã hội"
    assert f"Kính gửi: Ủy ban nhân dân tỉnh Lai Châu (qua {via})" in words
    assert cells[-1][1].strip().startswith("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH")


def test_answers_stand_as_they_are_in_force_with_their_receipt(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"], sends=1.0)
    unit = first_of(found, "commune")
    kept = Doubt(key="checks.unusual", args={})
    answers = {
        "TT01": Answer(state=AnswerState.VALUE, value=Decimal(1)),
        "TT02": Answer(state=AnswerState.VALUE, value=Decimal(1234), kept=kept),
        "TT03": Answer(state=AnswerState.ZERO),
        "TT06": Answer(state=AnswerState.MISSING),
        "TT07": Answer(state=AnswerState.NOT_APPLICABLE),
    }
    mine = next(u for u in found.units if u.unit == unit)
    mine = replace(mine, answers=answers, version=3, receipt="BC-25N-ABC-7K2M")
    words, cells = told(replace(found, units=[mine]), unit)
    table = {row[1]: row[3:] for row in cells if len(row) == 5}

    labels = {code: i.label.vi for code, i in found.pack.indicators.items()}
    assert table[labels["TT01"]] == ["có", ""]
    assert table[labels["TT02"]] == ["1.234", "Đơn vị đã xác nhận"]
    assert table[labels["TT03"]] == ["0", ""]
    assert table[labels["TT06"]] == ["chưa có số liệu", ""]
    assert table[labels["TT07"]] == ["không áp dụng", ""]
    assert table[labels["KT01"]] == ["chưa trả lời", ""]
    assert any("BC-25N-ABC-7K2M; bản số 3; gửi lúc 08:05 ngày" in line for line in words)
    assert any("đã đính chính 2 lần" in line for line in words)


def test_what_a_coordinator_did_with_a_report_is_told(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"], sends=1.0)
    unit = first_of(found, "commune")
    [mine] = [one for one in found.units if one.unit == unit]
    mine = replace(mine, on_behalf=True, accepted_at=found.moment)
    above = next(unit.code for unit in found.pack.tree.above(mine.unit))
    closures = [Closure(unit=above, at=found.moment - timedelta(hours=1))]
    words = " ".join(told(replace(found, units=[mine], closures=closures), mine.unit)[0])
    plain = " ".join(told(found, mine.unit)[0])

    for sentence in (
        "do cơ quan tổng hợp nhập thay theo số liệu đơn vị báo qua điện thoại",
        "Cơ quan tổng hợp đã tiếp nhận lúc 08:05 ngày 17/12/2025",
        "Kỳ báo cáo đã khóa lúc 07:05 ngày 17/12/2025",
    ):
        assert sentence in words
        assert sentence not in plain


def situation(found: Consolidated) -> list[str]:
    """Return what a period's report says of who sent it."""
    document = docx.Document(BytesIO(report_docx(found, today=date(2025, 12, 20)).content))
    words = [p.text for p in document.paragraphs]
    [first] = [place for place, line in enumerate(words) if line.startswith("Tính đến")]
    return words[first : words.index("…", first)]


def test_a_period_tells_what_was_done_with_its_reports(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"])
    rows = list(found.progress.rows)
    sent = [place for place, row in enumerate(rows) if row.state.arrived]
    for place in sent[:2]:
        rows[place] = replace(rows[place], on_behalf=True)
    rows[sent[3]] = replace(rows[sent[3]], accepted=True)
    told = situation(replace(found, progress=replace(found.progress, rows=rows)))

    names = [found.pack.tree.title(rows[place].unit.code) for place in sent[:2]]
    total = sum(row.state.arrived for row in found.progress.of(Obligation.REQUIRED))
    assert told[0].endswith(
        " Có 2 báo cáo do cơ quan tổng hợp nhập thay theo số liệu đơn vị báo qua điện thoại: "
        f"{names[0]}; {names[1]}. Đã tiếp nhận 1/{total} báo cáo đã nộp."
    )
    assert len(told) == 1
    plain = " ".join(situation(found))
    assert "nhập thay" not in plain
    assert "tiếp nhận" not in plain
    assert "khóa" not in plain


def test_many_reports_by_telephone_are_counted(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"])
    rows = [replace(row, on_behalf=row.state.arrived) for row in found.progress.rows]
    count = sum(row.on_behalf for row in rows)
    told = situation(replace(found, progress=replace(found.progress, rows=rows)))

    assert count > 40
    assert told[0].endswith(
        f"Có {count} báo cáo do cơ quan tổng hợp nhập thay theo số liệu đơn vị báo qua điện thoại."
    )


def test_a_closed_period_tells_what_lacked_then_and_came_since(
    packs: Mapping[str, Pack],
) -> None:
    found = gathered(packs["lai_chau_2021_2025"])
    tree = found.pack.tree
    lacking = [row.unit.code for row in found.lacking(Obligation.REQUIRED)]
    since = found.units[0].unit
    district = next(unit for unit in tree if tree.children(unit.code))
    closures = [
        Closure(unit=district.code, at=found.moment - timedelta(days=1)),
        Closure(unit="", at=found.moment, missing=[*lacking, since]),
    ]
    whole = situation(replace(found, closures=closures))
    part = situation(replace(found, closures=closures, root=district.code))

    name = district.name[0].lower() + district.name[1:]
    assert whole[1:] == [
        f"Kỳ báo cáo của {name} đã khóa lúc 08:05 ngày 16/12/2025; "
        "khi khóa mọi đơn vị có trách nhiệm báo cáo đã nộp.",
        "Kỳ báo cáo đã khóa lúc 08:05 ngày 17/12/2025; "
        f"khi khóa còn {len(lacking) + 1} đơn vị chưa nộp. "
        f"Sau khi khóa có 1 đơn vị nộp bổ sung: {tree.title(since)}.",
    ]
    assert part[1].startswith("Kỳ báo cáo đã khóa lúc 08:05 ngày 16/12/2025; khi khóa mọi")


@pytest.mark.parametrize("synthetic", [True, False])
def test_figures_that_are_made_up_say_so_on_every_page(
    packs: Mapping[str, Pack], synthetic: bool
) -> None:
    found = replace(gathered(packs["lai_chau_2021_2025"]), synthetic=synthetic)
    for file in (
        report_docx(found, today=date(2025, 12, 20)),
        unit_docx(found, found.units[0].unit),
    ):
        document = docx.Document(BytesIO(file.content))
        feet = [
            footer.paragraphs[0].text
            for section in document.sections
            for footer in (section.footer, section.first_page_footer)
        ]
        [draft] = [p.text for p in document.paragraphs if p.text.startswith("DỰ THẢO")]

        assert set(feet) == {"SỐ LIỆU MÔ PHỎNG" if synthetic else ""}
        assert draft == ("DỰ THẢO - SỐ LIỆU MÔ PHỎNG" if synthetic else "DỰ THẢO")


def test_a_first_version_corrects_nothing(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"], sends=1.0)
    mine = replace(found.units[0], version=1)

    assert "đính chính" not in " ".join(told(replace(found, units=[mine]), mine.unit)[0])


def test_what_the_pack_does_not_say_of_a_body_is_blank(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"], sends=1.0)
    _, police = told(found, first_of(found, "police"))
    _, health = told(found, first_of(found, "health"))

    assert police[0][0].strip() == "…\nCÔNG AN TỈNH"
    assert police[-1][1].split() == ["…", "…"]
    assert health[0][0].strip() == "UBND TỈNH LAI CHÂU\nSỞ Y TẾ"
    assert health[-1][1].split("\n")[0] == "GIÁM ĐỐC"


@pytest.mark.parametrize("plan", ["binh_thuan_2024", "hai_phong_2016_2020", "lai_chau_2013"])
def test_every_kind_of_unit_has_its_report(packs: Mapping[str, Pack], plan: str) -> None:
    found = gathered(packs[plan], sends=1.0)
    for unit_type in packs[plan].unit_types:
        words, cells = told(found, first_of(found, unit_type))

        assert any(line.endswith("./.") for line in words)
        assert not [text for row in cells for text in row if "{" in text or "None" in text]


def test_a_unit_that_was_not_gathered_has_none(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2013"])

    with pytest.raises(LookupError, match="no report among"):
        unit_docx(found, "nowhere")
