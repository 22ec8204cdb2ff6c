"""How coordinators are told of messages that no channel could carry."""

from collections.abc import Sequence
from dataclasses import dataclass

import locales
from documents.nudges import names_text
from documents.wording import channel_name
from plans.held_back import Why
from plans.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """So many messages that one channel did not carry for one reason, and the units they were for.

    Without units they were answers, notices or digests.
    """

    channel: str
    why: Why
    messages: int
    units: Sequence[str] = ()


def held_back_text(language: str, pack: Pack, lost: Sequence[Lost]) -> str:
    """Tell what could not be sent of one plan, by which channel and why, and what to do."""
    plan = pack.short_title.in_language(language)
    count = sum(one.messages for one in lost)
    lines = [locales.text(language, "held_back.title", count=count, plan=plan)]
    lines += [_line(language, pack, one) for one in lost]
    if any(one.units for one in lost):
        lines.append(locales.text(language, "held_back.what_next"))
    if any(one.why is Why.WINDOW for one in lost):
        lines.append(locales.text(language, "held_back.window_next"))
    return "\n".join(lines)


def why_text(language: str, why: Why) -> str:
    """Say within a sentence why a channel did not carry a message."""
    return locales.text(language, f"held_back.why.{why}")


def _line(language: str, pack: Pack, lost: Lost) -> str:
    return locales.text(
        language,
        "held_back.units" if lost.units else "held_back.others",
        channel=channel_name(language, lost.channel),
        why=why_text(language, lost.why),
        messages=lost.messages,
        units=len(lost.units),
        names=names_text(language, pack, lost.units),
    )
