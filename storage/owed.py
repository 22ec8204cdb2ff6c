"""What units still owe, read for many at once."""

from collections.abc import Iterable

from sqlalchemy import Connection

from plans.dialogue import questions_in
from plans.owed import Owed
from plans.world import World
from storage import delays, people, reports, summaries
from storage.drafts import Key


def owed_by(connection: Connection, world: World, keys: Iterable[Key]) -> dict[Key, Owed]:
    """Return what stands behind each key of a report that is owed."""
    by_period: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        by_period.setdefault((key.plan, key.period), []).append(key)
    return {
        key: owed
        for (plan, period), wanted in by_period.items()
        for key, owed in _in_period(connection, world, plan, period, wanted)
    }


def _in_period(
    connection: Connection, world: World, plan: str, period_id: str, keys: list[Key]
) -> Iterable[tuple[Key, Owed]]:
    pack, period = world.packs[plan], world.period(plan, period_id)
    if period is None:
        return
    answered = summaries.answered_in(connection, plan, [period_id])
    returned = reports.returned_at(connection, plan, [period_id])
    reasons = delays.latest_in(connection, plan, period_id)
    contacts = people.contacts(connection, plan)
    for key in keys:
        where = (period_id, key.unit)
        left = None
        if where in answered:
            left = max(0, len(questions_in(pack, period, key.unit)) - answered[where])
        yield (
            key,
            Owed(
                pack=pack,
                period=world.unit_period(plan, period, key.unit),
                unit=pack.tree[key.unit],
                left=left,
                returned=where in returned,
                connected=key.unit in contacts,
                reason=reasons.get(key.unit, ""),
            ),
        )
