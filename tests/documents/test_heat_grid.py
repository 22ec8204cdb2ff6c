"""The grid of who sent when: its figures, its cells that everybody tells apart."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from PIL import ImageChops, ImageStat

import locales
from bench.planning import COMMUNES, country
from documents.canvas import Canvas, Ink
from documents.grid_cells import STEPS, draw_cell, shade
from documents.grid_words import grid_text
from documents.heat_grid import grid_page, heat_grid
from documents.standing_grid import MOST_UNITS, Cell, Grid, Mark
from plans.calendar import Timeliness, timeliness
from plans.messages import File
from plans.pack import Obligation, Pack
from tests.documents.pictures import (
    letters_lacking,
    looked_at,
    random_grid,
    seen_grey,
    seen_without_green,
)
from tests.effort import effort

BT, QN, LC = "binh_thuan_2024", "quang_ninh_2021_2025", "lai_chau_2021_2025"
CALLS_A_CELL = 15
DAYS = {BT: date(2024, 9, 20), QN: date(2025, 6, 12), LC: date(2025, 12, 20)}
DISTRICTS = {BT: "596", QN: "193", LC: "106"}


@pytest.mark.parametrize("language", locales.LANGUAGES)
@pytest.mark.parametrize("plan", DAYS)
def test_every_plan_and_a_district_of_it_is_drawn(
    packs: Mapping[str, Pack], plan: str, language: str
) -> None:
    whole = random_grid(packs[plan], DAYS[plan])
    district = random_grid(packs[plan], DAYS[plan], root=DISTRICTS[plan])

    assert whole.by_district
    assert not district.by_district
    for grid in (whole, district):
        for number in range(1, grid_page(language, grid).count + 1):
            looked_at(heat_grid(language, grid, number))
            assert not letters_lacking(grid_text(language, grid, number))


@pytest.mark.parametrize("plan", DAYS)
def test_the_words_tell_what_was_sent(packs: Mapping[str, Pack], plan: str) -> None:
    grid, today = random_grid(packs[plan], DAYS[plan]), DAYS[plan]
    text = grid_text("vi", grid)
    required = [u for u in grid.units if grid.pack.obligation(u) is Obligation.REQUIRED]
    told = re.findall(r"trong hạn ([\d.]+)/([\d.]+)", text)

    expected = []
    for period in grid.periods:
        owing = [unit.code for unit in required if period.concerns(unit)]
        days = [grid.sent[period.id, u].first for u in owing if (period.id, u) in grid.sent]
        in_time = sum(timeliness(period, day) is not Timeliness.LATE for day in days)
        if today > period.grace_until:
            expected.append((str(in_time), str(len(owing))))
            late, unsent = len(days) - in_time, len(owing) - len(days)
            assert not late or f"quá hạn {late} (lâu nhất" in text
            assert not unsent or f"chưa nộp {unsent}" in text
    assert told == expected


def test_every_cell_of_a_district_adds_up_to_the_whole(packs: Mapping[str, Pack]) -> None:
    grid = random_grid(packs[QN], DAYS[QN])
    page = grid_page("vi", grid)

    for period in grid.periods:
        shares = [share for line in page.every if (share := grid.share(line, period))]
        asked = [unit for unit in grid.units if period.concerns(unit)]
        assert sum(share.whole for share in shares) == len(asked)
        assert sum(share.sent for share in shares) == sum(
            (period.id, unit.code) in grid.sent for unit in asked
        )


def test_who_is_invited_is_never_late_and_who_did_not_exist_is_blank(
    packs: Mapping[str, Pack],
) -> None:
    grid = random_grid(packs[QN], DAYS[QN])
    marks = {
        unit.code: {grid.cell(unit, period).mark for period in grid.periods} for unit in grid.units
    }

    for unit in grid.invited:
        assert not marks[unit.code] & {Mark.LATE, Mark.GRACE, Mark.NOT_SENT}
    merged = [unit for unit in grid.units if unit.valid_to]
    assert merged
    assert all(Mark.NOT_ASKED in marks[unit.code] for unit in merged)
    for unit in grid.units:
        for period in grid.periods:
            assert (grid.cell(unit, period).mark is Mark.NOT_ASKED) != period.concerns(unit)


def test_pages_hold_every_row_and_period_once(packs: Mapping[str, Pack]) -> None:
    grid = random_grid(packs[QN], DAYS[QN], root=DISTRICTS[QN])
    pages = [grid_page("vi", grid, number) for number in range(1, grid_page("vi", grid).count + 1)]

    cells = [(line.name, p.id) for page in pages for line in page.lines for p in page.periods]
    assert len(cells) == len(set(cells)) == len(grid.units) * len(grid.periods)
    assert grid_page("vi", grid, 99).number == len(pages)


def _cells() -> dict[str, Cell]:
    cells = {str(mark): Cell(mark=mark, days=12) for mark in Mark}
    return cells | {"corrected": Cell(mark=Mark.ON_TIME, corrected=True)}


def test_cells_differ_in_grey_by_their_marks() -> None:
    drawn = {}
    for name, cell in _cells().items():
        canvas = Canvas(1080)
        draw_cell(canvas, cell, (100, 100, 160, 150))
        file = File(name="cell.png", media_type="image/png", content=canvas.png(600))
        drawn[name] = looked_at(file).crop((98, 98, 162, 152)).convert("L")

    for one, other in combinations(drawn, 2):
        difference = ImageStat.Stat(ImageChops.difference(drawn[one], drawn[other])).sum[0]
        assert difference > 9_000, (one, other, difference)


def test_steps_and_grounds_are_told_apart_by_everybody() -> None:
    def colour(ink: Ink) -> tuple[int, ...]:
        return tuple(bytes.fromhex(ink[1:]))

    greys = [seen_grey(colour(ink)) for _, ink in STEPS]
    assert greys == sorted(greys)
    assert min(b - a for a, b in pairwise(greys)) > 0.06
    grounds = (Ink.BLUE, Ink.LIGHT, Ink.ORANGE, Ink.PURPLE, Ink.PAPER)
    for one, other in combinations(grounds, 2):
        a, b = seen_without_green(colour(one)), seen_without_green(colour(other))
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 0.15, (one, other)


def test_a_share_is_never_shaded_as_more_than_it_is() -> None:
    assert shade(0, 200) is Ink.PAPER
    assert shade(1, 200) is Ink.PALE
    assert shade(199, 200) is Ink.MIDDLE
    assert shade(200, 200) is Ink.BLUE


def test_the_same_grid_makes_the_same_bytes_in_every_thread(packs: Mapping[str, Pack]) -> None:
    def draw(plan: str) -> File:
        return heat_grid("vi", random_grid(packs[plan], DAYS[plan]))

    alone = [draw(plan) for plan in DAYS]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(draw, DAYS)) == alone


def test_a_country_of_communes_over_twenty_periods_is_drawn(tmp_path: Path) -> None:
    pack = country(tmp_path)
    first, last = date(2017, 1, 1), date(2026, 12, 31)
    pack = pack.model_copy(update={"valid_from": first, "valid_to": last})
    grid = random_grid(pack, date(2026, 12, 12))
    fresh = Grid(**{name: getattr(grid, name) for name in grid.__dataclass_fields__})

    told, text = effort(lambda: grid_text("vi", fresh))
    cells = len(fresh.periods) * len(fresh.counted)

    assert (len(fresh.periods), len(fresh.counted)) == (20, COMMUNES + 34)
    assert grid_page("vi", fresh).count > 1
    assert len(text) < 2500
    assert MOST_UNITS < COMMUNES
    looked_at(heat_grid("vi", fresh))
    assert told < CALLS_A_CELL * cells, told / cells
