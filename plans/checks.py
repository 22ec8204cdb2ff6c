"""Bounds and cross-checks: what is refused, and what is asked about once more."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from plans.dialogue import Answer, Answers, AnswerState, Doubt, Question
from plans.errors import Refused
from plans.pack import CrossCheck, Indicator, IndicatorKind, Pack, Severity

TENFOLD = 10
_SMALL = 10  # 1 → 12 is no slip of the finger


class PairBroken(Refused):
    """Say that a part exceeds its whole, with both figures so that a swap can be offered."""

    def __init__(self, check: CrossCheck, part: Decimal, whole: Decimal) -> None:
        super().__init__("checks.part_over_whole", part=part, whole=whole)
        self.check = check
        self.part = part
        self.whole = whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the unit sent before: the last period's answers, and the same year's last ones."""

    previous: Answers
    same_year: Answers


def check_bounds(indicator: Indicator, answer: Answer) -> None:
    """Refuse a figure outside the indicator's bounds."""
    number = answer.number
    if number is None or indicator.kind is IndicatorKind.YES_NO:
        return
    if number > indicator.most:
        raise Refused("checks.over_most", value=number, most=indicator.most)
    if number < indicator.least:
        raise Refused("checks.under_least", value=number, least=indicator.least)


def broken_pairs(pack: Pack, answers: Answers) -> Iterable[tuple[CrossCheck, Decimal, Decimal]]:
    """Yield every cross-check whose part exceeds its whole."""
    for check in pack.checks:
        part, whole = (
            answers[code].number if code in answers else None for code in (check.part, check.whole)
        )
        if part is not None and whole is not None and part > whole:
            yield check, part, whole


def check_pairs(pack: Pack, answers: Answers, code: str) -> Doubt | None:
    """Refuse or doubt a new answer that breaks a pair it belongs to."""
    for check, part, whole in broken_pairs(pack, answers):
        if code not in (check.part, check.whole):
            continue
        if check.severity is Severity.REFUSE:
            raise PairBroken(check, part, whole)
        return Doubt(
            key="checks.doubt.part_over_whole",
            args={
                "part": str(part),
                "whole": str(whole),
                "part_code": check.part,
                "whole_code": check.whole,
            },
        )
    return None


def doubt_of(question: Question, answer: Answer, past: Past) -> Doubt | None:
    """Ask about a figure far from the last period's, or a running count that fell."""
    number = answer.number
    indicator = question.indicator
    if number is None or indicator.kind is IndicatorKind.YES_NO:
        return None
    earlier = past.same_year.get(question.code)
    if indicator.kind is IndicatorKind.UNIQUE and earlier and number < (earlier.number or 0):
        return _doubt("fell", number, earlier.number)
    previous = past.previous.get(question.code)
    before = previous.number if previous else None
    if not before or not number or max(before, number) < _SMALL:
        return None
    if number >= before * TENFOLD:
        return _doubt("tenfold", number, before, times=int(number / before))
    if before >= number * TENFOLD:
        return _doubt("tenth", number, before, times=int(before / number))
    return None


def _doubt(name: str, value: Decimal, before: Decimal | None, **more: int) -> Doubt:
    return Doubt(
        key=f"checks.doubt.{name}", args={"value": str(value), "before": str(before), **more}
    )


def identical(answers: Answers, previous: Answers) -> bool:
    """Say whether every answer equals the last period's, some figure among them not zero."""
    if not previous or any(not a.same_as(previous.get(code)) for code, a in answers.items()):
        return False
    return any(a.state is AnswerState.VALUE and a.number for a in answers.values())
