"""The commands about packs, as a person runs them."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.plan_commands import pack_folders, plan_app
from plans.schema import schema_text
from tests.plans.example_pack import PLAN, line_of, swapped, written

SUMMARY = (
    "example: units 5 (commune 3, district 2); forms 3; indicators 6; targets 8 (ratio_min 1, "
    "share_of_units 1, count_min 1, growth_band 1, frequency_min 1, cumulative_by 1, schedule 1, "
    "qualitative 1); periods 2 recurring, 1 one-off; to confirm 1\n"
)


def run(*args: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(plan_app, [str(arg) for arg in args])
    return result.exit_code, result.output


@pytest.mark.parametrize("inside", [".", "example", "example/plan.yaml", "example/units.csv"])
def test_a_good_pack_is_summed_up_in_a_line(tmp_path: Path, inside: str) -> None:
    written(tmp_path)

    assert run("check", tmp_path / inside) == (0, SUMMARY)


def test_mistakes_are_printed_beside_good_packs(tmp_path: Path) -> None:
    plan = swapped(PLAN, "count: 124", "count: 0")
    wrong = written(tmp_path / "a", plan)
    good = written(tmp_path / "b")

    code, output = run("check", wrong, good)

    line = line_of(plan, "count: 0")
    advice = "unit_counts.0.count: write a whole number of at least 1"
    assert (code, output) == (1, f"{wrong / 'plan.yaml'}:{line}: {advice}\n{SUMMARY}")


def test_files_among_the_packs_are_passed_over(tmp_path: Path) -> None:
    home = written(tmp_path)
    note = tmp_path / "plan.schema.json"
    note.write_text("{}")

    assert run("check", note, home) == (0, SUMMARY)


def test_checking_nothing_is_no_success(tmp_path: Path) -> None:
    code, output = run("check", tmp_path)

    assert code == 1
    assert "no pack found" in output


def test_a_path_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    code, output = run("check", tmp_path / "nowhere")

    assert code == 1
    assert "name a folder that exists" in output


def test_packs_are_read_from_every_folder_of_plans_dir(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    written(one)
    written(two, swapped(PLAN, "id: example", "id: another"), name="another")
    monkeypatch.setenv("PLANS_DIR", os.pathsep.join([str(one), "", str(two)]))

    assert pack_folders()[1:] == [one, two]
    assert run("show", "another")[0] == 0


def test_without_plans_dir_the_own_packs_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLANS_DIR", raising=False)

    [own] = pack_folders()

    assert own.parts[-2:] == ("plans", "packs")


def test_a_plan_is_shown_in_vietnamese(tmp_path: Path) -> None:
    written(tmp_path)

    code, output = run("show", "example", "--packs", tmp_path)

    assert code == 0
    for told in (
        "KẾ HOẠCH NĂM 2024",
        "Mã: example · Tỉnh Ví Dụ (mã 60)",
        "Văn bản: 12/KH-UBND, 20/01/2024",
        "- commune · Xã: bắt buộc, 3 đơn vị, biểu commune",
        "- 22918 Phường Hàm Tiến. Cần xác nhận: theo báo chí",
        "    1. TT01 Số cuộc (cuộc, phát sinh trong kỳ)",
        "- KT02 ≤ KT01, không nhận nếu sai",
        "- pilot · Nơi thí điểm (2): Thành phố Phan Thiết, Huyện Bắc Bình",
        "  Trích: “kiểm tra ít nhất 20%”",
        "(KT02) / (KT01) đạt ít nhất 20%",
        "ít nhất 40% số district trả lời có MH01, đối chiếu danh sách pilot",
        "ít nhất 1 district trả lời có KH01",
        "TT02 tăng 4% - 6% so với năm trước",
        "TT01 ít nhất 1 lần/quý (commune)",
        "đạt ít nhất 100%, lũy kế từ 2024 đến hết 2025",
        "tỷ lệ district trả lời có MH01: 2024: 40%, 2025: 70,5%",
        "định tính, không có con số",
        "- H1 · 6 tháng: số liệu 15/12 năm trước - 14/6; trước ngày 15/6, các năm 2024, 2025",
        "- KH2024 · Kế hoạch riêng: số liệu 01/02/2024 - 01/03/2024; đến ngày 15/3/2024",
    ):
        assert told in output


def test_an_unknown_plan_is_told_with_what_was_meant(tmp_path: Path) -> None:
    written(tmp_path)

    code, output = run("show", "exampel", "--packs", tmp_path)

    assert (code, output) == (1, "unknown plan: did you mean `example`?\n")


def test_a_broken_plan_is_not_shown(tmp_path: Path) -> None:
    written(tmp_path, "a: [")

    code, output = run("show", "example", "--packs", tmp_path)

    assert code == 1
    assert "plan.yaml:1: yaml: close every [" in output


def test_every_own_pack_is_right_and_can_be_shown() -> None:
    code, output = run("check", *pack_folders()[:1])

    assert code == 0
    for line in output.splitlines():
        assert run("show", line.partition(":")[0])[0] == 0


def test_the_schema_is_printed() -> None:
    assert run("schema") == (0, schema_text())
