"""Days and deadlines as a pack writes them: `15/12 năm trước`, `trước ngày 15/6`."""

import re
from abc import abstractmethod
from datetime import date, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

_DAY = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?P<before> năm trước)?")
_DEADLINE = re.compile(
    r"(?P<edge>trước ngày|chậm nhất ngày|đến ngày) (?P<day>\d{1,2})/(?P<month>\d{1,2})"
    r"(?:/(?P<year>\d{4}))?"
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAP = 2024


def _iso(given: object) -> object:
    if not isinstance(given, str):
        return given
    # pydantic alone would also read "86400" as a day: so many seconds after 1970 began
    if not _ISO_DAY.fullmatch(given):
        raise ValueError("write the day as year-month-day, as 2021-06-30")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError("write a day that the calendar has, as 2021-06-30") from None


Day = Annotated[date, BeforeValidator(_iso)]


class Written(BaseModel):
    """A value that a pack writes as one short phrase."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    phrase: ClassVar[re.Pattern[str]]
    advice: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _from_phrase(cls, given: object, about: ValidationInfo) -> object:
        # a pack is read as JSON and writes the phrase; only code may give the parts
        if isinstance(given, cls) or (isinstance(given, dict) and about.mode == "python"):
            return given
        found = cls.phrase.fullmatch(given.strip()) if isinstance(given, str) else None
        if not found:
            raise ValueError(cls.advice)
        return cls.parts(found)

    @model_validator(mode="after")
    def _exists(self) -> Self:
        try:
            self.in_leap_year()
        except ValueError:
            raise ValueError("write a day that the calendar has, as 30/6") from None
        return self

    @abstractmethod
    def in_leap_year(self) -> date:
        """Return the day in its own year or a leap one: 29/2 may be written."""

    @classmethod
    @abstractmethod
    def parts(cls, found: re.Match[str]) -> dict[str, object]:
        """Return the fields that a matched phrase stands for."""

    @model_serializer
    def _to_phrase(self) -> str:
        return str(self)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": f"^{_named_groups_dropped(cls.phrase)}$",
            "description": cls.advice,
        }


def _named_groups_dropped(pattern: re.Pattern[str]) -> str:
    """Return the pattern as ECMAScript reads it: JSON Schema knows no `(?P<name>…)`."""
    return re.sub(r"\?P<\w+>", "", pattern.pattern)


class DayInYear(Written):
    """A day of the plan's year or of the year before."""

    phrase = _DAY
    advice = "write day/month, as 14/6 or 15/12 năm trước"
    day: int
    month: int
    years_before: int = 0

    @classmethod
    def parts(cls, found: re.Match[str]) -> dict[str, object]:
        """Return the fields that a matched phrase stands for."""
        return {
            "day": int(found["day"]),
            "month": int(found["month"]),
            "years_before": 1 if found["before"] else 0,
        }

    def in_leap_year(self) -> date:
        """Return the day in a leap year."""
        return date(_LEAP, self.month, self.day)

    def in_year(self, year: int) -> date:
        """Return the date in a year of the plan."""
        return date(year - self.years_before, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.day}/{self.month}" + (" năm trước" if self.years_before else "")


class Deadline(Written):
    """A deadline: `trước ngày 15/6` excludes the 15th, `chậm nhất ngày`, `đến ngày` include it."""

    phrase = _DEADLINE
    advice = "write trước ngày 15/6, chậm nhất ngày 15/6 or đến ngày 15/6 (a one-off adds /2021)"
    edge: str
    day: int
    month: int
    year: int | None = None

    @classmethod
    def parts(cls, found: re.Match[str]) -> dict[str, object]:
        """Return the fields that a matched phrase stands for."""
        year = int(found["year"]) if found["year"] else None
        return {
            "edge": found["edge"],
            "day": int(found["day"]),
            "month": int(found["month"]),
            "year": year,
        }

    def in_leap_year(self) -> date:
        """Return the day in its own year, or in a leap year."""
        return date(self.year or _LEAP, self.month, self.day)

    @property
    def exclusive(self) -> bool:
        """Say whether the named day is already too late."""
        return self.edge == "trước ngày"

    def named_day(self, year: int) -> date:
        """Return the day that the document names."""
        return date(self.year or year, self.month, self.day)

    def last_day(self, year: int) -> date:
        """Return the last day that the words allow."""
        return self.named_day(year) - timedelta(days=1 if self.exclusive else 0)

    def __str__(self) -> str:
        return f"{self.edge} {self.day}/{self.month}" + (f"/{self.year}" if self.year else "")
