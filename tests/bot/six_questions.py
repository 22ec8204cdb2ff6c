"""A pack of one form with six questions, and as many communes as a crowd needs."""

from pathlib import Path

from plans.load import load
from plans.pack import Pack
from tests.plans.example_pack import written

QUESTIONS, MOST = 6, 500
PLAN = """\
id: load
title: {vi: Kế hoạch tải, en: Plan under load}
short_title: kế hoạch
province: {code: "60", name: Tỉnh Ví Dụ}
issuer: UBND tỉnh
document: {number: 12/KH-UBND, date: 2024-01-20}
valid_from: 2024-01-01
valid_to: 2024-12-31
coordinator: {name: Sở Y tế, short: SYT}
recipient: {to: UBND tỉnh}
unit_types:
  commune: {name: Xã, body: "UBND {name}", obligation: required, form: commune}
indicators:
"""
INDICATOR = """\
  TT0{n}: {{label: Số cuộc loại {n}, measure: cuộc, kind: flow, least: 0, most: {most},
         counted_at: [commune]}}
"""
REST = """\
forms:
  commune: {title: Biểu xã, questions: [TT01, TT02, TT03, TT04, TT05, TT06]}
no_targets_note: synthetic
calendar:
  lock_days: 10
  recurring:
    - {id: H1, kind: half_year, from: 15/12 năm trước, to: 14/6, deadline: trước ngày 15/6,
       years: [2024]}
"""


def pack_of(folder: Path, communes: int) -> Pack:
    """Write the pack into a folder and load it."""
    numbers = range(1, QUESTIONS + 1)
    plan = PLAN + "".join(INDICATOR.format(n=n, most=MOST) for n in numbers) + REST
    header = "code,name,type,parent,valid_from,valid_to,successors,aliases,needs_confirmation\n"
    units = header + "".join(f"{30000 + n},Xã Số {n},commune,,,,,,\n" for n in range(communes))
    return load(written(folder, plan, units, name="load"))
