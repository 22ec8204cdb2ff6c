"""Bounds and cross-checks: what is refused, what is asked about, what is let through."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.checks import (
    TENFOLD,
    PairBroken,
    Past,
    broken_pairs,
    check_bounds,
    check_pairs,
    doubt_of,
    identical,
)
from plans.dialogue import Answer, AnswerState, Question
from plans.errors import Refused
from plans.pack import Indicator, IndicatorKind, Pack

NOTHING = Past(previous={}, same_year={})
MISSING = Answer(state=AnswerState.MISSING)
ZERO = Answer(state=AnswerState.ZERO)


def value(number: int) -> Answer:
    return Answer(state=AnswerState.VALUE, value=Decimal(number))


def question(kind: IndicatorKind = IndicatorKind.FLOW, most: int = 1_000_000) -> Question:
    indicator = Indicator.model_validate(
        {
            "label": "Số cuộc",
            "measure": "cuộc",
            "kind": kind,
            "least": 1 if kind is IndicatorKind.FLOW and most == 50 else 0,
            "most": most,
            "counted_at": ["commune"],
        }
    )
    return Question(number=1, code="TT02", indicator=indicator)


@pytest.fixture
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs["binh_thuan_2024"]


class TestBounds:
    @pytest.mark.parametrize(
        ("number", "key"), [(51, "checks.over_most"), (0, "checks.under_least")]
    )
    def test_a_figure_outside_the_bounds_is_refused_with_the_bound(
        self, number: int, key: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            check_bounds(question(most=50).indicator, value(number))

        assert refused.value.key == key
        assert refused.value.args_for_text["value"] == number

    @pytest.mark.parametrize("answer", [value(1), value(50), MISSING])
    def test_a_figure_within_them_and_none_at_all_pass(self, answer: Answer) -> None:
        check_bounds(question(most=50).indicator, answer)

    def test_yes_and_no_have_no_bounds(self) -> None:
        check_bounds(question(IndicatorKind.YES_NO, most=50).indicator, value(0))


class TestPairs:
    def test_a_part_above_its_whole_is_refused_with_both_figures(self, pack: Pack) -> None:
        answers = {"TT06": value(30), "TT07": value(35)}

        with pytest.raises(PairBroken) as broken:
            check_pairs(pack, answers, "TT07")

        assert [broken.value.part, broken.value.whole] == [Decimal(35), Decimal(30)]
        assert (broken.value.check.part, broken.value.check.whole) == ("TT07", "TT06")

    def test_lowering_the_whole_is_refused_as_well(self, pack: Pack) -> None:
        with pytest.raises(PairBroken):
            check_pairs(pack, {"TT06": value(30), "TT07": value(35)}, "TT06")

    def test_a_pair_that_may_be_broken_is_asked_about(self, pack: Pack) -> None:
        doubt = check_pairs(pack, {"KT06": value(1), "KT07": value(2)}, "KT07")

        assert doubt is not None
        assert doubt.key == "checks.doubt.part_over_whole"
        assert doubt.args["part_code"] == "KT07"

    @pytest.mark.parametrize(
        "answers",
        [
            {"TT06": value(30), "TT07": value(30)},
            {"TT06": MISSING, "TT07": value(30)},
            {"TT07": value(30)},
            {"TT06": ZERO, "TT07": ZERO},
        ],
    )
    def test_equal_and_unknown_figures_break_nothing(
        self, pack: Pack, answers: dict[str, Answer]
    ) -> None:
        assert check_pairs(pack, answers, "TT07") is None

    def test_a_pair_broken_elsewhere_does_not_stop_another_answer(self, pack: Pack) -> None:
        answers = {"TT06": ZERO, "TT07": value(1), "TT02": value(5)}

        assert check_pairs(pack, answers, "TT02") is None
        assert [check.part for check, _, _ in broken_pairs(pack, answers)] == ["TT07"]


class TestDoubts:
    @pytest.mark.parametrize(
        ("before", "now", "key"),
        [
            (800, 12_500, "tenfold"),
            (800, 8_000, "tenfold"),
            (800, 7_999, None),
            (800, 80, "tenth"),
            (800, 81, None),
            (1, 9, None),
            (1, 10, "tenfold"),
            (9, 0, None),
            (0, 500, None),
        ],
    )
    def test_a_figure_ten_times_the_last_or_a_tenth_of_it_is_doubted(
        self, before: int, now: int, key: str | None
    ) -> None:
        doubt = doubt_of(
            question(), value(now), Past(previous={"TT02": value(before)}, same_year={})
        )

        assert (doubt and doubt.key) == (key and f"checks.doubt.{key}")

    def test_the_doubt_tells_how_many_times(self) -> None:
        past = Past(previous={"TT02": value(800)}, same_year={})

        doubt = doubt_of(question(), value(12_500), past)

        assert doubt is not None
        assert dict(doubt.args) == {"value": "12500", "before": "800", "times": 15}

    def test_a_unique_count_of_the_year_cannot_fall(self) -> None:
        past = Past(previous={}, same_year={"TT02": value(8)})

        doubt = doubt_of(question(IndicatorKind.UNIQUE), value(7), past)

        assert doubt is not None
        assert doubt.key == "checks.doubt.fell"
        assert doubt_of(question(IndicatorKind.UNIQUE), value(8), past) is None
        assert doubt_of(question(IndicatorKind.SNAPSHOT), value(7), past) is None

    @pytest.mark.parametrize("answer", [MISSING, ZERO])
    def test_without_figures_there_is_nothing_to_doubt(self, answer: Answer) -> None:
        past = Past(previous={"TT02": value(5)}, same_year={})

        assert doubt_of(question(), answer, past) is None
        assert doubt_of(question(), value(10**6), NOTHING) is None

    def test_yes_and_no_are_never_doubted(self) -> None:
        past = Past(previous={"TT02": value(1)}, same_year={})

        assert doubt_of(question(IndicatorKind.YES_NO), value(0), past) is None

    @given(before=st.integers(1, 10**6), now=st.integers(1, 10**6))
    def test_figures_less_than_tenfold_apart_are_never_doubted(self, before: int, now: int) -> None:
        doubt = doubt_of(
            question(), value(now), Past(previous={"TT02": value(before)}, same_year={})
        )

        far = now >= before * TENFOLD or before >= now * TENFOLD
        assert bool(doubt) == (far and max(before, now) >= 10)


class TestIdentical:
    def test_a_report_equal_to_the_last_is_noticed(self) -> None:
        assert identical({"A": value(5), "B": ZERO}, {"A": value(5), "B": ZERO, "C": value(1)})

    @pytest.mark.parametrize(
        ("now", "before"),
        [
            ({"A": value(5)}, {}),
            ({"A": value(5)}, {"A": value(6)}),
            ({"A": value(5), "B": ZERO}, {"A": value(5), "B": MISSING}),
            ({"A": ZERO}, {"A": ZERO}),
            ({"A": MISSING}, {"A": MISSING}),
        ],
    )
    def test_a_new_figure_or_none_at_all_is_no_copy(
        self, now: dict[str, Answer], before: dict[str, Answer]
    ) -> None:
        assert not identical(now, before)
