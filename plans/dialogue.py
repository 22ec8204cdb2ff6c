"""A draft as a value: what is answered, what to ask next, where back leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from plans.answers import Outcome, Reading
from plans.calendar import Period
from plans.pack import Indicator, Pack

# A smaller count of people may point at somebody.
SMALL_BELOW = 5


class AnswerState(StrEnum):
    """Four things that are never confused."""

    VALUE = "value"
    ZERO = "zero"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why an answer is asked about once more: a locale key and what its sentence needs."""

    key: str
    args: Mapping[str, str | int]

    @property
    def compares(self) -> frozenset[str]:
        """Return the codes of the two answers of a form that it sets side by side, if it does."""
        codes = (self.args.get("part_code"), self.args.get("whole_code"))
        return frozenset(str(code) for code in codes if code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; a doubted one waits for a yes, a kept one was confirmed in spite of `kept`."""

    state: AnswerState
    value: Decimal | None = None
    doubt: Doubt | None = None
    kept: Doubt | None = None
    person_id: int | None = None
    at: datetime | None = None

    @property
    def number(self) -> Decimal | None:
        """Return the figure, 0 for nothing occurred, None where there is none."""
        return Decimal(0) if self.state is AnswerState.ZERO else self.value

    @property
    def small(self) -> bool:
        """Say whether it is a count so small that it may point at somebody."""
        return self.number is not None and 0 < self.number < SMALL_BELOW

    def same_as(self, other: "Answer | None") -> bool:
        """Say whether two answers state the same figure."""
        return other is not None and (self.state, self.number) == (other.state, other.number)


Answers = Mapping[str, Answer]


def answer_from(reading: Reading) -> Answer:
    """Return the answer that a reading stands for; it must be a value or a state."""
    states = {
        Outcome.VALUE: AnswerState.VALUE,
        Outcome.ZERO: AnswerState.ZERO,
        Outcome.MISSING: AnswerState.MISSING,
        Outcome.NOT_APPLICABLE: AnswerState.NOT_APPLICABLE,
    }
    value = Decimal(reading.value) if reading.outcome is Outcome.VALUE and reading.value else None
    if reading.outcome is Outcome.VALUE and reading.value == 0:
        value = Decimal(0)
    return Answer(state=states[reading.outcome], value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a form, numbered from 1."""

    number: int
    code: str
    indicator: Indicator


def questions_in(pack: Pack, period: Period, unit: str) -> tuple[Question, ...]:
    """Return what a unit is asked in a period."""
    return questions_of(pack, period.form or pack.unit_types[pack.tree[unit].type].form)


def questions_of(pack: Pack, form: str) -> tuple[Question, ...]:
    """Return the questions of a form in order."""
    codes = pack.forms[form].questions
    return tuple(
        Question(number=number, code=code, indicator=pack.indicators[code])
        for number, code in enumerate(codes, start=1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Answers in progress for one unit and period; answers to dropped questions are ignored.

    `asked` limits the walk to questions that a coordinator returned; `base_version` is the
    report that is being corrected, 0 for a first one.
    """

    questions: tuple[Question, ...]
    answers: Answers = field(default_factory=dict)
    asked: frozenset[str] | None = None
    base_version: int = 0

    def question(self, code: str) -> Question | None:
        """Return a question by its code."""
        return next((q for q in self.questions if q.code == code), None)

    def numbered(self, number: int) -> Question | None:
        """Return a question by its number."""
        return next((q for q in self.questions if q.number == number), None)

    @property
    def walk(self) -> tuple[Question, ...]:
        """Return the questions that are gone through one by one; there is always one."""
        named = tuple(q for q in self.questions if self.asked and q.code in self.asked)
        return named or self.questions

    @property
    def answered(self) -> int:
        """Count the questions that have an answer of any state."""
        return sum(q.code in self.answers for q in self.questions)

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """Return the questions without an answer."""
        return tuple(q for q in self.questions if q.code not in self.answers)

    @property
    def doubted(self) -> tuple[Question, ...]:
        """Return the questions whose answer waits for a confirmation."""
        return tuple(
            q for q in self.questions if q.code in self.answers and self.answers[q.code].doubt
        )

    @property
    def ready(self) -> bool:
        """Say whether nothing stands in the way of sending."""
        return not self.unanswered and not self.doubted

    def after(self, code: str | None) -> Question | None:
        """Return what to ask next: a doubt, then what follows unanswered, then what was passed."""
        if self.doubted:
            return self.doubted[0]
        open_ones = [q for q in self.walk if q.code not in self.answers] or list(self.unanswered)
        here = self.question(code) if code else None
        later = [q for q in open_ones if here and q.number > here.number]
        return next(iter(later or open_ones), None)

    def before(self, code: str | None) -> Question | None:
        """Return the question before one in the walk; before the check card comes the last."""
        here = self.question(code) if code else None
        earlier = [q for q in self.walk if here is None or q.number < here.number]
        return earlier[-1] if earlier else None
