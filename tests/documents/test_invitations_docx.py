"""Invitations to print: a card a unit with its code and picture, a list that tells no code."""

import io
import re
from datetime import UTC, date, datetime
from functools import partial

import docx
import pytest
import segno
from docx.document import Document
from PIL import Image

from documents.invitations_docx import Invitation, Invitations, invitations_docx
from documents.qr import QUIET
from tests.effort import effort

MOMENT = datetime(2024, 6, 11, 1, 0, tzinfo=UTC)
DOT = 6
AREAS = ("Thành phố Phan Thiết", "Huyện Bắc Bình", "Tỉnh Bình Thuận")


def invitation(number: int, area: str = AREAS[0]) -> Invitation:
    code = f"{number:04}-ABCD".replace("0", "K").replace("1", "Q")
    link = f"https://t.me/reports_test_bot?start={code}"
    return Invitation(
        unit=f"UBND phường số {number}",
        area=area,
        code=code,
        scanned=link,
        ways=[
            f"Telegram: quét mã, hoặc mở {link}",
            f"Zalo: mở https://zalo.me/9 rồi gửi /start {code}",
        ],
    )


def made(count: int) -> tuple[Invitations, bytes]:
    cards = [invitation(number, AREAS[number % 3]) for number in range(count)]
    found = Invitations(
        name="ma-moi.docx",
        plan="Kế hoạch phòng, chống mại dâm năm 2024",
        issuer="Sở Lao động - Thương binh và Xã hội",
        moment=MOMENT,
        expires=date(2024, 7, 11),
        cards=cards,
    )
    return found, invitations_docx(found).content


@pytest.fixture(scope="module")
def sheet() -> tuple[Invitations, Document]:
    found, content = made(7)
    return found, docx.Document(io.BytesIO(content))


def text_of(document: Document) -> str:
    return "\n".join(t.text or "" for t in document.element.iter(docx.oxml.ns.qn("w:t")))


def dots(picture: Image.Image) -> tuple[tuple[int, ...], ...]:
    """Read the middle of every dot but those of the quiet zone: 1 is dark."""
    across = picture.width // DOT
    at = [DOT * dot + DOT // 2 for dot in range(QUIET, across - QUIET)]
    return tuple(tuple(int(picture.getpixel((x, y)) == 0) for x in at) for y in at)


def test_each_unit_has_one_card_with_its_code_once_in_large_letters(
    sheet: tuple[Invitations, Document],
) -> None:
    found, document = sheet
    large = [
        run.text
        for table in document.tables[:-1]
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
        for run in paragraph.runs
        if run.font.size and run.font.size.pt > 16
    ]

    assert sorted(large) == sorted(card.code for card in found.cards)


def test_cards_stand_by_area_with_expiry_and_a_place_to_sign(
    sheet: tuple[Invitations, Document],
) -> None:
    _, document = sheet
    words = text_of(document)
    headings = [p.text for p in document.paragraphs if p.text in AREAS]

    assert headings == [*AREAS]
    assert words.count("Dùng đến hết ngày 11/7/2024") == 7 + 1  # the list says it once
    assert words.count("Người nhận (ký, họ tên)") == 7
    assert words.count("Mã dùng một lần, chỉ dành cho đầu mối") == 7


def test_the_list_names_no_more_than_the_first_two_letters(
    sheet: tuple[Invitations, Document],
) -> None:
    found, document = sheet
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows][1:]

    assert [row[1] for row in rows] == [card.unit for card in found.cards]
    assert [row[3] for row in rows] == [f"{card.code[:2]}…" for card in found.cards]
    whole = " ".join(" ".join(row) for row in rows)
    assert not re.search(r"\w{4}-\w{4}", whole)


def test_the_pictures_hold_the_links_dot_by_dot(sheet: tuple[Invitations, Document]) -> None:
    found, document = sheet
    pictures = [
        part.blob for part in document.part.package.iter_parts() if part.partname.endswith(".png")
    ]
    drawn = {dots(Image.open(io.BytesIO(blob)).convert("L")) for blob in pictures}
    wanted = {
        tuple(map(tuple, segno.make_qr(c.scanned, error="m", boost_error=False, mask=2).matrix))
        for c in found.cards
    }

    assert drawn == wanted


def test_a_province_is_as_much_work_a_card_as_a_district() -> None:
    made(2)  # what is imported once
    few, _ = effort(partial(made, 21))
    many, (_, content) = effort(partial(made, 168))

    assert len(content) < 500_000
    assert many < 1.2 * few * 168 / 21
