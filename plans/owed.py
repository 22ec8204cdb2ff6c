"""What one unit still owes, as a reminder of it needs to know."""

from dataclasses import dataclass

from plans.calendar import Period
from plans.pack import Obligation, Pack
from plans.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One unit's report of a period that was not sent, or waits to be mended.

    `period` is as it is for the unit, extended or not; `left` counts the questions that are not
    answered yet, None where nothing was begun; `reason` is what its officers said about a delay;
    `role` is the number of the reader's role, 0 where that is not known; `opening` says that the
    period has just opened.
    """

    pack: Pack
    period: Period
    unit: Unit
    left: int | None = None
    returned: bool = False
    connected: bool = True
    reason: str = ""
    role: int = 0
    opening: bool = False

    @property
    def invited(self) -> bool:
        """Say whether the unit is invited rather than bound to report."""
        return self.pack.obligation(self.unit) is Obligation.INVITED
