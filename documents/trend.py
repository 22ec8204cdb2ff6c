"""How reports came in over the last days, as a coordinator reads it."""

from datetime import date

import locales
from documents import wording
from documents.course import short_day
from plans.trend import Arrivals


def trend_text(language: str, name: str, now: Arrivals, before: Arrivals | None) -> str:
    """Tell day by day how many sent and how many had by then, beside the period before."""
    period = now.period
    title = locales.text(
        language,
        "trend.title",
        period=name,
        deadline=wording.deadline(language, period),
        left=wording.days_left(language, period, now.today),
    )
    share = wording.percent(language, now.sent, now.whole)
    sent = locales.text(language, "progress.sent", sent=now.sent, total=now.whole, share=share)
    lines = [title, sent, *_day_lines(language, now)]
    if before and before.sent and now.last_days:
        lines.append(_compared(language, now, before))
    return "\n".join(lines)


def _day_lines(language: str, now: Arrivals) -> list[str]:
    days = now.last_days
    if not days:
        return [locales.text(language, "charts.opens", day=now.period.opens)]
    lines = []
    if earlier := now.before(days[0]):
        first = short_day(days[0])
        lines.append(locales.text(language, "trend.earlier", day=first, count=earlier))
    for day in days:
        lines.append(
            locales.text(
                language,
                "trend.day",
                day=short_day(day),
                weekday=weekday(language, day),
                more=now.by_day.get(day, 0),
                sent=now.until(day),
                total=now.whole,
            )
        )
    return lines


def _compared(language: str, now: Arrivals, before: Arrivals) -> str:
    return locales.text(
        language,
        "trend.before",
        period=wording.period_name(language, before.period),
        sent=now.as_far_from_deadline(before, now.last_days[-1]),
        total=before.whole,
    )


def weekday(language: str, day: date) -> str:
    """Name the day of the week within a sentence: thứ Tư."""
    return locales.text(language, "trend.weekdays").split("|")[day.weekday()]
