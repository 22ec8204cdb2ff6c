"""The desk in the demo, in a browser at phone size: ask, look, have a document made."""

import pytest
from playwright.async_api import expect

from tests.bot.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_from_questions_to_a_document(visitor: Visitor) -> None:
    await visitor.becomes("tonghop")
    await visitor.says("tong luot nguoi dc tuyen truyen quy 1", "TT03")
    await visitor.says("so voi chi tieu", "Chỉ tiêu")
    await visitor.keeps_a_picture("desk_targets")
    await visitor.taps("BT-01", "Kế hoạch ghi")
    await visitor.says("/bieudo lưới", "Nộp báo cáo các kỳ")
    await expect(visitor.page.locator("#messages .bot img").last).to_be_visible()
    await visitor.keeps_a_picture("desk_grid")
    await visitor.says("/vanban quý 1", "Kính đề nghị chọn loại")
    await visitor.taps("Báo cáo tổng hợp (.docx)", "DỰ THẢO")
    await expect(visitor.page.get_by_text("bao-cao-2024-Q1-").last).to_be_visible()
    await visitor.keeps_a_picture("desk_document")
    await visitor.says("/tiendo", "Đã nộp")
    await visitor.keeps_a_picture("desk_progress")
