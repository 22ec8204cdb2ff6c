"""The types of a plan pack: one province's plan as data, each demand with its source clause."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from plans.answers import AnswerKind
from plans.moments import Day, DayInYear, Deadline
from plans.reminder_rules import ReminderRules, Strict
from plans.targets import Target
from plans.units import Unit, UnitTree

Code = Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Words(Strict):
    """Text of a pack in Vietnamese, and in English where the pack gives it."""

    vi: str = Field(min_length=1)
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_vietnamese(cls, given: object) -> object:
        return {"vi": given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        both = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "string", "minLength": 1}, dict(both)]}

    def in_language(self, language: str) -> str:
        """Return the words in a language, Vietnamese where there are none."""
        return (self.en if language == "en" else self.vi) or self.vi


class Sourced(Strict):
    """What the document says, word for word, and how far it can be relied on."""

    quote: str = ""
    inferred: bool = False
    needs_confirmation: str = ""


class IndicatorKind(StrEnum):
    """How a figure behaves over periods."""

    YES_NO = "yes_no"
    FLOW = "flow"
    SNAPSHOT = "snapshot"
    UNIQUE = "unique"


class Indicator(Sourced):
    """One statistical indicator: what is counted, in what, at which level."""

    label: Words
    ask: Words | None = None
    help: Words | None = None
    measure: Words
    kind: IndicatorKind
    money: bool = False
    least: int = Field(0, ge=0)
    most: int = Field(1_000_000, gt=0)
    sensitive: bool = False
    counted_at: tuple[Key, ...] = Field(min_length=1)

    @property
    def answer_kind(self) -> AnswerKind:
        """Say how an answer to this indicator is read."""
        if self.kind is IndicatorKind.YES_NO:
            return AnswerKind.YES_NO
        return AnswerKind.MONEY if self.money else AnswerKind.COUNT

    @property
    def cumulative(self) -> bool:
        """Say whether each answer already covers the year so far."""
        return self.kind in (IndicatorKind.SNAPSHOT, IndicatorKind.UNIQUE)


class Form(Strict):
    """What one type of unit is asked, in order."""

    title: Words
    questions: tuple[Code, ...] = Field(min_length=1, max_length=40)


class Obligation(StrEnum):
    """Whether a unit must report or is invited to."""

    REQUIRED = "required"
    INVITED = "invited"


class UnitType(Sourced):
    """A kind of unit: its form, and whether it must report or is invited to.

    `body` names the office that reports, as `UBND {name}`.
    """

    name: Words
    body: str = "{name}"
    obligation: Obligation
    form: Key


class UnitCount(Sourced):
    """How many units of a type the province documents, where the list is incomplete."""

    type: Key
    first: Day | None = None
    last: Day | None = None
    count: int = Field(gt=0)


class NamedList(Sourced):
    """Units that the document names for a target."""

    name: Words
    units: tuple[str, ...] = Field(min_length=1)


class Severity(StrEnum):
    """What a broken cross-check does: stops the report, or asks."""

    REFUSE = "refuse"
    ASK = "ask"


class CrossCheck(Strict):
    """A relation between two answers of one form: `part` may not exceed `whole`."""

    part: Code
    whole: Code
    severity: Severity = Severity.REFUSE
    reason: Words | None = None


class PeriodKind(StrEnum):
    """The kinds of reporting period."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    ONE_OFF = "one_off"


class RecurringPeriod(Sourced):
    """A period that comes every year of the plan."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]
    kind: PeriodKind
    first: DayInYear = Field(alias="from")
    last: DayInYear = Field(alias="to")
    deadline: Deadline
    grace_days: int | None = Field(None, ge=0, le=31)
    lock_days: int | None = Field(None, ge=0, le=365)
    years: tuple[int, ...] = ()
    unit_types: tuple[Key, ...] = ()


class OneOff(Sourced):
    """An obligation with a single date."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]
    title: Words
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    deadline: Deadline
    form: Key
    grace_days: int | None = Field(None, ge=0, le=31)
    lock_days: int | None = Field(None, ge=0, le=365)
    unit_types: tuple[Key, ...] = ()


class CalendarRules(Strict):
    """When reports are due; days of grace and lock are counted from the deadline's date.

    A period opens `open_days` before the last day on which a report is on time.
    """

    grace_days: int = Field(0, ge=0, le=31)
    lock_days: int = Field(10, ge=0, le=365)
    open_days: int = Field(14, ge=0, le=365)
    reminders: ReminderRules = ReminderRules()
    recurring: tuple[RecurringPeriod, ...] = ()
    one_off: tuple[OneOff, ...] = ()


class Body(Strict):
    """An office as letters name it."""

    name: str = Field(min_length=1)
    short: str = Field(min_length=1)


class Recipient(Sourced):
    """To whom reports are addressed, and through whom they pass."""

    to: str = Field(min_length=1)
    via: str = ""


class Emulation(Sourced):
    """Where a plan lets such work count when units are judged for emulation, and in which words."""

    clause: str = Field(min_length=1)


class Document(Strict):
    """The plan's own document; what the copy lacks stays empty."""

    number: str = ""
    date: Day | None = None  # `Day`, as the field hides the type `date`
    place: str = ""


class Province(Strict):
    """The province by its General Statistics Office code."""

    code: Annotated[str, Field(pattern=r"^\d{2}$")]
    name: str = Field(min_length=1)


class Pack(Strict):
    """A whole plan."""

    id: Key
    title: Words
    short_title: Words
    province: Province
    issuer: str
    document: Document
    legal_bases: tuple[str, ...] = ()
    valid_from: Day
    valid_to: Day
    coordinator: Body
    recipient: Recipient
    emulation: Emulation | None = None
    unit_types: Mapping[Key, UnitType] = Field(min_length=1)
    units: tuple[Unit, ...] = Field(min_length=1)
    unit_counts: tuple[UnitCount, ...] = ()
    lists: Mapping[Key, NamedList] = {}
    indicators: Mapping[Code, Indicator] = Field(min_length=1)
    forms: Mapping[Key, Form] = Field(min_length=1)
    checks: tuple[CrossCheck, ...] = ()
    targets: tuple[Target, ...] = ()
    no_targets_note: Words | None = None
    calendar: CalendarRules
    notes: tuple[str, ...] = ()

    @cached_property
    def tree(self) -> UnitTree:
        """Return the plan's units as a tree."""
        return UnitTree(self.units)

    def obligation(self, unit: Unit) -> Obligation:
        """Say whether a unit must report or is invited to."""
        return self.unit_types[unit.type].obligation

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to: write a day that is not before valid_from")
        return self
