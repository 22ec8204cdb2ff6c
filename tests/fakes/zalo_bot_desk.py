"""Requests of the bot as they arrive: recorded, spoilt on request, carried out, answered."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.telegram_refusals import Json, Refusal
from tests.fakes.zalo_bot_cloud import Cloud
from tests.fakes.zalo_bot_faults import Fault, page
from tests.fakes.zalo_bot_methods import Sending
from tests.fakes.zalo_bot_methods_updates import Listening
from tests.fakes.zalo_bot_updates import Updates
from tests.fakes.zalo_bot_webhook import Webhook
from tests.fakes.zalo_bot_wire import Answer, cut, read, refused, told

VERBS = ("GET", "POST")


@dataclass(slots=True)
class Call:
    """One request of the bot and what came of it; status 0 is no answer at all, or none yet."""

    method: str
    params: Json
    at: float
    verb: str = "POST"
    content_type: str = ""
    status: int = 0
    answer: Any = None


class Desk:
    """Answers what a bot asks of Zalo."""

    def __init__(self, cloud: Cloud, updates: Updates, webhook: Webhook) -> None:
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self._cloud = cloud
        self._listening = Listening(cloud, updates, webhook)
        self._methods = Sending(cloud).methods() | self._listening.methods()

    def routes(self) -> list[web.RouteDef]:
        """Return where it answers."""
        routes = [web.route(verb, "/bot{token}/{method}", self._answer) for verb in VERBS]
        return [
            *routes,
            web.get("/media/{name}", self._download, allow_head=False),
            web.route("*", "/{rest:.*}", self._nothing_here),
        ]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call, values = self._call(request), Json()
        try:
            if request.match_info["token"] != self._cloud.token:
                return self._unauthorized(call)
            values = await read(request)
            call.params = told(values)
            self._cloud.watch.look()
        except Refusal as refusal:
            return self._finish(call, self._no(refusal))
        fault = self._fault(call, values)
        if fault and not fault.after_effect and not fault.only_slow:
            await asyncio.sleep(fault.delay)
            return self._spoil(request, call, fault)
        answer = await self._execute(request, call, values)
        if fault:
            await asyncio.sleep(fault.delay)
            if not fault.only_slow:
                return self._spoil(request, call, fault)
        return self._finish(call, answer)

    def _call(self, request: web.Request) -> Call:
        call = Call(request.match_info["method"], {}, self._cloud.clock(), request.method)
        if request.can_read_body:
            call.content_type = request.content_type
        self.calls.append(call)
        return call

    def _fault(self, call: Call, values: Json) -> Fault | None:
        chat = values.get("chat_id")
        return next((fault for fault in self.faults if fault.strikes(call.method, chat)), None)

    async def _execute(self, request: web.Request, call: Call, values: Json) -> Answer:
        try:
            if call.method == "getUpdates":
                answer = await self._listening.poll(values, lambda: _there(request))
            elif call.method in self._methods:
                answer = await self._methods[call.method](values)
            else:
                raise refused(self._cloud.habits.unknown_method, "unknown method")
        except Refusal as refusal:
            answer = self._no(refusal)
        self._cloud.watch.look()
        return answer

    def _no(self, refusal: Refusal) -> Answer:
        same = self._cloud.habits.refusal_status == "same"
        return Answer(refusal.body(), refusal.code if same else 200)

    def _unauthorized(self, call: Call) -> web.Response:
        if self._cloud.habits.bad_token == "envelope":
            return self._finish(call, self._no(refused(401)))
        call.status, call.answer = 401, page(401)
        return web.Response(status=401, text=page(401), content_type="text/html")

    def _finish(self, call: Call, answer: Answer) -> web.Response:
        call.status, call.answer = answer.status, answer.body
        self._cloud.watch.look()
        return web.json_response(answer.body, status=answer.status)

    def _spoil(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            cut(request)
            self._cloud.watch.look()
            return web.Response()
        status, body = fault.answer()
        if isinstance(body, dict):
            return self._finish(call, Answer(body, status))
        call.status, call.answer = status, body
        self._cloud.watch.look()
        kind = "application/json" if body.startswith("{") else "text/html"
        return web.Response(status=status, text=body, content_type=kind)

    async def _download(self, request: web.Request) -> web.Response:
        media = self._cloud.media.get(request.match_info["name"])
        if media is None:
            return web.Response(status=404, text=page(404), content_type="text/html")
        return web.Response(body=media.content, content_type=media.content_type)

    async def _nothing_here(self, _: web.Request) -> web.Response:
        answer = self._no(refused(404))
        return web.json_response(answer.body, status=answer.status)


def _there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
