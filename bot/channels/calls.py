"""Calls of a platform's HTTP API: what certainly did not leave, and what may have arrived."""

from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    InvalidURL,
)
from multidict import CIMultiDictProxy

from bot.logs import redacted

# A call that is not answered in time may have been carried out; a connection that does not come
# about certainly was not.
ANSWER_SECONDS: Final = 25.0
CONNECT_SECONDS: Final = 10.0


class ApiError(Exception):
    """Say that a call did not end well; a token never stands in its words."""

    def __init__(self, reason: str) -> None:
        super().__init__(redacted(reason))


class Unsent(ApiError):
    """Say that the request did not leave this machine."""


class Unanswered(ApiError):
    """Say that the request may have arrived, and no answer that can be read came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP, whatever it means."""

    status: int
    body: str = field(repr=False)
    headers: CIMultiDictProxy[str]


class Calls:
    """Posts to one platform; a session is opened with the first call, in whoever's loop that is."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    async def post(self, url: str, *, seconds: float = ANSWER_SECONDS, **request: Any) -> Answer:
        """Post and return the answer; raise `Unsent` or `Unanswered` where none came."""
        if self._session is None or self._session.closed:
            self._session = ClientSession()
        timeout = ClientTimeout(total=seconds, connect=min(seconds, CONNECT_SECONDS))
        try:
            async with self._session.post(
                url, timeout=timeout, allow_redirects=False, **request
            ) as answer:
                body = (await answer.read()).decode(errors="replace")
                return Answer(status=answer.status, body=body, headers=answer.headers)
        except Exception as error:
            raise failure(error) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def failure(error: Exception) -> ApiError:
    """Say what a call that brought no answer means; re-raise what is a bug of our own.

    A fault is named by its kind alone: its words may hold an address with a token in it.
    """
    cause = getattr(error, "os_error", None)
    name = f"{type(error).__name__} ({type(cause).__name__})" if cause else type(error).__name__
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError | InvalidURL):
        return Unsent(name)
    if isinstance(error, ClientError | TimeoutError | OSError | UnicodeError):
        return Unanswered(name)
    raise error
