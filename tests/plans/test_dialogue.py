"""A draft as a value: what is asked next, where back leads, when it can be sent."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.answers import Outcome, Reading
from plans.dialogue import (
    Answer,
    AnswerState,
    Doubt,
    Draft,
    Question,
    answer_from,
    questions_of,
)
from plans.pack import Pack

DOUBT = Doubt(key="checks.doubt.tenfold", args={"value": "12500", "before": "800", "times": 15})
FIVE = Answer(state=AnswerState.VALUE, value=Decimal(5))
DOUBTED = Answer(state=AnswerState.VALUE, value=Decimal(12500), doubt=DOUBT)


@pytest.fixture(scope="module")
def questions(packs: Mapping[str, Pack]) -> tuple[Question, ...]:
    return questions_of(packs["binh_thuan_2024"], "finance") + tuple(
        Question(number=n, code=f"ZZ{n:02}", indicator=packs["binh_thuan_2024"].indicators["TT02"])
        for n in range(2, 6)
    )


def drafted(questions: tuple[Question, ...], *numbers: int, doubted: tuple[int, ...] = ()) -> Draft:
    answers = {q.code: FIVE for q in questions if q.number in numbers}
    return Draft(
        questions=questions,
        answers=answers | {q.code: DOUBTED for q in questions if q.number in doubted},
    )


def code(questions: tuple[Question, ...], number: int) -> str:
    return questions[number - 1].code


def number(question: Question | None) -> int | None:
    return question.number if question else None


class TestWhatIsAskedNext:
    def test_questions_are_gone_through_in_order(self, questions: tuple[Question, ...]) -> None:
        assert number(drafted(questions).after(None)) == 1
        assert number(drafted(questions, 1).after(code(questions, 1))) == 2

    def test_what_follows_comes_before_what_was_passed(
        self, questions: tuple[Question, ...]
    ) -> None:
        draft = drafted(questions, 3)

        assert number(draft.after(code(questions, 3))) == 4
        assert number(drafted(questions, 3, 4, 5).after(code(questions, 5))) == 1

    def test_a_doubt_is_asked_before_anything_else(self, questions: tuple[Question, ...]) -> None:
        draft = drafted(questions, 1, doubted=(2,))

        assert number(draft.after(code(questions, 4))) == 2

    def test_after_the_last_answer_nothing_is_asked(self, questions: tuple[Question, ...]) -> None:
        draft = drafted(questions, 1, 2, 3, 4, 5)

        assert draft.after(None) is None
        assert draft.ready

    def test_back_leads_to_the_question_before_and_from_the_check_to_the_last(
        self, questions: tuple[Question, ...]
    ) -> None:
        draft = drafted(questions)

        assert number(draft.before(code(questions, 3))) == 2
        assert draft.before(code(questions, 1)) is None
        assert number(draft.before(None)) == 5

    def test_a_returned_report_asks_the_named_questions_only(
        self, questions: tuple[Question, ...]
    ) -> None:
        asked = frozenset({code(questions, 2), code(questions, 4)})
        draft = Draft(
            questions=questions,
            answers={q.code: FIVE for q in questions if q.code not in asked},
            asked=asked,
            base_version=1,
        )

        assert [q.number for q in draft.walk] == [2, 4]
        assert number(draft.after(None)) == 2
        assert number(draft.before(None)) == 4
        assert number(draft.before(code(questions, 4))) == 2


class TestWhatADraftKnows:
    def test_answers_to_dropped_questions_are_ignored(
        self, questions: tuple[Question, ...]
    ) -> None:
        draft = Draft(questions=questions, answers={"XX99": DOUBTED})

        assert (draft.answered, len(draft.unanswered), draft.doubted) == (0, 5, ())

    def test_every_state_is_an_answer_and_a_doubt_is_not_ready(
        self, questions: tuple[Question, ...]
    ) -> None:
        states = dict(zip((q.code for q in questions), AnswerState, strict=False))
        answers = {name: Answer(state=state) for name, state in states.items()}
        draft = Draft(questions=questions, answers=answers)

        assert draft.answered == len(AnswerState)
        assert not drafted(questions, 1, 2, 3, 4, doubted=(5,)).ready

    def test_questions_are_found_by_code_and_by_number(
        self, questions: tuple[Question, ...]
    ) -> None:
        draft = drafted(questions)

        assert draft.question(code(questions, 2)) == draft.numbered(2) == questions[1]
        assert draft.question("XX99") is None
        assert draft.numbered(0) is None

    @given(answered=st.sets(st.integers(1, 5)), doubted=st.sets(st.integers(1, 5)))
    def test_answering_what_is_asked_always_ends_in_a_ready_draft(
        self, questions: tuple[Question, ...], answered: set[int], doubted: set[int]
    ) -> None:
        draft = drafted(questions, *answered, doubted=tuple(doubted))
        asked: list[int] = []
        here: str | None = None

        while (question := draft.after(here)) is not None:
            asked.append(question.number)
            here = question.code
            draft = Draft(questions=questions, answers={**draft.answers, here: FIVE})

        assert draft.ready
        assert sorted(asked) == sorted(doubted | (set(range(1, 6)) - answered))


class TestAnswers:
    def test_zero_missing_and_not_applicable_have_different_numbers(self) -> None:
        numbers = {state: Answer(state=state).number for state in AnswerState}

        assert numbers[AnswerState.ZERO] == 0
        assert numbers[AnswerState.MISSING] is None
        assert numbers[AnswerState.NOT_APPLICABLE] is None

    def test_the_same_figure_is_the_same_whoever_gave_it(self) -> None:
        mine = Answer(state=AnswerState.VALUE, value=Decimal("5.0"), person_id=1, kept=DOUBT)

        assert mine.same_as(FIVE)
        assert not mine.same_as(None)
        assert not Answer(state=AnswerState.MISSING).same_as(
            Answer(state=AnswerState.NOT_APPLICABLE)
        )

    @pytest.mark.parametrize(
        ("reading", "state", "value"),
        [
            (Reading(outcome=Outcome.VALUE, value=12), AnswerState.VALUE, Decimal(12)),
            (Reading(outcome=Outcome.VALUE, value=0), AnswerState.VALUE, Decimal(0)),
            (Reading(outcome=Outcome.ZERO, value=0), AnswerState.ZERO, None),
            (Reading(outcome=Outcome.MISSING), AnswerState.MISSING, None),
            (Reading(outcome=Outcome.NOT_APPLICABLE), AnswerState.NOT_APPLICABLE, None),
        ],
    )
    def test_a_reading_becomes_the_answer_that_it_stands_for(
        self, reading: Reading, state: AnswerState, value: Decimal | None
    ) -> None:
        answer = answer_from(reading)

        assert (answer.state, answer.value) == (state, value)

    @pytest.mark.parametrize("outcome", [Outcome.ASK, Outcome.REFUSE])
    def test_a_question_back_is_no_answer(self, outcome: Outcome) -> None:
        with pytest.raises(KeyError):
            answer_from(Reading(outcome=outcome))
