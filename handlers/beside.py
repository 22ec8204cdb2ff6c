"""A unit's answers beside those of the period before and of the same period a year ago."""

from collections.abc import Mapping
from dataclasses import dataclass

from documents import wording
from documents.figures import Reader
from documents.masking import hidden_text
from handlers.turn import Turn
from plans.calendar import Period
from plans.dialogue import Answer, Answers, Question
from plans.pack import IndicatorKind
from plans.people import Action, Role
from storage import reports
from storage.drafts import Key
from storage.masked import hidden_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a report: the last one that the unit sent before, and last year's.

    `hidden` is what the reader is not told of the report, and so of those beside it.
    """

    before: Answers
    last_year: Answers
    name: str = ""
    hidden: frozenset[str] = frozenset()
    hidden_before: frozenset[str] = frozenset()
    hidden_last_year: frozenset[str] = frozenset()


def beside(turn: Turn, role: Role, period: Period, unit: str) -> Beside:
    """Read what a unit's report is compared with; a report on request stands alone."""
    hidden = hidden_from(turn, role, unit)
    if period.form:
        return Beside(before={}, last_year={}, hidden=hidden.get(period.id, frozenset()))
    before, earlier = {}, None
    for earlier in turn.world.before(role.plan, period):
        before = _answers(turn, role.plan, earlier, unit)
        if before:
            break
    year_ago = _year_ago(turn, role.plan, period)
    return Beside(
        before=before,
        last_year=_answers(turn, role.plan, year_ago, unit) if year_ago else {},
        name=wording.period_name(turn.language, earlier) if earlier and before else "",
        hidden=hidden.get(period.id, frozenset()),
        hidden_before=hidden.get(earlier.id, frozenset()) if earlier else frozenset(),
        hidden_last_year=hidden.get(year_ago.id, frozenset()) if year_ago else frozenset(),
    )


def hidden_from(turn: Turn, role: Role, unit: str) -> dict[str, frozenset[str]]:
    """Return by period which of a unit's answers a role is not told."""
    if turn.may(role, Action.SEE_UNMASKED, unit):
        return {}
    found: dict[str, frozenset[str]] = {}
    calendar = turn.world.calendars[role.plan]
    for period, _, code in hidden_answers(turn.connection, turn.pack(role), calendar, unit):
        found[period] = found.get(period, frozenset()) | {code}
    return found


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
        self._turn, self._unit, self._past = turn, unit, past
        self._reader = Reader(pack=turn.pack(role), role=role)

    def line(self, question: Question, answers: Mapping[str, Answer]) -> str:
        """Write one answer with those beside it; a change of half or more is marked."""
        label = question.indicator.label.in_language(self._turn.language)
        answer = answers.get(question.code)
        past, code = self._past, question.code
        text = f"{question.number}. {label}: {self._figure(question, answer, past.hidden)}"
        notes = [
            self._note(key, question, answer, theirs[code], hidden)
            for key, theirs, hidden in (
                ("unit.before", past.before, past.hidden_before),
                ("unit.last_year", past.last_year, past.hidden_last_year),
            )
            if code in theirs
        ]
        return f"{text} ({'; '.join(notes)})" if notes else text

    def changed(self, question: Question, answers: Mapping[str, Answer]) -> str:
        """Write what became of one answer since the period before, "" where nothing did."""
        answer, before = answers.get(question.code), self._past.before.get(question.code)
        if answer is None or before is None:
            return ""
        hidden = question.code in self._past.hidden | self._past.hidden_before
        if answer.same_as(before) and not hidden:  # that two hidden ones are equal tells of them
            return ""
        label = question.indicator.label.in_language(self._turn.language)
        then = self._past.hidden_before
        was = self._figure(question, before, then)
        now = self._figure(question, answer, self._past.hidden)
        growth = self._growth(question, answer, before, then)
        return f"{question.number}. {label}: {was} → {now}{growth}"

    def _note(
        self,
        key: str,
        question: Question,
        answer: Answer | None,
        other: Answer,
        hidden: frozenset[str],
    ) -> str:
        words = self._turn.text(key, value=self._figure(question, other, hidden))
        return words + self._growth(question, answer, other, hidden)

    def _growth(
        self, question: Question, answer: Answer | None, other: Answer, hidden: frozenset[str]
    ) -> str:
        """Mark a notable change, unless it would give away a figure that is not shown."""
        masked = question.code in self._past.hidden | hidden
        if answer is None or masked or question.indicator.kind is IndicatorKind.YES_NO:
            return ""
        change = wording.change(self._turn.language, answer.number, other.number)
        if not change or answer.number is None or other.number is None:
            return ""
        way = "up" if answer.number > other.number else "down"
        return f"{change} {self._turn.text(f'unit.notable.{way}')}"

    def _figure(self, question: Question, answer: Answer | None, hidden: frozenset[str]) -> str:
        cell = self._reader.cell(question.code, self._unit, answer, hidden=question.code in hidden)
        language = self._turn.language
        return hidden_text(language, cell) or wording.figure(language, question, answer)
