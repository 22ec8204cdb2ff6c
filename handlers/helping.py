"""What can be done, said by what one wants to do: only what the reader's roles allow."""

from documents import wording
from handlers.asked import example_unit
from handlers.desks import roles_for
from handlers.menu_places import BY_TOPIC, Place, Topic, places_of
from handlers.report import then_card
from handlers.spoken_period import current_period
from handlers.turn import Turn
from plans.messages import Reply
from plans.people import Action

# These are told of by what they are typed for, or by name alone.
_OTHERWISE = (Topic.ENTER, Topic.ALWAYS)


def help_(turn: Turn, _argument: str) -> Reply:
    """Explain what can be done, by role."""
    places = places_of(turn.world, turn.roles)
    parts = [turn.text("help.start")]
    if Place.REPORT in places:
        parts.append(turn.text("help.report"))
    for topic in BY_TOPIC:
        if topic not in _OTHERWISE and (names := _names(topic, places)):
            parts += [turn.text(f"help.topic.{topic}"), *(_line(turn, name) for name in names)]
        if topic is Topic.FOLLOW and Place.WATCH in places:
            parts.append(turn.text("help.example", example=_example(turn)))
    always = ", ".join(_names(Topic.ALWAYS, places))
    parts.append(turn.text("help.always", commands=always))
    return then_card(turn, "\n".join(parts))


def _names(topic: Topic, places: frozenset[Place]) -> list[str]:
    return [name for name, shown_in in BY_TOPIC[topic] if shown_in & places]


def _line(turn: Turn, name: str) -> str:
    return f"{name} · {turn.text(f'menu.command.{name[1:]}')}"


def _example(turn: Turn) -> str:
    """Return a period and a unit to ask about, such as the person's own plan has."""
    role = roles_for(turn, Action.SEE_OTHERS)[0]
    part = current_period(turn, role).parts[0]
    name = role.unit and turn.pack(role).tree[role.unit].name
    return f"{wording.part_name('vi', part)} {name or example_unit(turn.pack(role))}"
