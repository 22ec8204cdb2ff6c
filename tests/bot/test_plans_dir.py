"""A pack that somebody else wrote, in a folder that PLANS_DIR names, works without any code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app

# Two levels since July 2025: a province and its communes, no district; every word is the pack's.
PLAN = """\
id: dong_thap_2026
title: {vi: Chương trình truyền thông năm 2026, en: Communication programme 2026}
short_title: {vi: chương trình, en: programme}
province: {code: "82", name: Tỉnh Đồng Tháp}
issuer: UBND tỉnh Đồng Tháp
document: {number: 7/CTr-UBND, date: 2026-01-15, place: Đồng Tháp}
valid_from: 2026-01-01
valid_to: 2026-12-31
coordinator: {name: Văn phòng UBND tỉnh, short: VPUB}
recipient: {to: UBND tỉnh Đồng Tháp}
unit_types:
  dia_phuong:
    name: {vi: Xã/phường, en: Locality}
    body: "UBND {name}"
    obligation: required
    form: dia_phuong
  doan_the:
    name: {vi: Đoàn thể tỉnh, en: Association}
    obligation: invited
    form: doan_the
indicators:
  DT01:
    label: {vi: Buổi nói chuyện, en: Talks}
    ask: {vi: Tháng này xã tổ chức mấy buổi nói chuyện?, en: How many talks were held?}
    measure: {vi: buổi, en: talks}
    kind: flow
    counted_at: [dia_phuong]
  DT02:
    label: {vi: Tổ dân phố có góc đọc, en: Reading corners}
    measure: {vi: tổ, en: groups}
    kind: snapshot
    most: 500
    counted_at: [dia_phuong]
  DT03:
    label: {vi: Kinh phí, en: Money}
    measure: {vi: triệu đồng, en: million đồng}
    kind: flow
    money: true
    counted_at: [dia_phuong, doan_the]
forms:
  dia_phuong:
    title: {vi: Phiếu xã, en: Locality form}
    questions: [DT01, DT02, DT03]
  doan_the:
    title: {vi: Phiếu đoàn thể, en: Association form}
    questions: [DT03]
no_targets_note: Chương trình không nêu con số.
calendar:
  grace_days: 2
  lock_days: 7
  recurring:
    - {id: N1, kind: quarter, from: 15/12 năm trước, to: 14/3, deadline: chậm nhất ngày 15/3}
    - {id: N2, kind: quarter, from: 15/3, to: 14/6, deadline: trước ngày 15/6}
    - {id: S1, kind: half_year, from: 15/12 năm trước, to: 14/6, deadline: trước ngày 15/6}
"""
UNITS = """\
code,name,type,parent,valid_from,valid_to,successors,aliases,needs_confirmation
30001,Xã Tân Thạnh,dia_phuong,,2025-07-01,,,Tân Thạnh,
30002,Phường Cao Lãnh,dia_phuong,,2025-07-01,,,Cao Lãnh,
HPN,Hội Phụ nữ tỉnh,doan_the,,,,,,
"""
TALK = """\
plan dong_thap_2026
now 2026-06-10 08:00
code ABCD-2345 focal_point 30001
person binh coordinator
report 30001 2026-N1 DT01=4 DT02=3 DT03=12,5

lan> /start ABCD-2345
< ~UBND xã Tân Thạnh
lan> Xác nhận
< ~quý II/2026 và 6 tháng đầu năm 2026
lan> Nhập số liệu
< ~Số liệu từ 15/3/2026 đến 14/6/2026 · hạn: trước 15/6/2026
< ~Câu 1/3 · Tháng này xã tổ chức mấy buổi nói chuyện?
< ~Kỳ trước: 4
lan> 6
< ~Câu 2/3 · Tổ dân phố có góc đọc
lan> 501
< ~500
lan> 3
< ~Câu 3/3 · Kinh phí
lan> 7,25
< ~Buổi nói chuyện: 6 (kỳ trước 4
< ~lũy kế 10
< ~[Gửi báo cáo]
lan> gửi
< ~đúng hạn · mã BC-26Q2-30001-
< ~đến hết 22/6/2026
binh> /tiendo
< ~Đã nộp 1/2
< ~(không tính chậm): 0/1
binh> /tonghop
< ~DT01 · Buổi nói chuyện: 6 buổi
< ~lũy kế 10
< ~19,75
binh> /chuanop
< Chưa nộp báo cáo quý II/2026 và 6 tháng đầu năm 2026: 1 đơn vị (còn 5 ngày)
< - Phường Cao Lãnh: chưa có đầu mối kết nối
< Cơ quan được đề nghị phối hợp, chưa gửi: 1
< - Hội Phụ nữ tỉnh: chưa có đầu mối kết nối
< [Tiến độ] [Đôn đốc 1 đơn vị] [Phường Cao Lãnh] [Hội Phụ nữ tỉnh]
binh> /huyen
< ~Đã nộp 1/2
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "theirs" / "dong_thap_2026"
    home.mkdir(parents=True)
    (home / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (home / "units.csv").write_text(UNITS, encoding="utf-8")
    monkeypatch.setenv("PLANS_DIR", str(home.parent))
    return home


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_it_is_checked_and_listed_beside_our_own(folder: Path) -> None:
    code, output = run("plan", "check")

    assert code == 0
    assert "dong_thap_2026: units 3 (dia_phuong 2, doan_the 1)" in output
    assert "binh_thuan_2024: " in output
    assert run("plan", "check", folder)[0] == 0


def test_a_mistake_in_it_is_told_with_file_and_line(folder: Path) -> None:
    plan = folder / "plan.yaml"
    plan.write_text(PLAN.replace("kind: snapshot", "kind: snapshots"), encoding="utf-8")

    code, output = run("plan", "check", folder)

    line = PLAN[: PLAN.index("kind: snapshot")].count("\n") + 1
    assert code == 1
    assert f"{plan}:{line}: indicators.DT02.kind: write one of" in output


def test_its_calendar_is_printed(folder: Path) -> None:
    code, output = run("plan", "calendar", folder.name, "--year", "2026", "--json")
    first, second = json.loads(output)

    assert code == 0
    assert first["last_on_time"] == "2026-03-16T23:59:59+07:00"  # the 15th is a Sunday
    assert second["window"] == {"from": "2026-03-15", "to": "2026-06-14"}
    assert second["last_on_time"] == "2026-06-15T23:59:59+07:00"  # the 14th is a Sunday
    assert (second["grace_until"][:10], second["lock"][:10]) == ("2026-06-16", "2026-06-22")


def test_its_people_join_report_and_are_summed_up(folder: Path, tmp_path: Path) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text(TALK, encoding="utf-8")

    code, output = run("replay", talk)

    assert (code, output) == (0, "1 of 1 conversations as written\n")
