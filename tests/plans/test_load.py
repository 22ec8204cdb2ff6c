"""Loading packs: each slip is told with its line, its key and what to write instead."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

from plans.errors import Mistake, PlanError
from plans.lines import read_yaml
from plans.load import load, load_all
from plans.source import Steps
from plans.targets import Schedule
from tests.plans.example_pack import (
    PLAN,
    UNITS,
    line_of,
    mistakes_in,
    swapped,
    written,
)

SLIPS = [
    # old, new, the text on the line told, key, advice
    ("issuer: UBND tỉnh\n", "", "id: example", "issuer", "add `issuer`: text"),
    ("  number: 12", "  numbr: 12", "numbr", "document.numbr", "did you mean `number`?"),
    ("short_title: kế hoạch", "short_title:", "short_title:", "short_title", "write"),
    ('code: "60"', "code: 60", "province:", "province.code",
     'write two digits, as 25, in quotes: "60"'),
    ("date: 2024-01-20", "date: 20/1/2024", "date: 20", "document.date", "year-month-day"),
    ("date: 2024-01-20", "date: 2024-02-30", "date: 2024-02", "document.date", "calendar has"),
    ("date: 2024-01-20", 'date: "86400"', "date: ", "document.date", "year-month-day"),
    ("date: 2024-01-20", "date: 2024", "date: ", "document.date", "write a day, as 2021-06-30"),
    ("valid_to: 2025-12-31", "valid_to: 2023-12-31", "valid_to:", "valid_to",
     "a day that is not before valid_from"),
    ("    obligation: required\n    form: district", "    obligation: must\n    form: district",
     "obligation: must", "unit_types.district.obligation", "write one of: required, invited"),
    ("count: 124", "count: 0", "count: 0", "unit_counts.0.count", "a whole number of at least 1"),
    ("count: 124", 'count: "124"', "count:", "unit_counts.0.count", "without quotes"),
    ("count: 124", "count: true", "count:", "unit_counts.0.count", "whole number"),
    ("count: 124", "count: 12.5", "count:", "unit_counts.0.count", "whole number"),
    ("least: 0", "least: -1", "least:", "indicators.TT01.least", "a whole number of at least 0"),
    ("    kind: snapshot", "    kind: stock", "kind: stock", "indicators.KT01.kind",
     "write one of: yes_no, flow, snapshot, unique"),
    ("    label: Số cuộc\n    measure: cuộc\n", "    label: Số cuộc\n", "  TT01:",
     "indicators.TT01.measure", "add `measure`"),
    ("counted_at: [commune]", "counted: [commune]", "counted:", "indicators.TT01.counted",
     "unknown key: did you mean `counted_at`?"),
    ("counted_at: [commune]", "counted_at: commune", "counted_at: commune",
     "indicators.TT01.counted_at", "write a list of at least 1: [commune]"),
    ("counted_at: [commune]", "counted_at: []", "counted_at: []", "indicators.TT01.counted_at",
     "write a list of at least 1"),
    ("    most: 500\n", "    money: 1\n", "money: 1", "indicators.TT01.money",
     "write true or false"),
    ("  KH01:\n", "  kh1:\n", "  kh1:", "indicators.kh1", "write the key as two capital letters"),
    ("      - TT02\n", "      - tt2\n", "- tt2", "forms.commune.questions.1",
     "two capital letters"),
    ("    name: Nơi thí điểm", "    name: {en: Pilot}", "name: {en", "lists.pilot.name.vi",
     "add `vi`"),
    ("    name: Nơi thí điểm", '    name: ""', 'name: ""', "lists.pilot.name", "write text"),
    ('units: ["593", "594"]', 'units: [593, "594"]', "units: [593", "lists.pilot.units.0",
     'in quotes: "593"'),
    ('at_least: "20%"', "at_least: 20", "at_least: 20", "targets.0.at_least", 'as "70%"'),
    ('at_least: "20%"', 'at_least: "7/0%"', "at_least: ", "targets.0.at_least", 'as "70%"'),
    ("    kind: ratio_min\n", "    kind: ratio\n", "kind: ratio", "targets.0.kind",
     "write a target whose kind is one of: count_min, cumulative_by"),
    ("    kind: ratio_min\n", "", "- id: VD-01", "targets.0.kind", "whose kind is one of"),
    ("    low: \"4%\"\n", "    lowest: \"4%\"\n", "lowest", "targets.3.lowest",
     "did you mean `low`?"),
    ("    each: quarter\n", "    each: week\n", "each: week", "targets.4.each",
     "one of: month, quarter"),
    ("id: VD-08", "id: VD8", "id: VD8", "targets.7.id", "two capital letters, a hyphen"),
    ('      2025: "70,5%"', '      later: "70,5%"', "later", "targets.6.steps.later",
     "write the key as a year, as 2021"),
    ("lock_days: 10", "lock_days: 400", "lock_days", "calendar.lock_days", "from 0 to 365"),
    ("      to: 14/6", "      to: 31/6", "to: 31/6", "calendar.recurring.0.to", "calendar has"),
    ("      to: 14/6", "      to: June 14", "to: June", "calendar.recurring.0.to",
     "write day/month"),
    ("trước ngày 15/6", "trước 15/6", "trước 15/6", "calendar.recurring.0.deadline",
     "trước ngày 15/6"),
    ("      to: 14/6", "      to: {day: 14, month: 6}", "to: {", "calendar.recurring.0.to",
     "write day/month"),
    ("years: [2024, 2025]", "years: 2024", "years: 2024", "calendar.recurring.0.years",
     "a list: [2024]"),
    ("id: example", "id: Example", "id: Example", "id", "small letters"),
    ("id: example", "id: other", "id: other", "id", "write example, as the folder is called"),
    ("issuer: UBND tỉnh", "issuer: UBND tỉnh\nunits: []", "units: []", "units",
     "move the units to units.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "key", "advice"), SLIPS)
def test_each_slip_has_its_line_key_and_advice(
    tmp_path: Path, old: str, new: str, where: str, key: str, advice: str
) -> None:
    plan = swapped(PLAN, old, new)
    home = written(tmp_path, plan)

    [mistake] = [one for one in mistakes_in(home) if one.key == key]

    assert mistake.file == str(home / "plan.yaml")
    assert mistake.line == line_of(plan, where)
    assert advice in mistake.advice
    assert "Input should" not in mistake.advice


def test_the_example_is_right(tmp_path: Path) -> None:
    pack = load(written(tmp_path))

    assert pack.document.date == date(2024, 1, 20)
    assert pack.title.in_language("en") == "Plan of 2024"
    assert pack.short_title.in_language("en") == "kế hoạch"
    assert pack.tree.title("22915") == "Phường Mũi Né, thành phố Phan Thiết"
    assert pack.tree["593"].aliases == ("Phan Thiết", "TP Phan Thiết")
    assert pack.tree["22918"].successors == ("22915",)
    steps = next(target for target in pack.targets if isinstance(target, Schedule)).steps
    assert steps == {2024: Fraction(2, 5), 2025: Fraction(141, 200)}


def test_a_share_may_stand_without_quotes(tmp_path: Path) -> None:
    load(written(tmp_path, swapped(PLAN, 'at_least: "20%"', "at_least: 20%")))


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    plan = swapped(PLAN, "issuer: UBND tỉnh\n", "issuer: no\n")
    plan = swapped(plan, "    kind: snapshot", "    kind: stock")
    plan = swapped(plan, "whole: KT01", "whole: TT01")
    plan = swapped(plan, "    each: quarter", "    each: week")
    units = swapped(UNITS, "22918,Phường Hàm Tiến,commune,593", "22918,,commune,599")

    mistakes = mistakes_in(written(tmp_path, plan, units))

    assert [(Path(one.file).name, one.line, one.key) for one in mistakes] == [
        ("plan.yaml", line_of(plan, "issuer: no"), "issuer"),
        ("plan.yaml", line_of(plan, "kind: stock"), "indicators.KT01.kind"),
        ("plan.yaml", line_of(plan, "- part: KT02"), "checks.0"),
        ("plan.yaml", line_of(plan, "each: week"), "targets.4.each"),
        ("units.csv", 5, "name"),
        ("units.csv", 5, "parent"),
    ]


def test_the_error_prints_one_mistake_a_line(tmp_path: Path) -> None:
    home = written(tmp_path, swapped(PLAN, "count: 124", "count: 0"))

    with pytest.raises(PlanError) as caught:
        load(home)

    advice = "unit_counts.0.count: write a whole number of at least 1"
    assert str(caught.value) == f"{home / 'plan.yaml'}:{line_of(PLAN, 'count: 124')}: {advice}"


def test_units_are_checked_beside_a_plan_that_cannot_be_read(tmp_path: Path) -> None:
    units = swapped(UNITS, "22915,Phường Mũi Né,commune,593", "22915,Phường Mũi Né,commune,599")

    found = [one.key for one in mistakes_in(written(tmp_path, "a: [", units))]

    assert found == ["yaml", "parent"]


def test_letters_are_composed_and_spaces_plain(tmp_path: Path) -> None:
    plan = swapped(PLAN, "trước ngày 15/6", "trước\u00a0ngày\u202f15/6")
    apart = unicodedata.normalize("NFD", plan)
    assert apart != plan

    pack = load(written(tmp_path, apart, unicodedata.normalize("NFD", UNITS)))

    assert str(pack.calendar.recurring[0].deadline) == "trước ngày 15/6"
    assert pack.title.vi == "Kế hoạch năm 2024"
    assert pack.tree["22915"].name == "Phường Mũi Né"


def test_plans_saved_on_windows_are_read(tmp_path: Path) -> None:
    load(written(tmp_path, b"\xef\xbb\xbf" + PLAN.replace("\n", "\r\n").encode()))


def test_files_in_another_encoding_are_told(tmp_path: Path) -> None:
    home = written(tmp_path, units=b"code,name,type,parent\n593,Th\xe0nh ph\xf4,district,\n")

    [mistake] = mistakes_in(home)

    assert (mistake.line, mistake.advice) == (2, "save the file as UTF-8")


@pytest.mark.parametrize("file", ["plan.yaml", "units.csv"])
def test_a_missing_file_is_told(tmp_path: Path, file: str) -> None:
    home = written(tmp_path)
    (home / file).unlink()

    [mistake] = mistakes_in(home)

    assert mistake.file == str(home / file)
    assert "add this file" in mistake.advice


def test_packs_are_found_in_several_folders(tmp_path: Path) -> None:
    one = written(tmp_path / "own")
    written(tmp_path / "more", swapped(PLAN, "id: example", "id: another"), name="another")
    (tmp_path / "more" / "notes.txt").write_text("no pack")
    (tmp_path / "more" / "empty").mkdir()

    packs = load_all([tmp_path / "more", one, tmp_path / "own"])

    assert sorted(packs) == ["another", "example"]


def test_an_id_stands_once(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a"), written(tmp_path / "b")

    with pytest.raises(PlanError) as caught:
        load_all([tmp_path / "a", tmp_path / "b"])

    [mistake] = caught.value.mistakes
    assert (mistake.file, mistake.line, mistake.key) == (str(second / "plan.yaml"), 1, "id")
    assert mistake.advice == f"write another id: {first} has this one"


def test_mistakes_of_all_packs_are_told(tmp_path: Path) -> None:
    written(tmp_path, swapped(PLAN, "count: 124", "count: 0"))
    written(tmp_path, "a: [", name="broken")

    with pytest.raises(PlanError) as caught:
        load_all([tmp_path, tmp_path / "nowhere"])

    assert [one.key for one in caught.value.mistakes] == ["yaml", "unit_counts.0.count", "folder"]


_SPOILT: tuple[object, ...] = (
    None,
    5,
    True,
    "x",
    "é{0}",
    "99999%",
    [],
    {},
    [[]],
    ["x", "x"],
    {"kind": "x"},
)


def _places(value: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if steps:
        yield steps
    inside = value.items() if isinstance(value, dict) else ()
    for step, item in enumerate(value) if isinstance(value, list) else inside:
        yield from _places(item, (*steps, step))


@given(place=sampled_from(list(_places(read_yaml(PLAN, "").value))), spoilt=sampled_from(_SPOILT))
def test_whatever_stands_anywhere_is_a_mistake_with_advice(place: Steps, spoilt: object) -> None:
    plan = json.loads(json.dumps(read_yaml(PLAN, "").value))
    part = plan
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = spoilt

    with TemporaryDirectory() as folder:
        mistakes: list[Mistake] = []
        try:
            load(written(Path(folder), json.dumps(plan)))
        except PlanError as error:
            mistakes = error.mistakes

    assert [one for one in mistakes if "nput should" in one.advice or not one.key] == []
