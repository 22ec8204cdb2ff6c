"""Days as coordinators name them: 20/6, ngày 20 tháng 6, thêm 3 ngày, +3; never a guess."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plans.errors import Refused
from plans.working_days import WorkingDays

FARTHEST = timedelta(days=366)

_UNITS = r"(?P<unit>ngay lam viec|ngay|tuan|(?:more )?(?:working )?days?|(?:more )?weeks?)"
_COUNTS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip
_NOT_INSIDE, _NOT_BEFORE = r"(?<![\w/.+-])", r"(?!\d|[/.-]\d)"
_DATES = (
    re.compile(rf"{_NOT_INSIDE}(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d){_NOT_BEFORE}"),
    re.compile(rf"{_NOT_INSIDE}(?P<d>\d\d?) thang (?P<m>\d\d?)(?: nam (?P<y>20\d\d))?(?![\d/])"),
    re.compile(
        rf"{_NOT_INSIDE}(?P<d>\d\d?)(?: ?/ ?|[.-])(?P<m>\d\d?)"
        rf"(?:(?: ?/ ?|[.-])(?P<y>20\d\d|\d\d))?{_NOT_BEFORE}"
    ),
)
_MARK = "\0"
_LATER = (
    re.compile(rf"\bthem (?P<n>\d{{1,4}}|{'|'.join(_COUNTS)}) {_UNITS}\b"),
    re.compile(rf"{_NOT_INSIDE}\+ ?(?P<n>\d{{1,4}})(?: {_UNITS}\b)?(?!\d)"),
    # "phường 3 ngày 20/6" names a unit and a date.
    re.compile(rf"{_NOT_INSIDE}(?P<n>\d{{1,4}}) {_UNITS}\b(?! {_MARK})"),
)
_UNREAD = re.compile(r"(?<!\w)\d+[/.-]\d+[/.-]\d*|\bngay \d+\b|(?<!\w)\d+/(?!\d)")
_LEADS = frozenset(
    ("den", "toi", "het", "ngay", "them", "la", "vao", "by", "until", "till", "to", "on", "for")
)
_TRAILS = re.compile(r"^(?:nua|more|later)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNamed:
    """A day of a month; the year where it was said."""

    day: int
    month: int
    year: int | None = None

    @property
    def carried(self) -> str:
        """Return the day as a button carries it."""
        named = f"{self.day}/{self.month}"
        return f"{named}/{self.year}" if self.year else named


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysLater:
    """So many days more, working days where that was said."""

    count: int
    working: bool = False

    @property
    def carried(self) -> str:
        """Return the wish as a button carries it."""
        return f"+{self.count} ngay lam viec" if self.working else f"+{self.count}"


Spoken = DayNamed | DaysLater


def spoken_day(text: str, names: frozenset[str] = frozenset()) -> tuple[Spoken | None, str]:
    """Return the day that plain words name, and the words that are left; refuse two of them.

    `names` are never shortened: "co to to 20/6" leaves "co to" where that is one of them.
    """
    found: list[Spoken] = []
    rest = text
    for pattern in (*_DATES, *_LATER):
        found += map(_read, pattern.finditer(rest))
        rest = pattern.sub(_MARK, rest)
    if unread := _UNREAD.search(rest):
        raise Refused("deadline.no_such_day", words=unread[0].strip())
    if len(found) > 1:
        raise Refused("deadline.two_days")
    if not found:
        return None, text
    before, _, after = rest.partition(_MARK)
    words = [*_without_leads(before, names), *_TRAILS.sub("", after.strip()).split()]
    return found[0], " ".join(words)


def _read(found: re.Match[str]) -> Spoken:
    given = found.groupdict()
    if "d" in given:
        year = int(given["y"]) if given["y"] else None
        year = year + 2000 if year is not None and year < 100 else year
        return DayNamed(day=int(given["d"]), month=int(given["m"]), year=year)
    unit, number = given["unit"] or "", given["n"]
    count = int(number) if number.isdigit() else _COUNTS[number]
    weeks = "tuan" in unit or "week" in unit
    return DaysLater(
        count=count * 7 if weeks else count, working="lam viec" in unit or "work" in unit
    )


def _without_leads(before: str, names: frozenset[str]) -> list[str]:
    words = before.split()
    while words and words[-1] in _LEADS and not _is_named(words, names):
        words.pop()
    return words


def _is_named(words: list[str], names: frozenset[str]) -> bool:
    """Say whether words end in a name."""
    return any(" ".join(words[start:]) in names for start in range(len(words)))


def day_meant(spoken: Spoken, base: date, working_days: WorkingDays) -> date:
    """Return the day that is meant: days later than a base, or a date in the year next to it."""
    if isinstance(spoken, DayNamed):
        day = _named(spoken, base)
    elif spoken.count > FARTHEST.days:
        raise Refused("deadline.too_far")
    elif spoken.working:
        day = working_days_later(base, spoken.count, working_days)
    else:
        day = base + timedelta(days=spoken.count)
    if day > base + FARTHEST:
        raise Refused("deadline.too_far")
    return day


def _named(spoken: DayNamed, base: date) -> date:
    years = [spoken.year] if spoken.year else [base.year - 1, base.year, base.year + 1]
    days = list(_valid(spoken, years))
    if not days:
        raise Refused("deadline.no_such_day", words=spoken.carried)
    return min(days, key=lambda day: abs(day - base))


def _valid(spoken: DayNamed, years: list[int]) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, spoken.month, spoken.day)
        except ValueError:
            continue


def working_days_later(base: date, count: int, working_days: WorkingDays) -> date:
    """Return the day so many working days after a base."""
    for _ in range(count):
        base = working_days.on_or_after(base + timedelta(days=1))
    return base
