"""Join by a single-use code; strangers get one polite answer, then silence."""

import hashlib
import hmac
import re
import secrets
from dataclasses import replace
from datetime import timedelta

import locales
from handlers import channel_codes
from handlers.door import Door, unit_in
from handlers.room import full
from plans.messages import Choice, MessageKind, Reply
from plans.people import Person
from plans.spelling import plain
from storage import audit, handovers, join_codes, people
from storage.drafts import Key
from storage.join_codes import ChannelCode, Invitation

# What a code can open: a plan to somebody, or a channel to somebody who is known elsewhere.
Opening = Invitation | ChannelCode

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE = re.compile(r"(?:^|\s)([0-9A-Z]{4})[-\s–]?([0-9A-Z]{4})\s*$", re.I)
_ANSWER = re.compile(r"[0-9]+[A-Z]*|[A-Z]{2}[0-9]{6}", re.I)
TRIES = 5
# An address costs a guesser nothing. With 200 codes in use, 500 guesses an hour for a month
# find one with a chance of 1 in 15,000.
TRIES_OF_ALL = 500
TRIES_PAUSE = timedelta(hours=1)
VALID_FOR = timedelta(days=30)

_YES = frozenset({"xac nhan", "dong y", "dung", "co", "1", "confirm", "yes", "ok", "/xacnhan"})
_NO = frozenset({"khong phai toi", "khong", "2", "not me", "no", "huy", "/huy", "/khongphaitoi"})


def new_code() -> str:
    """Make a code that is easy to read out, and that nobody takes for a word or an answer."""
    letters = ""
    while not letters or _like_an_answer(letters, dashed=False):
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return dashed(letters)


def dashed(letters: str) -> str:
    """Return a code as it is written, from its letters."""
    return f"{letters[:4]}-{letters[4:]}".upper() if letters else ""


def hashed(secret: bytes, code: str) -> str:
    """Return what is kept of a code."""
    letters = re.sub(r"[^0-9A-Z]", "", code.upper())
    return hmac.new(secret, letters.encode(), hashlib.sha256).hexdigest()


def code_in(text: str) -> str | None:
    """Return the code that a text brings: after /start, alone, or at its end."""
    found = _CODE.search(text.strip())
    if not found:
        return None
    before = plain(text[: found.start()])
    if before and not before.startswith(("/start", "ma", "code", "/thamgia")):
        return None
    letters = "".join(found.groups())
    dashed = found[0].strip().isupper() and not found[0].strip().isalnum() and " " not in found[0]
    return None if not before and _like_an_answer(letters, dashed=dashed) else letters


def _like_an_answer(letters: str, *, dashed: bool) -> bool:
    """Say whether eight letters and digits may be "1234 luot", "chua biet" or "TT03 1250"."""
    if letters.isalpha():
        return not dashed
    return bool(_ANSWER.fullmatch(letters))


def show_code(door: Door, code: str) -> Reply | None:
    """Say what a code opens and ask for a yes; wrong codes are counted, then unanswered."""
    arrival = door.arrival
    tries, since = arrival.tries, arrival.tries_since
    if door.now - since > TRIES_PAUSE:
        tries, since = 0, door.now
    if tries >= TRIES:
        return None
    wrong = join_codes.wrong_tries(door.connection, door.now - TRIES_PAUSE)
    if door.person is None and wrong >= TRIES_OF_ALL:
        return door.say("join.busy")
    found = _opens(door, hashed(door.world.secret, code))
    if found is None:
        door.keep(replace(arrival, tries=tries + 1, tries_since=since, pending_code=None))
        return door.say("join.bad_code" if tries + 1 < TRIES else "join.too_many")
    if refusal := _refusal(door, found, code):
        return refusal
    door.keep(replace(arrival, pending_code=found.hash))
    return _asked(door, found)


def _opens(door: Door, hashed: str) -> Opening | None:
    """Return what a code opens that is good, in a plan or for a person that are still there."""
    found = join_codes.usable(door.connection, hashed, door.now)
    if found is None:
        return channel_codes.usable(door, hashed)
    return found if found.plan in door.world.packs else None


def _refusal(door: Door, found: Opening, code: str = "") -> Reply | None:
    """Say why a good code opens nothing here, if it does not; it is not used up."""
    if isinstance(found, ChannelCode):
        owner, plans = channel_codes.owner(door, found), channel_codes.plans_of(door, found)
        refusal = channel_codes.refusal(door, found)
        return refusal or full(door, owner, plans, dashed(code))
    return _held_already(door, found) or full(door, door.person, [found.plan], dashed(code))


def _held_already(door: Door, found: Invitation) -> Reply | None:
    if door.person and any(
        role.plan == found.plan and role.kind is found.kind and role.unit == found.unit
        for role in people.roles_of(door.connection, door.person.id)
    ):
        return door.say("join.already", **_names(door, found))
    return None


def _asked(door: Door, found: Opening) -> Reply:
    if isinstance(found, ChannelCode):
        return channel_codes.asked(door, found)
    yes = Choice(label=locales.text(door.language, "join.yes"), data="/xacnhan")
    no = Choice(label=locales.text(door.language, "join.no"), data="/khongphaitoi")
    handover = handovers.by_code(door.connection, found.hash)
    key = "handover.invites" if handover else f"join.invites.{found.kind}"
    return door.say(key, yes, no, **_names(door, found))


def _names(door: Door, found: Invitation) -> dict[str, object]:
    plan = door.world.packs[found.plan].title.in_language(door.language)
    return {"unit": unit_in(door.world, found.plan, found.unit), "plan": plan}


def answer_code(door: Door) -> tuple[Reply | None, Opening | None]:
    """Take the yes or no to a shown code; return the reply, or what the code opens.

    A stranger who says something else is asked once more; to somebody known, whose next "1" may be
    an answer, the code has to be shown again.
    """
    arrival = door.arrival
    if arrival.pending_code is None:
        return None, None
    readable = door.message.kind in (MessageKind.TEXT, MessageKind.TAP)
    said = plain(door.message.text) if readable else ""
    found = _opens(door, arrival.pending_code)
    if said in _NO:
        door.keep(replace(arrival, pending_code=None))
        of_channel = isinstance(found, ChannelCode)
        return door.say("channel.declined" if of_channel else "join.declined"), None
    if said not in _YES and found and door.person is None:
        return _asked(door, found), None
    door.keep(replace(arrival, pending_code=None))
    if said not in _YES and door.person:
        return None, None
    if found is None:
        return door.say("join.bad_code"), None
    if refusal := _refusal(door, found):
        return refusal, None
    return None, found


def join(door: Door, found: Invitation) -> tuple[Person, int]:
    """Use a code: the person, new or known, gets its role; return both."""
    address = door.message.address
    person = door.person or people.add_person(door.connection, address, "vi", door.now)
    role_id = people.grant(door.connection, person.id, found.plan, found.kind, found.unit, door.now)
    join_codes.use(door.connection, found.hash, person.id, door.now)
    # Somebody who leaves one day is a stranger like any other.
    door.keep(replace(door.arrival, pending_code=None, greeted_at=None))
    entry = audit.Entry(
        at=door.now,
        person_id=person.id,
        action="role.joined",
        key=Key(plan=found.plan, period="", unit=found.unit),
        after={"kind": found.kind},
    )
    audit.write(door.connection, entry)
    return person, role_id


def greet(door: Door) -> Reply | None:
    """Answer a stranger once, then not at all until they bring a code."""
    if door.arrival.greeted_at:
        return None
    door.keep(replace(door.arrival, greeted_at=door.now))
    return door.say("join.stranger")
