"""Work on reports in the real application: who may, what is kept, and that totals stay right."""

import random
from datetime import date

import pytest
from sqlalchemy import Connection, select

from plans.people import RoleKind
from storage import audit, moves, reports, summaries, tables
from storage.drafts import Key
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town, changed
from tests.storage.test_rollups import by_hand, kept, something

PERIOD, DISTRICT, CAPITAL, PHU_HAI = "2024-Q2", "596", "593", "22921"
REPORT = "BC 15 900 có 40 30 5 2 có 10 8"
TWO = f"{PERIOD} tu:{MUI_NE} den:{HAM_TIEN}"
CRAFTED = (
    f"/tiepnhan {PERIOD} {MUI_NE}",
    f"/tiepnhan {PERIOD} {MUI_NE} +rieng +van",
    f"/tiepnhangui {PERIOD}",
    f"/tiepnhangui {PERIOD} {CAPITAL}",
    f"/nhapthay {PERIOD} {MUI_NE}",
    f"/nhapthay {PERIOD} {MUI_NE} +dinhchinh",
    f"/gop {TWO}",
    f"/gopchot {TWO} +lay",
    f"/gopchot {TWO} +giu",
    "/gop #1",
    "/goplai 1",
    f"/khoaky {PERIOD} {MUI_NE}",
    f"/khoakychot {PERIOD} {CAPITAL}",
    f"/mokhoaky {PERIOD} {CAPITAL}",
    f"/mokhoa {PERIOD} {CAPITAL} +caky",
    f"/khongdung {PERIOD} {HAM_TIEN}",
    f"/khongdung {PERIOD} {DISTRICT}",
    "/khongdung",
    "/gop tu: den:",
    "/gopchot",
    "/goplai x",
    "/khoakychot |",
)
KEPT = (tables.acceptances, tables.moves, tables.closures, tables.reports, tables.unlocks)


def counts(connection: Connection) -> list[int]:
    return [len(connection.execute(select(table)).all()) for table in KEPT]


async def sends(town: Town, name: str, unit: str) -> Person:
    person = await town.officer(name, unit)
    await person.says(REPORT)
    assert "Đã nhận" in await person.says("gửi báo cáo")
    return person


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (RoleKind.FOCAL_POINT, PHU_HAI),
        (RoleKind.FOCAL_POINT, CAPITAL),
        (RoleKind.OBSERVER, ""),
        (RoleKind.DISTRICT_COORDINATOR, DISTRICT),
    ],
)
async def test_nobody_else_works_on_a_report(town: Town, kind: RoleKind, unit: str) -> None:
    await sends(town, "lan", MUI_NE)
    person = await town.joined("cuong", kind, unit)
    before = await town.database.run(counts)

    for crafted in CRAFTED:
        assert await person.taps(crafted)

    if kind is RoleKind.DISTRICT_COORDINATOR:
        # Only its own district: nothing of it was sent.
        assert (await town.database.run(counts))[0] == 0
    assert await town.database.run(counts) == before


async def test_of_two_units_both_must_be_coordinated(town: Town) -> None:
    await sends(town, "lan", MUI_NE)
    dc = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, CAPITAL)

    for target in (DISTRICT, "22969"):
        told = await dc.taps(f"/gopchot {PERIOD} tu:{MUI_NE} den:{target} +lay")
        assert "không có quyền" in told

    assert (await town.database.run(counts))[1] == 0


async def test_every_act_is_in_the_trail(town: Town) -> None:
    await sends(town, "lan", MUI_NE)
    binh = await town.coordinator("binh")

    await binh.taps(f"/tiepnhan {PERIOD} {MUI_NE}")
    await binh.taps(f"/gopchot {TWO} +lay")
    await binh.taps("/goplai 1")
    await binh.taps(f"/khoakychot {PERIOD}")
    await binh.taps(f"/mokhoaky {PERIOD}")

    trail = [(one.action, one.key.unit) for one in await town.database.run(audit.read)]
    assert trail[1:] == [
        ("report.accepted", MUI_NE),
        ("report.withdrawn", MUI_NE),
        ("report.taken_over", HAM_TIEN),
        ("report.move_undone", MUI_NE),
        ("report.move_undone", HAM_TIEN),
        ("period.closed", ""),
        ("period.reopened", ""),
    ]


async def test_what_was_missing_is_kept_with_the_closing(town: Town) -> None:
    await sends(town, "lan", MUI_NE)
    late = await town.officer("mai", HAM_TIEN)
    await late.says("/lydocham mất điện hai ngày")
    begun = await town.officer("phu", PHU_HAI)
    await begun.says("/baocao", "3")
    binh = await town.coordinator("binh")

    await binh.taps(f"/khoakychot {PERIOD} {CAPITAL}")

    [row] = await town.database.run(lambda tx: tx.execute(select(tables.closures)).all())
    missing = {one["unit"]: one for one in row.missing["not_sent"]}
    assert missing[HAM_TIEN] == {"unit": HAM_TIEN, "reason": "mất điện hai ngày", "begun": False}
    assert missing[PHU_HAI]["begun"] is True
    assert MUI_NE not in missing
    assert row.missing["not_accepted"] == [MUI_NE]


async def test_what_changed_since_is_not_undone(town: Town) -> None:
    await sends(town, "lan", MUI_NE)
    mai = await town.officer("mai", HAM_TIEN)
    binh = await town.coordinator("binh")
    await binh.taps(f"/gopchot {TWO} +lay")
    await mai.says("/dinhchinh", "1", "14", "Gửi đính chính", "Nhập nhầm")

    told = await binh.taps("/goplai 1")

    assert "không hoàn tác được nữa" in told
    sent = await town.database.run(lambda tx: summaries.units_sent(tx, PLAN, [PERIOD]))
    assert sent == {PERIOD: {HAM_TIEN}}


async def test_a_moved_report_is_as_old_as_it_was(town: Town) -> None:
    await sends(town, "lan", MUI_NE)
    binh = await town.coordinator("binh")
    town.later(days=10)

    await binh.taps(f"/gopchot {TWO} +lay")

    key = Key(plan=PLAN, period=PERIOD, unit=HAM_TIEN)
    report = await town.database.run(lambda tx: reports.latest(tx, key))
    assert report is not None
    assert (report.sent_at - report.first_sent_at).days == 10
    assert "đúng hạn" in await binh.says("/xem Hàm Tiến")
    assert "hợp lệ" in await binh.says(report.receipt)


async def test_a_draft_of_the_unit_does_not_outlive_a_move(town: Town) -> None:
    lan = await sends(town, "lan", MUI_NE)
    mai = await town.officer("mai", HAM_TIEN)
    await mai.says("/baocao", "3")
    await lan.says("/dinhchinh", "1", "99")
    binh = await town.coordinator("binh")

    await binh.taps(f"/gopchot {TWO} +lay")

    assert "Gửi đính chính" not in await lan.says("/kiemtra")
    await lan.says("gửi báo cáo")
    key = Key(plan=PLAN, period=PERIOD, unit=MUI_NE)
    assert await town.database.run(lambda tx: reports.latest(tx, key)) is None
    assert "đã gửi" in await mai.says("/baocao 2024-Q2")


async def test_a_coordinator_who_also_reports_has_two_desks(town: Town) -> None:
    binh = await town.coordinator("binh")
    await town.joined("binh", RoleKind.FOCAL_POINT, MUI_NE)
    own = Key(plan=PLAN, period=PERIOD, unit=MUI_NE)
    other = Key(plan=PLAN, period=PERIOD, unit=HAM_TIEN)

    await binh.says(f"/nhapthay {PERIOD} {HAM_TIEN}", "3")
    assert "Mũi Né" in await binh.says("/baocao")
    assert "Nhập thay" not in await binh.says("5", "6")
    assert "Hàm Tiến" in await binh.says(f"/nhapthay {PERIOD} {HAM_TIEN}")
    await binh.says(REPORT, "gửi báo cáo")

    found = await town.database.run(lambda tx: reports.latest(tx, other))
    assert found is not None
    assert found.on_behalf == RoleKind.COORDINATOR
    assert await town.database.run(lambda tx: reports.latest(tx, own)) is None
    assert "Câu 3/10" in await binh.says("/baocao")


async def test_who_is_no_coordinator_any_more_sits_at_no_desk_of_a_unit(town: Town) -> None:
    binh = await town.coordinator("binh")
    await binh.says(f"/nhapthay {PERIOD} {HAM_TIEN}", "3")
    await town.database.run(
        lambda tx: tx.execute(tables.roles.update().values(ended_at=town.clock.now()))
    )

    await binh.says(REPORT, "gửi báo cáo")

    assert (await town.database.run(counts))[3] == 0


@pytest.mark.parametrize("seed", range(4))
async def test_totals_are_right_after_random_acts(town: Town, seed: int) -> None:
    dice = random.Random(seed)
    units = (MUI_NE, HAM_TIEN, PHU_HAI, "22969")
    binh = await town.coordinator("binh")
    officers = {unit: await town.officer(f"o{unit}", unit) for unit in units}
    tree = town.app.world.packs[PLAN].tree
    for _ in range(30):
        unit, other = dice.sample(units, 2)
        numbers = " ".join(str(dice.randint(11, 99)) for _ in range(2))
        told = f"BC {numbers} có 60 30 5 {dice.randint(0, 9)} có 10 8"
        match dice.randrange(6):
            case 0:
                await officers[unit].says(f"/baocao {PERIOD}", told, "gửi báo cáo", "/huy")
            case 1:
                await officers[unit].says(
                    f"/dinhchinh {PERIOD}", told, "Gửi đính chính", "Nhập nhầm", "/huy"
                )
            case 2:
                await binh.says(
                    f"/nhapthay {PERIOD} {unit} +dinhchinh", told, "/gui", "/lydo Nhập nhầm", "/huy"
                )
            case 3:
                await binh.says(f"/nhapthay {PERIOD} {unit}", told, "/gui giống", "/huy")
            case 4:
                flag = dice.choice(("+lay", "+giu"))
                await binh.taps(f"/gopchot {PERIOD} tu:{unit} den:{other} {flag}")
            case _:
                found = await town.database.run(lambda tx: moves.in_period(tx, PLAN, PERIOD))
                if found:
                    await binh.taps(f"/goplai {dice.choice(found).id}")

        def look(tx: Connection) -> None:
            assert something(kept(tx, tree)) == something(by_hand(tx, tree))

        await town.database.run(look)
    assert (await town.database.run(counts))[3] > 3


async def test_a_ward_that_was_absorbed_owes_no_more_once_its_report_is_the_others(
    town: Town,
) -> None:
    gone, stays = "22942", "22945"  # Đức Nghĩa went into Lạc Đạo
    packs = dict(town.app.world.packs)
    units = tuple(
        unit.model_copy(update={"valid_to": date(2024, 6, 20)}) if unit.code == gone else unit
        for unit in packs[PLAN].tree
    )
    town.begin({**packs, PLAN: changed(packs[PLAN], units=units)})
    await sends(town, "lan", gone)
    await sends(town, "mai", stays)
    binh = await town.coordinator("binh")

    assert "đã sáp nhập" in await binh.says("/gop")
    await binh.taps(f"/gopchot {PERIOD} tu:{gone} den:{stays} +giu")

    assert "vì đơn vị đã sáp nhập" in await binh.says(f"/xem {PERIOD} {gone}")
    assert "Đã nộp 1/147" in await binh.says("/tiendo")
    await binh.taps("/goplai 1")
    assert "Đã nộp 2/148" in await binh.says("/tiendo")
