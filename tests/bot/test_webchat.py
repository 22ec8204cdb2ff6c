"""The web chat over HTTP and WebSocket, with the wiring's side played in memory."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import ClientWebSocketResponse, CookieJar, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from bot.channels.webchat import WebChat
from bot.channels.webchat_demo import Persona, demo_routes
from bot.channels.webchat_frames import parse
from bot.channels.webchat_lines import ROOM, Bucket, Line, Pace
from bot.channels.webchat_sessions import COOKIE, CookieSessions, PersonaSessions
from bot.clock import MovableClock
from plans.messages import Address, Choice, Delivery, File, Message, MessageKind, Reply

NOW = datetime(2025, 6, 11, 2, 0, tzinfo=UTC)
PATIENCE = 20.0  # a busy machine may be slow
ANN = Address(channel="webchat", chat="ann")
BINH = Address(channel="webchat", chat="binh")
Client = TestClient[web.Request, web.Application]


class Wiring:
    """What the application gives the channel, kept in memory."""

    def __init__(self) -> None:
        self.accepted: list[Message] = []
        self.deliveries: list[Delivery] = []
        self.commit = asyncio.Event()
        self.commit.set()
        self.replay = asyncio.Event()
        self.replay.set()
        self.reading = asyncio.Event()
        self.fails = 0

    async def accept(self, message: Message) -> bool:
        await self.commit.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the database is away")
        if any((m.address, m.id) == (message.address, message.id) for m in self.accepted):
            return False
        self.accepted.append(message)
        return True

    async def since(self, address: Address, number: int) -> Sequence[Delivery]:
        kept = [d for d in self.deliveries if d.address == address and d.number > number]
        self.reading.set()
        await self.replay.wait()
        return kept[-200:]

    async def file_of(self, address: Address, number: int) -> File | None:
        mine = (d for d in self.deliveries if d.address == address and d.number == number)
        return next((delivery.reply.file for delivery in mine), None)

    def owe(self, text: str, to: Address = ANN, file: File | None = None) -> Delivery:
        delivery = Delivery(
            number=len(self.deliveries) + 1,
            address=to,
            reply=Reply(text=text, choices=(Choice(label="Có", data="yes"),), file=file),
            posted_at=NOW,
        )
        self.deliveries.append(delivery)
        return delivery

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.accepted]


class Tab:
    """A page's end of one socket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def says(self, **frame: object) -> None:
        await self.socket.send_json(frame)

    async def hears(self) -> dict[str, Any]:
        frame = await self.socket.receive_json(timeout=PATIENCE)
        return cast(dict[str, Any], frame)

    async def greets(self, seen: int = 0) -> dict[str, Any]:
        await self.says(type="hello", seen=seen)
        return await self.hears()


@pytest.fixture
def wiring() -> Wiring:
    return Wiring()


def chat_for(wiring: Wiring, **differences: Any) -> WebChat:
    parts: dict[str, Any] = {
        "accept": wiring.accept,
        "since": wiring.since,
        "file_of": wiring.file_of,
        "sessions": PersonaSessions(["ann", "binh"]),
        "clock": MovableClock(NOW, ticking=lambda: NOW),
    }
    return WebChat(**(parts | differences))


@pytest.fixture
def chat(wiring: Wiring) -> WebChat:
    return chat_for(wiring)


async def serving(chat: WebChat, *more: web.AbstractRouteDef) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes([*chat.routes(), *more])
    client = TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True))
    async with client:
        yield client
        await chat.close()


@pytest.fixture
async def client(chat: WebChat) -> AsyncIterator[Client]:
    async for client in serving(chat):
        yield client


@pytest.fixture
async def cookie_client(wiring: Wiring) -> AsyncIterator[Client]:
    async for client in serving(chat_for(wiring, sessions=CookieSessions())):
        yield client


def origin_of(client: Client) -> str:
    return str(client.make_url("/")).rstrip("/")


async def tab(client: Client, query: str = "?persona=ann", origin: str | None = None) -> Tab:
    return Tab(await client.ws_connect("/ws" + query, origin=origin or origin_of(client)))


class TestMessages:
    async def test_a_message_is_accepted_and_then_acknowledged(
        self, client: Client, wiring: Wiring
    ) -> None:
        wiring.commit.clear()
        ann = await tab(client)
        await ann.greets()
        await ann.says(type="message", id="m1", text="xin chào")

        with pytest.raises(TimeoutError):
            await ann.socket.receive(timeout=0.05)
        wiring.commit.set()

        assert await ann.hears() == {"type": "ack", "id": "m1"}
        assert wiring.accepted == [Message(address=ANN, id="m1", text="xin chào")]

    async def test_messages_of_one_tab_are_accepted_strictly_in_order(
        self, client: Client, wiring: Wiring
    ) -> None:
        ann = await tab(client)
        wiring.commit.clear()
        for number in range(10):
            await ann.says(type="message", id=f"m{number}", text=str(number))
        wiring.commit.set()

        assert [(await ann.hears())["id"] for _ in range(10)] == [f"m{n}" for n in range(10)]
        assert wiring.texts == [str(number) for number in range(10)]

    async def test_a_repeated_id_is_acknowledged_again_but_accepted_once(
        self, client: Client, wiring: Wiring
    ) -> None:
        ann = await tab(client)
        for _ in range(2):
            await ann.says(type="message", id="m1", text="15")
            assert await ann.hears() == {"type": "ack", "id": "m1"}

        assert wiring.texts == ["15"]

    async def test_a_tap_carries_its_data_and_an_attachment_only_its_kind(
        self, client: Client, wiring: Wiring
    ) -> None:
        ann = await tab(client)
        await ann.says(type="tap", id="t1", data="send:7", label="Gửi báo cáo")
        await ann.says(type="attachment", id="a1", kind="photo")
        await ann.hears()
        await ann.hears()

        assert [(m.kind, m.text) for m in wiring.accepted] == [
            (MessageKind.TAP, "send:7"),
            (MessageKind.PHOTO, ""),
        ]

    async def test_a_message_that_could_not_be_kept_is_asked_for_again(
        self, client: Client, wiring: Wiring
    ) -> None:
        wiring.fails = 1
        ann = await tab(client)
        await ann.says(type="message", id="m1", text="15")
        assert await ann.hears() == {"type": "error", "id": "m1", "reason": "try_again"}

        await ann.says(type="message", id="m1", text="15")
        assert await ann.hears() == {"type": "ack", "id": "m1"}

    async def test_beyond_the_pace_frames_are_refused_and_may_be_sent_again(
        self, wiring: Wiring
    ) -> None:
        async for client in serving(chat_for(wiring, pace=Pace(burst=2, per_second=20))):
            ann = await tab(client)
            for number in range(3):
                await ann.says(type="message", id=f"m{number}", text=str(number))
            heard = [await ann.hears() for _ in range(3)]

            assert heard[2] == {"type": "error", "id": "m2", "reason": "slow_down"}
            while heard[-1]["type"] == "error":
                await ann.says(type="message", id="m2", text="2")
                heard.append(await ann.hears())
            assert wiring.texts == ["0", "1", "2"]

    def test_the_bucket_gives_a_burst_and_then_refills_at_its_pace(self) -> None:
        moment = [0.0]
        bucket = Bucket(Pace(), ticking=lambda: moment[0])

        assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]
        moment[0] = 1.0
        assert [bucket.take() for _ in range(6)] == [True] * 5 + [False]


class TestFrames:
    @pytest.mark.parametrize(
        ("raw", "id", "reason"),
        [
            ("not json", None, "bad_frame"),
            ("[]", None, "bad_frame"),
            ("[" * 60_000, None, "bad_frame"),
            ("1" * 5_000, None, "bad_frame"),
            ('{"type":"hello"}', None, "bad_frame"),
            ('{"type":"hello","seen":true}', None, "bad_frame"),
            ('{"type":"hello","seen":-1}', None, "bad_frame"),
            ('{"type":"hello","seen":9223372036854775808}', None, "bad_frame"),
            ('{"type":"message","text":"15"}', None, "bad_id"),
            ('{"type":"message","id":7,"text":"15"}', None, "bad_id"),
            ('{"type":"message","id":"a b","text":"15"}', None, "bad_id"),
            ('{"type":"message","id":"m1\\n","text":"15"}', None, "bad_id"),
            (json.dumps({"type": "message", "id": "i" * 65, "text": "15"}), None, "bad_id"),
            ('{"type":"message","id":"m1","text":15}', "m1", "bad_frame"),
            ('{"type":"message","id":"m1","text":" \\u0000 "}', "m1", "empty"),
            (json.dumps({"type": "message", "id": "m1", "text": "x" * 4001}), "m1", "too_long"),
            (json.dumps({"type": "tap", "id": "m1", "data": "x" * 4201}), "m1", "too_long"),
            ('{"type":"attachment","id":"m1","kind":"text"}', "m1", "bad_frame"),
            ('{"type":"shout","id":"m1","text":"15"}', "m1", "bad_frame"),
        ],
    )
    async def test_a_frame_that_breaks_a_rule_is_refused_and_the_tab_lives_on(
        self, client: Client, raw: str, id: str | None, reason: str
    ) -> None:
        ann = await tab(client)
        await ann.socket.send_str(raw)
        assert await ann.hears() == {"type": "error", "id": id, "reason": reason}
        assert (await ann.greets())["type"] == "ready"

    async def test_a_binary_frame_is_refused(self, client: Client) -> None:
        ann = await tab(client)
        await ann.socket.send_bytes(b"\x00")
        assert (await ann.hears())["reason"] == "bad_frame"

    async def test_a_frame_over_64_kib_closes_the_socket(
        self, client: Client, wiring: Wiring
    ) -> None:
        ann = await tab(client)
        await ann.says(type="message", id="m1", text="x" * 70_000)

        assert (await ann.socket.receive(timeout=PATIENCE)).type is WSMsgType.CLOSE
        assert ann.socket.close_code == 1009
        assert wiring.accepted == []

    def test_what_no_database_can_store_is_taken_out_of_a_text(self) -> None:
        raw = r'{"type":"message","id":"m1","text":"a\u0000b\ud800c\ud83d\ude00"}'
        message = parse(raw, ANN)

        assert isinstance(message, Message)
        assert message.text == "ab\ufffdc\U0001f600"


class TestDeliveries:
    async def test_ready_tells_the_bots_time_and_then_everything_unseen_is_replayed(
        self, client: Client, wiring: Wiring
    ) -> None:
        for text in ("một", "hai", "ba"):
            wiring.owe(text)
        wiring.owe("của người khác", to=BINH)
        ann = await tab(client)

        assert await ann.greets(seen=1) == {"type": "ready", "now": NOW.isoformat(), "from": 1}
        assert await ann.hears() == {
            "type": "reply",
            "number": 2,
            "text": "hai",
            "choices": [{"label": "Có", "data": "yes"}],
            "file": None,
            "at": NOW.isoformat(),
            "edit": False,
        }
        assert (await ann.hears())["text"] == "ba"

    async def test_a_tab_that_remembers_another_chat_starts_afresh(
        self, client: Client, wiring: Wiring
    ) -> None:
        wiring.owe("một")
        ann = await tab(client)

        assert (await ann.greets(seen=50))["from"] == 0
        assert (await ann.hears())["number"] == 1

    async def test_every_tab_of_a_chat_receives_and_no_other(
        self, client: Client, chat: WebChat, wiring: Wiring
    ) -> None:
        tabs = [await tab(client), await tab(client)]
        binh = await tab(client, "?persona=binh")
        for each in (*tabs, binh):
            await each.greets()

        assert await chat.send(wiring.owe("chào")) == "1"
        await chat.send(wiring.owe("chào anh Bình", to=BINH))

        assert [(await each.hears())["text"] for each in tabs] == ["chào", "chào"]
        assert (await binh.hears())["text"] == "chào anh Bình"

    async def test_sending_to_nobody_succeeds_and_is_replayed_later(
        self, client: Client, chat: WebChat, wiring: Wiring
    ) -> None:
        assert await chat.send(wiring.owe("nhắc")) == "1"
        ann = await tab(client)
        await ann.greets()
        assert (await ann.hears())["text"] == "nhắc"

    async def test_a_delivery_during_a_replay_neither_overtakes_it_nor_comes_twice(
        self, client: Client, chat: WebChat, wiring: Wiring
    ) -> None:
        wiring.owe("một")
        both = wiring.owe("hai")
        wiring.replay.clear()
        ann = await tab(client)
        await ann.says(type="hello", seen=0)
        await wiring.reading.wait()
        await chat.send(both)
        await chat.send(wiring.owe("ba"))
        wiring.replay.set()
        assert (await ann.hears())["type"] == "ready"
        await chat.send(wiring.owe("bốn"))

        assert [(await ann.hears())["text"] for _ in range(4)] == ["một", "hai", "ba", "bốn"]

    async def test_reconnecting_loses_nothing_and_doubles_nothing(
        self, client: Client, chat: WebChat, wiring: Wiring
    ) -> None:
        seen: list[int] = []
        for _ in range(5):
            ann = await tab(client)
            await ann.greets(seen=max(seen, default=0))
            for text in ("một", "hai"):
                await chat.send(wiring.owe(text))
            behind = len(wiring.deliveries) - len(seen)
            seen += [(await ann.hears())["number"] for _ in range(behind)]
            await ann.socket.close()
            await chat.send(wiring.owe("trong lúc vắng"))

        assert seen == list(range(1, 15))

    async def test_a_stuck_tab_is_cut_off_and_blocks_nobody(
        self, client: Client, chat: WebChat, wiring: Wiring
    ) -> None:
        stuck, ann = await tab(client), await tab(client)
        await stuck.greets()
        await ann.greets()
        transport = cast(Any, stuck.socket)._response.connection.transport
        transport.pause_reading()

        big = "x" * chat.limits.text_length
        async with asyncio.timeout(5):
            for number in range(3 * ROOM):
                await chat.send(wiring.owe(big))
                assert (await ann.hears())["number"] == number + 1

        transport.resume_reading()
        heard = [frame async for frame in stuck.socket]
        assert stuck.socket.closed
        assert len(heard) < 3 * ROOM

    async def test_a_line_that_overflows_is_cut_once_and_for_all(self) -> None:
        cuts: list[bool] = []
        transport = cast(asyncio.Transport, SimpleNamespace(abort=lambda: cuts.append(True)))
        line = Line(web.WebSocketResponse(), transport)
        for number in range(ROOM):
            line.push(str(number))
        assert not cuts

        line.push("one too many")
        assert cuts

    async def test_a_replay_that_cannot_be_read_closes_the_socket_to_be_tried_again(
        self, wiring: Wiring
    ) -> None:
        async def since(address: Address, number: int) -> Sequence[Delivery]:
            raise RuntimeError("the database is away")

        async for client in serving(chat_for(wiring, since=since)):
            ann = await tab(client)
            await ann.says(type="hello", seen=0)
            assert (await ann.socket.receive(timeout=PATIENCE)).type is WSMsgType.CLOSE
            assert ann.socket.close_code == 1013

    async def test_closing_says_goodbye_to_every_tab(self, client: Client, chat: WebChat) -> None:
        tabs = [await tab(client), await tab(client, "?persona=binh")]
        closing = asyncio.create_task(chat.close())
        for each in tabs:
            assert (await each.socket.receive(timeout=PATIENCE)).type is WSMsgType.CLOSE
            assert each.socket.close_code == 1001
        await closing


class TestWhoMay:
    @pytest.mark.parametrize(
        ("query", "origin"),
        [
            ("?persona=ann", "http://evil.example"),
            ("?persona=ann", "null"),
            ("?persona=eve", None),
            ("", None),
        ],
    )
    async def test_a_strange_origin_or_persona_gets_no_socket(
        self, client: Client, query: str, origin: str | None
    ) -> None:
        with pytest.raises(WSServerHandshakeError) as refusal:
            await tab(client, query, origin)
        assert refusal.value.status == 403

    async def test_a_socket_without_an_origin_is_refused(self, client: Client) -> None:
        with pytest.raises(WSServerHandshakeError):
            await client.ws_connect("/ws?persona=ann")

    async def test_a_persona_opens_a_session_only_if_there_is_such_a_person(
        self, client: Client
    ) -> None:
        headers = {"Origin": origin_of(client)}
        known = await client.post("/session?persona=ann", headers=headers)
        strange = await client.post("/session?persona=eve", headers=headers)

        assert await known.json() == {"open": True}
        assert await strange.json() == {"open": False}
        assert "Set-Cookie" not in known.headers

    async def test_the_cookie_is_secret_strict_and_never_the_chats_id(
        self, cookie_client: Client, wiring: Wiring
    ) -> None:
        headers = {"Origin": origin_of(cookie_client)}
        answer = await cookie_client.post("/session", headers=headers)
        set_cookie = answer.headers["Set-Cookie"]
        token = answer.cookies[COOKIE].value

        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
        assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(set_cookie.split("; "))
        assert "Secure" not in set_cookie

        ann = await tab(cookie_client, "")
        await ann.says(type="message", id="m1", text="15")
        await ann.hears()
        assert re.fullmatch(r"[0-9a-f]{64}", wiring.accepted[0].address.chat)
        assert token not in wiring.accepted[0].address.chat

    async def test_a_second_visit_keeps_the_session(self, cookie_client: Client) -> None:
        headers = {"Origin": origin_of(cookie_client)}
        first = await cookie_client.post("/session", headers=headers)
        second = await cookie_client.post("/session", headers=headers)
        assert first.cookies[COOKIE].value == second.cookies[COOKIE].value

    async def test_the_cookie_is_secure_over_https(self, cookie_client: Client) -> None:
        headers = {"Origin": origin_of(cookie_client), "X-Forwarded-Proto": "https"}
        answer = await cookie_client.post("/session", headers=headers)
        assert "Secure" in answer.headers["Set-Cookie"].split("; ")

    async def test_another_site_cannot_start_a_session(self, cookie_client: Client) -> None:
        answer = await cookie_client.post("/session", headers={"Origin": "http://evil.example"})
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers

    async def test_opening_the_page_sets_no_cookie(self, cookie_client: Client) -> None:
        """A link from another app comes without our Strict cookie; it must not be replaced."""
        assert "Set-Cookie" not in (await cookie_client.get("/")).headers

    @pytest.mark.parametrize("token", ["", "short", "x" * 44, "é" * 43])
    def test_a_malformed_cookie_is_no_session(self, token: str) -> None:
        request = make_mocked_request("GET", "/", headers={"Cookie": f"{COOKIE}={token}"})
        assert CookieSessions().chat_of(request) is None


class TestFiles:
    REPORT = File(name='Báo cáo "Đ" 6 tháng.docx', media_type="text/html", content=b"PK")

    async def test_a_file_is_an_attachment_under_its_own_name(
        self, client: Client, wiring: Wiring
    ) -> None:
        wiring.owe("văn bản", file=self.REPORT)
        ann = await tab(client)
        await ann.greets()
        file = (await ann.hears())["file"]
        answer = await client.get(file["url"])

        assert (file["name"], file["media_type"]) == (self.REPORT.name, "text/html")
        assert await answer.read() == b"PK"
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="Bao cao D 6 thang.docx"; '
            "filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20%22%C4%90%22%206%20th%C3%A1ng.docx"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/files/1?persona=binh", 404),
            ("/files/2?persona=ann", 404),
            ("/files/9?persona=ann", 404),
            ("/files/1?persona=eve", 403),
            ("/files/1", 403),
        ],
    )
    async def test_a_file_of_somebody_else_is_refused(
        self, client: Client, wiring: Wiring, path: str, status: int
    ) -> None:
        wiring.owe("văn bản", file=self.REPORT)
        wiring.owe("không có tệp")
        answer = await client.get(path)
        assert answer.status == status


class TestHeaders:
    @pytest.mark.parametrize(
        "path", ["/", "/page/old/app.js", "/page/old/none.js", "/files/1", "/files/1?persona=ann"]
    )
    async def test_every_answer_carries_the_security_headers(
        self, client: Client, path: str
    ) -> None:
        answer = await client.get(path)
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    async def test_the_page_is_checked_again_and_its_parts_are_fetched_once(
        self, client: Client
    ) -> None:
        page = await client.get("/")
        script = re.search(r'src="(/page/\w+/app\.js)"', await page.text())
        assert script
        part = await client.get(script[1])
        again = await client.get("/", headers={"If-None-Match": page.headers["ETag"]})

        assert page.headers["Cache-Control"] == "no-cache"
        assert again.status == 304
        assert part.content_type == "text/javascript"
        assert part.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert part.headers["Content-Encoding"] == "gzip"

    async def test_the_socket_answers_with_the_headers_too(self, client: Client) -> None:
        ann = await tab(client)
        headers = cast(Any, ann.socket)._response.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


class TestDemo:
    @pytest.fixture
    async def moves(self) -> list[datetime]:
        return []

    @pytest.fixture
    async def demo(
        self, chat: WebChat, wiring: Wiring, moves: list[datetime]
    ) -> AsyncIterator[Client]:
        clock = MovableClock(NOW, ticking=lambda: NOW)

        async def pass_by(by: timedelta) -> datetime:
            moves.append(clock.move(by))
            chat.tell_time(clock.now())
            await chat.send(wiring.owe("nhắc"))
            return clock.now()

        personas = [Persona(id="ann", name="An", role="cán bộ xã", hint="/baocao")]
        async for client in serving(chat, *demo_routes(personas, clock, pass_by)):
            yield client

    async def test_the_personas_and_the_clock_are_shown(self, demo: Client) -> None:
        assert await (await demo.get("/demo/personas")).json() == [
            {"id": "ann", "name": "An", "role": "cán bộ xã", "hint": "/baocao"}
        ]
        assert await (await demo.get("/demo/clock")).json() == {
            "now": NOW.isoformat(),
            "zone": "Asia/Ho_Chi_Minh",
        }

    @pytest.mark.parametrize(
        ("by", "delta"), [({"hours": 1}, timedelta(hours=1)), ({"days": 7}, timedelta(days=7))]
    )
    async def test_every_page_is_told_a_move_before_what_it_caused(
        self, demo: Client, moves: list[datetime], by: dict[str, int], delta: timedelta
    ) -> None:
        ann = await tab(demo)
        await ann.greets()
        answer = await demo.post("/demo/clock", json=by, headers={"Origin": origin_of(demo)})

        assert (await answer.json())["now"] == (NOW + delta).isoformat()
        assert moves == [NOW + delta]
        assert await ann.hears() == {"type": "clock", "now": (NOW + delta).isoformat()}
        assert (await ann.hears())["text"] == "nhắc"

    @pytest.mark.parametrize(
        "body",
        [
            '{"days": 0}',
            '{"days": -1}',
            '{"days": 367}',
            '{"hours": 100000000000000000000}',
            '{"days": true}',
            '{"days": 1.5}',
            '{"days": 1, "hours": 1}',
            "{}",
            "[]",
            "nothing",
        ],
    )
    async def test_a_move_out_of_bounds_is_refused(
        self, demo: Client, moves: list[datetime], body: str
    ) -> None:
        headers = {"Origin": origin_of(demo), "Content-Type": "application/json"}
        answer = await demo.post("/demo/clock", data=body, headers=headers)
        assert answer.status == 400
        assert moves == []

    async def test_another_site_or_a_plain_form_cannot_move_the_clock(self, demo: Client) -> None:
        strange = {"Origin": "http://evil.example"}
        form = {"Origin": origin_of(demo), "Content-Type": "text/plain"}

        assert (await demo.post("/demo/clock", json={"days": 1}, headers=strange)).status == 403
        assert (await demo.post("/demo/clock", data='{"days":1}', headers=form)).status == 415

    async def test_production_has_no_demo(self, client: Client) -> None:
        assert (await client.get("/demo/personas")).status == 404
