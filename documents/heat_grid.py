"""The grid of who sent when: units, or whole districts, against the periods of a plan.

What does not fit on a phone's screen or two is parted into pages: the latest periods first, and
under each the rows from the top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import locales
from documents import wording
from documents.canvas import MARGIN, Canvas, Ink
from documents.grid_cells import draw_cell, draw_share, legend
from documents.standing_grid import Grid, Line, district_lines, unit_lines
from plans.calendar import Period
from plans.messages import File
from plans.pack import PeriodKind

T = TypeVar("T")

WIDTH = 1080
_RIGHT = WIDTH - MARGIN
_TITLE, _SMALL, _NAME, _HEAD = 48, 38, 34, 30
_ROOM = 400  # for names
_COLUMN, _COLUMN_MOST = 60, 144
_ROW, _TALL = 50, 78  # a row of one line of figures, and of two
_BODY = 1760  # how high the rows of a page may stand together
_DIGIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPage:
    """The rows and columns of one page, counted from 1, and `every` row of all pages.

    `stacked`: parts stand above their wholes.
    """

    number: int
    count: int
    periods: Sequence[Period]
    lines: Sequence[Line]
    every: Sequence[Line]
    stacked: bool


def grid_page(language: str, grid: Grid, wanted: int = 1) -> GridPage:
    """Return a page of the grid, or the last one there is."""
    bodies = locales.text(language, "charts.bodies")
    invited = locales.text(language, "pictures.grid.invited")
    make = district_lines if grid.by_district else unit_lines
    lines = make(grid, bodies, invited)
    columns = [list(part) for part in _parted(grid.periods, _room_for_columns())][::-1] or [[]]
    stacked = grid.by_district and _stacks(lines, len(columns[0]))
    parts = list(_parted(lines, _BODY // (_TALL if stacked else _ROW))) or [[]]
    count = len(columns) * len(parts)
    number = min(max(wanted, 1), count)
    column, part = divmod(number - 1, len(parts))
    return GridPage(
        number=number,
        count=count,
        periods=columns[column],
        lines=list(parts[part]),
        every=lines,
        stacked=stacked,
    )


def _room_for_columns() -> int:
    return int((_RIGHT - MARGIN - _ROOM - 12) // _COLUMN)


def _parted(items: Sequence[T], most: int) -> list[Sequence[T]]:
    """Part items into as few pieces as may be, all about as long."""
    if not items:
        return []
    pieces = -(-len(items) // most)
    size = -(-len(items) // pieces)
    return [items[start : start + size] for start in range(0, len(items), size)]


def _stacks(lines: Sequence[Line], columns: int) -> bool:
    """Say whether columns are too narrow for n/N on one line."""
    longest = max((len(str(len(line.units))) for line in lines), default=1)
    wide = min((_RIGHT - MARGIN - _ROOM - 12) / max(columns, 1), _COLUMN_MOST)
    return (2 * longest + 1) * _DIGIT + 10 > wide


def heat_grid(language: str, grid: Grid, wanted: int = 1) -> File:
    """Draw one page of the grid of who sent when."""
    canvas, page = Canvas(WIDTH), grid_page(language, grid, wanted)
    y = _heading(canvas, language, grid, page)
    most = max((canvas.width_of(line.name, _NAME) for line in page.lines), default=0)
    room = _RIGHT - MARGIN - 12 - len(page.periods) * _COLUMN_MOST
    left = MARGIN + min(most, max(room, _ROOM)) + 12
    wide = min((_RIGHT - left) / max(len(page.periods), 1), _COLUMN_MOST)
    y = _columns(canvas, language, page.periods, (left, wide), y)
    y = _rows(canvas, grid, page, (left, wide), y)
    y = _notes(canvas, language, page.periods, y + 8)
    y = legend(canvas, language, grid, y + 8)
    name = f"{locales.text(language, 'pictures.grid.file')}{_where(grid, page)}.png"
    return File(name=name, media_type="image/png", content=canvas.png(y + MARGIN / 2))


def _where(grid: Grid, page: GridPage) -> str:
    years = list(dict.fromkeys(str(period.year) for period in grid.periods))
    parts = [*years[:1], *years[1:][-1:], *([grid.root] if grid.root else [])]
    parts += [f"{page.number}"] if page.count > 1 else []
    return "".join(f"-{part}" for part in parts)


def grid_title(language: str, grid: Grid, page: GridPage) -> tuple[str, str]:
    """Name the grid and its years, and where it is and which page."""
    years = sorted({period.year for period in grid.periods})
    told = "–".join(str(year) for year in dict.fromkeys([*years[:1], *years[-1:]]))
    title = locales.text(language, "pictures.grid.title", years=told)
    where = grid.pack.tree[grid.root].name if grid.root else grid.pack.province.name
    if page.count > 1:
        where += locales.text(language, "progress.page", page=page.number, pages=page.count)
    return title, where


def _heading(canvas: Canvas, language: str, grid: Grid, page: GridPage) -> float:
    title, where = grid_title(language, grid, page)
    time, day = wording.clock(grid.moment), wording.day(grid.moment)
    moment = locales.text(language, "charts.moment", time=time, day=day)
    y = canvas.paragraph(title, MARGIN, _TITLE, bold=True)
    y = canvas.paragraph(where, y, _SMALL)
    y = canvas.paragraph(wording.plan_title(language, grid.pack), y, _SMALL)
    return canvas.paragraph(moment, y, _SMALL, ink=Ink.SOFT) + 14


def short_name(language: str, period: Period, once: int = 0) -> str:
    """Name a period within its year in few letters; what is sent once by its number."""
    part = period.parts[0]
    if part.kind is PeriodKind.ONE_OFF:
        return f"({once})"
    return locales.text(language, f"pictures.short.{part.kind}", number=part.ordinal)


def once_numbers(periods: Sequence[Period]) -> dict[str, int]:
    """Number the periods that are sent once."""
    once = [period.id for period in periods if period.form]
    return {id: number for number, id in enumerate(once, start=1)}


def _columns(
    canvas: Canvas, language: str, periods: Sequence[Period], place: tuple[float, float], y: float
) -> float:
    """Write the years over their periods, and the periods over their columns."""
    left, wide = place
    numbers = once_numbers(periods)
    for year in dict.fromkeys(period.year for period in periods):
        own = [at for at, period in enumerate(periods) if period.year == year]
        first, after = left + own[0] * wide, left + (own[-1] + 1) * wide
        words = str(year) if after - first > 90 else f"’{year % 100:02}"
        canvas.write(words, (first + after) / 2, y + 20, size=_NAME, bold=True, align="center")
        canvas.line([(first + 4, y + 42), (after - 4, y + 42)], Ink.OUTLINE, 3)
    for at, period in enumerate(periods):
        words = short_name(language, period, numbers.get(period.id, 0))
        if period.parts[0].kind is PeriodKind.QUARTER:
            whole = wording.short_part(language, period.parts[0])
            words = whole if canvas.width_of(whole, _HEAD) <= wide - 8 else words
        canvas.write(words, left + (at + 0.5) * wide, y + 64, size=_HEAD, align="center")
    return y + 88


def _rows(
    canvas: Canvas, grid: Grid, page: GridPage, place: tuple[float, float], y: float
) -> float:
    left, wide = place
    least, group = _TALL if page.stacked else _ROW, ""
    for line in page.lines:
        if line.group != group or (line.invited and grid.by_district):
            group = line.group
            y = _group(canvas, group, y)
        names = canvas.wrapped(line.name, _NAME, left - 12 - MARGIN, lines=3)
        high = max(least, len(names) * _NAME * 1.12 + 6)
        middle = y + high / 2 - (len(names) - 1) * _NAME * 1.12 / 2
        for number, words in enumerate(names):
            canvas.write(words, MARGIN, middle + number * _NAME * 1.12, size=_NAME)
        for at, period in enumerate(page.periods):
            box = (left + at * wide + 2, y + 2, left + (at + 1) * wide - 2, y + high - 2)
            if grid.by_district:
                share, coming = grid.share(line, period), grid.today < period.opens
                draw_share(canvas, share, box, stacked=page.stacked, coming=coming)
            else:
                draw_cell(canvas, grid.cell(line.units[0], period), box)
        y += high
    return y


def _group(canvas: Canvas, name: str, y: float) -> float:
    """Begin a group of rows by a rule and its name."""
    canvas.line([(MARGIN, y + 6), (_RIGHT, y + 6)], Ink.RULE, 2)
    return canvas.paragraph(name, y + 10, _NAME, bold=True) if name else y + 12


def _notes(canvas: Canvas, language: str, periods: Sequence[Period], y: float) -> float:
    """Name in full what is sent once."""
    numbers = once_numbers(periods)
    for period in periods:
        if period.id in numbers:
            name = wording.period_name(language, period)
            y = canvas.paragraph(f"({numbers[period.id]}) {name}", y, _NAME)
    return y
