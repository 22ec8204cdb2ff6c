"""Deadlines kept or not, counted: rolled days off, grace, more time, invited bodies, ties."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.calendar import VIETNAM, Period, calendar_of, whole_calendar
from plans.decisions import SetDeadline, extended
from plans.pack import Obligation, Pack
from plans.punctuality import (
    Kept,
    OnePeriod,
    Record,
    Sending,
    Tally,
    kept_in,
    ranked,
    together,
)
from plans.working_days import load_working_days

DAYS = load_working_days()
REQUIRED, INVITED = Obligation.REQUIRED, Obligation.INVITED
LATER = date(2030, 1, 1)


@pytest.fixture
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs["lai_chau_2021_2025"]


def due(pack: Pack, deadline: str, **rules: object) -> Period:
    """Return the only period of 2025, due by some words."""
    rule = {"id": "H1", "kind": "half_year", "from": "15/12 năm trước", "to": "14/6"}
    calendar = {"recurring": [{**rule, "deadline": deadline}], **rules}
    [period] = calendar_of(
        Pack.model_validate({**pack.model_dump(by_alias=True), "calendar": calendar}), 2025, DAYS
    )
    return period


def kept(
    period: Period, day: date | None, obligation: Obligation = REQUIRED, today: date = LATER
) -> OnePeriod:
    sending = Sending(day) if day else None
    found = kept_in(period, period, obligation, sending, today)
    assert found
    return found


def test_a_deadline_on_a_sunday_moves_to_monday(pack: Pack) -> None:
    period = due(pack, "trước ngày 16/6")  # the last day is Sunday 15/6/2025

    assert kept(period, date(2025, 6, 15)).kept is Kept.ON_TIME
    assert kept(period, date(2025, 6, 16)).kept is Kept.ON_TIME
    late = kept(period, date(2025, 6, 17))
    assert (late.kept, late.days) == (Kept.LATE, 1)


def test_a_deadline_in_tet_moves_behind_it(pack: Pack) -> None:
    period = due(pack, "trước ngày 30/1")  # the first day of the year Ất Tỵ is 29/1/2025
    first = DAYS.on_or_after(date(2025, 1, 29))

    assert first > date(2025, 2, 1)
    assert kept(period, first).kept is Kept.ON_TIME
    assert kept(period, first + timedelta(days=1)).days == 1


def test_grace_is_told_apart_and_days_are_counted_from_the_last_one_on_time(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6", grace_days=2)  # Tuesday 17/6/2025

    assert kept(period, date(2025, 6, 17)).kept is Kept.ON_TIME
    assert kept(period, date(2025, 6, 19)).kept is Kept.GRACE
    late = kept(period, date(2025, 6, 20))
    assert (late.kept, late.days) == (Kept.LATE, 3)


def test_what_is_not_sent_counts_once_the_grace_is_over(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6", grace_days=2)

    assert kept(period, None, today=date(2025, 6, 19)).kept is Kept.COMING
    assert kept(period, None, today=date(2025, 6, 20)).kept is Kept.NOT_SENT


def test_nobody_is_judged_by_what_is_not_due(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6", grace_days=2)
    last = date(2025, 6, 19)
    sent = [date(2025, 6, 1), date(2025, 6, 18), None]  # on time, within grace, not yet

    def tallies(today: date) -> list[Tally]:
        found = [kept(period, day, today=today) for day in sent]
        return [Record(pack.units[0], REQUIRED, (one,)).tally for one in found]

    before, after = tallies(last), tallies(last + timedelta(days=1))

    assert [(one.judged, one.ahead) for one in before] == [(0, 1), (0, 1), (0, 0)]
    assert ranked(before) == []
    assert [(one.judged, one.ahead) for one in after] == [(1, 0)] * 3
    assert [(one.on_time, one.grace, one.not_sent) for one in after] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]


def test_more_time_is_what_counts(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6", grace_days=2)
    moment = datetime(2025, 6, 16, tzinfo=VIETNAM)
    found = SetDeadline(
        plan=pack.id, period=period.id, unit="X", until=date(2025, 6, 29), set_at=moment
    )
    own = extended(period, found, DAYS)  # Sunday: until Monday

    one = kept_in(period, own, REQUIRED, Sending(date(2025, 6, 30)), LATER)
    two = kept_in(period, own, REQUIRED, Sending(date(2025, 7, 1)), LATER)

    assert one
    assert two
    assert (one.kept, one.extended) == (Kept.ON_TIME, True)
    assert (two.kept, two.days) == (Kept.LATE, 1)


def test_who_is_invited_is_never_late(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6")

    assert kept(period, date(2025, 8, 1), INVITED).kept is Kept.SENT
    assert kept(period, date(2025, 8, 1), INVITED).days == 0
    assert kept(period, date(2025, 6, 1), INVITED).kept is Kept.ON_TIME


def test_what_was_withdrawn_before_its_deadline_is_owed_by_nobody(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6")
    closed = Period(
        **{name: getattr(period, name) for name in period.__slots__} | {"lock": date(2025, 6, 1)}
    )

    assert kept_in(period, closed, REQUIRED, None, LATER) is None
    assert kept_in(period, closed, REQUIRED, Sending(date(2025, 6, 1)), LATER)


def test_versions_and_returns_are_counted_and_cost_no_punctuality(pack: Pack) -> None:
    period = due(pack, "trước ngày 18/6")
    sending = Sending(date(2025, 6, 1), versions=3, returns=1)

    one = kept_in(period, period, REQUIRED, sending, LATER)

    assert one
    assert (one.kept, one.corrections, one.returns) == (Kept.ON_TIME, 2, 1)


def record(pack: Pack, place: int, *days: int | None) -> Record:
    """Return the record of a unit that sent so many days after each last one on time."""
    periods = [p for p in whole_calendar(pack, DAYS) if not p.form]
    found = [
        kept(p, None if late is None else p.last_on_time + timedelta(days=late))
        for p, late in zip(periods, days, strict=False)
    ]
    return Record(unit=pack.units[place], obligation=REQUIRED, periods=tuple(found))


def test_equal_counts_share_a_place_and_the_next_is_counted_on(pack: Pack) -> None:
    ways = ((0, 0), (0, -3), (0, 5), (0, 9), (0, None))
    good, also, late, later, silent = (record(pack, n, *way).tally for n, way in enumerate(ways))

    places = ranked([silent, later, also, late, good])

    assert [place for place, _ in places] == [1, 1, 3, 4, 5]
    assert {one.unit.code for _, one in places[:2]} == {good.unit.code, also.unit.code}
    assert [one for _, one in places[2:]] == [late, later, silent]


@given(st.lists(st.lists(st.none() | st.integers(-20, 60), min_size=4, max_size=4), max_size=8))
def test_what_units_come_to_together_is_what_each_comes_to(
    packs: Mapping[str, Pack], rows: list[list[int | None]]
) -> None:
    pack = packs["lai_chau_2021_2025"]
    records = [record(pack, place, *days) for place, days in enumerate(rows)]
    tallies = [one.tally for one in records]

    whole = together("", tallies)

    given_days = [late for days in rows for late in days]
    assert whole.judged == len(given_days)
    assert whole.not_sent == sum(late is None for late in given_days)
    assert whole.on_time + whole.grace + whole.late + whole.not_sent == whole.judged
    assert whole.on_time == sum(late is not None and late <= 0 for late in given_days)
    assert sum(one.days_late for one in tallies) == sum(
        one.days for found in records for one in found.periods if one.kept is Kept.LATE
    )
    places = ranked(tallies)
    assert [one.faults for _, one in places] == sorted(one.faults for _, one in places)
    assert len(places) == len(tallies)
