"""The web chat's plain HTTP: security headers on every answer, the page's files, downloads."""

import gzip
import re
import unicodedata
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import web

from plans.messages import File

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE: Final = Path(__file__).parent / "webchat_page"
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# What a page may show in place; everything else is only ever saved.
PICTURES: Final = ("image/png", "image/jpeg")
NO_STORE: Final = {"Cache-Control": "no-store"}
MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


def secured(answer: Answering) -> Answering:
    """Put the security headers on whatever `answer` returns or raises."""

    async def answer_secured(request: web.Request) -> web.StreamResponse:
        try:
            response = await answer(request)
        except web.HTTPException as refusal:
            refusal.headers.update(SECURITY_HEADERS | NO_STORE)
            raise
        # A socket's headers left with its handshake; it set them itself.
        if not response.prepared:
            response.headers.update(SECURITY_HEADERS)
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer_secured


def same_origin(request: web.Request) -> bool:
    """Return whether a page of this very host sent the request."""
    _, _, host = request.headers.get("Origin", "").partition("://")
    return bool(host) and host.lower() == request.host.lower()


def download(file: File) -> web.Response:
    """Return a file under its own name, in any script: a picture to look at, others to save."""
    disposition = "inline" if file.media_type in PICTURES else "attachment"
    plain = unicodedata.normalize("NFKD", file.name.replace("Đ", "D").replace("đ", "d"))
    fallback = re.sub(r"[^A-Za-z0-9._ -]", "", plain) or "file"
    return web.Response(
        body=file.content,
        headers={
            "Content-Type": file.media_type,
            "Content-Disposition": (
                f'{disposition}; filename="{fallback}"; '
                f"filename*=UTF-8''{quote(file.name, safe='')}"
            ),
        },
    )


class Page:
    """The chat page's files, read once and served compressed.

    Parts stand under an address that changes with any of them, so that a phone on a weak signal
    fetches them once; only the small page itself is asked for again.
    """

    def __init__(self, folder: Path = PAGE) -> None:
        parts = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.suffix in MEDIA_TYPES
        }
        self._version = sha256(b"\0".join(parts.values())).hexdigest()[:16]
        parts["index.html"] = parts["index.html"].replace(b"{{version}}", self._version.encode())
        self._parts = parts
        self._zipped = {name: gzip.compress(content) for name, content in parts.items()}

    async def index(self, request: web.Request) -> web.Response:
        """Answer with the page itself."""
        tag = f'"{self._version}"'
        fresh = {"Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
            return web.Response(status=304, headers=fresh)
        return self._part(request, "index.html", fresh)

    async def part(self, request: web.Request) -> web.Response:
        """Answer with one of the page's parts."""
        name = request.match_info["name"]
        if name not in self._parts:
            raise web.HTTPNotFound
        if request.match_info["version"] != self._version:
            return self._part(request, name, {"Cache-Control": "no-cache"})
        return self._part(request, name, {"Cache-Control": "public, max-age=31536000, immutable"})

    def _part(self, request: web.Request, name: str, headers: dict[str, str]) -> web.Response:
        headers |= {"Content-Type": MEDIA_TYPES[Path(name).suffix], "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=self._zipped[name], headers=headers)
        return web.Response(body=self._parts[name], headers=headers)
