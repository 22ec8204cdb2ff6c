"""What passes between people and the bot, the same on every channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a person is on a channel."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What a conversation has to know of the channel that a message came by.

    Without `buttons` choices are typed, by the marks of `plans.marks`; where it is `sparing` each
    reply costs something, so that much is asked at once.
    """

    buttons: bool = True
    sparing: bool = False


class MessageKind(StrEnum):
    """What a channel received; everything but text and tap is refused unread."""

    TEXT = "text"
    TAP = "tap"
    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    STICKER = "sticker"
    FORWARD = "forward"
    EDIT = "edit"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One incoming message; `text` is what was typed, or the tapped choice's `data`.

    In a group the address is the group's, and `sender` is who spoke, where they are alone.
    """

    address: Address
    id: str
    text: str
    kind: MessageKind = MessageKind.TEXT
    sender: Address | None = None
    medium: Medium = Medium()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button, or a numbered choice where a channel has no buttons."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file made by the bot for one person to download."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A file that takes long to make: by which maker, from which words. It is made afterwards."""

    kind: str
    words: str


class Urgency(IntEnum):
    """Which of several messages that wait goes first, and what becomes of a doubtful one.

    An acknowledgement says that a report was received, an answer answers or tells what was done;
    both are sent again when it is not known whether they arrived. What follows is not: a nudge at
    a coordinator's word, a reminder on schedule, a digest.
    """

    ACKNOWLEDGEMENT = 0
    ANSWER = 1
    NUDGE = 2
    REMINDER = 3
    DIGEST = 4

    @property
    def again(self) -> bool:
        """Say whether a message is sent again when it may have arrived already."""
        return self <= Urgency.ANSWER


class Manner(StrEnum):
    """How a reply stands to what was there before, where a channel can do more than add to it."""

    NEW = "new"
    IN_PLACE = "in_place"  # another page of the list, or the card again, that a tap was on
    RETRACT = "retract"  # what it answers should not stand there: take that message away


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a message says in a few fields, for a platform that takes only approved templates.

    `kind` chooses the template: "reminder", "nudge"; fields: `unit`, `period`, `deadline`. What
    tells of channels themselves is a "notice" (`plans.held_back`), which no template is for.
    """

    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One outgoing message, written once for every channel.

    `lettered`: a number would be a figure here, so typed choices go by letters.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    file: File | None = None
    urgency: Urgency = Urgency.ANSWER
    manner: Manner = Manner.NEW
    lettered: bool = False
    brief: Brief | None = None
    task: Task | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A reply on its way: `number` orders a chat's messages, `answers` is the message answered."""

    number: int
    address: Address
    reply: Reply
    posted_at: datetime
    answers: str | None = None
