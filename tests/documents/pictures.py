"""What tests of pictures share: a grid from random sendings, and how a picture is looked at."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

from PIL import Image

from documents.canvas import Canvas
from documents.heat_grid import WIDTH
from documents.standing_grid import Grid, Sending
from plans.calendar import VIETNAM, whole_calendar
from plans.messages import File
from plans.pack import Pack
from plans.working_days import load_working_days

WORKING_DAYS = load_working_days()
# How those see colours who lack the cones for green (Machado 2009), on light itself.
_DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
Colour = tuple[float, float, float]


def random_grid(pack: Pack, today: date, *, root: str = "", seed: int = 1) -> Grid:
    """Return the periods of a plan up to a year's end, with most reports sent at any day."""
    chance = random.Random(seed)
    periods = [p for p in whole_calendar(pack, WORKING_DAYS) if p.year <= today.year]
    sent: dict[tuple[str, str], Sending] = {}
    for period in periods:
        for unit in pack.tree:
            day = period.opens + timedelta(chance.randrange(30))
            if period.concerns(unit) and day <= today and chance.random() < 0.9:
                version = 1 + (chance.random() < 0.1)
                sent[period.id, unit.code] = Sending(first=day, version=version)
    returned = {key for key in sent if chance.random() < 0.05}
    return Grid(
        pack=pack,
        periods=periods,
        sent=sent,
        returned=returned,
        today=today,
        moment=datetime.combine(today, time(8, 5), VIETNAM),
        own={},
        root=root,
    )


def looked_at(file: File) -> Image.Image:
    """Return the picture in a file, once it is known to suit a phone."""
    assert (file.media_type, file.name[-4:]) == ("image/png", ".png")
    assert len(file.content) < 300_000
    picture = Image.open(BytesIO(file.content)).convert("RGB")
    assert picture.width == WIDTH
    assert 400 < picture.height < 2900
    edge = {picture.getpixel((x, y)) for x in (2, WIDTH - 3) for y in range(picture.height)}
    assert edge == {(255, 255, 255)}
    return picture


def _light(part: int) -> float:
    share = part / 255
    return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)


def seen_grey(colour: Sequence[int]) -> float:
    """Return how light a colour is in grey, from 0 to 1, as the eye tells it."""
    red, green, blue = map(_light, colour)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return float(light ** (1 / 2.2))


def seen_without_green(colour: Sequence[int]) -> Colour:
    """Return a colour as those see it who lack the cones for green."""
    light = [_light(part) for part in colour]
    red, green, blue = (
        max(0.0, sum(a * b for a, b in zip(row, light, strict=True))) ** (1 / 2.2)
        for row in _DEUTERANOPIA
    )
    return red, green, blue


def letters_lacking(words: str) -> set[str]:
    """Return the letters that the pictures' font has no shape for."""
    from matplotlib.ft2font import FT2Font

    lacking = set()
    for bold in (False, True):
        font = Canvas(10)._font(10, bold).get_file()
        assert isinstance(font, str)
        known = FT2Font(font).get_charmap()
        lacking |= {letter for letter in words if ord(letter) not in known} - {"\n"}
    return lacking
