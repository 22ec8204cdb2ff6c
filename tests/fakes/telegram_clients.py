"""Two libraries that others wrote, under one set of verbs: the judges of the fake."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message, TelegramObject, Update
from pydantic import BaseModel

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_client_aiogram import Aiogram, Heard, Rows
from tests.fakes.telegram_client_ptb import Ptb
from tests.fakes.telegram_refusals import Json

LIBRARIES = ("aiogram", "python-telegram-bot")
# Telegram still sends these beside what its documentation names.
UNDOCUMENTED = {"all_members_are_administrators"}


class Client(Protocol):
    """What the tests ask of either library."""

    errors: Mapping[str, type[Exception]]

    async def me(self) -> tuple[int, bool, bool]: ...
    async def updates(self, offset: int = 0, wait: int = 0) -> list[Heard]: ...
    async def text(self, chat: int, text: str, html: bool = False, rows: Rows = ()) -> int: ...
    async def edit(self, chat: int, message: int, text: str, rows: Rows = ()) -> str: ...
    async def edit_rows(self, chat: int, message: int, rows: Rows) -> None: ...
    async def edit_caption(self, chat: int, message: int, caption: str) -> None: ...
    async def delete(self, chat: int, message: int) -> bool: ...
    async def answer(self, query: str, text: str) -> bool: ...
    async def query(self, offset: int) -> str: ...
    async def document(self, chat: int, what: bytes | str, name: str = "") -> str: ...
    async def photo(self, chat: int, what: bytes | str, caption: str = "") -> str: ...
    async def download(self, file_id: str) -> bytes: ...
    async def set_commands(self, commands: Json, scope: Json, language: str) -> bool: ...
    async def commands(self, scope: Json, language: str) -> Json: ...
    async def delete_commands(self, scope: Json, language: str) -> bool: ...
    async def set_webhook(self, url: str, secret: str) -> bool: ...
    async def webhook(self) -> tuple[str, int, str | None]: ...
    async def delete_webhook(self, drop: bool = False) -> bool: ...
    async def chat(self, chat: int) -> str: ...
    def seconds(self, error: Exception) -> int: ...
    def new_chat(self, error: Exception) -> int: ...


@asynccontextmanager
async def connected(library: str, url: str, token: str) -> AsyncIterator[Client]:
    """Yield a client of one library at a fake."""
    if library == "aiogram":
        session = AiohttpSession(api=TelegramAPIServer.from_base(url))
        async with await session.create_session():  # aiogram's own end sleeps for a quarter second
            yield Aiogram(Bot(token, session=session))
        return
    ptb = telegram.Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
    await ptb._request[0].initialize()
    await ptb._request[1].initialize()
    yield Ptb(ptb)
    await ptb._request[0].shutdown()
    await ptb._request[1].shutdown()


def judge(fake: FakeTelegram) -> None:
    """Let both libraries read every update and every message that a fake has told of."""
    for update in fake.updates:
        assert not unknown_fields(Update, update), update
        read = telegram.Update.de_json(update, None)
        assert not read.api_kwargs, read.api_kwargs
    for call in fake.calls:
        result = call.answer.get("result") if isinstance(call.answer, dict) else None
        if isinstance(result, dict) and "message_id" in result:
            assert not unknown_fields(Message, result), result
            message = telegram.Message.de_json(result, None)
            assert set(message.api_kwargs) <= UNDOCUMENTED, message.api_kwargs


def unknown_fields(kind: type[TelegramObject], payload: Json) -> set[str]:
    """Return the fields that aiogram does not know, wherever they stand; refuse wrong types."""
    found: set[str] = set()
    _collect(kind.model_validate(payload), found)
    return found - UNDOCUMENTED


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, BaseModel):
        found |= set(value.model_extra or {})
        for name in type(value).model_fields:
            _collect(getattr(value, name), found)
    elif isinstance(value, list | tuple):
        for one in value:
            _collect(one, found)
