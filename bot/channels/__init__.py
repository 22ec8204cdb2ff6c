"""One platform a file: receive, send, limits; what every channel promises stands here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from aiohttp import web

from plans.messages import Delivery


def no_groups(_chat: str) -> bool:
    """Say that every chat is with one person."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a channel can carry, and how fast; text length is in the platform's own unit.

    `per_second` holds in every sliding second, `chat_seconds` are the least between two messages
    of one chat, `group_seconds` of one that `is_group`, `timeout` are the seconds after which a
    send counts as unanswered.
    """

    text_length: int
    buttons: int
    files_out: bool
    per_second: float | None = None
    chat_seconds: float = 0.0
    group_seconds: float = 0.0
    is_group: Callable[[str], bool] = no_groups
    timeout: float = 30.0

    def pause_after(self, chat: str) -> float:
        """Return the seconds that pass after a message until the next in its chat."""
        return self.group_seconds if self.is_group(chat) else self.chat_seconds


class Channel(Protocol):
    """A platform that takes deliveries; incoming messages are given to the wiring's `accept`."""

    name: str
    limits: Limits

    async def send(self, delivery: Delivery) -> str:
        """Send one reply and return the platform's id for it, or raise `SendError`.

        Called for many chats at once, for one chat never twice at once. Any other exception
        counts as an unknown outcome: whatever is certain must be said by `SendError`.
        """


class ServedChannel(Channel, Protocol):
    """A channel whose messages come over our own web server."""

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return where its messages come in."""

    async def close(self) -> None:
        """Say goodbye to whoever is connected, so that the server can stop."""


@runtime_checkable
class RunningChannel(ServedChannel, Protocol):
    """A channel that has something to do of its own for as long as the server runs."""

    async def run(self) -> None:
        """Work until cancelled."""
