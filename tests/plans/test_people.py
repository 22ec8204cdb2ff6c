"""Who may do what: the whole table of roles, actions and how a unit relates to the role's own."""

import pytest

from plans.people import Action, Role, RoleKind, may
from plans.units import Unit, UnitTree

TREE = UnitTree(
    (
        Unit(code="10", name="Huyện Một", type="district"),
        Unit(code="101", name="Xã Một", type="commune", parent="10"),
        Unit(code="102", name="Xã Hai", type="commune", parent="10"),
        Unit(code="20", name="Huyện Hai", type="district"),
        Unit(code="201", name="Xã Ba", type="commune", parent="20"),
    )
)
# How a unit relates to district 10, whose role is asked; "" stands for the whole province.
RELATIONS = {"own": "10", "below": "101", "beside": "20", "elsewhere": "201", "all": "", "no": "99"}

# For each role of a district, and action, the relations that are allowed.
OF_A_DISTRICT = {
    RoleKind.FOCAL_POINT: {
        Action.REPORT: {"own"},
        Action.SEE: {"own", "below"},
        Action.SEE_OTHERS: {"own", "below"},
        Action.SEE_UNMASKED: {"own"},
        Action.COORDINATE: set(),
        Action.ENTER_FOR: set(),
    },
    RoleKind.DISTRICT_COORDINATOR: {
        Action.REPORT: set(),
        Action.SEE: {"own", "below"},
        Action.SEE_OTHERS: {"own", "below"},
        Action.SEE_UNMASKED: {"own"},
        Action.COORDINATE: {"own", "below"},
        Action.ENTER_FOR: {"own", "below"},
    },
    RoleKind.OBSERVER: {
        Action.REPORT: set(),
        Action.SEE: {"own", "below"},
        Action.SEE_OTHERS: {"own", "below"},
        Action.SEE_UNMASKED: {"own"},
        Action.COORDINATE: set(),
        Action.ENTER_FOR: set(),
    },
}
EVERYWHERE = {"own", "below", "beside", "elsewhere", "all"}
OF_THE_PROVINCE = {
    RoleKind.COORDINATOR: {
        Action.REPORT: set(),
        Action.SEE: EVERYWHERE,
        Action.SEE_OTHERS: EVERYWHERE,
        Action.SEE_UNMASKED: EVERYWHERE,
        Action.COORDINATE: EVERYWHERE,
        Action.ENTER_FOR: EVERYWHERE,
    },
    RoleKind.OBSERVER: {
        Action.REPORT: set(),
        Action.SEE: EVERYWHERE,
        Action.SEE_OTHERS: EVERYWHERE,
        Action.SEE_UNMASKED: {"all"},
        Action.COORDINATE: set(),
        Action.ENTER_FOR: set(),
    },
}


def role(kind: RoleKind, unit: str) -> Role:
    return Role(id=1, person_id=1, plan="example", kind=kind, unit=unit)


def allowed(who: Role, action: Action) -> set[str]:
    return {name for name, unit in RELATIONS.items() if may(who, action, unit, TREE)}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("kind", OF_A_DISTRICT)
def test_a_role_of_a_district_reaches_down_and_not_aside(kind: RoleKind, action: Action) -> None:
    assert allowed(role(kind, "10"), action) == OF_A_DISTRICT[kind][action]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("kind", OF_THE_PROVINCE)
def test_a_role_of_the_province_reaches_everywhere(kind: RoleKind, action: Action) -> None:
    assert allowed(role(kind, ""), action) == OF_THE_PROVINCE[kind][action]


@pytest.mark.parametrize("action", Action)
def test_a_commune_reports_and_sees_itself_alone(action: Action) -> None:
    allowed_units = {
        u for u in ("10", "101", "102") if may(role(RoleKind.FOCAL_POINT, "101"), action, u, TREE)
    }

    own = action in (Action.REPORT, Action.SEE, Action.SEE_UNMASKED)
    assert allowed_units == ({"101"} if own else set())


@pytest.mark.parametrize("kind", RoleKind)
@pytest.mark.parametrize("action", Action)
def test_nobody_may_anything_with_a_unit_that_is_not_there(kind: RoleKind, action: Action) -> None:
    for unit in ("", "10"):
        assert not may(role(kind, unit), action, "99", TREE)
