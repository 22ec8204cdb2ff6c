"""A unit's own report for its file, and what LibreOffice makes of all of them."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import pytest

from documents.consolidated import Consolidated
from documents.report_docx import report_docx, unit_docx
from plans.dialogue import Answer, AnswerState, Doubt
from plans.pack import Pack
from tests.documents.gathered import gathered

SOFFICE = shutil.which("soffice")


def first_of(found: Consolidated, unit_type: str) -> str:
    return next(u.unit for u in found.units if found.pack.tree[u.unit].type == unit_type)


def told(found: Consolidated, unit: str) -> tuple[list[str], list[list[str]]]:
    file = unit_docx(found, unit)
    document = docx.Document(BytesIO(file.content))
    assert file.name == f"bao-cao-{found.period.id}-{unit}.docx"
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
    mine = replace(found.units[0], on_behalf=True, accepted_at=found.moment)
    words = " ".join(told(replace(found, units=[mine]), mine.unit)[0])
    plain = " ".join(told(found, mine.unit)[0])

    for sentence in ("do cơ quan tổng hợp nhập", "đã chấp nhận lúc 08:05 ngày 17/12/2025"):
        assert sentence in words
        assert sentence not in plain


def test_a_closed_period_says_when_it_was_closed(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["lai_chau_2021_2025"])
    rows = [replace(row, on_behalf=place < 2) for place, row in enumerate(found.progress.rows)]
    closed = replace(found, closed_at=found.moment, progress=replace(found.progress, rows=rows))
    document = docx.Document(BytesIO(report_docx(closed, today=date(2025, 12, 20)).content))
    [line] = [p.text for p in document.paragraphs if p.text.startswith("Tính đến")]

    assert line.endswith(
        "2 báo cáo do cơ quan tổng hợp nhập theo thông tin của đơn vị. "
        "Kỳ báo cáo đã chốt lúc 08:05 ngày 17/12/2025."
    )


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


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice: apt-get install libreoffice-writer")
def test_libreoffice_reads_every_report(packs: Mapping[str, Pack], tmp_path: Path) -> None:
    assert SOFFICE
    names = []
    for plan, pack in packs.items():
        found = gathered(pack)
        for name, file in (
            (plan, report_docx(found, today=date(2024, 12, 20))),
            (f"{plan}-unit", unit_docx(found, found.units[0].unit)),
        ):
            path = tmp_path / f"{name}.docx"
            path.write_bytes(file.content)
            names.append(str(path))

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    into = ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path / "pdf")]
    subprocess.run([SOFFICE, profile, *into, *names], check=True, capture_output=True, timeout=100)

    made = sorted((tmp_path / "pdf").glob("*.pdf"))
    assert len(made) == len(names) == 10
    assert all(pdf.read_bytes().startswith(b"%PDF") for pdf in made)
    pages = {pdf.stem: len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) for pdf in made}
    assert all(1 <= number <= 12 for number in pages.values()), pages
    assert all(pages[plan] >= 4 for plan in packs), pages
