"""The ladder's rungs fall on the days that one counts by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from plans.calendar import Period, local
from plans.decisions import AskedFor, Request, SetDeadline, extended, request_period
from plans.ladder import (
    Stage,
    awake,
    digest_stages,
    next_awake,
    next_morning,
    reached,
    reporter_stages,
    this_afternoon,
)
from plans.pack import Pack
from plans.reminder_rules import ReminderRules
from plans.working_days import WorkingDays, load_working_days
from tests.scheduler.province import THREE, at, calendar, province

RULES = ReminderRules()
DAYS = load_working_days()
NAMES = ("opening", "T-7", "T-3", "T-1", "T", "T+1", "T+3", "T+7")

BY_HAND = {
    # Friday 14/6/2024: the first rung after it is a Saturday, and meets the second on Monday.
    "binh_thuan_2024 2024-Q2": "31/5 7/6 11/6 13/6 14/6 17/6 17/6 21/6",
    # Saturday 14/9/2024, on time until Monday; 2 and 3 September are holidays, 31/8 a Saturday.
    "binh_thuan_2024 2024-Q3": "30/8 6/9 11/9 13/9 13/9 17/9 19/9 23/9",
    "binh_thuan_2024 2024-Q4": "29/11 6/12 11/12 13/12 13/12 17/12 19/12 23/12",
    # Sunday 14/6/2026, on time until Monday 15.
    "province 2026-H1": "29/5 5/6 11/6 12/6 12/6 16/6 18/6 22/6",
    # Tết of 2026: nobody works from Saturday 14/2 to Sunday 22/2.
    "province 2026-Q1": "29/1 5/2 9/2 11/2 12/2 13/2 23/2 23/2",
    # Tết of 2027: from Thursday 4/2 to Wednesday 10/2.
    "province 2027-Q1": "29/1 3/2 3/2 11/2 12/2 15/2 15/2 19/2",
    # Tuesday 24/11/2026 is the Day of Culture: on time until Wednesday 25.
    "province 2026-M9": "10/11 17/11 20/11 23/11 23/11 26/11 30/11 2/12",
}


@pytest.fixture(scope="module")
def plans(packs: Mapping[str, Pack], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pack]:
    own = province(tmp_path_factory.mktemp("packs"), recurring=THREE)
    return {**packs, own.id: own}


def period_of(pack: Pack, id: str, days: WorkingDays = DAYS) -> Period:
    return next(p for p in calendar(pack, days).periods if p.id == id)


def days_told(stages: Sequence[Stage]) -> str:
    return " ".join(f"{s.at.day}/{s.at.month}" for s in stages)


@pytest.mark.parametrize("name", BY_HAND)
def test_rungs_fall_on_working_days(plans: dict[str, Pack], name: str) -> None:
    plan, id = name.split()
    stages = reporter_stages(RULES, period_of(plans[plan], id), DAYS)

    assert tuple(stage.name for stage in stages) == NAMES
    assert days_told(stages) == BY_HAND[name]
    assert {local(stage.at).time() for stage in stages} == {time(8)}


def test_a_worked_saturday_takes_a_rung(plans: dict[str, Pack]) -> None:
    period = replace(
        period_of(plans["province"], "2026-Q1"),
        named_day=date(2026, 1, 11),
        last_on_time=date(2026, 1, 12),
    )
    rungs = {s.name: local(s.at).date() for s in reporter_stages(RULES, period, DAYS)}

    # Saturday 10/1/2026 is worked for Friday 2/1.
    assert rungs["T-1"] == rungs["T"] == date(2026, 1, 10)
    assert rungs["T-7"] == date(2025, 12, 31)  # 4/1 is a Sunday, 2/1 and 1/1 are days off


def test_the_operator_decides_about_the_day_of_culture(plans: dict[str, Pack]) -> None:
    worked = WorkingDays(worked=frozenset({date(2026, 11, 24)}))
    period = period_of(plans["province"], "2026-M9", worked)

    assert period.last_on_time == date(2026, 11, 24)
    assert days_told(reporter_stages(RULES, period, worked)[4:6]) == "24/11 25/11"


def test_invited_bodies_have_no_overdue_rungs(plans: dict[str, Pack]) -> None:
    stages = reporter_stages(RULES, period_of(plans["province"], "2026-H1"), DAYS, invited=True)

    assert [stage.name for stage in stages] == ["opening", "T-7", "T-1"]


def test_digests(plans: dict[str, Pack]) -> None:
    stages = digest_stages(RULES, period_of(plans["province"], "2026-H1"), DAYS)

    assert [f"{s.name} {local(s.at):%d/%m %H:%M}" for s in stages] == [
        "opening 29/05 08:00",
        "T-7 05/06 08:00",
        "T-3 11/06 08:00",
        "T-1 12/06 08:00",
        "T 12/06 16:00",
        "T+1 16/06 08:00",
        "lock 26/06 08:00",
    ]


def test_a_rung_that_is_written_twice_comes_once(plans: dict[str, Pack]) -> None:
    rules = ReminderRules(days=(-7, -7, 1, 1), digest_days=(0, 0))
    period = period_of(plans["province"], "2026-H1")

    assert [s.name for s in reporter_stages(rules, period, DAYS)] == ["opening", "T-7", "T+1"]
    assert [s.name for s in digest_stages(rules, period, DAYS)] == ["opening", "T", "lock"]


def test_an_extension_has_a_ladder_of_its_own_from_when_it_was_given(
    plans: dict[str, Pack],
) -> None:
    given = SetDeadline(
        plan="province",
        period="2026-H1",
        unit="V0001",
        until=date(2026, 6, 22),
        set_at=at("2026-06-16 09:00"),
    )
    own = extended(period_of(plans["province"], "2026-H1"), given, DAYS)

    # Of T-7 and T-3 the first was past; 21/6 is a Sunday.
    assert [f"{s.name} {local(s.at):%d/%m}" for s in reporter_stages(RULES, own, DAYS)] == [
        "T-3 2026-06-22 19/06",
        "T-1 2026-06-22 19/06",
        "T 2026-06-22 22/06",
        "T+1 2026-06-22 23/06",
        "T+3 2026-06-22 25/06",
        "T+7 2026-06-22 29/06",
    ]


def request(closed_at: datetime | None = None) -> Request:
    return Request(
        plan="province",
        number=1,
        title="Số liệu gấp",
        questions=(AskedFor(label="Số cuộc", measure="cuộc"),),
        units=("V0001",),
        until=date(2026, 6, 26),
        opened_at=at("2026-06-17 10:30"),
        closed_at=closed_at,
    )


def test_a_request_opens_when_it_is_made(plans: dict[str, Pack]) -> None:
    period = request_period(plans["province"], request(), None, DAYS)

    assert [f"{s.name.split()[0]} {local(s.at):%d/%m %H:%M}" for s in digests(period)] == [
        "opening 17/06 10:30",
        "T-7 19/06 08:00",
        "T-3 23/06 08:00",
        "T-1 25/06 08:00",
        "T 26/06 16:00",
        "T+1 29/06 08:00",
        "lock 07/07 08:00",
    ]


def digests(period: Period) -> tuple[Stage, ...]:
    return digest_stages(RULES, period, DAYS)


def test_of_a_request_that_was_withdrawn_coordinators_hear_no_more(
    plans: dict[str, Pack],
) -> None:
    withdrawn = request(closed_at=at("2026-06-22 15:00"))

    assert digests(request_period(plans["province"], withdrawn, None, DAYS)) == ()


def test_a_rung_missed_yesterday_waits_for_the_usual_hour(plans: dict[str, Pack]) -> None:
    stages = reporter_stages(RULES, period_of(plans["province"], "2026-H1"), DAYS)

    def names(moment: str) -> list[str]:
        return [stage.name for stage in reached(RULES, stages, at(moment))]

    assert names("2026-06-05 07:59") == []
    assert names("2026-06-05 08:00") == ["opening", "T-7"]
    assert names("2026-06-06 07:30") == []
    assert names("2026-06-12 08:00") == ["opening", "T-7", "T-3", "T-1", "T"]


@pytest.mark.parametrize(
    ("moment", "is_awake"),
    [
        ("2026-06-05 06:59", False),
        ("2026-06-05 07:00", True),
        ("2026-06-05 19:59", True),
        ("2026-06-05 20:00", False),
        ("2026-06-06 10:00", False),
        ("2026-01-02 10:00", False),
        ("2026-01-10 10:00", True),
        ("2026-02-16 10:00", False),
        ("2026-11-24 10:00", False),
    ],
)
def test_nobody_is_reminded_at_night_and_on_days_off(moment: str, is_awake: bool) -> None:
    assert awake(RULES, at(moment), DAYS) is is_awake


def test_what_a_coordinator_orders_waits_for_the_morning_only() -> None:
    assert next_awake(RULES, at("2026-06-06 10:00")) == at("2026-06-06 10:00")
    assert next_awake(RULES, at("2026-06-05 21:00")) == at("2026-06-06 07:00")
    assert next_awake(RULES, at("2026-06-06 05:00")) == at("2026-06-06 07:00")


def test_moments_to_be_reminded_again() -> None:
    assert this_afternoon(at("2026-06-05 13:59"), DAYS) == at("2026-06-05 14:00")
    assert this_afternoon(at("2026-06-05 14:00"), DAYS) is None
    assert this_afternoon(at("2026-06-06 09:00"), DAYS) is None
    assert next_morning(RULES, at("2026-06-05 09:00"), DAYS) == at("2026-06-08")
    assert next_morning(RULES, at("2026-02-13 09:00"), DAYS) == at("2026-02-23")
