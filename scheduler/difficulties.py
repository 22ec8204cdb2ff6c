"""Difficulties told to coordinators: at once where they are few, at most once an hour."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

import locales
from documents.difficulties import notice_text
from plans.difficulties import Thread
from plans.ladder import next_awake
from plans.messages import Choice, Reply, Urgency
from plans.people import Action, Role, RoleKind, may
from plans.world import World
from storage import difficulties, letters, people
from storage.letters import Letter, languages_of

COLLECTED_FOR = timedelta(hours=1)
BUTTONS = 3
_COORDINATING = (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)
# What one coordinator is to be told of in one plan, by the roles in which they are.
_Untold = Mapping[int, tuple[Role, Sequence[Thread]]]


def difficulties_are_new(connection: Connection, world: World, now: datetime) -> bool:
    """Say whether a coordinator is to be told of a difficulty: it reads only."""
    return any(
        _untold(connection, world, plan, now) for plan in _plans_awake(connection, world, now)
    )


def tell_difficulties(connection: Connection, world: World, now: datetime) -> int:
    """Tell every coordinator what is new below them; return the number of notices."""
    count = 0
    for plan in _plans_awake(connection, world, now):
        found = _untold(connection, world, plan, now)
        languages = languages_of(connection, found)
        written = []
        for person_id, (role, threads) in found.items():
            reply = _notice(world, languages[person_id], role, threads)
            written.append(Letter(person_id=person_id, reply=reply))
            up_to = max(said.id for one in threads for said in one.sayings)
            difficulties.tell(connection, person_id, plan, up_to, now)
        count += letters.post(connection, written, now)
    return count


def _plans_awake(connection: Connection, world: World, now: datetime) -> list[str]:
    """Return the plans that have open difficulties and whose people may be written to now."""
    return [
        plan
        for plan in difficulties.plans_with_open(connection, list(world.packs))
        if next_awake(world.packs[plan].calendar.reminders, now) == now
    ]


def _untold(connection: Connection, world: World, plan: str, now: datetime) -> _Untold:
    tree = world.packs[plan].tree
    threads = [o for o in difficulties.still_open(connection, plan) if o.unit in tree]
    told = difficulties.told(connection, plan)
    found: dict[int, tuple[Role, list[Thread]]] = {}
    for role, since, _ in people.watchers(connection, plan, _COORDINATING):
        up_to, at = told.get(role.person_id, (0, None))
        if at is not None and at > now - COLLECTED_FOR:
            continue
        mine = [
            one
            for one in threads
            if may(role, Action.COORDINATE, one.unit, tree) and _is_new(one, role, since, up_to)
        ]
        _, known = found.setdefault(role.person_id, (role, []))
        known += [one for one in mine if one not in known]
    return {person_id: one for person_id, one in found.items() if one[1]}


def _is_new(thread: Thread, role: Role, since: datetime, up_to: int) -> bool:
    """Say whether a unit said something that a coordinator was not told and did not say."""
    return any(
        said.by_unit and said.id > up_to and said.at >= since and said.person_id != role.person_id
        for said in thread.sayings
    )


def _notice(world: World, language: str, role: Role, threads: Sequence[Thread]) -> Reply:
    choices = [
        Choice(
            label=locales.text(language, "difficulty.see", number=one.number),
            data=f"/vuongmac {one.number}",
        )
        for one in threads[:BUTTONS]
    ]
    every = locales.text(language, "difficulty.all")
    choices.append(Choice(label=every, data=f"/donvi {role.id} /vuongmac"))
    return Reply(
        text=notice_text(language, world.packs[role.plan], threads),
        choices=tuple(choices),
        urgency=Urgency.DIGEST,
    )
