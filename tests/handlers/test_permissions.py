"""What is typed or tapped by hand does no more than the role behind it allows."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection, func, select

from handlers.joining import TRIES, TRIES_OF_ALL
from plans.pack import Pack
from plans.people import RoleKind
from storage import tables
from storage.join_codes import Arrival, set_arrival
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town, changed

DISTRICT, CAPITAL = "596", "593"  # Bắc Bình; Phan Thiết, with Mũi Né in it
ALL = ("15", "98765", "có", "30", "25", "2", "0", "không", "4", "3")
SECRET = "98.765"
PERIOD = "2024-Q2"
# What buttons carry, and every command that names a unit, a period, a role or an indicator.
CRAFTED = (
    f"/xem {MUI_NE}",
    f"/xem {MUI_NE} {PERIOD}",
    f"/tonghop {PERIOD} {MUI_NE} TT03",
    f"/tonghop {MUI_NE}",
    "/tonghop TT03",
    f"/tiendo {MUI_NE}",
    f"/chuanop {MUI_NE}",
    f"/huyen {PERIOD} {MUI_NE}",
    f"/moi {MUI_NE}",
    f"/traplai {PERIOD} {MUI_NE}",
    "/traplaicau tất cả",
    "/traplaigui xem lại",
    f"/mokhoa {PERIOD} {MUI_NE}",
    "/donvi 1",
    "/donvi 1 /baocao",
    "/donvi 1 /xem",
    "/roi 1",
    "/roi 1 thật",
    "/traloi TT03 5",
    "/giu TT03",
    "/giunguyen TT03",
    "/nhaplai TT03",
    "/doicho TT07 25 TT06 30",
    "/nhukytruoc TT03",
    "/khongphatsinh",
    "/sua 2 5",
    "/gui",
    "/gui giống",
    "/lydo vì tôi muốn",
    "/bodinhchinh",
    "1|/gui",
    "999|/giu",
    "|",
    "|/gui",
    "/",
    "x" * 4000,
    "/donvi 1 " * 400,
)
KEPT = (
    tables.reports,
    tables.report_answers,
    tables.drafts,
    tables.draft_answers,
    tables.returns,
    tables.unlocks,
    tables.join_codes,
    tables.roles,
)


def state(connection: Connection) -> list[object]:
    return [[tuple(row) for row in connection.execute(select(table))] for table in KEPT]


async def reported(town: Town) -> str:
    """Let Mũi Né report; return its receipt."""
    ann = await town.officer("ann")
    answer = await ann.says("/baocao", *ALL, "dung", "/gui")
    assert "BC-" in answer, answer
    return "BC-" + answer.split("BC-")[1].split()[0].rstrip(".")


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (RoleKind.FOCAL_POINT, HAM_TIEN),
        (RoleKind.FOCAL_POINT, DISTRICT),
        (RoleKind.DISTRICT_COORDINATOR, DISTRICT),
        (RoleKind.OBSERVER, DISTRICT),
    ],
)
async def test_whoever_is_not_above_a_unit_learns_and_changes_nothing_of_it(
    town: Town, kind: RoleKind, unit: str
) -> None:
    receipt = await reported(town)
    mallory = await town.joined("mallory", kind, unit)
    before = await town.database.read(state)

    for line in (*CRAFTED, f"/tracuu {receipt}", receipt, f"/dinhchinh {PERIOD}"):
        for answer in (await mallory.says(line), await mallory.taps(line)):
            assert SECRET not in answer, line
            assert "có lỗi" not in answer, line

    assert await town.database.read(state) == before


async def test_who_only_sees_changes_nothing(town: Town) -> None:
    await reported(town)
    mallory = await town.joined("mallory", RoleKind.OBSERVER)
    before = await town.database.read(state)

    for line in CRAFTED:
        await mallory.says(line)
        await mallory.taps(line)

    assert await town.database.read(state) == before


async def test_a_stranger_hears_one_greeting_and_nothing_more(town: Town) -> None:
    receipt = await reported(town)
    stranger = Person(town, "stranger")

    for line in (*CRAFTED, receipt):
        await stranger.taps(line)
        await stranger.says(line)

    assert len(stranger.heard) == 1
    assert "Mũi Né" not in stranger.heard[0]


async def test_a_long_reason_is_refused_however_it_comes(town: Town) -> None:
    await reported(town)
    binh = await town.coordinator("binh")
    await binh.says(f"/traplai {MUI_NE} {PERIOD}", "1")
    before = await town.database.read(state)

    assert "300" in await binh.says("/traplaigui " + "x" * 301)
    await binh.says("/traplaigui")

    assert await town.database.read(state) == before


async def test_personal_data_in_a_made_up_tap_is_refused_unread(town: Town) -> None:
    await reported(town)
    binh = await town.coordinator("binh")
    await binh.says(f"/traplai {MUI_NE} {PERIOD}", "1")
    before = await town.database.read(state)

    answer = await binh.taps("9|/traplaigui gọi Nguyễn Thị Hoa số 0912 345 678")

    assert "0912" not in answer
    assert await town.database.read(state) == before
    told = await town.database.read(lambda tx: tx.execute(select(tables.audit.c.after)).scalars())
    assert any("concern" in (after or {}) for after in told)


async def test_names_that_begin_like_a_formula_are_told_as_text(
    town: Town, packs: Mapping[str, Pack]
) -> None:
    pack = packs[PLAN]
    units = tuple(
        unit.model_copy(update={"name": "=HYPERLINK(1)"}) if unit.code == MUI_NE else unit
        for unit in pack.units
    )
    types = {
        name: kind.model_copy(update={"body": "{name}"}) for name, kind in pack.unit_types.items()
    }
    town.begin({**packs, PLAN: changed(pack, units=units, unit_types=types)})
    binh = await town.coordinator("binh")

    await binh.says("/moi tất cả")
    reply = await binh.asks("/moicap csv")

    assert reply.file
    cells = reply.file.content.decode("utf-8-sig").replace("\r\n", ",").split(",")
    assert "'=HYPERLINK(1)" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


class TestGuessing:
    async def test_many_addresses_together_guess_no_more_than_some(self, town: Town) -> None:
        await town.invited("ABCD-2345")
        await town.database.run(lambda tx: guessed(town, tx, TRIES_OF_ALL // TRIES))

        assert "tạm ngừng" in await Person(town, "stranger").says("ABCD-2345")

        town.later(hours=1, seconds=1)
        assert "Mũi Né" in await Person(town, "other").says("ABCD-2345")

    async def test_whoever_joined_before_is_not_held_up_by_strangers(self, town: Town) -> None:
        cuong = await town.officer("cuong", HAM_TIEN)
        await town.invited("ABCD-2345")
        await town.database.run(lambda tx: guessed(town, tx, TRIES_OF_ALL // TRIES))

        assert "Mũi Né" in await cuong.says("/start ABCD-2345")

    async def test_one_guess_fewer_is_no_flood(self, town: Town) -> None:
        await town.invited("ABCD-2345")
        await town.database.run(lambda tx: guessed(town, tx, TRIES_OF_ALL // TRIES - 1))

        assert "Mũi Né" in await Person(town, "stranger").says("ABCD-2345")


def guessed(town: Town, connection: Connection, addresses: int) -> None:
    now = town.clock.now()
    arrival = Arrival(greeted_at=None, pending_code=None, tries=TRIES, tries_since=now)
    for number in range(addresses):
        address = Person(town, f"guesser {number}").address
        set_arrival(connection, address, arrival)
    count = connection.execute(select(func.count()).select_from(tables.arrivals)).scalar()
    assert count == addresses
