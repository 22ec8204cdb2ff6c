"""Zalo's side of one OA: people, groups, what was sent, uploads, templates and their price."""

import itertools
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.fakes.zalo_oa_clock import Clock
from tests.fakes.zalo_oa_events import Events
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_refusals import Json
from tests.fakes.zalo_oa_tokens import App, Tokens
from tests.fakes.zalo_oa_view import Shown


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with a Zalo account."""

    id: str
    by_app: str
    name: str
    phone: str = ""
    admin: bool = False
    follows: bool = False
    left: bool = False
    blocks: bool = False
    interacted: float | None = None
    replies: int = 0


@dataclass(slots=True, kw_only=True)
class Room:
    """A group that the OA made."""

    id: str
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Asset:
    """Something uploaded, which can be sent until its time is over."""

    kind: Literal["image", "gif", "file"]
    name: str
    content: bytes
    until: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may stand in one place of a template."""

    kind: Literal["text", "number", "date"] = "text"
    longest: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A registered template message; a night-flagged one is refused with -133 at night."""

    id: str
    parameters: dict[str, Parameter]
    uid: bool = True
    status: Literal["approved", "pending", "disabled"] = "approved"
    night: bool = False
    price: int = 200
    price_uid: int = 100


@dataclass(slots=True)
class Costs:
    """How many messages of each kind went out, and what they cost in VND."""

    free: int = 0
    paid: int = 0
    group: int = 0
    template_phone: int = 0
    template_uid: int = 0
    development: int = 0
    vnd: int = 0


@dataclass(slots=True)
class Counted:
    """What was used of a quota in each day or month."""

    used: dict[str, int] = field(default_factory=dict)

    def left(self, period: str, total: int) -> int:
        """Return how much is left."""
        return max(0, total - self.used.get(period, 0))

    def use(self, period: str) -> None:
        """Use one."""
        self.used[period] = self.used.get(period, 0) + 1


class Office:
    """Everything that Zalo knows of this OA."""

    def __init__(self, app: App, habits: Habits, clock: Clock) -> None:
        self.app, self.habits, self.clock = app, habits, clock
        self.tokens = Tokens(app, habits, clock)
        self.events = Events(app, habits, clock)
        self.url = ""
        self.people: dict[str, Person] = {}
        self.rooms: dict[str, Room] = {}
        self.chats: dict[str, list[Shown]] = {}
        self.assets: dict[str, Asset] = {}
        self.media: dict[str, bytes] = {}
        self.templates: dict[str, Template] = {}
        self.costs = Costs()
        self.paid, self.uploads, self.templates_sent = Counted(), Counted(), Counted()
        self.purchased_used = 0
        self._numbers = itertools.count(1)

    @property
    def day(self) -> str:
        """Return the day in Viet Nam."""
        return self.clock.local.strftime("%Y-%m-%d")

    @property
    def month(self) -> str:
        """Return the month in Viet Nam."""
        return self.day[:7]

    def number(self, head: str = "a4d") -> str:
        """Return a new number for a message or an upload."""
        return f"{head}{next(self._numbers):017x}"

    def meet(self, name: str, phone: str, admin: bool) -> Person:
        """Let somebody exist."""
        number = next(self._numbers)
        person = Person(
            id=str(2_512_500_000_000_000_000 + number),
            by_app=str(5_521_000_000_000_000_000 + number),
            name=name,
            phone=phone.removeprefix("+"),
            admin=admin,
        )
        self.people[person.id] = person
        self.chats[person.id] = []
        return person

    def open_room(self, name: str) -> Room:
        """Let a group exist."""
        room = Room(id=f"f{next(self._numbers):019x}", name=name)
        self.rooms[room.id] = room
        self.chats[room.id] = []
        return room

    def keep(self, content: bytes) -> str:
        """Keep what somebody sent; return where it can be fetched, no token needed."""
        name = self.number("m")
        self.media[name] = content
        return f"{self.url}/media/{name}"

    def put(self, shown: Shown) -> Shown:
        """Let a message stand in its chat."""
        self.chats[shown.chat].append(shown)
        return shown

    def send(self, shown: Shown) -> Shown:
        """Let a message of the OA arrive, and tell of it where that is the habit."""
        self.put(shown)
        to_group = shown.chat in self.rooms
        if self.habits.echo:
            name = f"oa_send_{'group_' if to_group else ''}{_kind(shown)}"
            message = self.events.numbered(shown.id, text=shown.text)
            self.events.message(name, self.app.oa_id, shown.chat, message)
        if self.habits.receipts and not to_group:
            self.receipt(shown)
        return shown

    def receipt(self, shown: Shown) -> Json:
        """Tell that a message reached its phone."""
        message = self.events.numbered(shown.id)
        if shown.via == "template_phone":
            message["tracking_id"] = shown.tracking_id
            message["delivery_time"] = self.clock.milliseconds()
        person = self.people[shown.chat]
        name = "user_received_message"
        return self.events.message(name, self.app.oa_id, person.id, message, person.by_app)

    def draft(self, chat: str, via: str, **content: object) -> Shown:
        """Return a message of the OA that is not sent yet."""
        blank = Shown(id=self.number(), chat=chat, by_bot=True, via=via)
        return replace(blank, **content)  # type: ignore[arg-type]


def _kind(shown: Shown) -> str:
    if shown.file_name:
        return "file"
    if shown.template_id:
        return "template"
    return "image" if shown.image is not None or shown.image_url else "text"
