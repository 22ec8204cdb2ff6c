"""A report over Zalo from the code to the receipt, by polling and by webhook, flat and wrapped."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.channels.texts import units
from plans.messages import Reply, Urgency
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_bot_line import Line, Talker, running
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_habits import Habits
from tests.person import HAM_TIEN, MUI_NE

CODE = "LC7K-2M9Q"
WHOLE = "BC 15 1250 có 30 12 0 9 có 15 15"


@pytest.fixture(
    params=[(mode, body) for mode in ("polling", "webhook") for body in ("flat", "wrapped")],
    ids=" ".join,
)
async def line(
    request: pytest.FixtureRequest, sqlite_file: Path, packs: Mapping[str, Pack]
) -> AsyncIterator[Line]:
    mode, body = request.param
    async with (
        FakeZaloBot(habits=Habits(body=body, fetch_photos=True)) as fake,
        running(fake, sqlite_file, packs, mode=mode) as line,
    ):
        await fake.until(lambda: fake.polls or fake.probes)
        yield line
        assert all(units(text) <= 2000 for text in texts_sent(fake))
        assert fake.sent_this_month == len(await line.kept(tables.postage))
        assert {call.content_type for call in fake.calls} == {"application/json"}


def texts_sent(fake: FakeZaloBot) -> list[str]:
    return [call.params["text"] for call in fake.called("sendMessage")]


def mark_of(text: str, label: str) -> str:
    """Return what names a choice: the number or letter before its label."""
    [mark] = [
        row.partition(". ")[0]
        for row in text.splitlines()
        if row.partition(". ")[2].startswith(label)
    ]
    return mark


async def choose(talker: Talker, label: str) -> str:
    return await talker.says(mark_of(talker.last.text, label))


async def joined_by_code(line: Line) -> Talker:
    await line.invited(CODE)
    officer = Talker(line, line.fake.user("Officer"))
    assert (await officer.says(f"/start {CODE}")).startswith("Mã này mời")
    assert (await choose(officer, "Xác nhận")).startswith("Đã kết nối")
    return officer


async def test_a_report_in_one_message_from_the_code_to_a_correction(line: Line) -> None:
    officer = await joined_by_code(line)
    check = await officer.says(WHOLE)
    receipt = await choose(officer, "Gửi báo cáo")
    assert "1250" in check.replace(".", "")
    assert "BC-24Q2-22915-" in receipt

    await officer.says("/dinhchinh")
    await officer.says("sửa 1: 11")
    await choose(officer, "Gửi đính chính")
    corrected = await officer.says("1")
    assert "BC-24Q2-22915-" in corrected
    assert [row.version for row in await line.kept(tables.reports)] == [1, 2]


async def test_a_report_step_by_step_by_typed_marks(line: Line) -> None:
    officer = await joined_by_code(line)
    asked = await choose(officer, "Nhập số liệu")
    assert "Câu 1/10" in asked
    text = await choose(officer, "Chưa có số liệu")
    steps = 0
    while "Gửi báo cáo" not in text:
        steps += 1
        assert steps < 20
        marks = [row for row in text.splitlines() if row.partition(". ")[2] == "Có"]
        text = await (choose(officer, "Có") if marks else officer.says("12"))
    receipt = await choose(officer, "Gửi báo cáo")

    assert "BC-24Q2-22915-" in receipt
    [report] = await line.kept(tables.reports)
    figures = {row.code: row.value for row in await line.kept(tables.report_answers)}
    assert report.unit == "22915"
    assert 12 in figures.values()


async def test_a_coordinator_reads_the_summary_and_gets_a_picture(line: Line) -> None:
    coordinator = await line.coordinator()
    first = await coordinator.says("/tonghop")
    second = await choose(coordinator, "Trang sau")
    assert "trang 1/3" in first
    assert "trang 2/3" in second

    picture = await coordinator.hears(lambda: coordinator.user.says("/bieudo"))
    assert (picture.photo or b"").startswith(b"\x89PNG")
    assert picture.text.startswith("Tiến độ")


async def test_a_reminder_comes_by_itself(line: Line) -> None:
    officer = await line.officer()
    await line.owe(officer.user, Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER))
    await line.until_states("sent")

    assert officer.user.view.texts == ["Sắp đến hạn"]
    [row] = await line.owed()
    assert row.platform_id == officer.last.id


async def test_personal_data_is_refused_and_its_writer_asked_to_delete_it(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/baocao")
    refused = await officer.says("Chị A, số điện thoại 0912 345 678")

    assert "xóa tin nhắn vừa gửi" in refused
    assert "Câu 1/10" in refused
    assert {call.method for call in line.fake.calls} <= {
        "getMe",
        "getUpdates",
        "getWebhookInfo",
        "setWebhook",
        "sendMessage",
        "sendChatAction",
    }


async def test_chats_are_kept_apart_and_each_in_order(line: Line) -> None:
    officers = [await line.joined(line.fake.user(unit), unit=unit) for unit in (MUI_NE, HAM_TIEN)]
    for officer in officers:
        for word in ("/baocao", "1", "2"):
            officer.user.says(word)
    await line.fake.until(lambda: all(len(o.user.view.from_bot) == 3 for o in officers), 20)

    for officer in officers:
        seen = [f"Câu {n}/10" in text for n, text in enumerate(officer.user.view.texts, start=1)]
        assert seen == [True] * 3
