"""What no channel could carry, told to coordinators: collected, by day, and never of itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

import locales
from documents import wording
from documents.held_back import Lost, held_back_text
from plans.calendar import today_of
from plans.held_back import NOTICE, Why
from plans.messages import Brief, Choice, Reply, Urgency
from plans.people import Action, Role, RoleKind, may
from plans.world import World
from scheduler.letters import TO_REPORTERS
from scheduler.state import settled
from scheduler.sweep import all_awake
from storage import decisions, held_back, letters, people, reminders
from storage.drafts import Key
from storage.held_back import HeldBack
from storage.letters import Letter, languages_of
from storage.reminders import State

# A sweep's letters are refused over some minutes: they are told of together, then no more for long.
SETTLED_AFTER, COLLECTED_FOR = timedelta(minutes=10), timedelta(hours=2)
BUTTONS = 4
_COORDINATING = (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Untold:
    """One message as some coordinators of one plan are told of it.

    `about` is what it reminded units of; of another message where its reader stands, without a
    period.
    """

    channel: str
    why: Why
    about: Collection[Key]

    @property
    def units(self) -> set[str]:
        """Return the units that it reminded."""
        return {key.unit for key in self.about if key.period}


def held_back_is_due(connection: Connection, world: World, now: datetime) -> bool:
    """Say whether coordinators are to be told of what could not be sent: it reads only."""
    if not all_awake(world, now):
        return False
    oldest = next((one.at for one in held_back.untold(connection) if not one.notice), None)
    if oldest is None or oldest > now - SETTLED_AFTER:
        return False
    told = held_back.last_told(connection)
    return told is None or told <= now - COLLECTED_FOR


def tell_held_back(connection: Connection, world: World, now: datetime) -> int:
    """Tell each coordinator once what could not be sent; return the number of notices.

    All of it counts as told, also where there is nobody to tell.
    """
    if not held_back_is_due(connection, world, now):
        return 0  # another process told it since
    decided = world.decided(decisions.read(connection))
    found = held_back.untold(connection)
    about = _about(connection, decided, [one for one in found if not one.notice], now)
    held_back.told(connection, [one.number for one in found], now)
    written = [
        letter for plan in decided.packs for letter in _letters(connection, decided, plan, about)
    ]
    return letters.post(connection, written, now)


def _about(
    connection: Connection, world: World, found: Sequence[HeldBack], now: datetime
) -> list[_Untold]:
    """Say what messages were about, leaving out reminders that nobody needs any more."""
    reminded: dict[int, set[Key]] = {}
    stopped: set[Key] = set()
    for one in reminders.of_messages(connection, [one.number for one in found]):
        if one.outbox is not None and one.audience in TO_REPORTERS:
            reminded.setdefault(one.outbox, set()).add(one.key)
            if one.state is not State.POSTED:
                stopped.add(one.key)
    asked = {key for keys in reminded.values() for key in keys}
    owed = _owed(connection, world, asked - stopped, now)
    untold = []
    for message in found:
        about = reminded.get(message.number, set()) & owed
        if message.number not in reminded and message.person_id is not None:
            held = people.roles_of(connection, message.person_id)
            about = {Key(plan=role.plan, period="", unit=role.unit) for role in held}
        if about:
            untold.append(_Untold(channel=message.channel, why=message.why, about=about))
    return untold


def _owed(connection: Connection, world: World, asked: Iterable[Key], now: datetime) -> set[Key]:
    """Return what units still owe: who has sent by another way need not be telephoned."""
    known = [key for key in asked if key.plan in world.packs]
    periods: dict[str, set[str]] = {}
    for key in known:
        periods.setdefault(key.plan, set()).add(key.period)
    sent = {plan: settled(connection, plan, names) for plan, names in periods.items()}

    def is_owed(key: Key) -> bool:
        period = world.period(key.plan, key.period)
        if period is None or key.unit not in world.packs[key.plan].tree:
            return False
        own = world.unit_period(key.plan, period, key.unit)
        return key.unit not in sent[key.plan].get(key.period, ()) and not own.locked(today_of(now))

    return {key for key in known if is_owed(key)}


def _letters(
    connection: Connection, world: World, plan: str, untold: Sequence[_Untold]
) -> Iterable[Letter]:
    """Write to each of a plan's coordinators one notice of what is below them."""
    held: dict[int, list[Role]] = {}
    for role, _, _ in people.watchers(connection, plan, _COORDINATING):
        held.setdefault(role.person_id, []).append(role)
    languages = languages_of(connection, held)
    for person_id, roles in held.items():
        if mine := list(_below(world, roles, untold)):
            reply = _notice(world, languages[person_id], roles, mine)
            yield Letter(person_id=person_id, reply=reply)


def _below(world: World, roles: Sequence[Role], untold: Sequence[_Untold]) -> Iterable[_Untold]:
    """Yield what some roles in one plan coordinate of each message."""
    plan = roles[0].plan
    tree = world.packs[plan].tree
    for one in untold:
        mine = {
            key
            for key in one.about
            if key.plan == plan
            and any(may(role, Action.COORDINATE, key.unit, tree) for role in roles)
        }
        if mine:
            yield _Untold(channel=one.channel, why=one.why, about=mine)


def _notice(world: World, language: str, roles: Sequence[Role], untold: Sequence[_Untold]) -> Reply:
    return Reply(
        text=held_back_text(language, world.packs[roles[0].plan], _counted(untold)),
        choices=tuple(_lists(world, language, roles, untold))[:BUTTONS],
        urgency=Urgency.ANSWER,
        brief=Brief(kind=NOTICE, fields={}),
    )


def _counted(untold: Sequence[_Untold]) -> list[Lost]:
    """Count messages by channel and reason; those that reminded units come first."""
    groups: dict[tuple[bool, str, Why], list[_Untold]] = {}
    for one in untold:
        groups.setdefault((not one.units, one.channel, one.why), []).append(one)
    return [
        Lost(
            channel=channel,
            why=why,
            messages=len(group),
            units=sorted({unit for one in group for unit in one.units}),
        )
        for (_, channel, why), group in sorted(groups.items())
    ]


def _lists(
    world: World, language: str, roles: Sequence[Role], untold: Sequence[_Untold]
) -> Iterable[Choice]:
    """Lead to the lists of whom messages do not reach, by period and role."""
    pack = world.packs[roles[0].plan]
    about = {key for one in untold for key in one.about if key.period}
    wanted: Mapping[tuple[str, Role], None] = {
        (key.period, role): None
        for key in sorted(about, key=lambda key: (key.period, key.unit))
        for role in roles
        if may(role, Action.COORDINATE, key.unit, pack.tree)
    }
    for name, role in wanted:
        label, period = locales.text(language, "digest.list"), world.period(pack.id, name)
        if len(wanted) > 1 and period:
            label += f" · {wording.period_name(language, period)}"
        if len(roles) > 1 and role.unit:
            label += f" · {pack.tree[role.unit].name}"
        yield Choice(label=label, data=f"/donvi {role.id} /khongnhan {name}")
