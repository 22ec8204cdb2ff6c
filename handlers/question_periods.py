"""Periods as questions name them: this one, the last, so far this year; never a guess."""

import re

from handlers.question_words import GAP
from handlers.spoken_period import NoSuchPeriod, Spoken
from plans.calendar import Period
from plans.pack import PeriodKind

_RUNNING = re.compile(
    r"\btu dau nam(?: nay)?(?: (?:den|toi) (?:nay|gio|hien tai))?\b|(?<!ca )\bnam nay\b"
)
_FINISHED = re.compile(r"\b(?:ky|quy|dot|lan)? ?(?:vua (?:roi|qua|xong|het)|gan nhat|moi nhat)\b")
_LAST = re.compile(r"\b(?:ky|quy|dot|lan) (?:truoc|roi)(?: do)?\b")
_THIS = re.compile(r"\b(?:ky|quy|dot|lan) (?:nay|hien tai|hien nay)\b")
_AGAINST = re.compile(
    r"\bso (?:sanh )?voi ((?:quy|qui|q) ?(?:\d|i{1,3}|iv)(?: (?:nam )?20\d\d)?"
    r"|[69] thang(?: (?:dau|cuoi))?(?: nam)?(?: (?:20\d\d|ngoai|truoc))?"
    r"|(?:ca )?nam (?:20\d\d|ngoai|truoc))\b"
)
_BESIDE = re.compile(r"\bso sanh (.+?) (?:va|voi) (?=(?:quy|qui|q|[69] thang|nam|ky) ?)")
_PART_NAMED = re.compile(r"\b(?:[69] ?thang|quy (?:\d|i|ii|iii|iv|mot|hai|ba|bon|tu)\b|q ?\d)")
_WHOLE_YEAR = re.compile(r"\bca nam\b|\b12 thang\b")
_YEAR = re.compile(r"\b20\d\d\b|\bnam (?:nay|ngoai|truoc|roi)\b")
_KIND_NAMED = re.compile(r"\b(?:\d+ thang|quy (?:\d|i|ii|iii|iv|mot|hai|ba|bon|tu)\b|q ?\d)")


def period_in(spoken: Spoken, text: str) -> tuple[Period | None, str]:
    """Return the period that a question names, and the words that are left."""
    if (found := _RUNNING.search(text)) and not _KIND_NAMED.search(text):
        return running(spoken), _without(text, found)
    if found := _FINISHED.search(text):
        _has_quarters(spoken, found)
        return _finished(spoken), _without(text, found)
    if found := _LAST.search(text):
        _has_quarters(spoken, found)
        return spoken.back(1), _without(text, found)
    if found := _THIS.search(text):
        _has_quarters(spoken, found)
        return spoken.back(0), _without(text, found)
    period, left = spoken.named(text)
    if period is None or _PART_NAMED.search(text):
        return period, left
    if _WHOLE_YEAR.search(text) and not _YEAR.search(text):
        return _so_far(spoken, spoken.today.year) or period, left
    if period.opens > spoken.today:
        return _so_far(spoken, period.year) or period, left
    return period, left


def _so_far(spoken: Spoken, year: int) -> Period | None:
    """Return the last period of a year that opened, whose running total is the year's so far."""
    that_year = [one for one in spoken.calendar if one.year == year and not one.form]
    opened = [one for one in that_year if one.opens <= spoken.today]
    return opened[-1] if opened else None


def _has_quarters(spoken: Spoken, found: re.Match[str]) -> None:
    """Take no other period for a quarter where a plan has none."""
    parts = (part for period in spoken.calendar for part in period.parts)
    if "quy" in found[0].split() and all(part.kind is not PeriodKind.QUARTER for part in parts):
        raise NoSuchPeriod(None)


def running(spoken: Spoken) -> Period:
    """Return the last period of this year that opened: its running total is the year so far."""
    this_year = [p for p in spoken.calendar if p.year == spoken.today.year and not p.form]
    opened = [p for p in this_year if p.opens <= spoken.today]
    if not this_year:
        raise NoSuchPeriod(spoken.today.year)
    return (opened or this_year)[-1 if opened else 0]


def _finished(spoken: Spoken) -> Period:
    """Return the last period whose days are over: the one that is open may still run."""
    current = spoken.back(0)
    return current if current.asks.last < spoken.today else spoken.back(1)


def compared_with(spoken: Spoken, text: str) -> tuple[Period | None, str]:
    """Return the period that a sentence compares with, and the words around it."""
    # "So sánh quý 3 với quý 2" says the same as "quý 3 so với quý 2".
    text = _BESIDE.sub(r"\1 so voi ", text)
    found = _AGAINST.search(text)
    if not found:
        return None, text
    period, _ = spoken.named(found[1])
    return period, _without(text, found)


def follows(calendar: tuple[Period, ...], later: Period, earlier: Period) -> bool:
    """Say whether figures of one period are shown beside the other's: the last, or a year ago."""
    recurring = [p for p in calendar if not p.form and p.named_day < later.named_day]
    a_year_ago = earlier.year == later.year - 1 and _kinds(earlier) & _kinds(later)
    return bool(recurring and recurring[-1].id == earlier.id) or bool(a_year_ago)


def _kinds(period: Period) -> set[tuple[PeriodKind, int]]:
    return {(part.kind, part.ordinal) for part in period.parts}


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {GAP} {text[found.end() :]}"
