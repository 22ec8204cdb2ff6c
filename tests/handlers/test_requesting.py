"""Reports on request: nothing personal gets in, and a half made one survives what may happen."""

import pytest
from sqlalchemy import Connection, select

from handlers.request_draft import Drafted, asked_for, asks_for_persons, drafted_in
from handlers.talk import Talk
from plans.pack import IndicatorKind
from plans.people import RoleKind
from storage import decisions, people, tables
from tests.person import HAM_TIEN, MUI_NE, Person, Town


def requests(connection: Connection) -> int:
    return len(decisions.read(connection).requests)


async def half_made(town: Town) -> Person:
    binh = await town.coordinator("binh")
    await binh.says("tạo đề nghị", "Rà soát cơ sở karaoke", "Số cơ sở", "xong", "Mũi Né")
    return binh


@pytest.mark.parametrize(
    "text",
    [
        "Danh sách đối tượng",
        "ho ten chu co so",
        "Họ và tên người vi phạm",
        "Số điện thoại liên hệ",
        "SĐT của chủ cơ sở",
        "Số CCCD",
        "so cmnd",
        "Địa chỉ cơ sở",
        "Liệt kê các cơ sở vi phạm",
        "Ghi rõ tên từng cơ sở",
        "Names of the owners",
        "Phone number",
        "List of persons",
    ],
)
def test_what_asks_for_persons_is_known(text: str) -> None:
    assert asks_for_persons(text)


@pytest.mark.parametrize(
    "text",
    [
        "Số cơ sở karaoke",
        "Số cuộc gọi điện thoại đến đường dây nóng",
        "Số người tạm trú",
        "Số nam sinh, nữ sinh được tuyên truyền",
        "Số người được cấp thẻ",
        "Businesses inspected",
        "Kinh phí (triệu đồng)",
    ],
)
def test_what_counts_people_is_no_question_about_them(text: str) -> None:
    assert not asks_for_persons(text)


@pytest.mark.parametrize(
    ("line", "label", "kind", "money"),
    [
        ("Số cơ sở", "Số cơ sở", IndicatorKind.FLOW, False),
        ("Số người (dưới 18 tuổi)", "Số người (dưới 18 tuổi)", IndicatorKind.FLOW, False),
        ("Có kế hoạch (có/không)", "Có kế hoạch", IndicatorKind.YES_NO, False),
        ("Co ke hoach ( co / khong )?", "Co ke hoach", IndicatorKind.YES_NO, False),
        ("A plan (yes/no)", "A plan", IndicatorKind.YES_NO, False),
        ("Kinh phí (triệu đồng)", "Kinh phí", IndicatorKind.FLOW, True),
        ("Kinh phí (TRIỆU ĐỒNG)", "Kinh phí", IndicatorKind.FLOW, True),
    ],
)
def test_a_question_says_how_it_is_answered(
    line: str, label: str, kind: IndicatorKind, money: bool
) -> None:
    asked = asked_for(line)

    assert (asked.label, asked.kind, asked.money) == (label, kind, money)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"step": "sealed", "title": "Rà soát"},
        {"step": ["title"], "questions": "Số cơ sở", "units": [1, None], "rewriting": 9},
        {"role": "1", "until": 20240620, "mending": 1},
        {"until": "20/6", "step": "check"},
    ],
)
def test_what_another_release_wrote_otherwise_is_left_out(stored: dict[str, object]) -> None:
    drafted = drafted_in(Talk.from_stored({"request": stored, "expect": "request"}))

    assert isinstance(drafted, Drafted)
    assert drafted.step in ("title", "questions", "units", "until", "check")
    assert all(isinstance(unit, str) for unit in drafted.units)
    assert drafted.rewriting <= len(drafted.questions)


def test_a_talk_without_a_request_has_none() -> None:
    assert not drafted_in(Talk.from_stored({"request": "none"})).begun


async def test_a_half_made_request_survives_a_restart(town: Town) -> None:
    binh = await half_made(town)

    town.begin(town.app.world.packs)

    assert "Đã chọn 1 đơn vị" in await binh.says("Sở Lạ Nào Đó Xa Xôi")
    assert "2024-YC1" in await binh.says("xong", "20/6", "Gửi đề nghị")
    assert await town.database.read(requests) == 1


async def test_a_broken_talk_does_not_end_the_conversation(town: Town) -> None:
    binh = await half_made(town)

    def spoil(tx: Connection) -> None:
        person = people.person_at(tx, binh.address)
        assert person
        talk = people.talk_of(tx, person.id)
        people.set_talk(tx, person.id, talk | {"request": {"role": 99, "step": "check"}})

    await town.database.run(spoil)

    assert "Không còn bản soạn nào đang mở." in await binh.says("20/6")
    assert "Tiến độ quý II/2024" in await binh.says("/tiendo")


async def test_a_role_that_ended_makes_no_request(town: Town) -> None:
    binh = await half_made(town)
    await binh.says("xong", "20/6")

    def leave(tx: Connection) -> None:
        person = people.person_at(tx, binh.address)
        assert person
        for role in people.roles_of(tx, person.id):
            people.end_role(tx, role.id, town.clock.now())

    await town.database.run(leave)
    await town.joined("binh", RoleKind.FOCAL_POINT, MUI_NE)

    assert "Không còn bản soạn" in await binh.says("Gửi đề nghị")
    assert await town.database.read(requests) == 0


async def test_a_deadline_that_passed_meanwhile_is_asked_for_again(town: Town) -> None:
    binh = await half_made(town)
    await binh.says("xong", "20/6", "/huy")

    town.later(days=30)

    await binh.says("/yeucautiep")
    assert "20/6/2024 đã qua" in await binh.says("Gửi đề nghị")
    assert await town.database.read(requests) == 0


@pytest.mark.parametrize("command", ["/yeucau", "/yeucautao", "/yeucaudonvi", "/yeucauhan"])
async def test_personal_data_in_a_made_up_tap_is_refused_unread(town: Town, command: str) -> None:
    binh = await town.coordinator("binh")

    answer = await binh.taps(f"{command} Vụ của Nguyễn Thị Hoa số 0912 345 678")

    assert "thông tin cá nhân" in answer
    told = await town.database.read(lambda tx: list(tx.execute(select(tables.talks.c.state))))
    assert "Hoa" not in str(told)


async def test_two_requests_are_counted_apart(town: Town) -> None:
    binh = await town.coordinator("binh")
    for title in ("Rà soát thứ nhất", "Rà soát thứ hai"):
        await binh.says(
            "tạo đề nghị", title, "Số cơ sở", "xong", "Mũi Né, Hàm Tiến", "xong", "20/6"
        )
        assert "2 đơn vị" in await binh.says("Gửi đề nghị")
    ann, cuong = await town.officer("ann"), await town.officer("cuong", HAM_TIEN)

    assert "Rà soát thứ nhất" in await ann.says("/baocao 2024-YC1")
    await ann.says("5", "/gui")
    await cuong.says("/baocao 2024-YC2", "7", "/gui")

    first, second = await binh.says("/tonghop 2024-YC1"), await binh.says("/tonghop 2024-YC2")
    assert "ZA01 · Số cơ sở: 5 · 1/2 đơn vị" in first
    assert "ZA06 · Số cơ sở: 7 · 1/2 đơn vị" in second
    assert "Rà soát" not in await binh.says("/tonghop")


async def test_what_is_asked_and_withdrawn_is_on_record(town: Town) -> None:
    binh = await half_made(town)
    await binh.says("xong", "20/6", "Gửi đề nghị", "/yeucaurut 2024-YC1 +")

    def actions(tx: Connection) -> list[tuple[str, str]]:
        rows = tx.execute(select(tables.audit.c.action, tables.audit.c.period))
        return [(row.action, row.period) for row in rows]

    assert await town.database.read(actions) == [
        ("request.opened", "2024-YC1"),
        ("request.closed", "2024-YC1"),
    ]
