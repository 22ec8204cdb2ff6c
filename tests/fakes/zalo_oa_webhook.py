"""Events posted to the app: signed, in order of a sender, again when the connection fails."""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.zalo_oa_clock import Clock
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_refusals import Json
from tests.fakes.zalo_oa_tokens import App

HERE = ("127.0.0.1", "localhost", "::1")
Mac = Literal["right", "wrong", "missing"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery: 0 as status when no answer came, or it came too late."""

    event: str
    at: float
    status: int
    seconds: float
    retry: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """An event as it goes out, the same bytes every time."""

    event: str
    content: bytes
    signature: str = ""


class Webhook:
    """Delivers to an address while one is set and was not disabled."""

    def __init__(self, app: App, habits: Habits, clock: Clock, look: Callable[[], None]) -> None:
        self._app, self._habits, self._clock, self._look = app, habits, clock, look
        self.attempts: list[Attempt] = []
        self.disabled = False
        self._url = ""
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._tails: dict[str, asyncio.Event] = {}

    @property
    def url(self) -> str:
        """Return where events go, "" for nowhere."""
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        if url and urlsplit(url).hostname not in HERE:  # the fake never leaves this machine
            raise ValueError(url)
        self._url, self.disabled = url, False

    @property
    def waiting(self) -> int:
        """Return how many events are on their way or wait for another try."""
        return len(self._tasks)

    def send(self, event: Json, mac: Mac = "right", padding: int = 0) -> None:
        """Deliver an event, once more if it is known; with a wrong or no signature, or too big."""
        if not self._url or self.disabled:
            return
        told = event | ({"padding": "x" * padding} if padding else {})
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        parcel = Parcel(str(event["event_name"]), content, self._sign(told, content, mac))
        sender = str((event.get("sender") or event.get("follower") or {}).get("id", ""))
        before, tried = self._tails.get(sender), asyncio.Event()
        self._tails[sender] = tried
        task = asyncio.create_task(self._deliver(parcel, before, tried))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def probe(self) -> Attempt:
        """Post nothing at all, as the console does when an address is saved."""
        return await self._post(Parcel("", b""), 0)

    async def close(self) -> None:
        """Stop; what is on its way is lost."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session:
            await self._session.close()
            self._session = None

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._look()

    def _sign(self, event: Json, content: bytes, mac: Mac) -> str:
        if mac == "missing":
            return ""
        app, habits = self._app, self._habits
        first = app.id if habits.signed_by == "app_id" else app.oa_id
        secret = app.oa_secret if habits.signed_with == "oa_secret" else app.secret
        if mac == "wrong":
            secret = f"not {secret}"
        timestamp = str(event.get("timestamp", ""))
        signed = first.encode() + content + timestamp.encode() + secret.encode()
        return habits.mac_prefix + hashlib.sha256(signed).hexdigest()

    async def _deliver(
        self, parcel: Parcel, before: asyncio.Event | None, tried: asyncio.Event
    ) -> None:
        try:
            if before:
                await before.wait()
            attempt = await self._post(parcel, 0)
        finally:
            tried.set()
        for retry, pause in enumerate(self._habits.ladder, 1):
            if not self._failed(attempt):
                return
            await self._clock.sleep(pause * self._habits.ladder_scale)
            if not self._url or self.disabled:
                return
            attempt = await self._post(parcel, retry)
        if self._failed(attempt):
            self.disabled = True

    def _failed(self, attempt: Attempt) -> bool:
        if attempt.late:
            return self._habits.retries_late
        if attempt.status == 0:
            return True
        fine = HTTPStatus.OK <= attempt.status < HTTPStatus.MULTIPLE_CHOICES
        return not fine and self._habits.retries_refused

    async def _post(self, parcel: Parcel, retry: int) -> Attempt:
        started, status, late = time.monotonic(), 0, False
        at = self._clock.now()
        try:
            status = await self._request(parcel, retry)
        except TimeoutError:
            late = True
        except aiohttp.ClientError:
            status = 0
        seconds = time.monotonic() - started
        attempt = Attempt(parcel.event, at, status, seconds, retry, late)
        self.attempts.append(attempt)
        self._look()
        return attempt

    async def _request(self, parcel: Parcel, retry: int) -> int:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {"Content-Type": "application/json"} if parcel.content else {}
        if parcel.signature:
            headers["X-ZEvent-Signature"] = parcel.signature
        if retry:
            headers["num_retry"] = str(retry)
        post = self._session.post(
            self._url,
            data=parcel.content,
            headers=headers,
            skip_auto_headers=["Content-Type"],
            timeout=aiohttp.ClientTimeout(total=self._habits.answer_within),
            allow_redirects=False,
        )
        async with post as answer:
            await answer.read()
            return answer.status
