"""A picture in the chat page: shown in place, opened in full, saved where it cannot be shown."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from bot.channels.webchat_answers import SECURITY_HEADERS
from documents.canvas import Canvas, Ink
from plans.messages import Choice, File, Reply
from tests.bot.test_webchat_page import (
    MISFITS,
    SCRIPT,
    Site,
    Visitor,
    browser,
    focused,
    site,
    types,
    visitor,
)

__all__ = ["browser", "site", "visitor"]  # pytest finds these fixtures by their names
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

WIDE, HIGH = 1080, 1500
TITLE = "Tiến độ quý II/2024 · hạn: trước 15/6/2024 (còn 4 ngày)"
PICTURE = ".latest .picture img"


def chart(media_type: str = "image/png", content: bytes = b"") -> Reply:
    sheet = Canvas(WIDE)
    sheet.fill((100, 100, 900, 1400), Ink.BLUE)
    name = "biểu đồ." + media_type.partition("/")[2]
    return Reply(
        text=f"{TITLE}\nĐã nộp 86/148 đơn vị (58,1%)",
        choices=(Choice(label="Tiến độ", data="/tiendo"),),
        file=File(name=name, media_type=media_type, content=content or sheet.png(HIGH)),
    )


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCRIPT, "/bieudo", chart())
    monkeypatch.setitem(SCRIPT, "/anh", chart("image/jpeg", b"\xff\xd8 no picture at all"))
    monkeypatch.setitem(SCRIPT, "/svg", chart("image/svg+xml", b"<svg/>"))


async def asks(page: Page, command: str) -> None:
    await types(page, command)
    await expect(page.locator(".latest .words")).to_contain_text(TITLE)


class TestAPicture:
    async def test_is_shown_as_wide_as_the_bubble_and_told_in_words(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await asks(page, "/bieudo")
        await expect(page.locator(PICTURE)).to_have_js_property("naturalWidth", WIDE)

        image = page.locator(PICTURE)
        box, room = await image.bounding_box(), await page.locator("#log").bounding_box()
        assert box
        assert room
        # Of the phone's 360 nearly all: the words on the picture must be read.
        assert 310 < box["width"] < room["width"]
        assert box["height"] == pytest.approx(box["width"] * HIGH / WIDE, abs=1)
        assert await image.get_attribute("alt") == TITLE
        assert await image.get_attribute("loading") == "lazy"
        assert await page.locator(".file").count() == 0
        assert await page.evaluate(MISFITS) == []
        assert visitor.errors == []

    async def test_keeps_its_place_before_it_is_there(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        held: asyncio.Queue[Route] = asyncio.Queue()
        await page.route("**/files/*", held.put_nowait)
        await asks(page, "/bieudo")
        route = await held.get()
        place = "document.querySelector('.latest .picture').getBoundingClientRect().height"
        before = await page.evaluate(place)
        await route.continue_()
        await expect(page.locator(PICTURE)).to_have_js_property("naturalWidth", WIDE)

        assert before > 400
        assert await page.evaluate(place) == pytest.approx(before, abs=0.5)

    async def test_opens_in_full_by_keyboard_in_a_tab_of_its_own(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await asks(page, "/bieudo")
        link = page.locator(".latest .picture")
        assert "Mở hình cỡ lớn" in await link.inner_text()
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Shift+Tab")
        assert await focused(page) == "Tiến độ"
        await page.keyboard.press("Shift+Tab")
        assert await link.evaluate("node => node === document.activeElement")
        assert await link.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        async with visitor.context.expect_page() as opened:
            await page.keyboard.press("Enter")
        tab = await opened.value
        await tab.wait_for_load_state()

        assert await tab.evaluate("document.images[0].naturalWidth") == WIDE
        assert await tab.evaluate("window.opener") is None
        assert page.url == site.url()

    async def test_is_still_there_after_coming_back(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        await asks(page, "/bieudo")
        await page.reload()
        await expect(page.locator(PICTURE)).to_have_js_property("naturalWidth", WIDE)

        assert visitor.errors == []

    async def test_that_cannot_be_shown_can_be_saved(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        await asks(page, "/anh")
        await expect(page.locator(".latest .file")).to_be_visible()

        assert await page.locator(".picture").count() == 0
        async with page.expect_download() as started:
            await page.locator(".file").click()
        assert (await started.value).suggested_filename == "biểu đồ.jpeg"

    async def test_that_could_carry_a_script_is_only_saved(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await asks(page, "/svg")

        await expect(page.locator(".latest .file")).to_be_visible()
        assert await page.locator(".picture").count() == 0

    async def test_is_served_under_the_pages_own_rules(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        kinds = {}
        for number, command in enumerate(("/bieudo", "/svg"), start=1):
            await asks(page, command)
            answer = await page.request.get(f"{site.url()}files/{number}")
            kinds[command] = answer.headers["content-disposition"].partition(";")[0]
            assert {
                k.lower(): v for k, v in SECURITY_HEADERS.items()
            }.items() <= answer.headers.items()
            assert answer.headers["cache-control"] == "no-store"

        assert kinds == {"/bieudo": "inline", "/svg": "attachment"}
        assert "img-src 'self'" in SECURITY_HEADERS["Content-Security-Policy"]
        assert visitor.hosts == {site.url().split("/")[2]}
