"""Whose chat a web request belongs to: by a secret cookie, or by a chosen persona in the demo."""

import re
import secrets
from collections.abc import Collection
from hashlib import sha256
from typing import Final, Protocol
from urllib.parse import urlencode

from aiohttp import web

COOKIE: Final = "baocao_chat"
# Chromium keeps no cookie for longer; every visit starts the 400 days again.
COOKIE_AGE: Final = 400 * 24 * 60 * 60
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Sessions(Protocol):
    """Something that knows the chat of a request."""

    def chat_of(self, request: web.Request) -> str | None:
        """Return the request's chat, or None when it has none."""

    def start(self, request: web.Request, response: web.Response) -> bool:
        """Begin or renew the visitor's session; return whether there is one now."""

    def link(self, path: str, chat: str) -> str:
        """Return the address under which this chat's page can fetch `path`."""


class CookieSessions:
    """One chat per browser, by a random 256-bit token that only the browser holds.

    The chat's id is the token's SHA-256, so neither the database nor a log can open a chat.
    """

    def chat_of(self, request: web.Request) -> str | None:
        """Return the request's chat, or None when it has none."""
        token = _token_of(request)
        return None if token is None else sha256(token.encode()).hexdigest()

    def start(self, request: web.Request, response: web.Response) -> bool:
        """Begin or renew the visitor's session; return whether there is one now."""
        response.set_cookie(
            COOKIE,
            _token_of(request) or secrets.token_urlsafe(32),
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Strict",
            secure=_over_https(request),
        )
        return True

    def link(self, path: str, chat: str) -> str:
        """Return the address under which this chat's page can fetch `path`."""
        return path


class PersonaSessions:
    """One chat per demo persona, named openly in the address; never for production."""

    def __init__(self, ids: Collection[str]) -> None:
        self._ids = frozenset(ids)

    def chat_of(self, request: web.Request) -> str | None:
        """Return the request's chat, or None when it has none."""
        persona = request.query.get("persona")
        return persona if persona in self._ids else None

    def start(self, request: web.Request, response: web.Response) -> bool:
        """Begin or renew the visitor's session; return whether there is one now."""
        return self.chat_of(request) is not None

    def link(self, path: str, chat: str) -> str:
        """Return the address under which this chat's page can fetch `path`."""
        return f"{path}?{urlencode({'persona': chat})}"


def _token_of(request: web.Request) -> str | None:
    token = request.cookies.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else None


def _over_https(request: web.Request) -> bool:
    # A forged header can only make a forger's own cookie stricter, so any proxy is believed.
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"
