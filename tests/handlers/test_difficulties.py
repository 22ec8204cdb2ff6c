"""Difficulties: what is kept, who sees it, what goes into the consolidated report."""

import pytest
from sqlalchemy import Connection, select

from documents.consolidated import Consolidated
from handlers.asked import Asked
from handlers.consolidating import consolidate
from handlers.turn import Turn
from plans.difficulties import MOST_SAYINGS
from plans.messages import Message
from plans.people import Role, RoleKind
from storage import decisions, people, tables
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town

CAPITAL, ELSEWHERE = "593", "596"
PERIOD, NEXT = "2024-Q2", "2024-Q3"


def kept(connection: Connection) -> list[tuple[int, str]]:
    said = tables.difficulty_sayings
    rows = connection.execute(select(said).order_by(said.c.id))
    return [(row.by_unit, row.words) for row in rows]


def trail(connection: Connection) -> list[str]:
    query = select(tables.audit.c.action).where(tables.audit.c.action.like("difficulty.%"))
    return list(connection.execute(query).scalars())


async def raised(town: Town, person: Person, words: str, period: str = "") -> None:
    await person.says(f"/vuongmac {words}")
    if period:
        await person.taps(f"/vuongmacky {period}")
    assert "Đã ghi nhận VM-" in await person.taps("/vuongmacgui")


async def document(town: Town, who: Person, period: str = PERIOD, unit: str = "") -> Consolidated:
    """Gather a period's consolidated report as somebody would."""

    def gather(tx: Connection) -> Consolidated:
        person = people.person_at(tx, who.address)
        assert person
        world = town.app.world.decided(decisions.read(tx))
        roles: list[Role] = people.roles_of(tx, person.id)
        turn = Turn(
            connection=tx,
            world=world,
            now=town.clock.now(),
            message=Message(address=who.address, id="x", text=""),
            person=person,
            roles=roles,
        )
        found = world.period(PLAN, period)
        assert found
        return consolidate(turn, roles[0], Asked(period=found, unit=unit))

    return await town.database.read(gather)


@pytest.mark.parametrize("words", ["chị Lò Thị Mai 0912345678", "tài liệu TUYỆT MẬT của tỉnh"])
async def test_what_must_not_be_kept_is_refused_on_every_way(town: Town, words: str) -> None:
    lan, binh = await town.officer("lan"), await town.coordinator("binh")
    await raised(town, lan, "thiếu kinh phí tuyên truyền")

    for line in (f"/vuongmac {words}", f"vướng mắc: {words}", f"kiến nghị {words}"):
        assert "không ghi nhận" in await lan.says(line), line
    assert "không ghi nhận" in await lan.taps(f"/vuongmac {words}")
    assert "không ghi nhận" in await lan.taps(f"/donvi 1 /vuongmac {words}")
    await binh.taps("/vuongmacviet 1")
    assert "không ghi nhận" in await binh.says(words)

    assert await town.database.run(kept) == [(1, "thiếu kinh phí tuyên truyền")]


async def test_a_second_tap_records_nothing_and_every_step_is_on_record(town: Town) -> None:
    lan, binh = await town.officer("lan"), await town.coordinator("binh")
    await raised(town, lan, "thiếu kinh phí tuyên truyền")
    assert "VM-0002" not in await lan.taps("/vuongmacgui")

    await binh.says("/vuongmac VM-0001", "Trả lời VM-0001", "Sẽ cấp trong tháng 7")
    await binh.says("Gửi trả lời")
    await binh.taps("/vuongmacgui")
    await lan.says("Bổ sung VM-0001", "Đề nghị cấp sớm hơn", "Gửi bổ sung")
    await lan.taps("/vuongmacxong 1")
    await lan.taps("/vuongmacxong 1")

    assert await town.database.run(kept) == [
        (1, "thiếu kinh phí tuyên truyền"),
        (0, "Sẽ cấp trong tháng 7"),
        (1, "Đề nghị cấp sớm hơn"),
    ]
    assert await town.database.run(trail) == [
        "difficulty.raised",
        "difficulty.answered",
        "difficulty.added",
        "difficulty.settled",
    ]


async def test_nobody_sees_or_touches_what_is_not_theirs(town: Town) -> None:
    lan = await town.officer("lan")
    await raised(town, lan, "thiếu kinh phí tuyên truyền")
    others = [
        await town.officer("mai", HAM_TIEN),
        await town.joined("hau", RoleKind.FOCAL_POINT, CAPITAL),
        await town.joined("bac", RoleKind.DISTRICT_COORDINATOR, ELSEWHERE),
        await town.joined("quan", RoleKind.OBSERVER),
    ]
    for person in others:
        for line in (
            "/vuongmac VM-0001",
            "/vuongmac",
            "/vuongmacviet 1",
            "/vuongmacxong 1",
            "/vuongmacgui",
            f"/vuongmacky {PERIOD}",
            "/vuongmacsua",
            "/vuongmacmoi",
            "/vuongmacviet 99999999999999999999",
        ):
            reply = await person.taps(line)
            assert "có lỗi" not in reply, line
            assert "thiếu kinh phí" not in reply, line

    dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, CAPITAL)
    assert "thiếu kinh phí" in await dung.says("/vuongmac")
    assert await town.database.run(kept) == [(1, "thiếu kinh phí tuyên truyền")]


async def test_a_talk_has_an_end(town: Town) -> None:
    lan = await town.officer("lan")
    await raised(town, lan, "thiếu kinh phí tuyên truyền")
    for _ in range(MOST_SAYINGS - 1):
        await lan.taps("/vuongmacviet 1")
        await lan.says("vẫn thiếu kinh phí")
        await lan.taps("/vuongmacgui")

    assert "đã trao đổi nhiều lượt" in await lan.taps("/vuongmacviet 1")
    assert len(await town.database.run(kept)) == MOST_SAYINGS


async def test_the_list_is_by_district_and_pages(town: Town) -> None:
    binh, lan = await town.coordinator("binh"), await town.officer("lan")
    cuong = await town.officer("cuong", ELSEWHERE)
    for number in range(8):
        await raised(town, lan, f"thiếu biểu mẫu thứ {number}")
    await raised(town, cuong, "đường xa, thiếu phương tiện")
    town.later(days=3)

    first = await binh.asks("/vuongmac")
    second = await binh.says("/vuongmac trang2")

    assert "Vướng mắc chưa giải quyết: 9, chờ trả lời: 9" in first.text
    assert "Huyện Bắc Bình:" in first.text + second
    assert "3 ngày · chờ trả lời: “thiếu biểu mẫu thứ 0”" in first.text + second
    assert (first.text + second).count("VM-") == 9


async def test_the_document_has_what_belongs_to_its_period(town: Town) -> None:
    binh, lan = await town.coordinator("binh"), await town.officer("lan")
    cuong = await town.officer("cuong", ELSEWHERE)
    await raised(town, lan, "chưa có biểu mẫu thống kê", PERIOD)
    await raised(town, cuong, "thiếu kinh phí tuyên truyền")
    await binh.says("/vuongmac VM-0001", "Trả lời VM-0001", "Biểu mẫu gửi kèm công văn")
    await binh.says("Gửi trả lời")

    found = (await document(town, binh)).difficulties
    assert [(one.unit, one.words, one.answer) for one in found] == [
        (MUI_NE, "chưa có biểu mẫu thống kê", "Biểu mẫu gửi kèm công văn"),
        (ELSEWHERE, "thiếu kinh phí tuyên truyền", ""),
    ]
    capital = (await document(town, binh, unit=CAPITAL)).difficulties
    assert [one.unit for one in capital] == [MUI_NE]

    await lan.taps("/vuongmacxong 1")
    assert len((await document(town, binh)).difficulties) == 2
    later = (await document(town, binh, NEXT)).difficulties
    assert [one.unit for one in later] == [ELSEWHERE]
    town.later(days=40)
    await raised(town, lan, "thiếu cán bộ chuyên trách")
    assert len((await document(town, binh)).difficulties) == 2
    assert len((await document(town, binh, NEXT)).difficulties) == 2
