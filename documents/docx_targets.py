"""A plan's targets in a table: what is asked, what was done in exact figures, how it stands."""

from collections.abc import Sequence
from typing import Final

from documents.consolidated import Consolidated
from documents.docx_bodies import BLANK, area_of, text
from documents.progress import documented_lines
from documents.targets import actual_text, sides_text, tally, threshold_text
from plans.targets import (
    CountMin,
    FrequencyMin,
    GrowthBand,
    Schedule,
    ShareOfUnits,
    Target,
    indicators_of,
)
from plans.verdicts import Judged, Reading, Verdict

COLUMNS: Final = ("id", "target", "level", "done", "verdict")
WIDTHS: Final = (18.0, 57.0, 24.0, 41.0, 20.0)


def targets_of(found: Consolidated) -> Sequence[Judged]:
    """Return the targets that a report judges; what was asked once has nothing to do with them."""
    return () if found.period.form else found.targets


def target_rows(found: Consolidated) -> list[list[str]]:
    """Return a row for each reading of each target."""
    rows, before = [], ""
    for judged in targets_of(found):
        target = judged.target
        same = target.id == before
        before = target.id
        words = "" if same else target.text + (" (*)" if target.needs_confirmation else "")
        open_ = judged.verdict is not Verdict.WITHHELD
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
    if judged.uneven:
        parts.append(f"({sides_text('vi', judged)})")
    elif judged.given < judged.expected:
        count = len(set(indicators_of(judged.target)))
        given, expected = judged.given, judged.expected
        parts.append(text(_known(judged), given=given, expected=expected, count=count))
    return "\n".join(part for part in parts if part) or BLANK


def _known(judged: Judged) -> str:
    """Return how it is told from how much a target is known: from years, units, or figures."""
    if judged.reading is Reading.AT_LEAST_ONCE:
        return "docx.years_known"
    target = judged.target
    by_units = isinstance(target, ShareOfUnits | Schedule | FrequencyMin)
    if by_units or (isinstance(target, CountMin) and target.unit_type):
        return "docx.units_known"
    return "docx.figures_known"


def _verdict(judged: Judged) -> str:
    return text(f"docx.verdict.{judged.verdict}")


def target_summary(found: Consolidated) -> list[str]:
    """Count the targets by verdict, each once by its first reading."""
    if not targets_of(found):
        note = found.pack.no_targets_note
        if note and not found.pack.targets:
            return [note.vi]
        return [text("docx.targets_elsewhere")]
    first: dict[str, Judged] = {}
    for judged in targets_of(found):
        first.setdefault(judged.target.id, judged)
    verdicts = tally(targets_of(found))
    told = [
        text(f"docx.counted.{kind}", count=verdicts[kind]) for kind in Verdict if verdicts[kind]
    ]
    key = "docx.targets_counted_here" if found.root else "docx.targets_counted"
    area = area_of(found.pack, found.root)
    summary = text(key, count=len(first), told=", ".join(told), area=area)
    several = {
        judged.target.id for judged in targets_of(found) if judged is not first[judged.target.id]
    }
    if several:
        summary += " " + text("docx.several_readings", names=", ".join(sorted(several)))
    behind = (judged for judged in targets_of(found) if judged.given < judged.expected)
    if any(_known(judged) == "docx.figures_known" for judged in behind):
        summary += " " + text("docx.figures_meant")
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
