"""What is sent: whole, once where that is promised, and what each failure means."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiogram.methods import SendMessage
from aiohttp.test_utils import unused_port

from bot.channels.calls import ApiError, Unanswered, Unsent
from bot.channels.errands import Errands
from bot.channels.telegram import LIMITS
from bot.channels.telegram_client import Account, Client
from bot.channels.telegram_errors import TOKEN_REFUSED_SECONDS, Rejected, send_error
from bot.channels.telegram_sending import Sender
from plans.errors import SendError
from plans.messages import Address, Choice, Delivery, File, Manner, Reply, Urgency
from plans.pack import Pack
from storage import tables
from tests.bot.telegram_line import HASTY, Line, running
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_people import PIXEL, User
from tests.storage.examples import NOW

REMINDER = Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def line(
    fake: FakeTelegram, sqlite_file: Path, packs: Mapping[str, Pack]
) -> AsyncIterator[Line]:
    async with running(fake, sqlite_file, packs) as line:
        yield line


class Post:
    """A sender alone, at a fake."""

    def __init__(self, fake: FakeTelegram, url: str = "") -> None:
        self.client = Client(Account(token=fake.token, api=url or fake.url))
        self.errands = Errands()
        self.moved: list[tuple[str, str]] = []
        self.sender = Sender(self.client, HASTY.limits, self.errands, self._follow)

    async def _follow(self, old: Address, new: Address) -> None:
        self.moved.append((old.chat, new.chat))

    async def send(self, chat: int, reply: Reply, answers: str | None = None) -> str:
        address = Address(channel="telegram", chat=str(chat))
        delivery = Delivery(number=7, address=address, reply=reply, posted_at=NOW, answers=answers)
        return await self.sender.send(delivery)


@pytest.fixture
async def post(fake: FakeTelegram) -> AsyncIterator[Post]:
    post = Post(fake)
    yield post
    await post.errands.finish(1.0)
    await post.client.close()


@pytest.fixture
def officer(fake: FakeTelegram) -> User:
    user = fake.user(first_name="Officer")
    user.says("/start")
    return user


async def test_a_long_text_comes_in_pieces_with_the_buttons_under_the_last(
    post: Post, officer: User
) -> None:
    text = "\n".join(f"- Xã số {n} & <các đơn vị>: chưa nộp" for n in range(400))
    await post.send(officer.id, Reply(text=text, choices=(Choice(label="Có", data="/x"),)))

    pieces = officer.view.from_bot
    assert "\n".join(piece.text for piece in pieces) == text
    assert [bool(piece.labels) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert all(piece.text.startswith("- Xã") for piece in pieces)


async def test_only_what_did_not_arrive_is_sent_again(
    post: Post, fake: FakeTelegram, officer: User
) -> None:
    fake.fail("sendMessage", skip=1, status=502)
    reply = Reply(text=f"{'a' * 4000}\n{'b' * 4000}")
    with pytest.raises(SendError) as failed:
        await post.send(officer.id, reply)
    await post.send(officer.id, reply)

    assert failed.value.retry
    assert [text[0] for text in officer.view.texts] == ["a", "b"]


async def test_words_are_shown_as_written_and_codes_can_be_copied(
    post: Post, officer: User
) -> None:
    text = "Mã <b>BC-24Q2-22915-YNBY</b> & LC7K-2M9Q, https://t.me/b?start=LC7K-2M9Q"
    await post.send(officer.id, Reply(text=text))

    assert officer.view.last.text == text
    codes = [mark for mark in officer.view.last.marks if mark[0] == "code"]
    assert codes == [("code", "BC-24Q2-22915-YNBY"), ("code", "LC7K-2M9Q")]
    assert (officer.view.last.raw or {})["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("name", "media_type", "content", "photo"),
    [
        ("tiến độ.png", "image/png", PIXEL, True),
        ("tệp hỏng.png", "image/png", b"no picture", False),
        ("mã mời “1”.csv", "text/csv", b"a;b", False),
    ],
)
async def test_a_file_is_sent_as_what_it_is(
    post: Post, officer: User, name: str, media_type: str, content: bytes, photo: bool
) -> None:
    file = File(name=name, media_type=media_type, content=content)
    choice = Choice(label="Tiếp", data="/x")
    await post.send(officer.id, Reply(text="Kèm tệp", file=file, choices=(choice,)))

    shown = officer.view.last
    assert (shown.photo if photo else shown.document) == content
    assert shown.file_name == ("" if photo else name)
    assert (shown.text, shown.labels) == ("Kèm tệp", ["Tiếp"])


async def test_words_too_long_to_stand_under_a_file_come_before_it(
    post: Post, officer: User
) -> None:
    file = File(name="a.csv", media_type="text/csv", content=b"a")
    choice = Choice(label="Tiếp", data="/x")
    await post.send(officer.id, Reply(text="dài " * 300, file=file, choices=(choice,)))

    words, sent = officer.view.from_bot
    assert (words.labels, sent.labels) == ([], ["Tiếp"])
    assert sent.document == b"a"


async def test_an_edit_answers_by_the_message_that_was_tapped(
    post: Post, fake: FakeTelegram, officer: User
) -> None:
    number = await post.send(officer.id, Reply(text="Trang 1"))
    there = Reply(text="Trang 2", manner=Manner.IN_PLACE)

    assert await post.send(officer.id, there, f"c1.{number}") == number
    assert await post.send(officer.id, there, f"c1.{number}") == number
    assert officer.view.texts == ["Trang 2"]
    assert await post.send(officer.id, there, "m1") != number
    assert await post.send(officer.id, there, "c1.99999") != number
    fake.fail("editMessageText", status=429, retry_after=3)
    with pytest.raises(SendError):
        await post.send(officer.id, there, f"c1.{number}")


async def test_a_group_that_became_a_supergroup_is_followed(
    post: Post, fake: FakeTelegram, officer: User
) -> None:
    group = fake.group("Tổ giúp việc")
    group.add_bot(officer)
    grown = group.migrate(officer)
    await post.send(group.id, Reply(text="Tóm tắt"))

    assert post.moved == [(str(group.id), str(grown.id))]
    assert grown.view.texts == ["Tóm tắt"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unsent("ClientConnectorError"), "retry"),
        (Unanswered("TimeoutError"), "unknown"),
        (Rejected(429, "Too Many Requests", retry_after=9.0), "retry after 9.0 everywhere"),
        (Rejected(429, ""), "retry everywhere"),
        (Rejected(401, "Unauthorized"), f"retry after {TOKEN_REFUSED_SECONDS} everywhere"),
        (Rejected(404, "Not Found"), f"retry after {TOKEN_REFUSED_SECONDS} everywhere"),
        (Rejected(403, "Forbidden: bot was blocked by the user"), "gone"),
        (Rejected(403, "Forbidden: user is deactivated"), "gone"),
        (Rejected(400, "Bad Request: chat not found"), "gone"),
        (Rejected(400, "Bad Request: group is deactivated"), "gone"),
        (Rejected(400, "Bad Request: message is too long"), ""),
        (Rejected(413, "Request Entity Too Large"), ""),
        (Rejected(500, "Internal Server Error"), "retry"),
        (Rejected(502, ""), "retry"),
        (Rejected(403, ""), "retry"),
        (Rejected(504, ""), "unknown"),
    ],
)
def test_what_a_failure_means(error: ApiError, expected: str) -> None:
    fault = send_error(error)
    words = [word for word in ("retry", "gone", "unknown") if getattr(fault, word)]
    words += [f"after {fault.after}"] if fault.after is not None else []
    words += ["everywhere"] if fault.everywhere else []

    assert " ".join(words) == expected


async def test_nothing_that_listens_is_unsent_and_a_broken_line_unanswered(
    fake: FakeTelegram, officer: User
) -> None:
    nowhere = Post(fake, f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(SendError) as unsent:
        await nowhere.send(officer.id, REMINDER)
    await nowhere.client.close()
    here = Post(fake)
    fake.fail("sendMessage", drop=True, after_effect=True)
    with pytest.raises(SendError) as lost:
        await here.send(officer.id, REMINDER)
    fake.fail("sendMessage", status=202, body="<html>sign in first</html>")
    with pytest.raises(SendError) as strange:
        await here.send(officer.id, REMINDER)
    await here.client.close()

    assert (unsent.value.retry, unsent.value.unknown) == (True, False)
    assert (lost.value.retry, lost.value.unknown) == (False, True)
    assert strange.value.unknown


async def test_an_answer_that_takes_too_long_is_unknown(fake: FakeTelegram, officer: User) -> None:
    post = Post(fake)
    fake.fail("sendMessage", delay=5.0, status=200)
    with pytest.raises(Unanswered):
        await post.client.call(SendMessage(chat_id=officer.id, text="x"), 0.1)
    await post.client.close()


class TestWholeBot:
    async def test_a_bot_that_is_told_to_wait_sends_nobody_anything(self, line: Line) -> None:
        officers = [await line.officer() for _ in range(3)]
        line.fake.fail("sendMessage", status=429, retry_after=1)
        for officer in officers:
            await line.owe(officer.user, REMINDER)
        await line.fake.until(lambda: all(o.user.view.from_bot for o in officers), 20)
        at = [call.at for call in line.fake.called("sendMessage")]
        refused = sum(call.status == 429 for call in line.fake.called("sendMessage"))

        assert refused == 1
        # What was under way when the word came may still have left.
        assert [moment for moment in at if 0.2 < moment - at[0] < 0.95] == []
        assert len(at) == 4

    async def test_a_reminder_that_may_have_arrived_is_not_sent_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("sendMessage", drop=True, after_effect=True)
        await line.owe(officer.user, REMINDER)
        await until_states(line, "unknown")
        line.later(7200)
        await asyncio.sleep(0.1)

        assert await line.states() == ["unknown"]
        assert len(officer.user.view.from_bot) == 1

    async def test_an_answer_that_may_have_arrived_is_sent_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("sendMessage", drop=True, after_effect=True)
        await officer.says("/start")
        await asyncio.sleep(0.05)
        line.later(6)
        await line.fake.until(lambda: len(officer.user.view.from_bot) == 2)
        await until_states(line, "sent")

    async def test_who_blocked_the_bot_is_unreachable(self, line: Line) -> None:
        officer = await line.officer()
        officer.user.account.blocked = True
        await line.owe(officer.user, REMINDER)
        await until_states(line, "failed")

        [address] = await line.kept(tables.addresses)
        assert address.unreachable_since

    async def test_a_server_in_trouble_is_tried_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("sendMessage", status=502)
        await line.owe(officer.user, REMINDER)
        await line.fake.until(lambda: line.fake.called("sendMessage"))
        await asyncio.sleep(0.05)
        line.later(6)
        await line.fake.until(lambda: officer.user.view.from_bot)

        assert officer.last.text == REMINDER.text


async def until_states(line: Line, *states: str) -> None:
    async with asyncio.timeout(20):
        while await line.states() != list(states):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_drain_keeps_to_telegrams_pace(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    manners = type(HASTY)(rhythm=HASTY.rhythm)
    async with FakeTelegram(limits=Limits.strict()) as fake:
        async with running(fake, sqlite_file, packs, manners=manners) as line:
            officers = [await line.officer() for _ in range(40)]
            for officer in officers:
                await line.owe(officer.user, REMINDER)
            await fake.until(lambda: all(o.user.view.from_bot for o in officers), 20)
        assert fake.count_429 == 0
        at = [call.at for call in fake.called("sendMessage")]

    assert LIMITS.per_second == 30
    assert at[-1] - at[0] < 39  # a message a second, as to one chat
