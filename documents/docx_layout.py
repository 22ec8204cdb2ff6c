"""Pages, paragraphs, tables and lines of an administrative document, by Nghị định 30/2020.

The numbers are those of its Phụ lục I: A4, margins, Times New Roman, the page number's place.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Final, TypeAlias

import docx
from docx.blkcntnr import BlockItemContainer
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.font import Font
from docx.text.paragraph import Paragraph
from docx.text.parfmt import ParagraphFormat

ALIGN: TypeAlias = WD_ALIGN_PARAGRAPH
Cell: TypeAlias = _Cell
FONT: Final = "Times New Roman"
BODY, HEAD, SMALL, FINE = 14, 13, 12, 11
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
SHORT_SIDE, LONG_SIDE = 210, 297
WIDTH: Final = SHORT_SIDE - LEFT - RIGHT
WIDE: Final = LONG_SIDE - LEFT - RIGHT
FIRST_LINE = 12.7
_HEADER_FROM_TOP = 8
_LINE_SPACING = 1.15

Place = Document | BlockItemContainer


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a paragraph looks; sizes and spaces in points, indents in millimetres."""

    size: float = BODY
    bold: bool = False
    italic: bool = False
    align: ALIGN = ALIGN.JUSTIFY
    first_line: float = 0
    before: float = 0
    after: float = 0
    keep: bool = False
    level: int | None = None


PROSE: Final = Look(first_line=FIRST_LINE, after=6)
PART: Final = Look(bold=True, first_line=FIRST_LINE, before=6, after=6, keep=True, level=0)
SUBPART: Final = Look(bold=True, first_line=FIRST_LINE, after=6, keep=True, level=1)
CENTRED: Final = Look(align=ALIGN.CENTER)


def new_document(title: str, author: str, moment: datetime, mark: str = "") -> Document:
    """Return an empty A4 document in Times New Roman, its pages numbered from the second.

    `mark` stands at the foot of every page.
    """
    document = docx.Document()
    _plain_styles(document)
    section = document.sections[0]
    _page(section, SHORT_SIDE, LONG_SIDE)
    _number_pages(section)
    if mark:
        _mark_pages(section, mark)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title, author, author
    core.language, core.comments = "vi-VN", ""
    core.created = core.modified = moment.astimezone(UTC).replace(tzinfo=None)
    return document


def _plain_styles(document: Document) -> None:
    """Leave nothing of the template's fonts; spelling is checked as Vietnamese."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = list(document.styles.element.iter(qn("w:rFonts")))
    for element in fonts:
        element.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            element.set(qn(f"w:{script}"), FONT)
    for element in document.styles.element.iter(qn("w:lang")):
        element.attrib.clear()
        element.set(qn("w:val"), "vi-VN")


def _page(section: Section, width: float, height: float) -> None:
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(_HEADER_FROM_TOP)


def _number_pages(section: Section) -> None:
    """Put the page number in the middle of the top margin, on no first page."""
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    _dress(paragraph, CENTRED)
    for kind in ("begin", "PAGE", "end"):
        run = paragraph.add_run()
        run.font.size = Pt(BODY)
        if kind == "PAGE":
            run._r.append(OxmlElement("w:instrText"))
            run._r[-1].text = kind
        else:
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))


def _mark_pages(section: Section, mark: str) -> None:
    """Write a mark at the foot of each page, the first too."""
    for footer in (section.footer, section.first_page_footer):
        footer.is_linked_to_previous = False
        _dress(footer.paragraphs[0], CENTRED)
        _run(footer.paragraphs[0], mark, Look(size=SMALL, bold=True))


def landscape(document: Document) -> None:
    """Begin a wide page whose numbers begin again, as those of an appendix do."""
    _begin(document, LONG_SIDE, SHORT_SIDE)


def _begin(document: Document, width: float, height: float) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    # The paragraph that ends the section before is no line: it would make a page of its own.
    ending = document.paragraphs[-1].paragraph_format
    ending.space_before = ending.space_after = Pt(0)
    ending.line_spacing = Pt(1)
    _page(section, width, height)
    for numbers in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(numbers)  # copied from the section before
    numbers = _element("w:pgNumType", {"w:start": "1"})
    section._sectPr.insert_element_before(numbers, "w:cols", "w:titlePg", "w:docGrid")


def portrait(document: Document) -> None:
    """Begin an upright page whose numbers begin again."""
    _begin(document, SHORT_SIDE, LONG_SIDE)


def write(place: Place, text: str, look: Look = PROSE) -> Paragraph:
    """Add a paragraph."""
    paragraph = place.add_paragraph()
    _dress(paragraph, look)
    _run(paragraph, text, look)
    return paragraph


def fill(cell: _Cell, text: str, look: Look) -> None:
    """Write the first paragraphs of a cell, one a line of text."""
    first, *rest = text.split("\n")
    _dress(cell.paragraphs[0], look)
    _run(cell.paragraphs[0], first, look)
    for line in rest:
        write(cell, line, look)


def _run(paragraph: Paragraph, text: str, look: Look) -> None:
    run = paragraph.add_run(text)
    run._r.insert(0, deepcopy(_letters(look.size, look.bold, look.italic)))


def _dress(paragraph: Paragraph, look: Look) -> None:
    if paragraph._p.pPr is not None:
        paragraph._p.remove(paragraph._p.pPr)
    paragraph._p.insert(0, deepcopy(_form(look)))


# The properties of a look are put together once and copied: that takes a fifth of the time.
@cache
def _letters(size: float, bold: bool, italic: bool) -> BaseOxmlElement:
    element = OxmlElement("w:r")
    font = Font(element)
    font.size, font.bold, font.italic = Pt(size), bold, italic
    made: BaseOxmlElement = element[0]
    return made


@cache
def _form(look: Look) -> BaseOxmlElement:
    element = OxmlElement("w:p")
    form = ParagraphFormat(element)
    form.alignment, form.line_spacing = look.align, _LINE_SPACING if look.first_line else 1.0
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next, form.widow_control = look.keep, True
    if look.first_line:
        form.first_line_indent = Mm(look.first_line)
    if look.level is not None:  # the outline beside the text, without a built-in style's colours
        element[0].append(_element("w:outlineLvl", {"w:val": str(look.level)}))
    made: BaseOxmlElement = element[0]
    return made


def rule(place: Place, length: float, room: float) -> None:
    """Draw a line of some length in the middle of `room`, both in millimetres.

    It is the upper border of an empty paragraph: it stays where the words above it move.
    """
    paragraph = place.add_paragraph()
    _dress(paragraph, CENTRED)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(max(0.0, (room - length) / 2))
    form.line_spacing, form.space_before = Pt(4), Pt(2)
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:top", {"w:val": "single", "w:sz": "6", "w:space": "0"}))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def side_by_side(document: Document, widths: Sequence[float]) -> Table:
    """Add a row of cells without lines or margins, which stays on one page."""
    table = _table(document, widths)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", {"w:w": "0", "w:type": "dxa"}))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    _row(table, widths)
    return table


def grid(
    document: Document,
    widths: Sequence[float],
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    centred: Iterable[int] = (),
) -> Table:
    """Add a table with lines; its header comes again on each page and no row is broken."""
    table = _table(document, widths)
    table.style = "Table Grid"
    head = _row(table, widths)
    head._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))
    for cell, text in zip(_cells(head), header, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        fill(cell, text, Look(size=SMALL, bold=True, align=ALIGN.CENTER, before=2, after=2))
    middle = set(centred)
    for texts in rows:
        for place, (cell, text) in enumerate(zip(_cells(_row(table, widths)), texts, strict=True)):
            align = ALIGN.CENTER if place in middle else ALIGN.LEFT
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            fill(cell, text, Look(size=SMALL, align=align, before=2, after=2))
    return table


def _table(document: Document, widths: Sequence[float]) -> Table:
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _row(table: Table, widths: Sequence[float]) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))
    for cell, width in zip(_cells(row), widths, strict=True):
        cell.width = Mm(width)
    return row


def _cells(row: _Row) -> list[_Cell]:
    """Return a row's cells; `row.cells` reads the whole table each time."""
    return [_Cell(tc, row.table) for tc in row._tr.tc_lst]


def cells_of(table: Table) -> list[_Cell]:
    """Return the cells of a table's first row."""
    return _cells(table.rows[0])


def _element(name: str, values: dict[str, str]) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(key), value)
    return element


def content(document: Document) -> bytes:
    """Return the document as a file's bytes."""
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
