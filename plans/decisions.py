"""What coordinators decide beside the plan: deadlines they set, and reports they ask for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from string import ascii_uppercase

from plans.calendar import Part, Period, Window, today_of
from plans.pack import Form, Indicator, IndicatorKind, Pack, PeriodKind, Words
from plans.working_days import WorkingDays

QUESTIONS_MOST = 5
_DAY = timedelta(days=1)
_FOREIGN = "ZWJF"  # no Vietnamese word begins with these, and so no pack's indicator
_UNNAMED = Words.model_construct(vi="", en="")  # a count that no word stands behind


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
    """One question of a request; `measure` words what its figure counts, "" for no word."""

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
        """Return the name of the form that the request makes, as no pack names one."""
        return f"request {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A period that a coordinator closed below a unit, or with "" for all."""

    plan: str
    period: str
    unit: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Units that owe a period's report no more, since another unit's stands for them."""

    plan: str
    period: str
    units: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Everything that coordinators decided, in the order of deciding; the last word counts."""

    deadlines: tuple[SetDeadline, ...] = ()
    requests: tuple[Request, ...] = ()
    closings: tuple[Closing, ...] = ()
    releases: tuple[Release, ...] = ()

    def until(self, plan: str, period: str, unit: str) -> SetDeadline | None:
        """Return the deadline in force for a unit, or with "" for a whole period."""
        if not self.deadlines:
            return None
        fitting = (d for d in self.deadlines if (d.plan, d.period, d.unit) == (plan, period, unit))
        return max(fitting, key=lambda d: d.set_at, default=None)

    def closing(self, plan: str, period: str, units: Collection[str]) -> Closing | None:
        """Return what closed a period for any of some units, "" for all: the last that did."""
        if not self.closings:
            return None
        fitting = [c for c in self.closings if (c.plan, c.period) == (plan, period)]
        found = (c for c in fitting if c.unit in units)
        return max(found, key=lambda c: c.closed_at, default=None)

    def released(self, plan: str, period: str) -> frozenset[str]:
        """Return the units that owe a period's report no more."""
        fitting = (r.units for r in self.releases if (r.plan, r.period) == (plan, period))
        return frozenset().union(*fitting)


def with_requests(pack: Pack, requests: Iterable[Request]) -> Pack:
    """Return the plan with the indicators and forms that requests add."""
    indicators, forms = dict(pack.indicators), dict(pack.forms)
    names = _codes(pack)
    known: list[str] = []
    for request in requests:
        first = (request.number - 1) * QUESTIONS_MOST
        last = first + len(request.questions)
        known += islice(names, max(0, last - len(known)))
        codes = known[first:last]
        for code, question in zip(codes, request.questions, strict=True):
            indicators[code] = _indicator(pack, question)
        forms[request.form] = Form(title=Words(vi=request.title), questions=tuple(codes))
    return pack.model_copy(update={"indicators": indicators, "forms": forms})


def _codes(pack: Pack) -> Iterator[str]:
    """Yield names for questions that the pack gives no indicator: ZA01, ZA02, … ZB01, … WA01."""
    for first in dict.fromkeys(_FOREIGN + ascii_uppercase):
        for second in ascii_uppercase:
            for number in range(1, 100):
                code = f"{first}{second}{number:02}"
                if code not in pack.indicators:
                    yield code


def _indicator(pack: Pack, question: AskedFor) -> Indicator:
    return Indicator(
        label=Words(vi=question.label),
        measure=Words(vi=question.measure) if question.measure else _UNNAMED,
        kind=question.kind,
        money=question.money,
        counted_at=tuple(pack.unit_types),
    )


def request_period(
    pack: Pack, request: Request, found: SetDeadline | None, working_days: WorkingDays
) -> Period:
    """Return the period that a request makes: it opens at once and is reminded like any other.

    `found` is the date that was set for everybody since; withdrawing the request locks it.
    """
    opened = today_of(request.opened_at)
    window = Window(first=opened, last=request.until)
    part = Part(
        id=request.period, kind=PeriodKind.ONE_OFF, window=window, title=Words(vi=request.title)
    )
    until = found.until if found else request.until
    on_time = working_days.on_or_after(until)
    lock = max(on_time, until + timedelta(pack.calendar.lock_days))
    if request.closed_at:
        lock = min(lock, today_of(request.closed_at) - _DAY)
    return Period(
        id=request.period,
        year=request.until.year,
        parts=(part,),
        asks=window,
        named_day=until,
        exclusive=False,
        last_on_time=on_time,
        grace_until=on_time,
        opens=opened,
        lock=lock,
        form=request.form,
        units=frozenset(request.units),
        set_at=request.closed_at or (found.set_at if found else request.opened_at),
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
    """Return a period with the deadline that a coordinator gave one unit.

    A request that was withdrawn since stays closed.
    """
    if found is None:
        return period
    on_time = working_days.on_or_after(found.until)
    decided = period.set_at if period.on_request else None
    withdrawn = decided is not None and period.lock < today_of(decided)
    return replace(
        period,
        named_day=found.until,
        exclusive=False,
        last_on_time=on_time,
        grace_until=on_time,
        lock=period.lock if withdrawn else max(period.lock, on_time),
        set_at=period.set_at if withdrawn else found.set_at,
    )


def of_unit(
    period: Period,
    found: SetDeadline | None,
    closing: Closing | None,
    working_days: WorkingDays,
) -> Period:
    """Return a period as it is for one unit: extended, or closed since."""
    own = extended(period, found, working_days)
    if closing is None or (found is not None and found.set_at > closing.closed_at):
        return own
    return closed(own, closing)


def closed(period: Period, closing: Closing | None) -> Period:
    """Return a period that a coordinator closed: nobody sends any more, from that day on."""
    if closing is None:
        return period
    before = period.lock_if_open if period.closed_at and period.lock_if_open else period.lock
    lock = min(period.lock, today_of(closing.closed_at) - _DAY)
    return replace(period, lock=lock, closed_at=closing.closed_at, lock_if_open=before)


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
            request_period(pack, request, decisions.until(id, request.period, ""), working_days)
            for request in decisions.requests
            if request.plan == id
        ]
        periods = [_settled(period, id, decisions) for period in periods]
        decided[id] = tuple(sorted(periods, key=lambda p: (p.named_day, p.id)))
    return decided


def _settled(period: Period, plan: str, decisions: Decisions) -> Period:
    """Return a period as closed for everybody, without the units that owe it no more."""
    period = closed(period, decisions.closing(plan, period.id, ("",)))
    released = decisions.released(plan, period.id)
    return replace(period, released=released) if released else period
