"""python-telegram-bot under the verbs of the tests."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import telegram
import telegram.error as errors

from tests.fakes.telegram_client_aiogram import Heard, Rows
from tests.fakes.telegram_refusals import Json


class Ptb:
    """python-telegram-bot."""

    errors: Mapping[str, type[Exception]] = {
        "unauthorized": errors.InvalidToken,
        "bad": errors.BadRequest,
        "forbidden": errors.Forbidden,
        "conflict": errors.Conflict,
        "too many": errors.RetryAfter,
        "migrated": errors.ChatMigrated,
        "server": errors.NetworkError,
        "network": errors.NetworkError,
    }

    def __init__(self, bot: telegram.Bot) -> None:
        self.bot = bot

    async def me(self) -> tuple[int, bool, bool]:
        me = await self.bot.get_me()
        return me.id, me.is_bot, bool(me.can_join_groups)

    async def updates(self, offset: int = 0, wait: int = 0) -> list[Heard]:
        return [
            (u.update_id, _kind(u), _said(u.message or u.edited_message or u.callback_query))
            for u in await self.bot.get_updates(offset=offset, timeout=timedelta(seconds=wait))
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
        sent = await self.bot.send_document(chat, what, filename=name or None)
        assert sent.document
        return sent.document.file_id

    async def photo(self, chat: int, what: bytes | str, caption: str = "") -> str:
        sent = await self.bot.send_photo(chat, what, caption=caption)
        return sent.photo[-1].file_id

    async def download(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    async def set_commands(self, commands: Json, scope: Json, language: str) -> bool:
        menu = list(commands.items())
        return await self.bot.set_my_commands(menu, _scope(scope), language)

    async def commands(self, scope: Json, language: str) -> Json:
        menu = await self.bot.get_my_commands(_scope(scope), language)
        return {command.command: command.description for command in menu}

    async def delete_commands(self, scope: Json, language: str) -> bool:
        return await self.bot.delete_my_commands(_scope(scope), language)

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
        assert isinstance(error, errors.RetryAfter)
        wait = error.retry_after
        assert isinstance(wait, timedelta)
        return int(wait.total_seconds())

    def new_chat(self, error: Exception) -> int:
        assert isinstance(error, errors.ChatMigrated)
        return error.new_chat_id


def _said(event: Any) -> str:
    return str(getattr(event, "text", None) or getattr(event, "data", None) or "")


def _kind(update: telegram.Update) -> str:
    return next(name for name in telegram.Update.ALL_TYPES if getattr(update, name))


def _keys(rows: Rows) -> telegram.InlineKeyboardMarkup | None:
    keys = [[telegram.InlineKeyboardButton(t, callback_data=d) for t, d in row] for row in rows]
    return telegram.InlineKeyboardMarkup(keys) if keys else None


def _scope(told: Json) -> telegram.BotCommandScope:
    return telegram.BotCommandScope.de_json(told, None)
