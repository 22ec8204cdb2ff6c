"""What the reports add up to: every indicator of a period, down to one unit."""

import re
from dataclasses import replace

from documents.figures import total_text
from handlers.asked import RUNNING, Asked, understand
from handlers.consolidating import totals_of
from handlers.desks import role_for
from handlers.figures_compared import COMPARED, beside_page
from handlers.figures_indicator import indicator_page
from handlers.figures_read import Gathered, command_for, title
from handlers.pages import FIRST, manner_of, page_of
from handlers.turn import Turn
from plans.messages import Choice, Reply
from plans.pack import Obligation
from plans.people import Action
from plans.spelling import plain
from storage import summaries

PAGE = 12
_COMPARED = re.compile(
    r"\b(?:so (?:sanh )?voi )?cung ky(?: nam (?:truoc|ngoai))?\b"
    r"|\bso (?:sanh )?voi (?:ky|quy|nam) (?:truoc|ngoai)\b|\bso ?sanh\b|\btang (?:hay )?giam\b"
)
_RUNNING = re.compile(rf"\b{RUNNING}\b|\bluy ke(?: tu dau nam)?\b|\btu dau nam\b")
# Names of a longer time than its last period; they name that one too.
_LONGER = re.compile(r"\bca nam\b|\b(?:9|12) ?(?:thang|t)\b|\b6 ?(?:thang|t)\b(?! cuoi)")


def figures(turn: Turn, words: str) -> Reply:
    """Tell the figures of a period; with an indicator, by district and then by unit."""
    role = role_for(turn, Action.SEE_OTHERS, f"/tonghop {words}")
    compared, running, rest = _lift_modes(words)
    mode = COMPARED if compared else RUNNING if running else ""
    asked = understand(turn, role, rest, f"/tonghop {mode}".rstrip())
    asked = replace(asked, running=running or asked.running)
    gathered = Gathered(role, totals_of(turn, role, asked.period, asked.unit, asked.code))
    if asked.code:
        return indicator_page(turn, asked, gathered)
    page = beside_page if compared else _overview
    return replace(page(turn, asked, gathered), manner=manner_of(words))


def _lift_modes(words: str) -> tuple[bool, bool, str]:
    """Part what asks for a comparison, and for what the year comes to, from the other words."""
    text = plain(words)
    compared, running = _COMPARED.search(text), _RUNNING.search(text)
    if compared or running:
        words = _RUNNING.sub(" ", _COMPARED.sub(" ", text))
    return bool(compared), bool(running or _LONGER.search(text)), words


def _overview(turn: Turn, asked: Asked, gathered: Gathered) -> Reply:
    page = page_of(gathered.codes, PAGE, asked.page)
    shown = page.part(gathered.codes)
    lines = [title(turn, asked, gathered), _sent_line(turn, gathered) + page.mark(turn)]
    lines += [
        total_text(turn.language, gathered.line(code), running=asked.running) for code in shown
    ]
    choices = [turn.choice("figures.code", command_for(asked, code), code=code) for code in shown]
    choices += page.choices(turn, command_for(asked))
    choices += _ways(turn, asked, gathered)
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _ways(turn: Turn, asked: Asked, gathered: Gathered) -> list[Choice]:
    """Lead to the year so far or back, to what is compared, and to the other lists."""
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = []
    if gathered.sums_up:
        key = "figures.to_own" if asked.running else "figures.to_running"
        other = command_for(asked, FIRST, running=not asked.running)
        choices.append(turn.choice(key, other))
    if not asked.period.form:
        choices.append(turn.choice("figures.compare", f"/tonghop {COMPARED} {where} {FIRST}"))
    choices.append(turn.choice("menu.progress", f"/tiendo {where}"))
    # No target is judged of a single unit.
    if gathered.pack.targets and not _alone(asked, gathered):
        choices.append(turn.choice("menu.targets", f"/chitieu {where}"))
    choices.append(turn.choice("menu.documents", f"/vanban {where}"))
    return choices


def _alone(asked: Asked, gathered: Gathered) -> bool:
    return bool(asked.unit) and not gathered.pack.tree.children(asked.unit)


def _sent_line(turn: Turn, gathered: Gathered) -> str:
    """Tell who stands behind the figures, invited bodies apart as everywhere."""
    units, period = list(gathered.totals.owing()), gathered.period.id
    sent = summaries.units_sent(turn.connection, gathered.totals.plan, [period])[period]
    line = ""
    for obligation in Obligation:
        those = [unit for unit in units if gathered.pack.obligation(unit) is obligation]
        if those:
            arrived = sum(unit.code in sent for unit in those)
            line += turn.text(f"figures.sent.{obligation}", sent=arrived, total=len(those))
    return line
