"""What the reports add up to: every indicator of a period, down to one unit."""

from documents import wording
from documents.figures import (
    MASKED_BELOW,
    Total,
    counted_units,
    masked,
    total_masked,
    total_of,
    total_text,
)
from handlers.asked import Asked, understand
from handlers.desks import owes, role_for
from handlers.turn import Turn
from handlers.unit_report import questions
from plans.dialogue import Answer
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.units import Unit
from storage import summaries

PAGE = 12


class Gathered:
    """The answers in force of a period and of the year's earlier ones, by indicator and unit."""

    def __init__(self, turn: Turn, role: Role, asked: Asked) -> None:
        self.pack = turn.pack(role)
        self.period = asked.period
        earlier = turn.world.year_so_far(role.plan, asked.period)
        self.now: dict[str, dict[str, Answer]] = {}
        self.earlier: dict[str, dict[str, dict[str, Answer]]] = {p.id: {} for p in earlier}
        periods = [asked.period.id, *self.earlier]
        for row in summaries.figures(turn.connection, role.plan, periods, asked.code or None):
            of_period = self.now if row.period == asked.period.id else self.earlier[row.period]
            of_period.setdefault(row.code, {})[row.unit] = row.answer
        self.units = [unit for unit in self.pack.tree if owes(unit, asked.period)]

    def below(self, root: str) -> list[Unit]:
        """Return the units that owe the period's report below one, itself included."""
        return [unit for unit in self.units if self.pack.tree.within(unit.code, root)]

    def codes(self, units: list[Unit]) -> list[str]:
        """Return the indicators that these units are asked, in the pack's order."""
        asked = {q.code for unit in units for q in questions(self.pack, self.period, unit.code)}
        return [code for code in self.pack.indicators if code in asked]

    def total(self, code: str, units: list[Unit]) -> Total:
        """Add up one indicator over some units."""
        counted = counted_units(self.pack, code, units)
        if self.period.form:
            counted = units
        earlier = [period.get(code, {}) for period in self.earlier.values()]
        return total_of(self.pack, code, counted, self.now.get(code, {}), earlier)


def figures(turn: Turn, words: str) -> Reply:
    """Tell the figures of a period; with an indicator, by district and then by unit."""
    role = role_for(turn, Action.SEE_OTHERS, f"/tonghop {words}")
    asked = understand(turn, role, words, "/tonghop")
    gathered = Gathered(turn, role, asked)
    if asked.code:
        return _drill_down(turn, role, asked, gathered)
    return _overview(turn, role, asked, gathered)


def _overview(turn: Turn, role: Role, asked: Asked, gathered: Gathered) -> Reply:
    units = gathered.below(asked.unit)
    codes = gathered.codes(units)
    pages = max(1, -(-len(codes) // PAGE))
    page = min(asked.page, pages)
    shown = codes[(page - 1) * PAGE : page * PAGE]
    sent = summaries.sent_in(turn.connection, role.plan, asked.period.id)
    arrived = sum(unit.code in sent for unit in units)
    lines = [
        _title(turn, asked, gathered),
        turn.text("figures.sent", sent=arrived, total=len(units)),
    ]
    if pages > 1:
        lines[1] += turn.text("progress.page", page=page, pages=pages)
    lines += [_line(turn, role, gathered, code, units) for code in shown]
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = [turn.choice("figures.code", f"/tonghop {where} {code}", code=code) for code in shown]
    if page > 1:
        choices.append(turn.choice("progress.page_before", f"/tonghop {where} trang{page - 1}"))
    if page < pages:
        choices.append(turn.choice("progress.page_after", f"/tonghop {where} trang{page + 1}"))
    choices.append(turn.choice("menu.progress", f"/tiendo {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _title(turn: Turn, asked: Asked, gathered: Gathered) -> str:
    name = wording.period_name(turn.language, asked.period)
    if asked.unit:
        name += f" · {gathered.pack.tree[asked.unit].name}"
    return turn.text(
        "figures.title", period=name, window=wording.window(turn.language, asked.period)
    )


def _line(turn: Turn, role: Role, gathered: Gathered, code: str, units: list[Unit]) -> str:
    total = gathered.total(code, units)
    if total_masked(gathered.pack, role, total, units):
        label = f"{code} · {total.indicator.label.in_language(turn.language)}"
        return f"{label}: {turn.text('figures.masked', below=MASKED_BELOW)}"
    return total_text(turn.language, total)


def _drill_down(turn: Turn, role: Role, asked: Asked, gathered: Gathered) -> Reply:
    pack, code = gathered.pack, asked.code
    lines = [
        _title(turn, asked, gathered),
        _line(turn, role, gathered, code, gathered.below(asked.unit)),
    ]
    choices: list[Choice] = []
    counted = (
        {unit.code for unit in gathered.units}
        if gathered.period.form
        else {unit.code for unit in counted_units(pack, code, gathered.units)}
    )
    here = [pack.tree[asked.unit]] if asked.unit else []
    for unit in [*here, *pack.tree.children(asked.unit)]:
        below = [] if unit in here else [u for u in gathered.below(unit.code) if u.code in counted]
        if unit.code in counted and (unit in here or len(below) == 1):
            lines.append(f"- {unit.name}: {_unit_figure(turn, role, gathered, code, unit)}")
        elif below:
            total = gathered.total(code, below)
            shown = (
                turn.text("state.none")
                if total.number is None
                else (
                    turn.text("figures.masked", below=MASKED_BELOW)
                    if total_masked(pack, role, total, below)
                    else turn.text("figures.plain", number=total.number)
                )
            )
            share = turn.text("figures.share", given=total.given, expected=total.expected)
            lines.append(f"- {unit.name}: {shown} ({share})")
            choices.append(
                turn.choice(
                    "asked.unit", f"/tonghop {asked.period.id} {unit.code} {code}", unit=unit.name
                )
            )
    up = f"/tonghop {asked.period.id} {code}" if asked.unit else f"/tonghop {asked.period.id}"
    choices.append(turn.choice("figures.up", up))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _unit_figure(turn: Turn, role: Role, gathered: Gathered, code: str, unit: Unit) -> str:
    answer = gathered.now.get(code, {}).get(unit.code)
    if answer and masked(gathered.pack, role, code, unit, answer):
        return turn.text("figures.masked", below=MASKED_BELOW)
    asked = questions(gathered.pack, gathered.period, unit.code)
    question = next((q for q in asked if q.code == code), None)
    if answer is None or question is None:
        return turn.text("figures.not_sent")
    return wording.figure(turn.language, question, answer)
