"""Calls of the Bot Platform: JSON both ways, and our own reading of what comes back."""

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from bot.channels.calls import ANSWER_SECONDS, Answer, ApiError, Calls, Unanswered
from bot.channels.zalo_bot_errors import REQUEST_TIMEOUT, Rejected
from bot.logs import HIDDEN

OFFICIAL_API: Final = "https://bot-api.zaloplatforms.com"
# An idle poll may be told as {"ok": false} without a code; this word is all that says so.
_TIMEOUT: Final = "timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose bot it is, and at which server."""

    token: str = field(repr=False)
    api: str = OFFICIAL_API


class Client:
    """One bot's line to the platform; whatever goes wrong is an `ApiError` without a token."""

    def __init__(self, account: Account) -> None:
        self._calls = Calls()
        self._token = account.token
        # The token stands in the address of every call, as Telegram's does.
        self._base = f"{account.api.rstrip('/')}/bot{quote(account.token, safe=':')}"

    async def call(self, method: str, seconds: float = ANSWER_SECONDS, /, **parameters: str) -> Any:
        """Call a method and return its result, None where the answer has none."""
        url = f"{self._base}/{method}"
        return self._result(await self._calls.post(url, seconds=seconds, json=parameters))

    async def attempt(self, method: str, **parameters: str) -> ApiError | None:
        """Call a method that nothing hangs on; return what went wrong, if anything did."""
        try:
            await self.call(method, 5.0, **parameters)
        except ApiError as error:
            return error
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    def _result(self, answer: Answer) -> Any:
        """Return what came; success is a 2xx and `ok`, for a refusal may come with a 200."""
        status, fine = answer.status, 200 <= answer.status < 300
        told = _object(self._without_token(answer.body))
        if told is None or "ok" not in told:
            if fine:
                raise Unanswered(f"{status} with an answer that is not the Bot Platform's")
            raise Rejected(status, spoken=False)
        if told["ok"] is True and fine:
            return told.get("result")
        description = str(told.get("description") or "")
        raise Rejected(_code(told, 0 if fine else status, description), description)

    def _without_token(self, body: str) -> str:
        # A gateway's page may quote the address; Zalo's tokens have no shape to know them by.
        hidden = body.replace(self._token, HIDDEN)
        return hidden.replace(quote(self._token, safe=""), HIDDEN)


def _object(body: str) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _code(told: dict[str, Any], status: int, description: str) -> int:
    """Return the code of a refusal; one method spells its name in another way."""
    for name in ("error_code", "errorCode"):
        try:
            return int(told[name])
        except (KeyError, TypeError, ValueError):
            continue
    return status or (REQUEST_TIMEOUT if _TIMEOUT in description.lower() else 0)
