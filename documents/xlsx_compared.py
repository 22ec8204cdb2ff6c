"""The sheet of changes: over the units alone that gave a figure in every period of both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from documents.docx_seen import Seen, Shown
from documents.xlsx_book import Book, plain
from plans.stretches import Matched

_FIXED: Final = ("indicator", "label", "measure")
_WIDTHS: Final = (10.0, 52.0, 14.0)
_BLOCK: Final = ("units", "now", "then", "change")
_BLOCK_WIDTHS: Final = (16.0, 16.0, 16.0, 14.0)
_BLOCKS: Final = ("year_ago", "before", "last_year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Where an indicator's total and its year so far stand, and what they come to."""

    line: Shown
    row: int
    total: str
    total_is: Decimal | None
    so_far: str = ""
    so_far_is: Decimal | None = None


def write_compared(book: Book, sums: Mapping[str, Sums]) -> None:
    """Write the changes of each indicator in the row that it has where all are summed up."""
    sheet = book.sheets["compared"]
    # A row lower than it could be: the rows are those of the sheet that sums up.
    header = book.head(sheet, book.text("xlsx.sheet.compared")) + 1
    names = [book.text(f"xlsx.summary.{name}") for name in _FIXED]
    for block in _BLOCKS:
        what = book.text(f"xlsx.summary.{block}")
        names += [book.text(f"xlsx.compared.{name}", what=what) for name in _BLOCK]
    book.header(sheet, header, names, (*_WIDTHS, *_BLOCK_WIDTHS * len(_BLOCKS)))
    sheet.set_row(header, 62)
    sheet.freeze_panes(header + 1, 2)
    for one in sums.values():
        _write_line(book, sheet, one)
    sheet.autofilter(header, 0, header + len(sums), len(names) - 1)


def change_column(block: str) -> int:
    """Return the column in which a change stands."""
    return len(_FIXED) + _BLOCKS.index(block) * len(_BLOCK) + _BLOCK.index("change")


def change_of(matched: Matched) -> float | str:
    """Return a change as a share of what was, "" where nothing was."""
    if not matched.units or not matched.then:
        return ""
    return float(Fraction(matched.now) / Fraction(matched.then) - 1)


def _write_line(book: Book, sheet: Any, sums: Sums) -> None:
    indicator, row = sums.line.line.indicator, sums.row
    sheet.write_string(row, 0, sums.line.line.code, book.look("text"))
    for column, words in ((1, indicator.label), (2, indicator.measure)):
        sheet.write_string(row, column, words.in_language(book.language), book.look("wrapped"))
    for block in _BLOCKS:
        seen: Seen | None = getattr(sums.line, block)
        if seen and seen.matched:
            _write_block(book, sheet, sums, block, seen.matched)


def _write_block(book: Book, sheet: Any, sums: Sums, block: str, matched: Matched) -> None:
    """Write both sides, this one from the sheet of sums where no unit is left out of it."""
    row, change = sums.row, change_column(block)
    units, now, then = change - 3, change - 2, change - 1
    book.number(sheet, row, units, matched.units)
    if not matched.units:
        return
    cell, whole = _side(sums, block, matched)
    if whole:
        look = "number" if matched.now == int(matched.now) else "decimal"
        sheet.write_formula(row, now, f"={cell}", book.look(look), plain(matched.now))
    else:
        book.number(sheet, row, now, matched.now)
    book.number(sheet, row, then, matched.then)
    one, other = xl_rowcol_to_cell(row, now), xl_rowcol_to_cell(row, then)
    formula = f'=IF({other}=0,"",{one}/{other}-1)'
    sheet.write_formula(row, change, formula, book.look("change"), change_of(matched))


def _side(sums: Sums, block: str, matched: Matched) -> tuple[str, bool]:
    """Return the cell of this side's sum, and whether no unit is left out of it."""
    line = sums.line
    if block == "year_ago":
        given = {one.given for one in line.so_far.coverage} if line.so_far else set()
        cell, number = sums.so_far, sums.so_far_is
    else:
        given, cell, number = {line.now.given}, sums.total, sums.total_is
    return cell, given == {matched.units} and number == matched.now
