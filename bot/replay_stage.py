"""A conversation on its way: step after step, and where the bot answers otherwise."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, select

from bot.app import App
from bot.clock import FixedClock
from bot.conversation import Conversation, Hears, Moves, Quiet, Says, Step
from bot.replay_lines import Heard, Line, NoButton, NotHere, attached
from bot.replay_outcome import Outcome, outcome_of
from bot.timer import tick
from plans.messages import MessageKind
from scheduler.jobs import instants
from storage.outbox import State
from storage.tables import outbox

_CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")
_RECEIPT = re.compile(r"\bBC-\d\d[0-9A-Z]+-[0-9A-Z-]+-[2-9A-HJ-NP-Z]{4}\b")
NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the bot answered otherwise than a file says."""

    path: Path
    line: int
    expected: tuple[str, ...]
    got: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.path}:{self.line}"]
        lines += [f"  - {line}" for line in self.expected]
        lines += [f"  + {line}" for line in self.got]
        return "\n".join(lines)


@dataclass(slots=True, kw_only=True)
class Stage:
    """One conversation being run.

    Some things arrive as others (`told_as`); what cannot be done on the channel is passed over,
    and so are the lines in `without`: `passed` are the lines of both. Time moves through every
    instant at which something may happen, or only through those at which it did (`eventful`).
    """

    talk: Conversation
    app: App
    clock: FixedClock
    line: Line
    twice: bool
    told_as: Mapping[MessageKind, MessageKind] = field(default_factory=dict)
    without: frozenset[int] = frozenset()
    eventful: frozenset[datetime] | None = None
    passed: set[int] = field(default_factory=set)
    happened: set[datetime] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    said: Says | None = None
    answer: Heard | None = None
    unread: defaultdict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    last_code: str = ""
    last_receipt: str = ""
    told_otherwise: bool = False

    async def run(self) -> list[Difference]:
        """Go through the steps; return where the bot answered otherwise."""
        for step in self.talk.steps:
            await self._step(step)
        return self.differences

    async def outcome(self) -> Outcome:
        """Return what the conversation left in the database."""
        everybody = {member.name for member in self.talk.cast}
        everybody |= {step.name for step in self.talk.steps if isinstance(step, Says)}
        names = {self.line.address(name).chat: name for name in everybody}
        return await self.app.database.read(lambda tx: outcome_of(tx, names))

    async def _step(self, step: Step) -> None:
        match step:
            case Says():
                await self._say(step)
            case Hears():
                self._hear(step)
            case Quiet():
                left = [line for heard in self.unread.pop(step.name, []) for line in heard.lines]
                if self.answer and self.answer.name == step.name:
                    left += self.answer.lines
                if left:
                    self._differ(step.line, ["(nothing more)"], left)
            case Moves():
                await self._move(step.to.astimezone(UTC) if step.to else self.clock.now() + step.by)

    async def _move(self, to: datetime) -> None:
        moments = list(instants(self.app.world, self.clock.now(), to))
        for moment in moments:
            if self.eventful is None or moment in self.eventful or moment is moments[-1]:
                self.clock.set(moment.astimezone(UTC))
                if await tick(self.app, self.clock.now()) or await self._is_owed():
                    self.happened.add(moment)
                    await self._collect()

    async def _say(self, step: Says) -> None:
        self.said, self.answer = step, None
        if step.line in self.without:
            self.passed.add(step.line)
            return
        text = step.text.replace("$CODE", self.last_code).replace("$RECEIPT", self.last_receipt)
        kind = attached(text)
        self.told_otherwise = kind in self.told_as
        if kind and self.told_otherwise:
            text = f"!{self.told_as[kind]}"
        try:
            await self.line.say(step.name, text)
        except NoButton as button:
            self._differ(step.line, [f"a button [{button}]"], ["no message offered it"])
            return
        except NotHere:
            self.passed.add(step.line)
            return
        await self._collect()
        if self.twice:
            if await self.line.repeat():
                self._differ(step.line, ["a repeat is not taken twice"], ["it was taken again"])
            if await self._collect():
                self._differ(step.line, ["a repeat is not answered"], ["it was answered again"])

    async def _is_owed(self) -> bool:
        """Say whether something waits that was put off until now: most instants bring nothing."""
        due = and_(outbox.c.state == State.WAITING, outbox.c.due_at <= self.clock.now())
        query = select(outbox.c.number).where(due).limit(1)
        return bool(await self.app.database.read(lambda tx: tx.execute(query).first()))

    async def _collect(self) -> int:
        """Deliver what is owed and look at it; return how much came."""
        self.clock.set(self.clock.now() + timedelta(microseconds=1))
        await self.app.settle()
        came = self.line.collect()
        for heard in came:
            if found := _CODE.search(heard.text):
                self.last_code = found[0]
            if found := _RECEIPT.search(heard.text):
                self.last_receipt = found[0]
            if not heard.answers:
                self.unread[heard.name].append(heard)
                continue
            if self.answer and self.said:
                self._differ(self.said.line, ["one reply"], heard.lines)
            self.answer = heard
        return len(came)

    def _hear(self, step: Hears) -> None:
        if not step.name and self.said and self.said.line in self.passed:
            return
        heard = self._next(step.name)
        # What was told as something else has an answer of its own.
        expected = [] if self.told_otherwise and not step.name else step.lines
        if heard is None:
            self._differ(step.line, step.lines, [NOTHING])
        elif not heard.matches(expected):
            self._differ(step.line, step.lines, heard.lines)

    def _next(self, name: str) -> Heard | None:
        if name:
            waiting = self.unread[name]
            return waiting.pop(0) if waiting else None
        answer, self.answer = self.answer, None
        return answer

    def _differ(self, line: int, expected: list[str], got: list[str]) -> None:
        self.differences.append(
            Difference(path=self.talk.path, line=line, expected=tuple(expected), got=tuple(got))
        )
