"""Periods as coordinators name them: quý 2, 6T, cả năm, quý I/2024; never a guess."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from documents import wording
from handlers.turn import Turn
from plans.calendar import Part, Period
from plans.errors import Refused
from plans.pack import PeriodKind
from plans.people import Role

_MONTHS = r"(?:thang|t|months?)\b"
_YEAR = re.compile(r"\b(?:ca )?(?:nam )?(20\d{2})\b|\b(?:ca )?nam (nay|ngoai|truoc|roi)\b")
_OF_YEAR = r"(?: nam\b(?! (?:20|nay|ngoai|truoc|roi)))?"
_ORDINALS = {
    "": 0, "dau": 1, "cuoi": 2,
    "i": 1, "ii": 2, "iii": 3, "iv": 4,
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4,
}  # fmt: skip

# Months come before quarters: "Phú Quý 6 tháng" is not a sixth quarter.
_PHRASES: tuple[tuple[re.Pattern[str], PeriodKind], ...] = (
    (
        re.compile(rf"\b(?:6 ?{_MONTHS}|first half\b(?: of)?)(?: (dau|cuoi))?{_OF_YEAR}"),
        PeriodKind.HALF_YEAR,
    ),
    (re.compile(rf"\b9 ?{_MONTHS}()(?: dau)?{_OF_YEAR}"), PeriodKind.NINE_MONTHS),
    (re.compile(rf"\b12 ?{_MONTHS}()"), PeriodKind.YEAR),
    (
        re.compile(r"\b(?:quy|qui|q|quarter) ?(iv|iii|ii|i|mot|hai|ba|bon|tu|\d)\b"),
        PeriodKind.QUARTER,
    ),
    (re.compile(r"\b(?:ca nam|year)\b()"), PeriodKind.YEAR),
    (re.compile(r"^nam$()"), PeriodKind.YEAR),
)
_PLAIN_MONTH = re.compile(r"\bthang \d{1,2}\b")
_NUMBERED = (PeriodKind.QUARTER, PeriodKind.HALF_YEAR)
_THIS, _LAST = re.compile(r"\b(?:ky|quy) nay\b"), re.compile(r"\b(?:ky|quy) truoc\b")


class NoSuchPeriod(Exception):
    """Say that a plan has no period of the kind that was named, and of which year."""

    def __init__(self, year: int | None) -> None:
        super().__init__(year)
        self.year = year


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A plan's periods on a day, and what plain words mean among them."""

    calendar: Sequence[Period]
    today: date

    def named(self, text: str) -> tuple[Period | None, str]:
        """Return the period that plain words name, and the words that are left."""
        year, rest = self._year(text)
        for pattern, kind in _PHRASES:
            if found := pattern.search(rest):
                return self._fitting((kind, found[1] or ""), year), _without(rest, found)
        if _PLAIN_MONTH.search(rest):
            raise NoSuchPeriod(year)
        if year is not None:
            return self._fitting((PeriodKind.YEAR, ""), year), rest
        for pattern, back in ((_THIS, 0), (_LAST, 1)):
            if found := pattern.search(rest):
                return self.back(back), _without(rest, found)
        return None, text

    def back(self, count: int) -> Period:
        """Return the recurring period that is open or was last, or one so many before it."""
        recurring = [p for p in self.calendar if not p.form]
        opened = [p for p in recurring if p.opens <= self.today]
        if len(opened) <= count:
            if count or not recurring:
                raise NoSuchPeriod(None)
            return recurring[0]
        return opened[-1 - count]

    def near(self, year: int | None) -> list[Period]:
        """Return the periods of a year, or of the plan's year nearest to it."""
        years = {period.year for period in self.calendar}
        near = min(max(year or self.today.year, min(years)), max(years))
        return [p for p in self.calendar if p.year == near]

    def _year(self, text: str) -> tuple[int | None, str]:
        found = _YEAR.search(text)
        if not found:
            return None, text
        year = int(found[1]) if found[1] else self.today.year - (found[2] != "nay")
        return year, _without(text, found)

    def _fitting(self, named: tuple[PeriodKind, str], year: int | None) -> Period:
        kind, word = named
        ordinal = int(word) if word.isdigit() else _ORDINALS[word]
        if kind is PeriodKind.HALF_YEAR:
            ordinal = ordinal or 1

        def fits(part: Part) -> bool:
            return part.kind is kind and (kind not in _NUMBERED or part.ordinal == ordinal)

        fitting = [p for p in self.calendar if any(fits(part) for part in p.parts)]
        if year is not None:
            fitting = [p for p in fitting if p.year == year]
        begun = [p for p in fitting if p.asks.first <= self.today]
        if not fitting:
            raise NoSuchPeriod(year)
        return begun[-1] if begun else fitting[0]


def spoken_period(turn: Turn, role: Role, text: str) -> tuple[Period | None, str]:
    """Return the period that plain words name, and the words that are left."""
    spoken = spoken_in(turn, role)
    try:
        return spoken.named(text)
    except NoSuchPeriod as missing:
        raise unknown_period(turn, spoken.near(missing.year)) from None


def spoken_in(turn: Turn, role: Role) -> Spoken:
    """Return the periods of a role's plan as they are today."""
    return Spoken(calendar=turn.world.calendars[role.plan], today=turn.today)


def current_period(turn: Turn, role: Role) -> Period:
    """Return the period that is open or was last: what a question without a period means."""
    spoken = spoken_in(turn, role)
    try:
        return spoken.back(0)
    except NoSuchPeriod as missing:
        raise unknown_period(turn, spoken.near(missing.year)) from None


def unknown_period(turn: Turn, near: Iterable[Period]) -> Refused:
    """Refuse a period that is not in the plan, and say which there are."""
    names = [wording.period_name(turn.language, p) for p in near]
    return Refused("asked.no_period", names="; ".join(names))


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
