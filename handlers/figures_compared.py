"""Every indicator of a period beside the period before and the same period a year ago."""

from documents.figures import total_text
from documents.figures_beside import absent_text, before_text, last_year_text
from handlers.asked import Asked
from handlers.figures_read import Gathered, command_for, title
from handlers.pages import FIRST, page_of
from handlers.turn import Turn
from plans.messages import Reply

COMPARED = "sosanh"
# Each takes up to three lines.
PAGE = 3


def beside_page(turn: Turn, asked: Asked, gathered: Gathered) -> Reply:
    """Tell a page of indicators, each with what it stands beside and what it became."""
    page = page_of(gathered.codes, PAGE, asked.page)
    shown = gathered.compared(list(page.part(gathered.codes)))
    head = title(turn, asked, gathered, key="figures.title_compared")
    lines, absent = [head + page.mark(turn)], no_last_year(turn, gathered)
    if absent:
        lines.append(absent)
    for line in shown:
        lines.append(total_text(turn.language, line))
        beside = before_text(turn.language, line), last_year_text(turn.language, line)
        lines += [f"  {text}" for text in beside if text]
    choices = [
        turn.choice("figures.code", command_for(asked, line.line.code), code=line.line.code)
        for line in shown
    ]
    choices += page.choices(turn, command_for(asked, COMPARED))
    choices.append(turn.choice("menu.figures", command_for(asked, FIRST)))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def no_last_year(turn: Turn, gathered: Gathered) -> str:
    """Say that the plan has no such period a year ago, "" where it has one or needs none."""
    if gathered.period.form or gathered.totals.same_period(gathered.period.year - 1):
        return ""
    first = gathered.pack.valid_from.year
    year = gathered.period.year - 1
    return absent_text(turn.language, year, first_year=first, other_days=False)
