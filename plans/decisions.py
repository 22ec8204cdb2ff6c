"""What coordinators decide beside the plan: deadlines they set, and reports they ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from plans.calendar import Part, Period, Window, today_of
from plans.pack import Form, Indicator, IndicatorKind, Pack, PeriodKind, Words
from plans.working_days import WorkingDays

QUESTIONS_MOST = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDeadline:
    """The last day on time that a coordinator set: for one unit, or for "" all of a period."""

    plan: str
    period: str
    unit: str
    until: date
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """One question of a request; `measure` is what its figure counts, as messages word it."""

    label: str
    measure: str
    kind: IndicatorKind = IndicatorKind.FLOW
    money: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A report that a coordinator asks some units for, once."""

    plan: str
    number: int
    title: str
    questions: tuple[AskedFor, ...]
    units: tuple[str, ...]
    until: date
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def period(self) -> str:
        """Return the name of the period that the request makes."""
        return f"{self.until.year}-YC{self.number}"

    @property
    def form(self) -> str:
        """Return the name of the form that the request makes."""
        return f"request_{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Everything that coordinators decided, in the order of deciding; the last word counts."""

    deadlines: tuple[SetDeadline, ...] = ()
    requests: tuple[Request, ...] = ()

    def until(self, plan: str, period: str, unit: str) -> SetDeadline | None:
        """Return the deadline in force for a unit, or with "" for a whole period."""
        fitting = (d for d in self.deadlines if (d.plan, d.period, d.unit) == (plan, period, unit))
        return max(fitting, key=lambda d: d.set_at, default=None)


def with_requests(pack: Pack, requests: Iterable[Request]) -> Pack:
    """Return the plan with the indicators and forms that requests add."""
    indicators, forms = dict(pack.indicators), dict(pack.forms)
    for request in requests:
        asked = {
            _code(request, place): _indicator(pack, question)
            for place, question in enumerate(request.questions)
        }
        indicators |= asked
        forms[request.form] = Form(title=Words(vi=request.title), questions=tuple(asked))
    return pack.model_copy(update={"indicators": indicators, "forms": forms})


def _code(request: Request, place: int) -> str:
    """Name a question of a request as no pack names an indicator: YA01, YA02, … YB01."""
    count = (request.number - 1) * QUESTIONS_MOST + place
    return f"Y{chr(ord('A') + count // 99 % 26)}{count % 99 + 1:02}"


def _indicator(pack: Pack, question: AskedFor) -> Indicator:
    return Indicator(
        label=Words(vi=question.label),
        measure=Words(vi=question.measure),
        kind=question.kind,
        money=question.money,
        counted_at=tuple(pack.unit_types),
    )


def request_period(pack: Pack, request: Request, working_days: WorkingDays) -> Period:
    """Return the period that a request makes: it opens at once and is reminded like any other."""
    opened = today_of(request.opened_at)
    window = Window(first=opened, last=request.until)
    part = Part(
        id=request.period, kind=PeriodKind.ONE_OFF, window=window, title=Words(vi=request.title)
    )
    on_time = working_days.on_or_after(request.until)
    lock = max(on_time, request.until + timedelta(pack.calendar.lock_days))
    if request.closed_at:
        lock = min(lock, today_of(request.closed_at) - _DAY)
    return Period(
        id=request.period,
        year=request.until.year,
        parts=(part,),
        asks=window,
        named_day=request.until,
        exclusive=False,
        last_on_time=on_time,
        grace_until=on_time,
        opens=opened,
        lock=lock,
        form=request.form,
        units=frozenset(request.units),
        set_at=request.opened_at,
        on_request=True,
    )


def dated(
    pack: Pack, period: Period, found: SetDeadline | None, working_days: WorkingDays
) -> Period:
    """Return a period with the date that a coordinator set for everybody."""
    if found is None:
        return period
    moved = extended(period, found, working_days)
    grace = found.until + (period.grace_until - period.last_day)
    opens = working_days.on_or_before(found.until - timedelta(pack.calendar.open_days))
    lock = found.until + (period.lock - period.named_day)
    return replace(
        moved,
        grace_until=max(moved.last_on_time, grace),
        opens=opens,
        lock=max(moved.last_on_time, grace, lock),
    )


def extended(period: Period, found: SetDeadline | None, working_days: WorkingDays) -> Period:
    """Return a period with the deadline that a coordinator gave one unit."""
    if found is None:
        return period
    on_time = working_days.on_or_after(found.until)
    return replace(
        period,
        named_day=found.until,
        exclusive=False,
        last_on_time=on_time,
        grace_until=on_time,
        lock=max(period.lock, on_time),
        set_at=found.set_at,
    )


def calendars(
    packs: Mapping[str, Pack],
    written: Mapping[str, tuple[Period, ...]],
    decisions: Decisions,
    working_days: WorkingDays,
) -> dict[str, tuple[Period, ...]]:
    """Return every plan's periods as decided: dates that were set, and what requests add."""
    decided = {}
    for id, pack in packs.items():
        periods = [
            dated(pack, period, decisions.until(id, period.id, ""), working_days)
            for period in written[id]
        ]
        periods += [
            request_period(pack, request, working_days)
            for request in decisions.requests
            if request.plan == id
        ]
        decided[id] = tuple(sorted(periods, key=lambda p: (p.named_day, p.id)))
    return decided
