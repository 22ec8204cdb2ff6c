"""Calls of the Bot API: aiogram's methods and session, our own reading of the answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiohttp import ClientTimeout

from bot.channels.calls import ANSWER_SECONDS, CONNECT_SECONDS, ApiError, Unanswered, failure
from bot.channels.telegram_errors import Rejected

OFFICIAL_API: Final = "https://api.telegram.org"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose bot it is, and at which server: Telegram's, or one's own of the same Bot API."""

    token: str = field(repr=False)
    api: str = OFFICIAL_API


class _Session(AiohttpSession):
    """aiogram's session, whose end need not be waited for."""

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None and not self._session.closed:
            await self._session.close()


class Client:
    """One bot's line to the Bot API; whatever goes wrong is an `ApiError` without a token in it."""

    def __init__(self, account: Account) -> None:
        self._session = _Session(api=TelegramAPIServer.from_base(account.api))
        self._bot = Bot(account.token, session=self._session)
        self.date = ""

    async def call(self, method: TelegramMethod[Any], seconds: float = ANSWER_SECONDS) -> Any:
        """Call a method and return its result as it came, in plain JSON."""
        try:
            status, body = await self._post(method, seconds)
        except Exception as error:
            raise failure(error) from None
        return _result(status, body)

    async def attempt(self, method: TelegramMethod[Any], seconds: float = 5.0) -> ApiError | None:
        """Call a method that nothing hangs on; return what went wrong, if anything did."""
        try:
            await self.call(method, seconds)
        except ApiError as error:
            return error
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _post(self, method: TelegramMethod[Any], seconds: float) -> tuple[int, str]:
        session = await self._session.create_session()
        url = self._session.api.api_url(token=self._bot.token, method=method.__api_method__)
        form = self._session.build_form_data(bot=self._bot, method=method)
        timeout = ClientTimeout(total=seconds, connect=min(seconds, CONNECT_SECONDS))
        async with session.post(url, data=form, timeout=timeout, allow_redirects=False) as answer:
            self.date = answer.headers.get("Date", "")
            return answer.status, (await answer.read()).decode(errors="replace")


def _result(status: int, body: str) -> Any:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict) or "ok" not in told:
        if 200 <= status < 300:
            raise Unanswered(f"{status} with an answer that is not the Bot API's")
        raise Rejected(status, "")
    if told["ok"] is True and 200 <= status < 300:
        return told.get("result")
    parameters = told.get("parameters")
    more: Mapping[str, Any] = parameters if isinstance(parameters, dict) else {}
    raise Rejected(
        status,
        str(told.get("description") or "no reason given"),
        retry_after=_seconds(more.get("retry_after")),
        moved_to=int(more.get("migrate_to_chat_id") or 0),
    )


def _seconds(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) and told > 0 else None
