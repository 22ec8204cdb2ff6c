"""The demo's documents and pictures: no file of it can be taken for a real one."""

import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from PIL import Image

from bot.demo import open_demo
from bot.replay import Recorder
from documents.canvas import Canvas, captioned
from plans.messages import Address, File, Message, MessageKind

PERIOD, HAM_TIEN, CAPITAL = "2024-Q2", "22918", "593"
MADE_UP = "SỐ LIỆU MÔ PHỎNG"
SAYS = Callable[..., Awaitable[File | None]]


@pytest.fixture
async def says(sqlite_file: Path) -> SAYS:
    """What the coordinator of a demo gets for the last of what is said, two weeks later."""
    app, clock = await open_demo(sqlite_file)
    recorder = Recorder("webchat")
    app.add([recorder])
    said = iter(range(1000))

    async def say(*texts: str, later: int = 0) -> File | None:
        clock.move(timedelta(days=later))
        for text in texts:
            message = Message(
                address=Address(channel="webchat", chat="tonghop"),
                id=str(next(said)),
                text=text,
                kind=MessageKind.TEXT,
            )
            await app.receiver.accept(message)
            await app.settle()
        return recorder.sent[-1].reply.file

    return say


async def test_every_file_of_figures_says_that_they_are_made_up(says: SAYS) -> None:
    await says(f"/nhapthay {HAM_TIEN}", "BC 15 900 có 40 30 5 2 có 30 25", "gửi báo cáo")
    orders = [f"/vanbanlap {kind} {PERIOD}" for kind in ("docx", "xlsx", "csv", "dhis2", "adx")]
    orders += [f"/vanbanlap unit {PERIOD} {HAM_TIEN}", f"/bieudo {PERIOD}", "/bieudo lưới"]
    files = [await says(order) for order in orders]
    made = [file for file in files if file]

    assert len(made) == len(orders)
    assert not [file.name for file in made if not file.name.startswith("mo-phong-")]
    for file in made:
        if file.name.endswith(".docx"):
            feet = [part for name, part in parts_of(file) if "footer" in name]
            assert feet
            assert all(MADE_UP in foot for foot in feet)
        elif file.name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(file.content))
            assert {sheet.cell(3, 1).value for sheet in book.worksheets} == {MADE_UP}
        elif file.name.endswith(".csv"):
            first, *rows = file.content.decode("utf-8-sig").splitlines()
            assert first.endswith(",Ghi chú")
            assert all(row.endswith(",Số liệu mô phỏng") for row in rows)
        elif file.media_type == "image/png":
            assert is_captioned(Image.open(io.BytesIO(file.content)))


def parts_of(file: File) -> list[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(file.content)) as book:
        return [(n, book.read(n).decode()) for n in book.namelist() if n.endswith(".xml")]


def is_captioned(picture: Image.Image) -> bool:
    """Say whether a picture begins as an empty one with the words above it does."""
    empty = captioned(Canvas(picture.width).png(1), "Số liệu mô phỏng")
    caption = Image.open(io.BytesIO(empty))
    return picture.crop((0, 0, *caption.size)).tobytes() == caption.tobytes()


async def test_a_report_tells_of_the_telephone_of_acceptance_and_of_the_lock(says: SAYS) -> None:
    await says(f"/nhapthay {HAM_TIEN}", "BC 15 900 có 40 30 5 2 có 30 25", "gửi báo cáo")
    await says(f"/tiepnhan {HAM_TIEN}", f"/khoaky {PERIOD} {CAPITAL}", "Khóa kỳ")
    await says(f"/khoaky {PERIOD}", "Khóa kỳ", later=1)
    whole = await says(f"/vanbanlap docx {PERIOD}")
    district = await says(f"/vanbanlap docx {PERIOD} {CAPITAL}")
    unit = await says(f"/vanbanlap unit {PERIOD} {HAM_TIEN}")
    told = ["".join(part for _, part in parts_of(file)) for file in (whole, district, unit) if file]

    assert len(told) == 3
    assert "điện thoại: Phường Hàm Tiến, thành phố Phan Thiết. Đã tiếp nhận 1/87" in told[0]
    assert "Kỳ báo cáo của thành phố Phan Thiết đã khóa lúc 08:00 ngày 11/6/2024; " in told[0]
    assert "Kỳ báo cáo đã khóa lúc 08:00 ngày 12/6/2024; khi khóa còn 61 đơn vị" in told[0]
    assert "Kỳ báo cáo đã khóa lúc 08:00 ngày 11/6/2024; khi khóa còn" in told[1]
    assert "nhập thay theo số liệu đơn vị báo qua điện thoại" in told[2]
    assert "đã tiếp nhận lúc 08:00 ngày 11/6/2024" in told[2]
    assert "Kỳ báo cáo đã khóa lúc 08:00 ngày 12/6/2024." in told[2]
