"""The sheet that sums up: each indicator's totals from the sheets of forms, and what lies beside.

Totals are formulas over the forms' sheets, and the year so far adds them to what other periods
gave; each carries its exact value for readers that do not reckon.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from documents import wording
from documents.docx_seen import Seen, Shown, shown_lines
from documents.xlsx_book import Book, plain, reference
from documents.xlsx_compared import Sums, change_column, change_of
from documents.xlsx_forms import Column, adds
from plans.calendar import Period

_COLUMNS: Final = (
    "indicator",
    "label",
    "measure",
    "so_far",
    "earlier",
    "so_far_units",
    "total",
    "given",
    "expected",
    "share",
    "year_ago",
    "year_ago_units",
    "change_year_ago",
    "before",
    "before_units",
    "change",
    "last_year",
    "last_year_units",
    "change_year",
    "hidden",
)
_WIDTHS: Final = (
    *(10.0, 52.0, 14.0, 18.0, 16.0, 18.0, 16.0, 12.0, 12.0, 12.0),
    *(18.0, 18.0, 14.0, 16.0, 14.0, 14.0, 16.0, 14.0, 14.0, 14.0),
)
_SO_FAR, _EARLIER, _SO_FAR_UNITS, _TOTAL, _GIVEN, _EXPECTED, _SHARE = range(3, 10)
_HIDDEN: Final = 19
# Where what lies beside begins: the figure, from how many units it is known, the change.
BESIDE: Final = {"year_ago": 10, "before": 13, "last_year": 16}


def write_summary(book: Book, columns: Mapping[str, Sequence[Column]]) -> dict[str, Sums]:
    """Write a row for each indicator that is asked; return where its sums stand."""
    sheet = book.sheets["summary"]
    header = book.head(sheet, book.text("xlsx.sheet.summary")) + 1
    shown = len(_COLUMNS) if book.masked else len(_COLUMNS) - 1
    lines = shown_lines(book.found, masked=book.masked)
    _write_periods(book, sheet, header - 1, lines)
    names = [_name(book, name) for name in _COLUMNS[:shown]]
    book.header(sheet, header, names, _WIDTHS[:shown])
    sheet.set_row(header, 62)
    sheet.freeze_panes(header + 1, 2)
    found, row = {}, header
    for row, line in enumerate(lines, start=header + 1):
        found[line.line.code] = _write_line(book, row, line, columns.get(line.line.code, ()))
    sheet.autofilter(header, 0, row, shown - 1)
    return found


def _write_periods(book: Book, sheet: Any, row: int, lines: Sequence[Shown]) -> None:
    """Name above the columns the periods that they tell of."""
    mine = _period(book, book.found.period, summed=False)
    sheet.write_string(row, _TOTAL, mine, book.look("note"))
    for name, column in {"so_far": _SO_FAR, **BESIDE}.items():
        seen = next((seen for one in lines if (seen := getattr(one, name))), None)
        if seen is not None:
            summed = name in ("so_far", "year_ago")
            told = _period(book, seen.coverage[-1].period, summed=summed)
            sheet.write_string(row, column, told, book.look("note"))


def _name(book: Book, column: str) -> str:
    what = column.removesuffix("_units")
    if what == column:
        return book.text(f"xlsx.summary.{column}")
    return book.text("xlsx.summary.units", what=book.text(f"xlsx.summary.{what}"))


def _period(book: Book, period: Period, *, summed: bool) -> str:
    if period.form:
        return wording.window(book.language, period)
    name = wording.span_name if summed else wording.own_name
    return name(book.language, period)


def _write_line(book: Book, row: int, shown: Shown, columns: Sequence[Column]) -> Sums:
    line, language, sheet = shown.line, book.language, book.sheets["summary"]
    sheet.write_string(row, 0, line.code, book.look("text"))
    label = line.indicator.label.in_language(language)
    sheet.write_string(row, 1, label, book.look("wrapped"))
    sheet.write_string(row, 2, line.indicator.measure.in_language(language), book.look("text"))
    total = _write_total(book, sheet, row, shown, columns)
    given, expected = _given(book, shown, columns), line.expected
    sheet.write_number(row, _EXPECTED, expected, book.look("number"))
    _write_given(book, sheet, row, given, columns)
    _share(book, sheet, row, given, expected)
    so_far = _write_so_far(book, sheet, row, shown, total)
    for name in BESIDE:
        _write_beside(book, row, name, shown)
    if book.masked:
        sheet.write_number(row, _HIDDEN, shown.now.hidden, book.look("number"))
    return Sums(
        line=shown,
        row=row,
        total=reference(sheet, row, _TOTAL),
        total_is=total,
        so_far=reference(sheet, row, _SO_FAR) if shown.so_far else "",
        so_far_is=so_far,
    )


def _write_total(
    book: Book, sheet: Any, row: int, shown: Shown, columns: Sequence[Column]
) -> Decimal | None:
    """Write the total as a formula over the forms' sheets, if these add up to it."""
    if not adds(columns):
        _write_seen(book, sheet, (row, _TOTAL), shown.now)
        return shown.now.number
    numbers = [cell.number for one in columns for cell in one.cells if cell.number is not None]
    total = sum(numbers, Decimal(0)) if numbers else None
    cells = ",".join(reference(one.sheet, one.total_row, one.column) for one in columns)
    _write_sum(book, sheet, (row, _TOTAL), cells, total)
    return total


def _write_sum(
    book: Book, sheet: Any, at: tuple[int, int], cells: str, total: Decimal | None
) -> None:
    look = "number" if total is None or total == int(total) else "decimal"
    formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
    sheet.write_formula(*at, formula, book.look(look), "" if total is None else plain(total))


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


def _write_so_far(
    book: Book, sheet: Any, row: int, shown: Shown, total: Decimal | None
) -> Decimal | None:
    """Write the year so far as what other periods gave and the total beside it."""
    so_far = shown.so_far
    if so_far is None:
        if shown.line.indicator.cumulative:
            words = book.text("xlsx.cumulative")
            sheet.write_string(row, _SO_FAR, words, book.look("not_applicable"))
        return None
    _write_units(book, sheet, (row, _SO_FAR_UNITS), so_far)
    if so_far.withheld:
        for column in (_SO_FAR, _EARLIER):
            _write_seen(book, sheet, (row, column), so_far)
        return None
    if len(so_far.coverage) > 1:
        _write_earlier(book, sheet, row, so_far, total)
    cells = ",".join(xl_rowcol_to_cell(row, column) for column in (_EARLIER, _TOTAL))
    _write_sum(book, sheet, (row, _SO_FAR), cells, so_far.number)
    return so_far.number


def _write_earlier(book: Book, sheet: Any, row: int, so_far: Seen, total: Decimal | None) -> None:
    given = sum(one.given for one in so_far.coverage[:-1])
    number = (so_far.number or Decimal(0)) - (total or Decimal(0)) if given else None
    _write_seen(book, sheet, (row, _EARLIER), Seen(number=number, given=given))


def _write_units(book: Book, sheet: Any, at: tuple[int, int], seen: Seen) -> None:
    """Write from how many units a figure is known, in each of its periods."""
    told = "; ".join(f"{one.given}/{one.expected}" for one in seen.coverage)
    sheet.write_string(*at, told, book.look("text" if seen.complete else "missing"))


def _write_beside(book: Book, row: int, name: str, shown: Shown) -> None:
    """Write a figure of other periods, its units, and the change, which another sheet reckons."""
    column, sheet, seen = BESIDE[name], book.sheets["summary"], getattr(shown, name)
    if name == "year_ago" and shown.so_far is None:
        return
    _write_seen(book, sheet, (row, column), seen)
    if seen is None:
        return
    _write_units(book, sheet, (row, column + 1), seen)
    if seen.matched:
        cell = reference(book.sheets["compared"], row, change_column(name))
        formula = f'=IF(ISNUMBER({cell}),{cell},"")'
        value = change_of(seen.matched)
        sheet.write_formula(row, column + 2, formula, book.look("change"), value)


def _write_seen(book: Book, sheet: Any, at: tuple[int, int], seen: Seen | None) -> None:
    """Write a figure, or in words why there is none."""
    row, column = at
    if seen is None:
        sheet.write_string(row, column, book.text("xlsx.not_kept"), book.look("not_applicable"))
    elif seen.number is not None:
        book.number(sheet, row, column, seen.number)
    elif seen.withheld or seen.hidden:
        sheet.write_string(row, column, book.text("xlsx.withheld"), book.look("hidden"))
    else:
        words = "xlsx.state.missing" if seen.missing else "xlsx.not_received"
        sheet.write_string(row, column, book.text(words), book.look("missing"))
