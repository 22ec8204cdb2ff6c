"""The outcome of an announcement: told once, when it is settled, with whom it did not reach."""

from sqlalchemy import Connection

from bot.timer import tick
from plans.errors import SendError
from plans.messages import Delivery
from plans.people import RoleKind
from scheduler.announced import post_reports, reports_are_due
from storage import people
from tests.person import HAM_TIEN, MUI_NE, Person, Town
from tests.scheduler.refusing import Refusing, reached_by

TOLD = "Kết quả gửi TB-0001"


class Blocked(Refusing):
    """Say of every delivery that its reader blocked the bot."""

    async def send(self, delivery: Delivery) -> str:
        raise SendError(self.reason, gone=True)


class Lost(Refusing):
    """Never learn whether a delivery arrived."""

    async def send(self, delivery: Delivery) -> str:
        raise SendError(self.reason, unknown=True)


async def announced(town: Town, *, by: RoleKind = RoleKind.COORDINATOR, unit: str = "") -> Person:
    binh = await town.joined("binh", by, unit)
    await binh.says("/thongbao Họp sơ kết lúc 8 giờ ngày 20/6", "Mũi Né, Hàm Tiến")
    await binh.taps("/thongbaogui")
    return binh


async def due(town: Town) -> bool:
    world, now = town.app.world, town.clock.now()
    return await town.database.read(lambda tx: reports_are_due(tx, world, now))


async def told(town: Town) -> int:
    world, now = town.app.world, town.clock.now()
    count = await town.database.run(lambda tx: post_reports(tx, world, now))
    await town.app.settle()
    return count


async def test_it_is_told_once_after_a_while(town: Town) -> None:
    await town.officer("ann"), await town.officer("cuong", HAM_TIEN)
    binh = await announced(town)
    assert not await due(town)

    town.later(minutes=11)

    assert await due(town)
    assert await told(town) == 1
    assert not await due(town)
    assert await told(town) == 0
    assert TOLD in binh.heard[-1]
    assert "đã gửi 2/2 người, đã đọc 0." in binh.heard[-1]
    assert "đã gửi 2/2 người" in await binh.says("Chi tiết TB-0001")


async def test_whom_it_did_not_reach_is_told_with_the_reason(town: Town) -> None:
    town.app.add([Blocked("telegram", "blocked"), Lost("zalo_oa", "timeout")])
    await reached_by(town, "telegram", "ann")
    await reached_by(town, "zalo_oa", "cuong", HAM_TIEN)
    binh = await announced(town)
    town.later(minutes=11)

    await told(town)

    assert "đã gửi 0/2 người, đã đọc 0, không gửi được 1, chưa rõ 1." in binh.heard[-1]
    page = await binh.says("Chi tiết TB-0001")
    assert "- Phường Mũi Né, thành phố Phan Thiết: gửi qua Telegram không được" in page
    assert "- Phường Hàm Tiến, thành phố Phan Thiết: chưa rõ đã nhận" in page


async def test_nobody_joined_is_told_too(town: Town) -> None:
    await town.officer("ann")
    binh = await announced(town)
    town.later(minutes=11)

    await told(town)

    assert "(chưa kết nối hoặc không nhận được tin): 1 nơi." in binh.heard[-1]


async def test_it_waits_for_the_morning_with_the_letters(town: Town) -> None:
    await town.officer("ann")
    town.later(hours=14)
    binh = await announced(town)
    town.later(hours=1)

    assert not await due(town)
    town.later(hours=9)
    await tick(town.app, town.clock.now())
    await town.app.settle()
    town.later(minutes=11)
    await tick(town.app, town.clock.now())
    await town.app.settle()
    assert any(TOLD in text for text in binh.heard)


async def test_what_was_taken_back_whole_is_not_told_again(town: Town) -> None:
    await town.officer("ann")
    town.later(hours=14)
    binh = await announced(town)
    await binh.taps("/thongbaorut 1")
    town.later(hours=12)

    assert await told(town) == 0
    assert not await due(town)


async def test_who_coordinates_no_more_is_not_told(town: Town) -> None:
    await town.officer("ann", MUI_NE)
    binh = await announced(town, by=RoleKind.DISTRICT_COORDINATOR, unit="593")
    town.later(minutes=11)

    def leave(tx: Connection) -> None:
        person = people.person_at(tx, binh.address)
        assert person
        for role in people.roles_of(tx, person.id):
            people.end_role(tx, role.id, town.clock.now())

    await town.database.run(leave)

    assert await told(town) == 0
    assert not await due(town)
