"""What the packs of Bình Thuận 2024 and Quảng Ninh 2021-2025 say."""

from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import plans
from plans.load import load
from plans.pack import Obligation, Pack, Severity
from plans.targets import (
    CountMin,
    CumulativeBy,
    Demand,
    Exact100,
    FrequencyMin,
    GrowthBand,
    Qualitative,
    RatioMin,
    ShareOfUnits,
    indicators_of,
)

PACKS = Path(plans.__file__).parent / "packs"
BOTH = ("binh_thuan_2024", "quang_ninh_2021_2025")
SENSITIVE = {"GH02", "GH03", "GH04", "KT10"}
INVITED = {"front", "prosecution", "courts"}


@cache
def pack(name: str) -> Pack:
    return load(PACKS / name)


def counted(of: Pack, on: date) -> Counter[str]:
    return Counter(unit.type for unit in of.units if unit.in_force(on))


def demand(of: Pack, target_id: str) -> Demand:
    return next(target for target in of.targets if target.id == target_id)


def kinds_and_thresholds(of: Pack) -> dict[str, tuple[str, object]]:
    found: dict[str, tuple[str, object]] = {}
    for target in of.targets:
        match target:
            case RatioMin() | ShareOfUnits() | CountMin() | CumulativeBy() | FrequencyMin():
                found[target.id] = (target.kind, target.at_least)
            case GrowthBand():
                found[target.id] = (target.kind, (target.low, target.high))
            case _:
                found[target.id] = (target.kind, None)
    return found


def share(percent: int) -> Fraction:
    return Fraction(percent, 100)


# Units


def test_binh_thuan_has_124_communes_until_the_end_of_november_2024_and_121_after() -> None:
    units = pack("binh_thuan_2024")

    before, after = counted(units, date(2024, 11, 30)), counted(units, date(2024, 12, 1))

    assert (before["commune"], before["district"]) == (124, 10)
    assert (after["commune"], after["district"]) == (121, 10)


def test_quang_ninh_has_177_communes_until_the_end_of_october_2024_and_171_after() -> None:
    units = pack("quang_ninh_2021_2025")

    before, after = counted(units, date(2024, 10, 31)), counted(units, date(2024, 11, 1))

    assert (before["commune"], before["district"]) == (177, 13)
    assert (after["commune"], after["district"]) == (171, 13)


@pytest.mark.parametrize("name", BOTH)
def test_the_numbers_that_a_province_documents_are_those_of_its_list(name: str) -> None:
    for documented in pack(name).unit_counts:
        day = documented.last or documented.first
        assert day is not None
        assert counted(pack(name), day)[documented.type] == documented.count
        assert documented.needs_confirmation


@pytest.mark.parametrize("name", BOTH)
def test_agencies_stand_alone_and_communes_belong_to_a_district(name: str) -> None:
    tree = pack(name).tree
    for unit in tree:
        parent = tree[unit.parent].type if unit.parent else ""
        assert parent == ("district" if unit.type == "commune" else "")


@pytest.mark.parametrize("name", BOTH)
def test_a_unit_that_ended_names_a_successor_in_force_the_day_after(name: str) -> None:
    tree = pack(name).tree
    for unit in tree:
        if unit.valid_to:
            assert unit.successors
            assert unit.needs_confirmation
            following = date.fromordinal(unit.valid_to.toordinal() + 1)
            assert all(tree[code].in_force(following) for code in unit.successors)


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("binh_thuan_2024", "Mũi Né", "22915"),
        ("binh_thuan_2024", "TP Phan Thiết", "593"),
        ("binh_thuan_2024", "SYT", "SYT"),
        ("quang_ninh_2021_2025", "TP Hạ Long", "193"),
        ("quang_ninh_2021_2025", "TX Đông Triều", "205"),
        ("quang_ninh_2021_2025", "Sở VHTT", "SVHTT"),
    ],
)
def test_common_short_forms_name_one_unit(name: str, typed: str, code: str) -> None:
    assert [unit.code for unit in pack(name).units if typed in unit.aliases] == [code]


# Obligations and recipients


@pytest.mark.parametrize("name", BOTH)
def test_only_the_front_the_prosecution_and_the_courts_are_invited(name: str) -> None:
    types = pack(name).unit_types

    assert {key for key, kind in types.items() if kind.obligation is Obligation.INVITED} == INVITED
    assert all(types[key].quote for key in types)


@pytest.mark.parametrize("name", BOTH)
def test_that_communes_report_is_inferred(name: str) -> None:
    commune = pack(name).unit_types["commune"]

    assert commune.inferred
    assert commune.needs_confirmation


def test_binh_thuan_reports_go_to_the_department_itself() -> None:
    recipient = pack("binh_thuan_2024").recipient

    assert (recipient.to, recipient.via) == ("Sở Lao động - Thương binh và Xã hội", "")


def test_quang_ninh_reports_go_to_the_province_through_the_department() -> None:
    recipient = pack("quang_ninh_2021_2025").recipient

    assert recipient.to == "Ủy ban nhân dân tỉnh Quảng Ninh"
    assert recipient.via == "Sở Lao động - Thương binh và Xã hội"


# Forms and indicators


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("binh_thuan_2024", "TT02 TT03 TT01 TT06 TT07 KT01 KT03 GH01 TH03 TH04"),
        ("quang_ninh_2021_2025", "TT02 TT03 TT01 TT06 TT07 KT01 KT03 TH03 TH04"),
    ],
)
def test_a_commune_is_asked_at_most_ten_questions(name: str, codes: str) -> None:
    questions = pack(name).forms["commune"].questions

    assert questions == tuple(codes.split())
    assert len(questions) <= 10


@pytest.mark.parametrize("name", BOTH)
def test_figures_about_people_concerned_are_never_asked_of_a_commune(name: str) -> None:
    indicators = pack(name).indicators

    assert {code for code in indicators if indicators[code].sensitive} == SENSITIVE
    assert not SENSITIVE & set(pack(name).forms["commune"].questions)


@pytest.mark.parametrize("name", BOTH)
def test_an_indicator_is_counted_exactly_where_it_is_asked(name: str) -> None:
    asked: dict[str, set[str]] = {code: set() for code in pack(name).indicators}
    for key, kind in pack(name).unit_types.items():
        for code in pack(name).forms[kind.form].questions:
            asked[code].add(key)
    for duty in pack(name).calendar.one_off:
        for code in pack(name).forms[duty.form].questions:
            asked[code].update(duty.unit_types)

    assert {c: set(i.counted_at) for c, i in pack(name).indicators.items()} == asked


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("KT01", "commune"),
        ("TT06", "commune"),
        ("KT02", "district"),
        ("GH03", "district"),
        ("KT08", "police"),
        ("KT11", "prosecution"),
        ("KT12", "courts"),
    ],
)
def test_what_several_bodies_see_is_counted_by_one(name: str, code: str, level: str) -> None:
    assert pack(name).indicators[code].counted_at == (level,)


@pytest.mark.parametrize("name", BOTH)
def test_every_question_ends_as_one_and_says_when_it_is_cumulative(name: str) -> None:
    for indicator in pack(name).indicators.values():
        assert indicator.ask is not None
        assert indicator.ask.vi.endswith("?")
        assert indicator.ask.en.endswith("?")
        assert max(len(indicator.label.vi), len(indicator.label.en)) <= 60
        if indicator.cumulative:
            asked = indicator.ask.vi
            assert any(words in asked for words in ("lũy kế từ đầu năm", "hiện có", "hiện thuộc"))


@pytest.mark.parametrize("name", BOTH)
def test_a_whole_is_asked_before_its_part(name: str) -> None:
    refused = [c for c in pack(name).checks if c.severity is Severity.REFUSE]
    assert ("TT07", "TT06") in {(check.part, check.whole) for check in refused}
    for form in pack(name).forms.values():
        for check in refused:
            if {check.part, check.whole} <= set(form.questions):
                places = [form.questions.index(code) for code in (check.whole, check.part)]
                assert places[1] == places[0] + 1


# Targets


def test_binh_thuan_sets_fifteen_targets() -> None:
    assert kinds_and_thresholds(pack("binh_thuan_2024")) == {
        "BT-01": ("share_of_units", share(50)),
        "BT-02": ("frequency_min", 1),
        "BT-03a": ("ratio_min", share(50)),
        "BT-03b": ("ratio_min", share(50)),
        "BT-03c": ("ratio_min", share(50)),
        "BT-04": ("share_of_units", share(100)),
        "BT-05": ("share_of_units", share(40)),
        "BT-06": ("exact_100", None),
        "BT-07a": ("growth_band", (share(3), share(5))),
        "BT-07b": ("ratio_min", share(20)),
        "BT-07c": ("cumulative_by", share(100)),
        "BT-08": ("share_of_units", share(7)),
        "BT-09": ("ratio_min", share(50)),
        "BT-10a": ("ratio_min", share(60)),
        "BT-10b": ("ratio_min", share(40)),
    }


def test_quang_ninh_sets_fifteen_targets_and_one_without_a_number() -> None:
    assert kinds_and_thresholds(pack("quang_ninh_2021_2025")) == {
        "QN-01": ("share_of_units", share(75)),
        "QN-02": ("frequency_min", 1),
        "QN-03a": ("ratio_min", share(75)),
        "QN-03b": ("ratio_min", share(65)),
        "QN-03c": ("ratio_min", share(80)),
        "QN-04": ("share_of_units", share(100)),
        "QN-05": ("share_of_units", share(60)),
        "QN-06": ("exact_100", None),
        "QN-07a": ("growth_band", (share(4), share(6))),
        "QN-07b": ("ratio_min", share(20)),
        "QN-07c": ("cumulative_by", share(100)),
        "QN-08": ("share_of_units", share(40)),
        "QN-09": ("ratio_min", share(65)),
        "QN-10a": ("ratio_min", share(80)),
        "QN-10b": ("ratio_min", share(60)),
        "QN-11": ("qualitative", None),
    }


@pytest.mark.parametrize("name", BOTH)
def test_a_target_is_judged_by_indicators_of_the_pack(name: str) -> None:
    for target in pack(name).targets:
        assert isinstance(target, Qualitative) or indicators_of(target)
        assert set(indicators_of(target)) <= set(pack(name).indicators)
        assert target.quote
        assert target.clause


@pytest.mark.parametrize("name", BOTH)
def test_a_share_of_units_is_asked_of_those_units(name: str) -> None:
    for target in pack(name).targets:
        if isinstance(target, ShareOfUnits):
            form = pack(name).unit_types[target.unit_type].form
            assert target.indicator in pack(name).forms[form].questions


@pytest.mark.parametrize(
    ("name", "target_id", "doubt"),
    [
        ("binh_thuan_2024", "BT-07c", "20%"),
        ("quang_ninh_2021_2025", "QN-07a", "4 ± 6%"),
        ("quang_ninh_2021_2025", "QN-08", "38,46%"),
    ],
)
def test_a_doubtful_target_says_what_to_confirm(name: str, target_id: str, doubt: str) -> None:
    assert doubt in demand(pack(name), target_id).needs_confirmation


def test_the_lists_of_quang_ninh_are_the_eight_and_the_five_districts_named() -> None:
    lists, tree = pack("quang_ninh_2021_2025").lists, pack("quang_ninh_2021_2025").tree

    assert lists["list_a"].units == ("193", "195", "194", "196", "205", "206", "201", "203")
    assert lists["list_b"].units == ("193", "195", "196", "194", "206")
    assert [tree[code].name for code in lists["list_b"].units] == [
        "Thành phố Hạ Long",
        "Thành phố Cẩm Phả",
        "Thành phố Uông Bí",
        "Thành phố Móng Cái",
        "Thị xã Quảng Yên",
    ]


def test_the_five_districts_of_list_b_do_not_reach_the_forty_percent_asked() -> None:
    quang_ninh = pack("quang_ninh_2021_2025")
    target = demand(quang_ninh, "QN-08")
    districts = counted(quang_ninh, date(2025, 6, 30))["district"]

    assert isinstance(target, ShareOfUnits)
    assert target.named_list == "list_b"
    assert Fraction(len(quang_ninh.lists["list_b"].units), districts) < target.at_least


def test_exact_targets_ask_that_every_report_received_is_dealt_with() -> None:
    for name, target_id in zip(BOTH, ("BT-06", "QN-06"), strict=True):
        target = demand(pack(name), target_id)
        assert isinstance(target, Exact100)
        assert (target.numerator, target.denominator) == (("KT07",), ("KT06",))


# Calendar


def test_binh_thuan_reports_each_quarter_half_year_nine_months_and_year() -> None:
    calendar = pack("binh_thuan_2024").calendar

    assert {rule.id: str(rule.deadline) for rule in calendar.recurring} == {
        "Q1": "trước ngày 15/3",
        "Q2": "trước ngày 15/6",
        "Q3": "trước ngày 15/9",
        "Q4": "trước ngày 15/12",
        "H1": "trước ngày 15/6",
        "M9": "trước ngày 15/9",
        "Y": "trước ngày 15/12",
    }
    assert {rule.id: f"{rule.first} - {rule.last}" for rule in calendar.recurring} == {
        "Q1": "15/12 năm trước - 14/3",
        "Q2": "15/3 - 14/6",
        "Q3": "15/6 - 14/9",
        "Q4": "15/9 - 14/12",
        "H1": "15/12 năm trước - 14/6",
        "M9": "15/12 năm trước - 14/9",
        "Y": "15/12 năm trước - 14/12",
    }
    assert all(rule.inferred and rule.quote for rule in calendar.recurring)
    assert (calendar.grace_days, calendar.lock_days) == (1, 10)


def test_quang_ninh_reports_six_months_and_the_year() -> None:
    calendar = pack("quang_ninh_2021_2025").calendar

    assert {rule.id: str(rule.deadline) for rule in calendar.recurring} == {
        "H1": "trước ngày 15/6",
        "Y": "trước ngày 15/12",
    }
    assert (calendar.grace_days, calendar.lock_days) == (1, 10)


def test_quang_ninh_asks_once_for_an_own_plan_and_not_of_communes() -> None:
    quang_ninh = pack("quang_ninh_2021_2025")
    (duty,) = quang_ninh.calendar.one_off

    assert (duty.id, str(duty.deadline)) == ("KH2021", "trước ngày 15/11/2021")
    assert quang_ninh.forms[duty.form].questions == ("PN01",)
    assert not {"commune", "prosecution", "courts", "media"} & set(duty.unit_types)
    assert {"district", "police", "front", "other_departments"} <= set(duty.unit_types)
