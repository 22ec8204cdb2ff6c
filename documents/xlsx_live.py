"""Formulas for what targets are judged by, where the sheets of the workbook hold all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.xlsx_compared import Sums
from documents.xlsx_forms import Column
from plans.pack import IndicatorKind
from plans.targets import (
    CountMin,
    Exact100,
    FrequencyMin,
    GrowthBand,
    RatioMin,
    Schedule,
    ShareOfUnits,
)
from plans.verdicts import Judged, Reading, Span, span_of

_OF_UNITS = (Reading.PLAIN, Reading.SHARE, Reading.STEP, Reading.NEXT_STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula and what it comes to."""

    words: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Finds the formulas that a workbook's sheets allow; `months` of the year are summed up."""

    sums: Mapping[str, Sums]
    columns: Mapping[str, Sequence[Column]]
    months: int

    def part(self, judged: Judged) -> Formula | None:
        """Return what makes the part that was reached, if it comes to the very same."""
        return _same(self._part(judged), judged.part)

    def whole(self, judged: Judged) -> Formula | None:
        """Return what makes the whole, if it comes to the very same."""
        return _same(self._whole(judged), judged.whole)

    def _part(self, judged: Judged) -> Formula | None:
        match judged.target:
            case RatioMin() | Exact100() as target:
                return self._sum(target.numerator, span_of(target))
            case GrowthBand() as target:
                return self._sum((target.indicator,), Span.YEAR)
            case CountMin() as target if not target.unit_type:
                return self._sum((target.indicator,), span_of(target))
            case ShareOfUnits() | Schedule() | CountMin() as target:
                return self._units(judged, target.indicator, (target.unit_type,), ">0", 1)
            case FrequencyMin() as target:
                times = self.months // (3 if target.each == "quarter" else 1) * target.at_least
                return self._units(judged, target.indicator, target.unit_types, f">={times}", times)
        return None

    def _whole(self, judged: Judged) -> Formula | None:
        match judged.target:
            case RatioMin() | Exact100() as target:
                return self._sum(target.denominator, span_of(target))
            case ShareOfUnits() | Schedule() as target:
                types: tuple[str, ...] = (target.unit_type,)
            case FrequencyMin() as target:
                types = target.unit_types
            case _:
                return None
        columns = self._of_types(target.indicator, types)
        if not columns or judged.reading not in _OF_UNITS:
            return None
        words = "+".join(f"ROWS({one.answers})" for one in columns)
        return Formula(words=f"={words}", value=Decimal(sum(len(one.cells) for one in columns)))

    def _sum(self, codes: Sequence[str], span: Span) -> Formula | None:
        """Add up cells of the sheet that sums up; over several years there are none."""
        cells, value = [], Decimal(0)
        for code in codes:
            sums = self.sums.get(code)
            if sums is None:
                return None
            flows = sums.line.line.indicator.kind is IndicatorKind.FLOW
            if flows and span is Span.PLAN:
                return None
            so_far = flows and span is Span.YEAR
            number = sums.so_far_is if so_far else sums.total_is
            cells.append(sums.so_far if so_far else sums.total)
            value += number or Decimal(0)
        return Formula(words=f"=SUM({','.join(cells)})", value=value) if all(cells) else None

    def _units(
        self, judged: Judged, code: str, types: Sequence[str], condition: str, least: int
    ) -> Formula | None:
        """Count the units that answer so much."""
        columns = self._of_types(code, types)
        if not columns or judged.reading not in _OF_UNITS:
            return None
        words = "+".join(f'COUNTIF({one.answers},"{condition}")' for one in columns)
        numbers = [cell.number for one in columns for cell in one.cells]
        count = sum(number is not None and number >= least for number in numbers)
        return Formula(words=f"={words}", value=Decimal(count))

    def _of_types(self, code: str, types: Sequence[str]) -> list[Column]:
        return [one for one in self.columns.get(code, ()) if one.types <= set(types)]


def _same(formula: Formula | None, exact: Decimal | None) -> Formula | None:
    return formula if formula and formula.value == exact else None
