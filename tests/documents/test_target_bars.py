"""The targets as bars: each verdict with its mark, its figures in words, and nothing made up."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, groupby

import pytest
from PIL import ImageChops, ImageStat

import locales
from documents.canvas import Canvas, Ink
from documents.masking import as_told
from documents.target_bars import (
    PAGE,
    TargetSheet,
    draw_verdict,
    has_bar,
    target_bars,
    targets_text,
)
from documents.targets import actual_text
from plans.judging import judge
from plans.messages import File
from plans.pack import Pack
from plans.verdicts import Reading, Verdict
from tests.documents.gathered import Sums, gathered
from tests.documents.pictures import letters_lacking, looked_at

PLANS = (
    "binh_thuan_2024",
    "hai_phong_2016_2020",
    "lai_chau_2021_2025",
    "quang_ninh_2021_2025",
)


def sheets(pack: Pack, *, sends: float = 0.8, hide: bool = False) -> list[TargetSheet]:
    found = gathered(pack, 1, sends)
    groups = [tuple(g) for _, g in groupby(found.targets, key=lambda one: one.target.id)]
    if hide:
        whole = pack.model_copy(
            update={
                "indicators": {
                    code: one.model_copy(update={"sensitive": True})
                    for code, one in pack.indicators.items()
                }
            }
        )
        groups = [as_told(whole, (replace(one, hidden=True) for one in g)) for g in groups]
    bars = [group for group in groups if has_bar(group[0].target)]
    pages = -(-len(bars) // PAGE)
    return [
        TargetSheet(
            pack=pack,
            period=found.period,
            moment=found.moment,
            sent=12,
            whole=34,
            judged=bars[number * PAGE : (number + 1) * PAGE],
            qualitative=[g[0].target for g in groups if not has_bar(g[0].target)],
            page=number + 1,
            pages=pages,
        )
        for number in range(pages)
    ]


def pixels(file: File, ink: Ink) -> int:
    wanted = tuple(bytes.fromhex(ink[1:]))
    colours = looked_at(file).getcolors(1000) or []
    return sum(times for times, colour in colours if colour == wanted)


@pytest.mark.parametrize("language", locales.LANGUAGES)
@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_is_drawn_and_told(packs: Mapping[str, Pack], plan: str, language: str) -> None:
    for sends in (0.1, 1.0):
        for sheet in sheets(packs[plan], sends=sends):
            looked_at(target_bars(language, sheet))
            text = targets_text(language, sheet)
            assert not letters_lacking(text)
            for readings in sheet.judged:
                assert f"{readings[0].target.id} · {readings[0].target.text}" in text
                for one in readings:
                    assert locales.text(language, f"target.verdict.{one.verdict}") in text
                    assert actual_text(language, one) in text


def test_what_has_no_number_is_told_in_words(packs: Mapping[str, Pack]) -> None:
    [sheet] = sheets(packs["hai_phong_2016_2020"])
    text = targets_text("vi", sheet)

    assert len(sheet.qualitative) == 2
    for target in sheet.qualitative:
        assert target.id in text.partition("Đánh giá bằng lời:")[2]


def test_several_readings_stand_side_by_side(packs: Mapping[str, Pack]) -> None:
    every = [r for sheet in sheets(packs["quang_ninh_2021_2025"]) for r in sheet.judged]
    doubtful = [readings for readings in every if len(readings) > 1]

    assert doubtful
    for readings in doubtful:
        assert [one.reading for one in readings] == [Reading.SHARE, Reading.LIST]


def test_who_may_not_see_a_figure_sees_neither_verdict_nor_bar(packs: Mapping[str, Pack]) -> None:
    pack = packs["quang_ninh_2021_2025"]
    for open_, hidden in zip(sheets(pack), sheets(pack, hide=True), strict=True):
        assert re.search(r"= \d+", targets_text("vi", open_))
        assert not re.search(r"= \d+", targets_text("vi", hidden))
        text = targets_text("vi", hidden)
        assert "Chưa hiển thị vì có số liệu nhỏ về người" in text
        for verdict in set(Verdict) - {Verdict.WITHHELD}:
            assert locales.text("vi", f"target.verdict.{verdict}") not in text
        drawn = target_bars("vi", hidden)
        # What letters leave at their edges is not a bar.
        assert pixels(drawn, Ink.LIGHT) + pixels(drawn, Ink.ORANGE) < 50


def test_without_figures_nothing_is_drawn_as_reached_or_missed(
    packs: Mapping[str, Pack],
) -> None:
    pack = packs["lai_chau_2021_2025"]
    [sheet, *_] = sheets(pack)
    nothing = Sums(pack, sheet.period, (), {sheet.period.id: {}})
    empty = [judge(readings[0].target, nothing) for readings in sheet.judged]
    drawn = target_bars("vi", replace(sheet, judged=empty))

    assert {one.verdict for readings in empty for one in readings} == {Verdict.NOT_ENOUGH}
    assert pixels(drawn, Ink.BLUE) == pixels(drawn, Ink.ORANGE) == 0


def test_what_lacks_is_striped_where_a_target_is_missed_already(
    packs: Mapping[str, Pack],
) -> None:
    [sheet, *_] = sheets(packs["binh_thuan_2024"])
    missed = next(one for [one] in sheet.judged if one.target.id == "BT-04")
    known = replace(
        missed,
        verdict=Verdict.NOT_REACHED,
        actual=Fraction(1, 10),
        top=Fraction(1, 10),
        part=Decimal(1),
        given=10,
        expected=10,
    )
    open_ = replace(known, top=Fraction(9, 10), given=2)
    drawn = [target_bars("vi", replace(sheet, judged=[(one,)])) for one in (known, open_)]

    assert pixels(drawn[1], Ink.MIST) > pixels(drawn[0], Ink.MIST) + 5_000


def test_verdicts_differ_by_their_marks_in_grey() -> None:
    drawn = {}
    for verdict in (v for v in Verdict if v is not Verdict.QUALITATIVE):
        canvas = Canvas(1080)
        draw_verdict(canvas, verdict, 100, 100)
        file = File(name="mark.png", media_type="image/png", content=canvas.png(600))
        drawn[verdict] = looked_at(file).crop((70, 70, 130, 130)).convert("L")

    for one, other in combinations(drawn, 2):
        difference = ImageStat.Stat(ImageChops.difference(drawn[one], drawn[other])).sum[0]
        assert difference > 8_000, (one, other, difference)


def test_the_same_targets_make_the_same_bytes(packs: Mapping[str, Pack]) -> None:
    one, other = (sheets(packs["binh_thuan_2024"])[0] for _ in range(2))

    assert target_bars("vi", one) == target_bars("vi", other)
