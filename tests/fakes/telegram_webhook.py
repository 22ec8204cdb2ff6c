"""Updates pushed to the bot's address: a chat in order, chats side by side, until they land."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from multidict import CIMultiDictProxy

from tests.fakes.telegram_parameters import Parameters, from_json, leading_number
from tests.fakes.telegram_refusals import bad
from tests.fakes.telegram_updates import Event, Updates

HERE = ("127.0.0.1", "localhost", "::1")
PORTS = (80, 88, 443, 8443)
LONGEST_SECRET = 256
# What a bot may not do in its answer to an update.
NOT_IN_ANSWERS = ("setwebhook", "deletewebhook", "close", "logout")


@dataclass(slots=True, kw_only=True)
class Pace:
    """How long Telegram waits for a bot, and how soon it tries again."""

    timeout: float = 60.0
    unit: float = 1.0
    longest: float = 60.0

    def pause(self, failures: int) -> float:
        """Return the pause after so many failures: none after the first, then doubling."""
        return 0.0 if failures <= 1 else min(self.longest, self.unit * 2.0 ** (failures - 1))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a bot wants its updates, and with what secret."""

    url: str
    secret: str = ""
    connections: int = 40
    ip: str = ""

    def check(self) -> None:
        """Refuse what Telegram would; plain http is for this machine."""
        split = urlsplit(self.url if "://" in self.url else f"https://{self.url}")
        if split.scheme not in ("http", "https") or not split.hostname:
            raise bad("invalid webhook URL specified")
        if len(self.secret) > LONGEST_SECRET:
            raise bad("secret token is too long")
        if not all(c.isascii() and (c.isalnum() or c in "_-") for c in self.secret):
            raise bad("secret token contains unallowed characters")
        if split.hostname in HERE:
            return
        if split.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (split.port or 443) not in PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")

    @property
    def here(self) -> bool:
        """Return whether it is on this machine."""
        return urlsplit(self.url).hostname in HERE


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery: 0 as status when no answer came."""

    update_id: int
    at: float
    status: int


@dataclass(slots=True)
class Webhook:
    """Delivers updates to an address while one is set."""

    updates: Updates
    run: Callable[[str, Parameters], Awaitable[object]]
    pace: Pace = field(default_factory=Pace)
    address: Address | None = None
    attempts: list[Attempt] = field(default_factory=list)
    error_message: str = ""
    error_date: int = 0
    now: Callable[[], int] = int
    on_attempt: Callable[[], None] | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: asyncio.Task[None] | None = None
    _session: aiohttp.ClientSession | None = None
    _busy: dict[tuple[str, int], asyncio.Task[None]] = field(default_factory=dict)

    async def set(self, address: Address) -> None:
        """Begin to deliver to an address."""
        await self.close()
        self.address, self.error_message, self.error_date = address, "", 0
        self.updates.on_new = self._wake.set
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=False),
            timeout=aiohttp.ClientTimeout(total=self.pace.timeout),
        )
        self._runner = asyncio.create_task(self._deliver_all())

    async def close(self) -> None:
        """Stop; what is on its way counts as not delivered."""
        self.address, self.updates.on_new = None, None
        tasks = [*self._busy.values(), *([self._runner] if self._runner else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy.clear()
        self._runner = None
        if self._session:
            await self._session.close()
            self._session = None

    async def _deliver_all(self) -> None:
        while True:
            self._wake.clear()
            soonest = self._start_ready()
            pause = None if soonest is None else max(0.0, soonest - self.updates.clock())
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _start_ready(self) -> float | None:
        """Start what can be delivered now; return when the next one can be tried again."""
        assert self.address
        now, soonest = self.updates.clock(), None
        passed = set(self._busy)
        self.updates.count()
        for event in self.updates.pending:
            if len(self._busy) >= self.address.connections:
                break
            if event.queue in passed:
                continue
            passed.add(event.queue)
            if event.not_before > now:
                soonest = min(soonest or event.not_before, event.not_before)
            else:
                deliver = self._deliver(event, self.address)
                self._busy[event.queue] = asyncio.create_task(deliver)
        return soonest

    async def _deliver(self, event: Event, address: Address) -> None:
        try:
            status, error, pause = await self._post(event, address)
        finally:
            self._busy.pop(event.queue, None)
            self._wake.set()
        self.attempts.append(Attempt(event.id, self.updates.clock(), status))
        if not error:
            self.updates.forget(event)
        else:
            self._failed(event, error, pause)
        if self.on_attempt:
            self.on_attempt()

    def _failed(self, event: Event, error: str, pause: int) -> None:
        self.error_message, self.error_date = error, self.now()
        event.failures += 1
        event.not_before = self.updates.clock() + (pause or self.pace.pause(event.failures))

    async def _post(self, event: Event, address: Address) -> tuple[int, str, int]:
        assert self._session
        if not address.here:  # the fake never leaves this machine
            return 0, "Connection refused", 0
        headers = {"X-Telegram-Bot-Api-Secret-Token": address.secret} if address.secret else {}
        post = self._session.post(
            address.url, json=event.update, headers=headers, allow_redirects=False
        )
        try:
            async with post as answer:
                body = await answer.read()
        except TimeoutError:
            return 0, "Read timeout expired", 0
        except aiohttp.ClientConnectorError:
            return 0, "Connection refused", 0
        except aiohttp.ClientError:
            return 0, "Webhook connection closed", 0
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
            wait = leading_number(answer.headers.get("Retry-After", ""))
            return answer.status, error, min(max(wait, 0), 3600)
        await self._obey(body, answer.headers)
        return answer.status, "", 0

    async def _obey(self, body: bytes, headers: CIMultiDictProxy[str]) -> None:
        """Do what the answer asks; nobody learns how that went."""
        parameters = _written(body, headers.get("Content-Type", ""))
        method = parameters.text("method")
        if method and not method.lower().startswith(("get", *NOT_IN_ANSWERS)):
            await self.run(method, parameters)


def _written(body: bytes, kind: str) -> Parameters:
    if "json" not in kind:
        return Parameters(dict(parse_qsl(body.decode(errors="replace"))))
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return Parameters()
    return from_json(read) if isinstance(read, dict) else Parameters()
