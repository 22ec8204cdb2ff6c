"""The sheet of targets: what is asked, the exact fraction, its share by formula, the verdict."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from documents.docx_targets import targets_of
from documents.masking import as_told
from documents.targets import actual_text, threshold_text
from documents.xlsx_book import Book, plain
from documents.xlsx_compared import Sums
from documents.xlsx_forms import Column
from documents.xlsx_live import Formula, Live
from plans.targets import GrowthBand
from plans.verdicts import Judged, Reading, Verdict

_COLUMNS: Final = (
    "id",
    "target",
    "reading",
    "threshold",
    "part",
    "whole",
    "share",
    "actual",
    "given",
    "expected",
    "needed",
    "verdict",
    "clause",
    "note",
)
_WIDTHS: Final = (
    *(9.0, 56.0, 18.0, 14.0, 12.0, 12.0, 12.0, 26.0),
    *(12.0, 12.0, 12.0, 18.0, 14.0, 60.0),
)
_PART, _WHOLE, _SHARE, _ACTUAL, _GIVEN, _EXPECTED, _NEEDED, _VERDICT, _CLAUSE, _NOTE = range(4, 14)


def write_targets(
    book: Book, sums: Mapping[str, Sums], columns: Mapping[str, Sequence[Column]]
) -> None:
    """Write a row for each reading of each target, or why there is none."""
    sheet = book.sheets["targets"]
    header = book.head(sheet, book.text("xlsx.sheet.targets"))
    found = book.found
    if not targets_of(found):
        note = found.pack.no_targets_note
        plain = note.in_language(book.language) if note and not found.pack.targets else ""
        sheet.write_string(header, 0, plain or book.text("xlsx.targets_elsewhere"))
        return
    names = [book.text(f"xlsx.target.{name}") for name in _COLUMNS]
    book.header(sheet, header, names, _WIDTHS)
    sheet.set_row(header, 36)
    sheet.freeze_panes(header + 1, 2)
    live = Live(sums=sums, columns=columns, months=found.period.widest.months)
    told = as_told(found.pack, found.targets) if book.masked else found.targets
    for row, judged in enumerate(told, start=header + 1):
        _write_words(book, sheet, row, judged)
        if judged.verdict is not Verdict.WITHHELD:
            _write_figures(book, row, judged, live)
        else:
            words = book.text("xlsx.withheld")
            sheet.write_string(row, _VERDICT, words, book.look("hidden"))
    sheet.autofilter(header, 0, header + len(found.targets), len(_COLUMNS) - 1)


def _write_words(book: Book, sheet: Any, row: int, judged: Judged) -> None:
    target, wrapped = judged.target, book.look("wrapped")
    reading = ""
    if judged.reading is not Reading.PLAIN:
        reading = book.text(
            f"target.reading.{judged.reading}", threshold=threshold_text(book.language, judged)
        )
    words = (target.id, target.text, reading, threshold_text(book.language, judged))
    for column, word in enumerate(words):
        sheet.write_string(row, column, word, wrapped)
    sheet.write_string(row, _CLAUSE, target.clause, wrapped)
    sheet.write_string(row, _NOTE, target.needs_confirmation, wrapped)


def _write_figures(book: Book, row: int, judged: Judged, live: Live) -> None:
    sheet = book.sheets["targets"]
    verdict = book.text(f"target.verdict.{judged.verdict}")
    sheet.write_string(row, _VERDICT, verdict, book.look("label"))
    if judged.verdict is Verdict.QUALITATIVE:
        return
    sheet.write_string(row, _ACTUAL, actual_text(book.language, judged), book.look("wrapped"))
    for column, number in ((_GIVEN, judged.given), (_EXPECTED, judged.expected)):
        sheet.write_number(row, column, number, book.look("number"))
    if judged.given and not (judged.actual is None and judged.whole is not None):
        _write_amount(book, (row, _PART), judged.part, live.part(judged))
        _write_amount(book, (row, _WHOLE), judged.whole, live.whole(judged))
        _write_share(book, sheet, row, judged)
    if judged.needed and judged.verdict in (Verdict.NOT_REACHED, Verdict.NOT_ENOUGH):
        book.number(sheet, row, _NEEDED, judged.needed)


def _write_amount(
    book: Book, at: tuple[int, int], amount: Decimal | None, formula: Formula | None
) -> None:
    """Write a part or a whole as a formula over the other sheets, where they hold all of it."""
    sheet = book.sheets["targets"]
    if amount is None:
        return
    if formula is None:
        book.number(sheet, *at, amount)
        return
    look = "number" if amount == int(amount) else "decimal"
    sheet.write_formula(*at, formula.words, book.look(look), plain(amount))


def _write_share(book: Book, sheet: Any, row: int, judged: Judged) -> None:
    """Write the share as a formula over the fraction beside it."""
    if judged.part is None or not judged.whole:
        return
    part, whole = xl_rowcol_to_cell(row, _PART), xl_rowcol_to_cell(row, _WHOLE)
    growth = isinstance(judged.target, GrowthBand)
    share = Fraction(judged.part) / Fraction(judged.whole) - int(growth)
    formula = f"={part}/{whole}" + ("-1" if growth else "")
    sheet.write_formula(row, _SHARE, formula, book.look("share"), float(share))
