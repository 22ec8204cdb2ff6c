"""What stands beside a figure: the period before, the same a year ago, and what it became since.

A change is told of the units alone that gave both figures.
"""

from decimal import Decimal

import locales
from documents import wording
from documents.docx_seen import Seen, Shown, same_units
from documents.figures import days_text, figure_text, known_text
from plans.calendar import Period
from plans.pack import IndicatorKind


def before_text(language: str, line: Shown) -> str:
    """Tell the figure of the period before and the change since, "" where the plan has none."""
    if line.before is None:
        return ""
    # A count that runs through the year took the one before in: a share of that says nothing.
    shares = line.line.indicator.kind is not IndicatorKind.UNIQUE
    return _beside(language, "figures.before", line, (line.now, line.before), shares=shares)


def last_year_text(language: str, line: Shown, *, running: bool = False) -> str:
    """Tell the same period's figure a year ago, or the year's so far; "" where neither compares."""
    sums = line.so_far, line.year_ago
    if line.last_year is not None and not (running and line.year_ago):
        return _beside(language, "figures.last_year", line, (line.now, line.last_year))
    if sums[0] is None or sums[1] is None:
        return ""
    return _beside(language, "figures.last_year", line, (sums[0], sums[1]), whole=True)


def _beside(
    language: str,
    key: str,
    line: Shown,
    sides: tuple[Seen, Seen],
    *,
    shares: bool = True,
    whole: bool = False,
) -> str:
    now, then = sides
    period, coverage = then.coverage[-1].period, then.coverage
    told = locales.text(
        language,
        key,
        name=_name(language, line, period, whole=whole),
        number=figure_text(language, line, then),
        share=known_text(language, coverage),
    )
    since = _since(language, line, now, then, shares=shares)
    return f"{told} · {since}" if since else told


def _name(language: str, line: Shown, period: Period, *, whole: bool) -> str:
    if line.line.indicator.cumulative:
        return days_text(language, line.line.indicator, period)
    return (wording.span_name if whole else wording.own_name)(language, period)


def _since(language: str, line: Shown, now: Seen, then: Seen, *, shares: bool) -> str:
    """Tell a change over the units that gave both: all of them, or as many as it says."""
    both = then.matched
    if both is None or now.withheld or not (now.given and then.given):
        return ""
    if not both.units:
        return locales.text(language, "figures.nobody_gave_both")
    change = change_text(language, both.now, both.then, shares=shares)
    if same_units(line, now, then):
        return change
    return locales.text(
        language,
        "figures.matched",
        count=both.units,
        then=both.then,
        now=both.now,
        change=change,
    )


def change_text(language: str, now: Decimal, then: Decimal, *, shares: bool = True) -> str:
    """Write what one figure became: by how much more or fewer, and which share that is."""
    if now == then:
        return locales.text(language, "figures.unchanged")
    key = "figures.more" if now > then else "figures.fewer"
    told = locales.text(language, key, number=abs(now - then))
    # Less than is written of a share is none.
    if not then or not shares or abs(now - then) * 1000 < then:
        return told
    return f"{told} ({wording.growth(language, now, then)})"


def absent_text(language: str, year: int, *, first_year: int, other_days: bool) -> str:
    """Say why there is no figure of the same period a year ago."""
    if other_days:
        return locales.text(language, "figures.other_days", year=str(year))
    key = "figures.no_year" if year < first_year else "figures.no_period"
    return locales.text(language, key, year=str(year))
