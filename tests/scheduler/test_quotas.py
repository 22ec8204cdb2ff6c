"""A channel's month: coordinators are warned once when it runs low, and once when pushes stop."""

import asyncio

import pytest
from sqlalchemy import Connection

from bot.timer import tick
from documents.wording import channel_name
from plans.allowance import Allowance
from plans.held_back import NOTICE
from plans.messages import Address, Urgency
from plans.people import RoleKind
from storage import held_back, postage
from storage.database import Database
from storage.postage import Cost
from tests.person import Person, Town
from tests.scheduler.province import at
from tests.scheduler.refusing import Refusing, reached_by

ADDRESS = Address(channel="zalo_bot", chat="ann")
NAME = channel_name("vi", "zalo_bot")


@pytest.fixture
def limited(town: Town) -> Town:
    """Limit the bot to 100 messages a month, of which ten are kept for answers."""
    town.clock.set(at("2024-06-11 09:30"))
    town.app.world.allowances["zalo_bot"] = Allowance(monthly=100, reserve=10)
    return town


async def spends(town: Town, count: int, cost: Cost = Cost.QUOTA, day: str = "") -> None:
    now = at(day) if day else town.clock.now()

    def work(connection: Connection) -> None:
        for number in range(count):
            postage.spend(connection, number, ADDRESS, cost, now)

    await town.database.run(work)


async def passes(town: Town, moment: str = "") -> None:
    """Let everything happen that is due now, or at a moment."""
    if moment:
        town.clock.set(at(moment))
    await tick(town.app, town.clock.now())
    await town.app.settle()


def warnings(person: Person) -> list[str]:
    return [text for text in person.heard if "của tháng" in text or "trong tháng" in text]


async def test_it_is_told_at_four_fifths_and_when_pushes_stop(limited: Town) -> None:
    binh = await limited.coordinator("binh")
    await spends(limited, 79)
    await passes(limited)
    assert warnings(binh) == []

    await spends(limited, 1)
    await passes(limited)
    await passes(limited)
    assert warnings(binh) == [
        f"Kính gửi anh/chị, {NAME} đã dùng 80/100 tin của tháng 6/2024. Khi chỉ còn 10 tin, phần "
        "ấy giữ cho tin trả lời và xác nhận: tin nhắc, đôn đốc, tóm tắt qua kênh này sẽ dừng đến "
        "hết tháng."
    ]

    await spends(limited, 10)
    await passes(limited)
    await spends(limited, 10)
    await passes(limited)
    assert len(warnings(binh)) == 2
    assert "đã dùng 90/100 tin của tháng 6/2024; phần còn lại giữ cho tin trả lời" in binh.heard[-1]
    assert "Từ nay đến hết tháng, tin nhắc" in binh.heard[-1]


async def test_where_both_come_at_once_one_message_tells_it(limited: Town) -> None:
    limited.app.world.allowances["zalo_bot"] = Allowance(monthly=3000, reserve=20)
    binh = await limited.coordinator("binh")
    await spends(limited, 2400)

    await passes(limited)
    await passes(limited)

    [warning] = warnings(binh)
    assert "đã dùng 2.400/3.000 tin của tháng 6/2024; phần còn lại giữ cho" in warning


async def test_the_platforms_own_word_counts(limited: Town) -> None:
    binh = await limited.coordinator("binh")
    now = limited.clock.now()
    await limited.database.run(
        lambda tx: postage.warn(tx, "zalo_bot", "quota_used", "2024-06", now)
    )

    await passes(limited)
    await passes(limited)

    assert warnings(binh) == [
        f"Kính gửi anh/chị, {NAME} đã hết số tin được gửi trong tháng 6/2024. Từ nay đến hết "
        "tháng, tin nhắc và tin trả lời qua kênh này bot không gửi được nữa; ai có kênh khác thì "
        "nhận qua kênh ấy. Khi cần đôn đốc, kính đề nghị anh/chị điện thoại cho đơn vị."
    ]


async def test_without_a_reserve_nothing_is_said_of_one(limited: Town) -> None:
    limited.app.world.allowances["zalo_bot"] = Allowance(monthly=100)
    binh = await limited.coordinator("binh")
    await spends(limited, 80, Cost.PAID)
    await passes(limited)
    assert "Dùng hết số ấy, bot không gửi được qua kênh này nữa" in binh.heard[-1]

    await spends(limited, 20, Cost.PAID)
    await passes(limited)

    assert "đã hết số tin được gửi trong tháng 6/2024" in binh.heard[-1]


async def test_what_costs_nothing_is_not_counted_nor_another_month(limited: Town) -> None:
    binh = await limited.coordinator("binh")
    await spends(limited, 100, Cost.FREE)
    await spends(limited, 100, day="2024-05-31 23:59")
    await spends(limited, 79, day="2024-06-01 00:00")

    await passes(limited)

    assert warnings(binh) == []


async def test_a_new_month_is_warned_of_anew(limited: Town) -> None:
    binh = await limited.coordinator("binh")
    await spends(limited, 100)
    await passes(limited)
    await passes(limited, "2024-07-01 09:30")
    assert len(warnings(binh)) == 1

    await spends(limited, 85)
    await passes(limited)

    assert len(warnings(binh)) == 2
    assert "85/100 tin của tháng 7/2024" in binh.heard[-1]


async def test_nobody_is_woken_by_it(limited: Town) -> None:
    binh = await limited.coordinator("binh")
    await spends(limited, 85)
    await passes(limited, "2024-06-11 23:00")
    assert warnings(binh) == []

    await passes(limited, "2024-06-12 07:00")

    assert len(warnings(binh)) == 1


async def test_only_who_coordinates_a_province_is_told_and_once(limited: Town) -> None:
    binh = await limited.coordinator("binh")
    await limited.joined("binh", RoleKind.COORDINATOR, plan="lai_chau_2021_2025")
    dung = await limited.joined("dung", RoleKind.DISTRICT_COORDINATOR, "593")
    ann = await limited.officer("ann")
    await spends(limited, 85)

    await passes(limited)

    assert len(warnings(binh)) == 1
    assert warnings(dung) == warnings(ann) == []


async def test_a_channel_without_a_limit_is_never_low(limited: Town) -> None:
    limited.app.world.allowances["zalo_bot"] = Allowance(users=50)
    binh = await limited.coordinator("binh")
    await spends(limited, 500)

    await passes(limited)

    assert warnings(binh) == []


async def test_a_warning_that_is_held_back_is_not_told_of(limited: Town) -> None:
    bot = Refusing("zalo_bot", "monthly quota")
    limited.app.add([bot])
    binh = await limited.coordinator("binh")
    await reached_by(limited, "zalo_bot", "dung", "", RoleKind.COORDINATOR)
    await spends(limited, 100)
    await passes(limited)

    for hour in ("12:00", "14:30", "16:50"):
        await passes(limited, f"2024-06-11 {hour}")

    [warning] = [one.reply for one in bot.asked]
    assert warning.brief
    assert (warning.brief.kind, warning.urgency) == (NOTICE, Urgency.ANSWER)
    [row] = await limited.database.read(held_back.untold)
    assert row.notice
    assert len(warnings(binh)) == 1
    assert not [text for text in binh.heard if "bot chưa gửi được" in text]


async def test_two_processes_at_once_warn_once(limited: Town, database_url: str) -> None:
    binh = await limited.coordinator("binh")
    await spends(limited, 85)
    other = Town(Database(database_url), limited.app.world.packs)
    other.app.world.allowances.update(limited.app.world.allowances)
    try:
        now = limited.clock.now()
        await asyncio.gather(*(tick(app, now) for app in (limited.app, other.app) * 3))
    finally:
        await other.database.close()
    await limited.app.settle()

    assert len(warnings(binh)) == 1
