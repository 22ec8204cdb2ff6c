"""Which answers are hidden: the small ones, and those from which a small one would follow."""

import random
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations

import pytest

from plans.dialogue import Answer, AnswerState
from plans.masking import Masking, few
from plans.pack import IndicatorKind, Pack

PLAN = "binh_thuan_2024"  # GH03, who was reached, is a part of GH02, who is in need


def answers(**numbers: int | None) -> dict[str, Answer]:
    """Return answers by indicator; None stands for one that is missing."""
    return {code: answer(number) for code, number in numbers.items()}


def answer(number: int | None) -> Answer:
    if number is None:
        return Answer(state=AnswerState.MISSING)
    if not number:
        return Answer(state=AnswerState.ZERO)
    return Answer(state=AnswerState.VALUE, value=Decimal(number))


@pytest.mark.parametrize(
    ("year", "hidden"),
    [
        ([{"KT10": 4}, {"KT10": 5}, {"KT10": 0}, {"KT10": None}], ["KT10", "", "", ""]),
        ([{"KT03": 4}], [""]),  # no people are counted
        ([{"GH02": 10, "GH03": 6}], ["GH03"]),  # 4 were not reached
        ([{"GH02": 11, "GH03": 6}], [""]),
        ([{"GH02": 10, "GH03": 10}], [""]),
        ([{"GH02": 4, "GH03": 0}], ["GH02"]),
        ([{"GH02": None, "GH03": 9}], [""]),
        ([{"GH03": 6}, {"GH03": 9}, {"GH03": 10}, {"GH03": 11}], ["", "GH03", "GH03", ""]),
        ([{"GH03": 3}, {"GH03": 6}, {"GH03": 6}], ["GH03", "", ""]),
        ([{"GH02": 6}, {"GH02": 9}], ["", ""]),  # what a moment's count changed by is nobody
    ],
)
def test_an_answer_is_hidden_where_it_or_what_it_leaves_is_small(
    packs: Mapping[str, Pack], year: list[dict[str, int | None]], hidden: list[str]
) -> None:
    found = Masking(packs[PLAN]).hidden([answers(**one) for one in year])
    assert [" ".join(sorted(one)) for one in found] == hidden


def test_a_part_of_a_part_is_held_against_the_whole_of_it_all(packs: Mapping[str, Pack]) -> None:
    pack = packs[PLAN]
    flow = pack.indicators["KT10"]
    [check] = [check for check in pack.checks if check.part == "GH03"]
    chained = pack.model_copy(
        update={
            "indicators": {**pack.indicators, "GH04": flow},
            "checks": (check, check.model_copy(update={"part": "GH04", "whole": "GH03"})),
        }
    )
    masking = Masking(chained)

    # GH03 is hidden, as 2 lack to GH02; GH04 would tell the same 2.
    assert masking.hidden([answers(GH02=12, GH03=10, GH04=10)]) == [{"GH03", "GH04"}]
    assert masking.hidden([answers(GH02=12, GH03=10, GH04=7)]) == [{"GH03"}]


@pytest.mark.parametrize("seed", range(40))
def test_no_two_answers_that_are_told_are_few_apart_where_that_counts_people(
    packs: Mapping[str, Pack], seed: int
) -> None:
    chance = random.Random(seed)
    for pack in packs.values():
        masking = Masking(pack)
        year = [
            {code: answer(chance.randint(0, 14)) for code in sorted(masking.codes)}
            for _ in range(4)
        ]
        hidden = masking.hidden(year)
        told = [
            {code: one.number for code, one in report.items() if code not in kept_back}
            for report, kept_back in zip(year, hidden, strict=True)
        ]
        for report in told:
            assert not any(0 < (number or 0) < 5 for number in report.values())
            for check in pack.checks:
                assert not few(report.get(check.part), report.get(check.whole))
        for code in masking.codes:
            if pack.indicators[code].kind is IndicatorKind.UNIQUE:
                running = [report[code] for report in told if report.get(code)]
                assert not any(few(one, other) for one, other in combinations(running, 2))
