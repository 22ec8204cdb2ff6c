"""What a letter says in three short fields, for platforms that take only approved templates."""

from collections.abc import Sequence

import locales
from documents import wording
from plans.messages import Brief
from plans.owed import Owed

LONGEST = 100


def brief_of(language: str, kind: str, owed: Sequence[Owed]) -> Brief:
    """Name the first that is owed, by deadline, and count the others beside it."""
    first, *others = sorted(owed, key=lambda one: (one.period.last_on_time, one.pack.id))
    rest = locales.text(language, "brief.others", count=len(others)) if others else ""
    of_this_unit = all((one.pack.id, one.unit) == (first.pack.id, first.unit) for one in others)
    unit = wording.body_name(first.pack, first.unit.code, language)
    fields = {
        "unit": _short(unit, "" if of_this_unit else rest),
        "period": _short(wording.period_name(language, first.period), rest if of_this_unit else ""),
        "deadline": _short(wording.deadline(language, first.period)),
    }
    return Brief(kind=kind, fields=fields)


def _short(text: str, rest: str = "") -> str:
    """Write a field on one line, cut where a template would refuse it; what follows stays whole."""
    line = " ".join(text.split())
    room = LONGEST - len(rest)
    if len(line) > room:
        line = line[: room - 1].rstrip(" ,;·-") + "…"
    return line + rest
