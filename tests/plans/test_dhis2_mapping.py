"""A mapping to DHIS2: what is proposed is whole, and a wrong one is refused with its place."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from plans.dhis2_files import load_mapping, load_mappings
from plans.dhis2_mapping import Element, lacking, proposal, proposed
from plans.errors import PlanError
from plans.pack import Pack

BT, LC = "binh_thuan_2024", "lai_chau_2013"


def wrong(path: Path, packs: Mapping[str, Pack]) -> list[str]:
    """Return what is wrong with a file as `line: key: advice`."""
    with pytest.raises(PlanError) as refused:
        load_mappings([path], packs)
    assert {mistake.file for mistake in refused.value.mistakes} == {str(path)}
    return [str(one).removeprefix(f"{path}:") for one in refused.value.mistakes]


def written(folder: Path, text: str, plan: str = BT) -> Path:
    path = folder / f"{plan}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_proposal_is_whole_and_read_as_it_was_meant(
    tmp_path: Path, packs: Mapping[str, Pack]
) -> None:
    paths = [written(tmp_path, proposal(pack), plan) for plan, pack in packs.items()]
    read = load_mappings(paths, packs)

    for plan, pack in packs.items():
        mapping = proposed(pack)
        assert read[plan] == mapping
        assert not list(lacking(mapping, pack))
        assert set(mapping.org_units) == {unit.code for unit in pack.units}
        assert set(mapping.data_elements) == set(pack.indicators)
        kinds = {rule.kind.value for rule in pack.calendar.recurring}
        for unit_type in pack.unit_types.values():
            assert set(mapping.data_sets[unit_type.form]) == kinds


def test_codes_of_another_instance_are_read(tmp_path: Path, packs: Mapping[str, Pack]) -> None:
    text = proposal(packs[BT]).replace('"KT03", cumulative: "KT03_YTD"', "f7n, cumulative: Ix2")
    text = text.replace('"22915": "22915"', '"22915": "OU & 559"')
    mapping = load_mapping(written(tmp_path, text), packs)

    assert mapping.data_elements["KT03"] == Element(period="f7n", cumulative="Ix2")
    assert mapping.org_units["22915"] == "OU & 559"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("plan: binh", "plans: binh", "plans: unknown key: did you mean `plan`?"),
        ("plan: binh", "plan: [binh", "yaml: close the list with ]"),
        ('22915": "22915"', '22915": 22915', "org_units.22915: write a code of at most 50"),
        ('22915": "22915"', '22915": 22915', 'in quotes: "22915"'),
        ('22915": "22915"', '22915": " 1"', "org_units.22915: write a code of at most 50"),
        ('commune_Q"', f'{"x" * 60}"', "data_sets.commune.quarter.code: write a code of at most"),
        (
            'commune_S", elements: cumulative',
            'commune_S", elements: both',
            "data_sets.commune.half_year.elements: write one of: period, cumulative",
        ),
        (
            '    year: {code: "binh_thuan_2024_commune_Y"',
            '    month: {code: "binh_thuan_2024_commune_Y"',
            "data_sets.commune.month: write the key as 'quarter', 'half_year'",
        ),
        (', cumulative: "KT03_YTD"', "", "data_elements.KT03.cumulative: add `cumulative`"),
        ("  commune:", "  comune:", "data_sets.comune: unknown form: did you mean `commune`?"),
        ("  KT03:", "  KT93:", "data_elements.KT93: unknown indicator: did you mean `KT0"),
        ('  "22915"', '  "2291"', "org_units.2291: unknown unit: did you mean `2291"),
        (
            '22918": "22918"',
            '22918": "22915"',
            "org_units.22918: write another code: 22915 stands for org_units.22915 in line",
        ),
        (
            '"KT03", cumulative: "KT03_YTD"',
            '"KT03", cumulative: "KT02"',
            "data_elements.KT03.cumulative: write another code: KT02 stands for data_elements.KT02",
        ),
        (
            'commune_S"',
            'commune_Q"',
            "data_sets.commune.half_year.code: write another code: binh_thuan_2024_commune_Q",
        ),
        (
            'commune_9M", elements: cumulative',
            'commune_9M", elements: period',
            "data_sets.commune.nine_months.elements: write the other elements",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    old: str, new: str, told: str, tmp_path: Path, packs: Mapping[str, Pack]
) -> None:
    text = proposal(packs[BT])
    line = text[: text.index(old)].count("\n") + 1

    [mistake, *_] = [
        m for m in wrong(written(tmp_path, text.replace(old, new)), packs) if told in m
    ]
    assert mistake.startswith(f"{line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "plan"])
def test_a_file_that_says_nothing_is_told_what_to_say(
    text: str, tmp_path: Path, packs: Mapping[str, Pack]
) -> None:
    told = wrong(written(tmp_path, text), packs)

    assert [line.split(": ")[1] for line in told] == [
        *("plan", "data_sets", "data_elements", "org_units")
    ]


def test_the_mapping_of_another_plan_is_refused(tmp_path: Path, packs: Mapping[str, Pack]) -> None:
    path = written(tmp_path, proposal(packs[LC]))

    assert wrong(path, packs) == [f"3: plan: write {BT}, as the file is called, or rename the file"]
    assert load_mapping(path, packs).plan == LC


def test_a_file_called_after_no_plan_is_refused(tmp_path: Path, packs: Mapping[str, Pack]) -> None:
    text = proposal(packs[BT]).replace(f"plan: {BT}", "plan: binh_thuan_2042")

    [told] = wrong(written(tmp_path, text, "binh_thuan_2042"), packs)
    assert told == f"3: plan: unknown plan: did you mean `{BT}`?"


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path, packs: Mapping[str, Pack]) -> None:
    paths = [written(tmp_path, "", plan) for plan in (BT, LC)]

    with pytest.raises(PlanError) as refused:
        load_mappings(paths, packs)
    assert {mistake.file for mistake in refused.value.mistakes} == {str(path) for path in paths}


def test_what_is_in_no_encoding_of_ours_is_refused(
    tmp_path: Path, packs: Mapping[str, Pack]
) -> None:
    path = tmp_path / f"{BT}.yaml"
    path.write_bytes(proposal(packs[BT]).encode("utf-16"))

    [told] = wrong(path, packs)
    assert told.endswith("save the file as UTF-8")


def test_what_has_no_code_is_named(packs: Mapping[str, Pack]) -> None:
    pack = packs[BT]
    whole = proposed(pack)
    without = whole.model_copy(
        update={
            "data_sets": {f: kinds for f, kinds in whole.data_sets.items() if f != "courts"},
            "data_elements": {c: e for c, e in whole.data_elements.items() if c != "KT03"},
            "org_units": {c: name for c, name in whole.org_units.items() if c != "22915"},
        }
    )

    told = list(lacking(without, pack))
    assert [line.split(":")[0] for line in told] == [
        *(f"data_sets.courts.{kind}" for kind in whole.data_sets["courts"]),
        "data_elements.KT03",
        "org_units.22915",
    ]
    assert told[-1] == "org_units.22915: Phường Mũi Né"
