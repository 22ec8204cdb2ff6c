"""A report over an Official Account, from the invitation to the summary, and what it costs."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from plans.pack import Pack
from storage import tables
from tests.bot.zalo_oa_line import Line, Talker, running
from tests.fakes.zalo_oa_view import Shown

CODE = "LC7K-2M9Q"
SEND, EDIT = "Gửi báo cáo", "Sửa"
IN_ONE = "BC 12 1250 có 30 12 5 9 có 15 15"


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(sqlite_file, packs) as line:
        yield line


async def filled_in(talker: Talker) -> Shown:
    """Answer every question, by figures and by taps, up to the check card."""
    await talker.says("/baocao")
    while SEND not in talker.last.labels:
        if "Có" in talker.last.labels:
            await talker.taps("Có")
        else:
            await talker.says("12")
    return talker.last


async def test_a_newcomer_joins_reports_step_by_step_and_corrects(line: Line) -> None:
    await line.invited(CODE)
    officer = Talker(line, line.newcomer())
    asked = await officer.says(CODE)
    joined = await officer.taps("Xác nhận")
    check = await filled_in(officer)

    assert asked.text.startswith("Mã này mời")
    assert joined.text.startswith("Đã kết nối")
    assert {button.type for button in check.buttons} == {"oa.query.hide"}

    await officer.taps(EDIT)
    assert "Sửa câu nào?" in officer.last.text
    # Ten questions and five buttons: the others are typed.
    assert len(officer.last.labels) == 5
    assert "\n10. " in officer.last.text
    question = await officer.says("10")
    assert question.text.startswith("Câu 10/10")
    await officer.taps("Giữ 12")
    receipt = await officer.taps(SEND)
    assert "BC-24Q2-22915-" in receipt.text

    await officer.taps("Đính chính")
    await officer.says("sửa 1: 11")
    reason = await officer.taps("Gửi đính chính")
    corrected = await officer.taps(reason.labels[0])
    assert "BC-24Q2-22915-" in corrected.text
    assert [report.version for report in await line.kept(tables.reports)] == [1, 2]
    assert set(await line.costs()) == {"free"}


async def test_a_report_in_one_message_takes_two_messages_of_ours(line: Line) -> None:
    officer = await line.officer()
    check = await officer.says(IN_ONE)
    assert SEND in check.labels
    receipt = await officer.taps(SEND)

    assert "BC-24Q2-22915-" in receipt.text
    assert len(officer.texts) == 2
    assert len(await line.kept(tables.reports)) == 1


async def test_figures_are_figures_and_never_a_choice_by_accident(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/baocao")
    await officer.says("1")
    await officer.says("2")
    answers = await line.kept(tables.draft_answers)

    assert [answer.value for answer in answers] == [1, 2]


async def test_a_coordinator_turns_pages_and_gets_pictures_and_links(line: Line) -> None:
    coordinator = await line.coordinator()
    first = await coordinator.says("/tonghop")
    second = await coordinator.says("Trang sau")
    await coordinator.says("/moi tất cả")
    codes = await coordinator.says("/moicap csv")
    await line.become(*["sent"] * len(await line.states()))
    documents = [shown for shown in coordinator.user.view.from_bot if shown.file]
    picture = await coordinator.says("/bieudo")
    await line.become(*["sent"] * len(await line.states()))
    pictures = [shown for shown in coordinator.user.view.from_bot if shown.image]

    assert "trang 2/3" in second.text
    assert first.text != second.text
    assert codes.text or codes.file
    assert [shown.file_name for shown in documents] == ["ma-moi-binh_thuan_2024.csv"]
    assert picture.text or picture.image
    assert [(shown.image or b"")[:4] for shown in pictures] == [b"\x89PNG"]


async def test_chats_are_kept_apart_and_each_in_order(line: Line) -> None:
    officers = [await line.officer() for _ in range(3)]
    for officer in officers:
        for word in ("/baocao", "1", "2"):
            officer.user.says(word)
    await line.fake.until(lambda: all(len(o.texts) == 3 for o in officers), 20)

    for officer in officers:
        assert [f"Câu {n}/10" in text for n, text in enumerate(officer.texts, 1)] == [True] * 3
