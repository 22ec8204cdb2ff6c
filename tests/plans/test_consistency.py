"""What must agree across a pack: each rule broken once, with its line, key and advice."""

from pathlib import Path

import pytest

from plans.consistency import RULES
from plans.load import load
from tests.plans.example_pack import (
    PLAN,
    UNITS,
    line_of,
    mistakes_in,
    swapped,
    written,
)

IN_PLAN = [
    # old, new, the text on the line told, key, advice
    # unit types and forms
    ("    form: commune\n", "    form: comune\n", "form: comune", "unit_types.commune.form",
     "unknown form: did you mean `commune`?"),
    ("    form: own_plan\n", "    form: commune\n", "  own_plan:", "forms.own_plan",
     "name this form in a unit type or a one_off period, or remove it"),
    ('body: "UBND {name}"', 'body: "UBND {ten}"', "body:", "unit_types.commune.body", "{name}"),
    ('body: "UBND {name}"', 'body: "UBND {"', "body:", "unit_types.commune.body", "{name}"),
    ("      - TT02\n", "      - TT99\n", "- TT99", "forms.commune.questions.1",
     "unknown indicator: write one of: KH01, KT01, KT02, MH01, TT01, TT02"),
    ("      - TT02\n", "      - TT02\n      - TT01\n", "- TT01\n  district",
     "forms.commune.questions.2", "remove the second TT01: line "),
    ("questions: [MH01, KT01, KT02]", "questions: [MH01, KT01, KT02, KT01]", "questions: [MH01",
     "forms.district.questions.3", "remove the second KT01"),
    # indicators
    ("counted_at: [commune, district]", "counted_at: [commune, districts]", "[commune, districts]",
     "indicators.TT02.counted_at.1", "unknown unit type: did you mean `district`?"),
    ("counted_at: [commune, district]", "counted_at: [commune, commune]", "[commune, commune]",
     "indicators.TT02.counted_at.1", "remove the second commune"),
    ("      - TT01\n", "", "[commune]", "indicators.TT01.counted_at",
     "ask TT01 in the form commune, or correct counted_at"),
    ("    least: 0\n", "    least: 501\n", "most: 500", "indicators.TT01.most", "at least 501"),
    ("    label: Có mô hình\n", "    label: Có mô hình\n    money: true\n", "money: true",
     "indicators.MH01.money", "remove money"),
    # checks
    ("whole: KT01", "whole: KT02", "whole: KT02", "checks.0.whole", "part and whole are the same"),
    ("whole: KT01", "whole: TT01", "- part: KT02", "checks.0", "ask KT02 and TT01 in one form"),
    ("whole: KT01", "whole: KT09", "whole: KT09", "checks.0.whole", "unknown indicator"),
    # counts and lists
    ("  - type: commune", "  - type: village", "- type: village", "unit_counts.0.type",
     "unknown unit type: write one of: commune, district"),
    ("last: 2024-11-30", "last: 2023-11-30", "last: 2023", "unit_counts.0.last",
     "not before 2024-01-01"),
    ('units: ["593", "594"]', 'units: ["593", "5940"]', "units: [", "lists.pilot.units.1",
     "unknown unit: did you mean `594`?"),
    ('units: ["593", "594"]', 'units: ["593", "593"]', "units: [", "lists.pilot.units.1",
     "remove the second 593"),
    # targets
    ("  - id: VD-08", "  - id: VD-01", "- id: VD-01\n    kind: qualitative", "targets.7.id",
     "remove the second VD-01: line "),
    ("    denominator: [KT01]\n    at_least: \"20%\"",
     "    denominator: [KT03]\n    at_least: \"20%\"",
     "[KT03]", "targets.0.denominator.0", "unknown indicator: did you mean `KT0"),
    ("    numerator: [KT02]\n    denominator: [KT01]\n    at_least: \"20%\"",
     "    numerator: [KT02, KT02]\n    denominator: [KT01]\n    at_least: \"20%\"",
     "[KT02, KT02]", "targets.0.numerator.1", "remove the second KT02"),
    ("    numerator: [KT02]\n    denominator: [KT01]\n    at_least: \"20%\"",
     "    numerator: [MH01]\n    denominator: [KT01]\n    at_least: \"20%\"",
     "numerator: [MH01]", "targets.0.numerator.0", "name an indicator that is counted"),
    ("questions: [KH01]", "questions: [MH01]", "indicator: KH01", "targets.2.indicator",
     "ask KH01 in a form"),
    ("    indicator: MH01\n    unit_type: district\n    at_least",
     "    indicator: KT01\n    unit_type: district\n    at_least",
     "indicator: KT01", "targets.1.indicator", "of kind yes_no: KT01 is snapshot"),
    ("    indicator: MH01\n    unit_type: district\n    at_least",
     "    indicator: MH01\n    unit_type: commune\n    at_least",
     "unit_type: commune\n    at_least", "targets.1.unit_type", "ask MH01 in the form commune"),
    ("    indicator: MH01\n    unit_type: district\n    at_least",
     "    indicator: MH01\n    unit_type: distrct\n    at_least",
     "unit_type: distrct", "targets.1.unit_type", "did you mean `district`?"),
    ("    indicator: MH01\n    unit_type: district\n    steps",
     "    indicator: MH01\n    unit_type: commune\n    steps",
     "unit_type: commune\n    steps", "targets.6.unit_type", "ask MH01 in the form commune"),
    ("    indicator: KH01\n    unit_type: district\n", "    indicator: KH01\n",
     "indicator: KH01", "targets.2.indicator", "add unit_type"),
    ("    unit_types: [commune]", "    unit_types: [district]", "unit_types: [district]\n  - id",
     "targets.4.unit_types.0", "ask TT01 in the form district"),
    ("named_list: pilot", "named_list: pilots", "named_list", "targets.1.named_list",
     "unknown list: did you mean `pilot`?"),
    ('at_least: "20%"', 'at_least: "120%"', '"120%"', "targets.0.at_least", 'up to "100%"'),
    ('at_least: "20%"', 'at_least: "0%"', '"0%"', "targets.0.at_least", 'above "0%"'),
    ('      2024: "40%"', '      2024: "140%"', '"140%"', "targets.6.steps.2024", 'up to "100%"'),
    ('      2024: "40%"', '      2023: "40%"', "2023:", "targets.6.steps.2023", "2024 to 2025"),
    ('    high: "6%"', '    high: "3%"', "high:", "targets.3.high", "a share of at least 4%"),
    ("by: 2025", "by: 2023", "by: 2023", "targets.5.by", "not before 2024"),
    # calendar
    ("    - id: Y\n", "    - id: H1\n", "- id: H1\n      kind: year", "calendar.recurring.1.id",
     "remove the second H1"),
    ("    - id: KH2024", "    - id: H1", "- id: H1\n      title", "calendar.one_off.0.id",
     "remove the second H1"),
    ("      to: 14/6", "      to: 14/12 năm trước", "to: 14/12 năm", "calendar.recurring.0.to",
     "not before 15/12 năm trước"),
    ("      to: 14/6", "      to: 29/2", "to: 29/2", "calendar.recurring.0.to", "2025 lacks 29/2"),
    ("trước ngày 15/6", "trước ngày 29/2", "29/2", "calendar.recurring.0.deadline", "2025 lacks"),
    ("trước ngày 15/6", "trước ngày 15/6/2024", "15/6/2024", "calendar.recurring.0.deadline",
     "remove the year"),
    ("      kind: half_year", "      kind: one_off", "kind: one_off", "calendar.recurring.0.kind",
     "move the period to one_off"),
    ("years: [2024, 2025]", "years: [2024, 2026]", "years:", "calendar.recurring.0.years.1",
     "a year of the plan: 2024 to 2025"),
    ("đến ngày 15/3/2024", "đến ngày 15/3", "đến ngày", "calendar.one_off.0.deadline",
     "add the year, as đến ngày 15/3/2021"),
    ("đến ngày 15/3/2024", "trước ngày 2/2/2024", "trước ngày 2/2", "calendar.one_off.0.deadline",
     "a day after 2024-02-01"),
    ("to: 2024-03-01", "to: 2024-01-01", "to: 2024-01-01", "calendar.one_off.0.to",
     "not before 2024-02-01"),
    ("      form: own_plan\n", "      form: own_pln\n", "form: own_pln", "calendar.one_off.0.form",
     "did you mean `own_plan`?"),
    ("unit_types: [commune, district]", "unit_types: [commune, agency]", "[commune, agency]",
     "calendar.recurring.1.unit_types.1", "unknown unit type"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "key", "advice"), IN_PLAN)
def test_each_broken_rule_of_the_plan_is_told(
    tmp_path: Path, old: str, new: str, where: str, key: str, advice: str
) -> None:
    plan = swapped(PLAN, old, new)

    [mistake] = [one for one in mistakes_in(written(tmp_path, plan)) if one.key == key]

    assert Path(mistake.file).name == "plan.yaml"
    assert mistake.line == line_of(plan, where)
    assert advice in mistake.advice


IN_UNITS = [
    # old, new, line, column, advice
    ("594,Huyện", "593,Huyện", 3, "code", "remove the second 593: line 2 has this unit"),
    ("Bình,district", "Bình,distrit", 3, "type", "unknown unit type: did you mean `district`?"),
    ("An,commune,594", "An,commune,5940", 6, "parent", "unknown unit: did you mean `594`?"),
    ("Bình,district,", "Bình,district,22921", 3, "parent", "594 → 22921 → 594 is a circle"),
    ("Bình,district,", "Bình,district,594", 3, "parent", "594 → 594 is a circle"),
    ("2024-02-01,2025-06-30", "2024-02-01,2024-01-30", 6, "valid_to", "not before 2024-02-01"),
    ("2024-02-01,2025-06-30", "2024-02-01,", 6, "valid_to",
     "write 2025-06-30 or earlier, or another parent: 594 ends then"),
    ("Bình,district,,,", "Bình,district,,2024-03-01,", 6, "valid_from",
     "write 2024-03-01 or later, or another parent: 594 begins then"),
    ("2024-11-30,22915", "2024-11-30,22999", 5, "successors", "unknown unit"),
    ("2024-11-30,22915", "2024-11-30,22915;22915", 5, "successors", "remove the second 22915"),
    ("2024-11-30,22915", "2024-11-30,22918", 5, "successors", "a unit cannot succeed itself"),
    ("2024-11-30,22915", ",22915", 5, "valid_to", "write the last day of the unit"),
    ("2024-11-30,22915", "2023-11-30,22921", 5, "successors",
     "name a unit in force on 2023-12-01: 22921 is not"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "column", "advice"), IN_UNITS)
def test_each_broken_rule_of_the_units_is_told(
    tmp_path: Path, old: str, new: str, line: int, column: str, advice: str
) -> None:
    home = written(tmp_path, units=swapped(UNITS, old, new))

    found = [one for one in mistakes_in(home) if Path(one.file).name == "units.csv"]

    here = [one.advice for one in found if (one.line, one.key) == (line, column)]
    assert any(advice in told for told in here), found


def test_an_indicator_that_no_form_asks_is_told_at_both_ends(tmp_path: Path) -> None:
    plan = swapped(PLAN, "questions: [MH01, KT01, KT02]", "questions: [MH01, KT01]")

    found = {one.key for one in mistakes_in(written(tmp_path, plan))}

    assert {"indicators.KT02.counted_at", "checks.0", "targets.0.numerator.0"} <= found


def test_a_commune_is_asked_ten_questions_at_most(tmp_path: Path) -> None:
    codes = [f"CX{number:02}" for number in range(9)]
    asked = "".join(f"      - {code}\n" for code in codes)
    kinds = "".join(
        f"  {code}:\n    label: x\n    measure: x\n    kind: flow\n    counted_at: [commune]\n"
        for code in codes
    )
    plan = swapped(PLAN, "      - TT02\n", f"      - TT02\n{asked}")
    plan = swapped(plan, "forms:\n", f"{kinds}forms:\n")

    [mistake] = mistakes_in(written(tmp_path, plan))

    assert (mistake.line, mistake.key) == (line_of(plan, "questions:"), "forms.commune.questions")
    assert mistake.advice == "ask a commune at most 10 questions: here are 11"


def test_a_plan_has_targets_or_says_why_not(tmp_path: Path) -> None:
    start, end = PLAN.index("targets:\n"), PLAN.index("calendar:\n")
    plan = PLAN[:start] + PLAN[end:]

    [mistake] = mistakes_in(written(tmp_path, plan))
    assert (mistake.line, mistake.key) == (1, "targets")
    assert "no_targets_note" in mistake.advice

    load(written(tmp_path, plan + "no_targets_note: Kế hoạch không nêu chỉ tiêu\n"))


@pytest.mark.parametrize("calendar", ["calendar: {}\n", "calendar:\n  recurring: []\n"])
def test_something_is_due(tmp_path: Path, calendar: str) -> None:
    plan = PLAN[: PLAN.index("calendar:\n")] + calendar
    start, end = plan.index("  own_plan:"), plan.index("checks:\n")
    plan = plan[:start] + plan[end:]

    [mistake] = [one for one in mistakes_in(written(tmp_path, plan)) if one.key == "calendar"]

    assert mistake.line == line_of(plan, "calendar:")
    assert "at least one period" in mistake.advice


def test_a_one_off_form_may_ask_what_the_usual_one_does_not(tmp_path: Path) -> None:
    pack = load(written(tmp_path))

    assert "KH01" not in pack.forms["district"].questions
    assert "KH01" in pack.forms[pack.calendar.one_off[0].form].questions


def test_a_leap_day_stands_where_every_year_has_it(tmp_path: Path) -> None:
    plan = swapped(PLAN, "      to: 14/6", "      to: 29/2")

    load(written(tmp_path, swapped(plan, "years: [2024, 2025]", "years: [2024]")))


def test_a_missing_section_is_one_mistake_and_not_one_for_each_reference(tmp_path: Path) -> None:
    start, end = PLAN.index("indicators:\n"), PLAN.index("forms:\n")

    [mistake] = mistakes_in(written(tmp_path, PLAN[:start] + PLAN[end:]))

    assert mistake.key == "indicators"


def test_rules_stand_once() -> None:
    assert len(RULES) == len(set(RULES))
