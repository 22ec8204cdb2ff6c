"""Receipts: the same content, the same code; another content, another."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.calendar import Period, calendar_of, whole_calendar
from plans.dialogue import Answer, AnswerState
from plans.pack import Pack
from plans.receipts import looks_like_receipt, period_code, receipt
from plans.working_days import WorkingDays

SENT = "2024-06-12T09:12:00+07:00"
ANSWERS = {
    "TT02": Answer(state=AnswerState.VALUE, value=Decimal(15)),
    "TT03": Answer(state=AnswerState.ZERO),
    "TT01": Answer(state=AnswerState.MISSING),
}


@pytest.fixture(scope="module")
def period(packs: Mapping[str, Pack]) -> Period:
    return calendar_of(packs["binh_thuan_2024"], 2024, WorkingDays())[1]


def made(period: Period, **other: object) -> str:
    parts: dict[str, object] = {
        "plan": "binh_thuan_2024",
        "unit": "22915",
        "version": 1,
        "sent": SENT,
        "answers": ANSWERS,
    }
    return receipt(period=period, **(parts | other))  # type: ignore[arg-type]


class TestReceipts:
    def test_it_tells_period_and_unit(self, period: Period) -> None:
        assert made(period).startswith("BC-24Q2-22915-")
        assert looks_like_receipt(made(period))

    @pytest.mark.parametrize(
        ("plan", "year", "codes"),
        [
            ("binh_thuan_2024", 2024, ["24Q1", "24Q2", "24Q3", "24Q4"]),
            ("lai_chau_2021_2025", 2025, ["25T6", "25N"]),
            ("quang_ninh_2021_2025", 2021, ["21KH2021", "21N"]),
        ],
    )
    def test_each_kind_of_period_has_its_code(
        self, packs: Mapping[str, Pack], plan: str, year: int, codes: list[str]
    ) -> None:
        assert [period_code(p) for p in calendar_of(packs[plan], year, WorkingDays())] == codes

    def test_no_two_periods_of_a_plan_share_a_code(self, packs: Mapping[str, Pack]) -> None:
        for pack in packs.values():
            codes = [period_code(p) for p in whole_calendar(pack, WorkingDays())]
            assert len(codes) == len(set(codes)), pack.id

    def test_whoever_holds_the_report_computes_it_again(self, period: Period) -> None:
        shuffled = dict(reversed(ANSWERS.items()))
        stored = shuffled | {"TT02": Answer(state=AnswerState.VALUE, value=Decimal("15"))}
        noticed = {code: replace(answer, person_id=7) for code, answer in stored.items()}

        assert made(period) == made(period, answers=noticed)

    @pytest.mark.parametrize(
        "other",
        [
            {"plan": "lai_chau_2013"},
            {"version": 2},
            {"sent": SENT.replace("09:12", "09:13")},
            {"answers": ANSWERS | {"TT02": Answer(state=AnswerState.VALUE, value=Decimal(16))}},
            {"answers": ANSWERS | {"TT03": Answer(state=AnswerState.MISSING)}},
            {"answers": {"TT02": ANSWERS["TT02"]}},
        ],
    )
    def test_any_change_of_the_content_shows(
        self, period: Period, other: dict[str, object]
    ) -> None:
        assert made(period, **other) != made(period)

    @given(figure=st.integers(1, 10**9), version=st.integers(1, 99))
    def test_every_receipt_looks_like_one_and_is_easy_to_read_out(
        self, period: Period, figure: int, version: int
    ) -> None:
        answers = {"TT02": Answer(state=AnswerState.VALUE, value=Decimal(figure))}

        mark = made(period, answers=answers, version=version)

        assert looks_like_receipt(mark)
        assert looks_like_receipt(f" {mark.lower()} ")
        assert not set(mark.rsplit("-", 1)[1]) & set("01IO")

    @pytest.mark.parametrize("text", ["", "BC", "BC 15 1250", "BC-24Q2-22915", "24Q2-22915-ABCD"])
    def test_other_texts_do_not(self, text: str) -> None:
        assert not looks_like_receipt(text)
