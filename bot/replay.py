"""Run conversation files against the real application: database, receiver, outbox."""

import asyncio
import re
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path

from bot.app import App, Parts, build
from bot.channels import Limits
from bot.clock import FixedClock
from bot.conversation import HEARS, Conversation, ConversationError, Hears, Moves, Quiet, Says, Step
from bot.rehearsal import prepare, renewed
from bot.timer import tick
from plans.messages import Address, Delivery, Message, MessageKind, Reply
from plans.pack import Pack
from scheduler.jobs import instants
from storage.database import Database, sqlite_url

_CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")
_RECEIPT = re.compile(r"\bBC-\d\d[0-9A-Z]+-[0-9A-Z-]+-[2-9A-HJ-NP-Z]{4}\b")
_ATTACHMENTS = {f"!{kind}": kind for kind in MessageKind if kind not in ("text", "tap")}
SECRET = b"conversation files"
NOTHING = "(nothing)"


class Recorder:
    """A channel that keeps what it is given, by chat."""

    limits = Limits(text_length=4096, buttons=100, files_out=True)

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: list[Delivery] = []

    async def send(self, delivery: Delivery) -> str:
        """Keep a delivery."""
        self.sent.append(delivery)
        return str(delivery.number)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How conversation files are run; `database` is the address of an empty one to use."""

    twice: bool = False
    channel: str = "webchat"
    database: str = ""


@dataclass(slots=True, kw_only=True)
class Stage:
    """One conversation being run."""

    talk: Conversation
    app: App
    clock: FixedClock
    recorder: Recorder
    options: Options
    differences: list[Difference] = field(default_factory=list)
    count: int = 0
    line: int = 0
    speaker: str = ""
    answer: Delivery | None = None
    unread: defaultdict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    last_code: str = ""
    last_receipt: str = ""

    async def run(self) -> list[Difference]:
        """Go through the steps; return where the bot answered otherwise."""
        for step in self.talk.steps:
            await self._step(step)
        return self.differences

    async def _step(self, step: Step) -> None:
        match step:
            case Says():
                await self._say(step)
            case Hears():
                self._hear(step)
            case Quiet():
                left = [line for d in self.unread.pop(step.name, []) for line in shown(d.reply)]
                if step.name == self.speaker and self.answer:
                    left += shown(self.answer.reply)
                if left:
                    self._differ(step.line, ["(nothing more)"], left)
            case Moves():
                to = step.to.astimezone(UTC) if step.to else self.clock.now() + step.by
                for moment in instants(self.app.world, self.clock.now(), to):
                    self.clock.set(moment.astimezone(UTC))
                    await tick(self.app, self.clock.now())
                    await self._collect()

    async def _say(self, step: Says) -> None:
        self.count += 1
        message = self._message(step)
        self.line, self.speaker, self.answer = step.line, step.name, None
        await self.app.receiver.accept(message)
        await self._collect()
        if self.options.twice:
            before = len(self.recorder.sent)
            if await self.app.receiver.accept(message):
                self._differ(step.line, ["a repeat is not taken twice"], ["it was taken again"])
            await self._collect()
            if len(self.recorder.sent) != before:
                self._differ(step.line, ["a repeat is not answered"], ["it was answered again"])

    def _message(self, step: Says) -> Message:
        address = Address(channel=self.recorder.name, chat=step.name)
        text, kind = step.text.replace("$CODE", self.last_code), MessageKind.TEXT
        text = text.replace("$RECEIPT", self.last_receipt)
        attachment = _ATTACHMENTS.get(text.split(" ")[0])
        if attachment:
            text, kind = "", attachment
        elif text.startswith("[") and text.endswith("]"):
            text, kind = self._tapped(step, text[1:-1]), MessageKind.TAP
        return Message(address=address, id=f"{self.count}", text=text, kind=kind)

    def _tapped(self, step: Says, label: str) -> str:
        for delivery in reversed(self.recorder.sent):
            if delivery.address.chat == step.name:
                for choice in delivery.reply.choices:
                    if choice.label == label:
                        return choice.data
        self._differ(step.line, [f"a button [{label}]"], ["no message offered it"])
        return ""

    async def _collect(self) -> None:
        seen = len(self.recorder.sent)
        self.clock.set(self.clock.now() + timedelta(microseconds=1))
        await self.app.settle()
        for delivery in self.recorder.sent[seen:]:
            if found := _CODE.search(delivery.reply.text):
                self.last_code = found[0]
            if found := _RECEIPT.search(delivery.reply.text):
                self.last_receipt = found[0]
            if delivery.address.chat == self.speaker and delivery.answers == str(self.count):
                if self.answer:
                    self._differ(self.line, ["one reply"], shown(delivery.reply))
                self.answer = delivery
            else:
                self.unread[delivery.address.chat].append(delivery)

    def _hear(self, step: Hears) -> None:
        delivery = self._next(step.name)
        if delivery is None:
            self._differ(step.line, step.lines, [NOTHING])
            return
        got = shown(delivery.reply)
        if not matches(step.lines, delivery.reply):
            self._differ(step.line, step.lines, got)

    def _next(self, name: str) -> Delivery | None:
        if name:
            waiting = self.unread[name]
            return waiting.pop(0) if waiting else None
        answer, self.answer = self.answer, None
        return answer

    def _differ(self, line: int, expected: list[str], got: list[str]) -> None:
        self.differences.append(
            Difference(path=self.talk.path, line=line, expected=tuple(expected), got=tuple(got))
        )


def shown(reply: Reply) -> list[str]:
    """Write a reply as conversation files do: its lines, its choices, its file."""
    lines = reply.text.split("\n")
    if reply.choices:
        lines.append(" ".join(f"[{choice.label}]" for choice in reply.choices))
    if reply.file:
        lines.append(f"({reply.file.name})")
    return lines


def matches(expected: list[str], reply: Reply) -> bool:
    """Say whether a reply is what a file expects."""
    lines = [line.rstrip() for line in shown(reply)]
    text = "\n".join(lines)
    exact = [line for line in expected if line and not line.startswith("~")]
    if any(line[1:].strip() not in text for line in expected if line.startswith("~")):
        return False
    if not exact:
        return True
    return exact in (
        [line for line in lines if line],
        [line.rstrip() for line in reply.text.split("\n") if line.strip()],
    )


def accepted(text: str, differences: Iterable[Difference]) -> str:
    """Return a conversation file with whole-text expectations as the bot answers now.

    What was expected in part (~), and what was not answered at all, stays as it was written.
    """
    lines = text.split("\n")
    for one in sorted(differences, key=lambda difference: -difference.line):
        whole = any(line and not line.startswith("~") for line in one.expected)
        heard = HEARS.fullmatch(lines[one.line - 1].rstrip()) if one.line else None
        if whole and heard and one.got != (NOTHING,):
            group = slice(one.line - 1, one.line - 1 + len(one.expected))
            lines[group] = [f"{heard['name']}< {line}".rstrip() for line in one.got]
    return "\n".join(lines)


async def replay(
    talk: Conversation, packs: Mapping[str, Pack], options: Options
) -> list[Difference]:
    """Run one conversation on a new database; return where the bot answered otherwise."""
    async with staged(talk, packs, options) as stage:
        return await stage.run()


@asynccontextmanager
async def staged(
    talk: Conversation, packs: Mapping[str, Pack], options: Options
) -> AsyncIterator[Stage]:
    """Set the stage for a conversation: database, people, codes and past reports."""
    with tempfile.TemporaryDirectory(prefix="baocao-") as folder:
        database = Database(options.database or sqlite_url(Path(folder) / "replay.db"))
        try:
            await database.migrate()
            clock = FixedClock(talk.now.astimezone(UTC))
            parts = Parts(database=database, packs=_cast(talk, packs), clock=clock, secret=SECRET)
            app = build(parts)
            recorder = Recorder(options.channel)
            app.add([recorder])
            await database.run(lambda tx: prepare(tx, app.world, talk, options.channel))
            yield Stage(talk=talk, app=app, clock=clock, recorder=recorder, options=options)
        finally:
            await database.close()


def _cast(talk: Conversation, packs: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Return the plans that a conversation is played with."""
    if not talk.renewed:
        return packs
    if talk.plan not in packs:
        raise ConversationError(f"write `plan` before `renewed`: {', '.join(packs)}")
    return {**packs, talk.plan: renewed(packs[talk.plan], talk.renewed)}


def replay_all(
    talks: list[Conversation], packs: Mapping[str, Pack], options: Options
) -> list[Difference]:
    """Run conversations one after the other."""

    async def run() -> list[Difference]:
        return [d for talk in talks for d in await replay(talk, packs, options)]

    return asyncio.run(run())
