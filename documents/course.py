"""How a period's reports came in: the facts that the progress picture shows, and in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import locales
from documents import wording
from documents.progress import WORST, sent_line, title_line
from plans.pack import Obligation
from plans.progress import Progress, Row, SendState, by_parent, count
from plans.units import UnitTree

RECENT = 3


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where every unit stands at a moment, and on which day each first sent."""

    progress: Progress
    first_sent: Mapping[str, date]
    moment: datetime

    @cached_property
    def counted(self) -> list[Row]:
        """Return the units that the picture counts: the required ones, wherever there are any."""
        return self.progress.of(Obligation.REQUIRED) or list(self.progress.rows)

    @cached_property
    def invited(self) -> list[Row]:
        """Return the invited bodies, where they are told apart."""
        invited = self.progress.of(Obligation.INVITED)
        return invited if len(invited) < len(self.progress.rows) else []

    @cached_property
    def arrivals(self) -> list[date]:
        """Return the days on which counted units first sent, in order."""
        codes = {row.unit.code for row in self.counted if row.state.arrived}
        days = [day for unit, day in self.first_sent.items() if unit in codes]
        # A clock that was set back must not put what has arrived into days to come.
        return sorted(min(day, self.progress.today) for day in days)

    def sent_on(self, day: date) -> int:
        """Count the units that first sent on a day."""
        return self.arrivals.count(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One group of units: how many have sent, are writing, have not begun."""

    name: str
    sent: int
    begun: int
    not_begun: int

    @property
    def whole(self) -> int:
        """Count the units of the group."""
        return self.sent + self.begun + self.not_begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Groups to compare, the lowest share first, and the units that belong to none of them."""

    by_district: bool
    ranked: tuple[Bar, ...]
    apart: tuple[Bar, ...]


def bar_of(name: str, rows: Iterable[Row]) -> Bar:
    """Count the states of some units."""
    states = [row.state for row in rows]
    return Bar(
        name=name,
        sent=sum(state.arrived for state in states),
        begun=states.count(SendState.BEGUN),
        not_begun=states.count(SendState.NOT_BEGUN),
    )


def bars_of(language: str, course: Course) -> Bars:
    """Group the counted units by district, or by type where there are no districts to compare."""
    progress, tree = course.progress, course.progress.pack.tree
    districts = by_parent(progress, course.counted)
    if len(districts) < 2:
        return Bars(by_district=False, ranked=_by_type(language, course, course.counted), apart=())
    ranked = [bar_of(tree[parent].name, rows) for parent, rows in districts.items()]
    others = [row for row in course.counted if not row.unit.parent]
    return Bars(
        by_district=True, ranked=_lowest_first(ranked), apart=_apart(language, others, tree)
    )


def _lowest_first(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    return tuple(sorted(bars, key=lambda bar: (bar.sent / bar.whole, bar.name)))


def _by_type(language: str, course: Course, rows: Iterable[Row]) -> tuple[Bar, ...]:
    """Group units by type; bodies of which there is one are counted together."""
    by_type: dict[str, list[Row]] = {}
    for row in rows:
        by_type.setdefault(row.unit.type, []).append(row)
    single = [found[0] for found in by_type.values() if len(found) == 1]
    names = course.progress.pack.unit_types
    bars = [
        bar_of(names[key].name.in_language(language), found)
        for key, found in by_type.items()
        if len(found) > 1
    ]
    return _lowest_first([*bars, *_together(language, course, single)])


def _together(language: str, course: Course, single: list[Row]) -> list[Bar]:
    if not single:
        return []
    name = wording.short_body(course.progress.pack, single[0].unit.code)
    if len(single) > 1:
        name = locales.text(language, "progress.single")
    return [bar_of(name, single)]


def _apart(language: str, rows: list[Row], tree: UnitTree) -> tuple[Bar, ...]:
    """Count districts' own reports, and those of the province's bodies."""
    districts = [row for row in rows if tree.children(row.unit.code)]
    bodies = [row for row in rows if row not in districts]
    named = (
        (locales.text(language, "charts.districts"), districts),
        (locales.text(language, "charts.bodies"), bodies),
    )
    return tuple(bar_of(name, those) for name, those in named if those)


def course_text(language: str, course: Course) -> str:
    """Tell in words what the picture shows."""
    lines = [
        title_line(language, course.progress),
        moment_line(language, course),
        sent_line(language, course.counted),
        states_line(language, bar_of("", course.counted)),
        recent_line(language, course),
        *_worst_line(language, course),
        *_invited_line(language, course),
    ]
    return "\n".join(line for line in lines if line)


def moment_line(language: str, course: Course) -> str:
    """Tell as of when the figures are."""
    time, day = wording.clock(course.moment), wording.day(course.moment)
    return locales.text(language, "charts.moment", time=time, day=day)


def states_line(language: str, bar: Bar) -> str:
    """Tell how many of those that have not sent are being written; nothing where all have."""
    if not bar.begun + bar.not_begun:
        return ""
    return locales.text(language, "charts.unsent", begun=bar.begun, not_begun=bar.not_begun)


def _invited_line(language: str, course: Course) -> list[str]:
    if not course.invited:
        return []
    arrived, whole = count(course.invited)
    return [locales.text(language, "progress.invited", sent=arrived, total=whole)]


def recent_line(language: str, course: Course) -> str:
    """Tell what came on each of the last days."""
    today = course.progress.today
    if today < course.progress.period.opens and not course.arrivals:
        return locales.text(language, "charts.opens", day=course.progress.period.opens)
    days = [today - timedelta(back) for back in reversed(range(RECENT))]
    if not any(map(course.sent_on, days)):
        key = "charts.none_since" if course.arrivals else "charts.none_lately"
        return locales.text(language, key, days=RECENT, day=max(course.arrivals, default=today))
    told = ", ".join(
        locales.text(language, "charts.on_day", day=short_day(day), count=course.sent_on(day))
        for day in days
    )
    return locales.text(language, "charts.lately", days=RECENT, told=told)


def short_day(day: date) -> str:
    """Write a day without its year."""
    return f"{day.day}/{day.month}"


def _worst_line(language: str, course: Course) -> list[str]:
    behind = [bar for bar in bars_of(language, course).ranked if bar.sent < bar.whole][:WORST]
    if not behind:
        return []
    names = ", ".join(
        locales.text(
            language,
            "charts.behind",
            name=bar.name,
            sent=bar.sent,
            total=bar.whole,
            share=wording.percent(language, bar.sent, bar.whole),
        )
        for bar in behind
    )
    return [locales.text(language, "charts.worst", names=names)]
