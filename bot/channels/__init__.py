"""One platform a file: receive, send, limits; what every channel promises stands here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from plans.messages import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a channel can carry; text length is in the platform's own unit."""

    text_length: int
    buttons: int
    files_out: bool


class Channel(Protocol):
    """A platform that takes deliveries; incoming messages are given to the wiring's `accept`."""

    name: str
    limits: Limits

    async def send(self, delivery: Delivery) -> str:
        """Send one reply and return the platform's id for it, or raise `SendError`."""


class ServedChannel(Channel, Protocol):
    """A channel whose messages come over our own web server."""

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return where its messages come in."""

    async def close(self) -> None:
        """Say goodbye to whoever is connected, so that the server can stop."""
