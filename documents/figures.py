"""Figures of a period: each indicator's total, exactly, with the share of units behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import locales
from plans.dialogue import SMALL_BELOW, Answer, AnswerState
from plans.pack import Indicator, IndicatorKind, Pack
from plans.people import Action, Role, may
from plans.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads figures: a role in a plan, and so what it may not see."""

    pack: Pack
    role: Role

    def masked(self, code: str, unit: Unit, answer: Answer) -> bool:
        """Say whether a count of people is too small to be shown outside the coordinator's view."""
        if not self.pack.indicators[code].sensitive or not answer.small:
            return False
        return not may(self.role, Action.SEE_UNMASKED, unit.code, self.pack.tree)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One indicator over some units: what was added, from how many of how many.

    `hidden` counts the units whose figure the reader may not see: they are given, but not added,
    so that no subtraction gives them away.
    """

    code: str
    indicator: Indicator
    number: Decimal | None
    running: Decimal | None
    given: int
    missing: int
    hidden: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The units whose figures are added, as they are now and as they were earlier in the year."""

    now: Sequence[Unit]
    earlier: Sequence[Unit]


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
    reader: Reader,
    code: str,
    scope: Scope,
    answers: Mapping[str, Answer],
    earlier: Iterable[Mapping[str, Answer]],
) -> Total:
    """Add up one indicator; `answers` and `earlier` periods' answers are by unit.

    Flows run on over the year's earlier periods, units that ended since included; snapshots and
    unique counts already do.
    """
    indicator = reader.pack.indicators[code]
    given = [(unit, answers[unit.code]) for unit in scope.now if unit.code in answers]
    before = [
        (unit, period[unit.code])
        for period in earlier
        for unit in scope.earlier
        if unit.code in period and indicator.kind is IndicatorKind.FLOW
    ]
    hidden = sum(reader.masked(code, *one) for one in given)
    shown = _numbers(one for one in given if not reader.masked(code, *one))
    number = sum(shown, Decimal(0)) if shown else None
    whole = given + before
    tells = indicator.kind is IndicatorKind.FLOW and _numbers(whole)
    hides = any(reader.masked(code, *one) for one in whole)
    return Total(
        code=code,
        indicator=indicator,
        number=number,
        running=sum(_numbers(whole), Decimal(0)) if tells and not hides else None,
        given=len(_numbers(given)),
        missing=sum(answer.state is AnswerState.MISSING for _, answer in given),
        hidden=hidden,
        expected=len(scope.now),
    )


def _numbers(given: Iterable[tuple[Unit, Answer]]) -> list[Decimal]:
    return [answer.number for _, answer in given if answer.number is not None]


def total_text(language: str, total: Total) -> str:
    """Write one indicator's total in a line."""
    label = f"{total.code} · {total.indicator.label.in_language(language)}"
    share = locales.text(language, "figures.share", given=total.given, expected=total.expected)
    measure = total.indicator.measure.in_language(language)
    line = f"{label}: {number_text(language, total, measure)} · {share}"
    if total.running is not None and total.running != total.number:
        line += locales.text(language, "figures.running", number=total.running)
    if total.missing:
        line += locales.text(language, "figures.missing", count=total.missing)
    return line


def number_text(language: str, total: Total, measure: str = "") -> str:
    """Write what was added, and how many figures are too small to be shown."""
    parts = []
    if total.number is not None and total.indicator.kind is IndicatorKind.YES_NO:
        parts.append(locales.text(language, "figures.yes", yes=total.number))
    elif total.number is not None:
        parts.append(f"{locales.shown(language, total.number)} {measure}".rstrip())
    if total.hidden:
        small = locales.text(language, "figures.masked", below=SMALL_BELOW)
        key = "figures.hidden" if total.expected > 1 else "figures.plain"
        parts.append(locales.text(language, key, count=total.hidden, number=small))
    return " + ".join(parts) or locales.text(language, "figures.none")
