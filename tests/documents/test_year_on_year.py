"""A year beside the last: gaps are no noughts, and sums stop where a figure lacks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import pytest

import locales
from documents.canvas import Ink
from documents.year_on_year import year_on_year
from documents.years_compared import Compared, Known, Slot, YearsCompared, same_days, years_text
from plans.calendar import VIETNAM, Period, whole_calendar
from plans.pack import Pack
from tests.documents.pictures import WORKING_DAYS, letters_lacking, looked_at

QN, BT = "quang_ninh_2021_2025", "binh_thuan_2024"


def known(number: int | None, given: int = 9, hidden: int = 0) -> Known:
    return Known(
        number=None if number is None else Decimal(number),
        given=given if number is not None or hidden else 0,
        expected=9,
        hidden=hidden,
    )


def periods(pack: Pack, year: int) -> list[Period]:
    return [p for p in whole_calendar(pack, WORKING_DAYS) if p.year == year and not p.form]


def compared(
    pack: Pack, year: int, now: Sequence[Known | None], before: Sequence[Known | None], **more: bool
) -> YearsCompared:
    """Return one indicator of a year with these figures; sums are of what is known."""
    slots = []
    for place, period in enumerate(periods(pack, year)):
        sums = []
        for given in (now, before):
            numbers = [one.number if one else None for one in given[: place + 1]]
            known_ = [number for number in numbers if number is not None]
            sums.append(sum(known_, Decimal(0)) if len(known_) == place + 1 else None)
        slots.append(
            Slot(
                period=period,
                now=now[place],
                before=before[place],
                running=sums[0],
                running_before=sums[1],
                **more,
            )
        )
    return YearsCompared(
        pack=pack,
        year=year,
        moment=datetime(year, 12, 20, 8, 5, tzinfo=VIETNAM),
        shown=[Compared(code="TT03", indicator=pack.indicators["TT03"], slots=slots)],
        last_year=any(before),
    )


def blue(found: YearsCompared) -> int:
    colours = looked_at(year_on_year("vi", found)).getcolors(1000) or []
    wanted = tuple(bytes.fromhex(Ink.BLUE[1:]))
    return sum(times for times, colour in colours if colour == wanted)


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_figures_of_both_years_and_their_sums_are_told(
    packs: Mapping[str, Pack], language: str
) -> None:
    found = compared(packs[QN], 2024, [known(1200), known(1800)], [known(1000), known(1500)])
    text = years_text(language, found)

    looked_at(year_on_year(language, found))
    assert not letters_lacking(text)
    for number in (1200, 1800, 1000, 1500, 3000, 2500):
        assert locales.shown(language, number) in text
    assert "+20%" in text


def test_what_lacks_is_no_nought(packs: Mapping[str, Pack]) -> None:
    lacks = compared(packs[QN], 2024, [known(500), known(None)], [known(400), known(300)])
    nought = compared(packs[QN], 2024, [known(500), known(0)], [known(400), known(300)])

    text = years_text("vi", lacks)
    assert "năm 2024 (15/6–14/12): chưa có số liệu; năm trước 300" in text
    assert "Lũy kế năm 2024: chưa tính được vì có kỳ chưa có số liệu" in text
    assert "năm 2024 (15/6–14/12): 0 (9/9 đơn vị)" in years_text("vi", nought)
    assert "Lũy kế năm 2024: 500; cùng thời gian năm trước: 700 (-28,5%)" in years_text(
        "vi", nought
    )
    # A nought is a line of colour on the ground; what lacks leaves none.
    assert blue(nought) > blue(lacks)


def test_sums_say_where_units_lack(packs: Mapping[str, Pack]) -> None:
    partly = compared(packs[QN], 2024, [known(5), known(6, given=8)], [known(4), known(3)])
    whole = compared(packs[QN], 2024, [known(5), known(6)], [known(4), known(3)])

    assert "· chưa đủ số liệu các đơn vị" in years_text("vi", partly)
    assert "· chưa đủ số liệu các đơn vị" not in years_text("vi", whole)
    assert blue(partly) < blue(whole)


def test_what_may_not_be_seen_is_not_in_any_sum(packs: Mapping[str, Pack]) -> None:
    hidden = [known(12, hidden=1), known(None, hidden=2, given=2)]
    found = compared(packs[QN], 2024, hidden, [known(4), known(3)])
    slots = [
        Slot(period=s.period, now=s.now, before=s.before, masked=True) for s in found.shown[0].slots
    ]
    one = Compared(code="TT03", indicator=found.shown[0].indicator, slots=slots)
    text = years_text(
        "vi",
        YearsCompared(pack=found.pack, year=2024, moment=found.moment, shown=[one], last_year=True),
    )

    assert "12 + 1 đơn vị dưới 5 (9/9 đơn vị)" in text
    assert "2 đơn vị dưới 5 (2/9 đơn vị)" in text
    assert "Lũy kế năm 2024: không nêu vì có số liệu dưới 5" in text


def test_only_the_same_days_are_compared(packs: Mapping[str, Pack]) -> None:
    second, whole = periods(packs[QN], 2022)[1], periods(packs[QN], 2021)[0]
    after = periods(packs[QN], 2023)[1]

    assert not same_days(second.asks, whole.asks)
    assert same_days(second.asks, after.asks)
    assert same_days(second.widest, whole.widest)
    other = compared(packs[QN], 2022, [known(3), known(4)], [None, known(70)], same_days=False)
    assert "năm trước thu số liệu cho thời gian khác" in years_text("vi", other)
    assert "70" not in years_text("vi", other).replace("năm 2022 (15/6", "")


def test_a_first_year_says_that_there_is_none_before(packs: Mapping[str, Pack]) -> None:
    found = compared(packs[BT], 2024, [known(3), known(4), None, None], [None] * 4)
    text = years_text("vi", found)

    looked_at(year_on_year("vi", found))
    assert "Kế hoạch không có số liệu năm 2023 để so sánh." in text
    assert text.count("chưa đến kỳ") == 2
    assert "Lũy kế năm 2024: 7" in text


def test_the_same_figures_make_the_same_bytes(packs: Mapping[str, Pack]) -> None:
    one, other = (
        compared(packs[QN], 2024, [known(12), known(18)], [known(10), None]) for _ in range(2)
    )

    assert year_on_year("vi", one) == year_on_year("vi", other)
