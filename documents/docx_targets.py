"""A plan's targets in a table: what is asked, what was done in exact figures, how it stands."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from documents.consolidated import Consolidated
from documents.docx_bodies import BLANK, text
from documents.docx_seen import Shown, judged_openly
from documents.progress import documented_lines
from documents.targets import actual_text, threshold_text
from plans.targets import CountMin, FrequencyMin, GrowthBand, Target
from plans.verdicts import Judged, Reading, Verdict

COLUMNS: Final = ("id", "target", "level", "done", "verdict")
WIDTHS: Final = (20.0, 49.0, 25.0, 42.0, 24.0)


def targets_of(found: Consolidated) -> Sequence[Judged]:
    """Return the targets that a report judges; what was asked once has nothing to do with them."""
    return () if found.period.form else found.targets


def target_rows(found: Consolidated, lines: Sequence[Shown]) -> list[list[str]]:
    """Return a row for each reading of each target."""
    rows, before = [], ""
    for judged in targets_of(found):
        target = judged.target
        same = target.id == before
        before = target.id
        words = "" if same else target.text + (" (*)" if target.needs_confirmation else "")
        open_ = judged_openly(found, lines, judged)
        rows.append(
            [
                "" if same else target.id,
                _with_reading(words, judged),
                _level(judged),
                _done(judged) if open_ else text("docx.withheld"),
                _verdict(judged) if open_ else text("docx.withheld"),
            ]
        )
    return rows


def _with_reading(words: str, judged: Judged) -> str:
    if judged.reading is Reading.PLAIN:
        return words
    reading = text(f"docx.reading.{judged.reading}")
    return f"{words}\n{reading}" if words else reading


def _level(judged: Judged) -> str:
    if judged.verdict is Verdict.QUALITATIVE:
        return text("docx.level.qualitative")
    target: Target = judged.target
    if isinstance(target, FrequencyMin):
        return text(f"docx.level.{target.each}", times=target.at_least)
    threshold = threshold_text("vi", judged) or BLANK
    whole = judged.threshold == 1 and not isinstance(target, CountMin)
    return threshold if whole or isinstance(target, GrowthBand) else f"≥ {threshold}"


def _done(judged: Judged) -> str:
    """Write the exact fraction and its share, and from how much of the figures it is known."""
    if judged.verdict is Verdict.QUALITATIVE:
        return BLANK
    parts = [actual_text("vi", judged)]
    if judged.given < judged.expected:
        years = judged.reading is Reading.AT_LEAST_ONCE
        key = "docx.years_known" if years else "docx.figures_known"
        parts.append(text(key, given=judged.given, expected=judged.expected))
    return "\n".join(part for part in parts if part) or BLANK


def _verdict(judged: Judged) -> str:
    return text(f"docx.verdict.{judged.verdict}")


def target_summary(found: Consolidated, lines: Sequence[Shown]) -> list[str]:
    """Count the targets by verdict, each once by its first reading."""
    if not targets_of(found):
        note = found.pack.no_targets_note
        if note and not found.pack.targets:
            return [note.vi]
        return [text("docx.targets_elsewhere")]
    first: dict[str, Judged] = {}
    for judged in targets_of(found):
        first.setdefault(judged.target.id, judged)
    verdicts = Counter(
        judged.verdict.value if judged_openly(found, lines, judged) else "withheld"
        for judged in first.values()
    )
    kinds = [*Verdict, "withheld"]
    told = [text(f"docx.counted.{kind}", count=verdicts[kind]) for kind in kinds if verdicts[kind]]
    summary = text("docx.targets_counted", count=len(first), told=", ".join(told))
    several = {
        judged.target.id for judged in targets_of(found) if judged is not first[judged.target.id]
    }
    if several:
        summary += " " + text("docx.several_readings", names=", ".join(sorted(several)))
    return [summary]


def target_notes(found: Consolidated) -> list[str]:
    """Return what is doubtful about the targets' words and about the number of units."""
    notes = {
        judged.target.id: judged.target.needs_confirmation
        for judged in targets_of(found)
        if judged.target.needs_confirmation
    }
    told = [text("docx.note", id=id, note=note) for id, note in notes.items()]
    return told + (documented_lines("vi", found.progress) if targets_of(found) else [])
