"""One person's channels: see where messages come, choose which first, add one, take one away."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from documents import wording
from handlers import request_moves
from handlers.channel_names import address_name, other_links
from handlers.joining import hashed, new_code
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import Choice, Reply
from storage import addresses, join_codes, outbox, people
from storage.addresses import Reached
from storage.drafts import Key
from storage.join_codes import ChannelCode

VALID_FOR = timedelta(minutes=30)
_NO_KEY = Key(plan="", period="", unit="")
_SURELY = "thật"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """One address of the person, with a name that no other of theirs has."""

    reached: Reached
    name: str
    here: bool

    @property
    def mark(self) -> str:
        return self.reached.mark

    @property
    def takes_messages(self) -> bool:
        return self.reached.unreachable_since is None


def channels(turn: Turn, _argument: str) -> Reply:
    """List where the person is reached, in the order in which messages try it."""
    own = _own(turn)
    lines = [turn.text("channel.list", count=len(own))]
    lines += [_line(turn, place, one) for place, one in enumerate(own, start=1)]
    if len(own) > 1:
        lines.append(turn.text("channel.order"))
    firsts = [_first_choice(turn, one) for one in own[1:] if one.takes_messages]
    removals = [
        turn.choice("channel.remove", f"/kenhbo {one.mark}", name=one.name)
        for one in own
        if not one.here
    ]
    add = turn.choice("channel.add", "/themkenh")
    return Reply(text="\n".join(lines), choices=(*firsts, *removals, add))


def add_channel(turn: Turn, _argument: str) -> Reply:
    """Issue a code with which the same person is reached on another channel too."""
    code = new_code()
    kept = ChannelCode(hash=hashed(turn.world.secret, code), person_id=turn.person.id)
    join_codes.issue_channel(turn.connection, kept, turn.now, VALID_FOR)
    turn.audit("channel.code_issued", _NO_KEY)
    until = turn.now + VALID_FOR
    text = turn.text("channel.code", code=code, time=wording.clock(until), day=wording.day(until))
    links = other_links(turn.language, turn.world, turn.message.address.channel, code)
    return Reply(text="\n".join([text, *links, turn.text("channel.code_notes")]))


def put_first(turn: Turn, mark: str) -> Reply:
    """Let messages try one of the person's addresses before the others."""
    found = _marked(turn, mark)
    if not found.takes_messages:
        raise Refused("channel.unreachable", name=found.name)
    addresses.prefer(turn.connection, turn.person.id, found.reached.address)
    turn.audit("channel.preferred", _NO_KEY, after={"channel": found.reached.address.channel})
    return request_moves.current_card(turn, before=turn.text("channel.first", name=found.name))


def remove(turn: Turn, argument: str) -> Reply:
    """Take one of the person's addresses away, after asking; one that takes messages stays."""
    mark, _, word = argument.partition(" ")
    found = _marked(turn, mark)
    if found.here:
        raise Refused("channel.remove_here")
    if not any(one.takes_messages for one in _own(turn) if one.mark != found.mark):
        raise Refused("channel.remove_last")
    if word != _SURELY:
        return turn.say(
            "channel.remove_sure",
            turn.once("channel.remove_yes", f"/kenhbo {mark} thật"),
            turn.once("channel.remove_no", "/kenh"),
            name=found.name,
        )
    _take_away(turn, found.reached)
    return request_moves.current_card(turn, before=turn.text("channel.removed", name=found.name))


def _take_away(turn: Turn, reached: Reached) -> None:
    """Remove an address, and what was asked for there; who reads it is told, whoever that is."""
    address = reached.address
    was_heard = people.heard_at(turn.connection, address) is not None
    addresses.remove(turn.connection, turn.person.id, address)
    join_codes.end_channel(turn.connection, turn.person.id, turn.now)
    turn.audit("channel.removed", _NO_KEY, before={"channel": address.channel})
    if was_heard and reached.unreachable_since is None:
        told = turn.say("channel.was_removed", time=wording.clock(turn.now))
        outbox.post(turn.connection, address, told, turn.now, None)


def linked(turn: Turn) -> Reply:
    """Welcome somebody on an address that was just added: where they stand, what comes here."""
    own = _own(turn)
    here = next(one for one in own if one.here)
    if here is own[0]:
        return request_moves.current_card(turn, before=turn.text("channel.linked_first"))
    before = turn.text("channel.linked", first=own[0].name)
    card = request_moves.current_card(turn, before=before)
    first = turn.choice("channel.put_here_first", f"/kenhtruoc {here.mark}")
    # Beside a question of the report its own answers stay first.
    return replace(card, choices=(*card.choices, first))


def tell_of(turn: Turn) -> None:
    """Tell the person where messages come first that this address was added, to undo it there.

    Comes after the talk is kept, to which it adds what the notice offers.
    """
    own = _own(turn)
    here = next(one for one in own if one.here)
    if here is not own[0]:
        undo = ("channel.undo", f"/kenhbo {here.mark}")
        time = wording.clock(turn.now)
        turn.tell(turn.person.id, "channel.added", undo, name=here.name, time=time)


def _line(turn: Turn, place: int, one: _Named) -> str:
    line = turn.text("channel.line", number=place, name=one.name)
    if one.here:
        line += turn.text("channel.here")
    if one.reached.unreachable_since:
        line += turn.text("channel.since", day=wording.day(one.reached.unreachable_since))
    return line


def _first_choice(turn: Turn, one: _Named) -> Choice:
    command = f"/kenhtruoc {one.mark}"
    if one.here:
        return turn.choice("channel.put_here_first", command)
    return turn.choice("channel.put_first", command, name=one.name)


def _own(turn: Turn) -> list[_Named]:
    """Return the person's addresses; two of the same name are told apart by when they came."""
    reached = addresses.reached_at(turn.connection, turn.person.id)
    names = {one.mark: address_name(turn.language, one.address) for one in reached}
    often = Counter(names.values())
    seen: Counter[str] = Counter()
    for one in sorted(reached, key=lambda one: (one.since, one.mark)):
        name = names[one.mark]
        seen[name] += 1
        if often[name] > 1:
            names[one.mark] = f"{name} ({seen[name]})"
    here = turn.message.address
    return [_Named(reached=one, name=names[one.mark], here=one.address == here) for one in reached]


def _marked(turn: Turn, mark: str) -> _Named:
    found = next((one for one in _own(turn) if one.mark == mark.strip()), None)
    if found is None:
        raise Refused("channel.gone")
    return found
