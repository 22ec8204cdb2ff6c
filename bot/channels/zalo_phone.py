"""Zalo by telephone number: approved templates, for people whom no other channel reaches."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from aiohttp import web

from bot.channels import Limits
from bot.channels.calls import ApiError, Unanswered
from bot.channels.zalo_oa_client import Client, Json
from bot.channels.zalo_oa_errors import send_error
from bot.channels.zalo_oa_tokens import Tokens
from plans.errors import SendError
from plans.messages import Delivery

NAME: Final = "zalo_phone"
NUMBER: Final = re.compile(r"84\d{9}", re.A)

NO_TEMPLATE: Final = "window: only approved templates go to a telephone number"


class Notes(Protocol):
    """What counts messages: they are noted before they go, and taken back if they did not."""

    async def spend(self, delivery: Delivery) -> int:
        """Note that a message is about to go; return the note's number."""

    async def take_back(self, note: int) -> None:
        """Forget a message that certainly did not go."""


class ZaloPhone:
    """A channel that only sends; a chat is a number, which is never logged."""

    name = NAME

    def __init__(
        self,
        client: Client,
        tokens: Tokens,
        notes: Notes,
        templates: Mapping[str, str],
        limits: Limits,
    ) -> None:
        self.limits = limits
        self._client = client
        self._tokens = tokens
        self._notes = notes
        self._templates = templates

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Return nothing: nobody writes from here."""
        return []

    async def send(self, delivery: Delivery) -> str:
        """Send what fits an approved template; everything else may go elsewhere."""
        brief = delivery.reply.brief
        if brief is None or brief.kind not in self._templates:
            raise SendError(NO_TEMPLATE, elsewhere=True)
        told = await self._counted(
            delivery,
            {
                "phone": delivery.address.chat,
                "template_id": self._templates[brief.kind],
                "template_data": dict(brief.fields),
                "tracking_id": f"baocao-{delivery.number}",
            },
        )
        return str(told.get("msg_id", ""))

    async def run(self) -> None:
        """Wait until cancelled; then close the connections."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._tokens.close()
            await self._client.close()

    async def close(self) -> None:
        """Do nothing: nobody is connected."""

    async def _counted(self, delivery: Delivery, body: Json) -> Json:
        note = await self._notes.spend(delivery)
        try:
            return await self._client.send_to_phone(body)
        except ApiError as error:
            if not isinstance(error, Unanswered):
                await self._notes.take_back(note)
            raise send_error(error) from None
