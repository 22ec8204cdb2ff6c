"""What reading a typed answer can end in; the reading itself is in `plans.answers`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

LONGEST = 200
MOST_DIGITS = 9


class AnswerKind(StrEnum):
    """What a question asks for; money is in million đồng and may have a fraction."""

    COUNT = "count"
    YES_NO = "yes_no"
    MONEY = "money"


class Outcome(StrEnum):
    """What an answer turned out to be; zero, missing and not applicable are never confused."""

    VALUE = "value"
    ZERO = "zero"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading: a value, a state, a question back with its options, or a refusal."""

    outcome: Outcome
    value: int | Decimal | None = None
    hint: str | None = None
    args: Mapping[str, object] = field(default_factory=dict)
    options: tuple[int | Decimal, ...] = ()


def given(amount: Decimal | int) -> Reading:
    """Read an amount that is certain."""
    value = short(amount)
    return Reading(outcome=Outcome.VALUE if value else Outcome.ZERO, value=value)


def asked(hint: str, *amounts: Decimal | int) -> Reading:
    """Ask back, offering each amount once; the first is the sentence's {value}."""
    options = tuple(dict.fromkeys(short(amount) for amount in amounts))
    args = {"value": options[0]} if options else {}
    return Reading(outcome=Outcome.ASK, hint=f"answers.ask.{hint}", args=args, options=options)


def refused(hint: str, **args: object) -> Reading:
    """Refuse with what to do instead."""
    return Reading(outcome=Outcome.REFUSE, hint=f"answers.refuse.{hint}", args=args)


def short(amount: Decimal | int) -> int | Decimal:
    """Write a whole amount as an int, and another so that it reads back as itself."""
    exact = Decimal(amount)
    if exact == exact.to_integral_value():
        return int(exact)
    brief = exact.normalize()
    # "1,234" would be taken for a thousand, "1,2340" is not.
    return brief.quantize(Decimal("1.0000")) if brief.as_tuple().exponent == -3 else brief
