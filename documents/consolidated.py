"""A period's figures ready to be written down: what every document of a coordinator is made from.

Gathered in one transaction, so that all of it is of one moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plans.added import Added
from plans.calendar import Period
from plans.dialogue import Answer
from plans.pack import Indicator, IndicatorKind, Obligation, Pack
from plans.progress import Progress, Row
from plans.stretches import Stretch
from plans.verdicts import Judged

# Indicators by the first letters of their codes, in the order in which reports tell of them.
SECTIONS: Final = ("PN", "TT", "KT", "MT", "DL", "YT", "GH", "TH", "TC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator: this period, the year so far, the period before, the same of last year.

    `expected` units are asked for it; `year_ago` is last year's figure for the year so far. What
    the plan does not have is None. Where `only_small`, nothing but answers under 5 is ever hidden
    from whoever may not see small counts.
    """

    code: str
    indicator: Indicator
    expected: int
    now: Added
    so_far: Stretch | None = None
    before: Stretch | None = None
    last_year: Stretch | None = None
    year_ago: Stretch | None = None
    only_small: bool = True

    @property
    def section(self) -> str:
        """Return the section of a report that tells of it."""
        return self.code[:2]

    @property
    def counts_units(self) -> bool:
        """Say whether units that answer yes are counted."""
        return self.indicator.kind is IndicatorKind.YES_NO


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAnswers:
    """What one unit reported: its answers in force, with which version, when, by which receipt.

    `accepted_at` is when a coordinator accepted it; `on_behalf`: one entered it by telephone.
    `hidden` are the answers that whoever may not see small counts of people is not told.
    """

    unit: str
    answers: Mapping[str, Answer]
    version: int
    sent_at: datetime
    receipt: str
    accepted_at: datetime | None = None
    on_behalf: bool = False
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """What a unit finds hard, in its own words, and what it was answered."""

    unit: str
    words: str
    at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """That the period was closed below a unit, "" for all, and which required ones then lacked."""

    unit: str
    at: datetime
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidated:
    """A period below `root`, or in the whole province, as of `moment`.

    `synthetic` figures are made up, as a demo's are: every document of them says so. So does an
    `internal` copy, which small counts of people stand in, and which is not to be passed on.
    """

    pack: Pack
    period: Period
    moment: datetime
    progress: Progress
    lines: Sequence[Line]
    targets: Sequence[Judged]
    units: Sequence[UnitAnswers] = ()
    difficulties: Sequence[Difficulty] = ()
    root: str = ""
    closures: Sequence[Closure] = ()
    synthetic: bool = False
    internal: bool = False

    def of(self, section: str) -> list[Line]:
        """Return the lines of a section, in the pack's order."""
        return [line for line in self.lines if line.section == section]

    def lacking(self, obligation: Obligation) -> list[Row]:
        """Return the units of one obligation that have not sent."""
        return [row for row in self.progress.of(obligation) if not row.state.arrived]

    def closure_of(self, unit: str) -> Closure | None:
        """Return what closed the period for a unit: the last that did."""
        tree = self.pack.tree
        found = (one for one in self.closures if tree.within(unit, one.unit))
        return max(found, key=lambda one: one.at, default=None)
