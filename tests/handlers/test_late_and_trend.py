"""Who is late, and how reports came in: equal to the raw rows looked at one by one."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from sqlalchemy import Connection, insert

from plans.calendar import VIETNAM
from plans.pack import Pack
from plans.people import RoleKind
from storage import decisions, reports, tables
from storage.drafts import Key
from tests.person import Person, Town

REASON = "Đường truyền, thiết bị trục trặc"


@dataclass(frozen=True)
class Case:
    """A period of a plan, with the dates that its document comes to."""

    plan: str
    period: str
    before: str
    last_on_time: date
    grace_until: date
    last_before: date
    extended: date
    now: datetime


CASES = (
    Case(
        "binh_thuan_2024",
        "2024-Q2",
        "2024-Q1",
        last_on_time=date(2024, 6, 14),
        grace_until=date(2024, 6, 15),
        last_before=date(2024, 3, 14),
        extended=date(2024, 6, 19),
        now=datetime(2024, 6, 21, 9, tzinfo=VIETNAM),
    ),
    Case(
        "hai_phong_2016_2020",
        "2019-H1",
        "2018-Y",
        last_on_time=date(2019, 6, 14),
        grace_until=date(2019, 6, 15),
        last_before=date(2018, 12, 14),
        extended=date(2019, 6, 20),
        now=datetime(2019, 6, 21, 9, tzinfo=VIETNAM),
    ),
)


@dataclass(frozen=True)
class Raw:
    """What was written: each sending by period and unit, who had more time, who said why."""

    sent: dict[str, dict[str, datetime]]
    extended: set[str]
    reasons: set[str]


def write(tx: Connection, pack: Pack, case: Case, seed: int, person: int) -> Raw:
    """Let some units send each of both periods, within two weeks around the deadline."""
    chance, numbers = random.Random(seed), count(1)
    raw = Raw({}, set(), set())
    for period, deadline in ((case.period, case.last_on_time), (case.before, case.last_before)):
        raw.sent[period] = {}
        for unit in pack.tree:
            if chance.random() < 0.4:
                continue
            # Hours around midnight in both time zones.
            at = datetime.combine(deadline, time(0), UTC)
            at += timedelta(hours=chance.randrange(-24 * 9, 24 * 6))
            raw.sent[period][unit.code] = at
            number = next(numbers)
            tx.execute(
                insert(tables.reports).values(
                    {"id": number, "plan": case.plan, "period": period, "unit": unit.code}
                    | {"version": 1, "latest": 1, "sent_at": at + timedelta(days=3)}
                    | {"first_sent_at": at, "receipt": f"BC-{number}", "reason": "", "kept": []}
                )
            )
    for unit in pack.tree:
        key = Key(plan=case.plan, period=case.period, unit=unit.code)
        if chance.random() < 0.1:
            raw.extended.add(unit.code)
            decisions.set_deadline(tx, key, case.extended, person, case.now - timedelta(days=8))
        if unit.code in raw.sent[case.period] and chance.random() < 0.1:
            # One that was returned since was sent all the same.
            reports.add_return(tx, key, frozenset({"TT02"}), "xem lại", person, case.now)
        if chance.random() < 0.1:
            raw.reasons.add(unit.code)
            tx.execute(
                insert(tables.delays).values(
                    plan=case.plan,
                    period=case.period,
                    unit=unit.code,
                    reason=REASON,
                    person_id=person,
                    at=case.now,
                )
            )
    return raw


def required(pack: Pack, root: str = "") -> list[str]:
    """Return the units that must report, looked up by hand."""
    return [
        unit.code
        for unit in pack.tree
        if pack.unit_types[unit.type].obligation.value == "required"
        and root in ("", unit.code, unit.parent)
    ]


def day(moment: datetime) -> date:
    return (moment + timedelta(hours=7)).date()


async def everything(person: Person, command: str) -> list[str]:
    """Return the lines of every page of a list."""
    lines: list[str] = []
    for page in count(1):
        told = (await person.says(f"{command} trang{page}")).split("\n")
        lines += told[1:]
        mark = re.search(r"trang (\d+)/(\d+)$", told[0])
        if mark is None or mark[1] == mark[2]:
            return lines
    return lines


async def begun(town: Town, case: Case, seed: int) -> tuple[Person, Pack, Raw]:
    town.clock.set(case.now)
    person = await town.joined("an", RoleKind.COORDINATOR, plan=case.plan)
    pack = town.app.world.packs[case.plan]
    raw = await town.database.run(lambda tx: write(tx, pack, case, seed, 1))
    return person, pack, raw


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.plan)
async def test_who_is_late_by_how_long_and_why(town: Town, case: Case, seed: int) -> None:
    person, pack, raw = await begun(town, case, seed)
    today, sent = case.now.date(), raw.sent[case.period]
    expected: dict[bool, Counter[tuple[int, bool, bool]]] = {True: Counter(), False: Counter()}
    for unit in required(pack):
        more = unit in raw.extended
        last, grace = case.last_on_time, case.grace_until
        if more:
            last = grace = case.extended
        on = day(sent[unit]) if unit in sent else today
        if on > grace:
            expected[unit in sent][(on - last).days, more, unit in raw.reasons] += 1

    found: dict[bool, Counter[tuple[int, bool, bool]]] = {True: Counter(), False: Counter()}
    arrived, order = True, []
    for line in await everything(person, f"/nopcham {case.period}"):
        if line.startswith("Chưa nộp, đã quá hạn"):
            arrived = False
        if days := re.search(r": quá hạn (\d+) ngày", line):
            order.append((not arrived, -int(days[1])))
            told = (int(days[1]), "gia hạn đến" in line, REASON in line)
            found[arrived][told] += 1

    assert found == expected
    assert order == sorted(order)
    assert sum(expected[True].values()) > 10
    assert len(expected[True]) > 4


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.plan)
async def test_the_days_add_up_to_what_the_progress_tells(
    town: Town, case: Case, seed: int
) -> None:
    person, pack, raw = await begun(town, case, seed)
    district = next(unit.code for unit in pack.tree if pack.tree.children(unit.code))
    for root in ("", district):
        units = set(required(pack, root))
        days = [day(at) for unit, at in raw.sent[case.period].items() if unit in units]
        told = await person.says(f"/xuhuong {case.period} {root}")
        found = [
            tuple(map(int, numbers))
            for numbers in re.findall(r"- (\d+)/\d+ \(.*\): thêm (\d+), lũy kế (\d+)/(\d+)", told)
        ]

        shown = [case.now.date() - timedelta(back) for back in range(6, -1, -1)]
        assert found == [
            (one.day, days.count(one), sum(on <= one for on in days), len(units)) for one in shown
        ]
        progress = await person.says(f"/tiendo {case.period} {root}")
        assert f"Đã nộp {found[-1][2]}/{len(units)} đơn vị" in progress
        distance = case.now.date() - case.last_on_time
        then = [day(at) for unit, at in raw.sent[case.before].items() if unit in units]
        so_far = sum(on <= case.last_before + distance for on in then)
        assert f"so với hạn): {so_far}/{len(units)} đơn vị" in told


async def test_only_the_type_that_is_listed_is_nudged(town: Town) -> None:
    binh = await town.coordinator("binh")
    commune, district = await town.officer("ann"), await town.officer("dan", "593")
    preview = await binh.says("/dondoc 2024-Q2 loai:commune")

    assert "Chưa nộp: 124 đơn vị" in preview
    await binh.says("Gửi đôn đốc 1 đơn vị")
    assert commune.heard
    assert not district.heard


@pytest.mark.parametrize("command", ["/nopcham", "/xuhuong", "/chuanop", "/tiendo"])
async def test_nobody_sees_beyond_the_own_district(town: Town, command: str) -> None:
    bac_binh = await town.joined("bac", RoleKind.DISTRICT_COORDINATOR, "596")
    officer = await town.officer("ann")
    town.later(days=9)

    for wide in ("", "2024-Q2", "loai:commune"):
        told = await bac_binh.says(f"{command} {wide}")
        assert "Huyện Bắc Bình" in told
        assert "Phan Thiết" not in told
        assert "148" not in told
    refused = "không có quyền"
    assert refused in await bac_binh.says(f"{command} 2024-Q2 593 loai:commune")
    assert refused in await officer.says(command)
