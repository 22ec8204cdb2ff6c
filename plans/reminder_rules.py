"""The ladder of reminders as a pack writes it: on which days, at what hour, and who is told."""

from datetime import time
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator
from pydantic.json_schema import WithJsonSchema


class Strict(BaseModel):
    """A part of a pack: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _hour(given: object) -> object:
    if isinstance(given, time):
        return given
    try:
        moment = time.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None or len(str(given)) != 5:
        raise ValueError('write the hour as "08:00", in quotation marks')
    return moment


Hour = Annotated[
    time,
    BeforeValidator(_hour),
    PlainSerializer(lambda hour: f"{hour:%H:%M}"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}$"}),
]
# Days from the last day on which a report is on time: -7 is a week before, 1 the day after.
Days = tuple[Annotated[int, Field(ge=-365, le=365)], ...]


class ReminderRules(Strict):
    """When reporters are reminded and coordinators told, in days from the deadline's last day.

    The opening of a period is always told to both, and its lock to coordinators. From the day that
    `colleagues`, `above` and `coordinator` name, a unit that has not sent is told of to its other
    focal points, to the unit above it, and to the coordinator; 0 leaves that out.
    """

    at: Hour = time(8)
    quiet_from: Hour = time(20)
    quiet_to: Hour = time(7)
    days: Days = (-7, -3, -1, 0, 1, 3, 7)
    invited_days: Days = (-7, -1)
    colleagues: int = Field(1, ge=0, le=365)
    above: int = Field(3, ge=0, le=365)
    coordinator: int = Field(7, ge=0, le=365)
    digest_days: Days = (-7, -3, -1, 0, 1)
    digest_last_at: Hour = time(16)
    nudge_again_hours: int = Field(24, ge=0, le=720)

    @model_validator(mode="after")
    def _told_while_awake(self) -> Self:
        for name in ("at", "digest_last_at"):
            if not self.quiet_to <= getattr(self, name) < self.quiet_from:
                raise ValueError(f"{name}: write an hour between quiet_to and quiet_from")
        return self
