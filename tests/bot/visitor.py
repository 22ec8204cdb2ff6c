"""Somebody at the demo's page, in a browser at phone size; fixtures to import where they visit."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

import locales
from bot.demo import build_demo
from tests.bot.chromium import CHROMIUM, SWITCHES

PHONE = {"width": 360, "height": 740}
SHOTS = os.environ.get("SCREENSHOTS", "")
SLOW = locales.text("vi", "making.slow")


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
        # On a busy machine a file may take long enough that this is said first.
        said = self.page.locator("#messages .bot").filter(has_not_text=SLOW)
        before = await said.count()
        await act  # type: ignore[misc]
        await expect(said).to_have_count(before + 1)
        await expect(said.last).to_contain_text(reply)

    async def moves_the_clock(self, label: str) -> None:
        async with self.page.expect_response("**/demo/clock"):
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
