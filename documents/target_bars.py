"""The plan's targets as bars: what was reached against what is asked, and each verdict's mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import locales
from documents import wording
from documents.canvas import MARGIN, Canvas, Ink
from documents.targets import reading_text, threshold_text
from plans.calendar import Period
from plans.messages import File
from plans.pack import Pack
from plans.targets import CountMin, GrowthBand, Qualitative, Target
from plans.verdicts import Judged, Reading, Verdict

WIDTH = 1080
# How many targets with a bar stand on one picture.
PAGE = 8
_RIGHT = WIDTH - MARGIN
_TITLE, _SMALL, _NAME, _WORDS = 42, 38, 36, 34
_LINE, _HIGH, _SPARE = 1.3, 36, Fraction(115, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSheet:
    """One page of a plan's targets under each of their readings, as one reader may see them.

    `qualitative` are those without any number: told on the last page.
    """

    pack: Pack
    period: Period
    moment: datetime
    sent: int
    whole: int
    judged: Sequence[tuple[Judged, ...]]
    qualitative: Sequence[Target] = ()
    root: str = ""
    page: int = 1
    pages: int = 1


def has_bar(target: Target) -> bool:
    """Say whether a target has anything to draw."""
    return not isinstance(target, Qualitative)


def targets_text(language: str, sheet: TargetSheet) -> str:
    """Tell in words what the picture of targets shows."""
    lines = [*_titles(language, sheet)]
    for readings in sheet.judged:
        lines.append(_name(readings[0].target))
        lines += [f"  {told}" for told in told_lines(language, sheet, readings)]
    return "\n".join([*lines, *_in_words(language, sheet)])


def _titles(language: str, sheet: TargetSheet) -> list[str]:
    name = wording.period_name(language, sheet.period)
    if sheet.root:
        name += f" · {sheet.pack.tree[sheet.root].name}"
    title = locales.text(language, "target.title", period=name, sent=sheet.sent, total=sheet.whole)
    if sheet.pages > 1:
        title += locales.text(language, "progress.page", page=sheet.page, pages=sheet.pages)
    time, day = wording.clock(sheet.moment), wording.day(sheet.moment)
    return [title, locales.text(language, "charts.moment", time=time, day=day)]


def _name(target: Target) -> str:
    return f"{target.id} · {target.text}"


def told_lines(language: str, sheet: TargetSheet, readings: Sequence[Judged]) -> list[str]:
    """Tell each reading's verdict, its figures and what is asked for."""
    return [_told(language, sheet, one) for one in readings]


def _told(language: str, sheet: TargetSheet, one: Judged) -> str:
    text = reading_text(language, one)
    if one.reading in (Reading.PLAIN, Reading.LIST):
        least = threshold_text(language, one)
        text += " · " + locales.text(language, "pictures.targets.least", threshold=least)
    return text


def _in_words(language: str, sheet: TargetSheet) -> list[str]:
    if not sheet.qualitative:
        return []
    names = "; ".join(map(_name, sheet.qualitative))
    return [locales.text(language, "pictures.targets.words", names=names)]


def target_bars(language: str, sheet: TargetSheet) -> File:
    """Draw the targets of a page, each reading's bar against what is asked."""
    canvas = Canvas(WIDTH)
    title, moment = _titles(language, sheet)
    y = canvas.paragraph(title, MARGIN, _TITLE, bold=True)
    y = canvas.paragraph(moment, y, _SMALL, ink=Ink.SOFT)
    y = canvas.paragraph(locales.text(language, "pictures.targets.legend"), y, _WORDS) + 8
    for readings in sheet.judged:
        canvas.line([(MARGIN, y + 4), (_RIGHT, y + 4)], Ink.RULE, 2)
        y = canvas.paragraph(_name(readings[0].target), y + 12, _NAME, bold=True)
        for one, told in zip(readings, told_lines(language, sheet, readings), strict=True):
            y = _reading(canvas, one, told, y)
    for words in _in_words(language, sheet):
        y = canvas.paragraph(words, y + 12, _WORDS)
    parts = [sheet.period.id, *([sheet.root] if sheet.root else [])]
    parts += [str(sheet.page)] if sheet.pages > 1 else []
    name = f"{locales.text(language, 'pictures.targets.file')}-{'-'.join(parts)}.png"
    return File(name=name, media_type="image/png", content=canvas.png(y + MARGIN))


def _reading(canvas: Canvas, one: Judged, told: str, y: float) -> float:
    """Draw one reading: its bar, and below it the verdict's mark and the words."""
    _bar(canvas, one, y + 12)
    y += 12 + _HIGH + 14
    lines = canvas.wrapped(told, _WORDS, _RIGHT - MARGIN - 52, lines=4)
    draw_verdict(canvas, one.verdict, MARGIN + 18, y + _WORDS * _LINE / 2)
    for line in lines:
        canvas.write(line, MARGIN + 52, y + _WORDS * _LINE / 2, size=_WORDS)
        y += _WORDS * _LINE
    return y + 8


def _ends(one: Judged) -> tuple[Fraction, Fraction]:
    """Return the least and the most that a reading's bar shows."""
    known = [share for share in (one.threshold, one.actual, one.top) if share is not None]
    if isinstance(one.target, GrowthBand):
        known += [one.target.high, Fraction(0)]
        return min(known) * _SPARE, max(known) * _SPARE
    if isinstance(one.target, CountMin):
        return Fraction(0), max([*known, Fraction(1)]) * _SPARE
    return Fraction(0), max([*known, Fraction(1)])


def _bar(canvas: Canvas, one: Judged, top: float) -> None:
    """Draw what was reached, what is not known, and what is asked for."""
    least, most = _ends(one)
    bottom = top + _HIGH

    def at(share: Fraction) -> float:
        return MARGIN + float((share - least) / (most - least)) * (_RIGHT - MARGIN)

    unknown = one.verdict is Verdict.NOT_ENOUGH or one.top not in (None, one.actual)
    whole = (MARGIN, top, _RIGHT, bottom)
    canvas.fill(whole, Ink.PAPER, edge=Ink.OUTLINE)
    if unknown:
        end = at(one.top) if one.top is not None else _RIGHT
        start = at(one.actual) if one.actual is not None and one.given else MARGIN
        canvas.fill((start, top, end, bottom), Ink.MIST, edge=Ink.OUTLINE, stripes=Ink.OUTLINE)
    if one.actual is not None and one.given:
        start, end = sorted((at(Fraction(0)), at(one.actual)))
        ink, stripes = _INKS[one.verdict]
        canvas.fill((start, top, end, bottom), ink, edge=Ink.TEXT, stripes=stripes)
    marks = [one.threshold]
    if isinstance(one.target, GrowthBand):
        marks.append(one.target.high)
        canvas.line([(at(Fraction(0)), top - 4), (at(Fraction(0)), bottom + 4)], Ink.OUTLINE, 3)
    for share in marks:
        if share is not None:
            x = min(max(at(share), MARGIN + 4), _RIGHT - 4)
            canvas.line([(x, top - 10), (x, bottom + 10)], Ink.PAPER, 14)
            canvas.line([(x, top - 10), (x, bottom + 10)], Ink.TEXT, 8)


_INKS: dict[Verdict, tuple[Ink, Ink | None]] = {
    Verdict.REACHED: (Ink.BLUE, None),
    Verdict.EXCEEDED: (Ink.BLUE, None),
    Verdict.NOT_REACHED: (Ink.ORANGE, None),
    Verdict.NOT_ENOUGH: (Ink.LIGHT, Ink.OUTLINE),
}


def draw_verdict(canvas: Canvas, verdict: Verdict, x: float, y: float) -> None:
    """Draw a verdict's mark: checks, a cross, a dot, or stripes where nothing is known."""
    match verdict:
        case Verdict.REACHED | Verdict.EXCEEDED:
            steps = (-7, 7) if verdict is Verdict.EXCEEDED else (0,)
            for step in steps:
                points = [(x - 11 + step, y), (x - 3 + step, y + 9), (x + 11 + step, y - 10)]
                canvas.line(points, Ink.BLUE, 6)
        case Verdict.NOT_REACHED:
            canvas.line([(x - 12, y - 12), (x + 12, y + 12)], Ink.VERMILLION, 6)
            canvas.line([(x - 12, y + 12), (x + 12, y - 12)], Ink.VERMILLION, 6)
        case Verdict.WITHHELD:
            canvas.line([(x - 14, y), (x + 14, y)], Ink.TEXT, 10)
        case Verdict.NOT_ASKED:
            canvas.dot(x, y, Ink.TEXT, 16)
        case _:
            box = (x - 16, y - 14, x + 16, y + 14)
            canvas.fill(box, Ink.MIST, edge=Ink.OUTLINE, stripes=Ink.OUTLINE)
