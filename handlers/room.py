"""Room on a channel that serves only so many people, and what is said where it is full."""

import hashlib
from collections.abc import Collection

import locales
from documents.wording import channel_name
from handlers.channel_names import other_links
from handlers.door import Door
from plans.allowance import Allowance
from plans.calendar import today_of
from plans.messages import Reply
from plans.people import Person, RoleKind
from storage import addresses, letters, people, postage
from storage.letters import Letter

_WARNING = "users"


def full(door: Door, who: Person | None, plans: Collection[str], code: str) -> Reply | None:
    """Say that nobody more can be served here, unless `who` is already or there is room.

    The code stays good: it stands in the links to other channels.
    """
    channel = door.message.address.channel
    allowance = door.world.allowances.get(channel, Allowance())
    if not allowance.users:
        return None
    served = addresses.people_on(door.connection, channel)
    if (who and who.id in served) or allowance.has_room(len(served)):
        return None
    for plan in plans:
        _tell_coordinators(door, plan, channel, allowance.users)
    language = who.language if who else door.language
    name, most = channel_name(language, channel), allowance.users
    text = locales.text(language, "channel.full", channel=name, most=most)
    links = other_links(language, door.world, channel, code)
    ask = locales.text(language, "channel.full_try" if links else "channel.full_ask")
    return Reply(text="\n".join([f"{text} {ask}", *links]))


def _tell_coordinators(door: Door, plan: str, channel: str, most: int) -> None:
    """Tell the coordinators of a plan, once a day, that somebody could not be let in."""
    today = today_of(door.now).isoformat()
    # The name of a plan may be longer than the column.
    kind = f"{_WARNING} {hashlib.sha256(plan.encode()).hexdigest()[:8]}"
    if postage.warned(door.connection, channel, kind, today):
        return
    readers = [
        role.person_id
        for role in people.roles_at(door.connection, plan, "")
        if role.kind is RoleKind.COORDINATOR
    ]
    languages = letters.languages_of(door.connection, readers)
    notices = [
        Letter(person_id=reader, reply=_notice(languages[reader], channel, most))
        for reader in dict.fromkeys(readers)
    ]
    letters.post(door.connection, notices, door.now)
    postage.warn(door.connection, channel, kind, today, door.now)


def _notice(language: str, channel: str, most: int) -> Reply:
    name = channel_name(language, channel)
    return Reply(text=locales.text(language, "channel.full_notice", channel=name, most=most))
