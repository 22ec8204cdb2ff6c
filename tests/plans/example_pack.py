"""A small pack that is right, for tests to spoil, and what `load` then says."""

from pathlib import Path

import pytest

from plans.errors import Mistake, PlanError
from plans.load import load

PLAN = """\
id: example
title: {vi: Kế hoạch năm 2024, en: Plan of 2024}
short_title: kế hoạch
province: {code: "60", name: Tỉnh Ví Dụ}
issuer: UBND tỉnh
document:
  number: 12/KH-UBND
  date: 2024-01-20
valid_from: 2024-01-01
valid_to: 2025-12-31
coordinator: {name: Sở Y tế, short: SYT}
recipient:
  to: UBND tỉnh
unit_types:
  district:
    name: Huyện
    obligation: required
    form: district
  commune:
    name: Xã
    body: "UBND {name}"
    obligation: required
    form: commune
unit_counts:
  - type: commune
    first: 2024-01-01
    last: 2024-11-30
    count: 124
lists:
  pilot:
    name: Nơi thí điểm
    units: ["593", "594"]
indicators:
  TT01:
    label: Số cuộc
    measure: cuộc
    kind: flow
    least: 0
    most: 500
    counted_at: [commune]
  TT02:
    label: Số lượt người
    measure: lượt
    kind: flow
    counted_at: [commune, district]
  MH01:
    label: Có mô hình
    measure: có/không
    kind: yes_no
    counted_at: [district]
  KT01:
    label: Số cơ sở
    measure: cơ sở
    kind: snapshot
    counted_at: [district]
  KT02:
    label: Số cơ sở được kiểm tra
    measure: cơ sở
    kind: unique
    counted_at: [district]
  KH01:
    label: Đã có kế hoạch
    measure: có/không
    kind: yes_no
    counted_at: [district]
forms:
  commune:
    title: Biểu xã
    questions:
      - TT01
      - TT02
  district:
    title: Biểu huyện
    questions: [MH01, KT01, KT02]
  own_plan:
    title: Biểu kế hoạch
    questions: [KH01]
checks:
  - part: KT02
    whole: KT01
targets:
  - id: VD-01
    kind: ratio_min
    text: Kiểm tra 20%
    quote: kiểm tra ít nhất 20%
    numerator: [KT02]
    denominator: [KT01]
    at_least: "20%"
  - id: VD-02
    kind: share_of_units
    text: Mô hình ở 40%
    quote: ít nhất 40% số huyện
    indicator: MH01
    unit_type: district
    at_least: "40%"
    named_list: pilot
  - id: VD-03
    kind: count_min
    text: Một huyện có kế hoạch
    quote: ít nhất 01 huyện
    indicator: KH01
    unit_type: district
    at_least: 1
  - id: VD-04
    kind: growth_band
    text: Tăng 4-6%
    quote: tăng 4 - 6%
    indicator: TT02
    low: "4%"
    high: "6%"
  - id: VD-05
    kind: frequency_min
    text: Mỗi quý một lần
    quote: mỗi quý ít nhất một lần
    indicator: TT01
    at_least: 1
    each: quarter
    unit_types: [commune]
  - id: VD-06
    kind: cumulative_by
    text: Đến 2025 đủ cơ sở
    quote: đến năm 2025, 100%
    numerator: [KT02]
    denominator: [KT01]
    at_least: "100%"
    since: 2024
    by: 2025
  - id: VD-07
    kind: schedule
    text: Tăng dần
    quote: năm 2024 đạt 40%
    indicator: MH01
    unit_type: district
    steps:
      2024: "40%"
      2025: "70,5%"
  - id: VD-08
    kind: qualitative
    text: Không có điểm nóng
    quote: không để hình thành
calendar:
  lock_days: 10
  recurring:
    - id: H1
      kind: half_year
      from: 15/12 năm trước
      to: 14/6
      deadline: trước ngày 15/6
      years: [2024, 2025]
    - id: Y
      kind: year
      from: 15/12 năm trước
      to: 14/12
      deadline: chậm nhất ngày 15/12
      unit_types: [commune, district]
  one_off:
    - id: KH2024
      title: Kế hoạch riêng
      from: 2024-02-01
      to: 2024-03-01
      deadline: đến ngày 15/3/2024
      form: own_plan
      unit_types: [district]
"""

UNITS = """\
code,name,type,parent,valid_from,valid_to,successors,aliases,needs_confirmation
593,Thành phố Phan Thiết,district,,,2025-06-30,,Phan Thiết;TP Phan Thiết,
594,Huyện Bắc Bình,district,,,2025-06-30,,,
22915,Phường Mũi Né,commune,593,,2025-06-30,,,
22918,Phường Hàm Tiến,commune,593,,2024-11-30,22915,,theo báo chí
22921,Xã Bình An,commune,594,2024-02-01,2025-06-30,,,
"""


def written(
    folder: Path, plan: str | bytes = PLAN, units: str | bytes = UNITS, name: str = "example"
) -> Path:
    """Write a pack into a folder and return its own."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    for file, content in (("plan.yaml", plan), ("units.csv", units)):
        (home / file).write_bytes(content.encode() if isinstance(content, str) else content)
    return home


def mistakes_in(folder: Path) -> list[Mistake]:
    """Return every mistake of a pack that must have some."""
    with pytest.raises(PlanError) as caught:
        load(folder)
    return caught.value.mistakes


def swapped(text: str, old: str, new: str) -> str:
    """Swap the only place of a text."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    """Return the line where a part of the text begins."""
    return text.count("\n", 0, text.index(part)) + 1
