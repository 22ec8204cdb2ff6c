"""What became of announcements, told to who wrote them once the letters are settled."""

from datetime import datetime

from sqlalchemy import Connection

import locales
from documents.announcements import report_text
from plans.announcements import Announcement, Fate, count
from plans.messages import Choice, Reply, Urgency
from plans.people import Action, Role, may
from plans.world import World
from storage import announcements, letters, people
from storage.letters import Letter

_BEGINNING = 60


def reports_are_due(connection: Connection, world: World, now: datetime) -> bool:
    """Say whether an announcement is settled and its outcome not told: it reads only."""
    return bool(announcements.settled(connection, now))


def post_reports(connection: Connection, world: World, now: datetime) -> int:
    """Tell the outcome of every announcement that is settled, once; return how many were told."""
    found = announcements.finished(connection, now)
    notices = [_notice(connection, world, made) for made in found]
    return letters.post(connection, [notice for notice in notices if notice], now)


def _notice(connection: Connection, world: World, made: Announcement) -> Letter | None:
    """Write the notice; None to who coordinates no more, or where all of it was taken back."""
    role = _role(connection, world, made)
    found = announcements.readings(connection, made.id)
    if role is None or count(found)[Fate.WITHDRAWN] == len(found):
        return None
    language = people.person(connection, made.written_by).language
    words = " ".join(made.text.split())
    if len(words) > _BEGINNING:
        words = words[: _BEGINNING - 1].rstrip() + "…"
    text = report_text(language, made, found, words)
    label = locales.text(language, "announce.details", number=made.number)
    details = Choice(label=label, data=f"/donvi {role.id} /thongbao {made.number}")
    reply = Reply(text=text, choices=(details,), urgency=Urgency.ANSWER)
    return Letter(person_id=made.written_by, reply=reply)


def _role(connection: Connection, world: World, made: Announcement) -> Role | None:
    """Return the role in which the writer may still know of it."""
    if made.plan not in world.packs:
        return None
    tree = world.packs[made.plan].tree
    held = [r for r in people.roles_of(connection, made.written_by) if r.plan == made.plan]
    return next((r for r in held if may(r, Action.COORDINATE, made.unit, tree)), None)
