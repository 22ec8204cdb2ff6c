"""`python -m bot dhis2`: a mapping is proposed, kept, checked; files are read back."""

import csv
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from bot.operations import application
from bot.settings import read_settings
from documents.adx import adx
from documents.consolidated import Consolidated
from documents.dhis2 import completions, data_value_sets
from plans.dhis2_mapping import proposal, proposed
from plans.messages import File
from plans.pack import Pack
from tests.documents.shipped import consolidated, given, periods

PLAN, OTHER = "binh_thuan_2024", "lai_chau_2013"
MUI_NE = "UBND phường Mũi Né, thành phố Phan Thiết"
WRONG = ('"22918": "22918"', '"22918": "22915"')


@pytest.fixture
def own(data: Path) -> Path:
    """The mapping that was written for an operator to edit."""
    assert run("mapping", PLAN, "--write")[0] == 0
    return data / "dhis2" / f"{PLAN}.yaml"


@pytest.fixture
def found(packs: Mapping[str, Pack]) -> Consolidated:
    pack = packs[PLAN]
    return consolidated(pack, periods(pack)[0], given(pack, 5))


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["dhis2", *map(str, words)])
    return result.exit_code, result.output


def edit(path: Path, *change: str) -> int:
    """Put other words into a file; return the line at which they stand."""
    text = path.read_text(encoding="utf-8")
    old, new = change
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def kept(folder: Path, file: File) -> Path:
    path = folder / file.name
    path.write_bytes(file.content)
    return path


def figures(found: Consolidated) -> dict[tuple[str, str], Decimal]:
    return {
        (one.unit, code): answer.number
        for one in found.units
        for code, answer in one.answers.items()
        if answer.number is not None
    }


def test_the_proposal_is_printed(data: Path, packs: Mapping[str, Pack]) -> None:
    assert run("mapping", PLAN) == (0, proposal(packs[PLAN]))
    assert not (data / "dhis2").exists()


def test_an_unknown_plan_is_told_with_what_was_meant(data: Path) -> None:
    assert run("mapping", "binh_thuan_2042") == (1, f"unknown plan: did you mean `{PLAN}`?\n")


def test_what_is_written_is_never_overwritten(own: Path, packs: Mapping[str, Pack]) -> None:
    assert own.read_text(encoding="utf-8") == proposal(packs[PLAN])
    own.write_text("mine", encoding="utf-8")
    code, told = run("mapping", PLAN, "--write")

    assert (code, f"{own} is there already" in told) == (1, True)
    assert own.read_text(encoding="utf-8") == "mine"


def test_a_whole_mapping_is_checked_and_summed_up(own: Path, packs: Mapping[str, Pack]) -> None:
    pack = packs[PLAN]
    sets = 4 * len({unit_type.form for unit_type in pack.unit_types.values()})
    counts = f"data sets {sets}, indicators {len(pack.indicators)}, units {len(pack.units)}"

    summary = f"{own}: {counts}, 0 without a code\n"
    assert run("check", PLAN) == run("check", own) == (0, summary)


def test_without_a_file_a_check_says_what_is_used(data: Path) -> None:
    code, told = run("check", PLAN)

    assert code == 0
    assert f"no {data / 'dhis2' / PLAN}.yaml, so files carry our own codes" in told


def test_what_has_no_code_is_named(own: Path) -> None:
    edit(own, '  "22915": "22915"  # Phường Mũi Né\n', "")
    code, told = run("check", PLAN)

    assert code == 1
    assert f"{own}: no code for org_units.22915: Phường Mũi Né\n" in told
    assert "1 without a code" in told


def test_a_mistake_is_told_with_file_and_line(own: Path) -> None:
    line = edit(own, *WRONG)

    for which in (PLAN, own):
        code, told = run("check", which)
        assert code == 1
        assert told.startswith(f"{own}:{line}: org_units.22918: write another code: 22915")


def test_a_mapping_may_stand_anywhere_while_it_is_checked(own: Path, tmp_path: Path) -> None:
    elsewhere = own.rename(tmp_path / "draft.yaml")

    assert run("check", elsewhere)[0] == 0
    assert "unknown plan" in run("check", "nowhere.yaml")[1]


def test_the_application_takes_what_is_in_data_dir(own: Path, packs: Mapping[str, Pack]) -> None:
    edit(own, '"22915": "22915"', '"22915": "their code"')
    world = application(read_settings()).world

    assert world.dhis2_mapping(PLAN).org_units["22915"] == "their code"
    assert world.dhis2_mapping(OTHER) == proposed(packs[OTHER])


@pytest.mark.parametrize("command", ["doctor", "migrate", "serve"])
def test_nothing_starts_with_a_wrong_mapping(command: str, own: Path) -> None:
    line = edit(own, *WRONG)
    result = CliRunner().invoke(app, [command])

    assert result.exit_code == 1
    assert f"{own}:{line}: org_units.22918: write another code" in result.output


def test_nothing_starts_with_the_mapping_of_another_plan(own: Path) -> None:
    own.rename(own.with_name(f"{OTHER}.yaml"))
    result = CliRunner().invoke(app, ["doctor"])

    assert result.exit_code == 1
    assert f"plan: write {OTHER}, as the file is called, or rename the file" in result.output


def test_a_wrong_file_of_working_days_is_told_alike(data: Path) -> None:
    (data / "working_days.yaml").write_text("days_off: [x]", encoding="utf-8")
    result = CliRunner().invoke(app, ["doctor"])

    assert result.exit_code == 1
    assert "working_days.yaml:1: days_off: write lists" in result.output


def test_the_doctor_names_the_files_and_what_they_lack(own: Path) -> None:
    assert f"DHIS2 mappings: {own}\n" in CliRunner().invoke(app, ["doctor"]).output
    edit(own, '  "22915": "22915"  # Phường Mũi Né\n', "")
    result = CliRunner().invoke(app, ["doctor"])

    assert result.exit_code == 1
    assert f"to do: the DHIS2 mapping of {PLAN} has no code for 1 things" in result.output


@pytest.mark.parametrize("write", [adx, data_value_sets])
def test_a_file_is_read_back_to_the_figures(
    write: type, own: Path, found: Consolidated, tmp_path: Path
) -> None:
    edit(own, '"22915": "22915"', '"22915": "their code"')
    mapping = application(read_settings()).world.dhis2_mapping(PLAN)
    file = kept(tmp_path, write(found, mapping))

    code, table = run("read", file, "--plan", PLAN)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert code == 0
    assert {(row["unit"], row["code"]): Decimal(row["value"]) for row in rows} == figures(found)
    assert {(row["kind"], row["period"]) for row in rows} == {("quarter", "2024Q1")}
    assert {row["name"] for row in rows if row["unit"] == "22915"} == {MUI_NE}
    assert json.loads(run("read", file, "--plan", PLAN, "--json")[1]) == rows


def test_a_file_is_read_with_another_mapping(
    data: Path, found: Consolidated, tmp_path: Path, packs: Mapping[str, Pack]
) -> None:
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text(proposal(packs[PLAN]), encoding="utf-8")
    edit(theirs, '"22915": "22915"', '"22915": "their code"')
    file = kept(tmp_path, data_value_sets(found, proposed(packs[PLAN])))

    code, told = run("read", file, "--plan", PLAN, "--mapping", theirs)
    assert code == 1
    assert told == f"{file}: 22915 as orgUnit is not in the DHIS2 mapping, or not of its form.\n"


def test_what_holds_no_values_is_refused(
    data: Path, found: Consolidated, tmp_path: Path, packs: Mapping[str, Pack]
) -> None:
    days = kept(tmp_path, completions(found, proposed(packs[PLAN])))
    torn = tmp_path / "torn.xml"
    torn.write_text("<adx", encoding="utf-8")

    assert run("read", days, "--plan", PLAN)[0] == 1
    assert run("read", torn, "--plan", PLAN) == (1, f"{torn}: The file is not ADX.\n")
    assert run("read", tmp_path / "nothing", "--plan", PLAN)[0] == 2
