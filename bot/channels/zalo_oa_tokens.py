"""The pair of tokens of an Official Account, renewed once by whoever comes first.

A refresh token is good for one use, and the old access token dies with it: so one process renews
under a lease in the database, the new pair is committed before anybody uses it, and all others,
here and in other processes, wait for it by looking there.
"""

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from bot.channels.calls import ApiError, Calls, Unanswered, Unsent
from bot.channels.rhythm import Rhythm
from bot.channels.zalo_oa_errors import NoTokens
from bot.channels.zalo_oa_events import NAME
from bot.clock import Clock
from storage import credentials
from storage.credentials import Pair
from storage.database import Database

PATH: Final = "/v4/oa/access_token"
# What Zalo's documents say, where an answer does not.
USUAL_SECONDS: Final = 90_000
TRIES: Final = 2
TO_DO: Final = (
    "no token for the Official Account: run `python -m bot zalo consent`, let its administrator "
    "agree, then `python -m bot zalo authorize CODE`; until then nothing goes out on Zalo OA"
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Which Official Account, by which app, and at which addresses it is reached."""

    oa_id: str
    app_id: str
    app_secret: str = field(repr=False)
    api: str
    business_api: str
    oauth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How early a pair is renewed, and how many seconds everything around that may take."""

    ahead: timedelta = timedelta(hours=1)
    least: timedelta = timedelta(minutes=1)
    lease: timedelta = timedelta(seconds=60)
    answer: float = 20.0
    look: float = 0.2
    watch: float = 60.0
    rest: float = 60.0


class Refused(ApiError):
    """Say that Zalo gives no pair, by its number for why."""


@dataclass(slots=True)
class _Failed:
    """A refresh token that came to nothing, and until when nobody here asks with it again."""

    token: str = field(default="", repr=False)
    until: float = 0.0
    reason: str = ""


class Tokens:
    """Hands out the access token of one account; safe beside others on the same database."""

    def __init__(
        self,
        account: Account,
        database: Database,
        clock: Clock,
        *,
        patience: Patience | None = None,
        calls: Calls | None = None,
    ) -> None:
        self._account = account
        self._database = database
        self._clock = clock
        self._patience = patience or Patience()
        self._calls = calls or Calls()
        self._me = uuid.uuid4().hex
        self._pair: Pair | None = None
        self._renewal: asyncio.Task[str] | None = None
        self._failed = _Failed()

    async def access(self) -> str:
        """Return a token that is good now, as far as is known here."""
        pair = self._pair or await self._load()
        if pair is None:
            log.error("zalo_oa.no_tokens", to_do=TO_DO)
            raise NoTokens("the account was never authorised", self._patience.rest)
        self._pair = pair
        return await self.renewed(pair.access_token) if self._ends(pair) else pair.access_token

    async def renewed(self, refused: str) -> str:
        """Return another token than one that is no good any more."""
        while True:
            if self._renewal is None or self._renewal.done():
                self._renewal = asyncio.create_task(self._renew(refused))
                self._renewal.add_done_callback(_noticed)
            # A send that is cancelled must not take the answer with the new pair with it.
            token = await asyncio.shield(self._renewal)
            if token != refused:
                return token

    async def watch(self) -> None:
        """Renew the pair in good time until cancelled, however quiet the channel is."""
        while True:
            try:
                pair = await self._load()
                if pair and pair.expires_at - self._clock.now() <= self._patience.ahead:
                    await self.renewed(pair.access_token)
            except ApiError as error:
                log.warning("zalo_oa.renewal_failed", reason=str(error))
            except Exception as fault:
                log.error("zalo_oa.renewal_failed", reason=type(fault).__name__)
            await asyncio.sleep(self._patience.watch)

    async def close(self) -> None:
        """Let a renewal that was begun come to its end, and close the connections."""
        if self._renewal and not self._renewal.done():
            await asyncio.wait({self._renewal}, timeout=self._patience.answer)
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)
        await self._calls.close()

    def _ends(self, pair: Pair) -> bool:
        return pair.expires_at - self._clock.now() <= self._patience.least

    async def _load(self) -> Pair | None:
        return await self._database.read(lambda tx: credentials.pair_of(tx, NAME))

    async def _renew(self, refused: str) -> str:
        while True:
            pair = await self._load()
            if pair is None:
                raise NoTokens("the account was never authorised", self._patience.rest)
            if pair.access_token != refused and not self._ends(pair):
                self._pair = pair
                return pair.access_token
            self._leave_alone(pair)
            if await self._begin(pair):
                return await self._exchange(pair)
            await asyncio.sleep(self._patience.look)

    def _leave_alone(self, pair: Pair) -> None:
        """Ask no more with a token that came to nothing a moment ago."""
        left = self._failed.until - asyncio.get_running_loop().time()
        if pair.refresh_token == self._failed.token and left > 0:
            raise NoTokens(self._failed.reason, max(left, 0.1))

    async def _begin(self, pair: Pair) -> bool:
        token, now, lease = pair.refresh_token, self._clock.now(), self._patience.lease
        begin: Callable[[Connection], bool] = lambda tx: credentials.begin_renewal(  # noqa: E731
            tx, NAME, token, self._me, now, lease
        )
        return await self._database.run(begin)

    async def _exchange(self, pair: Pair) -> str:
        """Change a refresh token for a new pair: asked once more where no answer came."""
        reason = ""
        for tried in range(TRIES):
            try:
                new = await self._ask(pair.refresh_token)
            except Unsent as error:
                reason = str(error)
                if tried == 0:
                    await self._give_up()
                    raise
            except Unanswered as error:
                reason = str(error)
            except Refused as error:
                reason = str(error)
                break
            else:
                await self._keep(new)
                log.info("zalo_oa.renewed", until=f"{new.expires_at:%Y-%m-%dT%H:%MZ}")
                return new.access_token
        await self._give_up()
        until = asyncio.get_running_loop().time() + self._patience.rest
        self._failed = _Failed(pair.refresh_token, until, reason)
        log.error("zalo_oa.not_renewed", reason=reason, to_do=TO_DO)
        raise NoTokens(reason, self._patience.rest)

    async def _ask(self, refresh_token: str) -> Pair:
        form = {"refresh_token": refresh_token, "grant_type": "refresh_token"}
        now = self._clock.now()
        return await pair_for(self._calls, self._account, form, now, self._patience.answer)

    async def _keep(self, pair: Pair) -> None:
        """Commit a new pair; it exists nowhere else, so a database that is away is waited for."""
        for seconds in Rhythm(first_pause=0.1, longest_pause=5.0).pauses():
            try:
                await self._database.run(lambda tx: credentials.keep(tx, NAME, pair))
            except Exception as fault:
                log.error("zalo_oa.pair_not_kept", fault=type(fault).__name__)
                await asyncio.sleep(seconds)
            else:
                break
        self._pair = pair

    async def _give_up(self) -> None:
        await self._database.run(lambda tx: credentials.end_renewal(tx, NAME, self._me))


async def pair_for(
    calls: Calls, account: Account, form: Mapping[str, str], now: datetime, seconds: float = 20.0
) -> Pair:
    """Ask for a pair by a code or a refresh token; raise `Refused` where Zalo says no."""
    answer = await calls.post(
        account.oauth + PATH,
        seconds=seconds,
        data={"app_id": account.app_id, **form},
        headers={"secret_key": account.app_secret},
    )
    told = _told(answer.body)
    access, refresh = told.get("access_token"), told.get("refresh_token")
    if isinstance(access, str) and access and isinstance(refresh, str) and refresh:
        end = now + timedelta(seconds=_whole(told.get("expires_in"), USUAL_SECONDS))
        return Pair(access_token=access, refresh_token=refresh, expires_at=end, renewed_at=now)
    if code := _whole(told.get("error"), 0):
        raise Refused(f"Zalo gives no tokens: {code}")
    raise Unanswered(f"{answer.status} with an answer that is not Zalo's")


def _told(body: str) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _whole(told: object, otherwise: int) -> int:
    """Return a number that may be written as a string."""
    try:
        return int(str(told))
    except ValueError:
        return otherwise


def _noticed(task: asyncio.Task[str]) -> None:
    """Look at how a renewal ended, even when everybody who waited for it is gone."""
    if not task.cancelled():
        task.exception()
