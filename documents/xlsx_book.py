"""One workbook being written: its sheets by name, its formats, and how figures stand in cells."""

import io
import re
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

import locales
from documents import wording
from documents.consolidated import Consolidated
from documents.labels import mark_of
from documents.masking import KEPT_BACK, Cell, CellState
from plans.dialogue import SMALL_BELOW
from plans.pack import Indicator, IndicatorKind

_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_A4: Final = 9
_GREY, _PALE, _WARM, _HEAD = "#595959", "#F2F2F2", "#FCE4D6", "#D9E2F3"
_LOOKS: Final[dict[str, dict[str, object]]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"italic": True, "font_color": _GREY},
    "mark": {"bold": True, "font_color": "#C00000"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "bg_color": _HEAD,
        "border": 1,
    },
    "text": {"valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "label": {"bold": True, "text_wrap": True, "valign": "top"},
    "link": {"font_color": "#0563C1", "underline": 1},
    "number": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.###"},
    "zero": {"num_format": "#,##0", "font_color": _GREY, "bg_color": _PALE},
    "total": {"num_format": "#,##0.###", "bold": True, "top": 1},
    "whole_total": {"num_format": "#,##0", "bold": True, "top": 1},
    "total_label": {"bold": True, "top": 1},
    "missing": {"italic": True, "font_color": "#9C5700", "bg_color": "#FFEB9C", "align": "right"},
    "not_applicable": {"italic": True, "font_color": _GREY, "align": "right"},
    "hidden": {"italic": True, "bg_color": "#E4DFEC", "align": "right"},
    "withheld": {"italic": True, "bg_color": "#E4DFEC", "align": "right"},
    "unanswered": {"italic": True, "font_color": _GREY, "align": "right"},
    "not_sent": {"bg_color": _WARM},
    "share": {"num_format": "0.00%"},
    "change": {"num_format": "+0.0%;-0.0%;0.0%"},
    "moment": {"num_format": "dd/mm/yyyy hh:mm"},
}


class Book:
    """A workbook in memory; the same figures always make the same bytes."""

    def __init__(self, found: Consolidated, *, language: str, masked: bool) -> None:
        self.found = found
        self.language = language
        self.masked = masked
        self._bytes = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(self._bytes, options)
        created = found.moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._book.set_properties({"title": self.title, "created": created})
        self.sheets: dict[str, Any] = {}
        self._formats: dict[str, Any] = {}

    def text(self, key: str, **args: object) -> str:
        """Return a sentence in the workbook's language."""
        return locales.text(self.language, key, **args)

    @cached_property
    def title(self) -> str:
        """Return what the workbook is about: the plan and the period."""
        plan = self.found.pack.short_title.in_language(self.language)
        return f"{plan} · {wording.period_name(self.language, self.found.period)}"

    @cached_property
    def lacked(self) -> set[str]:
        """Return the units that had not sent when the period was closed for them."""
        return {unit for one in self.found.closures for unit in one.missing}

    def add(self, key: str, title: str) -> Any:
        """Add a sheet under a name that no other has."""
        name = sheet_name(title, [sheet.get_name() for sheet in self.sheets.values()])
        sheet = self.sheets[key] = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def look(self, name: str) -> Any:
        """Return a format."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format(_LOOKS[name])
        return self._formats[name]

    @cached_property
    def yes_no(self) -> Any:
        """Return the format in which 1 reads as yes and 0 as no, and both still add up."""
        yes, no = self.text("xlsx.yes"), self.text("xlsx.no")
        return self._book.add_format({"num_format": f'"{yes}";;"{no}"', "align": "right"})

    def head(self, sheet: Any, title: str) -> int:
        """Write a sheet's title, moment and mark; return the next free row."""
        moment = self.found.moment
        sheet.write_string(0, 0, title, self.look("title"))
        day, time = wording.day(moment), wording.clock(moment)
        note = self.text("xlsx.moment", title=self.title, time=time, day=day)
        if self.masked:
            note += " · " + self.text("xlsx.masked", below=SMALL_BELOW)
        sheet.write_string(1, 0, note, self.look("note"))
        if mark := mark_of(self.language, self.found):
            sheet.write_string(2, 0, mark, self.look("mark"))
            return 3
        return 2

    def header(self, sheet: Any, row: int, names: Sequence[str], widths: Sequence[float]) -> None:
        """Write the names of columns, repeated on each printed page."""
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            sheet.write_string(row, column, name, self.look("head"))
            sheet.set_column(column, column, width)
        sheet.repeat_rows(row)

    def number(self, sheet: Any, row: int, column: int, number: Decimal | int) -> None:
        """Write a number, with decimals only where it has any."""
        look = "number" if number == int(number) else "decimal"
        sheet.write_number(row, column, plain(number), self.look(look))

    def cell(self, sheet: Any, row: int, column: int, indicator: Indicator, cell: Cell) -> None:
        """Write one answer: a number, or in words and colour why there is none."""
        if cell.number is None:
            words = self._words[cell.state]
            sheet.write_string(row, column, words, self.look(cell.state.value))
        elif indicator.kind is IndicatorKind.YES_NO:
            sheet.write_number(row, column, plain(cell.number), self.yes_no)
        elif cell.state is CellState.ZERO:
            sheet.write_number(row, column, 0, self.look("zero"))
        else:
            self.number(sheet, row, column, cell.number)

    @cached_property
    def _words(self) -> dict[CellState, str]:
        return {s: self.text(f"xlsx.state.{s}", below=SMALL_BELOW) for s in CellState}

    @property
    def hidden_words(self) -> list[str]:
        """Return the words that stand for hidden answers."""
        return [self._words[state] for state in KEPT_BACK]

    def content(self) -> bytes:
        """Close the workbook and return the file's bytes."""
        self._book.close()
        return self._bytes.getvalue()


def plain(number: Decimal | int) -> int | float:
    """Return a number as a spreadsheet holds it: whole ones exactly."""
    whole = int(number)
    return whole if number == whole else float(number)


def sheet_name(title: str, taken: Sequence[str]) -> str:
    """Cut a title to a name that spreadsheets allow and no other sheet has."""
    allowed = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("'") or "-"
    known = {name.casefold() for name in taken} | {"history"}
    name, number = _cut(allowed, _LONGEST_NAME), 1
    while name.casefold() in known:
        number += 1
        end = f" ({number})"
        name = _cut(allowed, _LONGEST_NAME - len(end)) + end
    return name


def _cut(title: str, longest: int) -> str:
    """Cut a title where a word ends, if its words are not that long themselves."""
    cut = title[:longest]
    if len(title) > longest and title[longest] != " " and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.strip(" '-,")


def reference(sheet: Any, row: int, column: int) -> str:
    """Return how a formula on another sheet names a cell."""
    name = sheet.get_name().replace("'", "''")
    return f"'{name}'!{xl_rowcol_to_cell(row, column)}"


def rows_of(first: int, last: int, column: int) -> str:
    """Return how a formula on the same sheet names a part of a column."""
    return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"
