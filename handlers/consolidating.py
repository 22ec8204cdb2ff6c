"""Gather a period for its documents, in one transaction."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from documents.consolidated import Closure, Consolidated, Difficulty, Line, UnitAnswers
from documents.years_compared import same_days
from handlers.asked import Asked
from handlers.turn import Turn
from plans.calendar import Period, local
from plans.dialogue import questions_in
from plans.difficulties import Thread
from plans.judging import judge
from plans.masking import Masking
from plans.pack import Indicator, IndicatorKind, Pack
from plans.people import Role
from plans.stretches import Stretch
from plans.verdicts import Span
from storage import closures, difficulties, summaries
from storage.standings import progress_of
from storage.totals import Totals

# What an indicator's line is told beside.
SIDES: Final = ("before", "last_year", "year_ago")


def totals_of(turn: Turn, role: Role, period: Period, unit: str, code: str = "") -> Totals:
    """Return what units reported as of a period, as a role may be told of it."""
    return Totals(
        turn.connection,
        turn.world,
        role.plan,
        period,
        unit,
        code=code,
        masked=not role.sees_all,
    )


def consolidate(turn: Turn, role: Role, asked: Asked, *, internal: bool = False) -> Consolidated:
    """Gather everything that is told of a period below one unit, or in the province.

    It is marked what a copy that may be passed on leaves out; `internal`: that this one may not.
    """
    totals = Totals(turn.connection, turn.world, role.plan, asked.period, asked.unit, masked=True)
    progress = progress_of(
        turn.connection, turn.world, role.plan, asked.period, turn.today, asked.unit
    )
    return Consolidated(
        pack=turn.pack(role),
        period=asked.period,
        moment=turn.now,
        progress=progress,
        lines=lines_of(totals, compared=SIDES),
        targets=[one for target in totals.pack.targets for one in judge(target, totals)],
        units=units_of(turn, totals, asked.period),
        difficulties=_difficulties(turn, totals),
        root=asked.unit,
        closures=closures_of(turn.connection, totals.pack, asked.period, asked.unit),
        synthetic=turn.world.synthetic,
        internal=internal,
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


def closures_of(connection: Connection, pack: Pack, period: Period, root: str) -> list[Closure]:
    """Return what closed a period above, at or below a unit, with what lacked of its units."""
    tree, found = pack.tree, []
    for one in closures.of_period(connection, pack.id, period.id):
        unit = one.key.unit
        if unit and (unit not in tree or not (tree.within(unit, root) or tree.within(root, unit))):
            continue
        lacked = [str(here["unit"]) for here in one.missing.get("not_sent", ())]
        missing = [code for code in lacked if code in tree and tree.within(code, root)]
        found.append(Closure(unit=unit, at=one.closed_at, missing=missing))
    return found


def lines_of(
    totals: Totals, *, compared: Collection[str] = (), of: Collection[str] = ()
) -> list[Line]:
    """Return a line for each indicator that is asked, or of some, in the pack's order.

    `compared` are the sides with what became of the units' figures since; all of these are read.
    """
    codes = [code for code in asked_of(totals) if not of or code in of]
    return [_line(totals, code, codes, compared) for code in codes]


def asked_of(totals: Totals) -> list[str]:
    """Return the indicators that a period asks for, in the pack's order."""
    types = {unit.type: unit.code for unit in totals.owing()}
    asked = {
        question.code
        for unit in types.values()
        for question in questions_in(totals.pack, totals.period, unit)
    }
    wanted = {totals.code} if totals.code else asked
    return [code for code in totals.pack.indicators if code in asked & wanted]


def line_of(totals: Totals, code: str, *, running: bool = True) -> Line:
    """Return an indicator's line with nothing beside it; `running`: with the year so far."""
    indicator, year = totals.pack.indicators[code], totals.so_far(Span.YEAR)
    return Line(
        code=code,
        indicator=indicator,
        expected=totals.expected(code),
        now=totals.in_period(code),
        so_far=totals.stretch(code, year) if running and _adds_up(totals, code) else None,
        only_small=Masking(totals.pack).only_small(code),
    )


def _adds_up(totals: Totals, code: str) -> bool:
    return totals.pack.indicators[code].kind is IndicatorKind.FLOW and not totals.period.form


def _line(totals: Totals, code: str, among: Collection[str], compared: Collection[str]) -> Line:
    """Return an indicator's line with all that it stands beside."""
    indicator, period = totals.pack.indicators[code], totals.period
    line, year = line_of(totals, code), totals.so_far(Span.YEAR)
    before = totals.so_far(Span.PLAN)[1:2]
    last_year, year_ago = _a_year_ago(totals, line.so_far is not None)
    wanted = {*compared}
    if "last_year" in wanted and not last_year:
        wanted.add("year_ago")  # told in its place

    def past(side: str, then: tuple[Period, ...], now: tuple[Period, ...]) -> Stretch | None:
        found = totals.stretch(code, then) if then else None
        if found is None or side not in wanted or line.counts_units:
            return found
        return replace(found, matched=totals.matched(code, now, then, among))

    if before and not _alike(indicator, period, before[0]):
        wanted.discard("before")
    return replace(
        line,
        before=past("before", before, (period,)),
        last_year=past("last_year", last_year, (period,)),
        year_ago=past("year_ago", year_ago, year),
    )


def _a_year_ago(totals: Totals, flows: bool) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """Return last year's period of the same days, and its year so far for what adds up.

    What does not add up is told as of a day, however many days are new.
    """
    period, found = totals.period, totals.same_period(totals.year - 1)
    if found is None or period.form or not same_days(found.widest, period.widest):
        return (), ()
    if not flows:
        return (found,), ()
    alike = same_days(found.asks, period.asks)
    return ((found,) if alike else ()), totals.so_far(Span.YEAR, found)


def _alike(indicator: Indicator, period: Period, before: Period) -> bool:
    """Say whether figures of two periods compare: of as many months, or of the same running year.

    What is counted at a moment compares with any other moment.
    """
    if indicator.kind is IndicatorKind.FLOW:
        return period.asks.months == before.asks.months
    return indicator.kind is not IndicatorKind.UNIQUE or period.year == before.year


def units_of(turn: Turn, totals: Totals, period: Period) -> list[UnitAnswers]:
    """Return what each unit reported in a period."""
    tree, found = totals.pack.tree, []
    hidden = defaultdict[str, set[str]](set)
    for of, unit, code in totals.hidden:
        if of == period.id:
            hidden[unit].add(code)
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
                    hidden=frozenset(hidden[report.unit]),
                )
            )
    return found
