"""Figures of a period: each indicator's total, exactly, with the share of units behind it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import locales
from documents import wording
from documents.docx_seen import Seen, Shown
from documents.masking import Cell, cell_of, small_words
from plans.calendar import Period
from plans.dialogue import Answer
from plans.pack import Indicator, IndicatorKind, Pack
from plans.people import Action, Role, may
from plans.stretches import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads figures: a role in a plan, and so what it may not see."""

    pack: Pack
    role: Role

    def cell(self, code: str, unit: str, answer: Answer | None, *, hidden: bool) -> Cell:
        """Return what is shown of a unit's answer; outside the coordinator's view none of few."""
        masked = not may(self.role, Action.SEE_UNMASKED, unit, self.pack.tree)
        return cell_of(self.pack.indicators[code], answer, masked=masked, hidden=hidden)

    def masks(self, code: str, root: str, types: Collection[str]) -> bool:
        """Say whether a sum below a unit leaves small counts out: unless all may be seen."""
        tree = self.pack.tree
        return self.pack.indicators[code].sensitive and not all(
            may(self.role, Action.SEE_UNMASKED, unit.code, tree)
            for unit in (tree.subtree(root) if root else tree)
            if unit.type in types
        )


def total_text(language: str, line: Shown, *, running: bool = False) -> str:
    """Write one indicator's figure in a line of a list; `running`: first the year so far."""
    name = label_text(language, line)
    if running and line.spans:
        return f"{name}: {_summed(language, line, line.head)}{_own(language, line)}"
    texts = [f"{name}: {figure_text(language, line, line.now, measure_text(language, line))}"]
    texts.append(share_text(language, line))
    if line.spans and any(one.given for one in line.head.coverage[:-1]):
        told = locales.text(language, "figures.running", number=line.head.number)
        texts.append(told + _behind(language, line.head))
    texts += _counted(language, line)
    if line.line.indicator.cumulative:
        texts.append(locales.text(language, f"figures.as_of.{line.line.indicator.kind}"))
    return " · ".join(texts)


def head_lines(language: str, line: Shown) -> list[str]:
    """Write one indicator's figure by itself: the longest span that the period names, then it."""
    name = label_text(language, line)
    if not line.spans:
        return [f"{name}: {_here(language, line)}", *_kept_back(language, line)]
    own = wording.own_name(language, line.head.coverage[-1].period)
    return [
        name,
        span_text(language, line, line.head),
        locales.text(language, "figures.own", name=own, figures=_here(language, line)),
    ]


def span_text(language: str, line: Shown, seen: Seen) -> str:
    """Write what was added since the year began, and which periods' figures lack."""
    lacks = [_lack(language, one) for one in seen.coverage[:-1] if not one.complete]
    told = locales.text(
        language,
        "figures.span",
        name=wording.span_name(language, seen.coverage[-1].period),
        figures=_summed(language, line, seen),
    )
    if lacks:
        told += locales.text(language, "figures.lacking", names="; ".join(lacks))
    return told


def _lack(language: str, one: Coverage) -> str:
    key = "figures.lacks_units" if one.given else "figures.lacks"
    name = wording.own_name(language, one.period)
    return locales.text(language, key, name=name, given=one.given, expected=one.expected)


def _kept_back(language: str, line: Shown) -> list[str]:
    """Say that the year so far is not told, where it would tell of few people."""
    if line.so_far is None or not line.so_far.withheld or len(line.so_far.coverage) == 1:
        return []
    name = wording.span_name(language, line.so_far.coverage[-1].period)
    told = figure_text(language, line, line.so_far)
    return [locales.text(language, "figures.span", name=name, figures=told)]


def _summed(language: str, line: Shown, seen: Seen) -> str:
    """Write a sum over periods, and how many of the figures asked for are in it."""
    number = figure_text(language, line, seen, measure_text(language, line))
    return f"{number} · {known_text(language, seen.coverage)}"


def _own(language: str, line: Shown) -> str:
    told = figure_text(language, line, line.now)
    return locales.text(language, "figures.own_beside", number=told)


def _here(language: str, line: Shown) -> str:
    """Write the period's own figure and what is behind it."""
    number = figure_text(language, line, line.now, measure_text(language, line))
    share = share_text(language, line)
    if line.line.indicator.kind is IndicatorKind.UNIQUE and line.now.given > 1:
        share = locales.text(language, "figures.share_summed", share=share)
    return " · ".join([number, share, *_counted(language, line)])


def _counted(language: str, line: Shown) -> list[str]:
    """Tell noughts and what lacks apart."""
    now, found = line.now, []
    if line.line.now.zeros and not line.line.counts_units:
        found.append(locales.text(language, "figures.zeros", count=line.line.now.zeros))
    if now.missing:
        found.append(locales.text(language, "figures.missing", count=now.missing))
    return found


def label_text(language: str, line: Shown) -> str:
    """Name an indicator with its code."""
    return f"{line.line.code} · {line.line.indicator.label.in_language(language)}"


def measure_text(language: str, line: Shown) -> str:
    """Return in what an indicator is counted, "" where its figure says so itself."""
    return "" if line.line.counts_units else line.line.indicator.measure.in_language(language)


def share_text(language: str, line: Shown) -> str:
    """Write how many of the units that are asked gave the period's figure."""
    given, expected = line.now.given, line.line.expected
    return locales.text(language, "figures.share", given=given, expected=expected)


def known_text(language: str, coverage: Collection[Coverage]) -> str:
    """Write how much is known of the figures of one period, or of several together."""
    key = "figures.share" if len(coverage) == 1 else "figures.share_periods"
    given, expected = _sums(coverage)
    return locales.text(language, key, given=given, expected=expected)


def _behind(language: str, seen: Seen) -> str:
    """Say from how much a sum is known, where anything lacks."""
    if seen.complete:
        return ""
    return f" ({known_text(language, seen.coverage)})"


def _sums(coverage: Iterable[Coverage]) -> tuple[int, int]:
    known = list(coverage)
    return sum(one.given for one in known), sum(one.expected for one in known)


def figure_text(language: str, line: Shown, seen: Seen, measure: str = "") -> str:
    """Write what was added, and how many figures are too small to be shown."""
    if seen.withheld:
        return small_words(language, only_small=False)
    parts = []
    if seen.number is not None and line.line.counts_units:
        parts.append(locales.text(language, "figures.yes", yes=seen.number))
    elif seen.number is not None:
        parts.append(f"{locales.shown(language, seen.number)} {measure}".rstrip())
    if seen.hidden:
        small = small_words(language, only_small=seen.only_small)
        key = "figures.hidden" if line.line.expected > 1 else "figures.plain"
        parts.append(locales.text(language, key, count=seen.hidden, number=small))
    return " + ".join(parts) or locales.text(language, "figures.none")


def days_text(language: str, indicator: Indicator, period: Period, *, running: bool = False) -> str:
    """Tell which days a figure is of: those asked for anew, the year so far, or a moment."""
    if indicator.cumulative and not period.form:
        key = f"figures.days.{indicator.kind}"
        return locales.text(language, key, last=period.asks.last)
    if running:
        first, last = period.widest.first, period.widest.last
        return locales.text(language, "period.window", first=first, last=last)
    return wording.window(language, period)
