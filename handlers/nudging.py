"""The nudge: at a coordinator's word the units that have not sent are written to, after a look."""

from documents import wording
from documents.nudges import Preview, moment_text, preview_text, result_text
from documents.progress import place_name
from handlers.asked import understand_type
from handlers.desks import role_for, roles_for
from handlers.nudge_round import (
    AGAIN,
    FLAGS,
    INVITED,
    ONLY,
    OVERDUE,
    Round,
    Wish,
    letters_of,
    round_of,
    sent_at,
)
from handlers.turn import Turn
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.nudges import Outcome
from plans.pack import Obligation
from plans.people import Action
from storage import letters, nudges
from storage.drafts import Key
from storage.nudges import Nudge


def nudge(turn: Turn, words: str) -> Reply:
    """Show what a nudge would do before it is sent, or with a number what became of one."""
    if words.startswith("#"):
        return _progress(turn, words[1:])
    wish = _wish(turn, words, "/dondoc")
    return _preview(turn, round_of(turn, wish))


def _wish(turn: Turn, words: str, command: str) -> Wish:
    """Read whom a coordinator wants to nudge; whoever names one invited body means it."""
    flags = {word for word in words.split() if word in FLAGS}
    named = " ".join(word for word in words.split() if word not in flags)
    role = role_for(turn, Action.COORDINATE, f"{command} {words}".strip())
    asked = understand_type(turn, role, named, command)
    turn.require(role, Action.COORDINATE, asked.unit)
    pack, period, unit = turn.pack(role), asked.period, asked.unit
    if period.opens > turn.today:
        name = wording.period_name(turn.language, period)
        raise Refused("nudge.not_open", period=name, opens=period.opens)
    only = bool(unit) and (ONLY in flags or not pack.tree.children(unit))
    invited = only and pack.obligation(pack.tree[unit]) is Obligation.INVITED
    return Wish(
        role=role,
        period=period,
        unit=unit,
        unit_type=asked.unit_type,
        only=only,
        overdue=OVERDUE in flags,
        invited=invited or INVITED in flags,
        again=AGAIN in flags,
    )


def _preview(turn: Turn, found: Round) -> Reply:
    wish = found.wish
    title = _title(turn, wish)
    if not found.required and not found.invited:
        own = _own_period(turn, wish)
        key = "nudge.locked" if own.locked(turn.today) else "nudge.none"
        where = turn.choice("menu.progress", f"/tiendo {wish.place}")
        reply = turn.say(key, where, lock=own.lock)
        return Reply(text=f"{title}\n{reply.text}", choices=reply.choices)
    text = preview_text(turn.language, turn.pack(wish.role), _told(turn, found))
    return Reply(text=f"{title}\n{text}", choices=_choices(turn, found))


def _own_period(turn: Turn, wish: Wish) -> Period:
    """Return the period as it is for the one unit that is meant, or for all."""
    plan, period = wish.role.plan, wish.period
    return turn.world.unit_period(plan, period, wish.unit) if wish.only else period


def _title(turn: Turn, wish: Wish) -> str:
    pack, period = turn.pack(wish.role), _own_period(turn, wish)
    name = place_name(turn.language, pack, period, wish.unit, wish.unit_type)
    left = ""
    if wish.only:
        left = wording.unit_left(turn.language, pack, wish.unit, period, turn.today)
    return turn.text(
        "nudge.title",
        period=name,
        deadline=wording.deadline(turn.language, period),
        left=left or wording.days_left(turn.language, period, turn.today),
    )


def _told(turn: Turn, found: Round) -> Preview:
    wish, people, at = found.wish, found.people, sent_at(turn, found.wish)
    example = found.told[0].unit.code if found.told else ""
    first = [found.contacts[example][0].person_id] if example else []
    written = letters_of(turn, found, "", first)
    return Preview(
        owing=len(found.required),
        told=[row.unit.code for row in found.told],
        people=len(people),
        invited=len(found.invited),
        with_invited=wish.invited,
        recent=[row.unit.code for row in found.recent],
        again=wish.again,
        hours=turn.pack(wish.role).calendar.reminders.nudge_again_hours,
        unreached=[row.unit.code for row in found.unreached],
        below=wish.unit,
        example=example,
        letter=written[0].reply.text if written else "",
        at=at if at > turn.now else None,
    )


def _choices(turn: Turn, found: Round) -> tuple[Choice, ...]:
    wish = found.wish
    also = f"{wish.words} {INVITED}" if wish.invited else wish.words
    choices = []
    if found.told and wish.again and found.recent:
        key = "nudge.send_again"
        choices.append(turn.once(key, f"/dondocgui {also} {AGAIN}", count=len(found.told)))
    elif found.told:
        choices.append(turn.once("nudge.send", f"/dondocgui {also}", count=len(found.told)))
    if found.invited and not wish.invited:
        key = "nudge.with_invited"
        choices.append(turn.once(key, f"/dondoc {also} {INVITED}", count=len(found.invited)))
    if found.recent and not wish.again:
        key = "nudge.with_recent"
        choices.append(turn.once(key, f"/dondoc {also} {AGAIN}", count=len(found.recent)))
    if wish.only and found.unreached:
        choices.append(turn.choice("unit.invite", f"/moi {wish.unit}"))
    return (*choices, turn.once("card.later", "/start"))


def nudge_sent(turn: Turn, words: str) -> Reply:
    """Send the letters to whoever owes at this moment; somebody may have sent in between."""
    wish = _wish(turn, words, "/dondocgui")
    found = round_of(turn, wish)
    if not found.told:
        return _preview(turn, found)
    made = nudges.add(turn.connection, wish.role.plan, wish.period.id, turn.person.id, turn.now)
    people = list(found.people)
    letters.post(turn.connection, letters_of(turn, found, made.stage, people), turn.now)
    key = Key(plan=made.plan, period=made.period, unit=wish.unit)
    counts = {"units": len(found.told), "people": len(people)}
    turn.audit("units.nudged", key, after={"nudge": made.id, **counts})
    # The card is done with: whoever taps it once more sends nothing.
    turn.talk.card += 1
    at = sent_at(turn, wish)
    return turn.say(
        "nudge.scheduled" if at > turn.now else "nudge.sending",
        turn.choice("nudge.progress", f"/dondoc #{made.id}"),
        at=moment_text(turn.language, at),
        **counts,
    )


def _progress(turn: Turn, number: str) -> Reply:
    """Tell what became of a nudge, of the units that the person coordinates."""
    made = nudges.find(turn.connection, int(number)) if _is_number(number) else None
    outcomes = _visible(turn, made) if made else {}
    if made is None or not outcomes:
        raise Refused("nudge.unknown", number=number[:9])
    period = turn.world.period(made.plan, made.period)
    if period is None:
        raise Refused("refused.no_period")
    text = result_text(turn.language, turn.world.packs[made.plan], period, outcomes)
    choices = []
    if Outcome.WAITING in outcomes.values():
        choices.append(turn.choice("nudge.progress", f"/dondoc #{made.id}"))
    choices.append(turn.choice("digest.list", f"/chuanop {made.period}"))
    return Reply(text=text, choices=tuple(choices))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _visible(turn: Turn, made: Nudge) -> dict[str, Outcome]:
    roles = [role for role in roles_for(turn, Action.COORDINATE) if role.plan == made.plan]
    return {
        unit: outcome
        for unit, outcome in nudges.outcomes(turn.connection, made).items()
        if any(turn.may(role, Action.COORDINATE, unit) for role in roles)
    }
