"""What a plan's targets say beside the figures: a line for each, and one in full."""

from collections import Counter
from collections.abc import Iterable

import locales
from documents import wording
from plans.targets import CountMin, GrowthBand
from plans.verdicts import Behind, Judged, Reading, Verdict


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
    parts = [verdict, actual_text(language, judged), _behind(language, judged)]
    parts.append(_needed(language, judged))
    text = " · ".join(part for part in parts if part)
    if judged.reading is Reading.PLAIN:
        return text
    threshold = threshold_text(language, judged)
    label = locales.text(language, f"target.reading.{judged.reading}", threshold=threshold)
    return f"{label}: {text}"


def _behind(language: str, judged: Judged) -> str:
    """Tell from how much it is known, of each side apart where they differ."""
    parts = []
    if judged.uneven:
        return sides_text(language, judged)
    if judged.given < judged.expected:
        key = "target.years" if judged.reading is Reading.AT_LEAST_ONCE else "target.behind"
        parts.append(locales.text(language, key, given=judged.given, expected=judged.expected))
    whole = judged.whole_behind
    if judged.reading is Reading.AT_LEAST_ONCE and whole and whole.given < whole.expected:
        known = {"given": whole.given, "expected": whole.expected}
        parts.append(locales.text(language, "target.whole_behind", **known))
    return " · ".join(parts)


def sides_text(language: str, judged: Judged) -> str:
    """Tell how much is known of each side of a share."""
    return locales.text(
        language,
        "target.sides" if judged.actual is None else "target.sides_apart",
        part=_known(language, judged.part_behind),
        whole=_known(language, judged.whole_behind),
    )


def _known(language: str, behind: Behind | None) -> str:
    if behind is None:
        return ""
    given, expected = (locales.shown(language, n) for n in (behind.given, behind.expected))
    return f"{given}/{expected}"


def _needed(language: str, judged: Judged) -> str:
    """Tell how many more it takes; where figures lack, only for the time being."""
    if not judged.needed or judged.verdict not in (Verdict.NOT_REACHED, Verdict.NOT_ENOUGH):
        return ""
    complete = judged.given >= judged.expected and not judged.provisional
    key = "target.needed" if complete else "target.needed_so_far"
    return locales.text(language, key, count=judged.needed)


def actual_text(language: str, judged: Judged) -> str:
    """Write what was reached: exactly, and as a share where it is one."""
    exact = _exact_text(language, judged)
    if not exact or not judged.provisional:
        return exact
    return locales.text(language, "target.provisional", exact=exact)


def _exact_text(language: str, judged: Judged) -> str:
    if judged.part is None or not judged.given:
        return ""
    if judged.actual is None:
        nothing = judged.whole == 0 and judged.part_behind is not None
        return locales.text(language, "target.of_nothing") if nothing else ""
    if isinstance(judged.target, CountMin):
        number = locales.shown(language, judged.part)
        if judged.given >= judged.expected:
            return number
        return locales.text(language, "target.at_least", low=number)
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


def target_in_full(language: str, year: int, judged: Iterable[Judged]) -> str:
    """Tell one target as of a year with its words in the plan, and what is doubtful about it."""
    readings = list(judged)
    target = readings[0].target
    lines = [target_text(language, readings)]
    lines.append(locales.text(language, "target.quote", quote=target.quote))
    if target.needs_confirmation:
        lines.append(locales.text(language, "target.note", note=target.needs_confirmation))
    if isinstance(target, GrowthBand) and readings[0].verdict is Verdict.NOT_ENOUGH:
        lines += _baseline(language, year - 1, readings[0])
    return "\n".join(lines)


def _baseline(language: str, year: int, judged: Judged) -> list[str]:
    """Say why there is nothing to compare with, where it is the year before that lacks."""
    if judged.whole:
        return []
    key = "target.no_baseline" if judged.whole is None else "target.zero_baseline"
    return [locales.text(language, key, year=str(year))]


def tally(judged: Iterable[Judged]) -> Counter[Verdict]:
    """Count targets by verdict, each once by its first reading."""
    first: dict[str, Verdict] = {}
    for one in judged:
        first.setdefault(one.target.id, one.verdict)
    return Counter(first.values())


def tally_text(language: str, counts: Counter[Verdict]) -> str:
    """Tell how many targets stand how: Đạt 5 · Vượt 1 · Chưa đạt 3."""
    told = [
        locales.text(language, f"target.tally.{verdict}", count=counts[verdict])
        for verdict in Verdict
        if counts[verdict]
    ]
    return " · ".join(told)
