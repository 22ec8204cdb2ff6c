"""Run conversation files against the real application: database, receiver, outbox."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from pathlib import Path

from bot.app import App, Parts, build
from bot.channels import Limits
from bot.clock import FixedClock
from bot.conversation import HEARS, Conversation, ConversationError
from bot.rehearsal import prepare, renewed
from bot.replay_lines import Heard, Line, NoButton, attached, tapped
from bot.replay_stage import NOTHING, Difference, Stage
from plans.messages import Address, Delivery, Message, MessageKind
from plans.pack import Pack
from storage.database import Database, sqlite_url

SECRET = b"conversation files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How conversation files are run; `database` is the address of an empty one to use."""

    twice: bool = False
    channel: str = "webchat"
    database: str = ""

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


# How the people of a file talk with the bot, by the channel that they are on.
LINES: Mapping[str, Callable[[App, str], AbstractAsyncContextManager[Line]]] = {
    "webchat": _recorded,
    "terminal": _recorded,
    "telegram": _over_telegram,
}


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
            app = build(
                Parts(database=database, packs=_cast(talk, packs), clock=clock, secret=SECRET)
            )
            async with LINES[options.channel](app, options.channel) as line:
                await database.run(lambda tx: prepare(tx, app.world, talk, line.address))
                yield Stage(talk=talk, app=app, clock=clock, line=line, twice=options.twice)
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
    """Run conversations beside each other, on every core that there is."""
    cores = max(1, min(len(talks), os.cpu_count() or 1))
    with (
        tempfile.TemporaryDirectory(prefix="baocao-") as folder,
        ProcessPoolExecutor(cores, initializer=_read.update, initargs=(packs,)) as pool,
    ):
        empty = Path(folder) / "empty.db"
        asyncio.run(_migrate(empty))
        found = pool.map(partial(_replay_on_copy, empty, options), talks)
        return [difference for differences in found for difference in differences]


# The plans of a process that runs conversations: too much to hand over with each.
_read: dict[str, Pack] = {}


async def _migrate(file: Path) -> None:
    database = Database(sqlite_url(file))
    await database.migrate()
    await database.close()


def _replay_on_copy(empty: Path, options: Options, talk: Conversation) -> list[Difference]:
    """Run a conversation on a copy of an empty database: migrating takes longer than most."""
    with tempfile.TemporaryDirectory(prefix="baocao-") as folder:
        file = Path(shutil.copy(empty, folder))
        return asyncio.run(replay(talk, _read, replace(options, database=sqlite_url(file))))
