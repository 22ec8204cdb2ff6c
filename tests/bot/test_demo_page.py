"""The demo by hand, in a browser at phone size: join, report, correct, sum up."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from bot.demo import STRANGERS_CODE
from tests.bot.visitor import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_stranger_joins_with_a_code(visitor: Visitor) -> None:
    await visitor.becomes("la")
    await visitor.says("xin chào", "xin mã mời")
    await visitor.says(f"/start {STRANGERS_CODE}", "mời anh/chị làm đầu mối báo cáo")
    await visitor.taps("Xác nhận", "Đã kết nối. Kỳ tới: báo cáo quý II/2024")
    await visitor.taps("Nhập số liệu", "Câu 1/10")
    await visitor.keeps_a_picture("joined")


async def test_an_officer_reports_corrects_and_the_coordinator_sees_it(visitor: Visitor) -> None:
    await visitor.becomes("tonghop")
    await visitor.says("/tiendo", "Đã nộp ")
    before = await _sent(visitor)

    await visitor.becomes("xa")
    await visitor.says("Nhập số liệu", "Câu 1/10")
    await visitor.says("15", "Câu 2/10")
    await visitor.says("1.234", "Câu 3/10")
    await visitor.says("quay lại", "Đang ghi: 1.234")
    await visitor.says("125.000", "Đúng là 125.000?")
    await visitor.keeps_a_picture("doubt")
    await visitor.taps("Nhập lại", "Câu 2/10")
    await visitor.says("1250", "Câu 3/10")
    await visitor.page.reload()
    await expect(visitor.page.locator("#state")).to_contain_text("Đã kết nối")
    await visitor.says("/huy", "Bản nháp 2/10 câu được giữ")
    await visitor.says("BC 15 1250 có 30/35 10 2 có 5 5", "Đã ghi 10/10.")
    await visitor.keeps_a_picture("check")
    await visitor.says("sửa 2", "Câu 2/10")
    await visitor.says("1300", "Kiểm tra trước khi gửi")
    await visitor.taps("Gửi báo cáo", "Đã nhận lúc 08:")
    await visitor.keeps_a_picture("received")
    await visitor.moves_the_clock("+1 ngày")
    await visitor.taps("Đính chính", "Sửa câu nào?")
    await visitor.says("2", "Câu 2/10")
    await visitor.says("1310", "Kiểm tra trước khi gửi đính chính")
    await visitor.taps("Gửi đính chính", "Lý do đính chính?")
    await visitor.taps("Nhập nhầm", "Đã nhận đính chính (lần 2)")

    await visitor.becomes("tonghop")
    await visitor.says("/tiendo", "Đã nộp ")
    assert await _sent(visitor) == before + 1
    await visitor.says("/xem Mũi Né", "1.310")
    await visitor.keeps_a_picture("unit")
    await visitor.says("/tonghop", "Tổng hợp quý II/2024")
    await visitor.says("/moi tất cả", "Cấp mã mời cho")
    await visitor.says("/moicap csv", "Danh sách trong tệp kèm theo")
    async with visitor.page.expect_download() as download:
        await visitor.page.get_by_role("link", name=re.compile("ma-moi")).last.click()
    path = await (await download.value).path()
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


async def _sent(visitor: Visitor) -> int:
    text = await visitor.page.locator("#messages .bot").last.inner_text()
    found = re.search(r"Đã nộp (\d+)/", text)
    assert found
    return int(found[1])


async def test_nothing_is_lost_or_doubled_when_the_line_breaks(visitor: Visitor) -> None:
    await visitor.becomes("yte")
    await visitor.says("/baocao", "Câu 1/")
    await visitor.page.context.set_offline(True)
    await visitor.page.locator("#text").fill("7")
    await visitor.page.locator("#text").press("Enter")
    await asyncio.sleep(0.5)
    await visitor.page.context.set_offline(False)
    await expect(visitor.page.locator("#messages .bot").last).to_contain_text("Câu 2/")
    await visitor.says("quay lại", "Đang ghi: 7")


async def test_the_page_fits_a_small_phone(visitor: Visitor) -> None:
    await visitor.becomes("xa")
    await visitor.says("/trogiup", "Chỉ gửi số lượng")
    width = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
