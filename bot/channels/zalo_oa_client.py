"""Calls of the Official Account's OpenAPI: HTTP 200 says nothing, `error` says it all."""

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from aiohttp import FormData

from bot.channels.calls import Answer, Calls, Unanswered, Unsent
from bot.channels.zalo_oa_errors import REFRESH, Disturbed, Rejected
from bot.channels.zalo_oa_tokens import Account, Tokens
from bot.pacing import Pace
from plans.messages import File

CONSULT: Final = "/v3.0/oa/message/cs"
TO_GROUP: Final = "/v3.0/oa/group/message"
BY_USER: Final = "/v3.0/oa/message/template"
BY_PHONE: Final = "/message/template"
PICTURE: Final = "/v2.0/oa/upload/image"
DOCUMENT: Final = "/v2.0/oa/upload/file"

Json = dict[str, Any]
_RATE: Final = -32
_UNCLEAR: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT)


class Client:
    """One account's line to Zalo; every call takes its turn, for uploads count like messages."""

    def __init__(
        self,
        account: Account,
        tokens: Tokens,
        *,
        per_second: float | None = None,
        calls: Calls | None = None,
    ) -> None:
        self._account = account
        self._tokens = tokens
        self._calls = calls or Calls()
        self._pace = Pace(per_second)
        self._turn = asyncio.Lock()

    async def send(self, path: str, body: Json) -> Json:
        """Send a message of one person or group; return what Zalo tells of it."""
        return await self._call(self._account.api + path, lambda: {"json": body}, path == BY_USER)

    async def send_to_phone(self, body: Json) -> Json:
        """Send a template message to a phone; return what Zalo tells of it."""
        url = self._account.business_api + BY_PHONE
        return await self._call(url, lambda: {"json": body}, template=True)

    async def upload(self, path: str, file: File) -> str:
        """Upload a file; return what names it in a message. Nothing was sent where this fails."""

        def request() -> dict[str, Any]:
            form = FormData(quote_fields=False)
            form.add_field("file", file.content, filename=file.name, content_type=file.media_type)
            return {"data": form}

        try:
            told = await self._call(self._account.api + path, request)
        except Unanswered as error:
            raise Unsent(f"upload: {error}") from None
        named = told.get("attachment_id") or told.get("token")
        if not isinstance(named, str):
            raise Unsent("upload: an answer without a name")
        return named

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    async def _call(
        self, url: str, request: Callable[[], dict[str, Any]], template: bool = False
    ) -> Json:
        """Call, and once more with a new token where Zalo does not take the one that there was."""
        token = await self._tokens.access()
        try:
            return await self._called(url, request(), token, template)
        except Rejected as refusal:
            if refusal.code not in REFRESH:
                raise
        token = await self._tokens.renewed(token)
        return await self._called(url, request(), token, template)

    async def _called(self, url: str, request: dict[str, Any], token: str, template: bool) -> Json:
        await self._wait()
        answer = await self._calls.post(url, headers={"access_token": token}, **request)
        return _read(answer, template)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        since = loop.time()
        async with self._turn:
            while seconds := self._pace.wait(loop.time()):  # noqa: ASYNC110
                await asyncio.sleep(seconds)
            self._pace.landed(self._pace.take(loop.time(), since), loop.time())


def _read(answer: Answer, template: bool) -> Json:
    told = _told(answer.body)
    code = _code(told)
    fine = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
    if code is None:
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise Rejected(answer.status, template=template)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Rejected(_RATE, template=template)
        if fine or answer.status in _UNCLEAR:
            raise Unanswered(f"{answer.status} with an answer that is not Zalo's")
        raise Disturbed(f"{answer.status} with an answer that is not Zalo's")
    if code:
        raise Rejected(code, str(told.get("message", "")), template=template)
    if not fine:
        raise Unanswered(f"{answer.status} with an error of 0")
    data = told.get("data")
    return data if isinstance(data, dict) else {}


def _told(body: str) -> Json:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _code(told: Json) -> int | None:
    """Return the error that Zalo tells, 0 for none; None where it tells nothing of the kind."""
    try:
        return int(str(told.get("error")))
    except ValueError:
        return None
