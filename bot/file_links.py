"""Files for platforms that carry none: behind links that nobody can guess and that soon end."""

import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from urllib.parse import quote

import structlog
from aiohttp import web

import locales
from bot.app import App
from bot.channels.webchat_answers import download, secured
from bot.clock import Clock
from bot.settings import Settings
from plans.messages import File
from storage.files import file_numbered

FileNumbered = Callable[[int], Awaitable[File | None]]

VALID_FOR: Final = timedelta(hours=2)
_TOKEN: Final = re.compile(r"(\d{1,18})\.(\d{1,12})\.[A-Za-z0-9_-]{43}", re.A)

log = structlog.get_logger()


class FileLinks:
    """Makes links to the files of messages, and answers them; where there is no address, none."""

    def __init__(self, base: str, key: bytes, clock: Clock, file_of: FileNumbered) -> None:
        self._base = base.rstrip("/")
        self._key = key
        self._clock = clock
        self._file_of = file_of

    def link(self, number: int, name: str) -> str | None:
        """Return a link to the file of an outbox's message, for two hours.

        The name is for people and for platforms that look at how an address ends.
        """
        if not self._base:
            return None
        ends = int((self._clock.now() + VALID_FOR).timestamp())
        return f"{self._base}/tep/{self._token(number, ends)}/{quote(name, safe='')}"

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return where files are fetched."""
        return [web.get("/tep/{token}/{name}", secured(self._answer))] if self._base else []

    async def _answer(self, request: web.Request) -> web.Response:
        number = self._number(request.match_info["token"])
        file = None if number is None else await self._file_of(number)
        if file is None:
            # One answer for every reason: nobody learns which numbers there are.
            log.info("file_link.refused")
            words = "\n\n".join(locales.text(one, "file.gone") for one in locales.LANGUAGES)
            return web.Response(status=404, text=words)
        answer = download(file)
        disposition = answer.headers["Content-Disposition"]
        answer.headers["Content-Disposition"] = disposition.replace("inline", "attachment", 1)
        return answer

    def _number(self, token: str) -> int | None:
        """Return the number that a token opens now; None for a forged or late one."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        number, ends = int(found[1]), int(found[2])
        if not hmac.compare_digest(self._token(number, ends), token):
            return None
        return number if self._clock.now().timestamp() < ends else None

    def _token(self, number: int, ends: int) -> str:
        signed = hmac.new(self._key, f"file link {number} {ends}".encode(), hashlib.sha256)
        mark = base64.urlsafe_b64encode(signed.digest()).decode().rstrip("=")
        return f"{number}.{ends}.{mark}"


def open_file_links(app: App, settings: Settings) -> FileLinks:
    """Build the links of an application, at its public address."""
    return FileLinks(
        settings.public_url,
        settings.key(),
        app.clock,
        lambda number: app.database.read(lambda tx: file_numbered(tx, number)),
    )
