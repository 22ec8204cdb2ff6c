"""Periods, windows, deadlines, grace, locks and lateness: each rule of design.md §3 is a test."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.calendar import (
    Period,
    Timeliness,
    Window,
    calendar_of,
    days_late,
    end_of,
    local,
    timeliness,
    today_of,
    whole_calendar,
)
from plans.errors import PlanError
from plans.pack import CalendarRules, Pack
from plans.units import Unit
from plans.working_days import WorkingDays, load_working_days

WEEKENDS = WorkingDays()
BT, QN = "binh_thuan_2024", "quang_ninh_2021_2025"
Rule = dict[str, object]
HALF: Rule = {
    "id": "H1",
    "kind": "half_year",
    "from": "15/12 năm trước",
    "to": "14/6",
    "deadline": "trước ngày 15/6",
}


def day(text: str) -> date:
    """Read 14/6/2024."""
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()


def window(first: str, last: str) -> Window:
    return Window(first=day(first), last=day(last))


def planned(pack: Pack, *recurring: Rule, **rules: object) -> Pack:
    """Return a pack of 2020-2030 with these periods and nothing else."""
    calendar = CalendarRules.model_validate({"recurring": recurring, **rules})
    years = {"valid_from": date(2020, 1, 1), "valid_to": date(2030, 12, 31)}
    return pack.model_copy(update={"calendar": calendar, **years})


def due(pack: Pack, year: int, deadline: str, days: WorkingDays = WEEKENDS) -> Period:
    """Return the only period of a year, with this deadline."""
    [period] = calendar_of(planned(pack, HALF | {"deadline": deadline}), year, days)
    return period


@pytest.fixture
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs[BT]


def unit_of(type: str) -> Unit:
    return Unit(code="01", name="A unit", type=type)


class TestMerging:
    def test_periods_with_one_deadline_are_sent_as_one(self, packs: Mapping[str, Pack]) -> None:
        periods = calendar_of(packs[BT], 2024, WEEKENDS)

        assert [(p.id, [part.id[5:] for part in p.parts]) for p in periods] == [
            ("2024-Q1", ["Q1"]),
            ("2024-Q2", ["Q2", "H1"]),
            ("2024-Q3", ["Q3", "M9"]),
            ("2024-Q4", ["Q4", "Y"]),
        ]

    def test_only_new_days_are_asked_for_and_the_running_total_is_of_the_longest(
        self, packs: Mapping[str, Pack]
    ) -> None:
        periods = calendar_of(packs[BT], 2024, WEEKENDS)

        assert [p.asks for p in periods] == [
            window("15/12/2023", "14/3/2024"),
            window("15/3/2024", "14/6/2024"),
            window("15/6/2024", "14/9/2024"),
            window("15/9/2024", "14/12/2024"),
        ]
        assert [p.widest.first for p in periods] == [day("15/12/2023")] * 4

    def test_half_a_year_and_the_year_after_it(self, packs: Mapping[str, Pack]) -> None:
        half, year = calendar_of(packs[QN], 2023, WEEKENDS)

        assert (half.id, half.asks) == ("2023-H1", window("15/12/2022", "14/6/2023"))
        assert (year.id, year.asks) == ("2023-Y", window("15/6/2023", "14/12/2023"))
        assert year.widest == window("15/12/2022", "14/12/2023")

    def test_a_year_whose_half_is_not_reported_asks_for_all_of_it(
        self, packs: Mapping[str, Pack]
    ) -> None:
        year = calendar_of(packs[QN], 2021, WEEKENDS)[-1]

        assert (year.id, year.asks) == ("2021-Y", window("15/12/2020", "14/12/2021"))

    def test_no_plan_asks_for_a_day_twice_or_leaves_one_out(
        self, packs: Mapping[str, Pack]
    ) -> None:
        for pack in packs.values():
            periods = [p for p in whole_calendar(pack, WEEKENDS) if not p.form]
            for before, after in pairwise(periods):
                assert after.asks.first == before.asks.last + timedelta(1), after.id

    def test_kinds_of_units_with_rules_of_their_own_are_apart(self, pack: Pack) -> None:
        two = (
            HALF | {"unit_types": ["commune"]},
            HALF | {"id": "H2", "deadline": "trước ngày 10/6", "unit_types": ["district"]},
        )

        district, commune = calendar_of(planned(pack, *two), 2024, WEEKENDS)

        assert commune.concerns(unit_of("commune"))
        assert not commune.concerns(unit_of("district"))
        assert district.asks == commune.asks


class TestDeadlines:
    @pytest.mark.parametrize(
        ("deadline", "last"),
        [
            ("trước ngày 15/6", "14/6/2024"),
            ("chậm nhất ngày 14/6", "14/6/2024"),
            ("đến ngày 14/6", "14/6/2024"),
            ("trước ngày 1/3", "29/2/2024"),
        ],
    )
    def test_before_excludes_the_named_day_and_until_includes_it(
        self, pack: Pack, deadline: str, last: str
    ) -> None:
        assert due(pack, 2024, deadline).last_on_time == day(last)

    @pytest.mark.parametrize(
        ("year", "deadline", "last"),
        [
            (2026, "trước ngày 15/6", "15/6/2026"),  # the 14th is a Sunday
            (2025, "trước ngày 15/6", "16/6/2025"),  # the 14th is a Saturday
            (2024, "trước ngày 15/6", "14/6/2024"),  # a Friday
            (2025, "đến ngày 30/4", "5/5/2025"),  # two public holidays and a swapped Friday
            (2026, "trước ngày 17/2", "23/2/2026"),  # Tết Bính Ngọ and the week-end after it
            (2025, "chậm nhất ngày 2/9", "3/9/2025"),  # National Day and the day before it
        ],
    )
    def test_a_deadline_rolls_on_to_the_next_working_day(
        self, pack: Pack, year: int, deadline: str, last: str
    ) -> None:
        assert due(pack, year, deadline).last_on_time == day(last)

    def test_the_operators_days_win_over_the_rules(self, pack: Pack) -> None:
        friday, saturday, sunday = (day(f"{n}/6/2024") for n in (14, 15, 16))
        off = WorkingDays(off=frozenset({friday}))
        swapped = WorkingDays(off=frozenset({friday}), worked=frozenset({saturday}))

        assert due(pack, 2024, "trước ngày 15/6", off).last_on_time == day("17/6/2024")
        assert due(pack, 2024, "trước ngày 15/6", swapped).last_on_time == saturday
        assert not swapped.works(sunday)

    def test_the_shipped_swap_of_2026_is_read(self) -> None:
        days = load_working_days()

        assert not days.works(day("2/1/2026"))
        assert days.works(day("10/1/2026"))
        assert days.on_or_before(day("4/1/2026")) == day("31/12/2025")

    def test_a_day_of_rest_that_was_swapped_is_worked(self) -> None:
        days = load_working_days()

        assert days.works(day("22/8/2026"))
        assert not days.works(day("31/8/2026"))

    def test_the_operators_own_days_win_over_the_release(self, tmp_path: Path) -> None:
        path = tmp_path / "days.yaml"
        path.write_text("days_off: [2026-06-12]\ndays_worked: [2026-11-24]", encoding="utf-8")

        days = load_working_days(path)

        assert not days.works(day("12/6/2026"))
        assert days.works(day("24/11/2026"))
        assert not days.works(day("2/1/2026"))

    def test_overrides_of_another_shape_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "days.yaml"
        path.write_text("holidays: [2026-01-02]", encoding="utf-8")

        with pytest.raises(PlanError, match="days_off and days_worked"):
            load_working_days(path)


class TestGraceAndLock:
    def test_grace_and_lock_are_counted_from_the_written_date(self, pack: Pack) -> None:
        [period] = calendar_of(planned(pack, HALF, grace_days=3, lock_days=10), 2024, WEEKENDS)

        assert (period.grace_until, period.lock) == (day("17/6/2024"), day("25/6/2024"))
        assert not period.locked(day("25/6/2024"))
        assert period.locked(day("26/6/2024"))

    def test_neither_ends_before_the_last_day_on_time(self, pack: Pack) -> None:
        [period] = calendar_of(planned(pack, HALF, grace_days=0, lock_days=0), 2026, WEEKENDS)

        assert period.last_on_time == period.grace_until == period.lock == day("15/6/2026")

    def test_a_period_may_have_its_own_and_of_merged_ones_the_kinder_counts(
        self, pack: Pack
    ) -> None:
        quarter = HALF | {"id": "Q2", "kind": "quarter", "from": "15/3", "grace_days": 5}
        half = HALF | {"lock_days": 30}

        [period] = calendar_of(planned(pack, quarter, half, lock_days=10), 2024, WEEKENDS)

        assert (period.grace_until, period.lock) == (day("19/6/2024"), day("15/7/2024"))

    def test_a_period_opens_some_days_before_its_deadline(self, pack: Pack) -> None:
        [period] = calendar_of(planned(pack, HALF, open_days=14), 2024, WEEKENDS)

        assert period.opens == day("31/5/2024")


class TestLateness:
    @pytest.mark.parametrize(
        ("sent", "state", "late"),
        [
            ("1/1/2026", Timeliness.ON_TIME, 0),
            ("15/6/2026", Timeliness.ON_TIME, 0),
            ("16/6/2026", Timeliness.GRACE, 0),
            ("17/6/2026", Timeliness.GRACE, 0),
            ("18/6/2026", Timeliness.LATE, 3),
            ("1/7/2026", Timeliness.LATE, 16),
        ],
    )
    def test_lateness_is_judged_by_the_rolled_deadline(
        self, pack: Pack, sent: str, state: Timeliness, late: int
    ) -> None:
        [period] = calendar_of(planned(pack, HALF, grace_days=3), 2026, WEEKENDS)

        assert (timeliness(period, day(sent)), days_late(period, day(sent))) == (state, late)

    @given(
        year=st.integers(2020, 2030),
        month=st.integers(1, 12),
        number=st.integers(1, 28),
        edge=st.sampled_from(["trước ngày", "chậm nhất ngày", "đến ngày"]),
        grace=st.integers(0, 31),
        lock=st.integers(0, 60),
    )
    def test_whatever_the_deadline_its_moments_stand_in_order(
        self,
        packs: Mapping[str, Pack],
        year: int,
        month: int,
        number: int,
        edge: str,
        grace: int,
        lock: int,
    ) -> None:
        rule = HALF | {"deadline": f"{edge} {number}/{month}"}
        pack = planned(packs[BT], rule, grace_days=grace, lock_days=lock)
        [period] = calendar_of(pack, year, WEEKENDS)

        assert period.opens <= period.named_day
        assert period.last_on_time <= period.grace_until <= period.lock
        assert WEEKENDS.works(period.last_on_time)
        assert days_late(period, period.grace_until) == 0
        assert days_late(period, period.lock + timedelta(1)) >= 1
        assert not any(
            WEEKENDS.works(period.named_day + timedelta(n))
            for n in range((period.last_on_time - period.named_day).days)
            if edge != "trước ngày"
        )


class TestOneOffAndValidity:
    def test_an_obligation_with_one_date_has_its_form_and_its_units(
        self, packs: Mapping[str, Pack]
    ) -> None:
        one_off = calendar_of(packs[QN], 2021, WEEKENDS)[0]

        assert (one_off.id, one_off.form) == ("2021-KH2021", "own_plan")
        assert one_off.asks == window("19/10/2021", "14/11/2021")
        assert one_off.last_on_time == day("15/11/2021")
        assert one_off.concerns(unit_of("district"))
        assert not one_off.concerns(unit_of("commune"))

    def test_a_plan_has_no_period_outside_its_years(self, packs: Mapping[str, Pack]) -> None:
        years = {p.year for p in whole_calendar(packs[QN], WEEKENDS)}

        assert years == set(range(2021, 2026))
        assert calendar_of(packs[QN], 2020, WEEKENDS) == ()
        assert calendar_of(packs[QN], 2026, WEEKENDS) == ()

    def test_a_period_may_come_in_some_years_only(self, pack: Pack) -> None:
        some = planned(pack, HALF | {"years": [2024]})

        assert len(calendar_of(some, 2024, WEEKENDS)) == 1
        assert calendar_of(some, 2025, WEEKENDS) == ()


class TestClocks:
    def test_days_are_those_of_viet_nam(self) -> None:
        evening = datetime(2024, 6, 14, 17, 0, tzinfo=UTC)

        assert today_of(evening) == day("15/6/2024")
        assert today_of(evening - timedelta(seconds=1)) == day("14/6/2024")
        assert local(evening).isoformat() == "2024-06-15T00:00:00+07:00"
        assert end_of(day("14/6/2024")) == evening - timedelta(seconds=1)
