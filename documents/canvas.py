"""A sheet to draw on in pixels, from the top down; it grows with what stands on it.

matplotlib is imported when the first sheet is made: it takes long and much memory to load, and
most people never ask for a picture. pyplot, which is not made for threads, is never used.
"""

import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.font_manager import FontProperties

MARGIN = 28
_STRIPE, _STRIPE_WIDTH = 16, 5
_SHADES = 12
# How far below the middle of a line its letters stand.
_MIDDLE = 0.36
_ELLIPSIS = "…"
_LINE = 1.3
_CAPTION = 38


class Ink(StrEnum):
    """Colours that colour-blind people tell apart (Okabe and Ito), and greys."""

    PAPER = "#ffffff"
    TEXT = "#1a1a1a"
    SOFT = "#505050"
    RULE = "#c8c8c8"
    OUTLINE = "#6e6e6e"
    BLUE = "#0072b2"
    ORANGE = "#e69f00"
    BROWN = "#6b4700"
    VERMILLION = "#b84e00"
    MIST = "#ededed"
    # Blue in steps that are as far apart in grey, and the colour of what was sent back.
    PALE = "#d6e8f4"
    LIGHT = "#9cc8e6"
    MIDDLE = "#4c9dcf"
    PURPLE = "#cc79a7"


class Canvas:
    """One sheet of a fixed width."""

    def __init__(self, width: int) -> None:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.textpath import TextToPath

        self.width = width
        # At 72 dots an inch a point is a pixel.
        self._figure = Figure(figsize=(width / 72, 1), dpi=72, facecolor=Ink.PAPER)
        FigureCanvasAgg(self._figure)
        self._measure = TextToPath()
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

    def _font(self, size: float, bold: bool) -> "FontProperties":
        from matplotlib.font_manager import FontProperties

        # By its file, so that a machine's own fonts and their list play no part.
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        return FontProperties(fname=str(self._fonts / name), size=size)

    def width_of(self, words: str, size: float, *, bold: bool = False) -> float:
        """Return how wide words would be."""
        font = self._font(size, bold)
        width, _, _ = self._measure.get_text_width_height_descent(words, font, False)
        return width

    def wrapped(
        self, words: str, size: float, width: float, *, lines: int = 3, bold: bool = False
    ) -> list[str]:
        """Break words into lines that fit a width; what does not fit in the last is left out."""
        broken = [""]
        for word in words.split(" "):
            longer = f"{broken[-1]} {word}".lstrip()
            if not broken[-1] or self.width_of(longer, size, bold=bold) <= width:
                broken[-1] = longer
            else:
                broken.append(word)
        kept = broken[:lines]
        if len(broken) > lines:
            kept[-1] += _ELLIPSIS
        return [self._shortened(line, size, width, bold) for line in kept]

    def _shortened(self, line: str, size: float, width: float, bold: bool) -> str:
        while len(line) > 1 and self.width_of(line, size, bold=bold) > width:
            line = line.removesuffix(_ELLIPSIS)[:-1].rstrip() + _ELLIPSIS
        return line

    def paragraph(
        self, words: str, y: float, size: float, *, bold: bool = False, ink: Ink = Ink.TEXT
    ) -> float:
        """Write words over the whole width from `y` down; return where they end."""
        for line in self.wrapped(words, size, self.width - 2 * MARGIN, bold=bold):
            self.write(line, MARGIN, y + size * _LINE / 2, size=size, bold=bold, ink=ink)
            y += size * _LINE
        return y

    def write(
        self,
        words: str,
        x: float,
        y: float,
        *,
        size: float,
        bold: bool = False,
        ink: Ink = Ink.TEXT,
        align: Literal["left", "center", "right"] = "left",
        over: bool = False,
    ) -> None:
        """Write one line, its middle at `y`; `over` what is drawn there, on paper of its own."""
        self._axes.text(
            x,
            y + _MIDDLE * size,
            words,
            fontproperties=self._font(size, bold),
            color=ink,
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
            zorder=6,
            bbox={"facecolor": Ink.PAPER, "linewidth": 0, "pad": 4} if over else None,
        )

    def fill(
        self,
        box: tuple[float, float, float, float],
        ink: Ink,
        *,
        edge: Ink | None = None,
        stripes: Ink | None = None,
    ) -> None:
        """Fill a box (left, top, right, bottom), striped where colour alone should not tell."""
        from matplotlib.collections import LineCollection
        from matplotlib.patches import Rectangle

        left, top, right, bottom = box
        if right <= left:
            return
        size = (right - left, bottom - top)
        patch = Rectangle((left, top), *size, facecolor=ink, linewidth=0, zorder=1)
        self._add(patch)
        if stripes:
            lines = _diagonals(left, top, right, bottom)
            drawn = LineCollection(lines, colors=stripes, linewidths=_STRIPE_WIDTH, zorder=2)
            self._add(drawn)
            drawn.set_clip_path(patch)
        if edge:
            around = Rectangle(
                (left, top), *size, fill=False, edgecolor=edge, linewidth=2, zorder=3
            )
            self._add(around)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        ink: Ink,
        width: float,
        *,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        self._add(
            Line2D(
                xs,
                ys,
                color=ink,
                linewidth=width,
                linestyle=(0, (3, 2)) if dashed else "solid",
                solid_joinstyle="miter",
                solid_capstyle="butt",
                zorder=4,
            )
        )

    def dot(self, x: float, y: float, ink: Ink, across: float) -> None:
        """Draw a dot."""
        from matplotlib.lines import Line2D

        self._add(Line2D([x], [y], color=ink, marker="o", markersize=across, zorder=5))

    def _add(self, artist: "Artist") -> None:
        self._axes.add_artist(artist)

    def png(self, height: float) -> bytes:
        """Return the sheet down to a height as a PNG, the same bytes each time."""
        from PIL import Image

        self._axes.set_ylim(height, 0)
        self._figure.set_size_inches(self.width / 72, round(height) / 72)
        raw = io.BytesIO()
        self._figure.savefig(raw, format="rgba", dpi=72)
        size = (self.width, round(height))
        drawn = Image.frombytes("RGBA", size, raw.getvalue()).convert("RGB")
        # Few colours make a file that is small enough for a weak signal.
        inks = Image.new("P", (1, 1))
        inks.putpalette(_shades())
        few = drawn.quantize(palette=inks, dither=Image.Dither.NONE)
        picture = io.BytesIO()
        few.save(picture, "PNG")
        return picture.getvalue()


def captioned(picture: bytes, words: str) -> bytes:
    """Return a picture that was drawn here with a line of words above it."""
    from PIL import Image

    below = Image.open(io.BytesIO(picture))
    canvas = Canvas(below.width)
    above = Image.open(io.BytesIO(canvas.png(canvas.paragraph(words, MARGIN, _CAPTION, bold=True))))
    sheet = Image.new("P", (below.width, above.height + below.height))
    sheet.putpalette(_shades())
    sheet.paste(above, (0, 0))
    sheet.paste(below, (0, above.height))
    drawn = io.BytesIO()
    sheet.save(drawn, "PNG")
    return drawn.getvalue()


def _shades() -> list[int]:
    """Return every ink, and what it is where it runs into the paper or a stripe into its ground."""
    pale = (Ink.PAPER, Ink.MIST, Ink.RULE, Ink.PALE, Ink.LIGHT, Ink.MIDDLE, Ink.PURPLE)
    pairs = [(ink, Ink.PAPER) for ink in Ink if ink not in pale]
    pairs += [(Ink.RULE, Ink.MIST), (Ink.BROWN, Ink.ORANGE)]
    grounds = (Ink.ORANGE, Ink.BLUE, Ink.PALE, Ink.LIGHT, Ink.MIDDLE, Ink.PURPLE)
    pairs += [(Ink.TEXT, ground) for ground in grounds]
    shades: dict[tuple[int, ...], None] = {_parts(ink): None for ink in Ink}
    for ink, ground in pairs:
        ends = list(zip(_parts(ink), _parts(ground), strict=True))
        for step in range(_SHADES + 1):
            shades[tuple(a + (b - a) * step // _SHADES for a, b in ends)] = None
    return [part for shade in shades for part in shade]


def _parts(ink: Ink) -> tuple[int, ...]:
    return tuple(bytes.fromhex(ink.removeprefix("#")))


def _diagonals(
    left: float, top: float, right: float, bottom: float
) -> list[list[tuple[float, float]]]:
    """Return slanted lines that cover a box; they stick out and are to be clipped."""
    tall = bottom - top
    first = int((left - tall) // _STRIPE) * _STRIPE
    return [[(x, bottom), (x + tall, top)] for x in range(first, int(right) + _STRIPE, _STRIPE)]
