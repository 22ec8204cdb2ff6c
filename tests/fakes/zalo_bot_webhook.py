"""Updates pushed to the bot's address: a chat in order, chats side by side, once."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_habits import Habits
from tests.fakes.zalo_bot_wire import refused

AGENT = "Java/1.8.0_192"
SECRET_HEADER = "X-Bot-Api-Secret-Token"
HERE = ("127.0.0.1", "localhost", "::1")
ZALO = ("zalo.me", "zaloplatforms.com", "zaloapp.com", "zapps.me", "zapps.vn")
SHORTEST_SECRET, LONGEST_SECRET = 8, 256
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a bot wants its updates, and with what secret."""

    url: str
    secret: str

    def check(self, habits: Habits) -> None:
        """Refuse what Zalo would; with `loopback_http` take an address on this machine."""
        if not SHORTEST_SECRET <= len(self.secret) <= LONGEST_SECRET:
            raise refused(400, "secret_token has 8 to 256 characters")
        try:
            split = urlsplit(self.url)
            host = split.hostname or ""
            _ = split.port
        except ValueError:
            raise refused(400, "url is no address") from None
        if host in HERE and habits.loopback_http and split.scheme in ("http", "https"):
            return
        if split.scheme != "https" or not host:
            raise refused(400, "url has to begin with https://")
        if _private(host) or any(host == zalo or host.endswith(f".{zalo}") for zalo in ZALO):
            raise refused(400, "url has to be public")

    @property
    def here(self) -> bool:
        """Return whether it is on this machine."""
        return urlsplit(self.url).hostname in HERE


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST to the bot's address: 0 as status when no answer came, `outcome` in Zalo's words."""

    message_id: str
    event: str
    at: float
    status: int
    outcome: str
    latency_ms: int
    answer: bytes = b""

    @property
    def fine(self) -> bool:
        """Return whether the bot said yes."""
        return self.outcome == "webhook.ok"


class Webhook:
    """Delivers to an address while one is set, each update once unless habits say otherwise."""

    def __init__(
        self, habits: Habits, clock: Callable[[], float], on_attempt: Callable[[], None]
    ) -> None:
        self.address: Address | None = None
        self.updated_at = 0
        self.attempts: list[Attempt] = []
        self.probes: list[Attempt] = []
        self._habits, self._clock, self._on_attempt = habits, clock, on_attempt
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def close(self) -> None:
        """Stop; what is on its way is lost."""
        self.address = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()
            self._session = None

    def send(self, update: Json) -> None:
        """Begin to deliver an update to the address that is set now."""
        assert self.address
        task = asyncio.create_task(self._deliver(update, self.address))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def probe(self, address: Address) -> Attempt:
        """Knock at an address as setWebhook does."""
        secret = address.secret if self._habits.probe_secret else None
        empty = self._habits.probe_body == "empty"
        body = b"" if empty else json.dumps({"event_name": "webhook.verify"}).encode()
        attempt = await self.post(address.url, body, secret, "" if empty else JSON_TYPE)
        self.probes.append(attempt)
        self._on_attempt()
        return attempt

    async def throw(self, body: bytes, secret: str | None, content_type: str) -> Attempt:
        """Post anything to the bot's address, as Zalo or as somebody who pretends to be Zalo."""
        assert self.address, "no webhook is set"
        attempt = await self.post(self.address.url, body, secret, content_type)
        self.attempts.append(attempt)
        self._on_attempt()
        return attempt

    async def _deliver(self, update: Json, address: Address) -> None:
        wrapped = self._habits.body == "wrapped"
        body = json.dumps({"ok": True, "result": update} if wrapped else update).encode()
        message = update.get("message", {})
        told = (message.get("message_id", ""), update.get("event_name", ""))
        async with self._lanes[message.get("chat", {}).get("id", "")]:
            for _ in range(1 + self._habits.redeliver):
                attempt = await self.post(address.url, body, address.secret, JSON_TYPE, told)
                self.attempts.append(attempt)
                self._on_attempt()
                if attempt.fine:
                    return
                await asyncio.sleep(self._habits.redeliver_after)

    async def post(
        self,
        url: str,
        body: bytes,
        secret: str | None,
        content_type: str,
        told: tuple[str, str] = ("", ""),
    ) -> Attempt:
        """Post once; return what came of it."""
        headers = {"User-Agent": AGENT}
        headers |= {SECRET_HEADER: secret} if secret is not None else {}
        headers |= {"Content-Type": content_type} if content_type else {}
        at, began, answer = self._clock(), time.perf_counter(), b""
        if Address(url, "").here:
            status, outcome, answer = await self._ask(url, body, headers)
        else:  # the fake never leaves this machine
            status, outcome = 0, "webhook.err.unreachable"
        spent = int((time.perf_counter() - began) * 1000)
        return Attempt(*told, at, status, outcome, spent, answer)

    async def _ask(self, url: str, body: bytes, headers: Json) -> tuple[int, str, bytes]:
        if self._session is None:
            # A line for each delivery: a kept one may be closed by the bot just as it is used.
            connector = aiohttp.TCPConnector(limit=0, ssl=False, force_close=True)
            self._session = aiohttp.ClientSession(
                connector=connector, skip_auto_headers=("Content-Type",)
            )
        timeout = aiohttp.ClientTimeout(total=self._habits.webhook_timeout)
        post = self._session.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        )
        try:
            async with post as response:
                return response.status, _outcome(response.status), await response.read()
        except TimeoutError:
            return 0, "webhook.err.timeout", b""
        except aiohttp.ClientSSLError:
            return 0, "webhook.err.tls", b""
        except aiohttp.ClientConnectorError:
            return 0, "webhook.err.conn", b""
        except aiohttp.ClientError:
            return 0, "webhook.err.other", b""


def _outcome(status: int) -> str:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return "webhook.ok"
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        return f"webhook.http.{status}"
    return (
        "webhook.http.5xx" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "webhook.http.other"
    )


def _private(host: str) -> bool:
    if host in HERE or host.endswith((".localhost", ".local")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host
