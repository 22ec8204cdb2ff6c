"""What a person is in the middle of: which unit, which question, which buttons are current."""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Expect(StrEnum):
    """What a plain text means now."""

    NOTHING = ""
    ANSWER = "answer"
    EDIT = "edit"
    CHECK = "check"
    DOUBTS = "doubts"
    CORRECTION_REASON = "correction_reason"
    RETURN_QUESTIONS = "return_questions"
    RETURN_REASON = "return_reason"
    RETURN_CHECK = "return_check"
    DELAY_REASON = "delay_reason"
    REQUEST = "request"
    ANNOUNCEMENT = "announcement"
    DIFFICULTY = "difficulty"


RETURNING = (Expect.RETURN_QUESTIONS, Expect.RETURN_REASON, Expect.RETURN_CHECK)


@dataclass(slots=True, kw_only=True)
class Talk:
    """One person's place in the conversation; kept between messages, on every channel the same.

    `card` numbers the last message with buttons of its own: older ones are refused kindly.
    `by_number`: that message asked for no figure, so a number names one of its choices.
    `shown_in` is the chat that it stands in: in another, nobody may know what it asks.
    `offered` are the choices of notices that came since, of which the last `notice` are the newest
    one's: it goes out on the channel `notice_on`, not before `notice_at`.
    `delay` is the role and period whose delay is being explained, `interrupted` what that expects
    to go back to; `codes` and `reason` are those of a return; `behalf` is the unit for which a
    coordinator enters a report; `request` is a report on request that is being made, kept until it
    is sent.
    `announcement` and `difficulty` are what is being written, kept as well.
    """

    card: int = 0
    choices: list[list[str]] = field(default_factory=list)
    by_number: bool = False
    shown_in: str = ""
    offered: list[list[str]] = field(default_factory=list)
    notice: int = 0
    notice_on: str = ""
    notice_at: str = ""
    role: int = 0
    period: str = ""
    asking: str = ""
    shown_at: str = ""
    expect: Expect = Expect.NOTHING
    editing: bool = False
    unit: str = ""
    behalf: str = ""
    codes: list[str] = field(default_factory=list)
    reason: str = ""
    delay: str = ""
    interrupted: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    announcement: dict[str, Any] = field(default_factory=dict)
    difficulty: dict[str, Any] = field(default_factory=dict)

    def leave(self) -> None:
        """Forget what was in the middle; the draft itself stays."""
        self.period = self.asking = self.shown_at = self.unit = self.reason = ""
        self.delay = self.interrupted = self.behalf = ""
        self.expect = Expect.NOTHING
        self.editing = False
        self.codes = []

    def as_stored(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Talk":
        """Read plain values; what an older or newer release wrote otherwise is ignored."""
        talk = cls()
        for own in fields(cls):
            value = stored.get(own.name)
            if own.name == "expect":
                talk.expect = Expect(value) if value in list(Expect) else Expect.NOTHING
            elif isinstance(value, type(getattr(talk, own.name))):
                setattr(talk, own.name, value)
        return talk
