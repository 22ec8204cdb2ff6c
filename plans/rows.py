"""Rows of units.csv as plain values with their lines."""

import csv
import io
from collections.abc import Iterator

from plans.errors import Mistake
from plans.nearest import meant
from plans.source import RowSource, Steps, normal

COLUMNS = (
    "code",
    "name",
    "type",
    "parent",
    "valid_from",
    "valid_to",
    "successors",
    "aliases",
    "needs_confirmation",
)
_NEEDED = ("code", "name", "type", "parent")
_LISTS = ("successors", "aliases")

Row = dict[str, object]


def read_rows(text: str, file: str) -> RowSource:
    """Read a CSV text; empty cells are left out, `successors` and `aliases` are lists."""
    lines: dict[Steps, int] = {}
    mistakes: list[Mistake] = []
    rows: list[Row] = []
    numbered = _numbered(normal(text).removeprefix("\ufeff"))
    header_line, header = 1, list[str]()
    try:
        header_line, header = next(numbered, (1, []))
        header = [name.strip() for name in header]
        mistakes += [_mistake(file, header_line, *found) for found in _wrong_header(header)]
        for line, cells in numbered:
            if len(cells) != len(header):
                mistakes.append(_mistake(file, line, "units", _miscounted(cells, header)))
            lines[(len(rows),)] = line
            rows.append(_row(header, cells))
    except csv.Error as error:
        broken = _mistake(file, _broken_line(error), "units", _BROKEN)
        return RowSource(file=file, mistakes=(*mistakes, broken))
    if any(mistake.line == header_line for mistake in mistakes):
        # without its columns, each row would be a mistake too
        return RowSource(file=file, mistakes=tuple(mistakes))
    return RowSource(file=file, value=rows, lines=lines, mistakes=tuple(mistakes))


_BROKEN = 'put the whole cell in one pair of quotes, and write a quote inside it twice: ""'


class _BrokenLine(csv.Error):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _broken_line(error: csv.Error) -> int:
    return error.line if isinstance(error, _BrokenLine) else 1


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _BrokenLine(before + 1) from None
        # a quoted cell may span lines: the row begins where the last one ended
        line, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            yield line, cells


def _wrong_header(header: list[str]) -> Iterator[tuple[str, str]]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        yield "units", "separate the columns with commas: save the sheet as CSV UTF-8"
        return
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            yield name or "units", meant("column", name, COLUMNS)
        elif header.count(name) > 1:
            yield name, "keep one column of this name"
    for name in _NEEDED:
        if name not in header:
            yield name, f"add the column {name}: the first line is {','.join(COLUMNS)}"


def _miscounted(cells: list[str], header: list[str]) -> str:
    if len(cells) > len(header):
        return f"write {len(header)} cells, and put text that contains a comma in quotes"
    return f"write {len(header)} cells: this line has {len(cells)}, an empty cell keeps its comma"


def _row(header: list[str], cells: list[str]) -> Row:
    row: Row = {}
    for name, cell in zip(header, cells, strict=False):
        text = cell.strip()
        if text and name in COLUMNS:
            row[name] = _items(text) if name in _LISTS else text
    return row


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def _mistake(file: str, line: int, key: str, advice: str) -> Mistake:
    return Mistake(file=file, line=line, key=key, advice=advice)
