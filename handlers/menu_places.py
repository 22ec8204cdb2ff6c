"""Every command that a menu or the help names: what it is for, and who is shown it."""

from collections.abc import Iterable
from enum import StrEnum

from plans.people import Action, Role, may
from plans.world import World


class Place(StrEnum):
    """Who a command is for: strangers, a group, everybody who joined, or what a role allows."""

    STRANGER = "stranger"
    GROUP = "group"
    JOINED = "joined"
    REPORT = "report"
    WATCH = "watch"
    COORDINATE = "coordinate"
    PROVINCE = "province"


class Topic(StrEnum):
    """What one wants to do with a command."""

    ENTER = "enter"
    FOLLOW = "follow"
    FIGURES = "figures"
    DOCUMENTS = "documents"
    WORK = "work"
    PEOPLE = "people"
    TELL = "tell"
    ALWAYS = "always"


# In the order of the menus and of the help.
BY_TOPIC: dict[Topic, tuple[tuple[str, frozenset[Place]], ...]] = {
    Topic.ENTER: (
        ("/start", frozenset({Place.STRANGER, Place.JOINED})),
        ("/baocao", frozenset({Place.REPORT})),
        ("/kiemtra", frozenset({Place.REPORT})),
        ("/sua", frozenset({Place.REPORT})),
        ("/quaylai", frozenset({Place.REPORT})),
        ("/boqua", frozenset({Place.REPORT})),
        ("/dinhchinh", frozenset({Place.REPORT})),
        ("/lichsu", frozenset({Place.REPORT})),
        ("/nhaclai", frozenset({Place.REPORT})),
        ("/lydocham", frozenset({Place.REPORT})),
    ),
    Topic.FOLLOW: (
        ("/tiendo", frozenset({Place.WATCH})),
        ("/huyen", frozenset({Place.WATCH})),
        ("/chuanop", frozenset({Place.WATCH})),
        ("/nopcham", frozenset({Place.WATCH})),
        ("/xuhuong", frozenset({Place.WATCH})),
        ("/xem", frozenset({Place.WATCH})),
        ("/bieudo", frozenset({Place.WATCH})),
    ),
    Topic.FIGURES: (
        ("/tonghop", frozenset({Place.WATCH})),
        ("/chitieu", frozenset({Place.WATCH})),
        ("/giaidoan", frozenset({Place.WATCH})),
        ("/luuy", frozenset({Place.WATCH})),
        ("/dunghan", frozenset({Place.JOINED})),
    ),
    Topic.DOCUMENTS: (("/vanban", frozenset({Place.REPORT, Place.WATCH})),),
    Topic.WORK: (
        ("/tiepnhan", frozenset({Place.COORDINATE})),
        ("/traplai", frozenset({Place.COORDINATE})),
        ("/nhapthay", frozenset({Place.COORDINATE})),
        ("/gop", frozenset({Place.COORDINATE})),
        ("/giahan", frozenset({Place.COORDINATE})),
        ("/dathan", frozenset({Place.PROVINCE})),
        ("/mokhoa", frozenset({Place.COORDINATE})),
        ("/khoaky", frozenset({Place.COORDINATE})),
    ),
    Topic.TELL: (
        ("/dondoc", frozenset({Place.COORDINATE})),
        ("/thongbao", frozenset({Place.COORDINATE})),
        ("/yeucau", frozenset({Place.COORDINATE})),
        ("/vuongmac", frozenset({Place.REPORT, Place.COORDINATE})),
        ("/nhom", frozenset({Place.COORDINATE})),
        ("/lienket", frozenset({Place.GROUP})),
    ),
    Topic.PEOPLE: (
        ("/nguoi", frozenset({Place.COORDINATE})),
        ("/moi", frozenset({Place.COORDINATE})),
        ("/thuhoi", frozenset({Place.COORDINATE})),
        ("/bangiao", frozenset({Place.REPORT, Place.COORDINATE})),
        ("/khongnhan", frozenset({Place.COORDINATE})),
    ),
    Topic.ALWAYS: (
        ("/trangthai", frozenset({Place.JOINED})),
        ("/tracuu", frozenset({Place.JOINED})),
        ("/donvi", frozenset({Place.JOINED})),
        ("/huy", frozenset({Place.JOINED})),
        ("/ngonngu", frozenset({Place.JOINED})),
        ("/kenh", frozenset({Place.JOINED})),
        ("/themkenh", frozenset({Place.JOINED})),
        ("/roi", frozenset({Place.JOINED})),
        ("/trogiup", frozenset({Place.STRANGER, Place.JOINED})),
    ),
}
MENU = tuple(command for commands in BY_TOPIC.values() for command in commands)
_BY_ACTION = {
    Action.REPORT: Place.REPORT,
    Action.SEE_OTHERS: Place.WATCH,
    Action.COORDINATE: Place.COORDINATE,
}


def places_of(world: World, roles: Iterable[Role]) -> frozenset[Place]:
    """Return the places that roles allow together; none where every unit is gone."""
    places: set[Place] = set()
    for role in roles:
        if role.plan not in world.packs:
            continue
        tree = world.packs[role.plan].tree
        if role.unit and role.unit not in tree:
            continue
        places.add(Place.JOINED)
        places |= {p for action, p in _BY_ACTION.items() if may(role, action, role.unit, tree)}
        if may(role, Action.COORDINATE, "", tree):
            places.add(Place.PROVINCE)
    return frozenset(places)
