"""One indicator of a period: its figure, what that stands beside, and whom it comes from."""

from documents.docx_seen import Shown
from documents.figures import days_text, head_lines
from documents.figures_beside import absent_text, before_text, last_year_text
from handlers.asked import Asked
from handlers.figures_below import Below
from handlers.figures_compared import no_last_year
from handlers.figures_read import Gathered, command_for, title
from handlers.pages import FIRST, LINES, page_of
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import Choice, Manner, Reply


def indicator_page(turn: Turn, asked: Asked, gathered: Gathered) -> Reply:
    """Tell one indicator in full, then by district and by unit, a page at a time."""
    if asked.code not in gathered.codes:
        raise Refused("figures.not_asked", code=asked.code)
    line = gathered.compared([asked.code], running=asked.running)[0]
    running = asked.running and line.spans
    if asked.running and not running:
        line = gathered.compared([asked.code])[0]
    below = Below(turn, asked, gathered, running=running)
    page = page_of(below.units, LINES, asked.page)
    lines = [title(turn, asked, gathered, of=line.line.indicator)]
    lines += head_lines(turn.language, line)
    lines += _beside(turn, gathered, line, running=running)
    lines += _below_head(turn, asked, line, running=running, mark=page.mark(turn))
    found = below.listed(page.part(below.units))
    lines += [one.line for one in found]
    choices = [one.choice for one in found if one.choice and one.leads_down]
    choices += _ways(turn, asked, gathered, line, running=running)
    choices += [one.choice for one in found if one.choice and not one.leads_down]
    choices += page.choices(turn, command_for(asked, asked.code))
    choices.append(_up(turn, asked, gathered))
    # Only lists of figures lead here by a button.
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=Manner.IN_PLACE)


def _beside(turn: Turn, gathered: Gathered, line: Shown, *, running: bool) -> list[str]:
    """Tell the period before, unless the year so far is asked for, and last year or its lack."""
    last_year = last_year_text(turn.language, line, running=running)
    if not last_year and not gathered.period.form:
        last_year = no_last_year(turn, gathered) or absent_text(
            turn.language,
            gathered.period.year - 1,
            first_year=gathered.pack.valid_from.year,
            other_days=True,
        )
    before = "" if running else before_text(turn.language, line)
    return [text for text in (before, last_year) if text]


def _below_head(turn: Turn, asked: Asked, line: Shown, *, running: bool, mark: str) -> list[str]:
    """Say which of two figures the list below is of, where there are two."""
    if not line.spans:
        return [turn.text("figures.below") + mark] if mark else []
    days = days_text(turn.language, line.line.indicator, asked.period, running=running)
    key = "figures.below_running" if running else "figures.below_own"
    return [turn.text(key, window=days) + mark]


def _ways(
    turn: Turn, asked: Asked, gathered: Gathered, line: Shown, *, running: bool
) -> list[Choice]:
    """Lead to the year so far or back, to the picture of two years, and to a unit's report."""
    choices = []
    if line.spans:
        key = "figures.to_own" if running else "figures.to_running"
        choices.append(turn.choice(key, command_for(asked, asked.code, running=not running)))
    where = f"{asked.period.id} {asked.unit}".strip()
    choices.append(turn.choice("pictures.to.years", f"/bieudo cung ky {where} {asked.code}"))
    if asked.unit and not gathered.pack.tree.children(asked.unit):
        choices.append(turn.choice("figures.source", f"/xem {where}"))
    return choices


def _up(turn: Turn, asked: Asked, gathered: Gathered) -> Choice:
    """Lead from a unit to the reader's whole area, and from there to all indicators."""
    top = gathered.role.unit
    words = [asked.code] if asked.unit != top else [top, FIRST]
    mode = command_for(asked).split()[3 if asked.unit else 2 :]
    return turn.choice("figures.up", " ".join(["/tonghop", asked.period.id, *words, *mode]))
