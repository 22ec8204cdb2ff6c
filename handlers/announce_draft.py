"""An announcement in the making, kept in the coordinator's talk."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum

from handlers.in_the_making import kept_as, role_at_work
from handlers.talk import Expect, Talk
from handlers.turn import Turn
from plans.errors import Refused
from plans.people import Role


class Step(StrEnum):
    """What of an announcement is asked for, in order."""

    TEXT = "text"
    WHOM = "whom"
    CHECK = "check"


@dataclass(slots=True, kw_only=True)
class Drafted:
    """An announcement as far as it goes: its words, whom it is for, which earlier one it corrects.

    `whom` holds what buttons and names chose, worked out anew each time it is looked at.
    """

    role: int = 0
    step: str = Step.TEXT
    text: str = ""
    whom: list[str] = field(default_factory=list)
    corrects: int = 0

    @property
    def begun(self) -> bool:
        """Say whether there is something to go on with."""
        return bool(self.role and self.text)

    def go_on(self) -> None:
        """Go to the first step that is not done."""
        self.step = Step.CHECK if self.text and self.whom else Step.WHOM if self.text else Step.TEXT


def drafted_in(talk: Talk) -> Drafted:
    """Return what stands in a talk; what another release wrote otherwise is left out."""
    drafted = kept_as(Drafted, talk.announcement)
    if drafted.step not in tuple(Step):
        drafted.go_on()
    return drafted


def keep(talk: Talk, drafted: Drafted) -> None:
    """Write an announcement in the making back to its talk."""
    talk.announcement = {**asdict(drafted), "step": str(drafted.step)}


def here(turn: Turn) -> tuple[Drafted, Role]:
    """Return the announcement that is being written, and the role in which that is done."""
    drafted = drafted_in(turn.talk)
    role = role_at_work(turn, drafted.role, Expect.ANNOUNCEMENT)
    if role is None:
        turn.talk.announcement = {}
        raise Refused("announce.lost")
    return drafted, role
