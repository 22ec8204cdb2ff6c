"""How a period's reports came in over the last days, and how it was the period before."""

from documents.progress import place_name
from documents.trend import trend_text
from handlers.asked import Asked, understand_type
from handlers.desks import role_for
from handlers.pages import FIRST
from handlers.progress_leads import earlier_choice, is_single, nudge_choice
from handlers.turn import Turn
from handlers.unit_report import unit_report
from plans.calendar import Period
from plans.messages import Choice, Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.trend import Arrivals, arrivals, counted
from storage.sendings import sent_by_day


def trend(turn: Turn, words: str) -> Reply:
    """Tell day by day how many units sent, beside the period before at the same distance."""
    role = role_for(turn, Action.SEE_OTHERS, f"/xuhuong {words}")
    asked = understand_type(turn, role, words, "/xuhuong")
    if is_single(turn, role, asked):
        return unit_report(turn, role, asked.period, asked.unit)
    earlier = () if asked.period.form else turn.world.before(role.plan, asked.period)[:1]
    now, *before = gather(turn, role, asked, [asked.period, *earlier])
    pack = turn.pack(role)
    name = place_name(turn.language, pack, asked.period, asked.unit, asked.unit_type)
    text = trend_text(turn.language, name, now, before[0] if before else None)
    return Reply(text=text, choices=tuple(_leads(turn, role, asked, now)))


def gather(turn: Turn, role: Role, asked: Asked, periods: list[Period]) -> list[Arrivals]:
    """Count who sent on which day of some periods, among the units that are asked about."""
    sent = sent_by_day(turn.connection, role.plan, [period.id for period in periods])
    return [
        arrivals(
            period,
            turn.today,
            counted(turn.world, role.plan, period, asked.unit, asked.unit_type),
            sent[period.id],
        )
        for period in periods
    ]


def _leads(turn: Turn, role: Role, asked: Asked, now: Arrivals) -> list[Choice]:
    owing, types = now.whole - now.sent, turn.pack(role).unit_types
    invited = asked.unit_type and types[asked.unit_type].obligation is Obligation.INVITED
    choices = [] if invited else nudge_choice(turn, role, asked, owing)
    if owing:
        choices.append(turn.choice("progress.list", f"/chuanop {asked.where} {FIRST}", count=owing))
    if not asked.unit_type:
        choices.append(turn.choice("digest.chart", f"/bieudo {asked.where}"))
    choices.append(turn.choice("menu.progress", f"/tiendo {asked.where}"))
    return choices + earlier_choice(turn, role, asked, "/xuhuong")
