"""Figures of a period: each indicator's total, exactly, with the share of units behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import locales
from plans.dialogue import Answer, AnswerState
from plans.pack import Indicator, IndicatorKind, Pack
from plans.people import Action, Role, may
from plans.units import Unit

MASKED_BELOW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One indicator over some units: what was added, from how many of how many."""

    code: str
    indicator: Indicator
    number: Decimal | None
    running: Decimal | None
    given: int
    missing: int
    expected: int


def counted_units(pack: Pack, code: str, units: Iterable[Unit]) -> list[Unit]:
    """Return the units whose figure of an indicator is added: each level as the plan says."""
    indicator = pack.indicators[code]
    asked = {
        name
        for name, unit_type in pack.unit_types.items()
        if code in pack.forms[unit_type.form].questions
    }
    return [unit for unit in units if unit.type in indicator.counted_at and unit.type in asked]


def total_of(
    pack: Pack,
    code: str,
    units: list[Unit],
    answers: Mapping[str, Answer],
    earlier: Iterable[Mapping[str, Answer]],
) -> Total:
    """Add up one indicator; `answers` and `earlier` periods' answers are by unit.

    Flows run on over the year's earlier periods; snapshots and unique counts already do.
    """
    indicator = pack.indicators[code]
    given = [answers[unit.code] for unit in units if unit.code in answers]
    numbers = [answer.number for answer in given if answer.number is not None]
    number = sum(numbers, Decimal(0)) if numbers else None
    running = None
    if indicator.kind is IndicatorKind.FLOW and number is not None:
        running = number + sum(
            (
                period[unit.code].number or Decimal(0)
                for period in earlier
                for unit in units
                if unit.code in period
            ),
            Decimal(0),
        )
    return Total(
        code=code,
        indicator=indicator,
        number=number,
        running=running,
        given=len(numbers),
        missing=sum(answer.state is AnswerState.MISSING for answer in given),
        expected=len(units),
    )


def total_text(language: str, total: Total) -> str:
    """Write one indicator's total in a line."""
    label = f"{total.code} · {total.indicator.label.in_language(language)}"
    share = locales.text(language, "figures.share", given=total.given, expected=total.expected)
    if total.number is None:
        return locales.text(language, "figures.none", label=label, share=share)
    measure = total.indicator.measure.in_language(language)
    if total.indicator.kind is IndicatorKind.YES_NO:
        line = locales.text(language, "figures.yes", label=label, yes=total.number, share=share)
    else:
        line = locales.text(
            language,
            "figures.total",
            label=label,
            number=total.number,
            measure=measure,
            share=share,
        )
    if total.running is not None and total.running != total.number:
        line += locales.text(language, "figures.running", number=total.running)
    if total.missing:
        line += locales.text(language, "figures.missing", count=total.missing)
    return line


def masked(pack: Pack, role: Role, code: str, unit: Unit, answer: Answer) -> bool:
    """Say whether a count of people is too small to be shown outside the coordinator's own view."""
    number = answer.number
    if not pack.indicators[code].sensitive or number is None:
        return False
    small = 0 < number < MASKED_BELOW
    return small and not may(role, Action.SEE_UNMASKED, unit.code, pack.tree)


def total_masked(pack: Pack, role: Role, total: Total, units: list[Unit]) -> bool:
    """Say whether a total of a sensitive indicator would show a small count."""
    if not total.indicator.sensitive or total.number is None or not 0 < total.number < MASKED_BELOW:
        return False
    return not all(may(role, Action.SEE_UNMASKED, unit.code, pack.tree) for unit in units)
