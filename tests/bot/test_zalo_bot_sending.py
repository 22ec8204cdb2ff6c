"""What is sent: whole, once where that is promised, and what each failure means."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from bot.channels.calls import ApiError, Unanswered, Unsent
from bot.channels.texts import units
from bot.channels.zalo_bot import LIMITS
from bot.channels.zalo_bot_client import Account, Client
from bot.channels.zalo_bot_errors import TOKEN_REFUSED_SECONDS, Rejected, send_error
from bot.channels.zalo_bot_quota import Quota
from bot.channels.zalo_bot_rendering import PIECE_UNITS, is_picture, parts_of, pieces
from bot.channels.zalo_bot_sending import Sender, Sources
from bot.clock import FixedClock
from bot.ledger import Ledger
from plans.allowance import Allowance
from plans.errors import SendError
from plans.messages import Address, Choice, Delivery, File, Manner, Reply, Urgency
from plans.pack import Pack
from storage import tables
from storage.database import Database, sqlite_url
from tests.bot.zalo_bot_line import HASTY, Line, running
from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import User
from tests.storage.examples import NOW

REMINDER = Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER)
CHOICES = (Choice(label="Có", data="/co"), Choice(label="Không", data="/khong"))
PICTURE = File(name="tiến độ.png", media_type="image/png", content=PIXEL)
TABLE = File(name="mã mời.csv", media_type="text/csv", content=b"a;b")


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with FakeZaloBot() as fake, running(fake, sqlite_file, packs) as line:
        yield line


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


class Post:
    """A sender alone, on a real database."""

    def __init__(self, fake: FakeZaloBot, file: Path, url: str = "") -> None:
        self.base: str | None = "https://b.vn/tep"
        self.client = Client(Account(token=fake.token, api=url or fake.url))
        self.database = Database(sqlite_url(file))
        clock = FixedClock(NOW)
        quota = Quota(Ledger(self.database, clock, "zalo_bot"), Allowance(), clock)
        sources = Sources(language_of=self._language, link=self._link)
        self.sender = Sender(self.client, quota, sources, HASTY.limits)

    async def _language(self, _address: Address) -> str:
        return "vi"

    def _link(self, number: int, name: str) -> str | None:
        return self.base and f"{self.base}/{number}/{name}"

    async def send(self, user: User, reply: Reply, number: int = 7) -> str:
        address = Address(channel="zalo_bot", chat=user.id)
        return await self.sender.send(
            Delivery(number=number, address=address, reply=reply, posted_at=NOW, answers="a1")
        )

    async def counted(self) -> int:
        rows = await self.database.read(lambda tx: tx.execute(tables.postage.select()).all())
        return len(rows)

    async def close(self) -> None:
        await self.client.close()
        await self.database.close()


@pytest.fixture
async def post(fake: FakeZaloBot, sqlite_file: Path) -> AsyncIterator[Post]:
    post = Post(fake, sqlite_file)
    yield post
    await post.close()


@pytest.fixture
def officer(fake: FakeZaloBot) -> User:
    user = fake.user("Officer")
    user.says("/start")
    return user


class TestPieces:
    def test_a_text_that_fits_is_one_message_with_its_choices(self) -> None:
        [part] = parts_of(Reply(text="Đúng?", choices=CHOICES, lettered=True))

        assert part.text == "Đúng?\na. Có\nb. Không"

    def test_letters_are_sent_composed(self) -> None:
        text = unicodedata.normalize("NFD", "Số vụ đã xử lý")
        label = unicodedata.normalize("NFD", "Hủy")
        [part] = parts_of(Reply(text=text, choices=(Choice(label=label, data="/x"),)))

        assert part.text == unicodedata.normalize("NFC", f"{text}\n1. {label}")

    @pytest.mark.parametrize("count", [30, 60, 61, 62, 63, 64, 65, 70, 130, 400])
    def test_pieces_are_short_enough_and_lose_nothing(self, count: int) -> None:
        text = "\n".join(f"- Xã số {n}: chưa nộp 😀" for n in range(count))
        choices = tuple(Choice(label=f"Xã số {n}", data="/x") for n in range(14))
        parts = parts_of(Reply(text=text, choices=choices))
        whole = "\n".join(part.text for part in parts)

        assert all(units(part.text) <= PIECE_UNITS for part in parts)
        assert whole.startswith(text)
        # The choices stand whole below a line of what they belong to.
        *said, first, _ = parts[-1].text.partition("1. Xã số 0")
        assert "- Xã số" in said[0]
        assert first
        assert parts[-1].text.endswith("14. Xã số 13")

    def test_choices_that_leave_no_room_stand_alone(self) -> None:
        choices = "\n".join(f"{n}. {'x' * 40}" for n in range(45))
        cut = pieces("Chọn một xã:\n" + "y" * 1000, choices)

        assert all(units(piece) <= PIECE_UNITS for piece in cut)
        assert len(cut) == 3
        assert pieces("", "") == []

    def test_a_note_about_a_file_stands_above_what_leads_up_to_choices(self) -> None:
        asked = Reply(text="Chọn:", choices=CHOICES)

        assert parts_of(asked, note="Tệp: x")[0].text.startswith("Tệp: x\n\nChọn:\n1. Có")
        assert parts_of(Reply(text="Đã cấp."), note="Tệp: x")[0].text == "Đã cấp.\n\nTệp: x"

    def test_what_may_go_as_a_picture(self) -> None:
        assert is_picture(PICTURE)
        assert not is_picture(replace(PICTURE, content=b"x" * 5_000_001))
        assert not is_picture(TABLE)


async def test_a_long_text_comes_in_pieces_each_counted(
    post: Post, fake: FakeZaloBot, officer: User
) -> None:
    text = "\n".join(f"- Xã số {n}: chưa nộp" for n in range(200))
    id = await post.send(officer, Reply(text=text))

    assert "\n".join(officer.view.texts) == text
    assert id == officer.view.last.id
    assert await post.counted() == fake.sent_this_month == len(officer.view.from_bot) == 3


async def test_only_what_did_not_arrive_is_sent_again(
    post: Post, fake: FakeZaloBot, officer: User
) -> None:
    fake.fail("sendMessage", skip=1, status=503)
    reply = Reply(text=f"{'a' * 1800}\n{'b' * 1800}")
    with pytest.raises(SendError) as failed:
        await post.send(officer, reply)
    await post.send(officer, reply)

    assert failed.value.retry
    assert [text[0] for text in officer.view.texts] == ["a", "b"]
    assert await post.counted() == 2


@pytest.mark.parametrize("manner", list(Manner))
async def test_nothing_is_ever_changed_or_taken_away(
    post: Post, fake: FakeZaloBot, officer: User, manner: Manner
) -> None:
    await post.send(officer, Reply(text="Trang 2", manner=manner))

    assert [call.method for call in fake.calls] == ["sendMessage"]
    assert set(fake.calls[0].params) == {"chat_id", "text"}


class TestFiles:
    async def test_a_picture_goes_by_its_address_with_the_text_under_it(
        self, post: Post, officer: User
    ) -> None:
        await post.send(officer, Reply(text="Tiến độ", file=PICTURE, choices=CHOICES))
        [shown] = officer.view.from_bot

        assert (shown.kind, shown.url) == ("photo", "https://b.vn/tep/7/tiến độ.png")
        assert shown.text == "Tiến độ\n1. Có\n2. Không"
        await post.send(officer, Reply(text="", file=PICTURE), 8)
        assert officer.view.last.kind == "photo"

    async def test_a_picture_that_zalo_does_not_take_is_a_link(
        self, post: Post, fake: FakeZaloBot, officer: User
    ) -> None:
        fake.fail("sendPhoto", error_code=400)
        await post.send(officer, Reply(text="y" * 1890, file=PICTURE))
        whole = "\n".join(officer.view.texts)

        assert "https://b.vn/tep/7/tiến độ.png" in whole
        assert "y" * 1890 in whole
        assert await post.counted() == fake.sent_this_month == 2

    async def test_another_file_is_a_link_that_ends(self, post: Post, officer: User) -> None:
        await post.send(officer, Reply(text="Danh sách", file=TABLE))

        assert officer.view.texts == [
            "Danh sách\n\nTệp mã mời.csv, tải được trong 2 giờ: https://b.vn/tep/7/mã mời.csv"
        ]

    @pytest.mark.parametrize("file", [PICTURE, TABLE])
    async def test_without_a_public_address_the_way_is_told(
        self, post: Post, officer: User, file: File
    ) -> None:
        post.base = None
        await post.send(officer, Reply(text="Danh sách", file=file))
        [text] = officer.view.texts

        assert text.startswith(f"Danh sách\n\nZalo không chuyển được tệp {file.name}.")
        assert "web chat" in text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unsent("ClientConnectorError"), "retry"),
        (Unanswered("TimeoutError"), "unknown"),
        (Rejected(400, "Bad Request"), ""),
        (Rejected(401, "Unauthorized"), f"retry after {TOKEN_REFUSED_SECONDS} everywhere"),
        (Rejected(401, spoken=False), f"retry after {TOKEN_REFUSED_SECONDS} everywhere"),
        (Rejected(403, "Internal server error"), "unknown"),
        (Rejected(403, spoken=False), "unknown"),
        (Rejected(404, "Not Found"), ""),
        (Rejected(404, spoken=False), "retry"),
        (Rejected(408, "Request timeout"), "unknown"),
        (Rejected(410, "Gone"), "gone"),
        (Rejected(410, spoken=False), "retry"),
        (Rejected(426, "Too many requests today"), ""),
        (Rejected(429, "Quota exceeded"), "elsewhere"),
        (Rejected(429, spoken=False), "retry everywhere"),
        (Rejected(500, "Internal"), "retry"),
        (Rejected(500, spoken=False), "unknown"),
        (Rejected(502, spoken=False), "unknown"),
        (Rejected(503, spoken=False), "retry"),
        (Rejected(504, spoken=False), "unknown"),
        (Rejected(522, spoken=False), "unknown"),
        (Rejected(302, spoken=False), "retry"),
        (Rejected(0, "no code at all"), ""),
    ],
)
def test_what_a_failure_means(error: ApiError, expected: str) -> None:
    fault = send_error(error)
    words = [word for word in ("retry", "gone", "unknown") if getattr(fault, word)]
    words += [f"after {fault.after}"] if fault.after is not None else []
    words += [word for word in ("everywhere", "elsewhere") if getattr(fault, word)]

    assert " ".join(words) == expected


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, '{"ok": false, "error_code": 410, "description": "Gone"}', 410),
        (200, '{"ok": false, "errorCode": 426}', 426),
        (200, '{"ok": false, "error_code": "429"}', 429),
        (200, '{"ok": false, "description": "Request timeout"}', 408),
        (200, '{"ok": false, "error_code": null, "description": null}', 0),
        (404, '{"ok": false}', 404),
        (500, '{"ok": true}', 500),
        (403, "[1]", 403),
        (404, "<html>", 404),
    ],
)
async def test_a_refusal_is_read_in_every_spelling(
    fake: FakeZaloBot, post: Post, status: int, body: str, code: int
) -> None:
    fake.fail("sendMessage", status=status, body=body)
    with pytest.raises(Rejected) as refused:
        await post.client.call("sendMessage", chat_id="1", text="x")

    assert refused.value.code == code
    assert refused.value.spoken == body.startswith("{")


async def test_nothing_that_listens_is_unsent_and_what_cannot_be_read_unknown(
    post: Post, fake: FakeZaloBot, officer: User, sqlite_file: Path
) -> None:
    nowhere = Post(fake, sqlite_file, f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(SendError) as unsent:
        await nowhere.send(officer, REMINDER)
    await nowhere.close()
    assert (unsent.value.retry, unsent.value.unknown) == (True, False)
    assert await post.counted() == 0

    ways: tuple[dict[str, Any], ...] = (
        {"drop": True},
        {"status": 202, "body": "<html>sign in</html>"},
        {"status": 502},
    )
    for number, how in enumerate(ways):
        fake.fail("sendMessage", after_effect=True, **how)
        with pytest.raises(SendError) as lost:
            await post.send(officer, REMINDER, number)
        assert (lost.value.retry, lost.value.unknown) == (False, True)
    assert await post.counted() == fake.sent_this_month == 3


async def test_a_403_is_tried_once_more_and_stays_counted(
    post: Post, fake: FakeZaloBot, officer: User
) -> None:
    fake.fail("sendMessage", error_code=403, times=2)
    for unknown in (True, False):
        with pytest.raises(SendError) as failed:
            await post.send(officer, Reply(text="Trả lời"))
        assert failed.value.unknown is unknown
        assert not failed.value.retry

    assert await post.counted() == 2


@pytest.mark.parametrize("refused", [False, True])
async def test_a_database_that_is_away_leaves_nothing_in_doubt(
    post: Post, fake: FakeZaloBot, officer: User, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    run, left = post.database.run, [True] * refused

    async def away(work: Any) -> Any:
        if left:
            left.pop()
            return await run(work)
        raise ConnectionError("the database is away")

    fake.fail("sendMessage", status=503)
    monkeypatch.setattr(post.database, "run", away)
    with pytest.raises(SendError) as failed:
        await post.send(officer, REMINDER)

    assert (failed.value.retry, failed.value.unknown) == (True, False)
    assert len(fake.called("sendMessage")) == refused
    assert officer.view.from_bot == []


class TestWholeBot:
    async def test_a_reminder_that_may_have_arrived_is_not_sent_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("sendMessage", drop=True, after_effect=True)
        await line.owe(officer.user, REMINDER)
        await line.until_states("unknown")
        line.later(7200)
        await asyncio.sleep(0.1)

        assert await line.states() == ["unknown"]
        assert len(officer.user.view.from_bot) == 1

    @pytest.mark.parametrize("how", [{"drop": True}, {"status": 504}, {"error_code": 403}])
    async def test_an_answer_that_may_have_arrived_is_sent_again(
        self, line: Line, how: dict[str, object]
    ) -> None:
        officer = await line.officer()
        line.fake.fail("sendMessage", after_effect=True, **how)
        await officer.says("/start")
        await asyncio.sleep(0.05)
        line.later(6)
        await line.fake.until(lambda: len(officer.user.view.from_bot) == 2)
        await line.until_states("sent")

        assert len(await line.kept(tables.postage)) == line.fake.sent_this_month == 2

    async def test_who_is_no_chat_of_the_bot_is_unreachable_until_they_write(
        self, line: Line
    ) -> None:
        officer = await line.officer()
        officer.user.blocks()
        await line.owe(officer.user, REMINDER)
        await line.until_states("failed")
        [address] = await line.kept(tables.addresses)
        assert address.unreachable_since
        officer.user.unblocks()
        await officer.says("/start")
        [address] = await line.kept(tables.addresses)

        assert address.unreachable_since is None

    async def test_a_server_in_trouble_is_tried_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("sendMessage", status=503)
        await line.owe(officer.user, REMINDER)
        await line.fake.until(lambda: line.fake.called("sendMessage"))
        await asyncio.sleep(0.05)
        line.later(6)
        await line.fake.until(lambda: officer.user.view.from_bot)

        assert officer.last.text == REMINDER.text
        assert len(await line.kept(tables.postage)) == 1

    async def test_a_message_a_second_is_the_pace(
        self, sqlite_file: Path, packs: Mapping[str, Pack]
    ) -> None:
        manners = replace(HASTY, limits=replace(LIMITS, per_second=5.0))
        assert LIMITS.per_second == 1.0
        async with (
            FakeZaloBot() as fake,
            running(fake, sqlite_file, packs, manners=manners) as line,
        ):
            officer, other = await line.officer(), await line.officer()
            for user in (officer.user, other.user):
                await line.owe(user, Reply(text="x " * 2500))
            await fake.until(lambda: len(fake.called("sendMessage")) == 6)
            at = [call.at for call in fake.called("sendMessage")]

        assert at[-1] - at[0] > 0.4
