"""A report over Telegram from the deep link to the receipt, by polling and by webhook."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from plans.pack import Pack
from storage import tables
from tests.bot.telegram_line import Line, Talker, running
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clients import judge
from tests.fakes.telegram_view import Shown

CODE = "LC7K-2M9Q"
SEND, EDIT = "Gửi báo cáo", "Sửa"


@pytest.fixture(params=["polling", "webhook"])
async def line(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_file: Path,
    packs: Mapping[str, Pack],
) -> AsyncIterator[Line]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with FakeTelegram() as fake:
        async with running(fake, sqlite_file, packs, mode=request.param) as line:
            yield line
        judge(fake)


async def filled_in(talker: Talker) -> Shown:
    """Answer every question, by figures and by taps, up to the check card."""
    await talker.says("/baocao")
    while SEND not in talker.last.labels:
        if "Có" in talker.last.labels:
            await talker.taps("Có")
        else:
            await talker.says("12")
    return talker.last


async def test_a_report_from_the_deep_link_to_the_receipt_and_a_correction(line: Line) -> None:
    await line.invited(CODE)
    officer = Talker(line, line.fake.user(first_name="Officer", language_code="vi"))
    asked = await officer.says(f"/start {CODE}")
    joined = await officer.taps("Xác nhận")
    check = await filled_in(officer)

    assert asked.text.startswith("Mã này mời")
    assert joined.text.startswith("Đã kết nối")
    # The check card becomes the choice of a question, the question, and the check card again.
    which = await officer.taps(EDIT)
    question = await officer.taps(which.labels[0])
    again = await officer.taps("Giữ 12")
    assert (which.id, question.id, again.id) == (check.id,) * 3
    assert which.text.startswith("Sửa câu nào?")
    assert question.text.startswith("Câu 1/10")
    assert again.text == check.text

    receipt = await officer.taps(SEND)
    assert receipt.id > check.id
    [(kind, code)] = receipt.marks
    assert (kind, code[:14]) == ("code", "BC-24Q2-22915-")
    assert [code for code in receipt.text.split() if code.startswith("BC-")] == [f"{code}."]

    await officer.taps("Đính chính")
    await officer.says("sửa 1: 11")
    reason = await officer.taps("Gửi đính chính")
    corrected = await officer.taps(reason.labels[0])
    assert "BC-24Q2-22915-" in corrected.text
    sent = await line.kept(tables.reports)
    assert [report.version for report in sent] == [1, 2]
    assert line.fake.count_429 == 0
    assert all(tap.answer is not None for tap in line.fake.cloud.taps.values())


async def test_a_coordinator_turns_pages_in_place_and_gets_files(line: Line) -> None:
    coordinator = await line.coordinator()
    first = await coordinator.says("/tonghop")
    second = await coordinator.taps("Trang sau")
    below = await coordinator.taps(second.labels[0])
    back = await coordinator.taps("Lên trên")

    assert {first.id, second.id, below.id, back.id} == {first.id}
    assert "trang 2/3" in second.text
    assert back.text == first.text

    progress = await coordinator.taps("Tiến độ")
    missing = await coordinator.taps(progress.labels[0])
    assert progress.id > first.id
    assert missing.id == progress.id
    assert missing.text != progress.text

    await coordinator.says("/moi tất cả")
    codes = await coordinator.says("/moicap csv")
    assert codes.file_name == "ma-moi-binh_thuan_2024.csv"
    rows = list(csv.reader(io.StringIO((codes.document or b"").decode("utf-8-sig"))))
    assert len(rows) > 100
    picture = await coordinator.says("/bieudo")
    assert (picture.photo or b"").startswith(b"\x89PNG")
    assert picture.text.startswith("Tiến độ")
    assert picture.labels


async def test_chats_are_kept_apart_and_each_in_order(line: Line) -> None:
    officers = [await line.officer() for _ in range(3)]
    for officer in officers:
        for word in ("/baocao", "1", "2"):
            officer.user.says(word)
    await line.fake.until(lambda: all(len(o.user.view.from_bot) == 3 for o in officers), 20)

    for officer in officers:
        texts = officer.user.view.texts
        assert ["Câu 1/10" in texts[0], "Câu 2/10" in texts[1], "Câu 3/10" in texts[2]] == [
            True
        ] * 3
