"""The sheet with a QR code: whole dots, room around them, words below, and the link inside.

Two decoders that are not ours read these sheets (see `test_a_decoder_of_somebody_else_reads_it`);
where neither is installed, the picture is read back dot by dot and held against segno's own code.
"""

import importlib
import io
from typing import Any

import numpy as np
import pytest
import segno
from PIL import Image

from documents.qr import QUIET, SIDE, qr_sheet

LINK = "https://t.me/reports_test_bot?start=LC7K-2M9Q"
UNIT = "UBND phường Hàm Tiến, thành phố Phan Thiết"
LINES = ["Mã mời: LC7K-2M9Q", "Báo cáo số liệu bằng tin nhắn · mỗi mã dùng một lần", LINK]
LINKS = [
    LINK,
    "https://t.me/b?start=A",
    f"https://baocao.example.vn/#{'LC7K-2M9Q'}",
    f"https://t.me/{'b' * 32}?start={'x' * 64}",
]


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert picture.format == "PNG"
    return picture.convert("L")


def dots(sheet: Image.Image, across: int) -> list[list[int]]:
    """Read the middle of every dot, the quiet zone included: 1 is dark."""
    scale = SIDE // across
    left = (SIDE - scale * across) // 2
    at = [round(scale * (dot + 0.5)) for dot in range(across)]
    return [[int(pixel(sheet, left + x, y) < 128) for x in at] for y in at]


def pixel(sheet: Image.Image, x: int, y: int) -> int:
    found = sheet.getpixel((x, y))
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("link", LINKS, ids=len)
def test_the_picture_holds_the_code_of_the_link_with_room_around_it(link: str) -> None:
    code = segno.make_qr(link, error="m", boost_error=False)
    sheet = opened(qr_sheet(link, UNIT, LINES))

    assert code.error == "M"
    read = dots(sheet, int(code.symbol_size(border=QUIET)[0]))
    inside = [row[QUIET:-QUIET] for row in read[QUIET:-QUIET]]
    assert inside == [list(row) for row in code.matrix]
    assert sum(map(sum, read)) == sum(map(sum, inside))  # nothing dark in the quiet zone


def test_dots_are_sharp_and_large_enough_to_print() -> None:
    sheet = opened(qr_sheet(LINK, UNIT, LINES))
    code = segno.make_qr(LINK, error="m", boost_error=False)
    across = int(code.symbol_size(border=QUIET)[0])
    drawn = sheet.crop((0, 0, SIDE, (SIDE // across) * across))

    assert set(drawn.tobytes()) == {0, 255}
    assert SIDE // across >= 20
    assert sheet.width == SIDE


def test_words_stand_below_and_a_long_name_runs_over_no_edge() -> None:
    short = opened(qr_sheet(LINK, "Sở Y tế", []))
    long = opened(qr_sheet(LINK, UNIT * 2, LINES))

    below = long.crop((0, short.height - 60, SIDE, long.height))
    assert min(below.tobytes()) < 60
    edges = [pixel(long, x, y) for x in (0, 10, SIDE - 11, SIDE - 1) for y in range(long.height)]
    assert set(edges) == {255}
    assert long.height > short.height


def test_the_same_sheet_is_the_same_bytes_and_small() -> None:
    one, other = (qr_sheet(LINK, UNIT, LINES) for _ in range(2))

    assert one == other
    assert len(one) < 60_000


def test_a_decoder_of_somebody_else_reads_it() -> None:
    """Read every sheet with zxing-cpp and OpenCV, where they are installed."""
    try:
        zxing: Any = importlib.import_module("zxingcpp")
        cv2: Any = importlib.import_module("cv2")
    except ImportError:
        pytest.skip("no decoder: pip install zxing-cpp opencv-python-headless elsewhere")
    for link in LINKS:
        sheet = opened(qr_sheet(link, UNIT, LINES))

        assert [found.text for found in zxing.read_barcodes(sheet)] == [link]
        raw = io.BytesIO()
        sheet.save(raw, "BMP")
        picture = cv2.imdecode(np.frombuffer(raw.getvalue(), np.uint8), 0)
        assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == link
