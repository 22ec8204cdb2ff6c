"""The web chat: a page of our own, one WebSocket a tab, and the files the bot made for it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, assert_never

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels import Limits, webchat_frames
from bot.channels.webchat_answers import (
    NO_STORE,
    SECURITY_HEADERS,
    Page,
    download,
    same_origin,
    secured,
)
from bot.channels.webchat_frames import FRAME_BYTES, Hello, Wrong
from bot.channels.webchat_lines import Bucket, Line, Lines, Pace
from bot.channels.webchat_sessions import Sessions
from bot.clock import Clock
from plans.messages import Address, Delivery, File, Message

Accept = Callable[[Message], Awaitable[bool]]
Since = Callable[[Address, int], Awaitable[Sequence[Delivery]]]
FileOf = Callable[[Address, int], Awaitable[File | None]]

HEARTBEAT_SECONDS: Final = 20.0
DEFAULT_PACE: Final = Pace()

log = structlog.get_logger()


class WebChat:
    """The channel of our own page.

    `accept` returns only after its commit, and only then does a page hear that its message is
    kept. `since` is asked at every hello, so a page that was away loses nothing.
    """

    name = "webchat"
    limits = Limits(text_length=16_000, buttons=40, files_out=True)

    def __init__(
        self,
        *,
        accept: Accept,
        since: Since,
        file_of: FileOf,
        sessions: Sessions,
        clock: Clock,
        pace: Pace = DEFAULT_PACE,
    ) -> None:
        self._accept = accept
        self._since = since
        self._file_of = file_of
        self._sessions = sessions
        self._clock = clock
        self._pace = pace
        self._lines = Lines()
        self._page = Page()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the page, its socket, its session and its files."""
        return [
            web.get("/", secured(self._page.index)),
            web.get("/page/{version}/{name}", secured(self._page.part)),
            web.post("/session", secured(self._start_session)),
            web.get("/ws", secured(self._talk), allow_head=False),
            web.get(r"/files/{number:\d{1,18}}", secured(self._download)),
        ]

    async def send(self, delivery: Delivery) -> str:
        """Queue one delivery for every open page of its chat; return its number.

        Never waits for a page and never fails: a page that is away asks again when it is back.
        """
        frame = self._reply(delivery)
        for line in self._lines.of(delivery.address.chat):
            line.deliver(delivery.number, frame)
        return str(delivery.number)

    def tell_time(self, now: datetime) -> None:
        """Tell every open page that the bot's clock was moved."""
        for line in self._lines.all():
            line.push(webchat_frames.clock(now))

    async def close(self) -> None:
        """Say goodbye to every open page, so that the server can stop; they will come back."""
        await asyncio.gather(*(line.close(WSCloseCode.GOING_AWAY) for line in self._lines.all()))

    async def _start_session(self, request: web.Request) -> web.Response:
        if not same_origin(request):
            raise web.HTTPForbidden
        response = web.Response(content_type="application/json")
        started = self._sessions.start(request, response)
        response.text = json.dumps({"open": started})
        return response

    async def _download(self, request: web.Request) -> web.Response:
        file = await self._file_of(self._address_of(request), int(request.match_info["number"]))
        if file is None:
            raise web.HTTPNotFound
        return download(file)

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        if not same_origin(request):
            raise web.HTTPForbidden
        address = self._address_of(request)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=FRAME_BYTES)
        socket.headers.update(SECURITY_HEADERS | NO_STORE)
        await socket.prepare(request)
        line = Line(socket, request.transport)
        with self._lines.joined(address.chat, line):
            writing = asyncio.create_task(line.write())
            try:
                await self._listen(socket, line, address)
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, line: Line, address: Address) -> None:
        bucket = Bucket(self._pace)
        # One frame is finished before the next is read: this is what keeps messages in order.
        async for received in socket:
            if received.type is WSMsgType.ERROR:
                return
            if received.type is WSMsgType.TEXT:
                frame = webchat_frames.parse(received.data, address)
            else:
                frame = Wrong(id=None, reason="bad_frame")
            if not bucket.take():
                id = None if isinstance(frame, Hello) else frame.id
                frame = Wrong(id=id, reason="slow_down")
            match frame:
                case Message():
                    line.push(await self._take(frame))
                case Hello(seen=seen):
                    await self._replay(line, address, seen)
                case Wrong(id=id, reason=reason):
                    line.push(webchat_frames.error(id, reason))
                case _ as never:
                    assert_never(never)

    async def _take(self, message: Message) -> str:
        try:
            new = await self._accept(message)
        except Exception as fault:
            # Only the fault's type: its words may quote what the person wrote.
            log.error("webchat.not_accepted", id=message.id, fault=type(fault).__name__)
            return webchat_frames.error(message.id, "try_again")
        log.debug("webchat.accepted", id=message.id, new=new)
        return webchat_frames.ack(message.id)

    async def _replay(self, line: Line, address: Address, seen: int) -> None:
        line.hold()
        try:
            start, missed = await self._missed(address, seen)
        except Exception as fault:
            log.error("webchat.not_replayed", fault=type(fault).__name__)
            await line.close(WSCloseCode.TRY_AGAIN_LATER)
            return
        line.push(webchat_frames.ready(self._clock.now(), start))
        line.replay([(delivery.number, self._reply(delivery)) for delivery in missed])

    async def _missed(self, address: Address, seen: int) -> tuple[int, Sequence[Delivery]]:
        if seen == 0:
            return 0, await self._since(address, 0)
        kept = await self._since(address, seen - 1)
        if kept and kept[0].number == seen:
            return seen, kept[1:]
        # The page remembers a chat that we do not: a fresh demo, another cookie, a restored
        # backup, or it is further behind than `since` reaches. It starts afresh.
        return 0, await self._since(address, 0)

    def _reply(self, delivery: Delivery) -> str:
        url = self._sessions.link(f"/files/{delivery.number}", delivery.address.chat)
        return webchat_frames.reply(delivery, url)

    def _address_of(self, request: web.Request) -> Address:
        chat = self._sessions.chat_of(request)
        if chat is None:
            raise web.HTTPForbidden
        return Address(channel=self.name, chat=chat)
