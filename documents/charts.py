"""The progress picture: reports as they came in, and who is behind, large enough for a phone."""

from dataclasses import dataclass
from datetime import date, timedelta

import locales
from documents import wording
from documents.canvas import MARGIN, Canvas, Ink
from documents.course import (
    Bar,
    Course,
    bar_of,
    bars_of,
    moment_line,
    recent_line,
    short_day,
)
from documents.progress import sent_line
from plans.messages import File
from plans.progress import count

WIDTH = 1080
BARS = 15
_RIGHT = WIDTH - MARGIN
_TITLE, _LARGE, _SMALL = 48, 44, 38
_LINE, _ROW = 1.3, 1.15
_TICKS = 6
_STEPS = (1, 2, 3, 5, 7, 14, 30, 60, 90, 180)


def progress_chart(language: str, course: Course) -> File:
    """Draw how a period's reports came in and which districts are behind."""
    canvas = Canvas(WIDTH)
    y = _heading(canvas, language, course, MARGIN)
    y = _curve(canvas, language, course, y)
    y = canvas.paragraph(recent_line(language, course), y + 8, _SMALL, bold=True)
    y = _legend(canvas, language, course, y)
    y = _bars(canvas, language, course, y)
    if course.invited:
        sent, whole = count(course.invited)
        words = locales.text(language, "charts.invited", sent=sent, total=whole)
        y = canvas.paragraph(words, y + 8, _SMALL, ink=Ink.SOFT)
    where = f"-{course.progress.root}" if course.progress.root else ""
    name = f"{locales.text(language, 'charts.file')}-{course.progress.period.id}{where}.png"
    return File(name=name, media_type="image/png", content=canvas.png(y + MARGIN / 2))


def _heading(canvas: Canvas, language: str, course: Course, y: float) -> float:
    progress = course.progress
    root = progress.root
    place = progress.pack.tree[root].name if root else progress.pack.province.name
    period = wording.period_name(language, progress.period)
    title = locales.text(language, "charts.title", period=period)
    y = canvas.paragraph(title, y, _TITLE, bold=True)
    plan = wording.plan_title(language, progress.pack)
    whole = f"{place} · {plan}"
    fits = canvas.width_of(whole, _SMALL) <= _RIGHT - MARGIN
    for words in [whole] if fits else [place, plan]:
        y = canvas.paragraph(words, y, _SMALL)
    y = canvas.paragraph(moment_line(language, course), y, _SMALL, ink=Ink.SOFT)
    return canvas.paragraph(sent_line(language, course.counted), y + 16, _LARGE, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Where days and numbers of units stand on the sheet."""

    first: date
    last: date
    whole: int
    left: float
    top: float
    bottom: float

    def x(self, day: date) -> float:
        """Return where a day begins."""
        days = (self.last - self.first).days + 1
        return self.left + (day - self.first).days / days * (_RIGHT - self.left)

    def y(self, units: int) -> float:
        """Return the height of a number of units."""
        return self.bottom - units / max(self.whole, 1) * (self.bottom - self.top)


_DAY = timedelta(days=1)
_PLOT_HEIGHT = 280


def _curve(canvas: Canvas, language: str, course: Course, y: float) -> float:
    """Draw how the number of units that sent grew, against the deadline and the whole."""
    y = canvas.paragraph(locales.text(language, "charts.by_day"), y + 6, _SMALL)
    plot = _plot_of(canvas, course, y + _SMALL * _LINE + 8)
    _grace(canvas, course, plot)
    for units in {0, plot.whole}:
        canvas.line([(plot.left, plot.y(units)), (_RIGHT, plot.y(units))], Ink.OUTLINE, 2)
        label = locales.shown(language, units)
        canvas.write(label, plot.left - 12, plot.y(units), size=_SMALL, align="right")
    _deadline(canvas, language, course, plot)
    _steps(canvas, language, course, plot)
    y = _days(canvas, plot)
    until = course.progress.period.grace_until
    if until > course.progress.period.last_on_time:
        middle = y + _SMALL * _LINE / 2
        box = (MARGIN, middle - 16, MARGIN + 40, middle + 16)
        canvas.fill(box, Ink.MIST, edge=Ink.OUTLINE, stripes=Ink.RULE)
        words = locales.text(language, "charts.grace", day=short_day(until))
        canvas.write(words, MARGIN + 52, middle, size=_SMALL)
        y += _SMALL * _LINE
    return y


def _plot_of(canvas: Canvas, course: Course, top: float) -> _Plot:
    period, (_, whole) = course.progress.period, count(course.counted)
    shown = min(course.progress.today, period.lock)
    return _Plot(
        first=min([period.opens, *course.arrivals]),
        last=max([period.grace_until, shown, *course.arrivals]),
        whole=whole,
        left=MARGIN + canvas.width_of(str(whole), _SMALL) + 12,
        top=top,
        bottom=top + _PLOT_HEIGHT,
    )


def _grace(canvas: Canvas, course: Course, plot: _Plot) -> None:
    period = course.progress.period
    left, right = plot.x(period.last_on_time + _DAY), plot.x(period.grace_until + _DAY)
    canvas.fill((left, plot.top, right, plot.bottom), Ink.MIST, stripes=Ink.RULE)


def _deadline(canvas: Canvas, language: str, course: Course, plot: _Plot) -> None:
    """Mark the end of the last day on time."""
    last = course.progress.period.last_on_time
    x = plot.x(last + _DAY)
    canvas.line([(x, plot.top - 14), (x, plot.bottom)], Ink.VERMILLION, 5, dashed=True)
    words = locales.text(language, "charts.deadline", day=short_day(last))
    half = canvas.width_of(words, _SMALL, bold=True) / 2
    middle = min(max(x, MARGIN + half), _RIGHT - half)
    y = plot.top - 14 - _SMALL * _LINE / 2
    canvas.write(words, middle, y, size=_SMALL, bold=True, ink=Ink.VERMILLION, align="center")


def _steps(canvas: Canvas, language: str, course: Course, plot: _Plot) -> None:
    """Draw the number of units that had sent by each day, and write the last one."""
    end = min(course.progress.today, plot.last)
    if end < plot.first:
        return
    points, sent = [(plot.x(plot.first), plot.y(0))], 0
    for day in sorted(set(course.arrivals)):
        points.append((plot.x(day), plot.y(sent)))
        sent += course.sent_on(day)
        points.append((plot.x(day), plot.y(sent)))
    x, y = plot.x(end + _DAY), plot.y(sent)
    canvas.line([*points, (x, y)], Ink.BLUE, 8)
    canvas.dot(x, y, Ink.BLUE, 20)
    words = locales.shown(language, sent)
    wide = canvas.width_of(words, _LARGE, bold=True)
    above = y - plot.top > _LARGE * _LINE
    at = max(x - wide - 12, plot.left + 8)
    y += (-1 if above else 1) * (_LARGE / 2 + 14)
    canvas.write(words, at, y, size=_LARGE, bold=True, ink=Ink.BLUE, over=True)


def _days(canvas: Canvas, plot: _Plot) -> float:
    """Write days below the plot, as many as there is room for."""
    span = (plot.last - plot.first).days + 1
    step = next((step for step in _STEPS if span / step <= _TICKS), span)
    y = plot.bottom + 12 + _SMALL / 2
    for offset in range(0, span, step):
        day = plot.first + timedelta(offset)
        x = (plot.x(day) + plot.x(day + _DAY)) / 2
        canvas.line([(x, plot.bottom), (x, plot.bottom + 10)], Ink.OUTLINE, 2)
        half = canvas.width_of(short_day(day), _SMALL) / 2
        canvas.write(short_day(day), min(x, _RIGHT - half), y + 6, size=_SMALL, align="center")
    return y + _SMALL * _LINE / 2 + 6


_SENT, _BEGUN, _NOT_BEGUN = range(3)


def _stretch(canvas: Canvas, state: int, box: tuple[float, float, float, float]) -> None:
    """Fill a part of a bar in the manner of a state: plain, striped, empty."""
    if state == _SENT:
        canvas.fill(box, Ink.BLUE, edge=Ink.TEXT)
    elif state == _BEGUN:
        canvas.fill(box, Ink.ORANGE, edge=Ink.TEXT, stripes=Ink.BROWN)
    else:
        canvas.fill(box, Ink.PAPER, edge=Ink.TEXT)


def _legend(canvas: Canvas, language: str, course: Course, y: float) -> float:
    """Say what the bars compare, and how many units there are of each state."""
    bars = bars_of(language, course)
    key = "charts.by_district" if bars.by_district else "charts.by_type"
    y = canvas.paragraph(locales.text(language, key), y + 24, _SMALL, bold=True)
    whole = bar_of("", course.counted)
    x, high = float(MARGIN), _SMALL * _LINE
    counts = (
        locales.text(language, "charts.sent", count=whole.sent),
        locales.text(language, "charts.begun", count=whole.begun),
        locales.text(language, "charts.not_begun", count=whole.not_begun),
    )
    for state, words in enumerate(counts):
        wide = 52 + canvas.width_of(words, _SMALL)
        if x + wide > _RIGHT:
            x, y = MARGIN, y + high
        _stretch(canvas, state, (x, y + high / 2 - 16, x + 40, y + high / 2 + 16))
        canvas.write(words, x + 52, y + high / 2, size=_SMALL)
        x += wide + 36
    return y + high + 8


def _bars(canvas: Canvas, language: str, course: Course, y: float) -> float:
    """Draw a bar for each group, the furthest behind first."""
    bars = bars_of(language, course)
    shown, rest = bars.ranked[:BARS], bars.ranked[BARS:]
    drawn = [*shown, *bars.apart]
    most = max((canvas.width_of(bar.name, _SMALL) for bar in drawn), default=0)
    left = MARGIN + min(most, 0.46 * WIDTH) + 16
    shares = [canvas.width_of(_share(language, bar), _SMALL, bold=True) for bar in drawn]
    right = _RIGHT - max(shares, default=0) - 16
    for bar in shown:
        y = _bar(canvas, language, bar, (left, right), y)
    if rest:
        sent, whole = sum(bar.sent for bar in rest), sum(bar.whole for bar in rest)
        words = locales.text(language, "charts.rest", count=len(rest), sent=sent, total=whole)
        y = canvas.paragraph(words, y, _SMALL)
    if bars.apart:
        canvas.line([(MARGIN, y + 6), (_RIGHT, y + 6)], Ink.RULE, 2)
        y += 12
    for bar in bars.apart:
        y = _bar(canvas, language, bar, (left, right), y)
    return y


def _share(language: str, bar: Bar) -> str:
    return locales.text(language, "charts.of", sent=bar.sent, total=bar.whole)


def _bar(canvas: Canvas, language: str, bar: Bar, between: tuple[float, float], y: float) -> float:
    """Draw one group's bar with its name before and its numbers behind; return where it ends."""
    left, right = between
    names = canvas.wrapped(bar.name, _SMALL, left - 16 - MARGIN, lines=2)
    high = len(names) * _SMALL * _ROW + 8
    for number, name in enumerate(names):
        canvas.write(name, MARGIN, y + 4 + (number + 0.5) * _SMALL * _ROW, size=_SMALL)
    middle, x = y + high / 2, left
    for state, units in enumerate((bar.sent, bar.begun, bar.not_begun)):
        end = x + units / bar.whole * (right - left)
        _stretch(canvas, state, (x, middle - 17, end, middle + 17))
        x = end
    canvas.write(_share(language, bar), _RIGHT, middle, size=_SMALL, bold=True, align="right")
    return y + high
