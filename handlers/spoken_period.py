"""Periods as coordinators name them: quý 2, 6T, cả năm, quý I/2024; never a guess."""

import re

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


def spoken_period(turn: Turn, role: Role, text: str) -> tuple[Period | None, str]:
    """Return the period that plain words name, and the words that are left."""
    year, rest = _spoken_year(turn, text)
    for pattern, kind in _PHRASES:
        if found := pattern.search(rest):
            return _named(turn, role, (kind, found[1] or ""), year), _without(rest, found)
    if found := _PLAIN_MONTH.search(rest):
        raise _unknown(turn, role, year)
    if year is not None:
        return _named(turn, role, (PeriodKind.YEAR, ""), year), rest
    for pattern, back in ((_THIS, 0), (_LAST, 1)):
        if found := pattern.search(rest):
            return _back(turn, role, back), _without(rest, found)
    return None, text


def _spoken_year(turn: Turn, text: str) -> tuple[int | None, str]:
    found = _YEAR.search(text)
    if not found:
        return None, text
    year = int(found[1]) if found[1] else turn.today.year - (found[2] != "nay")
    return year, _without(text, found)


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


def _named(turn: Turn, role: Role, named: tuple[PeriodKind, str], year: int | None) -> Period:
    kind, word = named
    ordinal = int(word) if word.isdigit() else _ORDINALS[word]
    if kind is PeriodKind.HALF_YEAR:
        ordinal = ordinal or 1

    def fits(part: Part) -> bool:
        return part.kind is kind and (kind not in _NUMBERED or part.ordinal == ordinal)

    fitting = [p for p in turn.world.calendars[role.plan] if any(fits(part) for part in p.parts)]
    if year is not None:
        fitting = [p for p in fitting if p.year == year]
    begun = [p for p in fitting if p.asks.first <= turn.today]
    if not fitting:
        raise _unknown(turn, role, year)
    return begun[-1] if begun else fitting[0]


def current_period(turn: Turn, role: Role) -> Period:
    """Return the period that is open or was last: what a question without a period means."""
    return _back(turn, role, 0)


def _back(turn: Turn, role: Role, count: int) -> Period:
    recurring = [p for p in turn.world.calendars[role.plan] if not p.form]
    opened = [p for p in recurring if p.opens <= turn.today]
    if len(opened) <= count:
        if count or not recurring:
            raise _unknown(turn, role, None)
        return recurring[0]
    return opened[-1 - count]


def _unknown(turn: Turn, role: Role, year: int | None) -> Refused:
    """Refuse a period that is not in the plan, and say which there are."""
    calendar = turn.world.calendars[role.plan]
    years = {period.year for period in calendar}
    near = min(max(year or turn.today.year, min(years)), max(years))
    names = [wording.period_name(turn.language, p) for p in calendar if p.year == near]
    return Refused("asked.no_period", names="; ".join(names))
