"""Link groups to a plan, by a code that its coordinator types there; list them and end links."""

from datetime import timedelta

from documents import wording
from handlers.desks import role_for, roles_for
from handlers.joining import hashed, new_code
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.pack import Pack
from plans.people import Action
from storage import groups
from storage.drafts import Key
from storage.groups import Group, Ticket

VALID_FOR = timedelta(hours=1)
# Hashed with this before it, a code is worth nothing at any other door.
_DOOR = "GROUP"


def hashed_code(secret: bytes, code: str) -> str:
    """Return what is kept of a code that links a group."""
    return hashed(secret, _DOOR + code)


def place(pack: Pack, unit: str) -> str:
    """Name what a group is told of: the province, or what is below one unit."""
    return pack.tree[unit].name if unit else wording.province_name(pack)


def group_links(turn: Turn, _argument: str) -> Reply:
    """List the linked groups with a way to end each link; where there is none, issue a code."""
    if not roles_for(turn, Action.COORDINATE):
        raise Refused("refused.forbidden")
    return _listed(turn) or link_code(turn, "")


def link_code(turn: Turn, _argument: str) -> Reply:
    """Issue a code that the same person types in the group."""
    role = role_for(turn, Action.COORDINATE, "/nhomma")
    meant = turn.world.links.groups.get(turn.message.address.channel)
    if meant is None:
        raise Refused("group.not_here")
    code = new_code()
    ticket = Ticket(
        hash=hashed_code(turn.world.secret, code),
        plan=role.plan,
        unit=role.unit,
        issued_by=turn.person.id,
    )
    groups.issue(turn.connection, ticket, turn.now, VALID_FOR)
    turn.audit("group.code_issued", Key(plan=role.plan, period="", unit=role.unit))
    until = turn.now + VALID_FOR
    return turn.say(
        "group.code",
        command=f"/lienket{meant} {code}",
        time=wording.clock(until),
        day=wording.day(until),
        plan=turn.pack(role).short_title.in_language(turn.language),
        place=place(turn.pack(role), role.unit),
    )


def unlink(turn: Turn, mark: str) -> Reply:
    """End the link of a group that the person's roles reach, and tell whoever linked it."""
    found = next((group for group in _reached(turn) if group.mark == mark.strip()), None)
    if found is None:
        raise Refused("group.unlinked_already")
    groups.end(turn.connection, found.address, turn.now)
    turn.audit("group.unlinked", Key(plan=found.plan, period="", unit=found.unit))
    if found.linked_by != turn.person.id:
        pack = turn.world.packs[found.plan]
        turn.tell(found.linked_by, "group.unlinked_by_other", place=place(pack, found.unit))
    done = turn.text("group.unlinked")
    left = _listed(turn)
    if left is None:
        return Reply(text=done)
    return Reply(text=f"{done}\n{left.text}", choices=left.choices)


def only_in_groups(turn: Turn, _argument: str) -> Reply:
    """Say where the command that links a group is typed."""
    raise Refused("group.type_it_there")


def _listed(turn: Turn) -> Reply | None:
    linked = _reached(turn)
    if not linked:
        return None
    lines, choices = [turn.text("group.list", count=len(linked))], []
    for number, group in enumerate(linked, start=1):
        pack = turn.world.packs[group.plan]
        lines.append(
            turn.text(
                "group.line",
                number=number,
                channel=group.address.channel.capitalize(),
                place=place(pack, group.unit),
                plan=pack.short_title.in_language(turn.language),
                time=wording.clock(group.linked_at),
                day=wording.day(group.linked_at),
            )
        )
        choices.append(_end_choice(turn, number, group, alone=len(linked) == 1))
    choices.append(turn.choice("group.another", "/nhomma"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _end_choice(turn: Turn, number: int, group: Group, *, alone: bool) -> Choice:
    command = f"/nhombo {group.mark}"
    if alone:
        return turn.choice("group.end", command)
    return turn.choice("group.end_numbered", command, number=number)


def _reached(turn: Turn) -> list[Group]:
    """Return the groups that the person may see and end: of their plans, within what is theirs."""
    return [
        group
        for group in groups.linked(turn.connection)
        if any(
            role.plan == group.plan and turn.may(role, Action.COORDINATE, group.unit)
            for role in turn.roles
        )
    ]
