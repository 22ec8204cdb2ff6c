"""Conversation files: who says what, and what they should hear.

plan binh_thuan_2024
now 2024-06-11 08:00
person lan focal_point 22915     joined before: name, role, unit code, another plan
code LC7K-2M9Q focal_point 22915 a join code that was issued
report 22915 2024-Q1 TT02=12     a report sent before; questions left out have no figure
lan> 15                          lan says; `[Label]` taps a button, !photo !file !voice !sticker
< ~quý II                        the reply contains this; without ~ these lines are all of it
<                                any one reply
@ 2024-06-12 08:00               the clock moves (also +3d, +2h)
lan< ~chưa nộp                   something came without lan having spoken
lan! none                        and nothing more came
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from plans.calendar import VIETNAM
from plans.errors import BaocaoError

_SAYS = re.compile(r"(?P<name>\w+)> ?(?P<text>.*)")
HEARS = re.compile(r"(?P<name>\w*)<(?: (?P<text>.*))?")
_QUIET = re.compile(r"(?P<name>\w+)! none\s*")
# After two spaces at least: what people type may hold a # of its own.
_COMMENT = re.compile(r"(?:^|\s{2,})#.*")
_MOVED = re.compile(r"\+(?P<count>\d+)(?P<unit>[dh])")


class ConversationError(BaocaoError):
    """Say which line of a conversation file cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """Somebody sends a message."""

    line: int
    name: str
    text: str


@dataclass(slots=True, kw_only=True)
class Hears:
    """What the reply to the last message, or a message to `name`, should be."""

    line: int
    name: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Nothing more came to somebody."""

    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The clock moves to a moment, or by a while."""

    line: int
    to: datetime | None
    by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Somebody who joined before the conversation begins."""

    name: str
    kind: str
    unit: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A join code that was issued before."""

    code: str
    kind: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReport:
    """A report that was sent before."""

    unit: str
    period: str
    answers: dict[str, str]


Step = Says | Hears | Quiet | Moves


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A whole file."""

    path: Path
    plan: str = ""
    renewed: int = 0
    now: datetime = datetime(2024, 6, 11, 8, tzinfo=VIETNAM)
    cast: list[Cast] = field(default_factory=list)
    codes: list[IssuedCode] = field(default_factory=list)
    past: list[PastReport] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def read_conversation(path: Path) -> Conversation:
    """Read a conversation file; raise `ConversationError` with the line that is wrong."""
    talk = Conversation(path=path)
    fresh = True
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = _COMMENT.sub("", line).rstrip()
        if not line or line.startswith("#"):
            fresh = True
            continue
        try:
            fresh = _read_line(talk, number, line, fresh)
        except (ValueError, IndexError, KeyError) as error:
            raise ConversationError(f"{path}:{number}: {line!r}: {error}") from error
    return talk


def _read_line(talk: Conversation, number: int, line: str, fresh: bool) -> bool:
    """Take one line in; return whether the next expectation begins a new message."""
    if heard := HEARS.fullmatch(line):
        last = talk.steps[-1] if talk.steps else None
        if fresh or not isinstance(last, Hears) or last.name != heard["name"]:
            last = Hears(line=number, name=heard["name"])
            talk.steps.append(last)
        last.lines.append(heard["text"] or "")
        return False
    if quiet := _QUIET.fullmatch(line):
        talk.steps.append(Quiet(line=number, name=quiet["name"]))
    elif line.startswith("@ "):
        talk.steps.append(_moves(number, line[2:].strip()))
    elif said := _SAYS.fullmatch(line):
        text = said["text"].replace("\\n", "\n")
        talk.steps.append(Says(line=number, name=said["name"], text=text))
    else:
        word, _, rest = line.partition(" ")
        _DIRECTIVES[word](talk, rest.split())
    return True


def _moves(number: int, text: str) -> Moves:
    moved = _MOVED.fullmatch(text)
    if moved:
        count = int(moved["count"])
        by = timedelta(days=count) if moved["unit"] == "d" else timedelta(hours=count)
        return Moves(line=number, to=None, by=by)
    return Moves(line=number, to=moment(text), by=timedelta(0))


def moment(text: str) -> datetime:
    """Read a moment in Việt Nam: 2024-06-11 08:00."""
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def _set_plan(talk: Conversation, words: list[str]) -> None:
    talk.plan = words[0]


def _renew(talk: Conversation, words: list[str]) -> None:
    talk.renewed = int(words[0])


def _set_now(talk: Conversation, words: list[str]) -> None:
    talk.now = moment(" ".join(words))


def _add_person(talk: Conversation, words: list[str]) -> None:
    name, kind, *rest = words
    unit = rest[0] if rest and rest[0] != "-" else ""
    plan = rest[1] if len(rest) > 1 else talk.plan
    talk.cast.append(Cast(name=name, kind=kind, unit=unit, plan=plan))


def _add_code(talk: Conversation, words: list[str]) -> None:
    code, kind, *rest = words
    talk.codes.append(IssuedCode(code=code, kind=kind, unit=rest[0] if rest else ""))


def _add_report(talk: Conversation, words: list[str]) -> None:
    unit, period, *pairs = words
    answers = dict(pair.split("=", 1) for pair in pairs)
    talk.past.append(PastReport(unit=unit, period=period, answers=answers))


_DIRECTIVES: dict[str, Callable[[Conversation, list[str]], None]] = {
    "plan": _set_plan,
    "renewed": _renew,
    "now": _set_now,
    "person": _add_person,
    "code": _add_code,
    "report": _add_report,
}
