"""A whole report in one message: taken apart without guessing, whatever stands in it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.answers import AnswerKind, Outcome, read
from plans.dialogue import Question, questions_of
from plans.one_message import OneMessage, parse
from plans.pack import Pack

LC, BT = "lai_chau_2021_2025", "binh_thuan_2024"


@pytest.fixture(scope="module")
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs[LC]


@pytest.fixture(scope="module")
def questions(pack: Pack) -> tuple[Question, ...]:
    return questions_of(pack, pack.unit_types["commune"].form)


def taken(found: OneMessage | None) -> dict[str, str]:
    assert found is not None
    assert len({entry.question.code for entry in found.entries}) == len(found.entries)
    return {entry.question.code: entry.text for entry in found.entries}


def codes(questions: tuple[Question, ...]) -> list[str]:
    return [question.code for question in questions]


class TestInOrder:
    def test_answers_stand_in_the_order_of_the_form(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        found = taken(parse("BC 15 1250 có 30 25 2 0 -", pack, questions))

        assert list(found) == codes(questions)
        assert list(found.values()) == ["15", "1250", "có", "30", "25", "2", "0", "-"]

    def test_a_pair_is_written_with_a_stroke_part_first(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        found = taken(parse("bc 15 1250 có 30/35 2 0 -", pack, questions))

        assert (found["TT06"], found["TT07"]) == ("35", "30")
        assert len(found) == 8

    def test_a_stroke_where_the_form_has_no_pair_is_left_to_the_reader(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        assert taken(parse("bc 15/20 3", pack, questions)) == {"TT02": "15/20", "TT03": "3"}

    @pytest.mark.parametrize("start", ["BC", "bc:", "Báo cáo", "bao cao", "BAOCAO", " bc."])
    def test_it_begins_as_officers_begin_it(
        self, pack: Pack, questions: tuple[Question, ...], start: str
    ) -> None:
        assert taken(parse(f"{start} 15 1250", pack, questions)) == {"TT02": "15", "TT03": "1250"}

    @pytest.mark.parametrize("between", ["; ", "\n", " | ", ";\n"])
    def test_separated_answers_may_have_spaces(
        self, pack: Pack, questions: tuple[Question, ...], between: str
    ) -> None:
        found = taken(parse("BC " + between.join(["15", "chưa có", "1 234"]), pack, questions))

        assert list(found.values()) == ["15", "chưa có", "1 234"]

    @pytest.mark.parametrize("text", ["BC 15;;3", "bc 15 | | 3;", "BC\t15\t\t3", "BC\n15; ;3\n"])
    def test_an_empty_answer_keeps_its_place(
        self, pack: Pack, questions: tuple[Question, ...], text: str
    ) -> None:
        found = taken(parse(text, pack, questions))

        assert list(found.items()) == [("TT02", "15"), (questions[2].code, "3")]

    def test_what_is_too_much_is_counted(self, pack: Pack, questions: tuple[Question, ...]) -> None:
        found = parse("BC 1 2 3 4 5 6 7 8 9 10", pack, questions)

        assert found is not None
        assert (len(found.entries), found.too_many) == (8, 2)


class TestByCode:
    @pytest.mark.parametrize(
        "text",
        [
            "TT02=15 TT03=1.250",
            "tt02: 15, tt03: 1.250",
            "TT02 15\nTT03 1.250",
            "TT03=1.250; TT02=15",
            "BC TT02 = 15 TT03 = 1.250",
        ],
    )
    def test_codes_come_in_any_order_and_writing(
        self, pack: Pack, questions: tuple[Question, ...], text: str
    ) -> None:
        assert taken(parse(text, pack, questions)) == {"TT02": "15", "TT03": "1.250"}

    def test_an_answer_may_have_several_words(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        found = taken(parse("TT02 chưa có số liệu TT03 1 250", pack, questions))

        assert found == {"TT02": "chưa có số liệu", "TT03": "1 250"}

    def test_what_fits_no_question_is_told(
        self, packs: Mapping[str, Pack], questions: tuple[Question, ...]
    ) -> None:
        found = parse("gửi chị TT02=15 TH01=3", packs[LC], questions)

        assert found is not None
        assert taken(found) == {"TT02": "15"}
        assert found.unknown == ("gửi chị", "TH01")

    def test_a_code_that_no_plan_knows_is_part_of_the_answer(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        assert taken(parse("TT02=15 QQ99", pack, questions)) == {"TT02": "15 QQ99"}

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("TT02-5", "5"),
            ("TT02 - 5", "5"),
            ("TT02 – chưa có", "chưa có"),
            ("TT02 -5", "-5"),
            ("TT02=-5", "-5"),
            ("TT02 -", "-"),
            ("TT02-", "-"),
        ],
    )
    def test_a_hyphen_parts_or_is_a_sign_or_the_answer(
        self, pack: Pack, questions: tuple[Question, ...], text: str, answer: str
    ) -> None:
        assert taken(parse(text, pack, questions)) == {"TT02": answer}

    @pytest.mark.parametrize(
        ("first", "second"), [("5", "6"), ("chưa", "có"), ("-", "5"), ("1 tỷ", "2"), ("5", "05")]
    )
    @pytest.mark.parametrize("kind", list(AnswerKind))
    def test_two_answers_to_one_question_are_never_chosen_between(
        self,
        pack: Pack,
        questions: tuple[Question, ...],
        kind: AnswerKind,
        first: str,
        second: str,
    ) -> None:
        found = taken(parse(f"TT02={first}\nTT03=7\nTT02={second}", pack, questions))

        assert read(found["TT02"], kind).outcome in (Outcome.ASK, Outcome.REFUSE)
        assert found["TT03"] == "7"

    def test_one_answer_given_twice_is_one_answer(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        assert taken(parse("TT02=5; TT02=5", pack, questions)) == {"TT02": "5"}


class TestByNumber:
    @pytest.mark.parametrize(
        "text",
        ["1) 15\n2) 1.250", "1. 15\n2. 1.250", "câu 1: 15; câu 2: 1.250", "bc 1: 15 2: 1.250"],
    )
    def test_answers_may_be_numbered(
        self, pack: Pack, questions: tuple[Question, ...], text: str
    ) -> None:
        assert taken(parse(text, pack, questions)) == {"TT02": "15", "TT03": "1.250"}

    def test_a_number_that_the_form_lacks_is_told(
        self, pack: Pack, questions: tuple[Question, ...]
    ) -> None:
        found = parse("1) 15\n9) 3", pack, questions)

        assert found is not None
        assert found.unknown == ("9",)


class TestOthers:
    @pytest.mark.parametrize(
        "text",
        ["15", "1.250", "30/35", "chưa có số liệu", "quay lại", "", "bc", "1: 15", "/baocao"],
    )
    def test_a_plain_answer_is_no_report(
        self, pack: Pack, questions: tuple[Question, ...], text: str
    ) -> None:
        assert parse(text, pack, questions) is None

    @given(text=st.text(max_size=60))
    def test_no_text_breaks_it(self, packs: Mapping[str, Pack], text: str) -> None:
        pack = packs[BT]
        questions = questions_of(pack, "commune")

        for beginning in ("", "BC ", "TT02="):
            found = parse(beginning + text, pack, questions)
            if found:
                assert len(found.entries) <= len(questions) or beginning == "TT02="

    @given(figures=st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
    def test_whole_figures_are_never_changed(
        self, packs: Mapping[str, Pack], figures: list[int]
    ) -> None:
        pack = packs[LC]
        questions = questions_of(pack, pack.unit_types["commune"].form)
        written = [str(figure) for figure in figures]

        in_order = taken(parse("BC " + " ".join(written), pack, questions))
        by_code = taken(
            parse(
                " ".join(f"{q.code}={text}" for q, text in zip(questions, written, strict=False)),
                pack,
                questions,
            )
        )

        assert list(in_order.values()) == list(by_code.values()) == written
