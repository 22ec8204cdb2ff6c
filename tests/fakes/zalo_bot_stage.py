"""The bot's side of the wire for the fake's own tests: it asks, and listens at an address."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot import FakeZaloBot

SECRET = "a-shared-secret"


@dataclass(frozen=True, slots=True)
class Bot:
    """Asks a fake by hand."""

    fake: FakeZaloBot
    http: aiohttp.ClientSession

    async def ask(self, method: str, **wish: Any) -> tuple[int, Json]:
        """Return the status and the envelope of one request."""
        url = f"{self.fake.url}/bot{self.fake.token}/{method}"
        async with self.http.post(url, json=wish) as response:
            return response.status, await response.json()

    async def result(self, method: str, **wish: Any) -> Json:
        """Return the result of a request that has to succeed."""
        status, told = await self.ask(method, **wish)
        assert (status, told["ok"]) == (200, True), told
        result: Json = told["result"]
        return result

    async def text(self) -> str:
        """Return the text of the next update."""
        return str((await self.result("getUpdates"))["message"]["text"])


@asynccontextmanager
async def talking(fake: FakeZaloBot) -> AsyncIterator[Bot]:
    """Yield a bot that asks a fake."""
    async with aiohttp.ClientSession() as http:
        yield Bot(fake, http)


@dataclass(slots=True)
class Hook:
    """Keeps what comes to a webhook and answers 200, or what `statuses` say first.

    It answers nothing before `free` is set, if there is one.
    """

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    free: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.Response:
        """Keep a request and answer it."""
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        with contextlib.suppress(ValueError):
            self.heard.append(json.loads(self.bodies[-1]))
        if self.free:
            await self.free.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response({"message": "Success"}, status=status)

    def forget(self) -> None:
        """Forget the probes."""
        self.bodies.clear()
        self.headers.clear()
        self.heard.clear()

    @property
    def texts(self) -> list[str]:
        """Return the texts of flat updates."""
        return [update["message"]["text"] for update in self.heard]


@asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    """Yield a webhook that no bot has set yet."""
    hook = Hook()
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hook"))
        yield hook
