"""What the paragraphs say of figures: exact, and silent about what nobody told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.consolidated import Consolidated, Line
from documents.docx_seen import parts_of, shown_lines
from documents.docx_widths import in_two_lines, width_of
from documents.narrative import paragraphs, share_of
from documents.report_docx import report_docx
from plans.added import Added
from plans.calendar import VIETNAM, Period, whole_calendar
from plans.pack import Obligation, Pack
from plans.progress import Progress
from plans.stretches import Coverage, Matched, Stretch
from plans.units import Unit
from tests.documents.gathered import WORKING_DAYS, gathered, last_period
from tests.effort import effort
from tests.person import changed

BT, QN = "binh_thuan_2024", "quang_ninh_2021_2025"
TODAY = date(2024, 12, 20)


def added(total: int, given: int, missing: int = 0) -> Added:
    return Added(given=given, total=Decimal(total), missing=missing, zeros=0)


def told(pack: Pack, *lines: Line) -> list[str]:
    period = last_period(pack)
    found = Consolidated(
        pack=pack,
        period=period,
        moment=datetime(2024, 12, 18, 8, 5, tzinfo=VIETNAM),
        progress=Progress(pack=pack, period=period, today=date(2024, 12, 18), rows=()),
        lines=lines,
        targets=(),
    )
    shown = shown_lines(found, masked=False)
    return paragraphs(shown, parts_of(found, shown))


def line(
    pack: Pack,
    code: str,
    now: Added,
    *,
    expected: int = 10,
    so_far: Stretch | None = None,
    last_year: Stretch | None = None,
    year_ago: Stretch | None = None,
) -> Line:
    indicator = pack.indicators[code]
    return Line(
        code=code,
        indicator=indicator,
        expected=expected,
        now=now,
        so_far=so_far,
        last_year=last_year,
        year_ago=year_ago,
    )


def over(
    periods: Sequence[Period],
    *parts: tuple[int, int],
    expected: int = 10,
    matched: tuple[int, int, int] | None = None,
) -> Stretch:
    """Return what periods add up to, of each the total and how many units gave it."""
    units, now, then = matched or (0, 0, 0)
    return Stretch(
        found=sum((added(total, given) for total, given in parts), Added()),
        coverage=tuple(
            Coverage(period=period, given=given, expected=expected)
            for period, (_, given) in zip(periods, parts, strict=True)
        ),
        matched=Matched(units=units, now=Decimal(now), then=Decimal(then)) if matched else None,
    )


@pytest.fixture
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs[BT]


def test_nothing_occurred_no_figure_nothing_received_and_not_asked_differ(pack: Pack) -> None:
    said = told(
        pack,
        line(pack, "KT06", added(0, 10)),
        line(pack, "KT07", added(0, 7, missing=3)),
        line(pack, "KT08", added(0, 0, missing=2)),
        line(pack, "KT09", added(0, 0)),
        line(pack, "KT11", added(0, 0), expected=0),
    )

    assert said == [
        "- Không phát sinh trong kỳ (đơn vị báo cáo là 0): số tố giác, tin báo, khiếu nại tiếp "
        "nhận; số tố giác, tin báo, khiếu nại xử lý kịp thời (theo số liệu của 7/10 đơn vị).",
        "- Đơn vị trả lời chưa có số liệu: số tội phạm liên quan mại dâm được xử lý (2 đơn vị).",
        "- Chưa nhận được số liệu của đơn vị nào: số vụ mại dâm được triệt phá.",
        "- Kỳ này không hỏi: số vụ án liên quan mại dâm đã truy tố.",
    ]


@pytest.fixture
def halves(packs: Mapping[str, Pack]) -> Mapping[str, Period]:
    """The periods of a plan that asks twice a year, the second time for the whole year."""
    return {one.id: one for one in whole_calendar(packs[QN], WORKING_DAYS)}


def half(pack: Pack, halves: Mapping[str, Period], now: Added, then: Stretch | None) -> str:
    """Return what is said of a first half of a year beside the same of last year."""
    parts = (int(now.total), now.given)
    so_far = over([halves["2023-H1"]], parts)
    [said] = told(pack, line(pack, "TT02", now, so_far=so_far, year_ago=then))
    return said


def test_the_year_comes_before_its_second_half_and_beside_the_year_before(
    packs: Mapping[str, Pack], halves: Mapping[str, Period]
) -> None:
    years = [[halves[f"{year}-H1"], halves[f"{year}-Y"]] for year in (2023, 2022)]

    [said] = told(
        packs[QN],
        line(
            packs[QN],
            "TT02",
            added(2304, 10),
            so_far=over(years[0], (795, 10), (2304, 10)),
            last_year=over(years[1][1:], (2412, 10), matched=(10, 2304, 2412)),
            year_ago=over(years[1], (588, 10), (2412, 10), matched=(10, 3099, 3000)),
        ),
    )

    assert said == (
        "- Số cuộc tuyên truyền: năm 2023 là 3.099 cuộc; năm 2022 là 3.000 cuộc, tăng 99 (3,3%); "
        "riêng 6 tháng cuối năm 2023: 2.304 cuộc."
    )


def test_a_sum_names_the_periods_that_lack_and_changes_only_where_all_is_known(
    packs: Mapping[str, Pack], halves: Mapping[str, Period]
) -> None:
    years = [[halves[f"{year}-H1"], halves[f"{year}-Y"]] for year in (2023, 2022)]

    def year(now: Stretch, then: Stretch) -> str:
        *_, last = now.coverage
        own = added(2304, last.given)
        [said] = told(packs[QN], line(packs[QN], "TT02", own, so_far=now, year_ago=then))
        return said.removeprefix("- Số cuộc tuyên truyền: ")

    whole = over(years[1], (588, 10), (2412, 10), matched=(4, 1500, 2000))
    assert year(over(years[0], (795, 4), (2304, 8)), whole) == (
        "năm 2023 là 3.099 cuộc (6 tháng đầu năm 2023: 4/10 đơn vị); "
        "năm 2022 là 3.000 cuộc; trên 4 đơn vị có đủ số liệu: 1.500 so với 2.000 cuộc, giảm "
        "500 (25%); "
        "riêng 6 tháng cuối năm 2023: 2.304 cuộc (theo số liệu của 8/10 đơn vị)."
    )
    partly = over(years[1], (0, 0), (2412, 9), matched=(0, 0, 0))
    assert year(over(years[0], (0, 0), (2304, 10)), partly) == (
        "năm 2023 là 2.304 cuộc (chưa gồm 6 tháng đầu năm 2023); "
        "năm 2022 là 2.412 cuộc (chưa gồm 6 tháng đầu năm 2022; 6 tháng cuối năm 2022: "
        "9/10 đơn vị); riêng 6 tháng cuối năm 2023: 2.304 cuộc."
    )


def test_merged_periods_tell_both(pack: Pack) -> None:
    first, second = [p for p in whole_calendar(pack, WORKING_DAYS) if not p.form][:2]
    so_far = over([first, second], (400, 9), (500, 10))

    [said] = told(pack, line(pack, "TT02", added(500, 10), so_far=so_far))

    assert said == (
        "- Số cuộc tuyên truyền: 6 tháng đầu năm 2024 là 900 cuộc (quý I/2024: "
        "9/10 đơn vị); riêng quý II/2024: 500 cuộc."
    )


@pytest.mark.parametrize(
    ("now", "then", "both", "end"),
    [
        (added(50, 10), (100, 10), (10, 50, 100), "100 cuộc, giảm 50 (50%)."),
        (added(100, 10), (100, 10), (10, 100, 100), "100 cuộc, không thay đổi."),
        (added(7, 10), (0, 10), (10, 7, 0), "0 cuộc, tăng 7."),
        # Not all gave both: the change is that of those who did.
        (
            added(50, 10),
            (100, 8),
            (8, 40, 100),
            "100 cuộc (theo số liệu của 8/10 đơn vị); trên 8 đơn vị có đủ số liệu: "
            "40 so với 100 cuộc, giảm 60 (60%).",
        ),
        # As many, but others.
        (
            added(50, 8),
            (100, 8),
            (7, 45, 45),
            "100 cuộc (theo số liệu của 8/10 đơn vị); trên 7 đơn vị có đủ số liệu: "
            "45 so với 45 cuộc, không thay đổi.",
        ),
        (added(50, 5), (100, 4), (0, 0, 0), "100 cuộc (theo số liệu của 4/10 đơn vị)."),
    ],
)
def test_a_change_is_that_of_the_units_that_gave_both(
    packs: Mapping[str, Pack],
    halves: Mapping[str, Period],
    now: Added,
    then: tuple[int, int],
    both: tuple[int, int, int],
    end: str,
) -> None:
    last = over([halves["2022-H1"]], then, matched=both)

    assert half(packs[QN], halves, now, last).endswith(f"cùng kỳ năm trước {end}")


def test_nothing_is_said_of_last_year_where_there_is_none(
    packs: Mapping[str, Pack], halves: Mapping[str, Period]
) -> None:
    none = over([halves["2022-H1"]], (0, 0), matched=(0, 0, 0))

    assert half(packs[QN], halves, added(5, 10), none) == "- Số cuộc tuyên truyền: 5 cuộc."


def test_units_that_answer_yes_are_counted_of_those_that_answered(pack: Pack) -> None:
    [said] = told(pack, line(pack, "TT01", added(74, 90), expected=121))

    assert said == (
        "- Duy trì thường xuyên hình thức tuyên truyền: 74/90 đơn vị trả lời có, bằng 82,2% "
        "(theo số liệu của 90/121 đơn vị)."
    )
    [none] = told(pack, line(pack, "TT01", added(0, 90), expected=90))
    assert "0/90 đơn vị trả lời có" in none


def test_a_part_is_set_against_its_whole_where_as_many_units_gave_both(pack: Pack) -> None:
    whole, part = line(pack, "TT06", added(10000, 9)), line(pack, "TT07", added(6996, 9))

    said = told(pack, whole, part)
    assert said[-1].endswith("6.996/10.000, bằng 69,9%.")
    assert len(told(pack, whole, line(pack, "TT07", added(6996, 8)))) == 2
    assert len(told(pack, line(pack, "TT06", added(10, 9)), part)) == 2


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_share_never_claims_a_whole_percent_that_is_not_reached(part: int, whole: int) -> None:
    written = share_of(Decimal(part), Decimal(whole))
    number = Decimal(written.removesuffix("%").replace(".", "").replace(",", "."))

    exact = Decimal(part) / Decimal(whole) * 100
    assert abs(number - exact) <= Decimal("0.1")
    assert number != int(number) or number <= exact


def test_names_of_offices_are_broken_where_officials_break_them() -> None:
    labour = "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"

    assert in_two_lines("SỞ Y TẾ", 13, 62, "VÀ") == "SỞ Y TẾ"
    assert in_two_lines(labour, 13, 80, "VÀ") == "SỞ LAO ĐỘNG - THƯƠNG BINH\nVÀ XÃ HỘI"
    assert in_two_lines(labour, 13, 62, "VÀ") == "SỞ LAO ĐỘNG -\nTHƯƠNG BINH VÀ XÃ HỘI"
    assert in_two_lines(labour, 13, 20, "VÀ") == labour
    assert width_of("ĐỘ", 13) == width_of("DO", 13)


def test_a_commune_more_is_little_work_more(packs: Mapping[str, Pack]) -> None:
    report_docx(gathered(packs[BT]), today=TODAY)  # what is imported once
    few, many = (_with_communes(packs[BT], count) for count in (400, 1600))

    first, second = (effort(partial(report_docx, one, today=TODAY))[0] for one in (few, many))

    assert 0 < second - first < 100 * 1200


def _with_communes(pack: Pack, count: int) -> Consolidated:
    districts = [unit.code for unit in pack.tree if pack.tree.children(unit.code)]
    more = [
        Unit(code=f"{n:05}X", name=f"Xã Số {n}", type="commune", parent=districts[n % 10])
        for n in range(count)
    ]
    found = gathered(changed(pack, units=(*pack.units, *more)), sends=0.5)
    assert len(found.lacking(Obligation.REQUIRED)) > count / 3
    return found


def test_words_of_units_stand_in_quotation_marks(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs[BT])
    text = "\n".join(p.text for p in docx.Document(BytesIO(_bytes(found))).paragraphs)

    assert "“Thiếu tài liệu tuyên truyền”. Đã trả lời: “Sở sẽ cấp bổ sung”." in text
    silent = docx.Document(BytesIO(_bytes(replace(found, difficulties=()))))
    assert any("Chưa ghi nhận khó khăn" in p.text for p in silent.paragraphs)


def _bytes(found: Consolidated) -> bytes:
    return report_docx(found, today=date(2024, 12, 20)).content
