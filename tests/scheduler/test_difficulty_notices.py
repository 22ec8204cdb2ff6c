"""Difficulties told to coordinators: at once, then no more for an hour, never at night."""

from plans.people import RoleKind
from scheduler.difficulties import difficulties_are_new, tell_difficulties
from tests.person import HAM_TIEN, Person, Town

NOTICE = "Đơn vị nêu vướng mắc"


async def raised(person: Person, words: str) -> None:
    await person.says(f"/vuongmac {words}")
    await person.taps("/vuongmacgui")


async def told(town: Town) -> int:
    world, now = town.app.world, town.clock.now()
    due = await town.database.read(lambda tx: difficulties_are_new(tx, world, now))
    count = await town.database.run(lambda tx: tell_difficulties(tx, world, now))
    assert due == bool(count)
    await town.app.settle()
    return count


async def test_one_notice_an_hour_with_all_that_came(town: Town) -> None:
    binh, ann = await town.coordinator("binh"), await town.officer("ann")
    await raised(ann, "thiếu biểu mẫu")

    assert await told(town) == 1
    assert await told(town) == 0
    for number in range(7):
        await raised(ann, f"thiếu kinh phí đợt {number}")
    town.later(minutes=59)
    assert await told(town) == 0
    town.later(minutes=2)
    assert await told(town) == 1

    assert f"{NOTICE}, kiến nghị (7)" in binh.heard[-1]
    assert "… và 2 vướng mắc khác." in binh.heard[-1]
    assert await told(town) == 0


async def test_a_district_is_told_of_its_own_and_nobody_of_what_was_before_them(
    town: Town,
) -> None:
    ann, cuong = await town.officer("ann"), await town.officer("cuong", "596")
    await raised(ann, "thiếu biểu mẫu")
    town.later(minutes=1)
    dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, "593")
    town.later(minutes=1)
    await raised(cuong, "đường xa, thiếu phương tiện")

    assert await told(town) == 0
    await raised(await town.officer("mai", HAM_TIEN), "thiếu cán bộ chuyên trách")
    assert await told(town) == 1
    assert "thiếu cán bộ chuyên trách" in dung.heard[-1]
    assert "đường xa" not in dung.heard[-1]


async def test_what_was_settled_meanwhile_is_not_told(town: Town) -> None:
    await town.coordinator("binh")
    ann = await town.officer("ann")
    await raised(ann, "thiếu biểu mẫu")
    await ann.taps("/vuongmacxong 1")

    assert await told(town) == 0


async def test_at_night_it_waits(town: Town) -> None:
    await town.coordinator("binh")
    ann = await town.officer("ann")
    town.later(hours=14)
    await raised(ann, "thiếu biểu mẫu")

    assert await told(town) == 0
    town.later(hours=10)
    assert await told(town) == 1
