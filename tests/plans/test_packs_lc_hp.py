"""What the packs of Lai Châu 2021-2025, Lai Châu 2013 and Hải Phòng 2016-2020 say."""

import re
from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import plans
from plans.load import load
from plans.pack import Obligation, Pack, PeriodKind, Severity
from plans.targets import (
    CountMin,
    CumulativeBy,
    Demand,
    FrequencyMin,
    GrowthBand,
    RatioMin,
    Schedule,
    ShareOfUnits,
    indicators_of,
)

PACKS = Path(plans.__file__).parent / "packs"
LAI_CHAU, LETTER, HAI_PHONG = "lai_chau_2021_2025", "lai_chau_2013", "hai_phong_2016_2020"
ALL = (LAI_CHAU, LETTER, HAI_PHONG)
INVITED = {"front", "prosecution", "courts"}
SENSITIVE = {"GH02", "GH03", "GH04", "KT10", "KT13"}
OWN_STAFF_OR_EVENTS = {"TT02", "TT03", "TH03", "TH04"}


@cache
def pack(name: str) -> Pack:
    return load(PACKS / name)


def numbers(name: str) -> Counter[str]:
    return Counter(unit.type for unit in pack(name).units)


def asked(of: Pack, unit_type: str) -> tuple[str, ...]:
    return of.forms[of.unit_types[unit_type].form].questions


def demand(name: str, target_id: str) -> Demand:
    return next(target for target in pack(name).targets if target.id == target_id)


def share(percent: int) -> Fraction:
    return Fraction(percent, 100)


def kinds_and_thresholds(of: Pack) -> dict[str, tuple[str, object]]:
    found: dict[str, tuple[str, object]] = {}
    for target in of.targets:
        match target:
            case RatioMin() | ShareOfUnits() | CountMin() | CumulativeBy() | FrequencyMin():
                found[target.id] = (target.kind, target.at_least)
            case GrowthBand():
                found[target.id] = (target.kind, (target.low, target.high))
            case Schedule():
                found[target.id] = (target.kind, dict(target.steps))
            case _:
                found[target.id] = (target.kind, None)
    return found


# Units


@pytest.mark.parametrize(
    ("name", "districts", "communes", "agencies"),
    [(LAI_CHAU, 8, 106, 19), (LETTER, 8, 106, 15), (HAI_PHONG, 15, 167, 21)],
)
def test_each_pack_lists_its_districts_communes_and_agencies(
    name: str, districts: int, communes: int, agencies: int
) -> None:
    found = numbers(name)

    assert found["district"] == districts
    assert found["commune"] == communes
    assert found.total() - districts - communes == agencies


@pytest.mark.parametrize("name", ALL)
def test_every_type_has_units_six_of_them_mass_organisations(name: str) -> None:
    assert set(numbers(name)) == set(pack(name).unit_types)
    assert numbers(name)["front"] == 6


@pytest.mark.parametrize("name", ALL)
def test_agencies_stand_alone_and_communes_belong_to_a_district(name: str) -> None:
    tree = pack(name).tree
    for unit in tree:
        parent = tree[unit.parent].type if unit.parent else ""
        assert parent == ("district" if unit.type == "commune" else "")


def test_lai_chau_was_still_a_town_when_the_letter_of_2013_was_written() -> None:
    then, now = pack(LETTER).tree["105"], pack(LAI_CHAU).tree["105"]

    assert (then.name, now.name) == ("Thị xã Lai Châu", "Thành phố Lai Châu")
    assert then.needs_confirmation
    assert not now.needs_confirmation


def test_hai_phong_had_more_communes_in_2016_than_its_list_and_the_pack_says_so() -> None:
    documented = pack(HAI_PHONG).unit_counts

    assert [(d.type, d.count, d.first) for d in documented] == [("commune", 223, date(2016, 1, 1))]
    assert "167" in documented[0].needs_confirmation
    doubtful = {unit.code for unit in pack(HAI_PHONG).units if unit.needs_confirmation}
    assert doubtful == {"311", "312", "318"}


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        (LAI_CHAU, "Mường Kim", "03637"),
        (LAI_CHAU, "TP Lai Châu", "105"),
        (LAI_CHAU, "SYT", "SYT"),
        (LETTER, "TX Lai Châu", "105"),
        (HAI_PHONG, "Huyện An Dương", "312"),
        (HAI_PHONG, "Huyện Thủy Nguyên", "311"),
        (HAI_PHONG, "CATP", "CATP"),
    ],
)
def test_units_are_known_by_short_and_former_names(name: str, typed: str, code: str) -> None:
    assert typed in pack(name).tree[code].aliases


# Who must report


@pytest.mark.parametrize("name", ALL)
def test_only_the_bodies_that_the_document_asks_politely_are_invited(name: str) -> None:
    types = pack(name).unit_types
    invited = {key for key in types if types[key].obligation is Obligation.INVITED}

    assert invited == INVITED & set(types)
    assert all("Đề nghị" in types[key].quote for key in invited - {"courts"})
    assert pack(name).obligation(pack(name).tree["SYT"]) is Obligation.REQUIRED


@pytest.mark.parametrize("name", ALL)
def test_every_assignment_is_quoted_and_that_of_communes_marked_as_inferred(name: str) -> None:
    types = pack(name).unit_types

    assert all(unit_type.quote for unit_type in types.values())
    assert {key for key, unit_type in types.items() if unit_type.inferred} == {"commune"}
    assert types["commune"].needs_confirmation
    assert {key for key, unit_type in types.items() if "UBND" in unit_type.body} == {
        "commune",
        "district",
    }


def test_lai_chau_reports_to_the_province_through_the_department_and_hai_phong_to_it() -> None:
    for name in (LAI_CHAU, LETTER):
        recipient = pack(name).recipient
        assert recipient.to == "Ủy ban nhân dân tỉnh Lai Châu"
        assert recipient.via == "Sở Lao động - Thương binh và Xã hội" == pack(name).coordinator.name
    recipient = pack(HAI_PHONG).recipient
    assert recipient.to == "Sở Lao động Thương binh và Xã hội" == pack(HAI_PHONG).coordinator.name
    assert not recipient.via


# What is asked


def test_a_commune_of_lai_chau_answers_eight_questions_sessions_and_attendances_first() -> None:
    assert asked(pack(LAI_CHAU), "commune") == (
        "TT02", "TT03", "TT01", "TT06", "TT07", "KT01", "TH03", "TH04",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "most"), [(LAI_CHAU, 8), (LETTER, 3), (HAI_PHONG, 5)])
def test_a_commune_is_asked_little(name: str, most: int) -> None:
    assert len(asked(pack(name), "commune")) == most


@pytest.mark.parametrize("name", ALL)
def test_nothing_about_sex_workers_is_asked_of_a_commune_or_district(name: str) -> None:
    of = pack(name)
    sensitive = {code for code, indicator in of.indicators.items() if indicator.sensitive}

    assert sensitive == SENSITIVE & set(of.indicators)
    for unit_type in ("commune", "district"):
        assert not sensitive & set(asked(of, unit_type))


@pytest.mark.parametrize("name", ALL)
def test_every_type_that_is_counted_is_asked_and_every_type_that_is_asked_is_counted(
    name: str,
) -> None:
    of = pack(name)
    for code, indicator in of.indicators.items():
        assert {t for t in of.unit_types if code in asked(of, t)} == set(indicator.counted_at)


@pytest.mark.parametrize("name", ALL)
def test_communes_and_districts_are_added_only_where_each_counts_its_own(name: str) -> None:
    for code, indicator in pack(name).indicators.items():
        if {"commune", "district"} <= set(indicator.counted_at):
            assert code in OWN_STAFF_OR_EVENTS
            assert indicator.help


@pytest.mark.parametrize("name", ALL)
def test_questions_are_short_and_say_when_they_are_cumulative(name: str) -> None:
    for indicator in pack(name).indicators.values():
        assert indicator.ask
        assert indicator.ask.vi.endswith("?")
        assert indicator.ask.en.endswith("?")
        assert max(len(indicator.label.vi), len(indicator.label.en)) <= 60
        assert indicator.label.en
        assert indicator.measure.en
        if indicator.cumulative:
            assert re.search("lũy kế từ đầu năm|hiện", indicator.ask.vi)
        assert indicator.money == (indicator.measure.vi == "triệu đồng")


@pytest.mark.parametrize("name", ALL)
def test_words_respect_the_people_concerned(name: str) -> None:
    text = (PACKS / name / "plan.yaml").read_text("utf-8").lower()

    assert not re.search("gái mại dâm|gái bán dâm|prostitutes?\\b|con nghiện", text)


def test_the_list_of_sex_sellers_that_lai_chau_police_send_is_no_indicator() -> None:
    of = pack(LAI_CHAU)

    assert all("danh sách" not in i.ask.vi for i in of.indicators.values() if i.ask)
    assert "ngoài hệ thống" in of.unit_types["police"].needs_confirmation
    assert any("danh sách, địa chỉ người bán dâm" in note for note in of.notes)


@pytest.mark.parametrize("name", ALL)
def test_a_part_is_refused_above_its_whole_unless_it_may_exceed_it(name: str) -> None:
    severity = {(check.part, check.whole): check.severity for check in pack(name).checks}
    may_exceed = {("KT07", "KT06"), ("KT04", "KT03"), ("TT02", "TT03")}

    assert ("TT02", "TT03") in severity
    for pair, found in severity.items():
        assert found is (Severity.ASK if pair in may_exceed else Severity.REFUSE)


def test_lai_chau_checks_every_share_that_one_form_can_check() -> None:
    checked = {(check.part, check.whole) for check in pack(LAI_CHAU).checks}

    assert checked == {
        ("TT07", "TT06"), ("TT11", "TT10"), ("GH03", "GH02"), ("TH02", "TH01"), ("TH04", "TH03"),
        ("KT07", "KT06"), ("KT04", "KT03"), ("TT02", "TT03"),
    }  # fmt: skip


# What is demanded


def test_lai_chau_sets_fourteen_targets() -> None:
    assert kinds_and_thresholds(pack(LAI_CHAU)) == {
        "LC-01": ("share_of_units", share(70)),
        "LC-02": ("frequency_min", 1),
        "LC-03a": ("ratio_min", share(70)),
        "LC-03b": ("ratio_min", share(70)),
        "LC-04": ("share_of_units", share(100)),
        "LC-05": ("share_of_units", share(50)),
        "LC-06": ("exact_100", None),
        "LC-07a": ("growth_band", (share(3), share(5))),
        "LC-07b": ("ratio_min", share(80)),
        "LC-07c": ("cumulative_by", share(100)),
        "LC-08": ("count_min", 1),
        "LC-09": ("ratio_min", share(60)),
        "LC-10a": ("ratio_min", share(70)),
        "LC-10b": ("ratio_min", share(50)),
    }


def test_hai_phong_sets_seven_targets_two_of_them_without_a_number() -> None:
    assert kinds_and_thresholds(pack(HAI_PHONG)) == {
        "HP-01": ("share_of_units", share(100)),
        "HP-02": ("frequency_min", 1),
        "HP-03": ("schedule", {2017: share(50), 2020: share(100)}),
        "HP-04": ("qualitative", None),
        "HP-05": ("qualitative", None),
        "HP-06": ("exact_100", None),
        "HP-07": ("count_min", 3),
    }


def test_the_letter_of_2013_sets_no_target_and_says_so() -> None:
    letter = pack(LETTER)

    assert not letter.targets
    assert letter.no_targets_note
    assert letter.no_targets_note.vi == "Văn bản không giao chỉ tiêu định lượng."
    assert letter.no_targets_note.en


def test_the_press_is_judged_by_quarters_in_lai_chau_and_by_months_in_hai_phong() -> None:
    quarterly, monthly = demand(LAI_CHAU, "LC-02"), demand(HAI_PHONG, "HP-02")
    assert isinstance(quarterly, FrequencyMin)
    assert isinstance(monthly, FrequencyMin)

    assert (quarterly.each, set(quarterly.unit_types)) == ("quarter", {"media", "district"})
    assert (monthly.each, set(monthly.unit_types)) == ("month", {"media"})
    for name, target, most in ((LAI_CHAU, quarterly, 4), (HAI_PHONG, monthly, 12)):
        assert pack(name).indicators[target.indicator].most == most


def test_every_facility_of_lai_chau_is_to_be_inspected_between_2021_and_2025() -> None:
    target = demand(LAI_CHAU, "LC-07c")

    assert isinstance(target, CumulativeBy)
    assert (target.since, target.by) == (2021, 2025)


def test_the_three_trial_models_of_hai_phong_are_not_mixed_with_other_models() -> None:
    target = demand(HAI_PHONG, "HP-07")
    assert isinstance(target, CountMin)

    trial = pack(HAI_PHONG).indicators[target.indicator]
    assert trial.counted_at == ("labour",)
    assert trial.most == 3


@pytest.mark.parametrize("name", ALL)
def test_every_target_quotes_its_clause_and_names_known_indicators(name: str) -> None:
    for target in pack(name).targets:
        assert target.clause.startswith("Mục ")
        assert target.quote
        assert set(indicators_of(target)) <= set(pack(name).indicators)


@pytest.mark.parametrize(
    ("name", "target_id", "says"),
    [
        (LAI_CHAU, "LC-07b", "80%"),
        (LAI_CHAU, "LC-07a", "vụ hay đối tượng"),
        (LAI_CHAU, "LC-07c", "tính trùng"),
        (HAI_PHONG, "HP-02", "11 lần/tháng"),
        (HAI_PHONG, "HP-03", "2018"),
    ],
)
def test_what_is_doubtful_in_a_target_is_told_to_the_coordinator(
    name: str, target_id: str, says: str
) -> None:
    assert says in demand(name, target_id).needs_confirmation


# When


@pytest.mark.parametrize(
    ("name", "years", "lock_days"),
    [
        (LAI_CHAU, (2022, 2023, 2024, 2025), 5),
        (LETTER, (2014, 2015), 5),
        (HAI_PHONG, (2017, 2018, 2019, 2020), 10),
    ],
)
def test_half_years_and_years_are_due_on_inferred_dates_that_wait_for_confirmation(
    name: str, years: tuple[int, ...], lock_days: int
) -> None:
    calendar = pack(name).calendar
    half, year = calendar.recurring

    assert (calendar.grace_days, calendar.lock_days) == (1, lock_days)
    assert (half.id, half.kind, half.years) == ("H1", PeriodKind.HALF_YEAR, years)
    assert (year.id, year.kind, year.years) == ("Y", PeriodKind.YEAR, ())
    assert (str(half.deadline), str(year.deadline)) == ("trước ngày 15/6", "trước ngày 15/12")
    assert (str(half.first), str(half.last)) == ("15/12 năm trước", "14/6")
    assert (str(year.first), str(year.last)) == ("15/12 năm trước", "14/12")
    for period in (half, year):
        assert period.inferred
        assert "không ghi ngày" in period.needs_confirmation
        assert period.quote


def test_six_months_and_one_year_without_a_comma_are_two_periods() -> None:
    half = pack(LAI_CHAU).calendar.recurring[0]

    assert "06 tháng 01 năm" in half.quote
    assert "6 tháng và 1 năm" in half.needs_confirmation


def test_each_pack_says_what_its_copy_of_the_document_lacks_by_leaving_it_empty() -> None:
    documents = [pack(name).document for name in ALL]

    assert [document.number for document in documents] == ["", "879/UBND-VX", ""]
    assert [document.date for document in documents] == [None, date(2013, 7, 16), date(2016, 9, 12)]
    assert [document.place for document in documents] == ["", "Lai Châu", "Hải Phòng"]
