"""A focal point hands the post to a successor: a code that ends the one's role as the other joins.

Until somebody joins by it nothing changes; the draft and the history are the unit's all along.
"""

from collections.abc import Iterable
from dataclasses import replace

from documents import wording
from handlers.asked import understand
from handlers.code_issuing import issue
from handlers.desks import desk_at, role_for, roles_for, standing
from handlers.door import Door
from handlers.everybody import member_text
from handlers.inviting import with_ways
from handlers.joining import VALID_FOR, hashed
from handlers.turn import Turn
from plans.calendar import local
from plans.errors import Forbidden, Refused
from plans.messages import Reply
from plans.people import Action, Role, RoleKind
from storage import audit, handovers, membership, people, reports
from storage.drafts import Key
from storage.handovers import Handover

_ROLE = "vaitro"


def hand_over(turn: Turn, words: str) -> Reply:
    """Show what handing a post over means, or where a handover stands; nothing is issued yet."""
    found = _picked(turn, words)
    if isinstance(found, Reply):
        return found
    name = wording.body_name(turn.pack(found), found.unit)
    waiting = handovers.waiting_for(turn.connection, [found.id], turn.now).get(found.id)
    if waiting:
        return turn.say(
            "handover.waiting",
            turn.once("handover.cancel", f"/bangiaolam thoi {found.id}"),
            turn.once("handover.anew", f"/bangiaolam cap {found.id}"),
            turn.choice("card.later", "/start"),
            unit=name,
            begun=wording.day(waiting.begun_at),
            expires=wording.day(waiting.expires_at),
        )
    mine = found.person_id == turn.person.id
    return turn.say(
        "handover.sure" if mine else "handover.sure_for",
        turn.once("handover.yes", f"/bangiaolam cap {found.id}"),
        turn.once("card.later", "/start"),
        unit=name,
        expires=local(turn.now + VALID_FOR).date(),
    )


def _picked(turn: Turn, words: str) -> Role | Reply:
    """Return the post that is meant: by number, one's own, or a unit's; ask where several are."""
    kind, _, number = words.strip().partition(" ")
    if kind == _ROLE:
        return _post(turn, number)
    if roles_for(turn, Action.REPORT) and not words.strip():
        return role_for(turn, Action.REPORT, "/bangiao")
    role = role_for(turn, Action.COORDINATE, f"/bangiao {words}")
    if not words.strip():
        raise Refused("handover.which_unit")
    asked = understand(turn, role, words, "/bangiao")
    turn.require(role, Action.COORDINATE, asked.unit)
    held = people.roles_at(turn.connection, role.plan, asked.unit) if asked.unit else []
    posts = [one for one in held if one.kind is RoleKind.FOCAL_POINT]
    name = turn.pack(role).tree.title(asked.unit) if asked.unit else ""
    if not posts:
        raise Refused("handover.nobody", unit=name or turn.pack(role).province.name)
    return posts[0] if len(posts) == 1 else _ask_which(turn, role, posts, name)


def _ask_which(turn: Turn, role: Role, posts: Iterable[Role], name: str) -> Reply:
    numbers = {post.id for post in posts}
    found = membership.members(turn.connection, role.plan)
    members = [one for one in found if one.role.id in numbers]
    lines = [turn.text("handover.which_post", unit=name)]
    choices = []
    for number, one in enumerate(members, 1):
        lines.append(f"{number}. {member_text(turn, turn.pack(role), one)}")
        command = f"/bangiao {_ROLE} {one.role.id}"
        choices.append(turn.choice("people.hand_over", command, number=number))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _post(turn: Turn, number: str) -> Role:
    """Return a focal point's role by number: one's own, or of a unit that one coordinates."""
    own = turn.role_numbered(number)
    if own is not None and own.kind is RoleKind.FOCAL_POINT:
        return own
    for role in roles_for(turn, Action.COORDINATE):
        found = (
            membership.member(turn.connection, role.plan, int(number)) if number.isdigit() else None
        )
        known = found is not None and found.role.kind is RoleKind.FOCAL_POINT
        if found and known and turn.may(role, Action.COORDINATE, found.role.unit):
            return found.role
    raise (
        Refused("revoke.gone")
        if roles_for(turn, Action.COORDINATE)
        else Forbidden("refused.forbidden")
    )


def decided(turn: Turn, words: str) -> Reply:
    """Issue the code of a handover, or end one that nobody accepted."""
    what, _, number = words.strip().partition(" ")
    post = _post(turn, number.strip())
    return _cancel(turn, post) if what == "thoi" else _issue(turn, post)


def _issue(turn: Turn, post: Role) -> Reply:
    """Issue the code of a handover; an earlier one of the same post ends."""
    handovers.cancel(turn.connection, post.id, turn.now)
    code = issue(turn, post.plan, post.unit)
    handovers.begin(turn.connection, hashed(turn.world.secret, code), post.id, turn.person.id)
    key = Key(plan=post.plan, period="", unit=post.unit)
    turn.audit("handover.begun", key, after={"role": post.id})
    pack = turn.pack(post)
    name, expires = wording.body_name(pack, post.unit), local(turn.now + VALID_FOR).date()
    if post.person_id != turn.person.id:
        stop = ("handover.cancel", f"/bangiaolam thoi {post.id}")
        body = pack.coordinator.short
        turn.tell(
            post.person_id, "handover.begun_for_you", stop, unit=name, body=body, expires=expires
        )
    first = turn.text("handover.issued", unit=name, code=code, expires=expires)
    mine = post.person_id == turn.person.id
    stands = turn.choice("menu.status", "/trangthai")
    look = stands if mine else turn.choice("people.menu", f"/nguoi {post.unit}")
    cancel = turn.choice("handover.cancel", f"/bangiaolam thoi {post.id}")
    return with_ways(turn, first, name, code, cancel, look)


def _cancel(turn: Turn, post: Role) -> Reply:
    """End a handover that nobody accepted; the post stays with who holds it."""
    waiting = handovers.waiting_for(turn.connection, [post.id], turn.now).get(post.id)
    if waiting is None:
        raise Refused("handover.none")
    handovers.cancel(turn.connection, post.id, turn.now)
    key = Key(plan=post.plan, period="", unit=post.unit)
    turn.audit("handover.cancelled", key, before={"role": post.id})
    name = wording.body_name(turn.pack(post), post.unit)
    for other in {post.person_id, waiting.begun_by} - {turn.person.id}:
        turn.tell(other, "handover.cancelled_notice", unit=name)
    return turn.say("handover.cancelled", unit=name)


def accepted(door: Door, code_hash: str) -> Handover | None:
    """End the predecessor's role if the code that somebody has just joined by hands a post over."""
    found = handovers.by_code(door.connection, code_hash)
    if found is None:
        return None
    people.end_role(door.connection, found.role_id, door.now)
    entry = audit.Entry(
        at=door.now,
        person_id=found.person_id,
        action="role.handed_over",
        key=Key(plan=found.plan, period="", unit=found.unit),
        before={"role": found.role_id, "begun_by": found.begun_by},
    )
    audit.write(door.connection, entry)
    return found


def tell_of(turn: Turn, found: Handover) -> None:
    """Tell the predecessor, and those who coordinate the unit, that the post was handed over."""
    pack = turn.world.packs[found.plan]
    name = wording.body_name(pack, found.unit)
    turn.tell(found.person_id, "handover.done_predecessor", unit=name)
    above = ["", *(unit.code for unit in pack.tree.above(found.unit)), found.unit]
    readers = {
        role.person_id
        for unit in above
        for role in people.roles_at(turn.connection, found.plan, unit)
        if role.kind in (RoleKind.COORDINATOR, RoleKind.DISTRICT_COORDINATOR)
    }
    for reader in sorted(readers - {turn.person.id, found.person_id}):
        look = ("handover.look", f"/nguoi {found.unit}")
        turn.tell(reader, "handover.done_coordinator", look, unit=name)


def taken_over(turn: Turn, first: Reply) -> Reply:
    """Return a successor's first card with where the unit's reports stand before it."""
    role = turn.chosen_role
    stands = _where_it_stands(turn, role) if role else ""
    return replace(first, text=f"{turn.text('handover.welcome')}\n{stands}\n{first.text}")


def _where_it_stands(turn: Turn, role: Role) -> str:
    """Tell a successor in a few lines what is begun, what was sent, and what waits to be mended."""
    stands = standing(turn, role)
    lines = []
    for period in (*stands.returned, *stands.owed, *stands.sent, *stands.coming):
        desk = desk_at(turn, role, period)
        name = wording.period_name(turn.language, period)
        if desk and desk.draft.answered:
            done, total = desk.draft.answered, len(desk.draft.questions)
            lines.append(turn.text("handover.draft", period=name, done=done, total=total))
    if stands.returned:
        name = wording.period_name(turn.language, stands.returned[0])
        lines.append(turn.text("handover.returned", period=name))
    if sent := reports.sent_by(turn.connection, role.plan, role.unit):
        last = turn.world.period(role.plan, sent[0].key.period)
        name = wording.period_name(turn.language, last) if last else sent[0].key.period
        lines.append(turn.text("handover.history", count=len(sent), period=name))
    return "\n".join(lines) or turn.text("handover.nothing_begun")
