"""What the bodies of a plan are called on paper: above whom, to whom, from where, by which sign.

What neither the pack nor the decree's rules tell is left as a visible blank for a person to fill.
"""

from datetime import date
from typing import Final

import locales
from documents import labels, wording
from documents.consolidated import Consolidated
from plans.calendar import Period
from plans.pack import Pack

BLANK: Final = "…"
# Where a line of a subject may be broken, if it must.
MAY_BREAK: Final = "\v"
_ZERO_PADDED_MONTHS = 2


def text(key: str, **args: object) -> str:
    """Return a sentence in Vietnamese, the language of administrative documents by law.

    Dates in it are written as the document's own is.
    """
    written = {n: padded(one) if isinstance(one, date) else one for n, one in args.items()}
    return locales.text("vi", key, **written)


def mark_of(found: Consolidated) -> str:
    """Return what each page says of figures that are made up or not to be passed on."""
    return labels.mark_of("vi", found)


def in_full(name: str) -> str:
    """Write out what a body's name shortens."""
    return name.replace(text("docx.committee.short"), text("docx.committee"), 1)


def in_short(name: str) -> str:
    """Shorten what the decree lets be short in the name of a body above."""
    return name.replace(text("docx.committee"), text("docx.committee.short"), 1)


def issuer_of(pack: Pack, unit: str = "") -> str:
    """Name the body that reports for a unit, the plan's coordinator for the whole province."""
    return in_full(wording.short_body(pack, unit)) if unit else pack.coordinator.name


def superior_of(pack: Pack, issuer: str) -> str:
    """Name the body above an issuer; a People's Committee names none."""
    if issuer.startswith(text("docx.committee")):
        return ""
    if issuer == pack.coordinator.name or issuer.startswith(text("docx.department")):
        return in_short(pack.issuer)
    return BLANK


def symbol_of(pack: Pack, unit: str = "") -> str:
    """Return the letters after a report's number: BC-SLĐTBXH, BC-UBND."""
    if not unit:
        return text("docx.symbol", body=_initials(pack.coordinator.short))
    if issuer_of(pack, unit).startswith(text("docx.committee")):
        return text("docx.symbol", body=text("docx.committee.short"))
    known = [alias for alias in pack.tree[unit].aliases if alias.isalpha() and alias.isupper()]
    whole = [alias for alias in known if len(alias) >= len(unit)]
    return text("docx.symbol", body=next(iter(whole), BLANK))


def _initials(short: str) -> str:
    return "".join(word if word.isupper() else word[0].upper() for word in short.split())


def recipients_of(pack: Pack, unit: str = "") -> list[str]:
    """Name to whom a report is addressed: of one unit, or of the whole plan.

    Where units write to the coordinator, its own report goes to whom the plan's words name.
    """
    to, via, own = pack.recipient.to, pack.recipient.via, pack.coordinator.name
    if to != own and via and unit and issuer_of(pack, unit) != own:
        return [text("docx.via", to=to, via=via)]
    if to != own or (unit and issuer_of(pack, unit) != own):
        return [to]
    return _above_coordinator(pack) or [BLANK]


def _above_coordinator(pack: Pack) -> list[str]:
    """Name the bodies above a coordinator that the plan's clauses about reports name."""
    clauses = [pack.recipient.quote, *(rule.quote for rule in pack.calendar.recurring)]
    own, department = pack.coordinator.name, text("docx.department")
    ministry = own.replace(department, text("docx.ministry"), 1)
    place = province_place(pack)
    committee = pack.issuer.removesuffix(place).strip()
    found = []
    if ministry != own and any(ministry in clause for clause in clauses):
        found.append(ministry)
    if any(name in clause for clause in clauses for name in (committee, in_short(committee))):
        found.append(pack.issuer)
    return found


def province_place(pack: Pack) -> str:
    """Return the province's name alone, as places and dates have it: Lai Châu."""
    return _without_kind(pack.province.name)


def place_of(pack: Pack, unit: str = "") -> str:
    """Return the place that a body writes from: its own area's name, else the plan's place."""
    if unit and issuer_of(pack, unit).startswith(text("docx.committee")):
        return _without_kind(pack.tree[unit].name)
    return pack.document.place or province_place(pack)


def _without_kind(name: str) -> str:
    """Take away the kind of area; a number alone is no name."""
    for kind in text("docx.areas").split("|"):
        if name.startswith(f"{kind} ") and not name.removeprefix(f"{kind} ").isdecimal():
            return name.removeprefix(f"{kind} ")
    return name


def dated(place: str, day: date) -> str:
    """Write place and date: days below 10 have a nought, and of the months only the first two."""
    written, month, year = padded(day).split("/")
    return text("docx.dated", place=place, day=written, month=month, year=year)


def padded(day: date) -> str:
    """Write a date in figures by the same rule: 05/4/2024, 07/01/2022."""
    month = f"{day.month:02}" if day.month <= _ZERO_PADDED_MONTHS else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"


def window_of(period: Period) -> str:
    """Tell the days that new figures are asked for."""
    return text("period.window", first=period.asks.first, last=period.asks.last)


def deadline_of(period: Period) -> str:
    """Tell the deadline as the plan words it."""
    return text("period.before" if period.exclusive else "period.until", day=period.named_day)


def signed_as(issuer: str) -> str:
    """Return the lines above a signature, as far as the kind of body tells."""
    if issuer.startswith(text("docx.committee")):
        return text("docx.signed.committee", body=text("docx.committee").upper())
    if issuer.startswith(text("docx.department")):
        return text("docx.signed.department")
    return BLANK


def bases_of(pack: Pack) -> list[str]:
    """Return what a report rests on: the plan, and what the plan itself rests on.

    The coordinator's own proposal for the plan is no ground for its report.
    """
    document = pack.document
    plan = text(
        "docx.plan",
        title=pack.title.vi,
        number=document.number or BLANK,
        day=padded(document.date) if document.date else BLANK,
        issuer=pack.issuer,
    )
    bases = [basis for basis in pack.legal_bases if pack.coordinator.name not in basis]
    return [text("docx.basis", basis=basis) for basis in (*bases, plan)]


def subject_of(pack: Pack, period: Period, area: str) -> str:
    """Return what a report is about: the plan's matter and the period, then the area."""
    name = wording.period_name("vi", period)
    if period.form:
        line = text("docx.subject.one_off", period=name)
    else:
        line = text("docx.subject", matter=pack.short_title.vi, period=f"{MAY_BREAK}{name}")
        line = line.replace(f" {MAY_BREAK}", MAY_BREAK)
    return f"{line}\n{text('docx.area', area=area)}" if area else line


def area_of(pack: Pack, root: str) -> str:
    """Name the area of a consolidated report within a sentence."""
    name = pack.tree[root].name if root else pack.province.name
    return name[0].lower() + name[1:]


def unit_area(pack: Pack, unit: str) -> str:
    """Name the area of a unit that has one within a sentence; an office has none."""
    if not issuer_of(pack, unit).startswith(text("docx.committee")):
        return ""
    return area_of(pack, unit)
