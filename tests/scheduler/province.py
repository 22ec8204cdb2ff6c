"""A made-up province in force for years, with districts, communes and an invited body."""

from datetime import date, datetime, time
from pathlib import Path

from plans.calendar import VIETNAM, whole_calendar
from plans.load import load
from plans.pack import Pack
from plans.working_days import WorkingDays
from scheduler.known import Calendar
from tests.plans.example_pack import written

PLAN = """\
id: {id}
title: {{vi: Kế hoạch nhiều năm, en: Plan of years}}
short_title: kế hoạch
province: {{code: "60", name: Tỉnh Ví Dụ}}
issuer: UBND tỉnh
document: {{number: 12/KH-UBND, date: 2024-01-20}}
valid_from: 2024-01-01
valid_to: 2028-12-31
coordinator: {{name: Sở Y tế, short: SYT}}
recipient: {{to: UBND tỉnh}}
no_targets_note: Không có chỉ tiêu
unit_types:
  district: {{name: Huyện, obligation: required, form: short}}
  commune: {{name: Xã, body: "UBND {{name}}", obligation: required, form: short}}
  body: {{name: Đoàn thể, obligation: invited, form: short}}
indicators:
  TT01: {{label: Số cuộc, measure: cuộc, kind: flow, counted_at: [commune, district, body]}}
forms:
  short: {{title: Biểu, questions: [TT01]}}
calendar:
  lock_days: 10
  recurring:
{recurring}"""
HALF_YEAR = """\
    - {id: H1, kind: half_year, from: 15/12 năm trước, to: 14/6, deadline: trước ngày 15/6}
"""
# Around Tết of 2026 and 2027, a Sunday in June, and the Day of Culture of 24 November.
THREE = """\
    - {id: Q1, kind: quarter, from: 1/1, to: 31/1, deadline: chậm nhất ngày 12/2}
    - {id: H1, kind: half_year, from: 15/12 năm trước, to: 14/6, deadline: trước ngày 15/6}
    - {id: M9, kind: nine_months, from: 15/12 năm trước, to: 31/10, deadline: chậm nhất ngày 24/11}
"""
HEADER = "code,name,type,parent,valid_from,valid_to,successors,aliases,needs_confirmation"


def province(
    folder: Path,
    *,
    communes: int = 2,
    districts: int = 1,
    invited: int = 1,
    recurring: str = HALF_YEAR,
    id: str = "province",
) -> Pack:
    """Write and load a province: districts D01…, communes V0001…, invited bodies B01…."""
    rows = [f"D{number:02},Huyện D{number:02},district,,,,,," for number in range(1, districts + 1)]
    rows += [
        f"V{number:04},Xã V{number:04},commune,D{number % districts + 1:02},,,,,"
        for number in range(1, communes + 1)
    ]
    rows += [f"B{number:02},Hội B{number:02},body,,,,,," for number in range(1, invited + 1)]
    plan = PLAN.format(id=id, recurring=recurring)
    return load(written(folder, plan, "\n".join([HEADER, *rows, ""]), id))


def calendar(pack: Pack, days: WorkingDays) -> Calendar:
    """Return a pack's calendar as no coordinator changed it."""
    return Calendar(periods=whole_calendar(pack, days), working_days=days)


def at(text: str) -> datetime:
    """Read "2026-06-05 08:00" as the clocks in Việt Nam show it; the morning's hour if left out."""
    day, _, hour = text.partition(" ")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour or "08:00"), VIETNAM)
