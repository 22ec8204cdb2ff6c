"""Requests of the app as they arrive: recorded, spoilt on request, carried out, answered."""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.telegram_desk import Waiting
from tests.fakes.zalo_oa_faults import Fault
from tests.fakes.zalo_oa_messages import Messages
from tests.fakes.zalo_oa_office import Office
from tests.fakes.zalo_oa_refusals import Json, Refusal
from tests.fakes.zalo_oa_requests import Asked, read
from tests.fakes.zalo_oa_templates import Templates
from tests.fakes.zalo_oa_uploads import Uploads

OAUTH = "/v4/oa/access_token"
BY_PHONE = "/message/template"
TOKEN_ERRORS = (-216, -220)
MINUTE = 60


@dataclass(slots=True)
class Call:
    """One request of the app and what came of it; status 0 is no answer at all."""

    path: str
    params: Json
    token: str
    at: float
    status: int = 0
    answer: Any = None

    @property
    def error(self) -> int:
        """Return the error that the app was told, 0 for none."""
        return int(self.answer.get("error", 0)) if isinstance(self.answer, dict) else 0


class Desk:
    """Answers what is asked of the three hosts."""

    def __init__(self, office: Office) -> None:
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self._office = office
        self._waiting: list[Waiting] = []
        self._recent: deque[float] = deque()
        messages, uploads, templates = Messages(office), Uploads(office), Templates(office)
        self._endpoints: Mapping[str, Callable[[Asked], Any]] = {
            "/v3.0/oa/message/cs": messages.consult,
            "/v3.0/oa/group/message": messages.to_group,
            "/v3.0/oa/quota/message": messages.quota,
            "/v3.0/oa/message/template": templates.by_uid,
            "/v3.0/oa/message/transaction": self._shut_down,
            "/v3.0/oa/message/promotion": self._shut_down,
            "/v2.0/oa/message": self._shut_down,
            "/v2.0/oa/upload/image": uploads.image,
            "/v2.0/oa/upload/gif": uploads.gif,
            "/v2.0/oa/upload/file": uploads.file,
            BY_PHONE: templates.by_phone,
        }

    def routes(self) -> list[web.RouteDef]:
        """Return where it answers."""
        return [
            web.get("/media/{name}", self._download),
            web.route("*", "/{rest:.*}", self._answer),
        ]

    async def until(self, so: Callable[[], object], seconds: float) -> None:
        """Wait until something is so; look after every request and delivery."""
        waiting = Waiting(so)
        self._waiting.append(waiting)
        try:
            self.look()
            async with asyncio.timeout(seconds):
                await waiting.done.wait()
        finally:
            self._waiting.remove(waiting)

    def look(self) -> None:
        """Wake those who wait for what is so now."""
        for waiting in self._waiting:
            if waiting.so():
                waiting.done.set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("access_token", "")
        call = Call(request.path, {}, token, self._office.clock.now())
        self.calls.append(call)
        try:
            asked = await read(request)
        except Refusal as refusal:
            return self._json(call, 200, refusal.body())
        call.params = asked.told
        self.look()
        strike = (fault for fault in self.faults if fault.strikes(call.path, asked.recipient))
        fault = next(strike, None)
        if fault is None:
            return self._json(call, *self._carry_out(request.method, asked))
        effect = self._carry_out(request.method, asked) if fault.after_effect else None
        await asyncio.sleep(fault.delay)
        if fault.only_slow:
            return self._json(call, *(effect or self._carry_out(request.method, asked)))
        return self._spoil(request, call, fault)

    def _spoil(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            _reset(request)
            self.look()
            return web.Response()
        try:
            call.status, call.answer, kind = fault.answer()
        except Refusal as refusal:
            return self._json(call, 200, refusal.body())
        self.look()
        return web.Response(status=call.status, text=call.answer, content_type=kind)

    def _json(self, call: Call, status: int, body: Json) -> web.Response:
        call.status, call.answer = status, body
        self.look()
        limit = self._office.habits.per_minute
        headers = {}
        if limit is not None and call.path != OAUTH:
            left = max(0, limit - len(self._recent))
            headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(left)}
        return web.json_response(body, status=status, headers=headers)

    def _carry_out(self, verb: str, asked: Asked) -> tuple[int, Json]:
        try:
            if verb == "POST" and asked.path == OAUTH:
                secret = asked.headers.get("secret_key", "")
                return 200, self._office.tokens.answer(secret, asked.form)
            endpoint = self._endpoints.get(asked.path) if verb == "POST" else None
            if endpoint is None:
                return 404, {"error": 404, "message": "Empty api"}
            self._check(asked)
            return 200, {"error": 0, "message": "Success", "data": endpoint(asked)}
        except Refusal as refusal:
            return 200, refusal.body()

    def _check(self, asked: Asked) -> None:
        token = asked.headers.get("access_token", "")
        try:
            self._office.tokens.check(token, asked.headers.get("appsecret_proof", ""))
        except Refusal as refusal:
            if asked.path == BY_PHONE and refusal.code in TOKEN_ERRORS:
                raise Refusal(-124) from None
            raise
        now, limit = self._office.clock.now(), self._office.habits.per_minute
        while self._recent and self._recent[0] <= now - MINUTE:
            self._recent.popleft()
        if limit is not None and len(self._recent) >= limit:
            raise Refusal(-32)
        self._recent.append(now)

    def _shut_down(self, _: Asked) -> Json:
        raise Refusal(self._office.habits.shut_down)

    async def _download(self, request: web.Request) -> web.Response:
        content = self._office.media.get(request.match_info["name"])
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, content_type="application/octet-stream")


def _reset(request: web.Request) -> None:
    """Cut the connection as a crashing machine does, not with a polite end."""
    if request.transport is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        wire = request.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
