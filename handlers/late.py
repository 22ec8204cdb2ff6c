"""Who is late: sent after the deadline or still owing past it, by how many days, and why."""

from documents.progress import dated_line
from documents.progress_lists import late_foot, late_lines, late_rows
from handlers.asked import understand_type
from handlers.desks import role_for
from handlers.nudge_round import OVERDUE
from handlers.pages import FIRST, LINES, manner_of, page_of
from handlers.progress_leads import (
    Listing,
    collect,
    earlier_choice,
    is_single,
    nudge_choice,
)
from handlers.turn import Turn
from handlers.unit_report import unit_report
from plans.messages import Reply
from plans.people import Action


def late(turn: Turn, words: str) -> Reply:
    """List the units that are late by their own deadlines, those who sent before those who owe."""
    role = role_for(turn, Action.SEE_OTHERS, f"/nopcham {words}")
    asked = understand_type(turn, role, words, "/nopcham")
    if is_single(turn, role, asked):
        return unit_report(turn, role, asked.period, asked.unit)
    found = collect(turn, role, asked)
    rows = late_rows(found)
    page = page_of(rows, LINES, asked.page)
    shown = page.part(rows)
    lines = [dated_line(turn.language, found, "late.title") + page.mark(turn)]
    lines += late_lines(turn.language, found, shown)
    if page.last:
        lines += late_foot(turn.language, found)
    listing = Listing(turn=turn, asked=asked, found=found, rows=rows, command="/nopcham")
    choices = [
        *page.choices(turn, f"/nopcham {asked.where}"),
        turn.choice("menu.progress", f"/tiendo {asked.where} {FIRST}"),
        *nudge_choice(turn, role, asked, found.overdue, OVERDUE),
        *listing.by_type(),
        *listing.by_district(shown),
        *listing.units(shown),
        *earlier_choice(turn, role, asked, "/nopcham"),
    ]
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=manner_of(words))
