"""What a plan's targets say beside the figures: a line for each, and one in full."""

from collections.abc import Iterable

import locales
from documents import wording
from plans.pack import Pack
from plans.targets import CountMin, GrowthBand
from plans.verdicts import Judged, Reading, Verdict


def target_text(language: str, judged: Iterable[Judged]) -> str:
    """Tell one target in two lines or more: what it asks, and each reading's verdict."""
    readings = list(judged)
    target = readings[0].target
    clause = f" ({target.clause})" if target.clause else ""
    lines = [f"{target.id} · {target.text}{clause}"]
    lines += [f"  {reading_text(language, one)}" for one in readings]
    return "\n".join(lines)


def reading_text(language: str, judged: Judged) -> str:
    """Tell a reading's verdict with the exact figures behind it."""
    verdict = locales.text(language, f"target.verdict.{judged.verdict}")
    if judged.verdict is Verdict.QUALITATIVE:
        return verdict
    parts = [verdict, actual_text(language, judged)]
    if judged.given < judged.expected:
        parts.append(_behind(language, judged))
    if judged.needed and judged.verdict in (Verdict.NOT_REACHED, Verdict.NOT_ENOUGH):
        parts.append(locales.text(language, "target.needed", count=judged.needed))
    text = " · ".join(part for part in parts if part)
    if judged.reading is Reading.PLAIN:
        return text
    threshold = threshold_text(language, judged)
    label = locales.text(language, f"target.reading.{judged.reading}", threshold=threshold)
    return f"{label}: {text}"


def _behind(language: str, judged: Judged) -> str:
    key = "target.years" if judged.reading is Reading.AT_LEAST_ONCE else "target.behind"
    return locales.text(language, key, given=judged.given, expected=judged.expected)


def actual_text(language: str, judged: Judged) -> str:
    """Write what was reached: exactly, and as a share where it is one."""
    if judged.actual is None or judged.part is None or not judged.given:
        return ""
    if isinstance(judged.target, CountMin):
        return locales.shown(language, judged.part)
    if judged.whole is None:
        return wording.share(language, judged.actual)
    if isinstance(judged.target, GrowthBand):
        return locales.text(
            language,
            "target.growth",
            now=judged.part,
            before=judged.whole,
            share=wording.share(language, judged.actual, signed=True),
        )
    part, whole = locales.shown(language, judged.part), locales.shown(language, judged.whole)
    exact = f"{part}/{whole} = {wording.share(language, judged.actual)}"
    if judged.top is None or judged.top == judged.actual:
        return exact
    if judged.reading is Reading.AT_LEAST_ONCE:
        top = wording.share(language, judged.top)
        return locales.text(language, "target.between", low=exact, top=top)
    return locales.text(language, "target.at_least", low=exact)


def threshold_text(language: str, judged: Judged) -> str:
    """Write what is asked for."""
    if judged.threshold is None:
        return ""
    if isinstance(judged.target, CountMin):
        return locales.shown(language, judged.target.at_least)
    if isinstance(judged.target, GrowthBand):
        low, high = (wording.share(language, s) for s in (judged.target.low, judged.target.high))
        return f"{low}–{high}"
    return wording.share(language, judged.threshold)


def target_in_full(language: str, pack: Pack, judged: Iterable[Judged]) -> str:
    """Tell one target with its words in the plan, and what is doubtful about it."""
    readings = list(judged)
    target = readings[0].target
    lines = [target_text(language, readings)]
    lines.append(locales.text(language, "target.quote", quote=target.quote))
    if target.needs_confirmation:
        lines.append(locales.text(language, "target.note", note=target.needs_confirmation))
    if isinstance(target, GrowthBand) and readings[0].verdict is Verdict.NOT_ENOUGH:
        year = pack.valid_from.year - 1
        lines.append(locales.text(language, "target.no_baseline", year=str(year)))
    return "\n".join(lines)
