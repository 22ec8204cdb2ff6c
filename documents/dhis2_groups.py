"""A period's answers as DHIS2 groups them: by data set, unit and period, each value for itself.

Only a figure or nought is a value; what is missing or does not apply is left out. A running total
is a value only where each of its parts is one. For readers who may not see small counts, hidden
answers are left out too, and with them each running total that takes one in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from documents import wording
from documents.consolidated import Consolidated, UnitAnswers
from documents.masking import Cell, CellState, cell_of
from plans.calendar import Part, Period
from plans.dhis2_mapping import DataSet, Dhis2Mapping, Elements
from plans.dialogue import questions_of
from plans.errors import Refused
from plans.pack import Indicator, IndicatorKind, Pack, PeriodKind

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A period before this one in the same year, and what units answered in it."""

    period: Period
    units: Sequence[UnitAnswers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one unit gave in one data set and period; `complete` is when, if that is known."""

    unit: str
    form: str
    kind: PeriodKind
    period: str
    values: Mapping[str, Decimal]
    complete: date | None = None


def period_of(part: Part) -> str:
    """Return DHIS2's name of a period: 2026Q1, 2026S1, 2026; nine months end with 2026Q3."""
    match part.kind:
        case PeriodKind.QUARTER:
            return f"{part.year}Q{part.ordinal}"
        case PeriodKind.HALF_YEAR:
            return f"{part.year}S{part.ordinal}"
        case PeriodKind.NINE_MONTHS:
            return f"{part.year}Q3"
        case PeriodKind.YEAR:
            return str(part.year)
        case PeriodKind.ONE_OFF:
            raise Refused("dhis.one_off")


def groups_of(
    found: Consolidated, mapping: Dhis2Mapping, *, earlier: Sequence[Earlier], masked: bool
) -> list[Group]:
    """Return every unit's figures in each data set that the period serves."""
    if mapping.plan != found.pack.id:
        raise Refused("dhis.other_plan", plan=mapping.plan)
    if found.period.form or found.period.on_request:
        raise Refused("dhis.one_off")
    groups = []
    for part in found.period.parts:
        before = _before(found.period, part, earlier)
        reckoned = _Reckoned(found=found, part=part, before=before, masked=masked)
        groups += [reckoned.group(sent, mapping) for sent in found.units]
    return groups


_Before = list[tuple[Period, dict[str, UnitAnswers]]]


def _before(period: Period, part: Part, earlier: Sequence[Earlier]) -> _Before:
    """Return the periods that a part takes in beside this one; all of them must be known."""
    begin = part.window.first
    inside = [e for e in earlier if begin <= e.period.asks.first < period.asks.first]
    inside.sort(key=lambda one: one.period.asks.first)
    for one in inside:
        if one.period.asks.first != begin:
            break
        begin = one.period.asks.last + _DAY
    if begin < period.asks.first:
        raise Refused("dhis.earlier_lacks", first=begin, last=period.asks.first - _DAY)
    return [(one.period, {sent.unit: sent for sent in one.units}) for one in inside]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reckoned:
    """One part of a period, with what units gave before in the same year."""

    found: Consolidated
    part: Part
    before: _Before
    masked: bool

    def group(self, sent: UnitAnswers, mapping: Dhis2Mapping) -> Group:
        """Return one unit's figures."""
        pack = self.found.pack
        form = pack.unit_types[pack.tree[sent.unit].type].form
        if mapping.data_set(form, self.part.kind) is None:
            raise Refused("dhis.no_data_set", form=form, period=period_of(self.part))
        values = {}
        for question in questions_of(pack, form):
            number = self._number(sent, question.code, question.indicator)
            if number is not None:
                values[question.code] = number
        return Group(
            unit=sent.unit,
            form=form,
            kind=self.part.kind,
            period=period_of(self.part),
            values=values,
            complete=wording.day(sent.sent_at),
        )

    def _number(self, sent: UnitAnswers, code: str, indicator: Indicator) -> Decimal | None:
        cell = self._cell(sent, code, indicator)
        if cell.number is None or indicator.kind is not IndicatorKind.FLOW:
            return cell.number
        if self.part.window.first > self.found.period.asks.first:
            return None  # it was asked for over more days than this part has
        total = cell.number
        for cell in self._cells_before(sent.unit, code, indicator):
            if cell.state is CellState.NOT_APPLICABLE:
                continue
            if cell.number is None:
                return None
            total += cell.number
        return total

    def _cells_before(self, unit: str, code: str, indicator: Indicator) -> Iterator[Cell]:
        for period, units in self.before:
            sent = units.get(unit)
            if sent or period.concerns(self.found.pack.tree[unit]):
                yield self._cell(sent, code, indicator)

    def _cell(self, sent: UnitAnswers | None, code: str, indicator: Indicator) -> Cell:
        answer = sent.answers.get(code) if sent else None
        hidden = sent is not None and code in sent.hidden
        return cell_of(indicator, answer, masked=self.masked, hidden=hidden)


class Codes:
    """A mapping both ways: from our codes to DHIS2's and back."""

    def __init__(self, mapping: Dhis2Mapping, pack: Pack) -> None:
        self.mapping = mapping
        self.pack = pack
        self._units = {code: unit for unit, code in mapping.org_units.items()}
        self._elements: dict[str, tuple[str, Elements]] = {}
        for code, element in mapping.data_elements.items():
            self._elements[element.period] = (code, Elements.PERIOD)
            self._elements[element.cumulative] = (code, Elements.CUMULATIVE)

    def data_set(self, group: Group) -> DataSet:
        """Return the data set of a group that was made from this mapping."""
        found = self.mapping.data_set(group.form, group.kind)
        if found is None:
            raise Refused("dhis.no_data_set", form=group.form, period=group.period)
        return found

    def org_unit(self, unit: str) -> str:
        """Return what a unit is called."""
        if unit not in self.mapping.org_units:
            raise Refused("dhis.no_org_unit", unit=unit)
        return self.mapping.org_units[unit]

    def element(self, code: str, elements: Elements) -> str:
        """Return what an indicator is called."""
        if code not in self.mapping.data_elements:
            raise Refused("dhis.no_element", code=code)
        found = self.mapping.data_elements[code]
        return found.period if elements is Elements.PERIOD else found.cumulative

    def unit(self, org_unit: str) -> str:
        """Return the unit that is called so."""
        unit = self._units.get(org_unit, "")
        if unit not in self.pack.tree:
            raise Refused("dhis.unknown", kind="orgUnit", code=org_unit)
        return unit

    def indicator(self, element: str) -> tuple[str, Elements]:
        """Return the indicator that is called so, and over which time it counts."""
        if element not in self._elements:
            raise Refused("dhis.unknown", kind="dataElement", code=element)
        return self._elements[element]

    def form(self, unit: str) -> str:
        """Return the form of a unit."""
        return self.pack.unit_types[self.pack.tree[unit].type].form

    def kind_of(self, unit: str, period: str, elements: Elements) -> PeriodKind:
        """Return the kind of a period that a value of these elements belongs to."""
        for name, data_set in self.mapping.data_sets.get(self.form(unit), {}).items():
            kind = PeriodKind(name)
            if data_set.elements is elements and _fits(kind, period):
                return kind
        raise Refused("dhis.unknown", kind="period", code=period)

    def kind_named(self, unit: str, data_set: str) -> PeriodKind:
        """Return the kind of period of a data set."""
        for name, found in self.mapping.data_sets.get(self.form(unit), {}).items():
            if found.code == data_set:
                return PeriodKind(name)
        raise Refused("dhis.unknown", kind="dataSet", code=data_set)

    def value(self, code: str, number: Decimal) -> str:
        """Write a figure as DHIS2 takes it; yes and no as true and false."""
        if self._yes_no(code):
            return "true" if number else "false"
        return f"{number.normalize():f}"

    def number(self, code: str, value: str) -> Decimal:
        """Read a value back."""
        if self._yes_no(code) and value in ("true", "false"):
            return Decimal(int(value == "true"))
        if not self._yes_no(code) and _is_number(value):
            return Decimal(value)
        raise Refused("dhis.unknown", kind="value", code=value)

    def _yes_no(self, code: str) -> bool:
        return self.pack.indicators[code].kind is IndicatorKind.YES_NO


def _is_number(value: str) -> bool:
    whole, _, rest = value.partition(".")
    digits = whole + rest
    return bool(whole) and digits.isascii() and digits.isdecimal() and len(digits) < 16


def _fits(kind: PeriodKind, period: str) -> bool:
    mark = period[4:5]
    match kind:
        case PeriodKind.QUARTER:
            return mark == "Q"
        case PeriodKind.NINE_MONTHS:
            return period[4:] == "Q3"
        case PeriodKind.HALF_YEAR:
            return mark == "S"
        case _:
            return mark == ""


def in_order(groups: Iterable[Group]) -> list[Group]:
    """Return groups by unit, period and form."""
    return sorted(groups, key=lambda one: (one.unit, one.period, one.kind))
