"""What Zalo tells, in every shape that was seen: read for what it is, or for nothing."""

import unicodedata
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.channels.zalo_bot_updates import MEDIUM, Unreadable, id_of, read
from plans.messages import MessageKind
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_bot_line import Line, running
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_habits import Habits

NAMES = ("Bot Bao Cao", "bot.baocao")
OFFICER, GROUP = "5b7d20c1f4e9638a0d12", "77aa20c1f4e9638a0d12"


def told(
    kind: str = "text", group: bool = False, over: Any = None, **content: Any
) -> dict[str, Any]:
    chat = {"id": GROUP, "chat_type": "GROUP"} if group else {"id": OFFICER, "chat_type": "PRIVATE"}
    message = {
        "message_id": "a91c04d7e2b85f6013aa",
        "date": 1795392000123,
        "from": {"id": OFFICER, "display_name": "Lan - xã An Phú", "is_bot": False},
        "chat": chat,
    }
    return {"event_name": f"message.{kind}.received", "message": message | content | (over or {})}


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("text", {"text": "BC 12 3 0"}, MessageKind.TEXT),
        ("image", {"photo_url": "https://x/a.jpg", "caption": "Nguyễn Văn A"}, MessageKind.PHOTO),
        ("image", {"photo": "https://x/a.jpg", "message_type": "CHAT_PHOTO"}, MessageKind.PHOTO),
        ("voice", {"voice_url": "https://x/a.aac"}, MessageKind.VOICE),
        ("sticker", {"sticker": "d0c1"}, MessageKind.STICKER),
        ("unsupported", {}, MessageKind.OTHER),
        ("text", {}, MessageKind.OTHER),
    ],
)
def test_every_kind_is_read_wrapped_and_flat(
    kind: str, content: dict[str, Any], expected: MessageKind, wrapped: bool
) -> None:
    update = told(kind, trace={"v": 1}, **content)
    message = read({"ok": True, "result": update} if wrapped else update)

    assert message
    assert (message.kind, message.id) == (expected, "a91c04d7e2b85f6013aa")
    assert (message.address.channel, message.address.chat) == ("zalo_bot", OFFICER)
    assert message.text == content.get("text", "")
    assert message.sender is None
    assert message.medium is MEDIUM


@pytest.mark.parametrize(
    "update",
    [
        {"event_name": "message.unsupported.received"},
        {"event_name": "message.link.received", "message": {"message_id": "a"}},
        {"event_name": "user.follow", "user": {"id": "a"}},
        {"event_name": "message.text.received", "message": None},
        {"event_name": ["message"]},
        told("text", text="12", over={"from": {"id": "b", "is_bot": True}}),
        {"ok": True, "result": {"event_name": "message.reaction.received"}},
        {"ok": True},
        {},
    ],
)
def test_what_means_nothing_is_nothing(update: dict[str, Any]) -> None:
    assert read(update) is None


@pytest.mark.parametrize(
    "update",
    [
        [1],
        None,
        "text",
        {"event_name": "message.text.received", "message": 5},
        told("text", text="x", message_id=7),
        told("text", text="x", message_id="m" * 200),
        told("text", text="x", message_id="a b"),
        told("text", text="x", chat={"chat_type": "PRIVATE"}),
        told("text", text="x", chat="7"),
    ],
)
def test_what_is_not_as_zalo_writes_is_unreadable(update: Any) -> None:
    with pytest.raises(Unreadable):
        read(update)


def test_an_id_is_found_for_the_log_and_nothing_else() -> None:
    assert id_of(told(text="0912 345 678")) == "a91c04d7e2b85f6013aa"
    assert id_of({"message": {"message_id": "0912 345 678"}}) == ""
    assert id_of([1]) == ""


def test_letters_come_with_their_accents_and_without_what_no_database_keeps() -> None:
    message = read(told(text=unicodedata.normalize("NFD", "Không có\x00 \ud83d số liệu")))

    assert message
    assert message.text == "Không có \ufffd số liệu"


@pytest.mark.parametrize(
    "text",
    [
        "@Bot Bao Cao /lienket K7MF-2Q9D",
        "/lienket @Bot Bao Cao K7MF-2Q9D",
        "@bot.baocao /lienket  K7MF-2Q9D",
        "@Some Other Name /lienket K7MF-2Q9D",
        "/lienket K7MF-2Q9D",
    ],
)
def test_a_command_in_a_group_names_its_sender_and_loses_the_mention(text: str) -> None:
    message = read(told(group=True, text=text), NAMES)

    assert message
    assert message.sender
    assert (message.address.chat, message.sender.chat) == (GROUP, OFFICER)
    assert message.text == "/lienket K7MF-2Q9D"


@pytest.mark.parametrize("text", ["@Bot Bao Cao 12", "xin chào", "@Bot Bao Cao /khongco", ""])
def test_talk_in_a_group_is_nothing(text: str) -> None:
    assert read(told(group=True, text=text), NAMES) is None
    assert read(told("image", group=True, caption=text), NAMES) is None


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with FakeZaloBot() as fake, running(fake, sqlite_file, packs) as line:
        yield line


async def test_what_is_no_text_is_refused_and_never_fetched(line: Line) -> None:
    officer = await line.officer()
    user = officer.user
    for send, words in (
        (lambda: user.sends_photo(caption="Nguyễn Văn A 0912345678"), "hình ảnh"),
        (user.sends_voice, "tin thoại"),
        (user.sends_sticker, "nhãn dán"),
        (user.sends_document, "chỉ nhận tin nhắn chữ"),
        (lambda: user.says("xem https://example.vn"), "chỉ nhận tin nhắn chữ"),
    ):
        assert words in (await officer.hears(send)).text

    kinds = [row.kind for row in await line.kept(tables.inbox)]
    assert kinds == ["photo", "voice", "sticker", "other", "other"]
    assert len(line.fake.cloud.media) == 3


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_every_switch_of_zalos_habits_is_taken(
    sqlite_file: Path, packs: Mapping[str, Pack], mode: str
) -> None:
    habits = Habits(
        body="wrapped",
        photo_field="photo",
        message_type=False,
        unsupported_message=False,
        text_form="NFD",
        extra_fields=True,
        idle="ok_true",
        refusal_status="200",
        no_webhook_info="404",
        probe_body="json",
        longest_poll=0.05,
    )
    async with (
        FakeZaloBot(habits=habits) as fake,
        running(fake, sqlite_file, packs, mode=mode) as line,
    ):
        officer = await line.officer()
        way_in = "setWebhook" if mode == "webhook" else "getWebhookInfo"
        await fake.until(lambda: any(call.status for call in fake.called(way_in)))
        officer.user.sends_document()
        officer.user.follows()
        assert "hình ảnh" in (await officer.hears(officer.user.sends_photo)).text
        await officer.says("/baocao")
        assert "Câu 2/10" in await officer.says("không có")
        assert len(await line.kept(tables.inbox)) == 3


async def test_a_repeated_update_is_answered_once(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/baocao")
    for update in list(line.fake.updates):
        line.fake.repeat(update)
    await officer.says("7")

    assert len(officer.user.view.from_bot) == 2
    assert len(await line.kept(tables.inbox)) == 2


async def test_a_group_is_linked_by_a_coordinator_who_mentions_the_bot(line: Line) -> None:
    coordinator = await line.coordinator()
    told = await coordinator.says("/nhom")
    command = told[told.index("/lienket") :].splitlines()[0]
    group = line.fake.group("Tổ giúp việc")
    group.adds_bot()
    member = coordinator.user.in_group(group)
    member.says("xin chào mọi người")
    member.sends_photo()
    member.aside.says(command)
    member.says(command.replace("@Bot Bao Cao ", ""))
    await line.fake.until(lambda: group.view.from_bot)

    assert group.view.texts[0].startswith("Nhóm đã được liên kết")
    assert [row.chat for row in await line.kept(tables.inbox)].count(group.id) == 1
