"""A unit's answers beside those of the period before and of the same period a year ago."""

from collections.abc import Mapping
from dataclasses import dataclass

from documents import wording
from documents.figures import Reader
from handlers.turn import Turn
from plans.calendar import Period
from plans.dialogue import SMALL_BELOW, Answer, Answers, Question
from plans.pack import IndicatorKind
from plans.people import Role
from storage import reports
from storage.drafts import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a report: the last one that the unit sent before, and last year's."""

    before: Answers
    last_year: Answers
    name: str = ""


def beside(turn: Turn, role: Role, period: Period, unit: str) -> Beside:
    """Read what a unit's report is compared with; a report on request stands alone."""
    if period.form:
        return Beside(before={}, last_year={})
    before, name = {}, ""
    for earlier in turn.world.before(role.plan, period):
        before = _answers(turn, role.plan, earlier, unit)
        if before:
            name = wording.period_name(turn.language, earlier)
            break
    year_ago = _year_ago(turn, role.plan, period)
    last_year = _answers(turn, role.plan, year_ago, unit) if year_ago else {}
    return Beside(before=before, last_year=last_year, name=name)


def _answers(turn: Turn, plan: str, period: Period, unit: str) -> dict[str, Answer]:
    report = reports.latest(turn.connection, Key(plan=plan, period=period.id, unit=unit))
    return reports.answers_of(turn.connection, report.id) if report else {}


def _year_ago(turn: Turn, plan: str, period: Period) -> Period | None:
    mine = period.parts[-1]
    for other in turn.world.calendars[plan]:
        last = other.parts[-1]
        same = (last.kind, last.ordinal) == (mine.kind, mine.ordinal)
        if same and other.year == period.year - 1 and not other.form:
            return other
    return None


class Compared:
    """Writes a unit's answers in lines as one reader may see them."""

    def __init__(self, turn: Turn, role: Role, unit: str, past: Beside) -> None:
        self._turn, self._unit, self._past = turn, turn.pack(role).tree[unit], past
        self._reader = Reader(pack=turn.pack(role), role=role)

    def line(self, question: Question, answers: Mapping[str, Answer]) -> str:
        """Write one answer with those beside it; a change of half or more is marked."""
        label = question.indicator.label.in_language(self._turn.language)
        answer = answers.get(question.code)
        text = f"{question.number}. {label}: {self._figure(question, answer)}"
        notes = [
            note
            for key, other in (
                ("unit.before", self._past.before.get(question.code)),
                ("unit.last_year", self._past.last_year.get(question.code)),
            )
            if other is not None
            for note in [self._note(key, question, answer, other)]
        ]
        return f"{text} ({'; '.join(notes)})" if notes else text

    def changed(self, question: Question, answers: Mapping[str, Answer]) -> str:
        """Write what became of one answer since the period before, "" where nothing did."""
        answer, before = answers.get(question.code), self._past.before.get(question.code)
        if answer is None or before is None or answer.same_as(before):
            return ""
        label = question.indicator.label.in_language(self._turn.language)
        was, now = self._figure(question, before), self._figure(question, answer)
        return f"{question.number}. {label}: {was} → {now}{self._growth(question, answer, before)}"

    def _note(self, key: str, question: Question, answer: Answer | None, other: Answer) -> str:
        words = self._turn.text(key, value=self._figure(question, other))
        return words + self._growth(question, answer, other)

    def _growth(self, question: Question, answer: Answer | None, other: Answer) -> str:
        """Mark a notable change, unless it would give away a figure that is not shown."""
        masked = self._masked(question, other) or (answer and self._masked(question, answer))
        if answer is None or masked or question.indicator.kind is IndicatorKind.YES_NO:
            return ""
        change = wording.change(self._turn.language, answer.number, other.number)
        return f"{change} {self._turn.text('unit.notable')}" if change else ""

    def _masked(self, question: Question, answer: Answer) -> bool:
        return self._reader.masked(question.code, self._unit, answer)

    def _figure(self, question: Question, answer: Answer | None) -> str:
        if answer and self._masked(question, answer):
            return self._turn.text("figures.masked", below=SMALL_BELOW)
        return wording.figure(self._turn.language, question, answer)
