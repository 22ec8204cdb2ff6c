"""Records of punctuality in words: exact counts of what happened, and no score made of them."""

import csv
import io
from collections.abc import Iterable, Sequence

import locales
from documents import wording
from plans.messages import File
from plans.pack import Obligation, Pack
from plans.punctuality import Kept, OnePeriod, Record, Together

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
)


def record_text(language: str, record: Record) -> str:
    """Tell a record in a line: đúng hạn 7/8 kỳ; trễ 1 kỳ (3 ngày); được trả lại 1 lần."""
    if record.obligation is Obligation.INVITED:
        sent = record.judged - record.count(Kept.NOT_SENT)
        return locales.text(language, "kept.invited", sent=sent, total=record.judged)
    parts = [
        locales.text(
            language, "kept.on_time", count=record.count(Kept.ON_TIME), total=record.judged
        )
    ]
    for key, count in (
        ("grace", record.count(Kept.GRACE)),
        ("late", record.count(Kept.LATE)),
        ("not_sent", record.count(Kept.NOT_SENT)),
        ("returns", record.returns),
        ("corrections", record.corrections),
        ("extensions", record.extensions),
    ):
        if count:
            days = record.days_late
            parts.append(locales.text(language, f"kept.{key}", count=count, days=days))
    return "; ".join(parts)


def period_text(language: str, obligation: Obligation, one: OnePeriod) -> str:
    """Tell how one deadline was kept, and what followed."""
    name = wording.period_name(language, one.period)
    kept = f"kept.one.{one.kept}"
    if obligation is Obligation.INVITED and one.kept is Kept.NOT_SENT:
        kept = "kept.one.not_yet"
    parts = [locales.text(language, kept, days=one.days)]
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
    """Tell what the records of several units come to, in a line."""
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
    ranked: Sequence[tuple[int, Record]],
    invited: Iterable[Record],
) -> File:
    """Return the counts of every unit as a table; who is invited has no place."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow([locales.text(language, f"kept.column.{column}") for column in _COLUMNS])
    for place, record in ranked:
        rows.writerow(_row(language, pack, str(place), record))
    for record in invited:
        rows.writerow(_row(language, pack, "", record))
    # The mark at the start makes spreadsheet programs read the accents.
    content = ("\ufeff" + table.getvalue()).encode()
    return File(name=name, media_type="text/csv", content=content)


def _row(language: str, pack: Pack, place: str, record: Record) -> list[str]:
    unit = record.unit
    above = next((other.name for other in pack.tree.above(unit.code)), "")
    late = record.obligation is Obligation.REQUIRED
    counts = (
        record.judged,
        record.count(Kept.ON_TIME),
        record.count(Kept.GRACE) if late else "",
        record.count(Kept.LATE) if late else "",
        record.days_late if late else "",
        record.count(Kept.NOT_SENT),
        record.corrections,
        record.returns,
        record.extensions,
    )
    kind = pack.unit_types[unit.type].name.in_language(language)
    words = [unit.code, wording.short_body(pack, unit.code), above, kind]
    return [place, *map(_cell, words), *map(str, counts)]


def _cell(words: str) -> str:
    """Keep a spreadsheet program from taking a name for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words
