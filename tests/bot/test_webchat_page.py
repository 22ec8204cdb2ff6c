"""The chat page in a real browser, against the real channel and an echoing bot."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    async_playwright,
    expect,
)

from bot.channels.webchat import WebChat
from bot.channels.webchat_demo import Persona, demo_routes
from bot.channels.webchat_lines import Pace
from bot.channels.webchat_sessions import CookieSessions, PersonaSessions
from bot.clock import MovableClock
from plans.messages import Address, Choice, Delivery, File, Message, MessageKind, Reply
from tests.bot.chromium import CHROMIUM, SWITCHES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER") != "1":
    pytest.skip("Chromium is not installed (apt-get install chromium)", allow_module_level=True)

START = datetime(2025, 6, 11, 2, 0, tzinfo=UTC)
PERSONAS = (
    Persona(
        id="kim",
        name="Cán bộ xã",
        role="cán bộ UBND xã Mường Kim",
        hint="Thử: /baocao, hoặc gửi một tin “BC 15 1250 30/35 2 0 0 - 1”.",
    ),
    Persona(id="binh", name="Cán bộ tổng hợp", role="tổng hợp cấp tỉnh", hint="Thử: /tiendo"),
)
CARD = (
    "Kiểm tra trước khi gửi:\n"
    "1. Số cuộc tuyên truyền đã tổ chức: 15 (kỳ trước 12)\n"
    "2. Số lượt người được tuyên truyền: 1.250 (kỳ trước 800, +56%)\n"
    "3. Số cơ sở được kiểm tra: 30/35\n"
    "7. Số vụ việc chuyển cơ quan khác: chưa có số liệu"
)
SCRIPT = {
    "/baocao": Reply(
        text=(
            "Báo cáo 6 tháng đầu năm 2025 · UBND xã Mường Kim\n"
            "Số liệu từ 15/12/2024 đến 14/6/2025 · hạn: trước 15/6/2025 (còn 4 ngày)\n\n"
            "Câu 1/8 · Số cuộc tuyên truyền đã tổ chức?\nKỳ trước: 12"
        ),
        choices=tuple(
            Choice(label=label, data=label)
            for label in ("0", "Như kỳ trước: 12", "Chưa có số liệu", "Không phát sinh cả kỳ")
        ),
    ),
    "Như kỳ trước: 12": Reply(
        text=CARD,
        choices=tuple(Choice(label=x, data=x) for x in ("Gửi báo cáo", "Sửa", "Để sau")),
    ),
    "Gửi báo cáo": Reply(
        text=(
            "Đã nhận lúc 09:12 ngày 12/6/2025 · đúng hạn · mã BC-25T6-03637-7F3K. "
            "Có thể đính chính đến hết 20/6/2025."
        ),
        file=File(
            name="Báo cáo 6 tháng đầu năm 2025 - xã Mường Kim.docx",
            media_type="application/octet-stream",
            content=b"PK report",
        ),
    ),
}

# Every visible text against the nearest painted background, by the WCAG formula.
CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("body *")].filter((node) =>
    node.checkVisibility() && [...node.childNodes].some((child) =>
      child.nodeType === Node.TEXT_NODE && child.data.trim()));
  return texts.map((node) => {
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
    return [node.className, node.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  }).filter(([, , ratio]) => ratio < 4.5);
}"""

# What scrolls sideways or sticks out, and what is too small for a thumb.
MISFITS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)].filter((node) =>
    node.checkVisibility());
  const wide = all("html, body, .phone, .top, .demo, main, .log").filter((node) =>
    node.scrollWidth > node.clientWidth);
  const out = all("button, select, textarea, .bubble").filter((node) =>
    node.getBoundingClientRect().right > innerWidth);
  const small = all("button, select, textarea, a.file").filter((node) =>
    Math.min(node.getBoundingClientRect().width, node.getBoundingClientRect().height) < 44);
  return [...wide, ...out, ...small].map((node) => node.outerHTML.slice(0, 80));
}"""


class EchoBot:
    """Answers each new message once: from the script, or with the message itself."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.accepted: list[Message] = []
        self.deliveries: list[Delivery] = []
        self.send: Callable[[Delivery], Awaitable[str]]

    async def accept(self, message: Message) -> bool:
        if any((m.address, m.id) == (message.address, message.id) for m in self.accepted):
            return False
        self.accepted.append(message)
        if message.kind in (MessageKind.TEXT, MessageKind.TAP):
            reply = SCRIPT.get(message.text, Reply(text=f"Nhận: {message.text}"))
        else:
            reply = Reply(text=f"Không nhận {message.kind.value}.")
        await self.say(message.address, reply)
        return True

    async def say(self, address: Address, reply: Reply) -> None:
        delivery = Delivery(
            number=len(self.deliveries) + 1,
            address=address,
            reply=reply,
            posted_at=self.clock.now(),
        )
        self.deliveries.append(delivery)
        await self.send(delivery)

    async def since(self, address: Address, number: int) -> Sequence[Delivery]:
        return [d for d in self.deliveries if d.address == address and d.number > number][-200:]

    async def file_of(self, address: Address, number: int) -> File | None:
        mine = (d for d in self.deliveries if d.address == address and d.number == number)
        return next((d.reply.file for d in mine), None)

    @property
    def heard(self) -> list[str]:
        return [message.text for message in self.accepted]


class Site:
    """A server that can go away and come back on the same port."""

    def __init__(self, demo: bool) -> None:
        self.clock = MovableClock(START)
        self.bot = EchoBot(self.clock)
        self.demo = demo
        self.port = 0
        self.pace = Pace()
        self.moves = 0

    async def up(self) -> None:
        ids = [persona.id for persona in PERSONAS]
        self.chat = WebChat(
            accept=self.bot.accept,
            since=self.bot.since,
            file_of=self.bot.file_of,
            sessions=PersonaSessions(ids) if self.demo else CookieSessions(),
            clock=self.clock,
            pace=self.pace,
        )
        self.bot.send = self.chat.send
        app = web.Application()
        app.add_routes(self.chat.routes())
        if self.demo:
            app.add_routes(demo_routes(PERSONAS, self.clock, self.pass_by))
        self.runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def down(self) -> None:
        await self.chat.close()
        await self.runner.cleanup()

    async def pass_by(self, by: timedelta) -> datetime:
        self.moves += 1
        self.chat.tell_time(self.clock.move(by))
        await self.bot.say(
            Address(channel="webchat", chat="kim"), Reply(text="Kính đề nghị gửi báo cáo.")
        )
        return self.clock.now()

    def url(self, persona: str = "") -> str:
        return f"http://127.0.0.1:{self.port}/" + (f"?persona={persona}" if persona else "")


class Visitor:
    """A person at a browser; remembers everything that should not have happened."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        context.on("console", self._hears)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def _hears(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.errors.append(line.text)

    def overhears(self, word: str) -> list[str]:
        heard: list[str] = []

        def note(frame: str | bytes) -> None:
            if word in str(frame):
                heard.append(str(frame))

        self.context.on(
            "page",
            lambda page: page.on("websocket", lambda socket: socket.on("framereceived", note)),
        )
        return heard

    async def visits(self, url: str) -> Page:
        page = await self.context.new_page()
        page.set_default_timeout(10_000)
        await page.goto(url)
        await page.wait_for_selector('#state[data-state="ready"]')
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM, "REQUIRE_BROWSER=1, but Chromium is not installed"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(SWITCHES), chromium_sandbox=False
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    site = Site(demo=False)
    await site.up()
    yield site
    await site.down()


@pytest_asyncio.fixture(loop_scope="module")
async def demo() -> AsyncIterator[Site]:
    site = Site(demo=True)
    await site.up()
    yield site
    await site.down()


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser) -> AsyncIterator[Visitor]:
    context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    yield Visitor(context)
    await context.close()


async def types(page: Page, text: str) -> None:
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def words_of(page: Page, who: str = "bot") -> list[str]:
    return await page.locator(f".entry.{who} .words").all_inner_texts()


async def focused(page: Page) -> str:
    found = await page.evaluate("document.activeElement.id || document.activeElement.textContent")
    return str(found)


class TestTalking:
    async def test_a_talk_by_keyboard_alone(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        assert await focused(page) == "text"
        await types(page, "/baocao")
        await expect(page.locator(".latest .chip")).to_have_count(4)

        # Back from the box: attach, then the chips from last to first.
        passed = []
        for _ in range(5):
            await page.keyboard.press("Shift+Tab")
            passed.append(await focused(page))
        await page.keyboard.press("Tab")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        await page.keyboard.press("Enter")
        await expect(page.locator(".latest")).to_contain_text("Kiểm tra trước khi gửi")

        labels = ["Không phát sinh cả kỳ", "Chưa có số liệu", "Như kỳ trước: 12", "0"]
        assert passed == ["attach", *labels]
        assert outline == "solid"
        assert await focused(page) == "text"
        assert site.bot.heard == ["/baocao", "Như kỳ trước: 12"]
        assert visitor.errors == []

    async def test_an_invitations_link_shows_its_code_once(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(f"{site.url()}#LC7K-2M9Q")

        await expect(page.locator(".entry.me .words")).to_have_text(["/start LC7K-2M9Q"])
        assert "#" not in page.url
        await page.reload()
        await page.wait_for_selector('#state[data-state="ready"]')
        await expect(page.locator(".entry.me .words")).to_have_count(1)

    async def test_lines_and_markup_are_shown_as_they_were_typed(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await page.keyboard.type("<b>15</b>")
        await page.keyboard.press("Shift+Enter")
        await types(page, "<img src=x onerror=alert(1)>")
        await page.wait_for_selector(".bot")

        assert site.bot.heard == ["<b>15</b>\n<img src=x onerror=alert(1)>"]
        assert await words_of(page) == [f"Nhận: {site.bot.heard[0]}"]
        assert await page.locator("#messages b, #messages img").count() == 0
        assert visitor.errors == []

    async def test_chips_can_be_tapped_and_older_ones_stay_tappable(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await types(page, "/baocao")
        await page.get_by_role("button", name="Như kỳ trước: 12").dblclick()
        await expect(page.locator(".latest .chip")).to_have_count(3)
        await page.get_by_role("button", name="Chưa có số liệu").click()
        await expect(page.locator(".latest .words")).to_have_text("Nhận: Chưa có số liệu")

        assert await page.locator(".entry .chip").count() == 7
        assert [m.kind for m in site.bot.accepted[1:]] == [MessageKind.TAP] * 2
        assert await page.locator(".chip.chosen").all_inner_texts() == ["Chưa có số liệu"]

    async def test_a_file_is_downloaded_under_its_name(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        await types(page, "Gửi báo cáo")
        async with page.expect_download() as started:
            await page.locator(".file").click()
        download = await started.value
        assert download.suggested_filename == "Báo cáo 6 tháng đầu năm 2025 - xã Mường Kim.docx"
        assert visitor.errors == []

    async def test_an_attachment_tells_only_its_kind(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        uploads: list[str] = []
        page.on("request", lambda request: uploads.append(request.url))
        for name, media_type in (("danh-sach.xlsx", "application/xlsx"), ("a.jpg", "image/jpeg")):
            content = b"names of people"
            await page.set_input_files(
                "#chosen", {"name": name, "mimeType": media_type, "buffer": content}
            )
        await expect(page.locator(".latest .words")).to_have_text("Không nhận photo.")

        assert [m.kind for m in site.bot.accepted] == [MessageKind.FILE, MessageKind.PHOTO]
        assert await words_of(page, "me") == ["Tệp (không tải lên)", "Ảnh (không tải lên)"]
        assert uploads == []

    async def test_a_text_too_long_stays_in_the_box(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        await page.fill("#text", "x" * 4001)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("4.000")
        assert len(await page.input_value("#text")) == 4001
        assert site.bot.heard == []


class TestWeakSignal:
    async def test_what_is_sent_offline_arrives_once_and_in_order(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await types(page, "một")
        await expect(page.locator('[data-state="sent"]')).to_have_count(1)
        await visitor.context.set_offline(True)
        await site.down()
        await expect(page.locator("#state")).to_have_attribute("data-state", "lost")
        for text in ("hai", "ba", "bốn"):
            await types(page, text)
        await expect(page.locator('[data-state="pending"]')).to_have_count(3)
        await expect(page.locator("#state")).to_contain_text("3 tin chờ")

        await site.up()
        await visitor.context.set_offline(False)
        await expect(page.locator('[data-state="sent"]')).to_have_count(4)
        await expect(page.locator(".latest .words")).to_have_text("Nhận: bốn")

        assert site.bot.heard == ["một", "hai", "ba", "bốn"]
        assert await words_of(page) == [f"Nhận: {text}" for text in site.bot.heard]

    async def test_an_acknowledgement_lost_on_the_way_doubles_nothing(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        accept = site.bot.accept

        async def accept_and_break(message: Message) -> bool:
            new = await accept(message)
            if new:
                for line in site.chat._lines.all():
                    line.cut()
            return new

        site.chat._accept = accept_and_break
        await types(page, "15")
        await expect(page.locator('[data-state="sent"]')).to_have_count(1)
        await expect(page.locator(".bot .words")).to_have_text("Nhận: 15")
        assert site.bot.heard == ["15"]

    async def test_a_burst_beyond_the_pace_arrives_whole_and_in_order(
        self, site: Site, visitor: Visitor
    ) -> None:
        await site.down()
        site.pace = Pace(burst=2, per_second=2)
        await site.up()
        refusals = visitor.overhears("slow_down")
        page = await visitor.visits(site.url())
        for text in "abcd":
            await types(page, text)
        await expect(page.locator('.me[data-state="sent"]')).to_have_count(4)

        assert site.bot.heard == list("abcd")
        assert refusals

    async def test_a_reload_keeps_the_transcript_the_draft_and_what_waits(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await types(page, "15")
        await expect(page.locator(".bot .words")).to_have_count(1)
        before = await page.locator("#messages").inner_text()
        await page.keyboard.type("đang viết")
        await page.reload()

        assert await page.locator("#messages").inner_text() == before
        assert await page.input_value("#text") == "đang viết"
        await expect(page.locator("#state")).to_have_attribute("data-state", "ready")
        assert await words_of(page) == ["Nhận: 15"]

    async def test_two_tabs_show_the_same_talk(self, site: Site, visitor: Visitor) -> None:
        first = await visitor.visits(site.url())
        second = await visitor.visits(site.url())
        await first.bring_to_front()
        await types(first, "15")
        for page in (first, second):
            await expect(page.locator(".bot .words")).to_have_text("Nhận: 15")
            await expect(page.locator(".me .words")).to_have_text("15")
        assert site.bot.heard == ["15"]

    async def test_a_page_of_an_older_history_starts_afresh(
        self, demo: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(demo.url("kim"))
        await types(page, "cũ")
        await expect(page.locator(".bot .words")).to_have_count(1)
        await demo.down()
        demo.bot = EchoBot(demo.clock)
        await demo.up()
        await expect(page.locator("#state")).to_have_attribute("data-state", "ready")
        await expect(page.locator(".entry")).to_have_count(0)
        await types(page, "mới")
        await expect(page.locator(".bot .words")).to_have_text("Nhận: mới")


class TestPage:
    async def test_nothing_scrolls_sideways_and_targets_are_big_enough(
        self, demo: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(demo.url("kim"))
        for text in ("/baocao", "dài" * 300, "Gửi báo cáo"):
            await page.fill("#text", text)
            await page.keyboard.press("Enter")
        await page.wait_for_selector(".file")
        for width in (320, 360, 1280):
            await page.set_viewport_size({"width": width, "height": 740})
            assert await page.evaluate(MISFITS) == []

    async def test_landmarks_and_names(self, site: Site, visitor: Visitor) -> None:
        page = await visitor.visits(site.url())
        log = page.get_by_role("main").get_by_role("log", name="Cuộc trò chuyện")
        await expect(page.get_by_role("banner")).to_be_visible()
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(page.get_by_role("form", name="Soạn tin")).to_be_visible()
        await expect(page.get_by_label("Tin nhắn")).to_be_focused()
        for name in ("Gửi ảnh hoặc tệp", "Gửi"):
            await expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()

    async def test_it_speaks_english_on_request_and_remembers(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await page.get_by_role("button", name="Switch to English").click()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Report assistant")
        assert await page.locator("html").get_attribute("lang") == "en"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    async def test_every_text_has_enough_contrast_and_motion_is_stilled_on_request(
        self, demo: Site, visitor: Visitor, scheme: str
    ) -> None:
        page = await visitor.visits(demo.url("kim"))
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        poor = await page.evaluate(CONTRAST)
        await types(page, "/baocao")
        await types(page, "Như kỳ trước: 12")
        await types(page, "Gửi báo cáo")
        await expect(page.locator(".file")).to_be_visible()
        entry = page.locator(".entry").first
        assert poor + await page.evaluate(CONTRAST) == []
        assert await entry.evaluate("(node) => getComputedStyle(node).animationName") == "none"

    async def test_it_asks_no_other_host_and_logs_no_error(
        self, site: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(site.url())
        await types(page, "/baocao")
        await expect(page.locator(".entry .chip")).to_have_count(4)
        assert await page.locator("#demo").is_hidden()
        assert visitor.hosts == {f"127.0.0.1:{site.port}"}
        assert visitor.errors == []


class TestDemoPage:
    async def test_without_a_choice_the_first_persona_is_played(
        self, demo: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(demo.url())
        await expect(page.get_by_label("Đóng vai")).to_have_value("kim")
        assert page.url == demo.url("kim")
        assert visitor.errors == []

    async def test_each_persona_has_its_own_talk(self, demo: Site, visitor: Visitor) -> None:
        page = await visitor.visits(demo.url("kim"))
        await types(page, "15")
        await expect(page.locator(".bot .words")).to_have_text("Nhận: 15")
        await page.get_by_label("Đóng vai").select_option("binh")
        await expect(page.locator(".entry")).to_have_count(0)
        await expect(page.locator("#state")).to_have_attribute("data-state", "ready")
        await page.fill("#text", "/tiendo")
        await page.press("#text", "Enter")
        await expect(page.locator(".bot .words")).to_have_text("Nhận: /tiendo")
        await page.get_by_label("Đóng vai").select_option("kim")
        await expect(page.locator(".bot .words")).to_have_text("Nhận: 15")

        assert [m.address.chat for m in demo.bot.accepted] == ["kim", "binh"]

    async def test_the_clock_is_moved_and_reminders_arrive(
        self, demo: Site, visitor: Visitor
    ) -> None:
        page = await visitor.visits(demo.url("kim"))
        await expect(page.locator("#clock")).to_have_text("09:0011/6/2025")
        await page.get_by_role("button", name="+7 ngày").click()
        await expect(page.locator(".bot .words")).to_have_text("Kính đề nghị gửi báo cáo.")
        await page.get_by_role("button", name="+1 giờ").click()
        await expect(page.locator("#clock")).to_have_text("10:0018/6/2025")
        await expect(page.locator(".day").first).to_have_text("Thứ Tư, 18/6/2025")

        assert demo.moves == 2
        assert demo.clock.now() - START >= timedelta(days=7, hours=1)
        assert visitor.errors == []
