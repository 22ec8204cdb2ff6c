"""A platform that is a file: what was sent stands in it, whatever becomes of the sender."""

import asyncio
import json
import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.channels import Limits
from bot.clock import Clock
from plans.errors import SendError
from plans.messages import Delivery

CHANNEL = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message as the platform took it."""

    number: int
    chat: str
    at: datetime
    text: str


class Platform:
    """A channel that appends to a file what it is given, but for the chats that block the bot."""

    name = CHANNEL
    limits = Limits(text_length=4096, buttons=100, files_out=True)

    def __init__(
        self, log: Path, clock: Clock, blocked: set[str], *, durable: bool = False
    ) -> None:
        self._log = os.open(log, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)
        self._clock = clock
        self._blocked = blocked
        self._durable = durable
        self.chance: random.Random | None = None
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def send(self, delivery: Delivery) -> str:
        """Take a message, or refuse it for good."""
        if self.meanwhile:
            await self.meanwhile()
        if self.chance:
            await asyncio.sleep(self.chance.uniform(0, 0.003))
        if delivery.address.chat in self._blocked:
            raise SendError("they blocked the bot", gone=True)
        line = {
            "number": delivery.number,
            "chat": delivery.address.chat,
            "at": self._clock.now().isoformat(),
            "text": delivery.reply.text,
        }
        os.write(self._log, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        if self._durable:
            os.fsync(self._log)
        if self.chance:
            await asyncio.sleep(self.chance.uniform(0, 0.003))
        return str(delivery.number)


def read_log(log: Path) -> list[Sent]:
    """Return everything that the platform took, the first first."""
    return [
        Sent(
            number=line["number"],
            chat=line["chat"],
            at=datetime.fromisoformat(line["at"]),
            text=line["text"],
        )
        for line in map(json.loads, log.read_text(encoding="utf-8").splitlines())
    ]
