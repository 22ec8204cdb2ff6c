"""Where every unit that owes a period's report stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plans.calendar import Period
from plans.pack import Obligation, Pack
from plans.units import Unit


class SendState(StrEnum):
    """Where a unit's report stands."""

    SENT = "sent"
    SENT_LATE = "sent_late"
    RETURNED = "returned"
    BEGUN = "begun"
    NOT_BEGUN = "not_begun"

    @property
    def arrived(self) -> bool:
        """Say whether a report is there; a returned one was sent too."""
        return self in (SendState.SENT, SendState.SENT_LATE, SendState.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One unit that owes, or is invited to send, a period's report.

    `until` is its extended deadline, `reason` what its officers said about a delay; a unit whose
    people joined but cannot be reached is `connected` and not `reachable`. What stands was
    `accepted`, or entered `on_behalf` of the unit; `closed`: nobody sends it any more. `days_late`
    are those after its own deadline: until it first sent, or until today.
    """

    unit: Unit
    obligation: Obligation
    state: SendState
    connected: bool
    reachable: bool = True
    overdue: bool = False
    until: date | None = None
    reason: str = ""
    accepted: bool = False
    on_behalf: bool = False
    closed: bool = False
    days_late: int = 0

    @property
    def sent_late(self) -> bool:
        """Say whether it first sent after its deadline, returned since or not."""
        late = self.state is SendState.RETURNED and self.days_late > 0
        return late or self.state is SendState.SENT_LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A period's progress among the units below one, or in the whole province; of one type or all.

    `twins` are units whose reports hold the same figures.
    """

    pack: Pack
    period: Period
    today: date
    rows: Sequence[Row]
    root: str = ""
    twins: Sequence[Sequence[str]] = ()
    unit_type: str = ""

    def of(self, obligation: Obligation) -> list[Row]:
        """Return the rows of one obligation."""
        return [row for row in self.rows if row.obligation is obligation]

    def owing(self, obligation: Obligation) -> list[Row]:
        """Return the rows of one obligation that have not sent."""
        return [row for row in self.of(obligation) if not row.state.arrived]

    @property
    def overdue(self) -> int:
        """Count required units that have not sent once their grace is over."""
        return sum(row.overdue for row in self.of(Obligation.REQUIRED))


def count(rows: Iterable[Row]) -> tuple[int, int]:
    """Return how many of some rows have arrived, and how many there are."""
    states = [row.state.arrived for row in rows]
    return sum(states), len(states)


def by_parent(progress: Progress, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by the unit directly above, in the pack's order; topmost units are left out."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.unit.parent:
            groups.setdefault(row.unit.parent, []).append(row)
    return groups
