"""Days as coordinators name them: read or refused, never guessed, and names left whole."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.spoken_day import DayNamed, DaysLater, day_meant, spoken_day, working_days_later
from plans.errors import Refused
from plans.spelling import plain
from plans.working_days import WorkingDays

DAYS = WorkingDays()
DEADLINE = date(2024, 6, 14)
NAMES = frozenset(["co to", "huyen co to", "mui ne", "phuong mui ne", "bang la", "phuong 3"])


def read(text: str, base: date = DEADLINE) -> tuple[date | None, str]:
    spoken, rest = spoken_day(plain(text), NAMES)
    return (day_meant(spoken, base, DAYS) if spoken else None), rest


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("Mũi Né đến 20/6", date(2024, 6, 20), "mui ne"),
        ("Mũi Né đến hết ngày 20/6/2024", date(2024, 6, 20), "mui ne"),
        ("phường Mũi Né tới ngày 20-6-2024", date(2024, 6, 20), "phuong mui ne"),
        ("Mũi Né 20.6.24", date(2024, 6, 20), "mui ne"),
        ("Mũi Né 20 / 6", date(2024, 6, 20), "mui ne"),
        ("đến ngày 20 tháng 6 năm 2024 Mũi Né", date(2024, 6, 20), "mui ne"),
        ("2024-q2 22915 2024-06-20 tatca", date(2024, 6, 20), "2024-q2 22915 tatca"),
        ("Mũi Né thêm 3 ngày", date(2024, 6, 17), "mui ne"),
        ("Mũi Né thêm ba ngày nữa", date(2024, 6, 17), "mui ne"),
        ("Mũi Né +3", date(2024, 6, 17), "mui ne"),
        ("Mũi Né thêm 3 ngày làm việc", date(2024, 6, 19), "mui ne"),
        ("+3 ngay lam viec 22915", date(2024, 6, 19), "22915"),
        ("Mũi Né thêm 1 tuần", date(2024, 6, 21), "mui ne"),
        ("Mui Ne by 3 working days", date(2024, 6, 19), "mui ne"),
        ("Mui Ne 2 more days", date(2024, 6, 16), "mui ne"),
        ("Co To to 20/6", date(2024, 6, 20), "co to"),
        ("Co To 20/6", date(2024, 6, 20), "co to"),
        ("phường Bàng La đến 20/6", date(2024, 6, 20), "phuong bang la"),
        ("phường 3 ngày 20/6", date(2024, 6, 20), "phuong 3"),
        ("quý 2 - 20/6", date(2024, 6, 20), "quy 2 -"),
        ("6 tháng 20/6", date(2024, 6, 20), "6 thang"),
        ("quý 2/2024 Mũi Né", None, "quy 2/2024 mui ne"),
        ("quý I/2024", None, "quy i/2024"),
        ("6 tháng đầu năm 2024", None, "6 thang dau nam 2024"),
        ("Mũi Né 22915 2024-h1", None, "mui ne 22915 2024-h1"),
        ("", None, ""),
    ],
)
def test_what_is_read(text: str, day: date | None, rest: str) -> None:
    assert read(text) == (day, rest)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("32/6", "deadline.no_such_day"),
        ("30/2", "deadline.no_such_day"),
        ("20/13", "deadline.no_such_day"),
        ("0/6", "deadline.no_such_day"),
        ("29/2/2025", "deadline.no_such_day"),
        ("20/6/20245", "deadline.no_such_day"),
        ("20/", "deadline.no_such_day"),
        ("đến ngày 20", "deadline.no_such_day"),
        ("từ 15/6 đến 20/6", "deadline.two_days"),
        ("20/6 thêm 3 ngày", "deadline.two_days"),
        ("thêm 3 ngày 20/6", "deadline.two_days"),
        ("20/6/2034", "deadline.too_far"),
        ("+9999", "deadline.too_far"),
        ("+367", "deadline.too_far"),
    ],
)
def test_what_is_refused(text: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)

    assert refused.value.key == key


@pytest.mark.parametrize(
    ("base", "text", "day"),
    [
        (date(2024, 12, 16), "5/1", date(2025, 1, 5)),
        (date(2025, 1, 5), "20/12", date(2024, 12, 20)),
        (date(2024, 6, 14), "29/2", date(2024, 2, 29)),
        (date(2024, 6, 14), "20/6", date(2024, 6, 20)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(base: date, text: str, day: date) -> None:
    assert read(text, base)[0] == day


@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)), st.integers(-180, 180))
def test_a_day_that_was_written_is_read_again(base: date, away: int) -> None:
    day = base + timedelta(days=away)
    for written in (f"{day.day}/{day.month}", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%d.%m}"):
        if (day.month, day.day) != (2, 29):
            assert read(f"22915 {written}", base) == (day, "22915")


@given(st.integers(0, 366), st.booleans())
def test_what_a_button_carries_is_read_as_it_was_meant(count: int, working: bool) -> None:
    wish = DaysLater(count=count, working=working)

    assert spoken_day(wish.carried) == (wish, "")


@given(st.integers(0, 99), st.integers(0, 99), st.none() | st.integers(2000, 2099))
def test_a_day_is_carried_as_it_was_named(day: int, month: int, year: int | None) -> None:
    named = DayNamed(day=day, month=month, year=year)

    assert spoken_day(named.carried) == (named, "")


@given(st.text(alphabet="0123456789/.-+ abcdenghtu", max_size=30))
def test_no_words_break_the_reading(text: str) -> None:
    with suppress(Refused):
        read(text)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(1, 10))
def test_working_days_later_are_worked(base: date, count: int) -> None:
    later = working_days_later(base, count, DAYS)

    assert DAYS.works(later)
    between = [base + timedelta(days=n) for n in range(1, (later - base).days + 1)]
    assert sum(map(DAYS.works, between)) == count
