"""A report for a reader who may not see small counts of people: nothing in it gives one away."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from docx.table import _Cell

from documents.consolidated import Consolidated
from documents.report_docx import report_docx
from plans.calendar import Period, whole_calendar
from plans.dialogue import Answer, AnswerState
from plans.pack import IndicatorKind, Pack
from tests.documents.gathered import GIVEN, WORKING_DAYS, from_given, gathered, given_in

PLANS = (
    "binh_thuan_2024",
    "quang_ninh_2021_2025",
    "hai_phong_2016_2020",
    "lai_chau_2021_2025",
    "lai_chau_2013",
)
Tables = list[list[list[str]]]


def told(found: Consolidated, *, masked: bool) -> tuple[str, Tables]:
    """Return a report's words, and its tables' cells."""
    file = report_docx(found, today=date(2024, 12, 20), masked=masked)
    document = docx.Document(BytesIO(file.content))
    tables = [
        [[_Cell(tc, table).text for tc in row.tc_lst] for row in table._tbl.tr_lst]
        for table in document.tables
    ]
    return "\n".join(p.text for p in document.paragraphs), tables


def figures(pack: Pack, tables: Tables) -> dict[str, list[Decimal | None]]:
    """Return the numbers that the appendix shows of each sensitive indicator, by its columns."""
    [appendix] = [table for table in tables if len(table[0]) in (8, 9)]
    labels = {i.label.vi: code for code, i in pack.indicators.items() if i.sensitive}
    return {
        labels[row[1]]: [_number(cell) for cell in row[3:-1]]
        for row in appendix[1:]
        if row[1] in labels
    }


def _number(cell: str) -> Decimal | None:
    first = cell.split("\n")[0].split(" + ")[0].replace(".", "")
    return Decimal(first) if first.isdigit() else None


def histories(pack: Pack, seed: int) -> tuple[list[Period], dict[str, GIVEN]]:
    chance = random.Random(seed)
    periods = [p for p in whole_calendar(pack, WORKING_DAYS) if not p.form]
    return periods, {p.id: given_in(chance, pack, p) for p in periods}


def of_period(
    pack: Pack, periods: list[Period], at: int, given: Mapping[str, GIVEN]
) -> Consolidated:
    return from_given(pack, periods[at], given, tuple(periods[:at]))


def with_other_small(pack: Pack, given: GIVEN, chance: random.Random) -> GIVEN:
    """Return the answers with every small count of people another small one."""
    return {
        unit: {
            code: replace(answer, value=Decimal(1 + (int(answer.value) + chance.randint(0, 2)) % 4))
            if pack.indicators[code].sensitive and answer.small and answer.value
            else answer
            for code, answer in answers.items()
        }
        for unit, answers in given.items()
    }


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("seed", [1, 2])
def test_small_figures_could_be_any_others_and_no_word_would_change(
    packs: Mapping[str, Pack], plan: str, seed: int
) -> None:
    pack = packs[plan]
    periods, given = histories(pack, seed)
    chance = random.Random(seed)
    others = {id: with_other_small(pack, answers, chance) for id, answers in given.items()}

    assert others != given
    for at in range(len(periods) - 2, len(periods)):
        mine, other = (of_period(pack, periods, at, one) for one in (given, others))
        assert told(mine, masked=True) == told(other, masked=True)
        differ = [line.code for line, two in zip(mine.lines, other.lines, strict=True)
                  if (line.now, line.so_far) != (two.now, two.so_far)]  # fmt: skip
        if differ and seed == 1:
            assert told(mine, masked=False) != told(other, masked=False)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("seed", [4])
def test_no_difference_of_numbers_that_are_shown_is_a_small_count(
    packs: Mapping[str, Pack], plan: str, seed: int
) -> None:
    pack = packs[plan]
    periods, given = histories(pack, seed)
    for at in range(len(periods) - 2, len(periods)):
        shown = figures(pack, told(of_period(pack, periods, at, given), masked=True)[1])

        assert shown
        for code, numbers in shown.items():
            now, so_far, before, *_ = numbers
            derived = [*numbers, less(so_far, now), less(less(so_far, now), before)]
            if pack.indicators[code].kind is not IndicatorKind.FLOW:
                derived.append(less(now, before))
            assert not [d for d in derived if d is not None and 0 < abs(d) < 5], (code, numbers)
        for check in pack.checks:
            if check.part in shown and check.whole in shown:
                rests = map(less, shown[check.whole], shown[check.part])
                assert not [rest for rest in rests if rest is not None and 0 < abs(rest) < 5]


def less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


@pytest.mark.parametrize("plan", PLANS)
def test_documents_of_several_periods_together_give_nothing_away(
    packs: Mapping[str, Pack], plan: str
) -> None:
    """A running total less the periods of the year, each from its own document."""
    pack = packs[plan]
    periods, given = histories(pack, 11)
    for year in {period.year for period in periods[-4:]}:
        of_year = [at for at, period in enumerate(periods) if period.year == year]
        shown = [
            figures(pack, told(of_period(pack, periods, at, given), masked=True)[1])
            for at in of_year
        ]
        for last in range(1, len(of_year)):
            for code, (_, so_far, *_) in shown[last].items():
                rest = so_far
                for one in shown[: last + 1]:
                    number = one[code][0] if code in one else None
                    rest = rest - number if rest is not None and number is not None else rest
                assert rest is None or not 0 < rest < 5


def test_a_quarter_between_two_that_are_shown_stays_hidden(packs: Mapping[str, Pack]) -> None:
    pack = packs["binh_thuan_2024"]
    periods = [p for p in whole_calendar(pack, WORKING_DAYS) if not p.form]
    police = next(unit.code for unit in pack.tree if unit.type == "police")
    values = {periods[0].id: 20, periods[1].id: 3, periods[2].id: 30}
    given: dict[str, GIVEN] = {
        id: {police: {"KT10": Answer(state=AnswerState.VALUE, value=Decimal(value))}}
        for id, value in values.items()
    }
    third = of_period(pack, periods, 2, given)
    label = pack.indicators["KT10"].label.vi

    for masked, cells in (
        (False, ["30", "53", "3"]),
        (True, ["30", "không nêu (số liệu nhỏ)", "1 số liệu dưới 5"]),
    ):
        words, tables = told(third, masked=masked)
        [row] = [row for table in tables for row in table if len(row) == 8 and row[1] == label]
        assert [cell.split("\n")[0] for cell in row[3:6]] == cells
        assert ("53" in words) is not masked


def test_a_verdict_that_would_tell_a_small_count_is_not_given(packs: Mapping[str, Pack]) -> None:
    pack = packs["lai_chau_2021_2025"]
    periods, _ = histories(pack, 1)
    labour = next(unit.code for unit in pack.tree if unit.type == "labour")

    def verdict(part: int, whole: int, *, masked: bool) -> list[str]:
        answers = {
            "GH02": Answer(state=AnswerState.VALUE, value=Decimal(whole)),
            "GH03": Answer(state=AnswerState.VALUE, value=Decimal(part)),
        }
        found = of_period(pack, periods, -1, {periods[-1].id: {labour: answers}})
        _, tables = told(found, masked=masked)
        [row] = [row for table in tables for row in table if row[0] == "LC-09"]
        return row[3:]

    hidden = ["không nêu (số liệu nhỏ)"] * 2
    assert verdict(4, 6, masked=False) == ["4/6 = 66,6%", "Vượt"]
    assert verdict(4, 6, masked=True) == hidden
    assert verdict(8, 10, masked=True) == hidden  # 2 were not reached
    assert verdict(10, 20, masked=True) == verdict(10, 20, masked=False)


def test_the_copy_says_that_it_leaves_something_out(packs: Mapping[str, Pack]) -> None:
    found = gathered(packs["binh_thuan_2024"])
    open_, closed = (told(found, masked=masked)[0] for masked in (False, True))

    notice = "Số liệu nhạy cảm dưới 5"
    assert notice in closed
    assert notice not in open_
    assert "Thiếu tài liệu" in open_
    assert "Thiếu tài liệu" not in closed
    assert "Các đơn vị nêu 2 khó khăn, vướng mắc." in closed
