"""What LibreOffice makes of the documents: pages as they should be, words whole, sums the same."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from documents.consolidated import Closure, Consolidated
from documents.report_docx import report_docx, unit_docx
from documents.sheet_xlsx import report_xlsx
from plans.pack import Obligation, Pack
from tests.documents.gathered import gathered
from tests.documents.office import converted, fonts_of, needed, pages_of
from tests.documents.test_invitations_docx import made as invitations

pytestmark = pytest.mark.slow
MADE_UP = "SỐ LIỆU MÔ PHỎNG"
WORKED_ON = "binh_thuan_2024-worked-on.docx"
BOOK = "{masked}.xlsx"
CARDS, COUNT = "cards.docx", 7


@pytest.fixture(scope="module")
def plans(packs: Mapping[str, Pack]) -> Mapping[str, Consolidated]:
    return {plan: gathered(pack) for plan, pack in packs.items()}


@pytest.fixture(scope="module")
def worked_on(plans: Mapping[str, Consolidated]) -> Consolidated:
    """A synthetic period on which a coordinator worked: by telephone, accepted, closed."""
    found = plans["binh_thuan_2024"]
    rows = list(found.progress.rows)
    place = next(place for place, row in enumerate(rows) if row.state.arrived)
    unit = rows[place].unit.code
    rows[place] = replace(rows[place], on_behalf=True, accepted=True)
    missing = [row.unit.code for row in found.lacking(Obligation.REQUIRED)]
    return replace(
        found,
        progress=replace(found.progress, rows=rows),
        units=[
            replace(one, on_behalf=True, accepted_at=found.moment) if one.unit == unit else one
            for one in found.units
        ],
        closures=[Closure(unit="", at=found.moment - timedelta(hours=1), missing=missing)],
        synthetic=True,
    )


@pytest.fixture(scope="module")
def printed(
    plans: Mapping[str, Consolidated],
    worked_on: Consolidated,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Path]:
    """Every document of the tests below as a PDF: LibreOffice takes seconds to start."""
    needed()
    today, files = date(2024, 12, 20), {}
    for plan, found in plans.items():
        files[f"{plan}.docx"] = report_docx(found, today=today).content
        files[f"{plan}-unit.docx"] = unit_docx(found, found.units[0].unit).content
    files[WORKED_ON] = report_docx(worked_on, today=today).content
    files[CARDS] = invitations(COUNT)[1]
    return converted(files, "pdf", tmp_path_factory.mktemp("printed"))


@pytest.fixture(scope="module")
def books(worked_on: Consolidated) -> Mapping[str, bytes]:
    return {
        BOOK.format(masked=masked): report_xlsx(worked_on, masked=masked, language="vi").content
        for masked in (False, True)
    }


@pytest.fixture(scope="module")
def reckoned(
    books: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """The workbooks as LibreOffice reckons them: it is given no values."""
    needed()
    bare = {name: without_values(content) for name, content in books.items()}
    return converted(bare, "xlsx:Calc MS Excel 2007 XML", tmp_path_factory.mktemp("reckoned"))


def words_of(pages: list[str]) -> str:
    """Return what pages say in one line."""
    return " ".join(" ".join(pages).split())


def test_every_report_is_a_few_pages_of_whole_words(
    plans: Mapping[str, Consolidated], printed: Mapping[str, Path]
) -> None:
    for plan, found in plans.items():
        pages, unit = pages_of(printed[f"{plan}.docx"]), pages_of(printed[f"{plan}-unit.docx"])
        for told in (words_of(pages), words_of(unit)):
            assert unicodedata.is_normalized("NFC", told)
            assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in told
            assert "Độc lập - Tự do - Hạnh phúc" in told
            assert "./." in told
            assert MADE_UP not in told
        assert found.pack.short_title.vi in words_of(pages)
        assert 4 <= len(pages) <= 12, plan
        assert 1 <= len(unit) <= 3, plan
        assert not [page for page in (*pages, *unit) if len(page.split()) < 12], plan


def test_pages_are_numbered_from_the_second_in_the_body_and_the_appendix(
    printed: Mapping[str, Path],
) -> None:
    pages = pages_of(printed[WORKED_ON])
    tops = [page.strip().splitlines()[0].strip() for page in pages]
    appendix = next(place for place, top in enumerate(tops) if top.startswith("Phụ lục"))

    assert appendix >= 3
    assert tops[1:appendix] == [str(number) for number in range(2, appendix + 1)]
    assert not tops[0].isdecimal()
    assert tops[appendix + 1] == "2"


def test_tables_repeat_their_header_and_no_heading_ends_a_page(
    plans: Mapping[str, Consolidated], printed: Mapping[str, Path]
) -> None:
    for plan in plans:
        pages = [page.strip().splitlines() for page in pages_of(printed[f"{plan}.docx"])]
        wide = [page for page in pages if any(line.split()[:1] == ["STT"] for line in page)]
        assert wide, plan
        for page in pages:
            assert not re.match(r"([IVX]+|\d+)\. ", page[-1].strip()), (plan, page[-1])
            rows = [line for line in page if re.match(r" *\d+ {2,}\S.*\d+/\d+$", line)]
            assert not rows or page in wide, plan


def test_times_or_its_twin_is_embedded(printed: Mapping[str, Path]) -> None:
    for pdf in printed.values():
        fonts = fonts_of(pdf)
        names = {font[0].partition("+")[2] for font in fonts}

        assert names, pdf.name
        assert all(re.match(r"LiberationSerif|TimesNewRoman|Tinos", name) for name in names), names
        assert all(font[-5] == "yes" for font in fonts), fonts


def test_what_was_done_with_reports_is_printed_and_that_they_are_made_up(
    worked_on: Consolidated, printed: Mapping[str, Path]
) -> None:
    pages = pages_of(printed[WORKED_ON])
    told = words_of(pages)
    closed = worked_on.closures[0]

    assert all(MADE_UP in page for page in pages)
    assert f"DỰ THẢO - {MADE_UP}" in pages[0]
    assert "Có 1 báo cáo do cơ quan tổng hợp nhập thay theo số liệu đơn vị báo qua điện" in told
    assert "Đã tiếp nhận 1/" in told
    assert f"khi khóa còn {len(closed.missing)} đơn vị chưa nộp." in told


def test_each_unit_has_its_card_and_its_line_among_the_invitations(
    printed: Mapping[str, Path],
) -> None:
    pages = pages_of(printed[CARDS])
    told = words_of(pages)

    assert len(pages) == 2
    for number in range(COUNT):
        assert told.count(f"UBND phường số {number}") == 2


@pytest.mark.parametrize("masked", [False, True])
def test_libreoffice_reckons_the_same(
    books: Mapping[str, bytes], reckoned: Mapping[str, Path], masked: bool
) -> None:
    content = books[BOOK.format(masked=masked)]
    ours = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    theirs = openpyxl.load_workbook(reckoned[BOOK.format(masked=masked)], data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    count = 0
    assert theirs.sheetnames == ours.sheetnames
    for sheet in formulas.worksheets:
        assert theirs[sheet.title].cell(3, 1).value == MADE_UP
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                here = ours[sheet.title].cell(cell.row, cell.column).value
                there = theirs[sheet.title].cell(cell.row, cell.column).value
                where = f"{sheet.title}!{cell.coordinate}: {cell.value}"
                count += 1
                if here in (None, ""):
                    assert there in (None, ""), where
                else:
                    assert same(there, Fraction(here)), f"{where}: {there} is not {here}"
    assert count > 300


def same(written: object, exact: Fraction) -> bool:
    return isinstance(written, int | float) and abs(written - float(exact)) < 1e-9


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
