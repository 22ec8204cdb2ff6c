"""Figures of a period: each indicator's total, exactly, with the share of units behind it."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import locales
from documents import wording
from documents.consolidated import Line
from plans.added import Added
from plans.dialogue import SMALL_BELOW, Answer
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

    def masks(self, code: str, root: str, types: Collection[str]) -> bool:
        """Say whether a sum below a unit leaves small counts out: unless all may be seen."""
        tree = self.pack.tree
        return self.pack.indicators[code].sensitive and not all(
            may(self.role, Action.SEE_UNMASKED, unit.code, tree)
            for unit in (tree.subtree(root) if root else tree)
            if unit.type in types
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One indicator over some units: what was added, from how many of how many.

    `hidden` counts the units whose figure the reader may not see: they are given, but not added,
    so that no subtraction gives them away. `running` is the year so far of what adds up.
    """

    code: str
    indicator: Indicator
    number: Decimal | None
    running: Decimal | None
    before: Decimal | None
    last_year: Decimal | None
    given: int
    zeros: int
    missing: int
    hidden: int
    expected: int


def total_of(line: Line, *, masked: bool) -> Total:
    """Return what a reader may see of an indicator; `masked`: no counts under 5."""
    now = line.now
    hidden = now.small if masked else 0
    number = now.total - now.small_total if masked else now.total
    return Total(
        code=line.code,
        indicator=line.indicator,
        number=number if now.given > hidden else None,
        running=_open(line.so_far, masked),
        before=_open(line.before, masked),
        last_year=_open(line.last_year, masked),
        given=now.given,
        zeros=now.zeros,
        missing=now.missing,
        hidden=hidden,
        expected=line.expected,
    )


def _open(found: Added | None, masked: bool) -> Decimal | None:
    """Return a sum unless a part of it may not be seen: from it and the rest that would follow."""
    if found is None or not found.given or (masked and found.small):
        return None
    return found.total


def total_text(language: str, total: Total) -> str:
    """Write one indicator's total in a line."""
    label = f"{total.code} · {total.indicator.label.in_language(language)}"
    share = locales.text(language, "figures.share", given=total.given, expected=total.expected)
    measure = total.indicator.measure.in_language(language)
    line = f"{label}: {number_text(language, total, measure)} · {share}"
    if total.running is not None and total.running != total.number:
        line += locales.text(language, "figures.running", number=total.running)
    if total.zeros and total.indicator.kind is not IndicatorKind.YES_NO:
        line += locales.text(language, "figures.zeros", count=total.zeros)
    if total.missing:
        line += locales.text(language, "figures.missing", count=total.missing)
    return line


def compared_text(language: str, total: Total) -> str:
    """Write the figures beside one indicator's: of the period before, of the same a year ago."""
    parts = []
    for key, other in (("before", total.before), ("last_year", total.last_year)):
        if other is not None:
            parts.append(locales.text(language, f"figures.{key}", number=other))
            if total.number is not None and other:
                growth = Fraction(total.number) / Fraction(other) - 1
                parts[-1] += f" ({wording.share(language, growth, signed=True)})"
    return " · ".join(parts)


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
