"""How a nudge is told to the coordinator who orders it: before it goes out, and its result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import locales
from documents import wording
from plans.calendar import Period
from plans.nudges import Outcome
from plans.pack import Pack

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a nudge would do: units by their codes, the letter as its example's reader gets it.

    `recent` were nudged in the last `hours` and are left out, or told `again`; `at` is when the
    letters go out where that is not at once; `below` is the unit below which all of them are.
    """

    owing: int
    told: Sequence[str]
    people: int
    invited: int
    with_invited: bool
    recent: Sequence[str]
    again: bool
    hours: int
    unreached: Sequence[str]
    below: str = ""
    example: str = ""
    letter: str = ""
    at: datetime | None = None


def preview_text(language: str, pack: Pack, preview: Preview) -> str:
    """Tell whom a nudge would reach and whom not, and what they would read."""

    def say(key: str, **args: object) -> str:
        return locales.text(language, key, **args)

    lines = [say("nudge.owing", count=preview.owing)] if preview.owing else []
    if preview.told:
        when = moment_text(language, preview.at) if preview.at else ""
        key = "nudge.told_at" if preview.at else "nudge.told"
        lines.append(say(key, units=len(preview.told), people=preview.people, at=when))
    else:
        lines.append(say("nudge.nobody"))
    if preview.invited:
        key = "nudge.invited_too" if preview.with_invited else "nudge.invited"
        lines.append(say(key, count=preview.invited))
    if preview.unreached:
        names = names_text(language, pack, preview.unreached, below=preview.below)
        lines.append(say("nudge.unreached", count=len(preview.unreached), names=names))
    if preview.recent:
        key = "nudge.recent_too" if preview.again else "nudge.recent"
        lines.append(say(key, count=len(preview.recent), hours=preview.hours))
    if preview.example:
        name = wording.body_name(pack, preview.example, language)
        lines.append(say("nudge.example", unit=name, letter=preview.letter))
    return "\n".join(lines)


def moment_text(language: str, moment: datetime) -> str:
    """Write when something goes out: 07:00 ngày 12/6/2024."""
    args = {"time": wording.clock(moment), "day": wording.day(moment)}
    return locales.text(language, "moment.other_day", **args)


def names_text(language: str, pack: Pack, units: Sequence[str], *, below: str = "") -> str:
    """Name units, the first of them where there are many; below a district without its name."""

    def name(unit: str) -> str:
        return wording.short_body(pack, unit) if below else wording.body_name(pack, unit, language)

    names = "; ".join(map(name, units[:LISTED]))
    if len(units) > LISTED:
        names += locales.text(language, "nudge.more", count=len(units) - LISTED)
    return names


def result_text(language: str, pack: Pack, period: Period, outcomes: Mapping[str, Outcome]) -> str:
    """Tell what became of a nudge, naming the units that it did not reach."""
    key = "nudge.under_way" if Outcome.WAITING in outcomes.values() else "nudge.result"
    sent = _of(outcomes, Outcome.SENT)
    head = locales.text(
        language,
        key,
        period=wording.period_name(language, period),
        sent=len(sent),
        total=len(outcomes),
    )
    return "\n".join([head, *_lines(language, pack, outcomes)])


def _lines(language: str, pack: Pack, outcomes: Mapping[str, Outcome]) -> Iterable[str]:
    for outcome in (Outcome.WAITING, Outcome.UNNEEDED, Outcome.FAILED, Outcome.UNKNOWN):
        if units := _of(outcomes, outcome):
            names = names_text(language, pack, units)
            yield locales.text(language, f"nudge.units.{outcome}", count=len(units), names=names)


def _of(outcomes: Mapping[str, Outcome], wanted: Outcome) -> list[str]:
    return [unit for unit, outcome in outcomes.items() if outcome is wanted]
