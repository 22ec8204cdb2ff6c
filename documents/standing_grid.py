"""Where units stood over many periods: a cell for each, or for a whole district its share."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, cached_property, reduce
from operator import add

from documents.wording import short_body
from plans.calendar import Period, Timeliness, days_late, timeliness
from plans.pack import Obligation, Pack
from plans.units import Unit

# More units than this are told by district.
MOST_UNITS = 60


class Mark(StrEnum):
    """How a unit stood with one period's report."""

    ON_TIME = "on_time"
    GRACE = "grace"
    LATE = "late"
    RETURNED = "returned"
    NOT_SENT = "not_sent"
    COMING = "coming"  # not sent, and nobody is late yet
    OPEN = "open"  # not sent by an invited body, which is never late
    NOT_ASKED = "not_asked"  # no report of it: it did not exist, or was not asked

    @property
    def sent(self) -> bool:
        """Say whether a report is there; a returned one was sent too."""
        return self in (Mark.ON_TIME, Mark.GRACE, Mark.LATE, Mark.RETURNED)


_MARKS = {
    Timeliness.ON_TIME: Mark.ON_TIME,
    Timeliness.GRACE: Mark.GRACE,
    Timeliness.LATE: Mark.LATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The day on which a unit first sent, and the version in force."""

    first: date
    version: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """One unit in one period; `days` is by how long it was late. Each kind is one object."""

    mark: Mark
    days: int = 0
    corrected: bool = False
    in_time: bool = False


@cache
def _cell(mark: Mark, days: int = 0, corrected: bool = False, in_time: bool = False) -> Cell:
    """Return one of the few kinds of cell, each of which stands many times in a grid."""
    return Cell(mark=mark, days=days, corrected=corrected, in_time=in_time)


_BLANK = _cell(Mark.NOT_ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Many units in one period: how many sent in time, grace included, and how many at all."""

    in_time: int
    sent: int
    whole: int
    late: int = 0
    longest: int = 0
    returned: int = 0
    corrected: int = 0
    due: bool = False

    def __add__(self, other: "Share") -> "Share":
        return Share(
            in_time=self.in_time + other.in_time,
            sent=self.sent + other.sent,
            whole=self.whole + other.whole,
            late=self.late + other.late,
            longest=max(self.longest, other.longest),
            returned=self.returned + other.returned,
            corrected=self.corrected + other.corrected,
            due=self.due,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: a unit's cells, or many units' shares; `group` is what it stands under."""

    name: str
    units: tuple[Unit, ...]
    group: str = ""
    invited: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What units below `root` sent over periods, as of a moment.

    `own` holds a period as it is for a unit whose deadline was extended.
    """

    pack: Pack
    periods: Sequence[Period]
    sent: Mapping[tuple[str, str], Sending]
    returned: Collection[tuple[str, str]]
    today: date
    moment: datetime
    own: Mapping[tuple[str, str], Period]
    root: str = ""

    @cached_property
    def units(self) -> list[Unit]:
        """Return the units that any of the periods asks, in the pack's order."""
        tree = self.pack.tree
        below = tree.subtree(self.root) if self.root else tree
        return [unit for unit in below if any(period.concerns(unit) for period in self.periods)]

    def of(self, obligation: Obligation) -> list[Unit]:
        """Return the units of one obligation."""
        return [unit for unit in self.units if self.pack.obligation(unit) is obligation]

    @cached_property
    def counted(self) -> list[Unit]:
        """Return the units that are counted: the required ones, wherever there are any."""
        return self.of(Obligation.REQUIRED) or self.units

    @cached_property
    def invited(self) -> list[Unit]:
        """Return the invited bodies, where they are told apart."""
        invited = self.of(Obligation.INVITED)
        return invited if len(invited) < len(self.units) else []

    @property
    def by_district(self) -> bool:
        """Say whether rows are districts rather than units."""
        return len(self.units) > MOST_UNITS

    def cell(self, unit: Unit, period: Period) -> Cell:
        """Return how a unit stood with a period's report."""
        if not period.concerns(unit):
            return _BLANK
        key = (period.id, unit.code)
        own = self.own.get(key, period)
        sending = self.sent.get(key)
        if sending is None:
            return _cell(self._unsent(unit, own))
        invited = self.pack.obligation(unit) is Obligation.INVITED
        kept = Timeliness.ON_TIME if invited else timeliness(own, sending.first)
        returned = key in self.returned
        late = kept is Timeliness.LATE
        return _cell(
            Mark.RETURNED if returned else _MARKS[kept],
            days_late(own, sending.first) if late else 0,
            sending.version > 1,
            not late,
        )

    def _unsent(self, unit: Unit, own: Period) -> Mark:
        if self.today <= own.grace_until:
            return Mark.COMING
        invited = self.pack.obligation(unit) is Obligation.INVITED
        return Mark.OPEN if invited else Mark.NOT_SENT

    def share(self, line: "Line", period: Period) -> Share | None:
        """Count how a row's units stood with a period's report; None where it asks none of them."""
        # No unit stands in two rows, so the first one tells which row it is.
        key = (period.id, line.units[0].code, line.invited)
        if key not in self._shares:
            self._shares[key] = self._counted(line.units, period)
        return self._shares[key]

    @cached_property
    def _shares(self) -> dict[tuple[str, str, bool], Share | None]:
        return {}

    def _counted(self, units: Iterable[Unit], period: Period) -> Share | None:
        cells = [cell for unit in units if (cell := self.cell(unit, period)) is not _BLANK]
        if not cells:
            return None
        kinds = Counter(cells)
        return Share(
            in_time=sum(n for cell, n in kinds.items() if cell.in_time),
            sent=sum(n for cell, n in kinds.items() if cell.mark.sent),
            whole=len(cells),
            late=sum(n for cell, n in kinds.items() if cell.days),
            longest=max(cell.days for cell in kinds),
            returned=sum(n for cell, n in kinds.items() if cell.mark is Mark.RETURNED),
            corrected=sum(n for cell, n in kinds.items() if cell.corrected),
            due=self.today > period.grace_until,
        )


def together(shares: Iterable[Share | None]) -> Share | None:
    """Add up the shares of several rows; None where no unit of them is asked."""
    there = [share for share in shares if share]
    return reduce(add, there) if there else None


def unit_lines(grid: Grid, bodies: str, invited: str) -> list[Line]:
    """Return a row for each unit, by district; invited bodies last, under a heading of theirs."""
    pack, tree = grid.pack, grid.pack.tree
    groups: dict[str, list[Unit]] = {}
    for unit in grid.counted:
        groups.setdefault("" if grid.root else tree.area(unit.code), []).append(unit)
    others = groups.pop("", [])
    names = [(tree[code].name, units) for code, units in groups.items()]
    lines = [
        Line(name=_office(pack, unit), units=(unit,), group=name)
        for name, units in [*names, (bodies if names else "", others)]
        for unit in units
    ]
    apart = grid.invited
    return lines + [Line(name=u.name, units=(u,), group=invited, invited=True) for u in apart]


def _office(pack: Pack, unit: Unit) -> str:
    """Name a unit; one with others below it by its office, as its name is theirs too."""
    return short_body(pack, unit.code) if pack.tree.children(unit.code) else unit.name


def district_lines(grid: Grid, bodies: str, invited: str) -> list[Line]:
    """Return a row for each district, one for other bodies, and one for invited bodies."""
    tree = grid.pack.tree
    groups: dict[str, list[Unit]] = {}
    for unit in grid.counted:
        groups.setdefault(tree.area(unit.code), []).append(unit)
    others = groups.pop("", [])
    lines = [Line(name=tree[code].name, units=tuple(found)) for code, found in groups.items()]
    if others:
        lines.append(Line(name=bodies, units=tuple(others)))
    if apart := grid.invited:
        lines.append(Line(name=invited, units=tuple(apart), invited=True))
    return lines
