"""How difficulties are told: in a list, in full, and to coordinators who were not there."""

from collections.abc import Sequence
from datetime import date

import locales
from documents import wording
from plans.difficulties import Saying, Thread
from plans.pack import Pack

NAMED, LENGTH = 5, 80


def line_text(
    language: str, thread: Thread, today: date, *, about: str = "", unit: str = ""
) -> str:
    """Tell a difficulty in a line: its number, unit and period, how old, how it begins."""
    parts = [thread.number, unit, about, _age(language, thread, today), _state(language, thread)]
    words = _beginning(thread.sayings[0].words)
    head = " · ".join(filter(None, parts))
    return locales.text(language, "difficulty.line", head=head, words=words)


def _age(language: str, thread: Thread, today: date) -> str:
    days = (today - wording.day(thread.at)).days
    key = "difficulty.age" if days else "difficulty.age_today"
    return locales.text(language, key, days=days)


def _state(language: str, thread: Thread) -> str:
    if thread.settled_at:
        return locales.text(language, "difficulty.state.settled")
    key = "difficulty.state.waits" if thread.waits else "difficulty.state.answered"
    return locales.text(language, key)


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LENGTH else words[: LENGTH - 1].rstrip() + "…"


def saying_text(language: str, saying: Saying, today: date) -> str:
    """Tell one turn of the talk: who, when, and the words."""
    key = "difficulty.said_unit" if saying.by_unit else "difficulty.said_coordinator"
    when = wording.clock_and_day(language, saying.at, today)
    return locales.text(language, key, at=when, words=saying.words)


def notice_text(language: str, pack: Pack, told: Sequence[Thread]) -> str:
    """Tell a coordinator which difficulties are new, or have something new."""
    plan = pack.short_title.in_language(language)
    lines = [locales.text(language, "difficulty.notice", count=len(told), plan=plan)]
    for thread in told[:NAMED]:
        last = next(one for one in reversed(thread.sayings) if one.by_unit)
        unit = wording.body_name(pack, thread.unit, language)
        head = f"{thread.number} · {unit}"
        words = _beginning(last.words)
        lines.append(locales.text(language, "difficulty.line", head=head, words=words))
    if len(told) > NAMED:
        lines.append(locales.text(language, "difficulty.notice_more", count=len(told) - NAMED))
    return "\n".join(lines)
