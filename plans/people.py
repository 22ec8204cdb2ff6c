"""People, their roles, and the one rule of who may do what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plans.units import UnitTree


class RoleKind(StrEnum):
    """What a person is to a plan."""

    FOCAL_POINT = "focal_point"
    DISTRICT_COORDINATOR = "district_coordinator"
    COORDINATOR = "coordinator"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who joined; nothing is known of them but their language and roles."""

    id: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A person's part in one plan: for a unit, or for the province where the unit is ""."""

    id: int
    person_id: int
    plan: str
    kind: RoleKind
    unit: str

    @property
    def sees_all(self) -> bool:
        """Say whether no figure of the plan is hidden from it, small counts of people included."""
        return self.kind is RoleKind.COORDINATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who reports for a unit, since when, and whether messages still arrive there."""

    role: int
    person_id: int
    since: datetime
    reachable: bool = True


class Action(StrEnum):
    """What a role can allow."""

    REPORT = "report"
    SEE = "see"
    SEE_OTHERS = "see_others"
    SEE_UNMASKED = "see_unmasked"
    COORDINATE = "coordinate"
    ENTER_FOR = "enter_for"


def may(role: Role, action: Action, unit: str, tree: UnitTree) -> bool:
    """Say whether a role allows an action on a unit; "" is the whole province.

    A focal point reports for its own unit and sees the units below it; coordinators see and
    coordinate what is below them and enter figures for a unit that telephoned; an observer only
    sees.
    """
    if unit and unit not in tree:
        return False
    below = role.unit == "" or (unit != "" and tree.within(unit, role.unit))
    match action, role.kind:
        case Action.REPORT, RoleKind.FOCAL_POINT:
            return unit == role.unit
        case Action.SEE, _:
            return below
        case Action.SEE_OTHERS, RoleKind.FOCAL_POINT:
            return below and bool(tree.children(role.unit))
        case Action.SEE_OTHERS, _:
            return below
        case Action.SEE_UNMASKED, _:
            return unit == role.unit or role.sees_all
        case (
            (Action.COORDINATE | Action.ENTER_FOR),
            RoleKind.COORDINATOR | RoleKind.DISTRICT_COORDINATOR,
        ):
            return below
    return False
