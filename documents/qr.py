"""A link as a picture to scan: dots that are whole pixels, and below them what it is for.

matplotlib writes the words and is imported only then, as in `canvas.py`; the code itself is drawn
on dots of its own, for a blurred edge is hard to scan.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from PIL.Image import Image

# White on every side, in dots: the standard asks for four.
QUIET = 4
# The side of a sheet in pixels: printed at 200 dots an inch it is some 13 cm wide.
SIDE = 1024
_NAME, _LINE, _ROOM = 44, 30, 40


def qr_sheet(link: str, name: str, lines: Sequence[str]) -> bytes:
    """Return a PNG with a link to scan, a name in bold below it, and further lines."""
    from PIL import Image

    code = _drawn(link)
    words = _written(name, lines)
    sheet = Image.new("L", (SIDE, code.height + words.height), color=255)
    sheet.paste(code, ((SIDE - code.width) // 2, 0))
    sheet.paste(words, (0, code.height))
    # Sixteen greys are enough for letters, and small.
    few = sheet.quantize(16, dither=Image.Dither.NONE)
    picture = io.BytesIO()
    few.save(picture, "PNG", dpi=(200, 200))
    return picture.getvalue()


def _drawn(link: str) -> "Image":
    """Draw the code alone, with its quiet zone, as large as the sheet allows."""
    from PIL import Image

    code = segno.make_qr(link, error="m", boost_error=False)
    across, _ = code.symbol_size(border=QUIET)
    raw = io.BytesIO()
    code.save(raw, kind="png", scale=max(1, SIDE // across), border=QUIET)
    return Image.open(raw).convert("L")


def _written(name: str, lines: Sequence[str]) -> "Image":
    """Write the name and the lines, each broken where it would run over the edge."""
    from PIL import Image

    from documents.canvas import MARGIN, Canvas

    canvas = Canvas(SIDE)
    y = _NAME / 2
    for words, size, bold in [(name, _NAME, True), *((line, _LINE, False) for line in lines)]:
        for part in canvas.wrapped(words, size, SIDE - 2 * MARGIN, bold=bold):
            canvas.write(part, SIDE / 2, y, size=size, bold=bold, align="center")
            y += size * 1.35
        y += size * 0.3
    return Image.open(io.BytesIO(canvas.png(y + _ROOM))).convert("L")
