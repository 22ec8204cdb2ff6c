"""What the reports add up to: every indicator of a period, down to one unit."""

from collections.abc import Mapping
from dataclasses import replace

from documents import wording
from documents.figures import (
    Reader,
    Total,
    compared_text,
    number_text,
    total_of,
    total_text,
)
from handlers.asked import Asked, understand
from handlers.consolidating import lines_of
from handlers.desks import role_for
from handlers.pages import FIRST, manner_of, page_of
from handlers.turn import Turn
from plans.dialogue import SMALL_BELOW, Answer, questions_in
from plans.errors import Refused
from plans.messages import Choice, Manner, Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.units import Unit
from storage import summaries
from storage.totals import Totals

PAGE, UNITS = 12, 12


class Gathered:
    """A period's figures as one reader may see them, below one unit or in the whole province."""

    def __init__(self, role: Role, totals: Totals) -> None:
        self.pack, self.period, self.totals = totals.pack, totals.period, totals
        self.reader = Reader(pack=self.pack, role=role)
        self.lines = {line.code: line for line in lines_of(totals)}

    def total(self, code: str) -> Total:
        """Add up one indicator."""
        types = self.totals.counted_types(code, self.period)
        masked = self.reader.masks(code, self.totals.root, types)
        return total_of(self.lines[code], masked=masked)

    def counts(self, code: str) -> bool:
        """Say whether any unit here is asked for a figure that is added."""
        return code in self.lines and self.lines[code].expected > 0


def figures(turn: Turn, words: str) -> Reply:
    """Tell the figures of a period; with an indicator, by district and then by unit."""
    role = role_for(turn, Action.SEE_OTHERS, f"/tonghop {words}")
    asked = understand(turn, role, words, "/tonghop")
    totals = Totals(
        turn.connection, turn.world, role.plan, asked.period, asked.unit, code=asked.code
    )
    gathered = Gathered(role, totals)
    if asked.code:
        return _drill_down(turn, role, asked, gathered)
    return replace(_overview(turn, role, asked, gathered), manner=manner_of(words))


def _overview(turn: Turn, role: Role, asked: Asked, gathered: Gathered) -> Reply:
    codes = list(gathered.lines)
    page = page_of(codes, PAGE, asked.page)
    shown = page.part(codes)
    lines = [_title(turn, asked, gathered), _sent_line(turn, role, gathered) + page.mark(turn)]
    lines += [total_text(turn.language, gathered.total(code)) for code in shown]
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = [turn.choice("figures.code", f"/tonghop {where} {code}", code=code) for code in shown]
    choices += page.choices(turn, f"/tonghop {where}")
    choices.append(turn.choice("menu.progress", f"/tiendo {where}"))
    if gathered.pack.targets:
        choices.append(turn.choice("menu.targets", f"/chitieu {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _sent_line(turn: Turn, role: Role, gathered: Gathered) -> str:
    """Tell who stands behind the figures, invited bodies apart as everywhere."""
    units = list(gathered.totals.owing())
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
    code = asked.code
    if code not in gathered.lines:
        raise Refused("figures.not_asked", code=code)
    total = gathered.total(code)
    lines = [_title(turn, asked, gathered), total_text(turn.language, total)]
    if compared := compared_text(turn.language, total):
        lines.append(compared)
    below = _districts(role, asked, gathered)
    lines += _below(turn, role, asked, gathered, below)
    up = code if asked.unit != role.unit else f"{role.unit} {FIRST}".strip()
    choices = [
        turn.choice("asked.unit", f"/tonghop {asked.period.id} {unit} {code}", unit=name)
        for unit, name in ((u, gathered.pack.tree[u].name) for u in below)
    ]
    where = f"{asked.period.id} {asked.unit}".strip()
    choices.append(turn.choice("pictures.to.years", f"/bieudo cung ky {where} {code}"))
    if asked.unit and not gathered.pack.tree.children(asked.unit):
        choices.append(turn.choice("figures.source", f"/xem {asked.period.id} {asked.unit}"))
    choices += _units(turn, asked, gathered)
    choices.append(turn.choice("figures.up", f"/tonghop {asked.period.id} {up}"))
    # Only the list above and this one lead here by a button.
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=Manner.IN_PLACE)


def _units(turn: Turn, asked: Asked, gathered: Gathered) -> list[Choice]:
    """Lead on to single units that have sent: where the figure came from, with its receipt."""
    tree = gathered.pack.tree
    if not asked.unit or not tree.children(asked.unit):
        return []
    period = asked.period.id
    rows = summaries.figures(turn.connection, gathered.totals.plan, [period], asked.code)
    sent = {row.unit for row in rows}
    return [
        turn.choice("figures.unit", f"/xem {period} {unit.code}", unit=unit.name)
        for unit in (tree[asked.unit], *tree.children(asked.unit))
        if unit.code in sent
    ][:UNITS]


def _districts(role: Role, asked: Asked, gathered: Gathered) -> dict[str, Gathered]:
    """Return the districts below in which somebody is asked, each with its own figures."""
    tree = gathered.pack.tree
    below = [unit.code for unit in tree.children(asked.unit) if tree.children(unit.code)]
    found = {unit: Gathered(role, gathered.totals.under(unit)) for unit in below}
    return {unit: district for unit, district in found.items() if district.counts(asked.code)}


def _below(
    turn: Turn, role: Role, asked: Asked, gathered: Gathered, districts: Mapping[str, Gathered]
) -> list[str]:
    """Tell the figure of the unit itself, of the units right below, and of whole districts."""
    tree, code = gathered.pack.tree, asked.code
    rows = summaries.figures(turn.connection, role.plan, [asked.period.id], code)
    answers = {row.unit: row.answer for row in rows}
    counted = gathered.totals.counted_types(code, asked.period)
    lines = []
    for unit in (*([tree[asked.unit]] if asked.unit else []), *tree.children(asked.unit)):
        if unit.code in districts:
            total = districts[unit.code].total(code)
            share = turn.text("figures.share", given=total.given, expected=total.expected)
            lines.append(f"- {unit.name}: {number_text(turn.language, total)} ({share})")
        elif unit.code != asked.unit and tree.children(unit.code):
            continue
        elif unit.type in counted and asked.period.concerns(unit):
            lines.append(f"- {unit.name}: {_unit_figure(turn, gathered, code, unit, answers)}")
    return lines


def _unit_figure(
    turn: Turn, gathered: Gathered, code: str, unit: Unit, answers: Mapping[str, Answer]
) -> str:
    answer = answers.get(unit.code)
    if answer and gathered.reader.masked(code, unit, answer):
        return turn.text("figures.masked", below=SMALL_BELOW)
    asked = questions_in(gathered.pack, gathered.period, unit.code)
    question = next((q for q in asked if q.code == code), None)
    if answer is None or question is None:
        return turn.text("figures.not_sent")
    return wording.figure(turn.language, question, answer)
