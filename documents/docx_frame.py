"""What stands around the words of an administrative document: its head, addresses, signature."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from docx.document import Document

from documents import docx_layout as layout
from documents.docx_bodies import BLANK, MAY_BREAK, bases_of, dated, in_full, signed_as, text
from documents.docx_layout import ALIGN, BODY, CENTRED, FINE, HEAD, SMALL, Cell, Look
from documents.docx_widths import breaks_well, in_two_lines, width_of
from plans.pack import Pack

# The issuer's column and the State's, which holds its name on one line at size 13.
_COLUMNS: Final = (63.0, 97.0)
_ROOM = 62.0
# Lines below an issuer and a subject are a third to a half as long as their words.
_UNDERLINED = 0.42
_ROOM_TO_SIGN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Who writes what to whom, from where and when."""

    superior: str
    issuer: str
    symbol: str
    place: str
    day: date
    subject: str
    to: Sequence[str]

    @property
    def about(self) -> str:
        """Return the subject in one line."""
        return " ".join(self.subject.split())

    @property
    def number(self) -> str:
        """Return the report's number, left blank, with its letters."""
        return text("docx.number", symbol=self.symbol)


_CAPITALS = Look(size=HEAD, bold=True, align=ALIGN.CENTER)
_TITLE = Look(bold=True, align=ALIGN.CENTER)


def write_head(document: Document, heading: Heading, mark: str = "") -> None:
    """Write the head of a draft: issuer and State, number and day, subject, addresses."""
    _issuer_and_state(document, heading)
    draft = " - ".join(word for word in (text("docx.draft"), mark) if word)
    layout.write(document, draft, Look(size=HEAD, bold=True, before=6))
    layout.write(document, text("docx.title"), Look(bold=True, align=ALIGN.CENTER, before=6))
    lines = list(_subject_lines(heading.subject))
    for line in lines:
        layout.write(document, line, _TITLE)
    last = width_of(lines[-1], BODY)
    layout.rule(document, min(last, layout.WIDTH) * _UNDERLINED, layout.WIDTH)
    _addresses(document, heading.to)


def _subject_lines(subject: str) -> Iterator[str]:
    """Yield a subject's lines; one that is too long is broken where it may be."""
    for line in subject.split("\n"):
        whole = line.replace(MAY_BREAK, " ")
        if width_of(whole, BODY) <= layout.WIDTH:
            yield whole
        else:
            yield from line.split(MAY_BREAK)


def _issuer_and_state(document: Document, heading: Heading) -> None:
    left, right = layout.cells_of(layout.side_by_side(document, _COLUMNS))
    _bodies(left, heading)
    layout.fill(right, text("docx.state"), _CAPITALS)
    layout.write(right, text("docx.motto"), _TITLE)
    layout.rule(right, width_of(text("docx.motto"), BODY), _COLUMNS[1])
    left, right = layout.cells_of(layout.side_by_side(document, _COLUMNS))
    layout.fill(left, heading.number, Look(size=HEAD, align=ALIGN.CENTER, before=2))
    day = dated(heading.place, heading.day)
    layout.fill(right, day, Look(size=BODY, italic=True, align=ALIGN.CENTER, before=2))


def _bodies(cell: Cell, heading: Heading) -> None:
    """Write the body above, not bold, and the issuer, bold, with a line below."""
    name = heading.issuer.upper()
    conjunction = text("docx.and").upper()
    # The decree lets these names be of size 12 or 13.
    small = not breaks_well(name, HEAD, _ROOM, conjunction)
    small = small and breaks_well(name, SMALL, _ROOM, conjunction)
    size = SMALL if small else HEAD
    lines = broken(name, size).split("\n")
    if heading.superior:
        above = heading.superior.upper()
        if width_of(above, HEAD) > _ROOM:
            above = broken(in_full(heading.superior).upper(), HEAD)
        layout.fill(cell, above, Look(size=HEAD, align=ALIGN.CENTER))
    bold = Look(size=size, bold=True, align=ALIGN.CENTER)
    for place, line in enumerate(lines):
        if place or heading.superior:
            layout.write(cell, line, bold)
        else:
            layout.fill(cell, line, bold)
    layout.rule(cell, width_of(lines[-1], size) * _UNDERLINED, _COLUMNS[0])


def broken(capitals: str, size: float) -> str:
    """Break a name that is too long for its column where officials do."""
    committee = text("docx.committee").upper()
    if capitals.startswith(f"{committee} "):
        return f"{committee}\n{capitals.removeprefix(committee).strip()}"
    return in_two_lines(capitals, size, _ROOM, text("docx.and").upper())


def _addresses(document: Document, to: Sequence[str]) -> None:
    if len(to) == 1:
        look = Look(align=ALIGN.CENTER, before=6, after=6)
        layout.write(document, text("docx.to", to=to[0]), look)
        return
    layout.write(document, text("docx.to", to=""), Look(first_line=35, before=6))
    for place, name in enumerate(to, start=1):
        key = "docx.to_last" if place == len(to) else "docx.to_one"
        after = 6 if place == len(to) else 0
        layout.write(document, text(key, to=name), Look(first_line=50, after=after))


def write_bases(document: Document, pack: Pack) -> None:
    """Write what the report rests on, in italics; each ends with a semicolon, the last a stop."""
    bases = bases_of(pack)
    for place, basis in enumerate(bases, start=1):
        end = "." if place == len(bases) else ";"
        look = Look(italic=True, first_line=layout.FIRST_LINE, after=6)
        layout.write(document, f"{basis}{end}", look)


def write_end(document: Document, heading: Heading, closing: str) -> None:
    """Write the closing words, the list of who gets it, and room to sign, kept together."""
    kept = Look(first_line=layout.FIRST_LINE, after=12, keep=True)
    layout.write(document, f"{closing}./.", kept)
    left, right = layout.cells_of(layout.side_by_side(document, (70.0, 90.0)))
    bold_italic = Look(size=SMALL, bold=True, italic=True, align=ALIGN.LEFT)
    layout.fill(left, text("docx.gets"), bold_italic)
    for key in ("docx.gets.same", "docx.gets.blank", "docx.gets.kept"):
        layout.write(left, text(key), Look(size=FINE, align=ALIGN.LEFT))
    bold = Look(bold=True, align=ALIGN.CENTER)
    layout.fill(right, signed_as(heading.issuer), bold)
    for _ in range(_ROOM_TO_SIGN):
        layout.write(right, "", CENTRED)
    layout.write(right, BLANK, bold)


def write_appendix_head(document: Document, heading: Heading, number: str, name: str) -> None:
    """Write an appendix's number, its name in capitals, and the report that it belongs to."""
    centred = Look(bold=True, align=ALIGN.CENTER, keep=True, level=0)
    layout.write(document, text("docx.appendix", number=number).strip(), centred)
    layout.write(document, name.upper(), Look(bold=True, align=ALIGN.CENTER, keep=True))
    belongs = text(
        "docx.belongs",
        symbol=heading.symbol,
        year=str(heading.day.year),
        issuer=heading.issuer,
    )
    look = Look(italic=True, align=ALIGN.CENTER, after=8, keep=True)
    layout.write(document, belongs, look)
