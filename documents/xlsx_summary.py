"""The sheet that sums up: each indicator's total from the sheets of forms, and what it compares to.

Totals are formulas over the forms' sheets, and changes formulas over the totals; each carries its
exact value for readers that do not reckon.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from documents.docx_seen import Seen, Shown, shown_lines
from documents.xlsx_book import Book, plain, reference
from documents.xlsx_forms import Column, adds

_COLUMNS: Final = (
    "indicator",
    "label",
    "measure",
    "total",
    "given",
    "expected",
    "share",
    "so_far",
    "before",
    "change",
    "last_year",
    "change_year",
    "hidden",
)
_WIDTHS: Final = (10.0, 52.0, 14.0, 16.0, 12.0, 12.0, 12.0, 18.0, 16.0, 14.0, 16.0, 14.0, 14.0)
_TOTAL, _GIVEN, _EXPECTED, _SHARE, _SO_FAR, _BEFORE, _, _LAST_YEAR, _, _HIDDEN = range(3, 13)


def write_summary(book: Book, columns: Mapping[str, Sequence[Column]]) -> None:
    """Write a row for each indicator that is asked."""
    sheet = book.sheets["summary"]
    header = book.head(sheet, book.text("xlsx.sheet.summary"))
    shown = len(_COLUMNS) if book.masked else len(_COLUMNS) - 1
    names = [book.text(f"xlsx.summary.{name}") for name in _COLUMNS[:shown]]
    book.header(sheet, header, names, _WIDTHS[:shown])
    sheet.set_row(header, 48)
    sheet.freeze_panes(header + 1, 2)
    row = header
    lines = shown_lines(book.found, masked=book.masked)
    for row, line in enumerate(lines, start=header + 1):
        _write_line(book, sheet, row, line, columns.get(line.line.code, ()))
    sheet.autofilter(header, 0, row, shown - 1)


def _write_line(book: Book, sheet: Any, row: int, shown: Shown, columns: Sequence[Column]) -> None:
    line, language = shown.line, book.language
    sheet.write_string(row, 0, line.code, book.look("text"))
    label = line.indicator.label.in_language(language)
    sheet.write_string(row, 1, label, book.look("wrapped"))
    sheet.write_string(row, 2, line.indicator.measure.in_language(language), book.look("text"))
    total = _write_total(book, sheet, row, shown, columns)
    given, expected = _given(book, shown, columns), line.expected
    sheet.write_number(row, _EXPECTED, expected, book.look("number"))
    _write_given(book, sheet, row, given, columns)
    _share(book, sheet, row, given, expected)
    _write_so_far(book, sheet, row, shown)
    whole = not shown.now.hidden
    for column, seen in ((_BEFORE, shown.before), (_LAST_YEAR, shown.last_year)):
        _write_seen(book, sheet, row, column, seen)
        comparable = whole and seen is not None and not seen.hidden
        _write_change(book, sheet, (row, column), total, seen if comparable else None)
    if book.masked:
        sheet.write_number(row, _HIDDEN, shown.now.hidden, book.look("number"))


def _write_total(
    book: Book, sheet: Any, row: int, shown: Shown, columns: Sequence[Column]
) -> Decimal | None:
    """Write the total as a formula over the forms' sheets, if these add up to it."""
    if not adds(columns):
        _write_seen(book, sheet, row, _TOTAL, shown.now)
        return shown.now.number
    numbers = [cell.number for one in columns for cell in one.cells if cell.number is not None]
    total = sum(numbers, Decimal(0)) if numbers else None
    cells = ",".join(reference(one.sheet, one.total_row, one.column) for one in columns)
    look = "number" if total is None or total == int(total) else "decimal"
    formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
    value = "" if total is None else plain(total)
    sheet.write_formula(row, _TOTAL, formula, book.look(look), value)
    return total


def _given(book: Book, shown: Shown, columns: Sequence[Column]) -> int:
    return sum(one.given for one in columns) if adds(columns) else shown.now.given


def _write_given(book: Book, sheet: Any, row: int, given: int, columns: Sequence[Column]) -> None:
    if not adds(columns):
        sheet.write_number(row, _GIVEN, given, book.look("number"))
        return
    cells = ",".join(reference(one.sheet, one.given_row, one.column) for one in columns)
    sheet.write_formula(row, _GIVEN, f"=SUM({cells})", book.look("number"), given)


def _share(book: Book, sheet: Any, row: int, given: int, expected: int) -> None:
    part, whole = xl_rowcol_to_cell(row, _GIVEN), xl_rowcol_to_cell(row, _EXPECTED)
    value = given / expected if expected else ""
    sheet.write_formula(row, _SHARE, f'=IF({whole}=0,"",{part}/{whole})', book.look("share"), value)


def _write_so_far(book: Book, sheet: Any, row: int, shown: Shown) -> None:
    if shown.so_far is None and shown.line.indicator.cumulative:
        words = book.text("xlsx.cumulative")
        sheet.write_string(row, _SO_FAR, words, book.look("not_applicable"))
    elif shown.so_far is not None:
        _write_seen(book, sheet, row, _SO_FAR, shown.so_far)


def _write_seen(book: Book, sheet: Any, row: int, column: int, seen: Seen | None) -> None:
    """Write a figure, or in words why there is none."""
    if seen is None:
        sheet.write_string(row, column, book.text("xlsx.not_kept"), book.look("not_applicable"))
    elif seen.number is not None:
        book.number(sheet, row, column, seen.number)
    elif seen.withheld or seen.hidden:
        sheet.write_string(row, column, book.text("xlsx.withheld"), book.look("hidden"))
    else:
        sheet.write_string(row, column, book.text("xlsx.state.missing"), book.look("missing"))


def _write_change(
    book: Book, sheet: Any, at: tuple[int, int], total: Decimal | None, seen: Seen | None
) -> None:
    """Write how the total stands to a figure, right of it; nothing where parts are hidden."""
    row, column = at
    if seen is None:
        return
    now, then = xl_rowcol_to_cell(row, _TOTAL), xl_rowcol_to_cell(row, column)
    value: float | str = ""
    if total is not None and seen.number:
        value = float(Fraction(total) / Fraction(seen.number) - 1)
    formula = f'=IF(AND(ISNUMBER({now}),ISNUMBER({then})),IF({then}>0,{now}/{then}-1,""),"")'
    sheet.write_formula(row, column + 1, formula, book.look("change"), value)
