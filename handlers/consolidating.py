"""Gather a period for its documents, in one transaction."""

from datetime import datetime

from documents.consolidated import Consolidated, Difficulty, Line, UnitAnswers
from handlers.asked import Asked
from handlers.turn import Turn
from plans.added import Added
from plans.calendar import Period, local
from plans.dialogue import questions_in
from plans.difficulties import Thread
from plans.judging import judge
from plans.pack import IndicatorKind
from plans.people import Role
from plans.verdicts import Span
from storage import closures, difficulties, summaries
from storage.standings import progress_of
from storage.totals import Totals


def consolidate(turn: Turn, role: Role, asked: Asked) -> Consolidated:
    """Gather everything that is told of a period below one unit, or in the province."""
    totals = Totals(turn.connection, turn.world, role.plan, asked.period, asked.unit)
    progress = progress_of(
        turn.connection, turn.world, role.plan, asked.period, turn.today, asked.unit
    )
    whole = asked.unit == ""
    return Consolidated(
        pack=turn.pack(role),
        period=asked.period,
        moment=turn.now,
        progress=progress,
        lines=lines_of(totals),
        targets=[one for target in totals.pack.targets for one in judge(target, totals)]
        if whole
        else [],
        units=units_of(turn, totals, asked.period),
        difficulties=_difficulties(turn, totals),
        root=asked.unit,
        closed_at=_closed_at(turn, totals),
        missing=_missing(turn, totals),
    )


def _difficulties(turn: Turn, totals: Totals) -> list[Difficulty]:
    """Return what units find hard: told about the period, told in it, or still open then."""
    tree = totals.pack.tree
    return [
        Difficulty(unit=one.unit, words=one.words, at=one.at, answer=one.answer)
        for one in difficulties.of_plan(turn.connection, totals.plan)
        if one.unit in tree and tree.within(one.unit, totals.root) and _is_told(one, totals.period)
    ]


def _is_told(thread: Thread, period: Period) -> bool:
    """Say whether a difficulty goes with a period; what came after its lock goes with the next."""
    if thread.period == period.id:
        return True
    day, is_open = local(thread.at).date(), thread.settled_at is None
    begun_in_it = not thread.period and day >= period.asks.first
    return day <= period.lock and (begun_in_it or is_open)


def _closed_at(turn: Turn, totals: Totals) -> datetime | None:
    """Return when the whole period was closed here."""
    above = [unit.code for unit in totals.pack.tree.above(totals.root)]
    here = ("", totals.root, *above)
    closing = turn.world.decisions.closing(totals.plan, totals.period.id, here)
    return closing.closed_at if closing else None


def _missing(turn: Turn, totals: Totals) -> list[str]:
    """Return the required units that had not sent when the period was closed here."""
    tree = totals.pack.tree
    found = [
        str(one["unit"])
        for closed in closures.of_period(turn.connection, totals.plan, totals.period.id)
        for one in closed.missing.get("not_sent", ())
    ]
    return [
        unit for unit in dict.fromkeys(found) if unit in tree and tree.within(unit, totals.root)
    ]


def lines_of(totals: Totals) -> list[Line]:
    """Return a line for each indicator that is asked, in the pack's order."""
    types = {unit.type: unit.code for unit in totals.owing()}
    asked = {
        question.code
        for unit in types.values()
        for question in questions_in(totals.pack, totals.period, unit)
    }
    wanted = {totals.code} if totals.code else asked
    return [_line(totals, code) for code in totals.pack.indicators if code in asked & wanted]


def _line(totals: Totals, code: str) -> Line:
    indicator = totals.pack.indicators[code]
    flows = indicator.kind is IndicatorKind.FLOW and not totals.period.form
    year = totals.so_far(Span.YEAR)
    before = totals.so_far(Span.PLAN)[1:2]
    last_year = _same_days(totals)
    return Line(
        code=code,
        indicator=indicator,
        expected=totals.expected(code),
        now=totals.in_period(code),
        so_far=_sum(totals, code, year) if flows else None,
        before=_sum(totals, code, before) if before else None,
        last_year=_sum(totals, code, (last_year,)) if last_year else None,
    )


def _same_days(totals: Totals) -> Period | None:
    """Return the same period of last year, if it asked for the same days of its year."""
    found, asks = totals.same_period(totals.year - 1), totals.period.asks
    if found is None:
        return None
    days = [(day.month, day.day) for day in (asks.first, asks.last)]
    theirs = [(day.month, day.day) for day in (found.asks.first, found.asks.last)]
    return found if days == theirs else None


def _sum(totals: Totals, code: str, periods: tuple[Period, ...]) -> Added:
    return sum((totals.in_period(code, period) for period in periods), Added())


def units_of(turn: Turn, totals: Totals, period: Period) -> list[UnitAnswers]:
    """Return what each unit reported in a period."""
    tree, found = totals.pack.tree, []
    for report, answers in summaries.reports_with_answers(turn.connection, totals.plan, period.id):
        if report.unit in tree and tree.within(report.unit, totals.root):
            found.append(
                UnitAnswers(
                    unit=report.unit,
                    answers=answers,
                    version=report.version,
                    sent_at=report.sent_at,
                    receipt=report.receipt,
                    accepted_at=report.accepted_at,
                    on_behalf=report.on_behalf != "",
                )
            )
    return found
