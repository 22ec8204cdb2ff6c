"""Whom one indicator's figure comes from: the districts and units right below, each its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from documents import wording
from documents.consolidated import Line
from documents.docx_seen import Shown, shown_line
from documents.figures import figure_text, known_text, share_text
from documents.masking import hidden_text
from handlers.asked import Asked
from handlers.figures_read import Gathered, command_for
from handlers.turn import Turn
from plans.added import Added, added
from plans.calendar import Period
from plans.dialogue import Answer, questions_in
from plans.messages import Choice
from plans.stretches import Coverage, Stretch
from plans.units import Unit
from plans.verdicts import Span
from storage import summaries

# A unit's answers by period.
Given = Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the list, and the way on: down into a district, or to a unit's report."""

    line: str
    choice: Choice | None
    leads_down: bool = False


class Below:
    """Lists what is right below a unit, of the period or, `running`, of the year so far."""

    def __init__(self, turn: Turn, asked: Asked, gathered: Gathered, *, running: bool) -> None:
        self._turn, self._asked, self._gathered = turn, asked, gathered
        self._totals, self._tree = gathered.totals, gathered.pack.tree
        self._running = running

    @cached_property
    def units(self) -> list[Unit]:
        """Return who is listed: the unit itself and those below that are asked for it."""
        here, tree = self._asked.unit, self._tree
        counted = self._totals.counted_types(self._asked.code, self._asked.period)
        found = []
        for unit in (*([tree[here]] if here else []), *tree.children(here)):
            if self._is_area(unit):
                if self._totals.under(unit.code).expected(self._asked.code):
                    found.append(unit)
            elif unit.type in counted and self._asked.period.concerns(unit):
                found.append(unit)
        return found

    def _is_area(self, unit: Unit) -> bool:
        return unit.code != self._asked.unit and bool(self._tree.children(unit.code))

    def listed(self, units: Sequence[Unit]) -> list[Listed]:
        """Return the lines of some of them."""
        alone = [unit.code for unit in units if not self._is_area(unit)]
        given = self._given(alone) if alone else {}
        return [
            self._area(unit) if self._is_area(unit) else self._unit(unit, given.get(unit.code, {}))
            for unit in units
        ]

    def _given(self, units: Sequence[str]) -> Mapping[str, Given]:
        plan, periods = self._totals.plan, [one.id for one in self._periods]
        rows = summaries.figures(
            self._turn.connection, plan, periods, self._asked.code, units=units
        )
        found: dict[str, dict[str, Answer]] = {}
        for row in rows:
            found.setdefault(row.unit, {})[row.period] = row.answer
        return found

    @property
    def _periods(self) -> tuple[Period, ...]:
        """Return the periods whose figures are told, this one first."""
        return self._totals.so_far(Span.YEAR if self._running else Span.PERIOD)

    def _area(self, unit: Unit) -> Listed:
        language, code = self._turn.language, self._asked.code
        line = self._gathered.under(unit.code).line(code, running=self._running)
        share = share_text(language, line)
        seen = line.now
        if self._running and line.so_far:
            seen, share = line.so_far, known_text(language, line.so_far.coverage)
        told = f"- {unit.name}: {figure_text(language, line, seen)} ({share})"
        command = command_for(replace(self._asked, unit=unit.code), code)
        choice = self._turn.choice("asked.unit", command, unit=unit.name)
        return Listed(line=told, choice=choice, leads_down=True)

    def _unit(self, unit: Unit, given: Given) -> Listed:
        name = unit.name
        if self._tree.children(unit.code):  # the district's office, not the district
            name = wording.short_body(self._gathered.pack, unit.code)
        told = self._summed(unit, given) if self._running else self._figure(unit, given)
        period, choice = self._asked.period.id, None
        if period in given and self._tree.children(self._asked.unit):
            source = f"/xem {period} {unit.code}"
            choice = self._turn.choice("figures.unit", source, unit=name)
        return Listed(line=f"- {name}: {told}", choice=choice)

    def _figure(self, unit: Unit, given: Given) -> str:
        """Write what a unit gave in the period."""
        period, code, language = self._asked.period, self._asked.code, self._turn.language
        answer = given.get(period.id)
        cell = self._gathered.reader.cell(code, unit.code, answer, hidden=self._hides(unit, period))
        if words := hidden_text(language, cell):
            return words
        asked = questions_in(self._gathered.pack, period, unit.code)
        question = next((q for q in asked if q.code == code), None)
        if answer is None or question is None:
            return self._turn.text("figures.not_sent")
        return wording.figure(language, question, answer)

    def _summed(self, unit: Unit, given: Given) -> str:
        """Write what a unit gave since the year began, and of how many of its periods."""
        if not given:
            return self._turn.text("figures.not_sent")
        line = self._over(unit, given)
        seen = line.so_far or line.now
        told = figure_text(self._turn.language, line, seen)
        periods = sum(one.expected for one in seen.coverage)
        if seen.complete:
            return told
        return told + self._turn.text("figures.of_periods", given=seen.given, expected=periods)

    def _over(self, unit: Unit, given: Given) -> Shown:
        found = [self._added(unit, period, given) for period in self._periods]
        coverage = [
            Coverage(period=period, given=one.given, expected=int(period.concerns(unit)))
            for period, one in zip(self._periods, found, strict=True)
        ]
        code = self._asked.code
        line = Line(
            code=code,
            indicator=self._gathered.pack.indicators[code],
            expected=1,
            now=found[0],
            so_far=Stretch(found=sum(found, Added()), coverage=tuple(reversed(coverage))),
        )
        return shown_line(line, masked=self._gathered.under(unit.code).masks(code))

    def _added(self, unit: Unit, period: Period, given: Given) -> Added:
        answer = given.get(period.id)
        found = added([answer] if answer else [])
        if not self._hides(unit, period):
            return found
        return replace(found, small=1, small_total=found.total or Decimal(0))

    def _hides(self, unit: Unit, period: Period) -> bool:
        key = period.id, unit.code, self._asked.code
        return self._totals.masked and key in self._totals.hidden
