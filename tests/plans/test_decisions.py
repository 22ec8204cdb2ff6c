"""What coordinators decide beside the plan: requests make forms and periods, dates move."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.calendar import VIETNAM, whole_calendar
from plans.decisions import (
    QUESTIONS_MOST,
    AskedFor,
    Decisions,
    Request,
    SetDeadline,
    calendars,
    extended,
    request_period,
    with_requests,
)
from plans.dialogue import questions_in
from plans.pack import IndicatorKind, Pack
from plans.receipts import looks_like_receipt, receipt
from plans.working_days import WorkingDays
from plans.world import World

PLAN = "binh_thuan_2024"
DAYS = WorkingDays()
OPENED = datetime(2024, 6, 11, 8, tzinfo=VIETNAM)
COUNT = AskedFor(label="Số cơ sở", measure="")
MONEY = AskedFor(label="Kinh phí", measure="triệu đồng", money=True)
YES_NO = AskedFor(label="Có kế hoạch", measure="có/không", kind=IndicatorKind.YES_NO)


def request(
    number: int = 1, questions: Sequence[AskedFor] = (COUNT,), **changed: object
) -> Request:
    made = Request(
        plan=PLAN,
        number=number,
        title="Rà soát cơ sở karaoke",
        questions=tuple(questions),
        units=("22915", "22918"),
        until=date(2024, 6, 20),
        opened_at=OPENED,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def set_for(unit: str, until: date, at: datetime = OPENED, period: str = "2024-YC1") -> SetDeadline:
    return SetDeadline(plan=PLAN, period=period, unit=unit, until=until, set_at=at)


@pytest.fixture
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs[PLAN]


def world_of(
    packs: Mapping[str, Pack], *requests: Request, deadlines: Sequence[SetDeadline] = ()
) -> World:
    world = World(packs=packs, working_days=DAYS, secret=b"")
    return world.decided(Decisions(requests=requests, deadlines=tuple(deadlines)))


numbers = st.lists(st.integers(1, 700), min_size=1, max_size=12, unique=True)
sizes = st.integers(1, QUESTIONS_MOST)
own_codes = st.sets(st.from_regex(r"\A[ZWY][A-C]0[0-9]\Z"), max_size=12)


@given(numbers=numbers, data=st.data(), own=own_codes)
def test_codes_never_collide_with_each_other_or_with_the_packs(
    packs: Mapping[str, Pack], numbers: list[int], data: st.DataObject, own: set[str]
) -> None:
    pack = packs[PLAN]
    known = dict(pack.indicators) | dict.fromkeys(own, pack.indicators["TT02"])
    pack = pack.model_copy(update={"indicators": known})
    requests = [request(n, [COUNT] * data.draw(sizes)) for n in sorted(numbers)]

    found = with_requests(pack, requests)

    codes = [code for r in requests for code in found.forms[r.form].questions]
    assert len(codes) == len(set(codes)) == sum(len(r.questions) for r in requests)
    assert not set(codes) & set(known)
    assert all(re.fullmatch(r"[A-Z]{2}\d{2}", code) for code in codes)
    assert set(found.indicators) == set(known) | set(codes)
    assert {name: found.forms[name] for name in pack.forms} == dict(pack.forms)


@given(numbers=numbers, more=st.integers(701, 900))
def test_a_request_keeps_its_codes_whatever_comes_after_or_is_missing(
    packs: Mapping[str, Pack], numbers: list[int], more: int
) -> None:
    requests = [request(n, [COUNT, MONEY]) for n in sorted(numbers)]
    every = with_requests(packs[PLAN], [*requests, request(more)])

    for one in requests:
        alone = with_requests(packs[PLAN], [one])
        assert every.forms[one.form].questions == alone.forms[one.form].questions


def test_no_pack_names_anything_as_requests_do(packs: Mapping[str, Pack]) -> None:
    for pack in packs.values():
        assert not [code for code in pack.indicators if code[0] in "ZWJF"]
        ids = [part.id for p in whole_calendar(pack, DAYS) for part in p.parts]
        assert not [id for id in ids if "-YC" in id]


def test_a_question_is_read_as_it_was_asked(packs: Mapping[str, Pack]) -> None:
    world = world_of(packs, request(questions=(COUNT, MONEY, YES_NO)))
    period = world.period(PLAN, "2024-YC1")
    assert period

    asked = [q.indicator for q in questions_in(world.packs[PLAN], period, "22915")]

    assert [i.label.in_language("en") for i in asked] == ["Số cơ sở", "Kinh phí", "Có kế hoạch"]
    assert [i.measure.in_language("en") for i in asked] == ["", "triệu đồng", "có/không"]
    assert [i.answer_kind for i in asked] == ["count", "money", "yes_no"]


def test_only_the_units_that_were_named_owe_it(packs: Mapping[str, Pack]) -> None:
    world = world_of(packs, request())
    period = world.period(PLAN, "2024-YC1")

    assert period
    assert {unit.code for unit in world.owing(PLAN, period)} == {"22915", "22918"}


def test_the_plan_itself_stays_as_it_is(packs: Mapping[str, Pack]) -> None:
    before, world = World(packs=packs, working_days=DAYS, secret=b""), world_of(packs, request())

    decided = [p for p in world.calendars[PLAN] if not p.on_request]
    assert decided == list(before.calendars[PLAN])
    assert world.packs["lai_chau_2013"] is packs["lai_chau_2013"]
    assert "ZA01" not in packs[PLAN].indicators


def test_a_request_has_receipts_that_can_be_looked_up(pack: Pack) -> None:
    period = request_period(pack, request(number=12), None, DAYS)

    found = receipt(PLAN, period, "22915", 1, OPENED.isoformat(), {})

    assert found.startswith("BC-24YC12-22915-")
    assert looks_like_receipt(found)


def test_a_request_is_no_period_to_compare_with(packs: Mapping[str, Pack]) -> None:
    world = world_of(packs, request())
    half = world.period(PLAN, "2024-Q2")
    asked = world.period(PLAN, "2024-YC1")
    assert half
    assert asked

    assert asked not in world.before(PLAN, half)
    assert asked not in world.year_so_far(PLAN, half)


class TestDates:
    def test_a_day_off_is_rolled(self, pack: Pack) -> None:
        period = request_period(pack, request(until=date(2024, 6, 22)), None, DAYS)

        assert period.named_day == date(2024, 6, 22)
        assert period.last_on_time == date(2024, 6, 24)
        assert period.lock == date(2024, 6, 22) + timedelta(pack.calendar.lock_days)

    def test_a_date_for_everybody_moves_it_and_its_name_stays(
        self, packs: Mapping[str, Pack]
    ) -> None:
        later = set_for("", date(2025, 1, 6), OPENED + timedelta(days=2))
        world = world_of(packs, request(), deadlines=[later])

        period = world.period(PLAN, "2024-YC1")

        assert period
        assert (period.named_day, period.opens) == (date(2025, 1, 6), date(2024, 6, 11))
        assert period.lock > date(2025, 1, 6)
        assert period.year == 2024

    def test_a_unit_may_have_longer(self, packs: Mapping[str, Pack]) -> None:
        longer = set_for("22915", date(2024, 7, 10))
        world = world_of(packs, request(), deadlines=[longer])
        period = world.period(PLAN, "2024-YC1")
        assert period

        assert world.unit_period(PLAN, period, "22915").lock == date(2024, 7, 10)
        assert world.unit_period(PLAN, period, "22918") == period

    @pytest.mark.parametrize("closed", [0, 3, 60])
    def test_withdrawn_it_is_closed_to_everybody_at_once(
        self, packs: Mapping[str, Pack], closed: int
    ) -> None:
        at = OPENED + timedelta(days=closed)
        longer = set_for("22915", date(2024, 12, 10))
        everybody = set_for("", date(2024, 11, 11))
        world = world_of(packs, request(closed_at=at), deadlines=[longer, everybody])
        period = world.period(PLAN, "2024-YC1")
        assert period

        assert period.locked(at.date())
        assert world.unit_period(PLAN, period, "22915").locked(at.date())

    def test_the_plans_own_periods_open_again_for_a_unit(self, pack: Pack) -> None:
        period = whole_calendar(pack, DAYS)[0]
        longer = set_for("22915", period.lock + timedelta(days=30), period=period.id)

        assert extended(period, longer, DAYS).lock >= period.lock + timedelta(days=30)

    def test_dates_of_another_plan_change_nothing(self, packs: Mapping[str, Pack]) -> None:
        other = replace(set_for("", date(2024, 12, 1)), plan="lai_chau_2013")
        written = {PLAN: whole_calendar(packs[PLAN], DAYS)}

        found = calendars({PLAN: packs[PLAN]}, written, Decisions(deadlines=(other,)), DAYS)

        assert found == {PLAN: written[PLAN]}
