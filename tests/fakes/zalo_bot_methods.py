"""What a bot may ask for: itself, and to send."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_cloud import Chat, Cloud, new_id
from tests.fakes.zalo_bot_view import Kind, Shown
from tests.fakes.zalo_bot_webhook import HERE
from tests.fakes.zalo_bot_wire import Answer, done, listed, measured, refused, required

LONGEST_TEXT = LONGEST_CAPTION = 2000
STYLES = {
    *("b", "i", "u", "s", "f_13", "f_15", "f_18", "f_20", "lst_1", "lst_2"),
    *("c_050a19", "c_15a85f", "c_f7b503", "c_f27806", "c_db342e"),
    *(f"ind_{depth}" for depth in range(1, 6)),
}
Method = Callable[[Json], Awaitable[Answer]]


class Sending:
    """The methods that need nothing but what Zalo knows."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def methods(self) -> dict[str, Method]:
        """Return them by name."""
        return {
            "getMe": self._me,
            "sendMessage": self._message,
            "sendPhoto": self._photo,
            "sendSticker": self._sticker,
            "sendVoice": self._voice,
            "sendChatAction": self._action,
        }

    async def _me(self, _: Json) -> Answer:
        return done(self._cloud.me())

    async def _message(self, values: Json) -> Answer:
        chat_id = required(values, "chat_id")
        text = measured(required(values, "text"), "text", LONGEST_TEXT)
        mode = values.get("parse_mode") or ""
        if mode not in ("", "markdown", "html"):
            raise refused(400, "parse_mode is markdown or html")
        styles = () if mode else tuple(_style(wish) for wish in listed(values, "text_styles"))
        chat = self._cloud.open_chat(chat_id)
        return self._sent(chat, "text", text=text, parse_mode=mode, styles=styles)

    async def _photo(self, values: Json) -> Answer:
        chat_id, url = required(values, "chat_id"), _address(values, "photo")
        caption = ""
        if values.get("caption") is not None:
            caption = measured(required(values, "caption"), "caption", LONGEST_CAPTION)
        chat = self._cloud.open_chat(chat_id)
        photo, kind = await self._fetch(url) if self._cloud.habits.fetch_photos else (None, "")
        return self._sent(chat, "photo", text=caption, url=url, photo=photo, content_type=kind)

    async def _sticker(self, values: Json) -> Answer:
        chat_id, sticker = required(values, "chat_id"), required(values, "sticker")
        return self._sent(self._cloud.open_chat(chat_id), "sticker", sticker=sticker)

    async def _voice(self, values: Json) -> Answer:
        chat_id, url = required(values, "chat_id"), _address(values, "voice_url")
        if not urlsplit(url).path.endswith(".aac"):
            raise refused(400, "voice_url ends in .aac")
        chat = self._cloud.open_chat(chat_id)
        if chat.kind == "GROUP":  # Zalo says yes and delivers nothing
            self._cloud.charge()
            return done({"message_id": new_id(), "date": self._cloud.ms()})
        return self._sent(chat, "voice", url=url)

    async def _action(self, values: Json) -> Answer:
        chat_id, action = required(values, "chat_id"), required(values, "action")
        if action != "typing":
            raise refused(400, "action is typing")
        self._cloud.open_chat(chat_id).actions.append(action)
        return Answer({"ok": True})

    def _sent(self, chat: Chat, kind: Kind, **content: Any) -> Answer:
        self._cloud.charge()
        message_id, date = new_id(), self._cloud.ms()
        chat.shown.append(
            Shown(id=message_id, chat=chat.id, by_bot=True, date=date, kind=kind, **content)
        )
        return done({"message_id": message_id, "date": date})

    async def _fetch(self, url: str) -> tuple[bytes, str]:
        """Get a photo as Zalo does: once, without following; only from this machine."""
        if urlsplit(url).hostname not in HERE:
            raise refused(400, "photo cannot be fetched")
        timeout = aiohttp.ClientTimeout(total=self._cloud.habits.fetch_timeout)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(url, allow_redirects=False, ssl=False) as response,
            ):
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError):
            raise refused(400, "photo cannot be fetched") from None
        if response.status != 200 or not content:
            raise refused(400, "photo cannot be fetched")
        return content, response.content_type


def _address(values: Json, name: str) -> str:
    url = required(values, name)
    try:
        split = urlsplit(url)
    except ValueError:
        raise refused(400, f"{name} is no address") from None
    if split.scheme not in ("http", "https") or not split.hostname:
        raise refused(400, f"{name} is an address that begins with https://")
    return url


def _style(wish: Any) -> Any:
    try:
        start, length, codes = wish["start"], wish["len"], wish["st"]
        fine = isinstance(start, int) and isinstance(length, int) and set(codes) <= STYLES
    except (TypeError, KeyError):
        fine = False
    if not fine:
        raise refused(400, "text_styles has start, len and st")
    return wish
