"""Deadlines that coordinators set: who may, what is stored, and what a later word overtakes."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select

from plans.calendar import Timeliness, timeliness
from plans.people import RoleKind
from storage import decisions
from storage.drafts import Key
from storage.tables import audit, deadlines
from tests.person import HAM_TIEN, MUI_NE, PLAN, Town

PERIOD, DISTRICT, CAPITAL = "2024-Q2", "596", "593"  # Bắc Bình; Phan Thiết, with Mũi Né in it
CRAFTED = (
    f"/giahan {PERIOD} {MUI_NE} 2024-06-20",
    f"/chogiahan {PERIOD} {MUI_NE} 2024-06-20",
    f"/chogiahan {PERIOD} {CAPITAL} 2024-06-20 tatca",
    f"/chogiahan {PERIOD} {CAPITAL} 2024-06-20",
    f"/dathan {PERIOD} 2024-06-20",
    f"/chodathan {PERIOD} 2024-06-20",
    "/chogiahan",
    "/chodathan",
    "/chogiahan  |",
    f"/khongnhan {PERIOD} {MUI_NE}",
)


def stored(connection: Connection) -> list[tuple[str, date]]:
    rows = connection.execute(select(deadlines).order_by(deadlines.c.id))
    return [(row.unit, row.until) for row in rows]


def actions(connection: Connection) -> list[str]:
    return list(connection.execute(select(audit.c.action).order_by(audit.c.id)).scalars())


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (RoleKind.FOCAL_POINT, MUI_NE),
        (RoleKind.FOCAL_POINT, CAPITAL),
        (RoleKind.OBSERVER, ""),
        (RoleKind.DISTRICT_COORDINATOR, DISTRICT),
    ],
)
async def test_nobody_else_moves_a_deadline(town: Town, kind: RoleKind, unit: str) -> None:
    person = await town.joined("cuong", kind, unit)

    for crafted in CRAFTED:
        assert await person.taps(crafted)

    assert await town.database.run(stored) == []


async def test_a_district_extends_below_itself_alone(town: Town) -> None:
    dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, CAPITAL)

    await dung.taps(f"/chogiahan {PERIOD} {MUI_NE} 2024-06-20")
    await dung.taps(f"/chogiahan {PERIOD} {DISTRICT} 2024-06-20 tatca")
    await dung.taps(f"/chodathan {PERIOD} 2024-06-20")

    assert await town.database.run(stored) == [(MUI_NE, date(2024, 6, 20))]


async def test_without_whom_a_district_is_asked_about_and_nothing_stored(town: Town) -> None:
    binh = await town.coordinator("binh")

    assert "hay chỉ" in await binh.taps(f"/chogiahan {PERIOD} {CAPITAL} 2024-06-20")

    assert await town.database.run(stored) == []


async def test_a_second_tap_stores_nothing_more(town: Town) -> None:
    binh = await town.coordinator("binh")

    for _ in range(2):
        await binh.taps(f"/chogiahan {PERIOD} {MUI_NE} 2024-06-20")
        await binh.taps(f"/chodathan {PERIOD} 2024-06-18")

    assert await town.database.run(stored) == [
        (MUI_NE, date(2024, 6, 20)),
        ("", date(2024, 6, 18)),
    ]
    assert await town.database.run(actions) == ["deadline.extended", "deadline.set"]


async def test_a_district_is_extended_for_each_unit(town: Town) -> None:
    binh, lan = await town.coordinator("binh"), await town.officer("lan")

    reply = await binh.taps(f"/chogiahan {PERIOD} {CAPITAL} 2024-06-20 tatca")

    found = await town.database.run(stored)
    assert f"{len(found)} đơn vị" in reply
    assert {until for _, until in found} == {date(2024, 6, 20)}
    assert {MUI_NE, HAM_TIEN, CAPITAL} <= {unit for unit, _ in found}
    assert len(lan.heard) == 1


async def test_a_later_date_for_all_overtakes_an_extension_until_it_is_earlier_again(
    town: Town,
) -> None:
    await town.coordinator("binh")
    now = town.clock.now()

    def until(connection: Connection) -> date:
        world = town.app.world.decided(decisions.read(connection))
        period = world.period(PLAN, PERIOD)
        assert period
        own = world.unit_period(PLAN, period, MUI_NE)
        assert timeliness(own, own.last_on_time) is Timeliness.ON_TIME
        return own.last_day

    def decide(connection: Connection, unit: str, day: int, minute: int) -> None:
        key, at = Key(plan=PLAN, period=PERIOD, unit=unit), now + timedelta(minutes=minute)
        decisions.set_deadline(connection, key, date(2024, 6, day), 1, at)

    words = (
        (MUI_NE, 20, 20),
        ("", 18, 20),
        ("", 25, 25),
        ("", 19, 20),
        (MUI_NE, 28, 28),
    )
    for minute, (unit, day, expected) in enumerate(words):
        await town.database.run(partial(decide, unit=unit, day=day, minute=minute))
        assert await town.database.run(until) == date(2024, 6, expected)


async def test_a_correction_without_a_period_goes_by_the_extended_lock(town: Town) -> None:
    binh, lan = await town.coordinator("binh"), await town.officer("lan")
    town.later(days=20)  # 1 July: locked since 25 June
    await binh.taps(f"/chogiahan {PERIOD} {MUI_NE} 2024-07-05")
    await lan.says("/baocao quý 2", "BC 15 987 có 30 25 2 0 không 4 3")
    assert "đúng hạn" in await lan.says("Gửi báo cáo")

    assert "Sửa câu nào" in await lan.says("/dinhchinh")
