"""Announcements: what the preview counts, what is kept, and what nobody gets by a made-up tap."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select

from plans.allowance import Allowance
from plans.messages import Address, Medium, Urgency
from plans.people import RoleKind
from storage import people, postage, tables
from storage.postage import Cost
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town, changed
from tests.scheduler.refusing import Refusing, reached_by

CAPITAL, ELSEWHERE = "593", "596"
WORDS = "Họp sơ kết lúc 8 giờ ngày 20/6"
SEND = "/thongbaogui"


def kept(connection: Connection) -> list[str]:
    rows = connection.execute(select(tables.announcements).order_by(tables.announcements.c.id))
    return [row.text for row in rows]


def trail(connection: Connection) -> list[tuple[str, str, object]]:
    query = select(tables.audit).where(tables.audit.c.action.like("announcement.%"))
    return [(row.action, row.unit, row.after) for row in connection.execute(query)]


def letters(connection: Connection) -> int:
    nudges = tables.outbox.c.urgency == Urgency.NUDGE
    query = select(func.count()).select_from(tables.outbox).where(nudges)
    return int(connection.execute(query).scalar_one())


async def chosen(town: Town, whom: str = "Mũi Né") -> Person:
    """Return a coordinator who looks at an announcement before it goes."""
    binh = await town.coordinator("binh")
    await binh.says(f"/thongbao {WORDS}", whom)
    return binh


def gone(address: Address, town: Town) -> Callable[[Connection], None]:
    return lambda tx: people.unreachable(tx, address, town.clock.now())


async def test_the_preview_tells_channels_and_what_they_cost(town: Town) -> None:
    town.app.add([Refusing("zalo_bot", "")])
    town.app.world.allowances["zalo_bot"] = Allowance(monthly=100, reserve=20)
    await town.officer("ann")
    await reached_by(town, "zalo_bot", "cuong", HAM_TIEN)
    await reached_by(town, "zalo_bot", "dat", HAM_TIEN)
    where, now = Address(channel="zalo_bot", chat="dat"), town.clock.now()

    def spend(tx: Connection, times: int) -> None:
        for _ in range(times):
            postage.spend(tx, 1, where, Cost.QUOTA, now)

    await town.database.run(lambda tx: spend(tx, 60))
    binh = await town.coordinator("binh")
    await binh.says(f"/thongbao {WORDS}")

    shown = await binh.says("Mũi Né, Hàm Tiến")

    assert "3 người của 2 đơn vị" in shown
    assert "Zalo (bot) 2 tin" in shown
    assert "dùng 2 tin trong số được gửi; tháng này đã dùng 60/100" in shown
    await town.database.run(lambda tx: spend(tx, 19))
    over = await binh.taps("/thongbaobuoc check")
    assert "cần 2 tin, tháng này đã dùng 79/100, chỉ còn 1 tin" in over


async def test_who_is_not_connected_or_unreachable_is_counted_and_named(town: Town) -> None:
    ann = await town.officer("ann")
    await town.database.run(gone(ann.address, town))
    binh = await chosen(town, "Mũi Né, Hàm Tiến")

    shown = await binh.taps("/thongbaobuoc check")
    named = await binh.taps("/thongbaothieu")

    assert "Chưa có đầu mối kết nối: 1 đơn vị." in shown
    assert "Có đầu mối nhưng hiện không nhận được tin: 1 nơi." in shown
    assert "- Phường Mũi Né, thành phố Phan Thiết: đầu mối hiện không nhận được tin" in named
    assert "- Phường Hàm Tiến, thành phố Phan Thiết: chưa có đầu mối kết nối" in named
    assert "Chưa có người nhận nào" in await binh.taps(SEND)
    assert await town.database.run(kept) == []


async def test_a_second_tap_sends_nothing_and_one_person_gets_one_letter(town: Town) -> None:
    ann = await town.officer("ann")
    await town.officer("ann", HAM_TIEN)
    binh = await chosen(town, "Mũi Né, Hàm Tiến")

    await binh.says("Gửi đến 1 người")
    await binh.says("Gửi đến 1 người")
    await binh.taps(SEND)

    assert len(ann.heard) == 1
    assert await town.database.run(kept) == [WORDS]
    after = {"number": "TB-0001", "people": 1, "to": [MUI_NE, HAM_TIEN]}
    assert await town.database.run(trail) == [("announcement.sent", "", after)]


async def test_what_is_withdrawn_is_on_record_and_never_goes(town: Town) -> None:
    ann = await town.officer("ann")
    town.later(hours=14)
    binh = await chosen(town)
    await binh.taps(SEND)

    assert "Đã rút 1 tin" in await binh.taps("/thongbaorut 1")
    town.later(hours=12)
    await town.app.settle()

    assert ann.heard == []
    actions = [action for action, _, _ in await town.database.run(trail)]
    assert actions == ["announcement.sent", "announcement.withdrawn"]


async def test_what_is_held_back_is_named_with_the_reason(town: Town) -> None:
    town.app.add([Refusing("zalo_oa", "window: last heard 8 days ago")])
    await reached_by(town, "zalo_oa", "cuong")
    binh = await chosen(town)
    await binh.taps(SEND)

    shown = await binh.says("/thongbao TB-0001")

    assert "đã gửi 0/1 người, đã đọc 0, chưa gửi được do kênh 1." in shown
    assert "người nhận lâu chưa nhắn cho bot nên kênh chưa cho gửi" in shown


@pytest.mark.parametrize("words", ["chị Lò Thị Mai 0912345678", "tài liệu TUYỆT MẬT của tỉnh"])
async def test_what_must_not_be_kept_is_refused_on_every_way(town: Town, words: str) -> None:
    await town.officer("ann")
    binh = await town.coordinator("binh")

    assert "không ghi nhận" in await binh.says(f"/thongbao {words}")
    assert "không ghi nhận" in await binh.says(f"thông báo {words}")
    assert "không ghi nhận" in await binh.taps(f"/thongbao {words}")
    assert "không ghi nhận" in await binh.taps(f"/donvi 1 /thongbao {words}")
    await binh.says("/thongbao")
    assert "không ghi nhận" in await binh.says(words)

    assert await town.database.run(kept) == []


async def test_too_long_is_refused_and_asked_for_again(town: Town) -> None:
    binh = await town.coordinator("binh")
    await binh.says("/thongbao")

    assert "tối đa 1.500 ký tự" in await binh.says("Họp " * 500)
    assert "Gửi cho ai?" in await binh.says("Họp " * 300)


async def test_made_up_taps_reach_nobody_beyond_a_role(town: Town) -> None:
    ann, cuong = await town.officer("ann"), await town.officer("cuong", ELSEWHERE)
    binh = await chosen(town)
    await binh.taps(SEND)
    before = await town.database.run(letters)
    crafted = (
        SEND,
        f"{SEND} +",
        "/thongbaoai all",
        f"/thongbaoai {MUI_NE} {CAPITAL}+ {ELSEWHERE} watchers late =1 ++invited X",
        "/thongbaoai =1",
        "/thongbaoai =x",
        "/thongbaoai X =x",
        "/thongbaobuoc check",
        "/thongbaobuoc +",
        "/thongbaothieu trang99999999",
        "/thongbaorut 1",
        "/thongbaorut 99999999999999999999",
        "/thongbaorut",
        "/thongbaodinhchinh 1 +",
        "/thongbao #1",
        "/thongbaodadoc 1",
        "/thongbaodadoc -1",
        "/thongbaodadoc 99999999999999999999",
    )
    there = [
        await town.joined("quan", RoleKind.OBSERVER),
        await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, ELSEWHERE),
        cuong,
    ]
    for person in there:
        for line in crafted:
            assert "có lỗi" not in await person.taps(line), line
    assert await town.database.run(letters) == before

    # The district's own: what is not below it is left out without a word.
    dung = there[1]
    await dung.taps(f"/thongbao {WORDS} của huyện")
    await dung.taps(f"/thongbaoai {MUI_NE} {CAPITAL}+ {ELSEWHERE}")
    assert "1 người của 1 đơn vị" in await dung.taps("/thongbaobuoc check")
    await dung.taps(SEND)
    assert len(ann.heard) == 1
    assert "UBND huyện Bắc Bình" in cuong.heard[-1]


async def test_a_plan_that_lost_a_unit_still_lists_what_was_announced(town: Town) -> None:
    await town.officer("ann")
    binh = await chosen(town, "Mũi Né, Hàm Tiến")
    await binh.taps(SEND)
    packs = dict(town.app.world.packs)
    lost = tuple(u for u in packs[PLAN].units if u.code not in (MUI_NE, HAM_TIEN))
    town.begin({**packs, PLAN: changed(packs[PLAN], units=lost)})

    assert HAM_TIEN in await binh.says("/thongbao TB-0001")


async def test_without_buttons_choices_are_typed_and_a_reader_types_one(town: Town) -> None:
    ann, binh = await town.officer("ann"), await town.coordinator("binh")
    ann.medium = binh.medium = Medium(buttons=False, sparing=True)
    await binh.says("/thongbao", WORDS)
    await binh.says("Mũi Né")

    assert "Đang gửi TB-0001 đến 1 người." in await binh.says("1")
    assert "đã ghi nhận anh/chị đọc TB-0001" in await ann.says("1")


async def test_in_the_middle_of_a_report_a_number_stays_a_figure(town: Town) -> None:
    ann, binh = await town.officer("ann"), await town.coordinator("binh")
    ann.medium = Medium(buttons=False)
    await ann.says("/baocao")
    await binh.says(f"/thongbao {WORDS}", "Mũi Né", "Gửi đến 1 người")

    # Which of the two is meant is asked; the label of the notice says it without asking.
    assert "Đã đọc TB-0001" in await ann.says("1")
    noted = await ann.says("Đã đọc TB-0001")
    assert "đã ghi nhận anh/chị đọc TB-0001" in noted
    assert "Câu 1/10" in noted
