"""DHIS2's formats: the documented shapes, and the same figures when they are read back."""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from xml.etree import ElementTree as XML

import pytest

from documents.adx import NAMESPACE, adx, adx_period, read_adx
from documents.consolidated import Consolidated
from documents.dhis2 import completions, data_value_sets, read_data_value_sets
from documents.dhis2_groups import Earlier, Group, groups_of, in_order
from plans.calendar import Period, local, whole_calendar
from plans.dhis2_mapping import Dhis2Mapping, Element
from plans.dialogue import questions_in
from plans.errors import Refused
from plans.pack import IndicatorKind, Pack, PeriodKind
from tests.documents.gathered import GIVEN, WORKING_DAYS, from_given, given_in
from tests.documents.shipped import IDS, consolidated, earlier, given, mapping_of, packs, periods

BT = "binh_thuan_2024"
# The kinds of DHIS2's own table of ADX periods that we use.
DOCUMENTED = re.compile(r"\d{4}-(01|04|07|10)-01/P3M|\d{4}-(01|07)-01/P6M|\d{4}-01-01/P1Y")


def period_at(pack: Pack, id: str) -> Period:
    return next(period for period in periods(pack) if period.id == id)


@cache
def exported(
    plan: str, id: str, seed: int = 1
) -> tuple[Consolidated, Dhis2Mapping, Sequence[Earlier]]:
    pack = packs()[plan]
    answers = given(pack, seed)
    period = period_at(pack, id)
    return consolidated(pack, period, answers), mapping_of(pack.id), earlier(pack, period, answers)


def parsed(content: bytes) -> XML.Element:
    return XML.fromstring(content)  # noqa: S314


def values_of(groups: Sequence[Group]) -> dict[tuple[str, PeriodKind, str], dict[str, Decimal]]:
    return {(g.unit, g.kind, g.period): dict(g.values) for g in groups if g.values}


def reckoned(
    pack: Pack, period: Period, answers: dict[str, GIVEN], before: Sequence[Earlier]
) -> dict[tuple[str, PeriodKind], dict[str, Decimal]]:
    """Reckon again, slowly, what each unit's data sets must hold."""
    found: dict[tuple[str, PeriodKind], dict[str, Decimal]] = {}
    for unit, given_now in answers[period.id].items():
        for part in period.parts:
            inside = [e.period for e in before if e.period.asks.first >= part.window.first]
            for question in questions_in(pack, period, unit):
                now = given_now[question.code]
                numbers = [now.number]
                if question.indicator.kind is IndicatorKind.FLOW:
                    for one in inside:
                        if one.concerns(pack.tree[unit]):
                            then = answers[one.id].get(unit, {}).get(question.code)
                            if then is None or then.state.value != "not_applicable":
                                numbers.append(then.number if then else None)
                if all(number is not None for number in numbers):
                    total = sum((n for n in numbers if n is not None), Decimal(0))
                    found.setdefault((unit, part.kind), {})[question.code] = total
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("plan", IDS)
def test_what_is_written_is_read_back(plan: str, seed: int) -> None:
    pack = packs()[plan]
    answers, mapping = given(pack, seed, sends=0.6), mapping_of(pack.id)

    for period in periods(pack)[-4:]:
        found, before = consolidated(pack, period, answers), earlier(pack, period, answers)
        text = data_value_sets(found, mapping, earlier=before).content.decode()
        dxf2 = read_data_value_sets(text, mapping, pack)
        groups = read_adx(adx(found, mapping, earlier=before).content.decode(), mapping, pack)

        made = groups_of(found, mapping, earlier=before, masked=False)
        assert groups == in_order(group for group in made if group.values)
        assert values_of(dxf2) == values_of(groups)
        exact = reckoned(pack, period, answers, before)
        assert {(g.unit, g.kind): dict(g.values) for g in groups} == exact


def test_nought_is_a_value_and_what_is_missing_is_not() -> None:
    found, mapping, before = exported(BT, "2024-Q1")
    read = read_data_value_sets(
        data_value_sets(found, mapping, earlier=before).content.decode(), mapping, found.pack
    )
    values = {(g.unit, code): n for g in read for code, n in g.values.items()}

    states = set()
    for one in found.units:
        for code, answer in one.answers.items():
            states.add(answer.state)
            assert values.get((one.unit, code)) == answer.number
    assert len(states) == 4


def test_the_values_have_the_documented_shape() -> None:
    found, mapping, before = exported(BT, "2024-Q2")
    content: dict[str, Any] = json.loads(data_value_sets(found, mapping, earlier=before).content)

    assert content["orgUnitIdScheme"] == content["dataElementIdScheme"] == "code"
    keys = {"dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo"}
    for value in content["dataValues"]:
        assert set(value) == keys | {"value"}
        assert all(isinstance(part, str) and part for part in value.values())
    places = [
        tuple(v[k] for k in ("dataElement", "period", "orgUnit")) for v in content["dataValues"]
    ]
    # DHIS2 has one value for these three, whatever the data set: none may overwrite another.
    assert len(set(places)) == len(places)
    yes_no = {c for c, i in found.pack.indicators.items() if i.kind is IndicatorKind.YES_NO}
    told = {v["value"] for v in content["dataValues"] if v["dataElement"][:4] in yes_no}
    assert told == {"true", "false"}


def test_empty_option_combos_are_left_to_dhis2() -> None:
    found, mapping, _ = exported(BT, "2024-Q1")
    plain = mapping.model_copy(update={"category_option_combo": "", "attribute_option_combo": ""})
    content = json.loads(data_value_sets(found, plain).content)

    assert set(content["dataValues"][0]) == {"dataElement", "period", "orgUnit", "value"}
    assert b"OptionCombo=" not in adx(found, plain).content


def test_adx_has_the_documented_shape() -> None:
    found, mapping, before = exported(BT, "2024-Q4")
    file = adx(found, mapping, earlier=before)
    root = parsed(file.content)

    assert file.media_type == "application/adx+xml"
    assert root.tag == f"{{{NAMESPACE}}}adx"
    assert root.get("exported") == "2024-12-18T01:05:00Z"
    assert len(root)
    for group in root:
        assert group.tag == f"{{{NAMESPACE}}}group"
        assert set(group.keys()) == {
            *("orgUnit", "period", "dataSet", "completeDate", "attributeOptionCombo")
        }
        assert DOCUMENTED.fullmatch(group.get("period", ""))
        assert date.fromisoformat(group.get("completeDate", ""))
        assert len(group)
        for value in group:
            assert value.tag == f"{{{NAMESPACE}}}dataValue"
            assert set(value.keys()) == {"dataElement", "value", "categoryOptionCombo"}


@pytest.mark.parametrize(
    ("id", "dxf2", "duration"),
    [
        ("2024-Q1", {"2024Q1"}, {"2024-01-01/P3M"}),
        ("2024-Q2", {"2024Q2", "2024S1"}, {"2024-04-01/P3M", "2024-01-01/P6M"}),
        ("2024-Q3", {"2024Q3"}, {"2024-07-01/P3M"}),
        ("2024-Q4", {"2024Q4", "2024"}, {"2024-10-01/P3M", "2024-01-01/P1Y"}),
    ],
)
def test_merged_periods_export_both_data_sets(id: str, dxf2: set[str], duration: set[str]) -> None:
    found, mapping, before = exported(BT, id)
    values = json.loads(data_value_sets(found, mapping, earlier=before).content)["dataValues"]
    groups = parsed(adx(found, mapping, earlier=before).content)

    assert {value["period"] for value in values} == dxf2
    assert {group.get("period") for group in groups} == duration
    sets = {group.get("dataSet", "") for group in groups}
    assert {name.rpartition("_")[2] for name in sets} == {
        "2024-Q1": {"Q"},
        "2024-Q2": {"Q", "S"},
        "2024-Q3": {"Q", "9M"},
        "2024-Q4": {"Q", "Y"},
    }[id]


def test_nine_months_are_a_data_set_of_their_own_with_cumulative_elements() -> None:
    found, mapping, before = exported(BT, "2024-Q3")
    groups = parsed(adx(found, mapping, earlier=before).content)

    for group in groups:
        nine = group.get("dataSet", "").endswith("_9M")
        assert all(v.get("dataElement", "").endswith("_YTD") == nine for v in group)


def test_a_running_total_needs_the_periods_before() -> None:
    found, mapping, before = exported(BT, "2024-Q3")

    for some in ((), before[:1], before[1:]):
        with pytest.raises(Refused) as refused:
            data_value_sets(found, mapping, earlier=some)
        assert refused.value.key == "dhis.earlier_lacks"


def test_completion_is_of_the_day_of_sending() -> None:
    found, mapping, before = exported(BT, "2024-Q2")
    content = json.loads(completions(found, mapping, earlier=before).content)
    days = {one.unit: str(local(one.sent_at).date()) for one in found.units}

    rows = content["completeDataSetRegistrations"]
    assert len(rows) == 2 * len(found.units)
    for row in rows:
        assert row["date"] == days[row["organisationUnit"]]
        assert row["completed"] is True
        assert row["dataSet"] in {
            f"binh_thuan_2024_{found.pack.tree[row['organisationUnit']].type}_{mark}"
            for mark in "QS"
        }


def test_one_off_and_asked_for_reports_are_refused() -> None:
    pack = packs()["quang_ninh_2021_2025"]
    [period] = [p for p in whole_calendar(pack, WORKING_DAYS) if p.form]
    found = from_given(pack, period, {period.id: given_in(random.Random(1), pack, period)}, ())
    asked = replace(found, period=replace(periods(pack)[0], on_request=True))

    for one in (found, asked):
        for write in (data_value_sets, adx, completions):
            with pytest.raises(Refused) as refused:
                write(one, mapping_of(pack.id))
            assert refused.value.key == "dhis.one_off"


def test_codes_of_another_instance_are_written_and_read() -> None:
    pack = packs()[BT]
    proposed = mapping_of(pack.id)
    theirs = Element(period="f7n9E0hX8qk", cumulative="Ix2HsbDMLea")
    mapping = proposed.model_copy(
        update={
            "data_elements": {**proposed.data_elements, "KT03": theirs},
            "org_units": {**proposed.org_units, "22915": "OU & 559"},
        }
    )
    found, _, _ = exported(BT, "2024-Q1")
    content = adx(found, mapping).content.decode()

    assert 'dataElement="f7n9E0hX8qk"' in content
    assert 'orgUnit="OU &amp; 559"' in content
    assert values_of(read_adx(content, mapping, pack)) == values_of(
        groups_of(found, mapping, earlier=(), masked=False)
    )


def test_the_mapping_of_another_plan_is_refused() -> None:
    found, _, _ = exported(BT, "2024-Q1")

    with pytest.raises(Refused) as refused:
        adx(found, mapping_of("lai_chau_2013"))
    assert refused.value.key == "dhis.other_plan"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"dataValues": {}}',
        '{"dataValues": [1]}',
        '{"dataValues": [{"dataElement": "KT03", "period": "2024Q1", "orgUnit": "22915"}]}',
        '{"dataValues": [{"dataElement": "KT03", "period": "2024Q1", "orgUnit": "22915", '
        '"value": 3}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_dxf2_is_refused(text: str) -> None:
    pack = packs()[BT]

    with pytest.raises(Refused) as refused:
        read_data_value_sets(text, mapping_of(pack.id), pack)
    assert refused.value.key == "dhis.not_json"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dataElement", "KT99"),
        ("orgUnit", "nowhere"),
        ("period", "202401"),
        ("period", "2024S1"),
        ("value", "-3"),
        ("value", "1e9"),
        ("value", "NaN"),
        ("value", "٣"),
        ("value", ""),
        ("value", "true"),
    ],
)
def test_a_value_that_is_not_of_the_mapping_is_refused(field: str, value: str) -> None:
    pack = packs()[BT]
    good = {"dataElement": "KT03", "period": "2024Q1", "orgUnit": "22915", "value": "3"}
    text = json.dumps({"dataValues": [{**good, field: value}]})

    [group] = read_data_value_sets(json.dumps({"dataValues": [good]}), mapping_of(pack.id), pack)
    assert group.values == {"KT03": Decimal(3)}
    with pytest.raises(Refused) as refused:
        read_data_value_sets(text, mapping_of(pack.id), pack)
    assert refused.value.key == "dhis.unknown"


def test_one_figure_twice_is_refused() -> None:
    pack = packs()[BT]
    good = {"dataElement": "KT03", "period": "2024Q1", "orgUnit": "22915", "value": "3"}

    with pytest.raises(Refused) as refused:
        read_data_value_sets(json.dumps({"dataValues": [good, good]}), mapping_of(pack.id), pack)
    assert refused.value.key == "dhis.twice"


GOOD = (
    f'<adx xmlns="{NAMESPACE}" exported="2024-03-20T00:00:00Z"><group orgUnit="22915" '
    'period="2024-01-01/P3M" dataSet="binh_thuan_2024_commune_Q">'
    '<dataValue dataElement="KT03" value="3"/></group></adx>'
)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (NAMESPACE, "urn:other", "dhis.not_adx"),
        ('exported="2024-03-20T00:00:00Z"', "", "dhis.not_adx"),
        ("</adx>", "", "dhis.not_adx"),
        ('orgUnit="22915"', "", "dhis.not_adx"),
        ("<adx", '<!DOCTYPE adx SYSTEM "file:///etc/passwd"><adx', "dhis.not_adx"),
        ("<adx", '<!DOCTYPE a [<!ENTITY x "3">]><adx', "dhis.not_adx"),
        ("2024-01-01/P3M", "2024-02-01/P3M", "dhis.unknown"),
        ("2024-01-01/P3M", "2024-01-01/P9M", "dhis.unknown"),
        ("commune_Q", "district_Q", "dhis.unknown"),
        ('dataElement="KT03"', 'dataElement="KT03_YTD"', "dhis.unknown"),
        ('value="3"', 'value="three"', "dhis.unknown"),
        ("<dataValue", "<dataValue dataElement='KT03' value='3'/><dataValue", "dhis.twice"),
    ],
)
def test_what_is_no_adx_of_the_mapping_is_refused(old: str, new: str, key: str) -> None:
    pack = packs()[BT]
    [group] = read_adx(GOOD, mapping_of(pack.id), pack)
    assert (group.unit, group.period, group.values) == ("22915", "2024Q1", {"KT03": Decimal(3)})
    assert old in GOOD

    with pytest.raises(Refused) as refused:
        read_adx(GOOD.replace(old, new), mapping_of(pack.id), pack)
    assert refused.value.key == key


def test_periods_are_named_as_dhis2_names_them() -> None:
    assert [adx_period(p) for p in ("2026Q1", "2026Q3", "2026S1", "2026S2", "2026")] == [
        "2026-01-01/P3M",
        "2026-07-01/P3M",
        "2026-01-01/P6M",
        "2026-07-01/P6M",
        "2026-01-01/P1Y",
    ]
