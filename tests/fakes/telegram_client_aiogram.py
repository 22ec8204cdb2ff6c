"""aiogram under the verbs of the tests."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiogram.exceptions as errors
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeUnion,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from pydantic import TypeAdapter

from tests.fakes.telegram_refusals import Json

Rows = Sequence[Sequence[tuple[str, str]]]
Heard = tuple[int, str, str]
SCOPES: TypeAdapter[BotCommandScopeUnion] = TypeAdapter(BotCommandScopeUnion)


class Aiogram:
    """aiogram."""

    errors: Mapping[str, type[Exception]] = {
        "unauthorized": errors.TelegramUnauthorizedError,
        "bad": errors.TelegramBadRequest,
        "forbidden": errors.TelegramForbiddenError,
        "conflict": errors.TelegramConflictError,
        "too many": errors.TelegramRetryAfter,
        "migrated": errors.TelegramMigrateToChat,
        "server": errors.TelegramServerError,
        "network": errors.TelegramNetworkError,
    }

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def me(self) -> tuple[int, bool, bool]:
        me = await self.bot.get_me()
        return me.id, me.is_bot, bool(me.can_join_groups)

    async def updates(self, offset: int = 0, wait: int = 0) -> list[Heard]:
        return [
            (u.update_id, u.event_type, _said(u.event))
            for u in await self.bot.get_updates(offset=offset, timeout=wait)
        ]

    async def text(self, chat: int, text: str, html: bool = False, rows: Rows = ()) -> int:
        mode = "HTML" if html else None
        sent = await self.bot.send_message(chat, text, parse_mode=mode, reply_markup=_keys(rows))
        return sent.message_id

    async def edit(self, chat: int, message: int, text: str, rows: Rows = ()) -> str:
        edited = await self.bot.edit_message_text(
            text, chat_id=chat, message_id=message, reply_markup=_keys(rows)
        )
        assert not isinstance(edited, bool)
        return edited.text or ""

    async def edit_rows(self, chat: int, message: int, rows: Rows) -> None:
        await self.bot.edit_message_reply_markup(
            chat_id=chat, message_id=message, reply_markup=_keys(rows)
        )

    async def edit_caption(self, chat: int, message: int, caption: str) -> None:
        await self.bot.edit_message_caption(chat_id=chat, message_id=message, caption=caption)

    async def delete(self, chat: int, message: int) -> bool:
        return await self.bot.delete_message(chat, message)

    async def answer(self, query: str, text: str) -> bool:
        return await self.bot.answer_callback_query(query, text=text)

    async def query(self, offset: int) -> str:
        [update] = await self.bot.get_updates(offset=offset)
        assert update.callback_query
        return update.callback_query.id

    async def document(self, chat: int, what: bytes | str, name: str = "") -> str:
        file = BufferedInputFile(what, name) if isinstance(what, bytes) else what
        sent = await self.bot.send_document(chat, file)
        assert sent.document
        return sent.document.file_id

    async def photo(self, chat: int, what: bytes | str, caption: str = "") -> str:
        file = BufferedInputFile(what, "photo.png") if isinstance(what, bytes) else what
        sent = await self.bot.send_photo(chat, file, caption=caption)
        assert sent.photo
        return sent.photo[-1].file_id

    async def download(self, file_id: str) -> bytes:
        got = await self.bot.download(file_id)
        assert got
        return got.read()

    async def set_commands(self, commands: Json, scope: Json, language: str) -> bool:
        menu = [BotCommand(command=c, description=d) for c, d in commands.items()]
        return await self.bot.set_my_commands(
            menu, scope=SCOPES.validate_python(scope), language_code=language
        )

    async def commands(self, scope: Json, language: str) -> Json:
        menu = await self.bot.get_my_commands(
            scope=SCOPES.validate_python(scope), language_code=language
        )
        return {command.command: command.description for command in menu}

    async def delete_commands(self, scope: Json, language: str) -> bool:
        return await self.bot.delete_my_commands(
            scope=SCOPES.validate_python(scope), language_code=language
        )

    async def set_webhook(self, url: str, secret: str) -> bool:
        return await self.bot.set_webhook(url, secret_token=secret)

    async def webhook(self) -> tuple[str, int, str | None]:
        told = await self.bot.get_webhook_info()
        return told.url, told.pending_update_count, told.last_error_message

    async def delete_webhook(self, drop: bool = False) -> bool:
        return await self.bot.delete_webhook(drop_pending_updates=drop)

    async def chat(self, chat: int) -> str:
        return (await self.bot.get_chat(chat)).type

    def seconds(self, error: Exception) -> int:
        assert isinstance(error, errors.TelegramRetryAfter)
        return error.retry_after

    def new_chat(self, error: Exception) -> int:
        assert isinstance(error, errors.TelegramMigrateToChat)
        return error.migrate_to_chat_id


def _said(event: Any) -> str:
    return str(getattr(event, "text", None) or getattr(event, "data", None) or "")


def _keys(rows: Rows) -> InlineKeyboardMarkup | None:
    keys = [[InlineKeyboardButton(text=t, callback_data=d) for t, d in row] for row in rows]
    return InlineKeyboardMarkup(inline_keyboard=keys) if keys else None
