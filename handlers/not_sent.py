"""Who has not sent: by page, narrowed by place and type, and from there to a nudge."""

from dataclasses import replace

from documents.progress import sent_line
from documents.progress_lists import all_sent_text, missing_lines, not_sent_title
from handlers.asked import Asked, understand_type
from handlers.desks import role_for
from handlers.pages import FIRST, LINES, manner_of, page_of
from handlers.progress_leads import (
    Listing,
    collect,
    is_single,
    list_choice,
    nudge_choice,
)
from handlers.turn import Turn
from handlers.unit_report import unit_report
from plans.messages import Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.progress import Progress


def not_sent(turn: Turn, words: str) -> Reply:
    """List the units that have not sent, invited bodies apart and never called late."""
    role = role_for(turn, Action.SEE_OTHERS, f"/chuanop {words}")
    asked = understand_type(turn, role, words, "/chuanop")
    if is_single(turn, role, asked):
        return unit_report(turn, role, asked.period, asked.unit)
    found = collect(turn, role, asked)
    required = found.owing(Obligation.REQUIRED)
    owing = [*required, *found.owing(Obligation.INVITED)]
    if not owing:
        return replace(_all_sent(turn, role, asked, found), manner=manner_of(words))
    page = page_of(owing, LINES, asked.page)
    shown = page.part(owing)
    lines = [not_sent_title(turn.language, found) + page.mark(turn)]
    lines += missing_lines(turn.language, found, shown)
    listing = Listing(turn=turn, asked=asked, found=found, rows=owing, command="/chuanop")
    choices = [
        *page.choices(turn, f"/chuanop {asked.where}"),
        turn.choice("menu.progress", f"/tiendo {asked.where} {FIRST}"),
        *nudge_choice(turn, role, asked, len(required)),
        *listing.by_type(),
        *listing.by_district(shown),
        *listing.units(shown),
    ]
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=manner_of(words))


def _all_sent(turn: Turn, role: Role, asked: Asked, found: Progress) -> Reply:
    """Say where all have sent; and of a part, how the whole that the reader sees stands."""
    lines = [all_sent_text(turn.language, found)]
    where = f"{asked.period.id} {asked.unit}".rstrip()
    choices = [
        turn.choice("menu.progress", f"/tiendo {asked.where} {FIRST}"),
        turn.choice("menu.figures", f"/tonghop {where}"),
    ]
    if asked.unit != role.unit or asked.unit_type:
        wider = Asked(period=asked.period, unit=role.unit)
        whole = collect(turn, role, wider)
        name = found.pack.tree[role.unit].name if role.unit else found.pack.province.name
        told = sent_line(turn.language, whole.of(Obligation.REQUIRED))
        lines.append(f"{name}: {told[:1].lower()}{told[1:]}")
        choices += list_choice(turn, wider, whole)
    return Reply(text="\n".join(lines), choices=tuple(choices))
