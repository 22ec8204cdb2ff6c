"""Requests of the bot as they arrive: recorded, spoilt on request, carried out, answered."""

import asyncio
import contextlib
import inspect
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes import telegram_methods_bot, telegram_methods_messages
from tests.fakes.telegram_cloud import Cloud
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_methods_bot import Answer, UpdateMethods
from tests.fakes.telegram_parameters import Parameters, leading_number, read
from tests.fakes.telegram_refusals import Json, Refusal
from tests.fakes.telegram_webhook import Pace, Webhook

# A penalty does not keep a bot from asking for updates, looking things up or setting itself up.
FREE = ("get", "setwebhook", "deletewebhook", "setmy", "deletemy")


@dataclass(slots=True)
class Call:
    """One request of the bot and what came of it; status 0 is no answer at all."""

    method: str
    params: Json
    at: float
    status: int = 0
    answer: Any = None


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits until something is so."""

    so: Callable[[], object]
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Desk:
    """Answers what is asked of one bot's Telegram."""

    def __init__(self, cloud: Cloud, pace: Pace) -> None:
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.webhook = Webhook(cloud.updates, self._run, pace, now=cloud.now, on_attempt=self._look)
        self._cloud = cloud
        self._waiting: list[Waiting] = []
        every = {
            **telegram_methods_messages.METHODS,
            **telegram_methods_bot.METHODS,
            **UpdateMethods(cloud, self.webhook).methods(),
        }
        self._methods: dict[str, tuple[str, Any]] = {
            name.lower(): (name, method) for name, method in every.items()
        }

    def routes(self) -> list[web.RouteDef]:
        """Return where it answers."""
        return [
            web.route("*", "/file/bot{token}/{path:.+}", self._download),
            web.route("*", "/bot{token}/{method}", self._answer),
            web.route("*", "/{rest:.*}", _nothing_here),
        ]

    async def until(self, so: Callable[[], object], seconds: float) -> None:
        """Wait until something is so; look after every request and delivery."""
        waiting = Waiting(so)
        self._waiting.append(waiting)
        try:
            self._look()
            async with asyncio.timeout(seconds):
                await waiting.done.wait()
        finally:
            self._waiting.remove(waiting)

    def _look(self) -> None:
        for waiting in self._waiting:
            if waiting.so():
                waiting.done.set()

    async def _run(self, method: str, parameters: Parameters) -> tuple[int, Json]:
        """Do what the answer to an update asked for."""
        call = self._call(method, parameters)
        return await self._execute(call, parameters)

    def _call(self, method: str, parameters: Parameters) -> Call:
        name, _ = self._methods.get(method.lower(), (method, None))
        call = Call(name, parameters.told(), self._cloud.clock())
        self.calls.append(call)
        self._look()
        return call

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != self._cloud.token:
            return _refused(_unauthorized(token))
        try:
            parameters = await read(request)
        except Refusal as refusal:
            call = self._call(method, Parameters())
            call.status, call.answer = refusal.code, refusal.body()
            return _refused(refusal)
        call = self._call(method, parameters)
        fault = self._fault(call, parameters)
        if fault and not fault.after_effect:
            await asyncio.sleep(fault.delay)
            if not fault.only_slow:
                return self._spoil(request, call, fault)
        status, body = await self._execute(call, parameters)
        if fault and fault.after_effect:
            await asyncio.sleep(fault.delay)
            if not fault.only_slow:
                return self._spoil(request, call, fault)
        return web.json_response(body, status=status, headers=_headers(body))

    def _fault(self, call: Call, parameters: Parameters) -> Fault | None:
        chat = leading_number(parameters.text("chat_id"))
        return next((fault for fault in self.faults if fault.strikes(call.method, chat)), None)

    def _spoil(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        self._look()
        if fault.drop:
            call.status = 0
            _reset(request)
            return web.Response()
        try:
            call.status, text, kind = fault.answer()
        except Refusal as refusal:
            call.status = refusal.code
            return _refused(refusal)
        return web.Response(status=call.status, text=text, content_type=kind)

    async def _execute(self, call: Call, parameters: Parameters) -> tuple[int, Json]:
        try:
            body = await self._result(call.method, parameters)
            call.status = 200
        except Refusal as refusal:
            call.status, body = refusal.code, refusal.body()
        call.answer = body
        self._look()
        return call.status, body

    async def _result(self, name: str, parameters: Parameters) -> Json:
        if name.lower() not in self._methods:
            raise Refusal(404, "Not Found: method not found")
        if not name.lower().startswith(FREE):
            self._cloud.meter.check()
        result = self._methods[name.lower()][1](self._cloud, parameters)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, Answer):
            return {"ok": True, "result": result.result, "description": result.description}
        return {"ok": True, "result": result}

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self._cloud.token:
            return _refused(_unauthorized(request.match_info["token"]))
        file = self._cloud.files.at(request.match_info["path"])
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _nothing_here(_: web.Request) -> web.Response:
    return _refused(Refusal(404, "Not Found"))


def _unauthorized(token: str) -> Refusal:
    well_formed = ":" in token and leading_number(token) > 0
    return Refusal(401, "Unauthorized" if well_formed else "Unauthorized: invalid token specified")


def _refused(refusal: Refusal) -> web.Response:
    body = refusal.body()
    return web.json_response(body, status=refusal.code, headers=_headers(body))


def _headers(body: Json) -> dict[str, str]:
    wait = body.get("parameters", {}).get("retry_after")
    return {"Retry-After": str(wait)} if wait else {}


def _reset(request: web.Request) -> None:
    """Cut the connection as a crashing machine does, not with a polite end."""
    if request.transport is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        wire = request.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
