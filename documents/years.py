"""A plan's figures over its years: flows are added, what holds at a moment stands for each year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import locales
from documents import wording
from plans.added import Added
from plans.calendar import Period
from plans.pack import Indicator, IndicatorKind
from plans.verdicts import Judged, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigure:
    """One indicator in one year: what was added, of how many figures; `until` while it runs.

    A flow is added over the year's periods; anything else is as of `last`, the last of them.
    """

    year: int
    last: Period
    found: Added
    expected: int
    running: bool = False

    @property
    def complete(self) -> bool:
        """Say whether every figure that was asked for is there."""
        return self.found.given >= self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class OverYears:
    """One indicator over the years of a plan; `masked`: its reader may not see counts under 5."""

    code: str
    indicator: Indicator
    years: Sequence[YearFigure]
    masked: bool = False

    @property
    def adds(self) -> bool:
        """Say whether years may be added: only what happens is, never what is."""
        return self.indicator.kind is IndicatorKind.FLOW

    @property
    def total(self) -> Added | None:
        """Add the years up, where they may be."""
        if not self.adds:
            return None
        return sum((one.found for one in self.years), Added())


def number_of(over: OverYears, found: Added) -> Decimal | None:
    """Return a sum that its reader may see; None where nothing is given or a part is too small."""
    if not found.given or (over.masked and found.small):
        return None
    return found.total


def block(language: str, over: OverYears) -> str:
    """Tell an indicator in some short lines: its years beside each other, then their sum."""
    lines = [_label(language, over)]
    lines.append("  " + " · ".join(_year(language, over, one) for one in over.years))
    if len(over.years) > 1 or not over.adds:
        lines.append("  " + sum_line(language, over))
    return "\n".join(lines)


def _label(language: str, over: OverYears) -> str:
    measure = over.indicator.measure.in_language(language).strip()
    label = f"{over.code} · {over.indicator.label.in_language(language)}"
    yes_no = over.indicator.kind is IndicatorKind.YES_NO
    return label if yes_no or not measure else f"{label} ({measure})"


def _year(language: str, over: OverYears, one: YearFigure) -> str:
    year = f"{one.year}*" if one.running else str(one.year)
    text = f"{year}: {_number(language, over, one.found)}"
    return text if one.complete else f"{text} ({one.found.given}/{one.expected})"


def _number(language: str, over: OverYears, found: Added) -> str:
    number = number_of(over, found)
    if number is not None and over.indicator.kind is IndicatorKind.YES_NO:
        return locales.text(language, "figures.yes", yes=number)
    if number is not None:
        return locales.shown(language, number)
    if found.given:
        return locales.text(language, "years.withheld")
    return locales.text(language, "figures.none")


def sum_line(language: str, over: OverYears) -> str:
    """Tell what the years add up to and which lack figures, or that they are not added and why."""
    total = over.total
    if total is None:
        return locales.text(language, f"years.not_added.{over.indicator.kind}")
    lacking = [str(one.year) for one in over.years if not one.complete]
    line = locales.text(
        language,
        "years.sum",
        first=str(over.years[0].year),
        last=str(over.years[-1].year),
        number=_number(language, over, total),
    )
    if lacking:
        line += locales.text(language, "years.lacking", years=", ".join(lacking))
    return line


def in_full(language: str, over: OverYears) -> str:
    """Tell one indicator year by year: from how many figures, against the year before."""
    lines = [_label(language, over)]
    before: YearFigure | None = None
    for one in over.years:
        parts = [f"- {one.year}: {_number(language, over, one.found)}"]
        parts.append(_behind(language, over, one))
        if change := _change(language, over, one, before):
            parts.append(change)
        if one.found.zeros and over.indicator.kind is not IndicatorKind.YES_NO:
            parts.append(locales.text(language, "years.zeros", count=one.found.zeros))
        lines.append(" · ".join(parts))
        before = one
    if len(over.years) > 1 or not over.adds:
        lines.append(sum_line(language, over))
    return "\n".join(lines)


def _behind(language: str, over: OverYears, one: YearFigure) -> str:
    key = "years.figures" if over.adds else "years.units"
    text = locales.text(language, key, given=one.found.given, expected=one.expected)
    if one.running or not over.adds:
        name = wording.part_name(language, one.last.parts[-1])
        text += locales.text(language, "years.as_of", period=name)
    return text


def _change(language: str, over: OverYears, one: YearFigure, before: YearFigure | None) -> str:
    """Compare two whole years; one that still runs, or lacks figures, is not compared."""
    if before is None or one.running or not (one.complete and before.complete):
        return ""
    now, then = number_of(over, one.found), number_of(over, before.found)
    if now is None or not then:
        return ""
    share = wording.growth(language, now, then)
    return locales.text(language, "years.change", share=share, year=str(before.year))


def verdict_lines(language: str, judged: Iterable[Sequence[Judged]]) -> list[str]:
    """Tell each target's verdict under each of its readings, without any figure."""
    lines = []
    for readings in judged:
        told = []
        for one in readings:
            verdict = locales.text(language, f"target.verdict.{one.verdict}")
            told.append(f"{_reading(language, one)}{verdict}")
        lines.append(f"{readings[0].target.id} · {'; '.join(told)}")
    return lines


def _reading(language: str, one: Judged) -> str:
    if one.reading is Reading.PLAIN:
        return ""
    threshold = "" if one.threshold is None else wording.share(language, one.threshold)
    return locales.text(language, f"target.reading.{one.reading}", threshold=threshold) + ": "
