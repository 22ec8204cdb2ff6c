"""How an announcement is worded: to its readers, and to who wrote it."""

from collections.abc import Iterable, Mapping, Sequence

import locales
from documents import wording
from documents.held_back import why_text
from plans.announcements import Announcement, Fate, Missing, Reading, count
from plans.messages import Choice, Reply, Urgency
from plans.pack import Pack

READ = "/thongbaodadoc"
# What a reader lacks comes first; what arrived is no trouble.
_TOLD = (Fate.WAITING, Fate.HELD, Fate.FAILED, Fate.UNKNOWN, Fate.WITHDRAWN)


def announcer(pack: Pack, unit: str, language: str) -> str:
    """Name who announces: the province's coordinating body, or a district's."""
    return wording.body_name(pack, unit, language) if unit else pack.coordinator.short


def frame(language: str, pack: Pack, unit: str, text: str, corrected: str = "") -> str:
    """Return an announcement as its readers get it: the words as written, in their frame."""
    key = "announce.correction" if corrected else "announce.head"
    head = locales.text(language, key, body=announcer(pack, unit, language), number=corrected)
    return f"{head}\n{text}"


def letter(language: str, pack: Pack, made: Announcement, corrected: str = "") -> Reply:
    """Return what one reader gets, with the button that says it was read."""
    label = locales.text(language, "announce.read", number=made.number)
    return Reply(
        text=frame(language, pack, made.unit, made.text, corrected),
        choices=(Choice(label=label, data=f"{READ} {made.id}"),),
        urgency=Urgency.NUDGE,
    )


def tally_text(language: str, readings: Sequence[Reading]) -> str:
    """Tell in a line how many were reached and have read it, and what became of the others."""
    found = count(readings)
    parts = [
        locales.text(
            language,
            "announce.tally",
            sent=found[Fate.SENT],
            total=len(readings),
            read=sum(one.read for one in readings),
        )
    ]
    parts += [
        locales.text(language, f"announce.fate.{fate}", count=found[fate])
        for fate in _TOLD
        if found[fate]
    ]
    return ", ".join(parts)


def report_text(language: str, made: Announcement, readings: Sequence[Reading], words: str) -> str:
    """Tell what became of an announcement; `words` is how it begins."""
    lines = [
        locales.text(language, "announce.report", number=made.number, words=words),
        tally_text(language, readings) + ".",
    ]
    if made.missed:
        lines.append(locales.text(language, "announce.not_written", count=len(made.missed)))
    return "\n".join(lines)


def lacking_lines(
    language: str, pack: Pack, made: Announcement, readings: Iterable[Reading]
) -> list[str]:
    """Return a line for each reader who did not get it, and each unit nobody was written to for."""
    lines = [
        f"- {_names(language, pack, one.units)}: {_why(language, one)}"
        for one in readings
        if not one.arrived
    ]
    return lines + [
        f"- {_names(language, pack, [missed.unit])}: {missing_text(language, missed.why)}"
        for missed in made.missed
    ]


def missing_text(language: str, why: Missing) -> str:
    """Say why nobody of a unit could be written to."""
    return locales.text(language, f"announce.missing.{why}")


def unit_title(language: str, pack: Pack, unit: str) -> str:
    """Name a unit, or the province of those who follow it; a plan may have lost a unit since."""
    if not unit:
        name = wording.province_name(pack)
        return locales.text(language, "announce.province", province=name)
    return pack.tree.title(unit) if unit in pack.tree else unit


def _names(language: str, pack: Pack, units: Iterable[str]) -> str:
    return "; ".join(unit_title(language, pack, unit) for unit in units)


def _why(language: str, reading: Reading) -> str:
    channel = wording.channel_name(language, reading.channel)
    why = why_text(language, reading.why) if reading.why else ""
    return locales.text(language, f"announce.why.{reading.fate}", channel=channel, why=why)


def channels_text(language: str, channels: Mapping[str, int]) -> str:
    """Tell how many messages go by each channel."""
    return "; ".join(
        locales.text(
            language,
            "announce.channel",
            channel=wording.channel_name(language, channel),
            count=number,
        )
        for channel, number in sorted(channels.items())
    )
