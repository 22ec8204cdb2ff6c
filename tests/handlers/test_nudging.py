"""The nudge: computed anew when it is sent, and on record."""

from sqlalchemy import Connection, select

from plans.people import RoleKind
from storage import people, tables
from tests.person import HAM_TIEN, MUI_NE, Person, Town

DISTRICT = "596"  # Bắc Bình


async def test_who_became_unreachable_meanwhile_is_not_written_to(town: Town) -> None:
    ann = await town.officer("ann")
    await town.officer("cuong", HAM_TIEN)
    binh = await town.coordinator("binh")
    await binh.says("/dondoc")

    await town.database.run(lambda tx: people.unreachable(tx, ann.address, town.clock.now()))

    assert "1 đơn vị (1 người)" in await binh.says("Gửi đôn đốc 2 đơn vị")
    assert not ann.heard


async def test_who_wrote_the_last_figure_is_written_to(town: Town) -> None:
    ann, cuong = await town.officer("ann"), await town.officer("cuong")
    await cuong.says("/baocao", "15")
    before = len(cuong.heard)
    binh = await town.coordinator("binh")

    await binh.says("/dondoc", "Gửi đôn đốc 1 đơn vị")

    assert not ann.heard
    assert "đang soạn, còn 9 câu" in cuong.heard[before]


async def test_past_the_deadline_everybody_of_a_unit_is_written_to(town: Town) -> None:
    ann, cuong = await town.officer("ann"), await town.officer("cuong")
    binh = await town.coordinator("binh")
    town.later(days=9)

    assert "1 đơn vị (2 người)" in await binh.says("/dondoc", "Gửi đôn đốc 1 đơn vị")
    assert len(ann.heard) == len(cuong.heard) == 1


async def test_a_nudge_is_on_record(town: Town) -> None:
    await town.officer("ann")
    binh = await town.coordinator("binh")
    await binh.says("/dondoc Mũi Né", "Gửi đôn đốc 1 đơn vị")

    def record(tx: Connection) -> list[tuple[str, str, object]]:
        rows = tx.execute(select(tables.audit))
        return [(row.action, row.unit, row.after) for row in rows]

    [(action, unit, after)] = await town.database.read(record)
    assert (action, unit) == ("units.nudged", MUI_NE)
    assert after == {"nudge": 1, "units": 1, "people": 1}


async def test_a_day_later_it_may_be_sent_again(town: Town) -> None:
    ann = await town.officer("ann")
    binh = await town.coordinator("binh")
    await binh.says("/dondoc", "Gửi đôn đốc 1 đơn vị")
    assert "Hiện không có đơn vị nào để gửi." in await binh.says("/dondoc")

    town.later(hours=24)

    assert "Đang gửi đến 1 đơn vị" in await binh.says("/dondoc", "Gửi đôn đốc 1 đơn vị")
    assert len(ann.heard) == 2


async def test_made_up_taps_nudge_nobody_beyond_a_role(town: Town) -> None:
    ann = await town.officer("ann")
    crafted = (
        "/dondocgui",
        "/dondocgui +invited +again",
        f"/dondocgui 2024-Q2 {MUI_NE} +only",
        "/dondocgui 2024-Q2",
        "/dondoc #1",
        "/dondoc #",
        "/dondoc #-1",
        "/dondoc #99999999999999999999",
    )
    people_there: list[Person] = [
        await town.joined("dc", RoleKind.DISTRICT_COORDINATOR, DISTRICT),
        await town.joined("quan", RoleKind.OBSERVER),
        await town.officer("cuong", HAM_TIEN),
    ]

    for person in people_there:
        for line in crafted:
            assert "có lỗi" not in await person.taps(line), line

    assert not ann.heard
