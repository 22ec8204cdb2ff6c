"""The way in for every message: what is refused unread, who is speaking, who is let in."""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

import locales
from documents import wording
from handlers import (
    channel_codes,
    channels,
    groups,
    handing_over,
    joining,
    report,
    request_moves,
    router,
)
from handlers.desks import standing
from handlers.door import Door, roles_in
from handlers.joining import Opening
from handlers.talk import Talk
from handlers.turn import Turn
from plans.messages import Manner, Message, MessageKind, Reply
from plans.people import Person, Role, RoleKind
from plans.privacy import Concern, concern
from plans.world import World
from storage import audit, decisions, people
from storage.drafts import Key
from storage.join_codes import ChannelCode, Invitation

# A page may be made to send a tap that no card offered.
_CARRIED_WORDS = re.compile(
    r"/(?:lydo|lydocham|traplaigui|nhap|yeucau\w*|thongbao\w*|vuongmac\w*)\s+(.*)", re.I | re.S
)


def respond(connection: Connection, world: World, now: datetime, message: Message) -> Reply | None:
    """Answer one message: one reply, or none to a stranger who was answered before."""
    world = world.decided(decisions.read(connection))
    if message.sender is not None:
        return groups.respond(connection, world, now, message)
    person = people.person_at(connection, message.address)
    people.heard(connection, message.address, now)
    door = Door(connection=connection, world=world, now=now, message=message, person=person)
    roles = door.roles
    if person is None or not roles:
        return _at_the_door(door)
    if code := _code(message):
        return joining.show_code(door, code) or door.say("join.too_many")
    reply, accepted = joining.answer_code(door)
    if accepted:
        return _welcome(door, accepted)
    if reply:
        return reply
    if refusal := _unread(door):
        return refusal
    return _converse(door, person, roles)


def _code(message: Message) -> str | None:
    return joining.code_in(message.text) if message.kind is MessageKind.TEXT else None


def _at_the_door(door: Door) -> Reply | None:
    if code := _code(door.message):
        return joining.show_code(door, code)
    reply, accepted = joining.answer_code(door)
    if accepted:
        return _welcome(door, accepted)
    return reply or joining.greet(door)


def _unread(door: Door) -> Reply | None:
    """Refuse what may not be read or kept; only the fact stays on record."""
    message = door.message
    if message.kind not in (MessageKind.TEXT, MessageKind.TAP):
        _record_refusal(door, f"attachment.{message.kind}")
        return _then_card(door, locales.text(door.language, f"refused.attachment.{message.kind}"))
    found = concern(_written(message))
    if found is None:
        return None
    _record_refusal(door, found)
    key = "privacy.secret" if found is Concern.SECRECY_MARK else "privacy.refused"
    what = locales.text(door.language, f"privacy.concern.{found}")
    reply = _then_card(door, locales.text(door.language, key, concern=what))
    return replace(reply, manner=Manner.RETRACT)


def _written(message: Message) -> str:
    """Return the words of a person in a message: of a tap, those that its choice may carry."""
    if message.kind is MessageKind.TEXT:
        return message.text
    carried = _CARRIED_WORDS.search(message.text)
    return carried[1] if carried else ""


def _record_refusal(door: Door, what: str) -> None:
    entry = audit.Entry(
        at=door.now,
        person_id=door.person.id if door.person else None,
        action="message.refused",
        key=Key(plan="", period="", unit=""),
        after={"concern": what},
    )
    audit.write(door.connection, entry)


def _then_card(door: Door, sentence: str) -> Reply:
    """Return a refusal with the card that the person is at, so that the work goes on."""
    if door.person is None:
        return Reply(text=sentence)
    turn = turn_of(door, door.person)
    reply = router.remember(turn, request_moves.current_card(turn, before=sentence))
    people.set_talk(door.connection, door.person.id, turn.talk.as_stored())
    return reply


def turn_of(door: Door, person: Person, roles: list[Role] | None = None) -> Turn:
    """Return the turn of somebody who joined; roles that were read already are taken over."""
    return Turn(
        connection=door.connection,
        world=door.world,
        now=door.now,
        message=door.message,
        person=person,
        roles=roles_in(door.connection, door.world, person) if roles is None else roles,
        talk=Talk.from_stored(people.talk_of(door.connection, person.id)),
    )


def _converse(door: Door, person: Person, roles: list[Role]) -> Reply:
    turn = turn_of(door, person, roles)
    reply = router.respond(turn)
    people.set_talk(door.connection, person.id, turn.talk.as_stored())
    return reply


def _welcome(door: Door, found: Opening) -> Reply:
    """Let somebody in by what their code opens: a channel of theirs, or a plan."""
    return _join(door, found) if isinstance(found, Invitation) else _link(door, found)


def _link(door: Door, code: ChannelCode) -> Reply:
    """Go on here as the person of a code, who is told of it where they were before."""
    person = channel_codes.link(door, code)
    turn = turn_of(replace(door, person=person), person)
    reply = router.remember(turn, channels.linked(turn))
    people.set_talk(door.connection, person.id, turn.talk.as_stored())
    channels.tell_of(turn)
    return reply


def _join(door: Door, found: Invitation) -> Reply:
    """Let somebody in, tell their colleagues or who was there before, and say what comes next."""
    person, role_id = joining.join(door, found)
    handed_over = handing_over.accepted(door, found.hash)
    turn = turn_of(door, person)
    turn.talk.leave()
    turn.talk.role = role_id
    pack = door.world.packs[found.plan]
    unit = wording.body_name(pack, found.unit) if found.unit else pack.province.name
    if found.kind is RoleKind.FOCAL_POINT:
        for colleague in turn.others_of(found.plan, found.unit):
            turn.tell(colleague, "join.colleague", unit=unit)
    first = _first_card(turn, found, role_id)
    if handed_over:
        handing_over.tell_of(turn, handed_over)
        first = handing_over.taken_over(turn, first)
    reply = router.remember(turn, first)
    people.set_talk(door.connection, person.id, turn.talk.as_stored())
    return reply


def _first_card(turn: Turn, found: Invitation, role_id: int) -> Reply:
    if found.kind is not RoleKind.FOCAL_POINT:
        plan = turn.world.packs[found.plan].title.in_language(turn.language)
        return report.menu(turn, before=turn.text("join.done_coordinator", plan=plan))
    role = next(role for role in turn.roles if role.id == role_id)
    stands = standing(turn, role)
    coming = (stands.returned + stands.owed + stands.coming)[:1]
    choices = (
        turn.choice("menu.report", "/baocao"),
        turn.choice("menu.guide", "/trogiup"),
    )
    if not coming:
        return turn.say("join.done_no_period", *choices)
    return turn.say(
        "join.done",
        *choices,
        period=wording.period_name(turn.language, coming[0]),
        deadline=wording.send_by(turn.language, coming[0]),
        left=wording.unit_left(turn.language, turn.pack(role), role.unit, coming[0], turn.today),
    )
