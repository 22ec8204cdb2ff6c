"""The planner by hand: who is told of what, on which day, and who is not."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from plans.ladder import Audience
from plans.pack import Pack
from plans.people import RoleKind
from scheduler.known import Told
from tests.scheduler.desk import Desk, hourly, lines, told
from tests.scheduler.province import THREE, at, province

ANN, BINH, CHI, DUNG, EM = 1, 2, 3, 4, 5
UNIT, OTHER, DISTRICT, BODY = "V0001", "V0002", "D01", "B01"
DIGEST = "digest"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return province(tmp_path_factory.mktemp("packs"), recurring=THREE)


@pytest.fixture
def desk(pack: Pack) -> Desk:
    return Desk.of(pack)


JUNE = ("2026-05-20", "2026-07-20")


class TestTheLadder:
    def test_of_a_deadline_on_a_sunday(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        found = desk.sweeps(hourly(*JUNE))

        assert told(found) == [
            "29/05 08:00 opening 1",
            "05/06 08:00 T-7 1",
            "11/06 08:00 T-3 1",
            "12/06 08:00 T 1",
            "16/06 08:00 T+1 1",
            "18/06 08:00 T+3 1",
            "22/06 08:00 T+7 1",
        ]
        assert [o.stage for _, o in found if o.skipped and o.audience == "reporter"] == ["T-1"]

    def test_of_binh_thuan_where_two_rungs_meet(self, packs: Mapping[str, Pack]) -> None:
        desk = Desk.of(packs["binh_thuan_2024"])
        desk.join("22915", ANN)
        found = desk.sweeps(hourly("2024-05-20", "2024-07-01"))

        assert told(found) == [
            "31/05 08:00 opening 1",
            "07/06 08:00 T-7 1",
            "11/06 08:00 T-3 1",
            "13/06 08:00 T-1 1",
            "14/06 08:00 T 1",
            "17/06 08:00 T+3 1",
            "21/06 08:00 T+7 1",
        ]

    def test_around_tet_and_its_lock(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.watch(CHI)
        found = desk.sweeps(hourly("2026-01-20", "2026-03-20"))

        # T+3 and T+7 would come on 23/2; the lock of 22/2 is past by then, and said to be.
        assert told(found)[-3:] == ["11/02 08:00 T-1 1", "12/02 08:00 T 1", "13/02 08:00 T+1 1"]
        assert told(found, DIGEST)[-1] == "23/02 08:00 digest lock 3"

    def test_around_tet_of_the_year_after(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        found = desk.sweeps(hourly("2027-01-20", "2027-03-20"))

        assert told(found) == [
            "29/01 08:00 opening 1",
            "03/02 08:00 T-3 1",
            "11/02 08:00 T-1 1",
            "12/02 08:00 T 1",
            "15/02 08:00 T+3 1",
            "19/02 08:00 T+7 1",
        ]

    def test_around_the_day_of_culture(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        found = desk.sweeps(hourly("2026-11-01", "2026-12-20"))

        assert told(found)[-5:] == [
            "20/11 08:00 T-3 1",
            "23/11 08:00 T 1",
            "26/11 08:00 T+1 1",
            "30/11 08:00 T+3 1",
            "02/12 08:00 T+7 1",
        ]

    def test_stops_when_the_report_is_there(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.sweep(at("2026-06-11"))
        desk.sent["2026-H1"] = {UNIT}

        assert desk.sweeps(hourly("2026-06-11 09:00", "2026-07-20")) == []

    def test_of_an_invited_body_ends_before_the_deadline(self, desk: Desk) -> None:
        desk.join(BODY, ANN, BINH)
        desk.watch(CHI)
        found = desk.sweeps(hourly(*JUNE))

        assert told(found) == ["29/05 08:00 opening 1", "05/06 08:00 T-7 1", "12/06 08:00 T-1 1"]
        assert not [o for _, o in found if o.unit == BODY and o.audience != "reporter"]

    def test_nothing_is_due_at_night_and_on_days_off(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)

        assert desk.plan(at("2026-06-05 08:00"))
        for moment in ("2026-06-05 20:00", "2026-06-06 10:00", "2026-06-08 06:59"):
            assert desk.plan(at(moment)) == []


class TestMissedRungs:
    def test_the_newest_comes_once_and_those_before_are_recorded(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.sweep(at("2026-05-29"))

        assert lines(desk.sweep(at("2026-06-11 10:17"))) == [
            "V0001 T-3 1 reporter",
            "V0001 T-7 1 reporter skipped",
        ]
        assert desk.sweeps(hourly("2026-06-11 11:00", "2026-06-12 07:00")) == []

    def test_one_missed_on_an_earlier_day_waits_for_the_usual_hour(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)

        assert told(desk.sweeps(hourly("2026-06-05 09:00", "2026-06-05 19:00"))) == [
            "05/06 09:00 T-7 1"
        ]
        missed = Desk.of(desk.pack)
        missed.join(UNIT, ANN)
        assert told(missed.sweeps(hourly("2026-06-06 09:00", "2026-06-09 09:00", 30))) == [
            "08/06 08:00 T-7 1"
        ]

    def test_escalations_that_were_missed_are_told_once_each(self, desk: Desk) -> None:
        """Down over T+1 and T+3: colleagues, the district and the coordinator hear of it later."""
        desk.join(UNIT, ANN, BINH)
        desk.join(DISTRICT, CHI)
        desk.sent["2026-H1"] = {DISTRICT}
        desk.watch(DUNG, DISTRICT)
        desk.watch(EM)
        desk.sweep(at("2026-06-12"))

        assert lines(o for o in desk.sweep(at("2026-06-19 10:00")) if o.unit == UNIT) == [
            "V0001 T+1 1 reporter skipped",
            "V0001 T+3 1 reporter",
            "V0001 T+3 2 colleague",
            "V0001 T+3 3 above",
            "V0001 T+3 4 above",
        ]
        later = desk.sweeps(hourly("2026-06-19 11:00", "2026-07-20"))
        found = [(now, o) for now, o in later if o.unit == UNIT]
        assert told(found) == ["22/06 08:00 T+7 1"]
        assert told(found, "coordinator") == ["22/06 08:00 T+7 5"]
        assert not told(found, "above") + told(found, "colleague")

    def test_all_escalations_at_once(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.watch(DUNG, DISTRICT)
        desk.watch(EM)

        found = [o for o in desk.sweep(at("2026-06-23")) if o.unit == UNIT and not o.skipped]
        assert lines(o for o in found if o.audience != DIGEST) == [
            "V0001 T+7 1 reporter",
            "V0001 T+7 2 colleague",
            "V0001 T+7 4 above",
            "V0001 T+7 5 coordinator",
        ]

    def test_the_clock_going_back_an_hour_repeats_nothing(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.watch(DUNG)
        moments = []
        for now in hourly("2026-05-25", "2026-07-10", 30):
            moments += [now, now - timedelta(hours=1), now]

        assert told(desk.sweeps(moments)) == [
            "29/05 08:00 opening 1",
            "05/06 08:00 T-7 1",
            "11/06 08:00 T-3 1",
            "12/06 08:00 T 1",
            "16/06 08:00 T+1 1",
            "18/06 08:00 T+3 1",
            "22/06 08:00 T+7 1",
        ]

    def test_the_clock_going_back_tells_no_earlier_rung_to_somebody_else(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.sweeps([at("2026-06-05"), at("2026-06-11")])
        desk.leave(UNIT, ANN)

        assert desk.plan(at("2026-06-11 07:10")) == []
        assert lines(desk.plan(at("2026-06-11 08:10"))) == ["V0001 T-3 2 reporter"]


class TestWhoIsTold:
    def test_who_last_wrote_the_figures(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.active[UNIT] = BINH

        assert lines(desk.sweep(at("2026-05-29"))) == ["V0001 opening 2 reporter"]
        desk.active[UNIT] = ANN
        assert desk.plan(at("2026-05-29 09:00")) == []

    def test_who_joined_after_a_rung_is_not_told_of_it(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, since=at("2026-06-05 08:01"))

        assert told(desk.sweeps(hourly("2026-06-05", "2026-06-12"))) == [
            "11/06 08:00 T-3 1",
            "12/06 08:00 T 1",
        ]

    def test_somebody_new_who_writes_figures_hides_nobody(self, desk: Desk) -> None:
        """Down over T-7; before the sweep somebody joined and began: who was there is told."""
        desk.join(UNIT, ANN)
        desk.join(UNIT, BINH, since=at("2026-06-05 21:30"))
        desk.active[UNIT] = BINH

        assert lines(o for o in desk.plan(at("2026-06-08")) if not o.skipped) == [
            "V0001 T-7 1 reporter"
        ]

    def test_who_is_unreachable_is_passed_over(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, reachable=False)
        desk.join(UNIT, BINH)

        assert lines(desk.sweep(at("2026-05-29"))) == ["V0001 opening 2 reporter"]

    def test_what_did_not_arrive_goes_to_the_next(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.sweep(at("2026-05-29"))
        desk.unreachable(UNIT, ANN)

        assert lines(desk.sweep(at("2026-05-29 08:01"))) == ["V0001 opening 2 reporter"]
        assert desk.plan(at("2026-05-29 08:02")) == []

    def test_what_was_given_up_goes_to_the_next_though_the_first_is_back(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        told_to_nobody = Told(stage="opening", person_id=ANN, audience=Audience.REPORTER, lost=True)
        desk.told["2026-H1", UNIT] = [told_to_nobody]

        assert lines(desk.sweep(at("2026-05-29 09:00"))) == ["V0001 opening 2 reporter"]
        assert desk.plan(at("2026-05-29 09:01")) == []

    def test_who_was_told_as_a_colleague_is_not_told_once_more(self, desk: Desk) -> None:
        """The first contact blocks the bot at T+1: the other one knows already."""
        desk.join(UNIT, ANN, BINH)
        assert lines(o for o in desk.sweep(at("2026-06-16")) if not o.skipped) == [
            "V0001 T+1 1 reporter",
            "V0001 T+1 2 colleague",
        ]
        desk.unreachable(UNIT, ANN)

        assert not [o for o in desk.plan(at("2026-06-16 08:01")) if not o.skipped]
        assert lines(o for o in desk.plan(at("2026-06-18")) if not o.skipped) == [
            "V0001 T+3 2 reporter"
        ]

    def test_who_was_told_from_above_is_not_told_once_more(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.join(DISTRICT, BINH)
        desk.sent["2026-H1"] = {DISTRICT}
        desk.sweep(at("2026-06-16"))
        assert "V0001 T+3 2 above" in lines(desk.sweep(at("2026-06-18")))
        desk.unreachable(UNIT, ANN)

        assert not [o for o in desk.plan(at("2026-06-18 09:00")) if not o.skipped]

    def test_nobody_of_a_unit_the_district_and_the_coordinator_hear_of_it(self, desk: Desk) -> None:
        desk.watch(DUNG, DISTRICT)
        desk.watch(EM)
        found = [(now, o) for now, o in desk.sweeps(hourly(*JUNE)) if o.unit == UNIT]

        assert told(found, "above") == ["18/06 08:00 T+3 4"]
        assert told(found, "coordinator") == ["22/06 08:00 T+7 5"]

    def test_who_came_after_a_rung_is_told_of_no_delay_at_it(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.sweep(at("2026-06-18"))
        desk.join(UNIT, BINH, since=at("2026-06-18 10:00"))
        desk.watch(DUNG, DISTRICT, since=at("2026-06-18 10:00"))
        desk.join(DISTRICT, CHI, since=at("2026-06-18 10:00"))

        now = at("2026-06-18 10:01")
        assert [o for o in desk.plan(now) if o.audience != DIGEST] == []

    def test_a_person_in_several_parts_is_told_once(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.watch(BINH, DISTRICT)
        desk.watch(BINH)
        found = [o for o in desk.sweep(at("2026-06-22")) if o.unit == UNIT]

        assert lines(o for o in found if o.person_id == BINH) == ["V0001 T+7 2 colleague"]


class TestReturnedReports:
    def test_from_the_return_on_later_rungs_come_and_nothing_escalates(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.watch(EM)
        desk.sweep(at("2026-06-05"))
        desk.returned["2026-H1", UNIT] = at("2026-06-17 15:00")
        found = desk.sweeps(hourly("2026-06-17 16:00", "2026-07-20"))

        assert told(found) == ["18/06 08:00 T+3 1", "22/06 08:00 T+7 1"]
        assert not [o for _, o in found if o.unit == UNIT and o.audience != "reporter"]


class TestExtensions:
    def test_the_ladder_follows_and_the_old_one_ends(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.join(OTHER, CHI)
        desk.sweeps(hourly("2026-05-20", "2026-06-15"))
        desk.extend("2026-H1", UNIT, at("2026-06-22"), at("2026-06-15 09:00"))
        found = desk.sweeps(hourly("2026-06-15 10:00", "2026-07-20"))

        mine = [(now, o) for now, o in found if o.unit == UNIT]
        # 22/6 is within the lock of 25/6; T+3 comes on that day.
        assert told(mine) == [
            "19/06 08:00 T-1 2026-06-22 1",
            "22/06 08:00 T 2026-06-22 1",
            "23/06 08:00 T+1 2026-06-22 1",
            "25/06 08:00 T+3 2026-06-22 1",
        ]
        assert told(mine, "colleague") == ["23/06 08:00 T+1 2026-06-22 2"]
        assert told(found)[0] == "16/06 08:00 T+1 3"

    def test_of_two_units_to_one_day_each_has_its_own_ladder(self, desk: Desk) -> None:
        """Given three days apart: what was past when the second was given does not come."""
        desk.join(UNIT, ANN)
        desk.join(OTHER, BINH)
        desk.extend("2026-H1", UNIT, at("2026-06-24"), at("2026-06-16 09:00"))
        desk.extend("2026-H1", OTHER, at("2026-06-24"), at("2026-06-19 09:00"))

        assert lines(desk.sweep(at("2026-06-19 10:00"))) == [
            "V0001 T-3 2026-06-24 1 reporter",
            "V0001 T-7 2026-06-24 1 reporter skipped",
        ]

    def test_past_the_lock_keeps_a_period_alive(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.extend("2026-H1", UNIT, at("2026-08-14"), at("2026-06-24 09:00"))

        assert told(desk.sweeps(hourly("2026-07-25", "2026-09-20"))) == [
            "07/08 08:00 T-7 2026-08-14 1",
            "11/08 08:00 T-3 2026-08-14 1",
            "13/08 08:00 T-1 2026-08-14 1",
            "14/08 08:00 T 2026-08-14 1",
        ]

    def test_given_twice(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.extend("2026-H1", UNIT, at("2026-06-18"), at("2026-06-10 09:00"))
        first = desk.sweeps(hourly("2026-06-10 10:00", "2026-06-17 19:00"))
        desk.extend("2026-H1", UNIT, at("2026-06-22"), at("2026-06-17 19:30"))
        second = desk.sweeps(hourly("2026-06-17 20:00", "2026-06-22"))

        assert told(first) == [
            "11/06 08:00 T-7 2026-06-18 1",
            "15/06 08:00 T-3 2026-06-18 1",
            "17/06 08:00 T-1 2026-06-18 1",
        ]
        assert told(second) == ["19/06 08:00 T-1 2026-06-22 1", "22/06 08:00 T 2026-06-22 1"]


class TestDigests:
    def test_of_the_province_and_of_a_district(self, desk: Desk) -> None:
        desk.watch(EM)
        desk.watch(DUNG, DISTRICT)
        found = [(now, o) for now, o in desk.sweeps(hourly(*JUNE)) if o.audience == DIGEST]
        mine = [(now, o) for now, o in found if o.person_id == EM]

        assert told(mine, DIGEST) == [
            "29/05 08:00 digest opening 5",
            "05/06 08:00 digest T-7 5",
            "11/06 08:00 digest T-3 5",
            "12/06 08:00 digest T-1 5",
            "12/06 16:00 digest T 5",
            "16/06 08:00 digest T+1 5",
            "26/06 08:00 digest lock 5",
        ]
        assert [o.stage for _, o in found if o.unit == DISTRICT] == [o.stage for _, o in mine]

    def test_that_were_missed(self, desk: Desk) -> None:
        desk.watch(EM)

        assert lines(desk.sweep(at("2026-06-12 17:00")))[-5:] == [
            "province digest T 5 digest",
            "province digest T-1 5 digest skipped",
            "province digest T-3 5 digest skipped",
            "province digest T-7 5 digest skipped",
            "province digest opening 5 digest skipped",
        ]
        assert desk.plan(at("2026-06-12 17:30")) == []

    def test_observers_and_who_came_later_have_none(self, desk: Desk) -> None:
        desk.watch(CHI, kind=RoleKind.OBSERVER)
        desk.watch(EM, since=at("2026-06-11 09:00"))

        assert desk.plan(at("2026-06-11 10:00")) == []

    def test_a_coordinator_of_nothing_has_none(self, desk: Desk) -> None:
        desk.watch(DUNG, "D09", kind=RoleKind.DISTRICT_COORDINATOR)

        assert [o for o in desk.plan(at("2026-06-11")) if o.audience == DIGEST] == []


class TestSnoozes:
    def test_comes_when_it_was_asked_for(self, desk: Desk) -> None:
        desk.join(UNIT, ANN, BINH)
        desk.sweep(at("2026-06-05"))
        desk.snoozes[BINH] = at("2026-06-05 14:00")

        assert desk.plan(at("2026-06-05 13:59")) == []
        assert lines(desk.sweep(at("2026-06-05 14:00"))) == [
            "V0001 snooze 2026-06-05T14:00 2 reporter"
        ]

    def test_that_meets_a_rung_is_in_the_same_letter(self, desk: Desk) -> None:
        desk.join(UNIT, ANN)
        desk.sweep(at("2026-06-05"))
        desk.snoozes[ANN] = at("2026-06-11")

        assert lines(desk.sweep(at("2026-06-11"))) == [
            "V0001 T-3 1 reporter",
            "V0001 snooze 2026-06-11T08:00 1 reporter",
        ]

    def test_asked_for_once_more_after_the_clock_went_back(self, desk: Desk) -> None:
        """The same moment again would break the unique key, and with it every later sweep."""
        desk.join(UNIT, ANN)
        desk.sweep(at("2026-06-05"))
        desk.snoozes[ANN] = at("2026-06-05 14:00")
        desk.sweep(at("2026-06-05 14:00"))

        assert desk.plan(at("2026-06-05 14:00")) == []

    def test_is_told_of_everything_that_is_owed_and_of_nothing_that_was_sent(
        self, desk: Desk
    ) -> None:
        desk.join(UNIT, ANN)
        desk.join(OTHER, ANN)
        desk.join(DISTRICT, ANN)
        desk.sweep(at("2026-06-05"))
        desk.sent["2026-H1"] = {OTHER}
        desk.snoozes[ANN] = at("2026-06-05 14:00")

        assert [o.unit for o in desk.sweep(at("2026-06-05 14:00"))] == [DISTRICT, UNIT]
