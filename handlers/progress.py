"""Who has sent: progress of the province, a district or a type; one unit's report."""

from documents import wording
from documents.progress import narrowed_name, progress_text
from documents.progress_lists import late_rows, missing_lines, sent_names
from handlers.asked import Asked, type_words, understand, understand_type
from handlers.desk_lines import desk_choices, desk_lines
from handlers.desks import role_for, roles_for
from handlers.pages import LINES, manner_of, page_of
from handlers.progress_leads import (
    Listing,
    collect,
    earlier_choice,
    is_single,
    list_choice,
    nudge_choice,
)
from handlers.spoken_period import current_period
from handlers.turn import Turn
from handlers.unit_report import COMPARED, unit_report
from plans.calendar import Period
from plans.messages import Choice, Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.progress import Progress, Row, SendState, by_parent, count


def progress(turn: Turn, words: str) -> Reply:
    """Tell how many have sent, where they are missing, and lead on by buttons."""
    role = role_for(turn, Action.SEE_OTHERS, f"/tiendo {words}")
    asked = understand_type(turn, role, words, "/tiendo")
    if is_single(turn, role, asked):
        return unit_report(turn, role, asked.period, asked.unit)
    found = collect(turn, role, asked)
    lines, choices = [progress_text(turn.language, found)], list[Choice]()
    if asked.unit:
        listed, choices = _below(turn, asked, found)
        lines += listed
    choices += _leads(turn, role, asked, found)
    if not asked.unit_type:
        lines += desk_lines(turn, role, found)
        choices += desk_choices(turn, role, found)
    return Reply(text="\n".join(lines), choices=tuple(choices), manner=manner_of(words))


def _below(turn: Turn, asked: Asked, found: Progress) -> tuple[list[str], list[Choice]]:
    """List a district's units a page at a time: who is waited for, then in a line who has sent."""
    rows = [row for row in found.rows if asked.unit in (row.unit.parent, row.unit.code)]
    awaited = [row for row in rows if not row.state.arrived or row.state is SendState.RETURNED]
    awaited.sort(key=lambda row: row.obligation is Obligation.INVITED)
    page = page_of(awaited, LINES, asked.page)
    lines = []
    if awaited:
        lines.append(turn.text("progress.awaited", count=len(awaited), page=page.mark(turn)))
        lines += missing_lines(turn.language, found, page.part(awaited))
    if page.last and len(awaited) < len(rows):
        there = [row for row in rows if row not in awaited]
        lines.append(sent_names(turn.language, found, there))
    return lines, page.choices(turn, f"/tiendo {asked.where}")


def _leads(turn: Turn, role: Role, asked: Asked, found: Progress) -> list[Choice]:
    where = f"{asked.period.id} {asked.unit}".strip()
    required = found.owing(Obligation.REQUIRED)
    choices = [
        *list_choice(turn, asked, found),
        *nudge_choice(turn, role, asked, len(required)),
    ]
    if late := len(late_rows(found)):
        choices.append(turn.choice("progress.late", f"/nopcham {asked.where}", count=late))
    if not asked.unit and by_parent(found, found.rows):
        command = f"/huyen {asked.period.id} {type_words(asked.unit_type)}".rstrip()
        choices.append(turn.choice("progress.by_district", command))
    if not asked.unit_type:
        rows = required or found.owing(Obligation.INVITED)
        listing = Listing(turn=turn, asked=asked, found=found, rows=rows, command="/chuanop")
        choices += listing.by_type()
    choices.append(turn.choice("menu.figures", f"/tonghop {where}"))
    choices.append(turn.choice("menu.documents", f"/vanban {where}"))
    choices.append(turn.choice("digest.chart", f"/bieudo {where}"))
    choices.append(turn.choice("progress.trend", f"/xuhuong {asked.where}"))
    choices.append(turn.choice("pictures.to.grid", f"/bieudo luoi {asked.unit}".rstrip()))
    choices += earlier_choice(turn, role, asked, "/tiendo")
    choices += [
        turn.choice(
            "progress.once",
            f"/tiendo {p.id} {asked.unit}".strip(),
            period=wording.period_name(turn.language, p),
        )
        for p in _one_offs(turn, role, asked.period)
    ]
    return choices


def _one_offs(turn: Turn, role: Role, shown: Period) -> list[Period]:
    """Return the other reports of that year that are sent once, on request while they can be."""
    once = [p for p in turn.world.calendars[role.plan] if p.form and p.id != shown.id]
    return [
        p
        for p in once
        if p.year == shown.year
        and p.opens <= turn.today
        and not (p.on_request and p.locked(turn.today))
    ]


def followed(turn: Turn, role: Role) -> list[str]:
    """Tell in a few lines where a followed plan stands: this period, and the next."""
    period = current_period(turn, role)
    found = collect(turn, role, Asked(period=period, unit=role.unit))
    arrived, whole = count(found.of(Obligation.REQUIRED))
    later = [p for p in turn.world.calendars[role.plan] if p.opens > turn.today and not p.form][:1]
    here = turn.text(
        "status.followed",
        period=wording.period_name(turn.language, period),
        sent=arrived,
        total=whole,
        deadline=wording.deadline(turn.language, period),
        left=wording.days_left(turn.language, period, turn.today),
    )
    coming = [
        turn.text(
            "status.coming",
            period=wording.period_name(turn.language, p),
            opens=p.opens,
            deadline=wording.deadline(turn.language, p),
        )
        for p in later
    ]
    return [turn.pack(role).title.in_language(turn.language), here, *coming]


def by_district(turn: Turn, words: str) -> Reply:
    """Tell the progress of each district, the furthest behind first; without any, of all."""
    role = role_for(turn, Action.SEE_OTHERS, f"/huyen {words}")
    asked = understand_type(turn, role, words, "/huyen")
    found = collect(turn, role, asked)
    groups = by_parent(found, found.rows)
    if not groups:
        return progress(turn, words)
    lines = [turn.text("progress.districts", period=narrowed_name(turn.language, found))]
    choices = []
    ranked = sorted(
        groups.items(), key=lambda item: (_share(item[1]), found.pack.tree[item[0]].name)
    )
    for parent, rows in ranked:
        arrived, whole = count(rows)
        name = found.pack.tree[parent].name
        share = wording.percent(turn.language, arrived, whole)
        lines.append(
            turn.text("progress.district", name=name, sent=arrived, total=whole, share=share)
        )
        command = f"/tiendo {found.period.id} {parent} {type_words(asked.unit_type)}".rstrip()
        choices.append(turn.choice("asked.unit", command, unit=name))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _share(rows: list[Row]) -> float:
    arrived, whole = count(rows)
    return arrived / whole


def unit_page(turn: Turn, words: str) -> Reply:
    """Show one unit's report of a period, one's own where one sees no others."""
    sees = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    role = role_for(turn, sees, f"/xem {words}")
    named = " ".join(word for word in words.split() if word != COMPARED)
    asked = understand(turn, role, named, "/xem")
    compared = COMPARED in words.split()
    return unit_report(turn, role, asked.period, asked.unit, compared=compared)
