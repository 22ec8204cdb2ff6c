"""What became of nudges, told to the coordinators who ordered them once the letters are settled."""

from datetime import datetime

from sqlalchemy import Connection

import locales
from documents.nudges import result_text
from plans.messages import Choice, Reply, Urgency
from plans.people import Action, Role, may
from plans.world import World
from storage import decisions, letters, nudges, people
from storage.letters import Letter
from storage.nudges import Nudge


def results_are_due(connection: Connection, world: World, now: datetime) -> bool:
    """Say whether a nudge is settled and its result not told: it reads only."""
    return bool(nudges.settled(connection))


def post_results(connection: Connection, world: World, now: datetime) -> int:
    """Tell the result of every nudge that is settled, once; return the number of notices."""
    decided = world.decided(decisions.read(connection))
    notices = [_notice(connection, decided, nudge) for nudge in nudges.finished(connection, now)]
    return letters.post(connection, [notice for notice in notices if notice], now)


def _notice(connection: Connection, world: World, nudge: Nudge) -> Letter | None:
    """Write the notice; None to somebody who coordinates no more, or of a plan that is gone."""
    period = world.period(nudge.plan, nudge.period) if nudge.plan in world.packs else None
    outcomes = nudges.outcomes(connection, nudge)
    role = _role(connection, world, nudge, list(outcomes))
    if period is None or role is None or not outcomes:
        return None
    language = people.person(connection, nudge.nudged_by).language
    text = result_text(language, world.packs[nudge.plan], period, outcomes)
    label = locales.text(language, "digest.list")
    list_of_units = Choice(label=label, data=f"/donvi {role.id} /chuanop {period.id}")
    reply = Reply(text=text, choices=(list_of_units,), urgency=Urgency.ANSWER)
    return Letter(person_id=nudge.nudged_by, reply=reply)


def _role(connection: Connection, world: World, nudge: Nudge, units: list[str]) -> Role | None:
    """Return the role in which the person may still know of these units."""
    if nudge.plan not in world.packs:
        return None
    tree = world.packs[nudge.plan].tree
    held = [r for r in people.roles_of(connection, nudge.nudged_by) if r.plan == nudge.plan]
    fitting = (r for r in held if all(may(r, Action.COORDINATE, unit, tree) for unit in units))
    return next(fitting, None)
