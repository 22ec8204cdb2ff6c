"""Run conversation files against the real application: database, receiver, outbox."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App, Parts, build
from bot.channels import Limits
from bot.clock import FixedClock
from bot.conversation import HEARS, Conversation, ConversationError, Says
from bot.rehearsal import prepare, renewed
from bot.replay_lines import TOLD_AS, Heard, Line, NoButton, attached, tapped
from bot.replay_outcome import Outcome, apart
from bot.replay_stage import NOTHING, Difference, Stage
from plans.messages import Address, Delivery, Message, MessageKind
from plans.pack import Pack
from storage.database import Database, sqlite_url

SECRET = b"conversation files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How conversation files are run.

    `database` is the address of an empty one to use; or of the file `empty` a copy is used, which
    is there sooner than a new one.
    """

    twice: bool = False
    channel: str = "webchat"
    database: str = ""
    empty: Path | None = None

    def __post_init__(self) -> None:
        if self.channel not in LINES:
            raise ConversationError(f"no channel {self.channel}: write one of {', '.join(LINES)}")


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


class Recording:
    """The quickest line: straight into the application, and whole replies back."""

    def __init__(self, app: App, channel: str) -> None:
        self._app = app
        self._recorder = Recorder(channel)
        self._seen = 0
        self._count = 0
        self._said: Message | None = None
        app.add([self._recorder])

    def address(self, name: str) -> Address:
        """Return where somebody is reached: under the own name."""
        return Address(channel=self._recorder.name, chat=name)

    async def say(self, name: str, text: str) -> None:
        """Give a message to the application."""
        kind, label = attached(text), tapped(text)
        if kind:
            text = ""
        elif label is not None:
            kind, text = MessageKind.TAP, self._offered(name, label)
        self._count += 1
        self._said = Message(
            address=self.address(name),
            id=str(self._count),
            text=text,
            kind=kind or MessageKind.TEXT,
        )
        await self._app.receiver.accept(self._said)

    async def repeat(self) -> bool:
        """Give the last message once more."""
        return self._said is not None and await self._app.receiver.accept(self._said)

    def collect(self) -> list[Heard]:
        """Return what was delivered since the last look."""
        new = self._recorder.sent[self._seen :]
        self._seen += len(new)
        return [self._heard(delivery) for delivery in new]

    def _heard(self, delivery: Delivery) -> Heard:
        reply, said = delivery.reply, self._said
        return Heard(
            name=delivery.address.chat,
            text=reply.text,
            labels=tuple(choice.label for choice in reply.choices),
            file=reply.file.name if reply.file else "",
            answers=said is not None
            and (said.address, said.id) == (delivery.address, delivery.answers),
        )

    def _offered(self, name: str, label: str) -> str:
        """Return what the button of a label carries, on the newest message that offered it."""
        for delivery in reversed(self._recorder.sent):
            if delivery.address.chat == name:
                for choice in delivery.reply.choices:
                    if choice.label == label:
                        return choice.data
        raise NoButton(label)


@asynccontextmanager
async def _recorded(app: App, channel: str) -> AsyncIterator[Line]:
    yield Recording(app, channel)


@asynccontextmanager
async def _over_telegram(app: App, _channel: str) -> AsyncIterator[Line]:
    from bot.replay_telegram import telegram_line

    async with telegram_line(app) as line:
        yield line


@asynccontextmanager
async def _over_zalo_bot(app: App, _channel: str) -> AsyncIterator[Line]:
    from bot.replay_zalo_bot import zalo_bot_line

    async with zalo_bot_line(app) as line:
        yield line


@asynccontextmanager
async def _over_zalo_oa(app: App, _channel: str) -> AsyncIterator[Line]:
    from bot.replay_zalo_oa import zalo_oa_line

    async with zalo_oa_line(app) as line:
        yield line


# How the people of a file talk with the bot, by the channel that they are on.
LINES: Mapping[str, Callable[[App, str], AbstractAsyncContextManager[Line]]] = {
    "webchat": _recorded,
    "terminal": _recorded,
    "telegram": _over_telegram,
    "zalo_bot": _over_zalo_bot,
    "zalo_oa": _over_zalo_oa,
}
# Where replies say more than a file expects: what they leave in the database must be the same.
SPARING = ("zalo_bot", "zalo_oa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a run has in common with one on another channel: see `Stage`."""

    told_as: Mapping[MessageKind, MessageKind] = field(default_factory=dict)
    without: frozenset[int] = frozenset()
    eventful: frozenset[datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plainly:
    """What a conversation leaves where every reply is free, and when anything happened by time."""

    outcome: Outcome
    eventful: frozenset[datetime]


# By the lines that were passed over and what arrived as something else.
Known = dict[tuple[frozenset[int], frozenset[MessageKind]], Plainly]


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
    talk: Conversation, packs: Mapping[str, Pack], options: Options, known: Known | None = None
) -> list[Difference]:
    """Run one conversation on a new database; return where the bot answered otherwise.

    Where replies are sparing it is run on the quickest line too, and has to leave there the same;
    `known` keeps what it left there.
    """
    if options.channel not in SPARING:
        async with staged(talk, packs, options) as stage:
            return await stage.run()
    known, told_as = {} if known is None else known, TOLD_AS.get(options.channel, {})
    plain = await _plainly(talk, packs, options.empty, Shape(told_as=told_as), known)
    shape = Shape(told_as=told_as, eventful=plain.eventful)
    async with staged(talk, packs, options, shape) as stage:
        found, left = await stage.run(), await stage.outcome()
    if stage.passed:
        shape = Shape(told_as=told_as, without=frozenset(stage.passed))
        plain = await _plainly(talk, packs, options.empty, shape, known)
    return [*found, *_differences(talk, plain.outcome, left)]


async def _plainly(
    talk: Conversation,
    packs: Mapping[str, Pack],
    empty: Path | None,
    shape: Shape,
    known: Known,
) -> Plainly:
    """Return what a conversation leaves on the quickest line, run there once."""
    key = shape.without, frozenset(_attached(talk) & shape.told_as.keys())
    if key not in known:
        async with staged(talk, packs, Options(empty=empty), shape) as stage:
            await stage.run()
            outcome, eventful = await stage.outcome(), frozenset(stage.happened)
            known[key] = Plainly(outcome=outcome, eventful=eventful)
    return known[key]


def _attached(talk: Conversation) -> set[MessageKind]:
    """Return what is sent in place of texts."""
    says = (attached(step.text) for step in talk.steps if isinstance(step, Says))
    return {kind for kind in says if kind}


def _differences(talk: Conversation, expected: Outcome, got: Outcome) -> Iterator[Difference]:
    """Yield where two outcomes are apart, at the last line of the file."""
    last = max((step.line for step in talk.steps), default=0)
    for missing, more in apart(expected, got):
        yield Difference(path=talk.path, line=last, expected=tuple(missing), got=tuple(more))


@asynccontextmanager
async def staged(
    talk: Conversation,
    packs: Mapping[str, Pack],
    options: Options,
    shape: Shape | None = None,
) -> AsyncIterator[Stage]:
    """Set the stage for a conversation: database, people, codes and past reports."""
    shape = shape or Shape()
    with tempfile.TemporaryDirectory(prefix="baocao-") as folder:
        file = Path(folder) / "replay.db"
        if options.empty:
            shutil.copy(options.empty, file)
        database = Database(options.database or sqlite_url(file))
        try:
            await database.migrate()
            clock = FixedClock(talk.now.astimezone(UTC))
            app = build(
                Parts(database=database, packs=_cast(talk, packs), clock=clock, secret=SECRET)
            )
            async with LINES[options.channel](app, options.channel) as line:
                await database.run(lambda tx: prepare(tx, app.world, talk, line.address))
                yield Stage(
                    talk=talk,
                    app=app,
                    clock=clock,
                    line=line,
                    twice=options.twice,
                    told_as=shape.told_as,
                    without=shape.without,
                    eventful=shape.eventful,
                )
        finally:
            await database.close()


def _cast(talk: Conversation, packs: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Return the plans that a conversation is played with."""
    if not talk.renewed:
        return packs
    if talk.plan not in packs:
        raise ConversationError(f"write `plan` before `renewed`: {', '.join(packs)}")
    return {**packs, talk.plan: renewed(packs[talk.plan], talk.renewed)}
