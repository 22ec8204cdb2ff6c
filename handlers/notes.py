"""What is doubtful in a plan, told to those who coordinate it: by period, unit type, target."""

from collections.abc import Iterable

from documents import wording
from handlers.desks import role_for
from handlers.spoken_period import current_period
from handlers.turn import Turn
from plans.calendar import Period
from plans.messages import Reply
from plans.pack import Pack
from plans.people import Action


def notes(turn: Turn, _argument: str) -> Reply:
    """List what a plan's text leaves open and how it was read."""
    role = role_for(turn, Action.SEE_OTHERS, "/luuy")
    pack = turn.pack(role)
    lines = [*_of_period(turn, current_period(turn, role)), *_of_pack(turn, pack)]
    if pack.no_targets_note:
        lines.append(pack.no_targets_note.in_language(turn.language))
    if not lines:
        return turn.say("notes.none", turn.choice("menu.progress", "/tiendo"))
    title = turn.text("notes.title", plan=pack.title.in_language(turn.language))
    text = "\n".join([title, *(f"- {line}" for line in lines)])
    return Reply(text=text, choices=(turn.choice("menu.progress", "/tiendo"),))


def _of_period(turn: Turn, period: Period) -> Iterable[str]:
    if period.needs_confirmation:
        name = wording.period_name(turn.language, period)
        yield turn.text("notes.period", period=name, note=period.needs_confirmation)


def _of_pack(turn: Turn, pack: Pack) -> Iterable[str]:
    for unit_type in pack.unit_types.values():
        if unit_type.needs_confirmation:
            name = unit_type.name.in_language(turn.language)
            yield turn.text("notes.unit_type", name=name, note=unit_type.needs_confirmation)
    for target in pack.targets:
        if target.needs_confirmation:
            yield turn.text(
                "notes.target", id=target.id, text=target.text, note=target.needs_confirmation
            )
