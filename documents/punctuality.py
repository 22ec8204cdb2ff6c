"""Records of punctuality in words: exact counts of what happened, and no score made of them."""

import csv
import io
from collections.abc import Iterable, Sequence

import locales
from documents import wording
from plans.messages import File
from plans.pack import Obligation, Pack
from plans.punctuality import Kept, OnePeriod, Tally, Together

_COLUMNS = (
    "place",
    "code",
    "unit",
    "area",
    "type",
    "judged",
    "on_time",
    "grace",
    "late",
    "days",
    "not_sent",
    "corrections",
    "returns",
    "extensions",
    "ahead",
)


def tally_text(language: str, tally: Tally) -> str:
    """Tell a tally in a line: đúng hạn 7/8 kỳ; trễ 1 kỳ (3 ngày); được trả lại 1 lần."""
    parts = [_first(language, tally)]
    told = () if tally.obligation is Obligation.INVITED else _TOLD
    for name in told:
        if count := getattr(tally, name):
            days = tally.days_late
            parts.append(locales.text(language, f"kept.{name}", count=count, days=days))
    if tally.ahead:
        parts.append(locales.text(language, "kept.ahead", count=tally.ahead))
    return "; ".join(parts)


_TOLD = ("grace", "late", "not_sent", "returns", "corrections", "extensions")


def _first(language: str, tally: Tally) -> str:
    if not tally.judged:
        return locales.text(language, "kept.none_due")
    if tally.obligation is Obligation.INVITED:
        sent = tally.judged - tally.not_sent
        return locales.text(language, "kept.invited", sent=sent, total=tally.judged)
    return locales.text(language, "kept.on_time", count=tally.on_time, total=tally.judged)


def period_text(language: str, obligation: Obligation, one: OnePeriod) -> str:
    """Tell how one deadline was kept, and what followed."""
    name = wording.period_name(language, one.period)
    kept = f"kept.one.{one.kept}"
    if obligation is Obligation.INVITED and one.kept is Kept.NOT_SENT:
        kept = "kept.one.not_yet"
    parts = [locales.text(language, kept, days=one.days)]
    if not one.due and one.kept is not Kept.COMING:
        parts.append(locales.text(language, "kept.one.ahead"))
    if one.extended:
        day = one.period.last_on_time
        parts.append(locales.text(language, "kept.one.extended", day=day))
    if one.returns:
        parts.append(locales.text(language, "kept.returns", count=one.returns))
    if one.corrections:
        parts.append(locales.text(language, "kept.corrections", count=one.corrections))
    due = wording.deadline(language, one.period)
    return f"- {name} ({due}): {'; '.join(parts)}"


def together_text(language: str, one: Together) -> str:
    """Tell what several units come to, in a line."""
    line = locales.text(
        language, "kept.together", name=one.name, count=one.on_time, total=one.judged
    )
    for key, count in (("grace", one.grace), ("late", one.late), ("not_sent", one.not_sent)):
        if count:
            line += "; " + locales.text(language, f"kept.together.{key}", count=count)
    return line


def punctuality_csv(
    language: str,
    pack: Pack,
    name: str,
    ranked: Sequence[tuple[int, Tally]],
    invited: Iterable[Tally],
) -> File:
    """Return the counts of every unit as a table; who is invited has no place."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow([locales.text(language, f"kept.column.{column}") for column in _COLUMNS])
    for place, tally in ranked:
        rows.writerow(_row(language, pack, str(place), tally))
    for tally in invited:
        rows.writerow(_row(language, pack, "", tally))
    # The mark at the start makes spreadsheet programs read the accents.
    content = ("\ufeff" + table.getvalue()).encode()
    return File(name=name, media_type="text/csv", content=content)


def _row(language: str, pack: Pack, place: str, tally: Tally) -> list[str]:
    unit = tally.unit
    above = next((other.name for other in pack.tree.above(unit.code)), "")
    late = tally.obligation is Obligation.REQUIRED
    counts = (
        tally.judged,
        tally.on_time,
        tally.grace if late else "",
        tally.late if late else "",
        tally.days_late if late else "",
        tally.not_sent,
        tally.corrections,
        tally.returns,
        tally.extensions,
        tally.ahead,
    )
    kind = pack.unit_types[unit.type].name.in_language(language)
    words = [unit.code, wording.short_body(pack, unit.code), above, kind]
    return [place, *map(_cell, words), *map(str, counts)]


def _cell(words: str) -> str:
    """Keep a spreadsheet program from taking a name for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words
