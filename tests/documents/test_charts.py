"""The progress picture: what it is drawn from, that it is readable, and always the same."""

import re
import struct
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from PIL import Image

import locales
from documents.canvas import MARGIN, Canvas, Ink
from documents.charts import BARS, WIDTH, progress_chart
from documents.course import Course, bars_of, course_text
from documents.progress import WORST
from plans.calendar import VIETNAM, Period, whole_calendar
from plans.pack import Obligation, Pack
from plans.progress import Progress, Row, SendState, count
from plans.working_days import load_working_days
from tests.person import changed
from tests.source import ROOT

BT, QN, LC = "binh_thuan_2024", "quang_ninh_2021_2025", "lai_chau_2021_2025"
JUNE = {BT: date(2024, 6, 11), QN: date(2024, 6, 12), LC: date(2025, 6, 11)}
TURNS = (SendState.SENT, SendState.BEGUN, SendState.NOT_BEGUN, SendState.SENT)
WORKING_DAYS = load_working_days()


def period_on(pack: Pack, day: date) -> Period:
    open_now = [p for p in whole_calendar(pack, WORKING_DAYS) if p.opens <= day <= p.lock]
    return next(p for p in open_now if not p.form)


def course(
    pack: Pack,
    today: date,
    states: tuple[SendState, ...] = TURNS,
    *,
    root: str = "",
    most: int = 1000,
) -> Course:
    """Return a period under way: units take states in turn, sent on the days since it opened."""
    period = period_on(pack, today)
    units = [u for u in pack.tree if period.concerns(u) and pack.tree.within(u.code, root)][:most]
    rows = [
        Row(
            unit=unit,
            obligation=pack.obligation(unit),
            state=states[number % len(states)],
            connected=True,
        )
        for number, unit in enumerate(units)
    ]
    days = (today - period.opens).days + 1
    sent = {
        row.unit.code: period.opens + timedelta(number % days)
        for number, row in enumerate(rows)
        if row.state.arrived
    }
    return Course(
        progress=Progress(pack=pack, period=period, today=today, rows=rows, root=root),
        first_sent=sent,
        moment=datetime.combine(today, time(8, 5), VIETNAM),
    )


def drawn(language: str, shown: Course) -> Image.Image:
    file = progress_chart(language, shown)
    assert (file.media_type, file.name[-4:]) == ("image/png", ".png")
    assert len(file.content) < 300_000
    picture = Image.open(BytesIO(file.content))
    assert picture.width == WIDTH
    return picture.convert("RGB")


def pixels(picture: Image.Image, ink: Ink) -> int:
    wanted = struct.unpack("3B", bytes.fromhex(ink[1:]))
    return sum(times for times, colour in picture.getcolors(1000) or [] if colour == wanted)


@pytest.mark.parametrize("language", locales.LANGUAGES)
@pytest.mark.parametrize("plan", [BT, QN, LC])
def test_every_plan_is_drawn(packs: Mapping[str, Pack], plan: str, language: str) -> None:
    picture = drawn(language, course(packs[plan], JUNE[plan]))

    # It fits a phone's screen in one or two pieces, and ends on its own margin.
    assert 1000 < picture.height < 1900
    edge = {picture.getpixel((x, y)) for x in (2, WIDTH - 3) for y in range(picture.height)}
    assert edge == {(255, 255, 255)}


@pytest.mark.parametrize(
    ("states", "most"),
    [
        ((SendState.NOT_BEGUN,), 1000),
        ((SendState.SENT,), 1000),
        ((SendState.RETURNED, SendState.SENT_LATE), 1000),
        ((SendState.BEGUN,), 1),
        (TURNS, 170),
        (TURNS, 0),
    ],
    ids=["none sent", "all sent", "late and returned", "one unit", "170 units", "no unit"],
)
def test_extremes_are_drawn(
    packs: Mapping[str, Pack], states: tuple[SendState, ...], most: int
) -> None:
    shown = course(packs[QN], JUNE[QN], states, most=most)

    drawn("vi", shown)
    assert course_text("vi", shown)


def test_bars_show_what_was_sent(packs: Mapping[str, Pack]) -> None:
    none, all_, begun = (
        drawn("vi", course(packs[BT], JUNE[BT], (state,)))
        for state in (SendState.NOT_BEGUN, SendState.SENT, SendState.BEGUN)
    )

    assert pixels(all_, Ink.BLUE) > 5 * pixels(none, Ink.BLUE)
    # Being written is striped: its two colours, and nothing else is.
    for ink in (Ink.ORANGE, Ink.BROWN):
        assert pixels(begun, ink) > 20 * pixels(all_, ink) > 0


def test_the_same_figures_make_the_same_bytes_in_every_thread(packs: Mapping[str, Pack]) -> None:
    shown = [course(packs[plan], JUNE[plan]) for plan in (BT, QN, LC)]
    alone = [progress_chart("vi", one) for one in shown]

    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(lambda one: progress_chart("vi", one), shown * 2))

    assert together == alone * 2


@pytest.mark.parametrize("days", [-30, 0, 4, 5, 9, 200])
def test_any_day_can_be_asked_about(packs: Mapping[str, Pack], days: int) -> None:
    shown = course(packs[BT], JUNE[BT])
    today = JUNE[BT] + timedelta(days)
    then = replace(shown, progress=replace(shown.progress, today=today))

    drawn("vi", then)
    assert len(then.arrivals) == count(then.counted)[0]
    assert max(then.arrivals) <= today


def test_before_the_opening_the_words_say_when_it_opens(packs: Mapping[str, Pack]) -> None:
    shown = course(packs[BT], JUNE[BT], (SendState.NOT_BEGUN,))
    before = shown.progress.period.opens - timedelta(3)
    then = replace(shown, progress=replace(shown.progress, today=before))

    drawn("vi", then)
    assert "Kỳ báo cáo mở từ ngày 31/5/2024." in course_text("vi", then)


@pytest.mark.parametrize("plan", [BT, QN, LC])
def test_the_words_tell_the_same_numbers(packs: Mapping[str, Pack], plan: str) -> None:
    shown = course(packs[plan], JUNE[plan])
    required = shown.progress.of(Obligation.REQUIRED)
    states = [row.state for row in required]
    sent, whole = count(required)
    text = course_text("vi", shown)

    assert f"Đã nộp {sent}/{whole} đơn vị" in text
    assert (
        f"{states.count(SendState.BEGUN)} đơn vị đang soạn, "
        f"{states.count(SendState.NOT_BEGUN)} đơn vị chưa soạn" in text
    )
    assert f"Số liệu lúc 08:05 ngày {locales.shown('vi', JUNE[plan])}" in text
    codes = {row.unit.code for row in required}
    for back in range(3):
        day = JUNE[plan] - timedelta(back)
        came = sum(d == day for unit, d in shown.first_sent.items() if unit in codes)
        assert f"ngày {day.day}/{day.month}: {came}" in text
    invited = count(shown.progress.of(Obligation.INVITED))
    assert "(không tính chậm): {}/{}".format(*invited) in text
    tree = shown.progress.pack.tree
    named = re.findall(r"(?:: |, )([^:,]+) (\d+)/(\d+) \(\d", text)
    assert len(named) == WORST
    for name, part, group in named:
        below = [r for r in required if r.unit.parent and tree[r.unit.parent].name == name]
        assert count(below) == (int(part), int(group))


def test_no_unit_is_left_out_of_the_bars(packs: Mapping[str, Pack]) -> None:
    for plan, today in JUNE.items():
        shown = course(packs[plan], today)
        bars = bars_of("vi", shown)
        every = [*bars.ranked, *bars.apart]

        assert bars.by_district
        assert (sum(b.sent for b in every), sum(b.whole for b in every)) == count(shown.counted)
        shares = [bar.sent / bar.whole for bar in bars.ranked]
        assert shares == sorted(shares)


def test_a_plan_of_one_level_is_told_by_type(packs: Mapping[str, Pack]) -> None:
    flat = changed(
        packs[BT], units=tuple(u.model_copy(update={"parent": ""}) for u in packs[BT].units)
    )
    shown = course(flat, JUNE[BT])
    bars = bars_of("vi", shown)

    assert not bars.by_district
    assert {bar.name for bar in bars.ranked} >= {"Xã, phường, thị trấn", "Huyện, thị xã, thành phố"}
    assert sum(bar.whole for bar in bars.ranked) == len(shown.counted)
    drawn("vi", shown)


def test_a_district_is_told_by_type_and_names_itself(packs: Mapping[str, Pack]) -> None:
    shown = course(packs[BT], JUNE[BT], root="596")

    assert {bar.name for bar in bars_of("vi", shown).ranked} == {
        "Xã, phường, thị trấn",
        "UBND huyện Bắc Bình",
    }
    assert "Huyện Bắc Bình" in course_text("vi", shown).partition("\n")[0]
    assert progress_chart("vi", shown).name == "bieu-do-tien-do-2024-Q2-596.png"


def test_more_districts_than_fit_are_told_in_words(packs: Mapping[str, Pack]) -> None:
    pack = packs[BT]
    districts = [u for u in pack.units if pack.tree.children(u.code)]
    doubled = [
        unit.model_copy(update={"code": f"X{unit.code}", "name": f"{unit.name} Mới"})
        for unit in districts
    ]
    moved = {
        pack.tree.children(old.code)[0].code: new.code
        for old, new in zip(districts, doubled, strict=True)
    }
    units = [
        u.model_copy(update={"parent": moved[u.code]}) if u.code in moved else u for u in pack.units
    ]
    shown = course(changed(pack, units=(*units, *doubled)), JUNE[BT])
    bars = bars_of("vi", shown)

    assert len(bars.ranked) == 2 * len(districts) > BARS
    assert 1500 < drawn("vi", shown).height < 2300


def test_invited_bodies_alone_are_counted_but_never_among_others(packs: Mapping[str, Pack]) -> None:
    shown = course(packs[BT], JUNE[BT])
    alone = replace(
        shown, progress=replace(shown.progress, rows=shown.progress.of(Obligation.INVITED))
    )

    assert all(row.obligation is Obligation.REQUIRED for row in shown.counted)
    assert len(alone.counted) == len(shown.invited) == 8
    assert not alone.invited
    drawn("vi", alone)


def test_every_letter_has_a_shape(packs: Mapping[str, Pack]) -> None:
    from matplotlib.ft2font import FT2Font

    font = Canvas(10)._font(10, False).get_file()
    assert isinstance(font, str)
    known = FT2Font(font).get_charmap()
    words = [unit.name for pack in packs.values() for unit in pack.units]
    words += [t.name.in_language(lang) for p in packs.values() for t in p.unit_types.values()
              for lang in locales.LANGUAGES]  # fmt: skip
    words += [s for lang in locales.LANGUAGES for s in locales.catalog(lang).values()]

    assert not {letter for line in words for letter in line if ord(letter) not in known} - {"\n"}


def test_long_words_are_broken_and_shortened_to_fit() -> None:
    canvas = Canvas(WIDTH)
    long = "Sở, ngành khác thuộc Ban Chỉ đạo phòng, chống tội phạm " + "x" * 200

    lines = canvas.wrapped(long, 38, 400, lines=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    for line in (*lines, *canvas.wrapped("x" * 200, 38, 400)):
        assert canvas.width_of(line, 38) <= 400
    assert 0 < MARGIN < 60


def test_nobody_loads_what_draws_until_a_picture_is_asked_for() -> None:
    asked = (
        "import sys, bot.app, bot.commands, handlers.commands, handlers.charting; "
        "assert not {'matplotlib', 'PIL', 'numpy'} & set(sys.modules)"
    )
    drawing = (
        "import sys; from documents.canvas import Canvas; Canvas(10).png(10); "
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )

    for script in (asked, drawing):
        subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT, check=True)
