"""A library that others wrote, `zalo-sdk`, put at a fake: the judge of it.

Its own code runs as published. The two API hosts are arguments of its clients; the host of the
tokens is a constant inside two functions, so these are rebuilt with that one constant replaced.
"""

import asyncio
from collections.abc import Callable
from types import FunctionType
from typing import Any

import zalo_sdk  # type: ignore[import-untyped]
import zalo_sdk.oa  # type: ignore[import-untyped]
from zalo_sdk.zns.Client import Client as TemplateClient  # type: ignore[import-untyped]

from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_refusals import Json

# An access token, a refresh token and when the first dies.
Pair = tuple[str, str, int]
OAUTH = "https://oauth.zaloapp.com"
TOKEN_METHODS = ("refresh_acccess_token", "get_access_token_from_authorization_code")


class Sdk:
    """The library under the verbs of the tests; it blocks, so each runs in a thread."""

    def __init__(self, fake: FakeZaloOA) -> None:
        about = {
            "app_id": fake.app.id,
            "secret_key": fake.app.secret,
            "access_token": fake.tokens.access_token,
            "refresh_token": fake.tokens.refresh_token,
            "endpoint_prefix": fake.url,
        }
        self.oa: Any = _at(zalo_sdk.oa.Client, fake.url)(**about)
        self.templates: Any = _at(TemplateClient, fake.url)(**about)

    async def refresh(self) -> Pair:
        """Return a new pair and when its first token dies."""
        pair: Pair = await _threaded(self.oa.refresh_acccess_token)
        return pair

    async def exchange(self, code: str, verifier: str) -> Pair:
        """Return the pair for a code."""
        exchange = self.oa.get_access_token_from_authorization_code
        pair: Pair = await _threaded(exchange, code, verifier)
        return pair

    async def text(self, user: str, text: str, buttons: list[Json] | None = None) -> Json:
        """Send a text, with buttons on request."""
        attachment = _attachment("template", buttons=buttons) if buttons else None
        return await self._send(user, zalo_sdk.oa.ZaloMessageBody(text, attachment))

    async def picture(self, user: str, number: str) -> Json:
        """Send an uploaded picture, by the library's own classes for templates."""
        element = zalo_sdk.oa.ZaloTemplateElement(media_type="image")
        element.elem["attachment_id"] = number  # its constructor drops what it does not know
        kind = zalo_sdk.oa.ZaloTemplateType.media
        template = zalo_sdk.oa.ZaloAttachmentTemplate(kind, [element], [])
        attachment = zalo_sdk.oa.ZaloAttachment("template", template.toDict())
        return await self._send(user, zalo_sdk.oa.ZaloMessageBody("", attachment))

    async def document(self, user: str, token: str) -> Json:
        """Send an uploaded file."""
        attachment = _attachment("file", token=token)
        return await self._send(user, zalo_sdk.oa.ZaloMessageBody(None, attachment))

    async def upload(self, content: bytes, kind: str, name: str, mime: str) -> Json:
        """Upload something."""
        answer: Json = await _threaded(self.oa.upload_file, content, kind, name, mime)
        return answer

    async def template(self, phone: str, number: str, told: Json, tracking: str) -> Json:
        """Send a template message to a phone."""
        send = self.templates.send_zns_message
        answer: Json = await _threaded(send, phone, number, told, tracking)
        return answer

    async def quota(self, user: str) -> Json:
        """Return what can still be sent to one person."""
        answer: Json = await _threaded(self.oa.get_zalo_user_quotas, user)
        return answer

    async def package(self) -> Json:
        """Return what the OA can still send."""
        answer: Json = await _threaded(self.oa.get_zalo_oa_quotas, "OA")
        return answer

    async def send(self, user: str, category: str) -> Json:
        """Send a text the way that a category goes."""
        return await self._send(user, zalo_sdk.oa.ZaloMessageBody("hello"), category)

    async def _send(self, user: str, body: Any, category: str = "consultant") -> Json:
        recipient = zalo_sdk.oa.ZaloRecipient(user_id=user)
        answer: Json = await _threaded(self.oa.send_message, recipient, body, None, category)
        return answer


def _attachment(kind: str, **payload: object) -> Any:
    return zalo_sdk.oa.ZaloAttachment(kind, payload)


def _at(client: Any, url: str) -> Any:
    """Return a client class whose tokens come from another address."""
    return type(
        client.__name__, (client,), {name: _moved(client, name, url) for name in TOKEN_METHODS}
    )


def _moved(client: Any, name: str, url: str) -> FunctionType:
    function = getattr(client, name)
    constants = function.__code__.co_consts
    moved = tuple(c.replace(OAUTH, url) if isinstance(c, str) else c for c in constants)
    assert moved != constants
    return FunctionType(function.__code__.replace(co_consts=moved), function.__globals__, name)


async def _threaded(work: Callable[..., Any], *wishes: object) -> Any:
    return await asyncio.to_thread(work, *wishes)
