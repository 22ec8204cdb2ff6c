"""The coordinator's pictures: what each is drawn from, and the file that is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from documents import wording
from documents.charts import progress_chart
from documents.course import Course, course_text
from documents.figures import Reader
from documents.grid_words import grid_text
from documents.heat_grid import heat_grid
from documents.standing_grid import Grid, Sending
from documents.target_bars import PAGE as TARGETS_PAGE
from documents.target_bars import TargetSheet, has_bar, target_bars, targets_text
from documents.year_on_year import PAGE as YEARS_PAGE
from documents.year_on_year import year_on_year
from documents.years_compared import (
    Compared,
    Known,
    Slot,
    YearsCompared,
    same_days,
    years_text,
)
from handlers.asked import Asked
from handlers.consolidating import totals_of
from handlers.pages import page_of
from handlers.targeting import judged_for
from handlers.turn import Turn
from plans.added import Added
from plans.calendar import Period
from plans.errors import Refused
from plans.masking import Masking
from plans.messages import File
from plans.pack import IndicatorKind
from plans.people import Role
from plans.verdicts import Span
from storage import reports, summaries
from storage.sendings import required_sent, sent_over
from storage.standings import progress_of
from storage.totals import Totals


class Subject(StrEnum):
    """What a picture is of."""

    PROGRESS = "progress"
    GRID = "grid"
    TARGETS = "targets"
    YEARS = "years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which picture is wanted; a grid is of one year where that is named, else of the plan."""

    subject: Subject
    asked: Asked
    year: int = 0


Facts = Course | Grid | TargetSheet | YearsCompared


def gather(turn: Turn, role: Role, wanted: Wanted) -> Facts:
    """Gather what a picture shows, as its reader may see it."""
    match wanted.subject:
        case Subject.PROGRESS:
            return _course(turn, role, wanted.asked)
        case Subject.GRID:
            return _grid(turn, role, wanted)
        case Subject.TARGETS:
            return _targets(turn, role, wanted.asked)
        case Subject.YEARS:
            return _years(turn, role, wanted.asked)


def told(language: str, wanted: Wanted, facts: Facts) -> str:
    """Tell in words what a picture shows."""
    match facts:
        case Course():
            return course_text(language, facts)
        case Grid():
            return grid_text(language, facts, wanted.asked.page)
        case TargetSheet():
            return targets_text(language, facts)
        case YearsCompared():
            return years_text(language, facts)


def make(turn: Turn, role: Role, wanted: Wanted, facts: Facts | None = None) -> File:
    """Gather what a picture shows, unless that was done, and draw it."""
    match facts or gather(turn, role, wanted):
        case Course() as course:
            return progress_chart(turn.language, course)
        case Grid() as grid:
            return heat_grid(turn.language, grid, wanted.asked.page)
        case TargetSheet() as sheet:
            return target_bars(turn.language, sheet)
        case YearsCompared() as years:
            return year_on_year(turn.language, years)


def _course(turn: Turn, role: Role, asked: Asked) -> Course:
    """Gather where every unit stands below the one that is asked about, and when each sent."""
    connection, period = turn.connection, asked.period
    progress = progress_of(connection, turn.world, role.plan, period, turn.today, asked.unit)
    sent = summaries.sent_in(connection, role.plan, period.id)
    days = {unit: wording.day(found.first_sent_at) for unit, found in sent.items()}
    return Course(progress=progress, first_sent=days, moment=turn.now)


def _grid(turn: Turn, role: Role, wanted: Wanted) -> Grid:
    """Gather who sent in each period of a year, or of the plan up to the end of this year."""
    calendar = [p for p in turn.world.calendars[role.plan] if not p.on_request]
    last = wanted.year or max(turn.today.year, min((p.year for p in calendar), default=0))
    periods = {p.id: p for p in calendar if p.year <= last and wanted.year in (0, p.year)}
    sent = sent_over(turn.connection, role.plan, list(periods))
    returned = reports.returned_at(turn.connection, role.plan, list(periods))
    moved = {(d.period, d.unit) for d in turn.world.decisions.deadlines if d.plan == role.plan}
    grid = Grid(
        pack=turn.pack(role),
        periods=list(periods.values()),
        sent={
            key: Sending(first=wording.day(first), version=version)
            for key, (first, version) in sent.items()
        },
        returned=returned.keys(),
        today=turn.today,
        moment=turn.now,
        own={
            (period, unit): turn.world.unit_period(role.plan, periods[period], unit)
            for period, unit in moved
            if unit and period in periods
        },
        root=wanted.asked.unit,
    )
    if not grid.units:
        raise Refused("pictures.no_units")
    return grid


def _targets(turn: Turn, role: Role, asked: Asked) -> TargetSheet:
    """Judge a page of the plan's targets as of a period."""
    pack = turn.pack(role)
    if not pack.targets:
        note = pack.no_targets_note
        raise Refused("target.none", note=note.in_language(turn.language) if note else "")
    totals = totals_of(turn, role, asked.period, asked.unit)
    drawn = [target for target in pack.targets if has_bar(target)]
    page = page_of(drawn, TARGETS_PAGE, asked.page)
    shown = page.part(drawn)
    sent, whole = required_sent(turn.connection, turn.world, role.plan, asked.period, asked.unit)
    return TargetSheet(
        pack=pack,
        period=asked.period,
        moment=turn.now,
        sent=sent,
        whole=whole,
        judged=[judged_for(role, totals, target) for target in shown],
        qualitative=[t for t in pack.targets if not has_bar(t)] if page.last else [],
        root=asked.unit,
        page=page.number,
        pages=page.count,
    )


def _years(turn: Turn, role: Role, asked: Asked) -> YearsCompared:
    """Gather one indicator, or a page of all that add up, in a year and the one before."""
    pack, period = turn.pack(role), asked.period
    totals = totals_of(turn, role, period, asked.unit, asked.code)
    calendar = [p for p in turn.world.calendars[role.plan] if not p.form]
    mine = [p for p in calendar if p.year == period.year]
    flows = [c for c, one in pack.indicators.items() if one.kind is IndicatorKind.FLOW]
    codes = [
        code
        for code in ([asked.code] if asked.code else flows)
        if any(totals.expected(code, p) for p in mine)
    ]
    if not codes:
        if asked.code:
            raise Refused("figures.not_asked", code=asked.code)
        raise Refused("pictures.no_flows")
    page = page_of(codes, YEARS_PAGE, asked.page)
    reader = Reader(pack=pack, role=role)
    return YearsCompared(
        pack=pack,
        year=period.year,
        moment=turn.now,
        shown=[
            Compared(
                code=code,
                indicator=pack.indicators[code],
                slots=[_slot(turn, totals, reader, code, one, calendar) for one in mine],
            )
            for code in page.part(codes)
        ],
        last_year=any(p.year == period.year - 1 for p in calendar),
        root=asked.unit,
        page=page.number,
        pages=page.count,
    )


def _slot(
    turn: Turn,
    totals: Totals,
    reader: Reader,
    code: str,
    period: Period,
    calendar: Sequence[Period],
) -> Slot:
    """Gather one indicator in one period and in the same of the year before."""
    mine = period.parts[-1]
    before = next(
        (
            p
            for p in calendar
            if p.year == period.year - 1
            and (p.parts[-1].kind, p.parts[-1].ordinal) == (mine.kind, mine.ordinal)
        ),
        None,
    )
    now = _known(totals, reader, code, period)
    coming = turn.today < period.opens and not now.given
    running, masked = (None, False) if coming else _running(totals, reader, code, period)
    same_year = before is not None and same_days(period.widest, before.widest)
    return Slot(
        period=period,
        now=None if coming else now,
        before=_known(totals, reader, code, before) if before else None,
        same_days=before is not None and same_days(period.asks, before.asks),
        running=running,
        running_before=_running(totals, reader, code, before)[0] if before and same_year else None,
        masked=masked,
    )


def _masks(totals: Totals, reader: Reader, code: str, period: Period) -> bool:
    return reader.masks(code, totals.root, totals.counted_types(code, period))


def _known(totals: Totals, reader: Reader, code: str, period: Period) -> Known:
    """Return what a reader may see of a period's figure: small counts are not added."""
    found = totals.in_period(code, period)
    hidden = found.small if _masks(totals, reader, code, period) else 0
    number = found.open_total if hidden else found.total
    return Known(
        number=number if found.given > hidden else None,
        given=found.given,
        expected=totals.expected(code, period),
        hidden=hidden,
        only_small=Masking(totals.pack).only_small(code),
    )


def _running(
    totals: Totals, reader: Reader, code: str, period: Period
) -> tuple[Decimal | None, bool]:
    """Add up what is new in each period of a year; none while one lacks or may not be seen."""
    if totals.pack.indicators[code].kind is not IndicatorKind.FLOW:
        return None, False
    over = [p for p in totals.so_far(Span.YEAR, period) if totals.expected(code, p)]
    found = [totals.in_period(code, one) for one in over]
    small = any(_masks(totals, reader, code, p) for p in over) and any(f.small for f in found)
    if small or not found or not all(one.given for one in found):
        return None, small
    return sum(found, Added()).total, False
