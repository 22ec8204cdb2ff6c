"""The sheet with every answer in a row of its own."""

from datetime import datetime
from typing import Any, Final

from documents.masking import CellState
from documents.table_csv import COLUMNS, RawRow, heading, raw_rows, state_text
from documents.xlsx_book import Book
from plans.calendar import local
from plans.pack import IndicatorKind

_WIDTHS: Final = (
    *(10.0, 32.0, 22.0, 24.0, 10.0, 10.0, 48.0, 18.0, 14.0, 10.0, 16.0, 26.0),
    *(12.0, 18.0, 18.0),
)
_LABEL, _STATE, _VALUE, _VERSION, _SENT_AT, _RECEIPT, _ON_BEHALF, _ACCEPTED, _CLOSED = range(6, 15)


def write_raw(book: Book) -> None:
    """Write the raw table with a filter on each column."""
    title = book.text("xlsx.sheet.raw")
    sheet = book.add("raw", title)
    top = book.head(sheet, title)
    names = [heading(book.language, column) for column in COLUMNS]
    book.header(sheet, top, names, _WIDTHS)
    sheet.freeze_panes(top + 1, 2)
    states: dict[tuple[bool, CellState, bool], str] = {}
    row = top
    rows = raw_rows(book.found, masked=book.masked, language=book.language)
    for row, raw in enumerate(rows, start=top + 1):
        yes_no = raw.indicator.kind is IndicatorKind.YES_NO
        key = (yes_no, raw.cell.state, bool(raw.cell.number))
        if key not in states:
            states[key] = state_text(book.language, raw.indicator, raw.cell)
        _write_row(book, sheet, row, raw, states[key])
    sheet.autofilter(top, 0, row, len(COLUMNS) - 1)


def _write_row(book: Book, sheet: Any, row: int, raw: RawRow, state: str) -> None:
    words = (raw.unit, raw.name, raw.district, raw.type, raw.period, raw.code)
    for column, word in enumerate(words):
        sheet.write_string(row, column, word)
    sheet.write_string(row, _LABEL, raw.indicator.label.in_language(book.language))
    sheet.write_string(row, _STATE, state)
    if raw.cell.number is not None:
        book.number(sheet, row, _VALUE, raw.cell.number)
    sheet.write_number(row, _VERSION, raw.version)
    moments = ((_SENT_AT, raw.sent_at), (_ACCEPTED, raw.accepted_at), (_CLOSED, raw.closed_at))
    for column, at in moments:
        if at:
            sheet.write_number(row, column, _serial(at), book.look("moment"))
    sheet.write_string(row, _RECEIPT, raw.receipt)
    sheet.write_string(row, _ON_BEHALF, book.text("xlsx.yes" if raw.on_behalf else "xlsx.no"))


def _serial(moment: datetime) -> float:
    """Return a minute as spreadsheets count days in Việt Nam.

    Seconds would help to guess, from the receipt that is made of them, the figures behind it.
    """
    there = local(moment).replace(second=0, microsecond=0)
    begin = datetime(1899, 12, 30, tzinfo=there.tzinfo)
    return round((there - begin).total_seconds()) / 86400
