"""The demo's days, in a browser: reminders arrive, stop on sending, escalate; digests tell."""

import pytest
from playwright.async_api import expect

from tests.bot.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def latest(visitor: Visitor) -> str:
    return await visitor.page.locator("#messages .bot").last.inner_text()


async def count(visitor: Visitor) -> int:
    return await visitor.page.locator("#messages .bot").count()


async def heard(visitor: Visitor, words: str) -> None:
    """Wait for a message that contains words, among all that came."""
    found = visitor.page.locator("#messages .bot").filter(has_text=words)
    await expect(found.first).to_be_visible()


async def test_an_officer_is_reminded_until_the_report_is_sent(visitor: Visitor) -> None:
    await visitor.becomes("xa")
    await visitor.says("/baocao", "Câu 1/10")
    await visitor.says("15", "Câu 2/10")
    # T-3 at 08:00 of the day on which the demo begins, T-1 two days later.
    await visitor.moves_the_clock("+1 ngày")
    await heard(visitor, "(còn 4 ngày)")
    await heard(visitor, "đang soạn, còn 9 câu")
    await visitor.moves_the_clock("+1 ngày")
    await heard(visitor, "(còn 2 ngày)")
    await visitor.keeps_a_picture("reminded")
    await visitor.taps("Nhập tiếp", "Câu 2/10")
    await visitor.says("BC 15 1250 có 30/35 10 2 có 5 5", "Đã ghi 10/10.")
    await visitor.taps("Gửi báo cáo", "Đã nhận lúc")
    told = await count(visitor)
    for _ in range(6):
        await visitor.moves_the_clock("+1 ngày")
    await visitor.says("/trangthai", "đã nộp")
    assert await count(visitor) == told + 1


async def test_a_delay_is_told_further_up(visitor: Visitor) -> None:
    await visitor.becomes("huyen")
    for day in ("(còn 4 ngày)", "(còn 2 ngày)", "(hôm nay là ngày cuối)"):
        await visitor.moves_the_clock("+1 ngày")
        await heard(visitor, day)
    # To Monday 17/6 after the weekend: its own report is overdue, and so are units below it.
    for _ in range(4):
        await visitor.moves_the_clock("+1 ngày")
    await heard(visitor, "UBND huyện Bắc Bình: chưa nộp.")
    await heard(visitor, "còn 9 đơn vị chưa nộp báo cáo quý II/2024")
    await visitor.keeps_a_picture("escalated")
    await visitor.taps("Báo lý do chậm", "Lý do chậm?")
    await visitor.says("Đang chờ số liệu của các xã", "Trân trọng cảm ơn")

    await visitor.becomes("tonghop")
    await heard(visitor, "hôm nay là ngày cuối · đã nộp")
    await heard(visitor, "đã quá hạn 03 ngày · đã nộp")
    for _ in range(4):
        await visitor.moves_the_clock("+1 ngày")
    await heard(visitor, "Lý do của UBND huyện Bắc Bình: Đang chờ số liệu của các xã")
    await visitor.keeps_a_picture("told")
    for _ in range(5):
        await visitor.moves_the_clock("+1 ngày")
    await heard(visitor, "đã chốt số liệu ngày 25/6/2024")
    await visitor.keeps_a_picture("locked")
    await visitor.taps("Danh sách", "Chưa nộp")
