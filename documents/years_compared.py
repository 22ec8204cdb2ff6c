"""A year's figures beside those of the year before: what a picture shows, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import locales
from documents import wording
from documents.course import short_day
from documents.masking import small_words
from plans.calendar import Period, Window
from plans.dialogue import SMALL_BELOW
from plans.pack import Indicator, IndicatorKind, Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What units gave in one period, as its reader may see it: None where nobody gave a number.

    `hidden` of those given tell of few people, and are not added; `only_small` where all of them
    are under 5.
    """

    number: Decimal | None
    given: int
    expected: int
    hidden: int = 0
    only_small: bool = True

    @property
    def complete(self) -> bool:
        """Say whether every unit that is asked gave a number that is added."""
        return self.given >= self.expected and not self.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One period of a year beside the same of the year before; None: not open yet, not in the plan.

    `same_days` says whether both ask for the same part of a year; sums run from its beginning, and
    are None where a period lacks or may not be seen.
    """

    period: Period
    now: Known | None
    before: Known | None = None
    same_days: bool = True
    running: Decimal | None = None
    running_before: Decimal | None = None
    masked: bool = False

    @property
    def compared(self) -> Known | None:
        """Return the figure of the year before where it is of the same days."""
        return self.before if self.same_days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One indicator over a year."""

    code: str
    indicator: Indicator
    slots: Sequence[Slot]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsCompared:
    """Some indicators of a year below `root`; `last_year`: the plan has the year before too."""

    pack: Pack
    year: int
    moment: datetime
    shown: Sequence[Compared]
    last_year: bool
    root: str = ""
    page: int = 1
    pages: int = 1


def same_days(one: Window, other: Window) -> bool:
    """Say whether two windows are the same days of their years."""
    ends = ((w.first.month, w.first.day, w.last.month, w.last.day) for w in (one, other))
    return len(set(ends)) == 1


def titles(language: str, found: YearsCompared) -> list[str]:
    """Name the year, where it is, and as of when."""
    where = found.pack.tree[found.root].name if found.root else found.pack.province.name
    if found.pages > 1:
        where += locales.text(language, "progress.page", page=found.page, pages=found.pages)
    time, day = wording.clock(found.moment), wording.day(found.moment)
    return [
        locales.text(language, "pictures.years.title", year=str(found.year)),
        where,
        locales.text(language, "charts.moment", time=time, day=day),
    ]


def alone_lines(language: str, found: YearsCompared) -> list[str]:
    """Say that there is nothing to compare with, where that is so."""
    if found.last_year:
        return []
    return [locales.text(language, "pictures.years.alone", year=str(found.year - 1))]


def label_of(language: str, one: Compared) -> str:
    """Name an indicator with its measure."""
    measure = one.indicator.measure.in_language(language)
    return f"{one.code} · {one.indicator.label.in_language(language)} ({measure})"


def years_text(language: str, found: YearsCompared) -> str:
    """Tell in words what the picture of two years shows."""
    title, where, moment = titles(language, found)
    lines = [f"{title} · {where}", moment, *alone_lines(language, found)]
    for one in found.shown:
        lines.append(label_of(language, one))
        lines += [f"- {_slot_text(language, slot, one.indicator.kind)}" for slot in one.slots]
        lines += sum_lines(language, one)
    return "\n".join(lines)


def days_of(period: Period, kind: IndicatorKind) -> str:
    """Write the days that a figure is of, without their years: of what adds up, the new ones."""
    window = period.asks if kind is IndicatorKind.FLOW else period.widest
    return f"{short_day(window.first)}–{short_day(window.last)}"


def _slot_text(language: str, slot: Slot, kind: IndicatorKind) -> str:
    # What adds up is of the new days alone: the name of the whole year would say too much.
    named = wording.own_name if kind is IndicatorKind.FLOW else wording.period_name
    name = f"{named(language, slot.period)} ({days_of(slot.period, kind)})"
    if slot.now is None:
        now = locales.text(language, "pictures.years.coming")
    else:
        now = _known_text(language, slot.now)
    if slot.before is None:
        return locales.text(language, "pictures.years.period_alone", period=name, now=now)
    if slot.same_days:
        before = _known_text(language, slot.before)
        return locales.text(language, "pictures.years.period", period=name, now=now, before=before)
    other = locales.text(language, "pictures.years.other")
    return locales.text(
        language, "pictures.years.period_alone", period=name, now=f"{now} ({other})"
    )


def _known_text(language: str, known: Known) -> str:
    if not known.given:
        return locales.text(language, "pictures.years.none")
    key = "number"
    if known.hidden:
        key = "hidden_all" if known.number is None else "hidden"
    return locales.text(
        language,
        f"pictures.years.{key}",
        number=known.number,
        count=known.hidden,
        small=small_words(language, only_small=known.only_small),
        given=known.given,
        expected=known.expected,
    )


def sum_lines(language: str, one: Compared) -> list[str]:
    """Tell the sum of the year so far beside that of the year before, of what adds up."""
    begun = [slot for slot in one.slots if slot.now is not None]
    if one.indicator.kind is not IndicatorKind.FLOW or not begun:
        return []
    last = begun[-1]
    year = str(last.period.year)
    if last.running is None:
        key = "hidden_sum" if last.masked else "no_sum"
        return [locales.text(language, f"pictures.years.{key}", year=year, below=SMALL_BELOW)]
    partly = _partly(language, begun)
    if last.running_before is None:
        told = locales.text(language, "pictures.years.sum", year=year, number=last.running)
        return [told + partly]
    change = ""
    if last.running_before:
        change = f" ({wording.growth(language, last.running, last.running_before)})"
    told = locales.text(
        language,
        "pictures.years.sums",
        year=year,
        now=last.running,
        before=last.running_before,
        change=change,
    )
    return [told + partly]


def _partly(language: str, slots: Sequence[Slot]) -> str:
    """Say so where units lack in what was added on either side."""
    known = [one for slot in slots for one in (slot.now, slot.before) if one]
    if all(one.complete for one in known):
        return ""
    return " · " + locales.text(language, "pictures.years.partly")
