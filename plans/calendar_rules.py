"""Rules about the calendar: windows run forward, and deadlines come after they open."""

from collections.abc import Iterator
from datetime import date

from plans.errors import Mistake
from plans.moments import DayInYear, Deadline
from plans.source import Place
from plans.unchecked import Rule, Unchecked, phrase, repeated, unknown, unknown_each


def _something_is_due(pack: Unchecked) -> Iterator[Mistake]:
    calendar = pack.plan["calendar"]
    if calendar and not calendar["recurring"].value and not calendar["one_off"].value:
        yield calendar.mistake("write at least one period under recurring or one_off")


def _periods(pack: Unchecked) -> list[Place]:
    calendar = pack.plan["calendar"]
    return [*calendar["recurring"].each(), *calendar["one_off"].each()]


def _ids_are_unique(pack: Unchecked) -> Iterator[Mistake]:
    yield from repeated("period", [period["id"] for period in _periods(pack)])


def _names_exist(pack: Unchecked) -> Iterator[Mistake]:
    for period in _periods(pack):
        yield from unknown_each("unit type", period["unit_types"], pack.plan["unit_types"])
        yield from unknown("form", period["form"], pack.plan["forms"])


def _recurring_recur(pack: Unchecked) -> Iterator[Mistake]:
    for period in pack.plan["calendar"]["recurring"].each():
        deadline = phrase(Deadline, period["deadline"])
        if deadline and deadline.year:
            yield period["deadline"].mistake("remove the year: the period comes every year")
        if period["kind"].text == "one_off":
            yield period["kind"].mistake("move the period to one_off, or write another kind")
        for year in period["years"].each():
            if pack.years and year.number is not None and year.number not in pack.years:
                first, last = pack.years[0], pack.years[-1]
                yield year.mistake(f"write a year of the plan: {first} to {last}")


def _one_off_has_a_year(pack: Unchecked) -> Iterator[Mistake]:
    for period in pack.plan["calendar"]["one_off"].each():
        deadline = phrase(Deadline, period["deadline"])
        if deadline and not deadline.year:
            yield period["deadline"].mistake(f"add the year, as {deadline}/2021")


def _recurring_windows(pack: Unchecked) -> Iterator[Mistake]:
    for period in pack.plan["calendar"]["recurring"].each():
        for year in _years(pack, period):
            wrong = list(_wrong_in_year(period, year))
            yield from wrong
            if wrong:
                break


def _years(pack: Unchecked, period: Place) -> list[int]:
    own = [year.number for year in period["years"].each() if year.number in pack.years]
    return [year for year in own if year is not None] or list(pack.years)


def _wrong_in_year(period: Place, year: int) -> Iterator[Mistake]:
    days: dict[str, date] = {}
    for key in ("from", "to"):
        day = phrase(DayInYear, period[key])
        try:
            days |= {key: day.in_year(year)} if day else {}
        except ValueError:
            yield period[key].mistake(f"write a day that every year has: {year} lacks {day}")
    deadline = phrase(Deadline, period["deadline"])
    try:
        due = deadline.last_day(year) if deadline and not deadline.year else None
    except ValueError:
        advice = f"write a day that every year has: {year} lacks {period['deadline'].text}"
        yield period["deadline"].mistake(advice)
        return
    yield from _out_of_order(period, days.get("from"), days.get("to"), due)


def _one_off_windows(pack: Unchecked) -> Iterator[Mistake]:
    for period in pack.plan["calendar"]["one_off"].each():
        deadline = phrase(Deadline, period["deadline"])
        due = deadline.last_day(deadline.year) if deadline and deadline.year else None
        yield from _out_of_order(period, period["from"].day, period["to"].day, due)


def _out_of_order(
    period: Place, first: date | None, last: date | None, due: date | None
) -> Iterator[Mistake]:
    if first and last and last < first:
        yield period["to"].mistake(f"write a day that is not before {period['from'].text}")
    if first and due and due <= first:
        yield period["deadline"].mistake(
            f"write a day after {period['from'].text}, when the window opens"
        )


CALENDAR_RULES: tuple[Rule, ...] = (
    _something_is_due,
    _ids_are_unique,
    _names_exist,
    _recurring_recur,
    _one_off_has_a_year,
    _recurring_windows,
    _one_off_windows,
)
