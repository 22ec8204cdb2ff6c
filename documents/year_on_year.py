"""A year's periods beside those of the year before, and what they add up to, as bars and lines.

What nobody gave is a gap, never a nought; a bar of which figures lack is striped.
"""

from collections.abc import Sequence
from decimal import Decimal

import locales
from documents import wording
from documents.canvas import MARGIN, Canvas, Ink
from documents.years_compared import (
    Compared,
    Known,
    Slot,
    YearsCompared,
    alone_lines,
    days_of,
    label_of,
    sum_lines,
    titles,
)
from plans.dialogue import SMALL_BELOW
from plans.messages import File
from plans.pack import IndicatorKind

WIDTH = 1080
# How many indicators stand on one picture.
PAGE = 3
_RIGHT = WIDTH - MARGIN
_TITLE, _SMALL, _NAME, _FIGURE = 48, 38, 36, 34
_LINE, _PLOT, _BAR = 1.3, 170, 74
_Points = list[tuple[float, float] | None]


def year_on_year(language: str, found: YearsCompared) -> File:
    """Draw some indicators of a year beside those of the year before."""
    canvas = Canvas(WIDTH)
    title, where, moment = titles(language, found)
    y = canvas.paragraph(title, MARGIN, _TITLE, bold=True)
    y = canvas.paragraph(where, y, _SMALL)
    y = canvas.paragraph(moment, y, _SMALL, ink=Ink.SOFT)
    for words in alone_lines(language, found):
        y = canvas.paragraph(words, y, _SMALL)
    y = _legend(canvas, language, found, y + 8)
    for one in found.shown:
        y = _panel(canvas, language, one, y + 10)
    parts = [str(found.year), *(one.code for one in found.shown[:1] if len(found.shown) == 1)]
    parts += [found.root] if found.root else []
    parts += [str(found.page)] if found.pages > 1 else []
    name = f"{locales.text(language, 'pictures.years.file')}-{'-'.join(parts)}.png"
    return File(name=name, media_type="image/png", content=canvas.png(y + MARGIN / 2))


def _legend(canvas: Canvas, language: str, found: YearsCompared, y: float) -> float:
    """Say what the bars, their stripes and the lines are."""
    now = locales.text(language, "pictures.years.now", year=str(found.year))
    partly = locales.text(language, "pictures.years.partly")
    items: list[tuple[str, str]] = [("now", now)]
    if found.last_year:
        before = locales.text(language, "pictures.years.before", year=str(found.year - 1))
        items.append(("before", before))
    items.append(("partly", partly))
    if any(one.indicator.kind is IndicatorKind.FLOW for one in found.shown):
        items.append(("line", locales.text(language, "pictures.years.line")))
    x, high = float(MARGIN), _FIGURE * 1.4
    for kind, words in items:
        wide = 60 + canvas.width_of(words, _FIGURE)
        if x > MARGIN and x + wide > _RIGHT:
            x, y = MARGIN, y + high
        box = (x, y + 6, x + 46, y + high - 6)
        if kind == "line":
            _line(canvas, [(x + 7, y + high / 2), (x + 43, y + high / 2)], before=False)
        else:
            _fill(canvas, box, before=kind == "before", partly=kind == "partly")
        canvas.write(words, x + 58, y + high / 2, size=_FIGURE)
        x += wide + 28
    key = "pictures.years.below_both" if found.last_year else "pictures.years.below"
    y = canvas.paragraph(locales.text(language, key), y + high, _FIGURE)
    y = canvas.paragraph(locales.text(language, "pictures.years.gap"), y, _FIGURE)
    if not any(known.hidden for one in found.shown for known in _all_known(one)):
        return y
    star = locales.text(language, "pictures.years.star", below=SMALL_BELOW)
    return canvas.paragraph(star, y, _FIGURE)


def _fill(
    canvas: Canvas, box: tuple[float, float, float, float], *, before: bool, partly: bool
) -> None:
    ink, stripes = (Ink.LIGHT, Ink.OUTLINE) if before else (Ink.BLUE, Ink.PALE)
    canvas.fill(box, ink, edge=Ink.TEXT, stripes=stripes if partly else None)


def _line(canvas: Canvas, points: Sequence[tuple[float, float]], *, before: bool) -> None:
    if len(points) > 1:
        canvas.line(points, Ink.OUTLINE if before else Ink.TEXT, 5, dashed=before)
    for x, y in points:
        canvas.dot(x, y, Ink.PAPER, 18)
        canvas.dot(x, y, Ink.OUTLINE if before else Ink.TEXT, 13)


def _panel(canvas: Canvas, language: str, one: Compared, y: float) -> float:
    """Draw one indicator: its bars, the sums so far, the figures below, and the year's sum."""
    canvas.line([(MARGIN, y), (_RIGHT, y)], Ink.RULE, 2)
    y = canvas.paragraph(label_of(language, one), y + 10, _NAME, bold=True) + 14
    bottom = y + _PLOT
    most = max([*_numbers(one), Decimal(1)])
    wide = (_RIGHT - MARGIN) / max(len(one.slots), 1)
    # Where there is nothing to stand beside, a bar stands in the middle.
    aside = _BAR / 2 + 4 if any(slot.compared for slot in one.slots) else 0
    now: _Points = []
    before: _Points = []
    end = bottom
    canvas.line([(MARGIN, bottom), (_RIGHT, bottom)], Ink.OUTLINE, 2)
    for at, slot in enumerate(one.slots):
        middle = MARGIN + (at + 0.5) * wide
        for known, number, x, points in (
            (slot.compared, slot.running_before, middle - aside, before),
            (slot.now, slot.running, middle + aside, now),
        ):
            if known and known.number is not None:
                top = bottom - max(float(known.number / most) * _PLOT, 3)
                box = (x - _BAR / 2, top, x + _BAR / 2, bottom)
                _fill(canvas, box, before=points is before, partly=not known.complete)
            sums = None if number is None else (x, bottom - float(number / most) * _PLOT)
            points.append(sums)
        end = max(end, _figures(canvas, language, one, slot, middle, bottom))
    _pieces(canvas, before, before=True)
    _pieces(canvas, now, before=False)
    for words in sum_lines(language, one):
        end = canvas.paragraph(words, end, _FIGURE)
    return end


def _all_known(one: Compared) -> list[Known]:
    """Return the figures that are drawn."""
    return [known for slot in one.slots for known in (slot.now, slot.compared) if known]


def _numbers(one: Compared) -> list[Decimal]:
    sums = [number for slot in one.slots for number in (slot.running, slot.running_before)]
    found = [*(known.number for known in _all_known(one)), *sums]
    return [number for number in found if number is not None]


def _pieces(canvas: Canvas, points: _Points, *, before: bool) -> None:
    """Draw a line through points, broken where one is not known."""
    piece: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            piece.append(point)
        elif piece:
            _line(canvas, piece, before=before)
            piece = []


def _time(language: str, one: Compared, slot: Slot) -> tuple[str, str]:
    """Name the time that a figure is of, and its days: of what adds up, the new days alone."""
    part = slot.period.parts[-1]
    if one.indicator.kind is IndicatorKind.FLOW:
        part = wording.own_part(slot.period) or part
    return wording.short_part(language, part), days_of(slot.period, one.indicator.kind)


def _figures(
    canvas: Canvas, language: str, one: Compared, slot: Slot, middle: float, bottom: float
) -> float:
    """Write a period's name, days and figures below its bars; return where they end."""
    step = _FIGURE * 1.2
    name, days = _time(language, one, slot)
    lines: list[tuple[str, bool, Ink]] = [
        (name, False, Ink.TEXT),
        (days, False, Ink.TEXT),
    ]
    if slot.now is None:
        lines.append((locales.text(language, "pictures.years.coming"), False, Ink.SOFT))
    else:
        lines.append((_number(language, slot.now), True, Ink.BLUE))
    if slot.compared is not None:
        lines.append((_number(language, slot.compared), False, Ink.SOFT))
    if slot.now is not None:
        lines.append((f"{slot.now.given}/{slot.now.expected}", False, Ink.SOFT))
    for number, (words, bold, ink) in enumerate(lines):
        y = bottom + 8 + (number + 0.5) * step
        canvas.write(words, middle, y, size=_FIGURE, bold=bold, ink=ink, align="center")
    return bottom + 14 + len(lines) * step


def _number(language: str, known: Known) -> str:
    """Write a figure; a star where counts too small to be shown were left out."""
    if known.number is None:
        return "*" if known.hidden else "–"
    return locales.shown(language, known.number) + ("*" if known.hidden else "")
