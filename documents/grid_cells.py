"""How the cells of the grid of who sent when look; each kind has a mark beside its colour."""

import locales
from documents.canvas import MARGIN, Canvas, Ink
from documents.standing_grid import Cell, Grid, Mark, Share

Box = tuple[float, float, float, float]
_FIGURE, _WORDS = 30, 34
_LINE = 1.3
_DAYS_MOST = 99
# The least of a hundred that each step of blue stands for.
STEPS: tuple[tuple[int, Ink], ...] = (
    (100, Ink.BLUE),
    (80, Ink.MIDDLE),
    (50, Ink.LIGHT),
    (1, Ink.PALE),
    (0, Ink.PAPER),
)


def shade(in_time: int, whole: int) -> Ink:
    """Return the step of blue of a share: more than none is never white, less than all not full."""
    if not in_time:
        return Ink.PAPER
    return next((ink for least, ink in STEPS[:3] if in_time * 100 >= least * whole), Ink.PALE)


def draw_cell(canvas: Canvas, cell: Cell, box: Box) -> None:
    """Draw how one unit stood."""
    left, top, right, bottom = box
    # What was corrected has a dot in its corner, which takes its room from the mark.
    x, y = (left + right) / 2 - (5 if cell.corrected else 0), (top + bottom) / 2
    match cell.mark:
        case Mark.ON_TIME:
            canvas.fill(box, Ink.BLUE, edge=Ink.BLUE)
            _check(canvas, x, y, Ink.PAPER)
        case Mark.GRACE:
            canvas.fill(box, Ink.LIGHT, edge=Ink.BLUE)
            _check(canvas, x, y, Ink.TEXT)
        case Mark.LATE:
            canvas.fill(box, Ink.ORANGE, edge=Ink.BROWN)
            days = str(cell.days) if cell.days <= _DAYS_MOST else f"{_DAYS_MOST}+"
            size = _FIGURE if len(days) < 3 else _FIGURE - 6
            canvas.write(days, x, y, size=size, bold=True, align="center")
        case Mark.RETURNED:
            canvas.fill(box, Ink.PURPLE, edge=Ink.TEXT)
            _arrow(canvas, x, y)
        case Mark.NOT_SENT:
            canvas.fill(box, Ink.PAPER, edge=Ink.VERMILLION)
            _cross(canvas, x, y)
        case Mark.COMING:
            canvas.fill(box, Ink.MIST)
            for beside in (-12, 0, 12):
                canvas.dot(x + beside, y, Ink.OUTLINE, 5)
        case Mark.OPEN:
            canvas.fill(box, Ink.PAPER, edge=Ink.RULE)
            canvas.dot(x, y, Ink.OUTLINE, 18)
            canvas.dot(x, y, Ink.PAPER, 11)
        case Mark.NOT_ASKED:
            return
    if cell.corrected:
        canvas.dot(right - 6, top + 6, Ink.PAPER, 14)
        canvas.dot(right - 6, top + 6, Ink.TEXT, 9)


def draw_share(
    canvas: Canvas, share: Share | None, box: Box, *, stacked: bool, coming: bool
) -> None:
    """Draw how many of several units sent in time, shaded by their share once that is due."""
    if share is None:
        return
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    if coming:
        draw_cell(canvas, Cell(mark=Mark.COMING), box)
        return
    ground = shade(share.in_time, share.whole) if share.due else Ink.MIST
    canvas.fill(box, ground, edge=Ink.OUTLINE if share.due else None)
    ink = Ink.PAPER if ground is Ink.BLUE else Ink.TEXT
    part, whole = str(share.in_time), str(share.whole)
    if not stacked:
        canvas.write(f"{part}/{whole}", x, y, size=_FIGURE, bold=True, ink=ink, align="center")
        return
    canvas.write(part, x, y - 17, size=_FIGURE, bold=True, ink=ink, align="center")
    canvas.line([(x - 20, y + 1), (x + 20, y + 1)], ink, 2)
    canvas.write(whole, x, y + 19, size=_FIGURE - 4, ink=ink, align="center")


def _check(canvas: Canvas, x: float, y: float, ink: Ink) -> None:
    canvas.line([(x - 11, y), (x - 3, y + 9), (x + 13, y - 10)], ink, 5)


def _cross(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x - 10, y - 10), (x + 10, y + 10)], Ink.VERMILLION, 5)
    canvas.line([(x - 10, y + 10), (x + 10, y - 10)], Ink.VERMILLION, 5)


def _arrow(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x + 14, y), (x - 12, y)], Ink.TEXT, 5)
    canvas.line([(x - 3, y - 10), (x - 13, y), (x - 3, y + 10)], Ink.TEXT, 5)


def legend(canvas: Canvas, language: str, grid: Grid, y: float) -> float:
    """Say what each kind of cell means."""
    if grid.by_district:
        note = locales.text(language, "pictures.grid.share")
        y = _legend_of_shares(canvas, canvas.paragraph(note, y, _WORDS), language)
    else:
        y = _legend_of_cells(canvas, y, language, bool(grid.invited))
    return canvas.paragraph(locales.text(language, "pictures.grid.blank"), y, _WORDS)


def _legend_of_cells(canvas: Canvas, y: float, language: str, invited: bool) -> float:
    shown = [mark for mark in Mark if mark is not Mark.NOT_ASKED]
    items = [
        (Cell(mark=mark, days=7), locales.text(language, f"pictures.grid.mark.{mark}"))
        for mark in shown
        if invited or mark is not Mark.OPEN
    ]
    corrected = Cell(mark=Mark.ON_TIME, corrected=True)
    items.append((corrected, locales.text(language, "pictures.grid.corrected")))
    x, high = float(MARGIN), _WORDS * 1.45
    for cell, words in items:
        wide = 70 + canvas.width_of(words, _WORDS)
        if x > MARGIN and x + wide > canvas.width - MARGIN:
            x, y = MARGIN, y + high
        draw_cell(canvas, cell, (x, y + 3, x + 56, y + high - 3))
        canvas.write(words, x + 68, y + high / 2, size=_WORDS)
        x += wide + 30
    return y + high + 6


def _legend_of_shares(canvas: Canvas, y: float, language: str) -> float:
    x, high, most = float(MARGIN), _WORDS * 1.45, 100
    items: list[tuple[Ink, str]] = []
    for least, ink in STEPS:
        told = f"{least}%" if least in (0, 100) else f"{least}–{most - 1}%"
        told = f"<{most}%" if least == 1 else told
        items.append((ink, told))
        most = least
    items.append((Ink.MIST, locales.text(language, "pictures.grid.coming")))
    for ink, words in items:
        wide = 70 + canvas.width_of(words, _WORDS)
        if x > MARGIN and x + wide > canvas.width - MARGIN:
            x, y = MARGIN, y + high
        edge = None if ink is Ink.MIST else Ink.OUTLINE
        canvas.fill((x, y + 5, x + 56, y + high - 5), ink, edge=edge)
        canvas.write(words, x + 68, y + high / 2, size=_WORDS)
        x += wide + 26
    return y + high + 6
