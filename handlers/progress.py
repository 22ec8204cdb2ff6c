"""Who has sent: progress, the list of those who have not, one unit's report."""

from documents import wording
from documents.progress import missing_text, progress_text, row_notes
from handlers.asked import Asked, understand
from handlers.desk_lines import desk_choices, desk_lines
from handlers.desks import role_for, roles_for
from handlers.pages import FIRST, manner_of, page_of
from handlers.spoken_period import current_period
from handlers.turn import Turn
from handlers.unit_report import COMPARED, unit_report
from plans.calendar import Period
from plans.messages import Choice, Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.progress import Progress, Row, by_parent, count
from storage.standings import progress_of

PAGE = 40


def progress(turn: Turn, words: str) -> Reply:
    """Tell how many have sent, where they are missing, and lead on by buttons."""
    role = role_for(turn, Action.SEE_OTHERS, f"/tiendo {words}")
    asked = understand(turn, role, words, "/tiendo")
    if asked.unit and not turn.pack(role).tree.children(asked.unit):
        return unit_report(turn, role, asked.period, asked.unit)
    found = collect(turn, role, asked)
    text = progress_text(turn.language, found)
    if asked.unit:
        text = f"{text}\n{_children_lines(turn, found, asked.unit)}".rstrip()
    text = "\n".join([text, *desk_lines(turn, role, found)])
    leads = (*_leads(turn, role, asked, found), *desk_choices(turn, role, found))
    return Reply(text=text, choices=leads, manner=manner_of(words))


def collect(turn: Turn, role: Role, asked: Asked) -> Progress:
    """Gather where every unit that owes a period's report stands, below one unit or everywhere."""
    return progress_of(turn.connection, turn.world, role.plan, asked.period, turn.today, asked.unit)


def _children_lines(turn: Turn, found: Progress, root: str) -> str:
    rows = [row for row in found.rows if row.unit.parent == root or row.unit.code == root]
    names = [
        wording.short_body(found.pack, root) if row.unit.code == root else row.unit.name
        for row in rows
    ]
    marks = [
        turn.text(f"progress.mark.{row.state}") + row_notes(turn.language, row) for row in rows
    ]
    return "\n".join(f"- {name}{mark}" for name, mark in zip(names, marks, strict=True))


def _leads(turn: Turn, role: Role, asked: Asked, found: Progress) -> tuple[Choice, ...]:
    where = f"{asked.period.id} {asked.unit}".strip()
    owing = [row for row in found.rows if not row.state.arrived]
    required = [row for row in owing if row.obligation is Obligation.REQUIRED]
    choices: list[Choice] = []
    if owing:
        listed = len(required or owing)
        choices.append(turn.choice("progress.list", f"/chuanop {where} {FIRST}", count=listed))
    if required and _may_nudge(turn, role, asked):
        choices.append(turn.choice("nudge.many", f"/dondoc {where}", count=len(required)))
    if not asked.unit and by_parent(found, found.rows):
        choices.append(turn.choice("progress.by_district", f"/huyen {asked.period.id}"))
    choices.append(turn.choice("menu.figures", f"/tonghop {where}"))
    choices.append(turn.choice("digest.chart", f"/bieudo {where}"))
    choices.append(turn.choice("pictures.to.grid", f"/bieudo luoi {asked.unit}".rstrip()))
    earlier = turn.world.before(role.plan, asked.period)[:1]
    choices += [
        turn.choice(
            "progress.earlier",
            f"/tiendo {p.id} {asked.unit}".strip(),
            period=wording.period_name(turn.language, p),
        )
        for p in earlier
    ]
    choices += [
        turn.choice(
            "progress.once",
            f"/tiendo {p.id} {asked.unit}".strip(),
            period=wording.period_name(turn.language, p),
        )
        for p in _one_offs(turn, role, asked.period)
    ]
    return tuple(choices)


def _may_nudge(turn: Turn, role: Role, asked: Asked) -> bool:
    """Say whether the reader may nudge there, and units may send now."""
    here = asked.period.opens <= turn.today and not asked.period.locked(turn.today)
    return here and turn.may(role, Action.COORDINATE, asked.unit)


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
    asked = understand(turn, role, words, "/huyen")
    found = collect(turn, role, asked)
    groups = by_parent(found, found.rows)
    if not groups:
        return progress(turn, words)
    lines = [
        turn.text("progress.districts", period=wording.period_name(turn.language, found.period))
    ]
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
        choices.append(turn.choice("asked.unit", f"/tiendo {found.period.id} {parent}", unit=name))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _share(rows: list[Row]) -> float:
    arrived, whole = count(rows)
    return arrived / whole


def not_sent(turn: Turn, words: str) -> Reply:
    """List the units that have not sent, invited bodies apart and never called late."""
    role = role_for(turn, Action.SEE_OTHERS, f"/chuanop {words}")
    asked = understand(turn, role, words, "/chuanop")
    found = collect(turn, role, asked)
    owing = [row for row in found.rows if not row.state.arrived]
    required = [row for row in owing if row.obligation is Obligation.REQUIRED]
    invited = [row for row in owing if row.obligation is Obligation.INVITED]
    name = wording.period_name(turn.language, found.period)
    if not owing:
        return turn.say("progress.all_sent", period=name)
    page = page_of(required, PAGE, asked.page)
    heading = turn.text(
        "progress.not_sent",
        period=name,
        count=len(required),
        left=wording.days_left(turn.language, found.period, turn.today),
    )
    shown = page.part(required)
    text = missing_text(turn.language, found, shown, heading + page.mark(turn))
    if invited and page.last:
        text += "\n" + missing_text(
            turn.language,
            found,
            invited,
            turn.text("progress.not_sent_invited", count=len(invited)),
        )
    where = f"{asked.period.id} {asked.unit}".strip()
    beside = page.choices(turn, f"/chuanop {where}")
    back = turn.choice("menu.progress", f"/tiendo {where} {FIRST}")
    return Reply(text=text, choices=(*beside, back), manner=manner_of(words))


def unit_page(turn: Turn, words: str) -> Reply:
    """Show one unit's report of a period, one's own where one sees no others."""
    sees = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    role = role_for(turn, sees, f"/xem {words}")
    named = " ".join(word for word in words.split() if word != COMPARED)
    asked = understand(turn, role, named, "/xem")
    compared = COMPARED in words.split()
    return unit_report(turn, role, asked.period, asked.unit, compared=compared)
