"""The demo by hand, in a browser at phone size: join, report, correct, sum up."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo import STRANGERS_CODE, build_demo
from tests.bot.chromium import CHROMIUM, SWITCHES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PHONE = {"width": 360, "height": 740}
SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[str]:
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("chromium is not installed, and REQUIRE_BROWSER=1")
        pytest.skip("chromium is not installed")
    runner = web.AppRunner(await build_demo(tmp_path / "demo.db"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def browser(origin: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield browser
        await browser.close()


class Visitor:
    """A person at the page: says, taps, sees."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    async def becomes(self, persona: str) -> None:
        await self.page.goto(f"{self.origin}/?persona={persona}")
        await expect(self.page.locator("#state")).to_contain_text("Đã kết nối")

    async def says(self, text: str, reply: str) -> None:
        await self._answered(self._type(text), reply)

    async def taps(self, label: str, reply: str) -> None:
        chip = self.page.get_by_role("button", name=label, exact=True).last
        await self._answered(chip.click(), reply)

    async def _type(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")

    async def _answered(self, act: object, reply: str) -> None:
        before = await self.page.locator("#messages .bot").count()
        await act  # type: ignore[misc]
        await expect(self.page.locator("#messages .bot")).to_have_count(before + 1)
        await expect(self.page.locator("#messages .bot").last).to_contain_text(reply)

    async def moves_the_clock(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).click()

    async def keeps_a_picture(self, name: str) -> None:
        if SHOTS:
            await self.page.screenshot(path=f"{SHOTS}/{name}.png")


@pytest.fixture
async def visitor(browser: Browser, origin: str) -> AsyncIterator[Visitor]:
    page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    faults: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(origin) else foreign.append(r.url))
    yield Visitor(page, origin)
    assert not faults
    assert not [url for url in foreign if not url.startswith(("ws://127.0.0.1", "data:"))]


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
    await visitor.says("/moi tất cả", "Danh sách trong tệp kèm theo")
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
    await expect(visitor.page.locator("#messages .bot").last).to_contain_text(
        "Câu 2/", timeout=20_000
    )
    await visitor.says("quay lại", "Đang ghi: 7")


async def test_the_page_fits_a_small_phone(visitor: Visitor) -> None:
    await visitor.becomes("xa")
    await visitor.says("/trogiup", "Chỉ gửi số lượng")
    width = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
