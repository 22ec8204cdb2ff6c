"""Every answer of a period in a row of its own: the raw table, and as a .csv file.

Commas as RFC 4180 has it, with a byte order mark: Excel sees UTF-8 by the mark, and whatever else
reads tables expects commas. Semicolons would suit some settings of Windows in Vietnamese and no
other program, and a first line `sep=,` would be a row of figures to all but Excel. No number here
has a comma of its own: counts are written plain. Who works in Excel has the .xlsx file.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import locales
from documents.consolidated import Consolidated, UnitAnswers
from documents.labels import file_name
from documents.masking import Cell, CellState, cell_of
from plans.calendar import local
from plans.dialogue import SMALL_BELOW, questions_in
from plans.messages import File
from plans.pack import Indicator, IndicatorKind

COLUMNS: Final = (
    "code",
    "unit",
    "district",
    "type",
    "period",
    "indicator",
    "label",
    "state",
    "value",
    "version",
    "sent_at",
    "receipt",
    "on_behalf",
    "accepted_at",
    "closed_at",
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One answer with its unit, its proof, and what a coordinator did with the report."""

    unit: str
    name: str
    district: str
    type: str
    period: str
    code: str
    indicator: Indicator
    cell: Cell
    version: int
    sent_at: datetime
    receipt: str
    on_behalf: bool
    accepted_at: datetime | None
    closed_at: datetime | None


def raw_rows(found: Consolidated, *, masked: bool, language: str) -> Iterator[RawRow]:
    """Yield a row for each question that each unit answered, unit by unit."""
    for sent in found.units:
        yield from _of_unit(found, sent, masked, language)


def _of_unit(
    found: Consolidated, sent: UnitAnswers, masked: bool, language: str
) -> Iterator[RawRow]:
    pack = found.pack
    unit = pack.tree[sent.unit]
    district = pack.tree[unit.parent].name if unit.parent else ""
    kind = pack.unit_types[unit.type].name.in_language(language)
    closure = found.closure_of(sent.unit)
    for question in questions_in(pack, found.period, sent.unit):
        answer = sent.answers.get(question.code)
        yield RawRow(
            unit=unit.code,
            name=unit.name,
            district=district,
            type=kind,
            period=found.period.id,
            code=question.code,
            indicator=question.indicator,
            cell=cell_of(
                question.indicator, answer, masked=masked, hidden=question.code in sent.hidden
            ),
            version=sent.version,
            sent_at=sent.sent_at,
            receipt=sent.receipt,
            on_behalf=sent.on_behalf,
            accepted_at=sent.accepted_at,
            closed_at=closure.at if closure else None,
        )


def state_text(language: str, indicator: Indicator, cell: Cell) -> str:
    """Name what an answer is: a figure, yes or no, or why there is none."""
    if cell.number is not None and indicator.kind is IndicatorKind.YES_NO:
        return locales.text(language, "xlsx.yes" if cell.number else "xlsx.no")
    return locales.text(language, f"xlsx.state.{cell.state}", below=SMALL_BELOW)


def heading(language: str, column: str) -> str:
    """Name a column of the raw table."""
    return locales.text(language, f"xlsx.column.{column}")


def report_csv(found: Consolidated, *, masked: bool) -> File:
    """Write the raw table; no cell of it is taken for a formula.

    Each row has the moment of the figures, and says of those that are made up that they are: there
    is no other place that all programs keep.
    """
    lines = io.StringIO(newline="")
    rows = csv.writer(lines)
    columns = (*COLUMNS, "moment", *(("note",) if found.synthetic else ()))
    rows.writerow([heading("vi", column) for column in columns])
    mark = (locales.text("vi", "synthetic.mark"),) if found.synthetic else ()
    moment = local(found.moment).isoformat(timespec="minutes")
    states: dict[tuple[bool, CellState, bool], str] = {}
    for row in raw_rows(found, masked=masked, language="vi"):
        yes_no = row.indicator.kind is IndicatorKind.YES_NO
        key = (yes_no, row.cell.state, bool(row.cell.number))
        if key not in states:
            states[key] = state_text("vi", row.indicator, row.cell)
        rows.writerow(map(_safe, (*_cells(row, states[key]), moment, *mark)))
    name = file_name(locales.text("vi", "xlsx.csv_file"), found, ".csv")
    content = lines.getvalue().encode("utf-8-sig")
    return File(name=name, media_type="text/csv", content=content)


def _cells(row: RawRow, state: str) -> tuple[str, ...]:
    return (
        row.unit,
        row.name,
        row.district,
        row.type,
        row.period,
        row.code,
        row.indicator.label.vi,
        state,
        "" if row.cell.number is None else plain_number(row.cell.number),
        str(row.version),
        _moment(row.sent_at),
        row.receipt,
        locales.text("vi", "xlsx.yes" if row.on_behalf else "xlsx.no"),
        _moment(row.accepted_at),
        _moment(row.closed_at),
    )


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def plain_number(number: Decimal) -> str:
    """Write a number as machines read it: 1234 or 12.5."""
    return f"{number.normalize():f}"


def _safe(text: str) -> str:
    # No figure is negative, so nothing that is meant to be a number begins with a sign.
    return f"'{text}" if text.startswith(_FORMULA) else text
