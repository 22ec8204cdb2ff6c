"""Talk in the terminal, and write the talk down as a conversation file."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.app import Parts, build
from bot.channels.terminal import Terminal, rendered
from bot.clock import MovableClock, SystemClock
from bot.conversation import ConversationError, moment
from bot.rehearsal import join
from plans.calendar import local
from plans.messages import Address, Message
from plans.pack import Pack
from plans.people import RoleKind
from storage.database import Database, sqlite_url

NAME = "toi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talker:
    """Who talks: a unit's focal point or the coordinator of a plan, and when."""

    plan: str
    role: str
    now: str
    save: Path | None

    @property
    def kind(self) -> RoleKind:
        """Return what the talker is."""
        coordinates = self.role == RoleKind.COORDINATOR
        return RoleKind.COORDINATOR if coordinates else RoleKind.FOCAL_POINT

    @property
    def unit(self) -> str:
        """Return the talker's unit."""
        return "" if self.kind is RoleKind.COORDINATOR else self.role


async def talk(packs: Mapping[str, Pack], talker: Talker) -> None:
    """Talk until the end of input, on a database that is thrown away afterwards."""
    if talker.plan not in packs:
        raise ConversationError(f"no plan {talker.plan}: write one of {', '.join(packs)}")
    start = _start(packs[talker.plan], talker)
    with tempfile.TemporaryDirectory(prefix="baocao-") as folder:
        database = Database(sqlite_url(Path(folder) / "chat.db"))
        await database.migrate()
        app = build(
            Parts(database=database, packs=packs, clock=MovableClock(start), secret=b"terminal")
        )
        terminal = Terminal()
        app.add([terminal])
        address = Address(channel=terminal.name, chat=NAME)
        await database.run(
            lambda tx: join(tx, app.world, address, talker.plan, talker.kind, talker.unit, start)
        )
        saved = _head(talker, start)
        number = 0
        while (line := await asyncio.to_thread(_ask)) is not None:
            number += 1
            heard = len(terminal.sent)
            await app.receiver.accept(Message(address=address, id=str(number), text=line))
            await app.settle()
            saved.append(f"{NAME}> {line}")
            for delivery in terminal.sent[heard:]:
                saved += [f"< {line}".rstrip() for line in rendered(delivery.reply).split("\n")]
        await database.close()
    if talker.save:
        talker.save.write_text("\n".join(saved) + "\n", encoding="utf-8")


def _ask() -> str | None:
    try:
        return input("> ") if sys.stdin.isatty() else input()
    except EOFError:
        return None


def _start(pack: Pack, talker: Talker) -> datetime:
    """Return the chosen moment, else now, or a week before the plan's first summer deadline."""
    if talker.now:
        return moment(talker.now).astimezone(UTC)
    now = SystemClock().now()
    if pack.valid_from <= local(now).date() <= pack.valid_to:
        return now
    return moment(f"{pack.valid_to.year}-06-11 08:00").astimezone(UTC)


def _head(talker: Talker, start: datetime) -> list[str]:
    who = f"person {NAME} {talker.kind} {talker.unit}".rstrip()
    return [f"plan {talker.plan}", f"now {local(start):%Y-%m-%d %H:%M}", who, ""]
