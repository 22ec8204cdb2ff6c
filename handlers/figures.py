"""What the reports add up to: every indicator of a period, down to one unit."""

from collections.abc import Iterable
from dataclasses import replace

from documents import wording
from documents.figures import (
    Reader,
    Scope,
    Total,
    counted_units,
    number_text,
    total_of,
    total_text,
)
from handlers.asked import Asked, understand
from handlers.desks import role_for
from handlers.pages import FIRST, manner_of, page_of
from handlers.turn import Turn
from plans.dialogue import SMALL_BELOW, Answer, questions_in
from plans.messages import Choice, Manner, Reply
from plans.pack import Obligation
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
        self.reader = Reader(pack=self.pack, role=role)
        self.units = list(turn.world.owing(role.plan, asked.period))

    def below(self, root: str) -> list[Unit]:
        """Return the units that owe the period's report below one, itself included."""
        return [unit for unit in self.units if self.pack.tree.within(unit.code, root)]

    def codes(self, units: list[Unit]) -> list[str]:
        """Return the indicators that these units are asked, in the pack's order."""
        asked = {q.code for unit in units for q in questions_in(self.pack, self.period, unit.code)}
        return [code for code in self.pack.indicators if code in asked]

    def counted(self, code: str, units: Iterable[Unit]) -> list[Unit]:
        """Return the units whose figure is added; a one-off form is asked of each for itself."""
        return list(units) if self.period.form else counted_units(self.pack, code, units)

    def total(self, code: str, root: str) -> Total:
        """Add up one indicator below one unit."""
        once = [unit for unit in self.pack.tree if self.pack.tree.within(unit.code, root)]
        scope = Scope(now=self.counted(code, self.below(root)), earlier=self.counted(code, once))
        earlier = [period.get(code, {}) for period in self.earlier.values()]
        return total_of(self.reader, code, scope, self.now.get(code, {}), earlier)


def figures(turn: Turn, words: str) -> Reply:
    """Tell the figures of a period; with an indicator, by district and then by unit."""
    role = role_for(turn, Action.SEE_OTHERS, f"/tonghop {words}")
    asked = understand(turn, role, words, "/tonghop")
    gathered = Gathered(turn, role, asked)
    if asked.code:
        return _drill_down(turn, role, asked, gathered)
    return replace(_overview(turn, role, asked, gathered), manner=manner_of(words))


def _overview(turn: Turn, role: Role, asked: Asked, gathered: Gathered) -> Reply:
    units = gathered.below(asked.unit)
    codes = gathered.codes(units)
    page = page_of(codes, PAGE, asked.page)
    shown = page.part(codes)
    sent = _sent_line(turn, role, gathered, units) + page.mark(turn)
    lines = [_title(turn, asked, gathered), sent]
    lines += [total_text(turn.language, gathered.total(code, asked.unit)) for code in shown]
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = [turn.choice("figures.code", f"/tonghop {where} {code}", code=code) for code in shown]
    choices += page.choices(turn, f"/tonghop {where}")
    choices.append(turn.choice("menu.progress", f"/tiendo {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _sent_line(turn: Turn, role: Role, gathered: Gathered, units: list[Unit]) -> str:
    """Tell who stands behind the figures, invited bodies apart as everywhere."""
    sent = summaries.sent_in(turn.connection, role.plan, gathered.period.id)
    line = ""
    for obligation in Obligation:
        those = [unit for unit in units if gathered.pack.obligation(unit) is obligation]
        if those:
            arrived = sum(unit.code in sent for unit in those)
            line += turn.text(f"figures.sent.{obligation}", sent=arrived, total=len(those))
    return line


def _title(turn: Turn, asked: Asked, gathered: Gathered) -> str:
    name = wording.period_name(turn.language, asked.period)
    if asked.unit:
        name += f" · {gathered.pack.tree[asked.unit].name}"
    return turn.text(
        "figures.title", period=name, window=wording.window(turn.language, asked.period)
    )


def _drill_down(turn: Turn, role: Role, asked: Asked, gathered: Gathered) -> Reply:
    tree, code = gathered.pack.tree, asked.code
    lines = [
        _title(turn, asked, gathered),
        total_text(turn.language, gathered.total(code, asked.unit)),
    ]
    choices: list[Choice] = []
    if asked.unit:
        lines += _unit_lines(turn, gathered, code, [tree[asked.unit]])
    for unit in tree.children(asked.unit):
        if not tree.children(unit.code):
            lines += _unit_lines(turn, gathered, code, [unit])
        elif gathered.counted(code, gathered.below(unit.code)):
            lines.append(_district_line(turn, gathered, code, unit))
            choices.append(
                turn.choice(
                    "asked.unit", f"/tonghop {asked.period.id} {unit.code} {code}", unit=unit.name
                )
            )
    up = code if asked.unit != role.unit else f"{role.unit} {FIRST}".strip()
    choices.append(turn.choice("figures.up", f"/tonghop {asked.period.id} {up}"))
    # Only the list above and this one lead here by a button.
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=Manner.IN_PLACE)


def _district_line(turn: Turn, gathered: Gathered, code: str, unit: Unit) -> str:
    total = gathered.total(code, unit.code)
    share = turn.text("figures.share", given=total.given, expected=total.expected)
    return f"- {unit.name}: {number_text(turn.language, total)} ({share})"


def _unit_lines(turn: Turn, gathered: Gathered, code: str, units: list[Unit]) -> list[str]:
    owing = [unit for unit in gathered.counted(code, units) if unit in gathered.units]
    return [f"- {unit.name}: {_unit_figure(turn, gathered, code, unit)}" for unit in owing]


def _unit_figure(turn: Turn, gathered: Gathered, code: str, unit: Unit) -> str:
    answer = gathered.now.get(code, {}).get(unit.code)
    if answer and gathered.reader.masked(code, unit, answer):
        return turn.text("figures.masked", below=SMALL_BELOW)
    asked = questions_in(gathered.pack, gathered.period, unit.code)
    question = next((q for q in asked if q.code == code), None)
    if answer is None or question is None:
        return turn.text("figures.not_sent")
    return wording.figure(turn.language, question, answer)
