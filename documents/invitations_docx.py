"""Invitations to print: a card a unit to cut out and hand over, and a list to sign for them.

Only hashes of the codes are kept: the cards and the reply that brings them are the only copies. The
list names no more than the first two letters of each, so that it may lie open.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from documents.docx_bodies import text
from documents.qr import QUIET
from plans.calendar import local
from plans.messages import File

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table

    from documents.docx_layout import Cell, Look

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARGIN: Final = 13.0
# Words beside a code to scan, twice across the page.
_WORDS, _SCAN, _PICTURE = 60.0, 32.0, 28.0
_SIDES: Final = ("top", "left", "bottom", "right")
# Points between two pairs of cards: tables that touch would be one.
_GAP: Final = 3
# Pixels a dot: printers draw edges between whole ones.
_DOT: Final = 6
_SHOWN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One unit's card: its office, the area it belongs to, the code, and the ways to join.

    `scanned` is what the picture holds: a link, or what is to be sent.
    """

    unit: str
    area: str
    code: str
    scanned: str
    ways: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """Cards that were issued together for a plan, in the order of their areas."""

    name: str
    plan: str
    issuer: str
    moment: datetime
    expires: date
    cards: Sequence[Invitation]


def invitations_docx(found: Invitations) -> File:
    """Return the cards and the list as a document to print."""
    from docx.shared import Pt

    from documents import docx_layout

    document = docx_layout.new_document(
        text("invitation.docx.title", plan=found.plan), found.issuer, found.moment
    )
    _wide(document)
    number = 1
    for area, cards in _by_area(found.cards):
        heading = docx_layout.Look(size=13, bold=True, before=6, after=3, keep=True, level=0)
        docx_layout.write(document, area, heading)
        for first in range(0, len(cards), 2):
            _pair(_table(document), found, cards[first : first + 2], number + first)
            gap = document.add_paragraph().paragraph_format
            gap.line_spacing, gap.space_after = Pt(_GAP), 0
        number += len(cards)
    _list(document, found)
    return File(name=found.name, media_type=MEDIA_TYPE, content=docx_layout.content(document))


def _by_area(cards: Sequence[Invitation]) -> Iterator[tuple[str, list[Invitation]]]:
    """Yield each area with its cards, in the order in which areas first come."""
    areas: dict[str, list[Invitation]] = {}
    for card in cards:
        areas.setdefault(card.area, []).append(card)
    yield from areas.items()


def _wide(document: "Document") -> None:
    """Leave more room than a letter has: two cards across."""
    from docx.shared import Mm

    section = document.sections[0]
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN + 2)


def _table(document: "Document") -> "Table":
    """Add a table with dashed lines, where to cut; those inside a card are taken away below."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    widths = (_WORDS, _SCAN, _WORDS, _SCAN)
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    lines = {"val": "dashed", "sz": "6", "space": "0", "color": "808080"}
    borders = _borders("w:tblBorders", dict.fromkeys((*_SIDES, "insideH", "insideV"), lines))
    table._tbl.tblPr.insert_element_before(borders, "w:tblLayout", "w:tblCellMar", "w:tblLook")
    return table


def _pair(table: "Table", found: Invitations, cards: Sequence[Invitation], number: int) -> None:
    """Add up to two cards beside each other: words and code above, how to join below."""
    above = _row(table, (_WORDS, _SCAN, _WORDS, _SCAN))
    below = _row(table, (_WORDS + _SCAN, _WORDS + _SCAN), span=2)
    for cell in above:
        _without_line(cell, "bottom")
    for place in (0, 2):
        _without_line(above[place], "right")
        _without_line(above[place + 1], "left")
        _without_line(below[place // 2], "top")
    for place, card in enumerate(cards):
        _words(above[2 * place], found, card)
        _scan(above[2 * place + 1], card, number + place)
        _joining(below[place], card)


def _row(table: "Table", widths: Sequence[float], span: int = 1) -> "list[Cell]":
    """Add a row that no page breaks, each cell over `span` columns."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    from documents.docx_layout import Cell

    row = table._tbl.add_tr()
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = []
    for width in widths:
        tc = row.add_tc()
        tc.width = Mm(width)
        if span > 1:
            tc.grid_span = span
        cells.append(Cell(tc, table))
    return cells


def _without_line(cell: "Cell", side: str) -> None:
    """Take the line on one side of a cell away."""
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(_qn("w:tcBorders"))
    known = [] if borders is None else [line.tag.rpartition("}")[2] for line in borders]
    if borders is not None:
        properties.remove(borders)
    sides = [one for one in _SIDES if one in (*known, side)]
    properties.append(_borders("w:tcBorders", {one: {"val": "nil"} for one in sides}))


def _borders(name: str, sides: Mapping[str, Mapping[str, str]]) -> "BaseOxmlElement":
    from docx.oxml import OxmlElement

    borders = OxmlElement(name)
    for side, values in sides.items():
        line = OxmlElement(f"w:{side}")
        for key, value in values.items():
            line.set(_qn(f"w:{key}"), value)
        borders.append(line)
    return borders


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _scan(cell: "Cell", card: Invitation, number: int) -> None:
    """Put the code to scan into a cell; its own number spares a search through the document."""
    from docx.oxml.shape import CT_Inline
    from docx.shared import Mm, Pt

    paragraph = cell.paragraphs[0]
    form = paragraph.paragraph_format
    form.alignment, form.keep_with_next, form.line_spacing = 1, True, 1.0
    form.space_before, form.space_after = Pt(_GAP), 0
    relation, image = paragraph.part.get_or_add_image(_picture(card.scanned))
    side = Mm(_PICTURE)
    inline = CT_Inline.new_pic_inline(number, relation, f"{number}.{image.ext}", side, side)
    paragraph.add_run()._r.add_drawing(inline)


def _words(cell: "Cell", found: Invitations, card: Invitation) -> None:
    from documents.docx_layout import ALIGN, Look

    small = Look(size=9.5, align=ALIGN.LEFT, keep=True)
    lines = (
        (card.unit, Look(size=12, bold=True, align=ALIGN.LEFT, before=3, keep=True)),
        (text("invitation.docx.role"), small),
        (text("invitation.docx.code"), Look(size=9.5, align=ALIGN.LEFT, before=4, keep=True)),
        (card.code, Look(size=19, bold=True, align=ALIGN.LEFT, keep=True)),
        (text("invitation.docx.expires", day=found.expires), small),
    )
    _write(cell, lines)


def _joining(cell: "Cell", card: Invitation) -> None:
    from documents.docx_layout import ALIGN, Look

    small = Look(size=9, align=ALIGN.LEFT)
    lines = [(way, small) for way in card.ways]
    lines.append(
        (text("invitation.docx.once"), Look(size=9, italic=True, align=ALIGN.LEFT, before=2))
    )
    lines.append(
        (text("invitation.docx.received"), Look(size=9, align=ALIGN.LEFT, before=4, after=3))
    )
    _write(cell, lines)


def _write(cell: "Cell", lines: "Sequence[tuple[str, Look]]") -> None:
    from documents.docx_layout import fill, write

    (first, look), *rest = lines
    fill(cell, first, look)
    for line, look in rest:
        write(cell, line, look)


def _picture(scanned: str) -> io.BytesIO:
    """Draw a code to scan; one pattern for all, as to find the best of eight takes longest."""
    import segno
    from PIL import Image

    dots = segno.make_qr(scanned, error="m", boost_error=False, mask=2).matrix
    side = len(dots)
    raw = bytes(0 if dot else 255 for row in dots for dot in row)
    code = Image.new("1", (side + 2 * QUIET, side + 2 * QUIET), color=1)
    code.paste(Image.frombytes("L", (side, side), raw).convert("1"), (QUIET, QUIET))
    picture = io.BytesIO()
    code.resize((code.width * _DOT, code.height * _DOT)).save(picture, "PNG")
    picture.seek(0)
    return picture


def _list(document: "Document", found: Invitations) -> None:
    """Add the page on which units sign for what they got."""
    from documents import docx_layout
    from documents.docx_layout import Look

    docx_layout.portrait(document)
    docx_layout.write(
        document,
        text("invitation.docx.list"),
        Look(size=14, bold=True, align=docx_layout.ALIGN.CENTER, after=2, level=0),
    )
    docx_layout.write(document, found.plan, Look(size=12, align=docx_layout.ALIGN.CENTER))
    moment = local(found.moment)
    issued = text("invitation.docx.issued", time=f"{moment:%H:%M}", day=moment.date())
    expires = text("invitation.docx.expires", day=found.expires)
    small = Look(size=12, align=docx_layout.ALIGN.CENTER, after=4)
    docx_layout.write(document, f"{issued} · {expires}", small)
    rows = (
        (str(number), card.unit, card.area, f"{card.code[:_SHOWN]}…", "", "")
        for number, card in enumerate(found.cards, 1)
    )
    columns = ("number", "unit", "area", "begins", "receiver", "signature")
    docx_layout.grid(
        document,
        (11, 47, 34, 17, 27, 24),
        [text(f"invitation.docx.column.{name}") for name in columns],
        rows,
        centred=(0, 3),
    )
    docx_layout.write(
        document, text("invitation.docx.only_copy"), Look(size=12, italic=True, before=6)
    )
