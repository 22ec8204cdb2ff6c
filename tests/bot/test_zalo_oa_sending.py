"""What is sent: whole, in Zalo's shapes, once where that is promised; what each failure means."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot.channels.calls import ApiError, Unanswered, Unsent
from bot.channels.texts import units
from bot.channels.zalo_oa_client import CONSULT, DOCUMENT, PICTURE, Client
from bot.channels.zalo_oa_errors import Disturbed, NoTokens, Rejected, send_error
from bot.channels.zalo_oa_events import address_of
from bot.channels.zalo_oa_rendering import PIECE_UNITS, parts_of, upload_of
from bot.channels.zalo_oa_sending import Postage, Sender, Sources
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_windows import Way
from bot.clock import SystemClock
from plans.errors import SendError
from plans.marks import mark
from plans.messages import Choice, Delivery, File, Reply, Urgency
from plans.pack import Pack
from storage import tables
from storage.database import Database, sqlite_url
from tests.bot.zalo_oa_line import SWIFT, Line, account_at, keep_pair, running
from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_people import User
from tests.storage.examples import NOW

REMINDER = Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER)
PDF = File(name="bieu.pdf", media_type="application/pdf", content=b"%PDF-1.7 x")
XLSX = File(name="bieu.xlsx", media_type="application/vnd.ms-excel", content=b"PK\x03\x04")
PNG = File(name="tien-do.png", media_type="image/png", content=PIXEL)


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(label=f"Việc thứ {n}", data=f"/viec {n}") for n in range(1, count + 1))


def delivered(reply: Reply, number: int = 7, to: str = "1") -> Delivery:
    return Delivery(number=number, address=address_of(to), reply=reply, posted_at=NOW)


class OpenPurse:
    """A purse for which everything is free; it remembers its notes."""

    def __init__(self) -> None:
        self.noted: list[int] = []
        self.paid: list[int] = []

    async def pay(self, delivery: Delivery, messages: int) -> Postage:
        first = max(self.noted, default=0) + 1
        notes = tuple(range(first, first + messages))
        self.noted += notes
        return Postage(way=Way.FREE, notes=notes)

    async def take_back(self, notes: Sequence[int]) -> None:
        self.noted = [note for note in self.noted if note not in notes]

    async def charged(self, delivery: Delivery, note: int) -> None:
        self.paid.append(note)


class Post:
    """A sender alone, at a fake."""

    def __init__(self, fake: FakeZaloOA, database: Database, **hosts: str) -> None:
        account = type(account_at(fake))(
            **{name: getattr(account_at(fake), name) for name in account_at(fake).__slots__} | hosts
        )
        self.tokens = Tokens(account, database, SystemClock(), patience=SWIFT)
        self.client = Client(account, self.tokens)
        self.purse = OpenPurse()
        self.public = "https://b.vn"
        sources = Sources(language_of=self._language, link=self._link, templates={})
        self.sender = Sender(self.client, self.purse, sources)

    async def _language(self, _address: object) -> str:
        return "vi"

    def _link(self, number: int, name: str) -> str | None:
        return f"{self.public}/tep/{number}/{name}" if self.public else None

    async def send(self, user: User, reply: Reply) -> str:
        return await self.sender.send(delivered(reply, to=user.id))

    async def close(self) -> None:
        await self.tokens.close()
        await self.client.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloOA]:
    async with FakeZaloOA(habits=Habits(free_replies=None)) as fake:
        yield fake


@pytest.fixture
async def database(sqlite_file: Path, fake: FakeZaloOA) -> AsyncIterator[Database]:
    database = Database(sqlite_url(sqlite_file))
    await keep_pair(database, fake, SystemClock())
    yield database
    await database.close()


@pytest.fixture
async def post(fake: FakeZaloOA, database: Database) -> AsyncIterator[Post]:
    post = Post(fake, database)
    yield post
    await post.close()


@pytest.fixture
def officer(fake: FakeZaloOA) -> User:
    return fake.user(name="Officer")


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(sqlite_file, packs) as line:
        yield line


class TestShapes:
    def test_a_text_alone(self) -> None:
        [part] = parts_of(delivered(Reply(text="Đã nhận")))

        assert part.message() == {"text": "Đã nhận"}

    def test_up_to_five_choices_are_buttons_that_carry_only_their_place(self) -> None:
        [part] = parts_of(delivered(Reply(text="Chọn", choices=choices(5))))
        [first, *_] = part.message()["attachment"]["payload"]["buttons"]

        assert len(part.buttons) == 5
        assert first == {"title": "Việc thứ 1", "type": "oa.query.hide", "payload": "#b7.0"}
        assert part.text == "Chọn"

    @pytest.mark.parametrize("lettered", [False, True])
    def test_what_has_no_button_is_typed_by_the_same_marks(self, lettered: bool) -> None:
        reply = Reply(text="Chọn", choices=choices(7), lettered=lettered)
        [part] = parts_of(delivered(reply))

        assert len(part.buttons) == 5
        assert f"{mark(5, lettered=lettered)}. Việc thứ 6" in part.text.splitlines()
        assert "Việc thứ 5" not in part.text

    def test_a_long_title_is_cut(self) -> None:
        long = Choice(label="UBND " + "xã Hàm Thuận Bắc " * 9, data="/x")
        [part] = parts_of(delivered(Reply(text="Chọn", choices=(long,))))
        [(title, _)] = part.buttons

        assert units(title) <= 100
        assert title.endswith("…")

    def test_a_long_text_is_split_and_the_last_piece_has_the_buttons(self) -> None:
        text = "\n".join(f"{n}. Xã Hàm Thuận 𝟙: 12 cuộc" for n in range(300))
        parts = parts_of(delivered(Reply(text=text, choices=choices(2))))

        assert len(parts) > 3
        assert all(0 < units(part.text) <= PIECE_UNITS for part in parts)
        assert [len(part.buttons) for part in parts] == [0] * (len(parts) - 1) + [2]
        assert "\n".join(part.text for part in parts) == text

    def test_a_picture_has_its_text_with_it_and_stands_over_buttons(self) -> None:
        [alone] = parts_of(delivered(Reply(text="Tiến độ", file=PNG)))
        over, card = parts_of(delivered(Reply(text="Tiến độ", file=PNG, choices=choices(1))))

        assert alone.message("u1") == {
            "text": "Tiến độ",
            "attachment": {
                "type": "template",
                "payload": {
                    "template_type": "media",
                    "elements": [{"media_type": "image", "attachment_id": "u1"}],
                },
            },
        }
        assert (over.text, over.upload, card.upload) == ("", PICTURE, "")
        assert (card.text, len(card.buttons)) == ("Tiến độ", 1)

    def test_a_document_comes_after_the_text(self) -> None:
        text, filed = parts_of(delivered(Reply(text="Biểu", file=PDF, choices=choices(1))))

        assert (text.text, len(text.buttons)) == ("Biểu", 1)
        assert filed.message("t1") == {"attachment": {"type": "file", "payload": {"token": "t1"}}}

    @pytest.mark.parametrize(
        ("name", "content", "way"),
        [
            ("a.png", PIXEL, PICTURE),
            ("a.png", PIXEL + b"x" * 1024 * 1024, ""),
            ("a.png", b"GIF89a", ""),
            ("a.jpg", b"\xff\xd8\xff\xe0", PICTURE),
            ("a.svg", b"<svg/>", ""),
            ("a.pdf", b"%PDF-1.4", DOCUMENT),
            ("a.PDF", b"%PDF-1.4", DOCUMENT),
            ("a.pdf", b"%PDF" + b"x" * 5 * 1024 * 1024, ""),
            ("a.docx", b"PK\x03\x04", DOCUMENT),
            ("a.doc", b"\xd0\xcf\x11\xe0", DOCUMENT),
            ("a.csv", "mã;tên".encode(), DOCUMENT),
            ("a.csv", b"", ""),
            ("a.xlsx", b"PK\x03\x04", ""),
            ("a.zip", b"PK\x03\x04", ""),
            ("a", b"x", ""),
        ],
    )
    def test_only_what_zalo_takes_is_uploaded(self, name: str, content: bytes, way: str) -> None:
        assert upload_of(File(name=name, media_type="x/y", content=content)) == way


class TestFiles:
    async def test_a_document_arrives_as_it_is(
        self, fake: FakeZaloOA, post: Post, officer: User
    ) -> None:
        id = await post.send(officer, Reply(text="Biểu", file=PDF))

        text, filed = officer.view.from_bot
        assert (text.text, filed.file, filed.file_name) == ("Biểu", PDF.content, "bieu.pdf")
        assert id == filed.id
        assert len(post.purse.noted) == 2

    async def test_a_picture_arrives_with_its_text(self, post: Post, officer: User) -> None:
        await post.send(officer, Reply(text="Tiến độ", file=PNG))

        assert (officer.view.last.text, officer.view.last.image) == ("Tiến độ", PIXEL)

    async def test_another_file_becomes_a_link_and_without_an_address_a_sentence(
        self, post: Post, officer: User
    ) -> None:
        await post.send(officer, Reply(text="Biểu", file=XLSX))
        post.public = ""
        await post.send(officer, Reply(text="Biểu", file=XLSX))
        linked, told = officer.view.texts

        assert "https://b.vn/tep/7/bieu.xlsx" in linked
        assert "bieu.xlsx" in told
        assert "http" not in told

    async def test_what_zalo_refuses_to_upload_becomes_a_link_too(
        self, fake: FakeZaloOA, post: Post, officer: User
    ) -> None:
        fake.fail("upload/file", error=-201)
        await post.send(officer, Reply(text="Biểu", file=PDF))
        first, second = officer.view.texts

        assert first == "Biểu"
        assert "https://b.vn/tep/7/bieu.pdf" in second

    async def test_a_file_that_was_uploaded_and_is_then_refused_becomes_a_link_too(
        self, fake: FakeZaloOA, post: Post, officer: User
    ) -> None:
        fake.fail("message/cs", error=-201, skip=1)
        await post.send(officer, Reply(text="Biểu", file=PDF))
        first, second = officer.view.texts

        assert first == "Biểu"
        assert "https://b.vn/tep/7/bieu.pdf" in second

    async def test_an_upload_without_an_answer_has_sent_nothing(
        self, fake: FakeZaloOA, post: Post, officer: User
    ) -> None:
        fake.fail("upload/file", drop=True, after_effect=True)
        with pytest.raises(SendError) as failed:
            await post.send(officer, Reply(text="Biểu", file=PDF))
        await post.send(officer, Reply(text="Biểu", file=PDF))

        assert (failed.value.retry, failed.value.unknown) == (True, False)
        assert [shown.text or shown.file_name for shown in officer.view.from_bot] == [
            "Biểu",
            "bieu.pdf",
        ]
        assert len(post.purse.noted) == 2


async def test_parts_that_arrived_are_not_sent_again(
    fake: FakeZaloOA, post: Post, officer: User
) -> None:
    reply = Reply(text="\n".join("Xã Hàm Thuận: 12 cuộc" for _ in range(250)))
    fake.fail("message/cs", skip=2, status=502)
    with pytest.raises(SendError):
        await post.send(officer, reply)
    arrived = len(officer.view.texts)
    await post.send(officer, reply)

    assert arrived == 2
    assert "\n".join(officer.view.texts) == reply.text
    assert len(post.purse.noted) == len(officer.view.texts)


async def test_a_message_is_noted_before_it_goes_and_taken_back_only_if_it_did_not(
    fake: FakeZaloOA, post: Post, officer: User
) -> None:
    fake.fail("message/cs", error=-210)
    with pytest.raises(SendError):
        await post.send(officer, REMINDER)
    assert post.purse.noted == []
    fake.fail("message/cs", drop=True, after_effect=True)
    with pytest.raises(SendError):
        await post.send(officer, REMINDER)

    assert len(post.purse.noted) == len(officer.view.texts) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unsent("no"), "retry"),
        (Unanswered("?"), "unknown"),
        (Disturbed("502"), "retry"),
        (NoTokens("none", 9), "retry everywhere after 9"),
        (Rejected(-32), "retry everywhere after 20.0"),
        *[(Rejected(code), "retry everywhere after 60.0") for code in (-216, -220, -124, 401)],
        *[(Rejected(code), "retry everywhere after 60.0") for code in (-204, -205, -209, -212)],
        *[(Rejected(code), "retry everywhere after 60.0") for code in (-219, -221, -223, -224)],
        *[(Rejected(code), "retry everywhere after 60.0") for code in (-320, -321, -135, -137)],
        *[(Rejected(code, template=True), "elsewhere") for code in (-224, -320, -135, -115)],
        *[(Rejected(code), "elsewhere") for code in (-109, -131, -146, -1121, -1122, -249)],
        *[(Rejected(code), "gone") for code in (-213, -217, -227, -237, -244, -118, -119, -108)],
        *[(Rejected(code), "elsewhere") for code in (-230, -232, -211, -218, -305, -311, -144)],
        *[(Rejected(code), "retry after 7200.0") for code in (-133, -234)],
        *[(Rejected(code), "") for code in (-201, -210, -233, -240, -248)],
        *[(Rejected(code), "retry") for code in (-200, -100, -9999)],
    ],
)
def test_what_a_failure_means(error: ApiError, expected: str) -> None:
    fault = send_error(error)
    words = [
        name
        for name in ("retry", "gone", "unknown", "everywhere", "elsewhere")
        if getattr(fault, name)
    ]
    words += [f"after {fault.after}"] if fault.after is not None else []

    assert " ".join(words) == expected


def test_the_reason_of_what_is_held_back_begins_as_coordinators_are_told() -> None:
    assert str(send_error(Rejected(-230))).startswith("window")
    assert str(send_error(Rejected(-211))).startswith("monthly quota")


def test_a_refusal_quotes_no_number_and_no_token() -> None:
    words = "phone 84912345678 of 2512500000000000015 with dGhpcyBpcyBhIHRva2Vu_-x"

    assert str(Rejected(-108, words)) == "-108 phone … of … with …"


async def test_nothing_that_listens_is_unsent_and_a_broken_line_unanswered(
    fake: FakeZaloOA, database: Database, post: Post, officer: User
) -> None:
    nowhere = Post(fake, database, api=f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(SendError) as unsent:
        await nowhere.send(officer, REMINDER)
    await nowhere.close()
    faults: dict[str, dict[str, Any]] = {
        "lost": {"drop": True, "after_effect": True},
        "strange": {"body": "<html>sign in first</html>"},
        "other": {"body": '{"something": "else"}'},
        "gateway": {"status": 504},
    }
    for how in faults.values():
        fake.fail("message/cs", **how)
        with pytest.raises(SendError) as lost:
            await post.send(officer, REMINDER)
        assert (lost.value.retry, lost.value.unknown) == (False, True), how
    fake.fail("message/cs", status=502)
    with pytest.raises(SendError) as away:
        await post.send(officer, REMINDER)

    assert (unsent.value.retry, unsent.value.unknown) == (True, False)
    assert (away.value.retry, away.value.unknown) == (True, False)


async def test_calls_keep_to_the_packages_pace(fake: FakeZaloOA, database: Database) -> None:
    fake.habits.per_minute = 100
    tokens = Tokens(account_at(fake), database, SystemClock(), patience=SWIFT)
    client = Client(account_at(fake), tokens, per_second=10.0)
    user = fake.user()
    body = {"recipient": {"user_id": user.id}, "message": {"text": "x"}}
    await asyncio.gather(*(client.send(CONSULT, body) for _ in range(15)))
    at = [call.at for call in fake.called("message/cs")]
    await client.close()
    await tokens.close()

    assert at[-1] - at[0] > 1.2


class TestWholeBot:
    async def test_an_account_that_is_told_to_wait_sends_nobody_anything(self, line: Line) -> None:
        officers = [await line.officer() for _ in range(3)]
        line.fake.fail("message/cs", error=-32)
        for officer in officers:
            await line.owe(officer.address, REMINDER)
        await line.fake.until(lambda: line.fake.called("message/cs"))
        await asyncio.sleep(0.5)

        # What was under way when the word came may still have left.
        assert len(line.fake.called("message/cs")) <= 3
        assert "waiting" in await line.states()
        assert len(await line.costs()) == sum(len(o.texts) for o in officers)

    async def test_a_reminder_that_may_have_arrived_is_not_sent_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("message/cs", drop=True, after_effect=True)
        await line.owe(officer.address, REMINDER)
        await line.become("unknown")
        line.later(7200)
        await asyncio.sleep(0.2)

        assert await line.states() == ["unknown"]
        assert len(officer.texts) == 1
        assert await line.costs() == ["free"]

    async def test_an_answer_that_may_have_arrived_is_sent_again(self, line: Line) -> None:
        officer = await line.officer()
        line.fake.fail("message/cs", drop=True, after_effect=True)
        await officer.says("/start")
        while await line.states() != ["waiting"]:
            await line.fake.until(lambda: True)
        line.later(6)
        await line.fake.until(lambda: len(officer.texts) == 2)
        await line.become("sent")

    @pytest.mark.parametrize("how", ["unfollows", "blocks"])
    async def test_who_left_is_unreachable(self, line: Line, how: str) -> None:
        officer = await line.officer()
        hook, line.fake.hook = line.fake.hook, ""
        getattr(officer.user, how)()
        line.fake.hook = hook
        await line.owe(officer.address, REMINDER)
        await line.become("failed")

        [address] = await line.kept(tables.addresses)
        assert address.unreachable_since

    async def test_ten_sends_are_in_flight_when_the_token_dies(self, line: Line) -> None:
        officers = [await line.officer() for _ in range(10)]
        line.fake.tokens.access_token = "another"
        line.fake.fail("access_token", delay=0.3)
        for officer in officers:
            await line.owe(officer.address, REMINDER)
        await line.become(*["sent"] * 10)

        assert line.fake.tokens.refreshes == len(line.fake.called("access_token")) == 1
        assert [officer.texts for officer in officers] == [["Sắp đến hạn"]] * 10
        assert await line.costs() == ["free"] * 10

    async def test_a_link_leads_to_the_file(self, line: Line) -> None:
        officer = await line.officer()
        await line.owe(officer.address, Reply(text="Biểu", file=XLSX))
        await line.become("sent")
        url = next(word for word in officer.last.text.split() if word.startswith("http"))
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            content = await answer.read()

        assert content == XLSX.content
