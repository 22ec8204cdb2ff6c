"""What comes in: once, in order, committed before it is confirmed, and nothing unreadable kept."""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.channels.telegram_updates import Membership, Moved, Said, Tapped, answered, read
from plans.messages import Message, MessageKind
from plans.pack import Pack
from storage import tables
from tests.bot.telegram_line import Line, running
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import User


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with FakeTelegram() as fake, running(fake, sqlite_file, packs) as line:
        yield line


ATTACHMENTS: dict[str, tuple[Callable[[User], Any], str]] = {
    "photo": (lambda user: user.sends_photo(caption="Nguyễn Văn A 0912345678"), "hình ảnh"),
    "file": (lambda user: user.sends_document(b"1;2"), "không lưu tệp"),
    "voice": (lambda user: user.sends_voice(), "tin thoại"),
    "sticker": (lambda user: user.sends_sticker(), "nhãn dán"),
    "forward": (lambda user: user.forwards("12"), "tin chuyển tiếp"),
    "other": (lambda user: user.sends_location(10.9, 108.1), "chỉ nhận tin nhắn chữ"),
}


async def test_what_is_no_text_is_refused_and_never_fetched(line: Line) -> None:
    officer = await line.officer()
    for send, words in ATTACHMENTS.values():
        assert words in (await officer.hears(partial(send, officer.user))).text

    assert {row.kind for row in await line.kept(tables.inbox)} == set(ATTACHMENTS)
    assert not line.fake.called("getFile")


async def test_an_edited_message_changes_nothing_and_is_told(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/baocao")
    said = officer.user.says("15")
    await line.fake.until(lambda: "Câu 2/10" in officer.last.text)
    refused = await officer.hears(lambda: officer.user.edits(said, "51"))

    assert refused.text.startswith("Hệ thống không nhận tin đã sửa.")
    [answer] = await line.kept(tables.draft_answers)
    assert answer.value == 15


async def test_personal_data_is_taken_from_the_chat_before_it_is_refused(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/baocao")
    refused = await officer.says("Chị A, số điện thoại 0912 345 678")

    texts = [shown.text for shown in officer.user.view.messages if not shown.by_bot]
    assert texts == ["/baocao"]
    assert "Câu 1/10" in refused.text
    deleted = [call.method for call in line.fake.calls].index("deleteMessage")
    assert line.fake.calls[deleted].at < line.fake.called("sendMessage")[-1].at


async def test_a_message_that_cannot_be_taken_away_is_refused_all_the_same(line: Line) -> None:
    line.fake.fail("deleteMessage", status=400)
    officer = await line.officer()
    await officer.says("0912 345 678")

    assert line.fake.called("deleteMessage")


async def test_a_repeated_update_is_answered_once(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/baocao")
    for update in list(line.fake.updates):
        line.fake.repeat(update)
    await officer.says("7")

    assert len(officer.user.view.from_bot) == 2
    assert len(await line.kept(tables.inbox)) == 2


async def test_updates_that_come_out_of_order_are_put_in_order(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram() as fake:
        user = fake.user(first_name="Officer")
        for word in ("/baocao", "1", "2", "3"):
            user.says(word)
        fake.shuffle(seed=3)
        fake.fail("getMe", times=2)
        async with running(fake, sqlite_file, packs) as line:
            await line.joined(user)
            await fake.until(lambda: "Câu 3/10" in " ".join(user.view.texts))
            answers = await line.kept(tables.draft_answers)

    assert [answer.value for answer in answers] == [1, 2]


async def test_an_offset_moves_only_behind_what_is_committed(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, other = await line.officer(), await line.officer()
    run, fails = line.app.database.run, [True]

    async def away(work: Callable[[Connection], Any]) -> Any:
        if fails:
            raise ConnectionError("the database is away")
        return await run(work)

    monkeypatch.setattr(line.app.database, "run", away)
    officer.user.says("/baocao")
    other.user.says("/start")
    await line.fake.until(lambda: len(line.fake.called("getUpdates")) > 3)
    waited = line.fake.cloud.updates.count()
    fails.clear()
    await line.fake.until(lambda: officer.user.view.from_bot and other.user.view.from_bot)

    assert waited == 2
    assert len(await line.kept(tables.inbox)) == 2


async def test_an_update_that_nobody_can_read_holds_up_nothing(line: Line) -> None:
    officer = await line.officer()
    number = line.fake.cloud.updates.next_id
    line.fake.cloud.updates.next_id += 2
    line.fake.repeat({"update_id": number, "message": {"message_id": "none"}})
    line.fake.repeat({"update_id": number + 1, "something_new": {"a": 1}})

    assert (await officer.says("/start")).labels
    assert len(await line.kept(tables.inbox)) == 1


async def test_who_blocks_the_bot_is_known_as_unreachable_at_once(line: Line) -> None:
    officer = await line.officer()
    await officer.says("/start")
    officer.user.blocks()
    while not (await line.kept(tables.addresses))[0].unreachable_since:
        await line.fake.until(lambda: True)
    officer.user.unblocks()
    while (await line.kept(tables.addresses))[0].unreachable_since:
        await line.fake.until(lambda: True)


async def test_talk_in_a_group_is_none_of_the_bots_business(line: Line) -> None:
    officer = await line.officer()
    group = line.fake.group("Tổ giúp việc")
    group.add_bot(officer.user)
    group.promote_bot(officer.user)
    officer.user.says("xin chào mọi người 12", to=group)
    officer.user.says("/baocao@another_bot", to=group)
    officer.user.sends_photo(to=group)
    officer.user.says("/baocao@reports_test_bot", to=group)
    await line.fake.until(lambda: group.view.from_bot)
    await officer.says("/start")
    seen = [row.chat for row in await line.kept(tables.inbox)]

    assert seen.count(str(group.id)) == 1
    assert seen.count(str(officer.user.id)) == 1


def test_a_command_in_a_group_names_its_sender() -> None:
    event = read(group_message(text="/lienket@our_bot K7MF-2Q9D"), "our_bot")

    assert isinstance(event, Said)
    assert event.message.sender
    assert (event.message.address.chat, event.message.sender.chat) == ("-5", "7")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "/baocao@other_bot"},
        {"text": "12"},
        {"text": "/baocao@our_bot", "sender_chat": {"id": -5, "type": "group", "title": "x"}}
        | {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"new_chat_title": "x"},
    ],
)
def test_other_things_in_a_group_are_nothing(content: dict[str, Any]) -> None:
    assert read(group_message(**content), "our_bot") is None


def test_a_group_that_moves_is_followed() -> None:
    event = read(group_message(migrate_to_chat_id=-1005), "our_bot")

    assert isinstance(event, Moved)
    assert (event.address.chat, event.to.chat) == ("-5", "-1005")


def test_the_bots_name_is_taken_out_of_a_command() -> None:
    assert said(text="/start@our_bot LC7K-2M9Q").text == "/start LC7K-2M9Q"
    assert said(text="thư điện tử a@b.vn").text == "thư điện tử a@b.vn"


def test_pictures_sent_together_are_one_message() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    first = said(photo=photo, media_group_id="9")
    second = said(photo=photo, media_group_id="9", message_id=4)

    assert (first.id, first.kind) == (second.id, MessageKind.PHOTO)


@pytest.mark.parametrize("note", [{"pinned_message": None}, {"write_access_allowed": {}}])
def test_notes_of_telegrams_own_are_nothing(note: dict[str, Any]) -> None:
    if "pinned_message" in note:
        note = {"pinned_message": private_message(text="x")["message"]}

    assert read(private_message(**note), "our_bot") is None


def test_a_tap_without_its_message_belongs_to_nobodys_card() -> None:
    tap = {"id": "3", "from": person(), "chat_instance": "1", "data": "1.0"}
    event = read({"update_id": 1, "callback_query": tap}, "our_bot")

    assert isinstance(event, Tapped)
    assert not event.private


def test_a_bot_that_is_thrown_out_of_a_group_knows() -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "b"}
    change = {
        "chat": {"id": -5, "type": "group", "title": "x"},
        "from": person(),
        "date": 1,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": "left"},
    }
    event = read({"update_id": 1, "my_chat_member": change}, "our_bot")

    assert isinstance(event, Membership)
    assert not event.welcome


@pytest.mark.parametrize(
    ("id", "message", "tapped"),
    [("m12", 12, False), ("e12.170", 12, False), ("c99.12", 12, True)],
)
def test_an_id_says_what_it_answers(id: str, message: int, tapped: bool) -> None:
    found = answered(id)

    assert found
    assert (found.message_id, found.tapped) == (message, tapped)


@pytest.mark.parametrize("id", [None, "", "g5", "7", "c99", "m"])
def test_other_ids_answer_nothing_here(id: str | None) -> None:
    assert answered(id) is None


def person() -> dict[str, Any]:
    return {"id": 7, "is_bot": False, "first_name": "p"}


def private_message(**content: Any) -> dict[str, Any]:
    chat = {"id": 7, "type": "private", "first_name": "p"}
    message = {"message_id": 3, "date": 1, "chat": chat, "from": person(), **content}
    return {"update_id": 1, "message": message}


def group_message(**content: Any) -> dict[str, Any]:
    chat = {"id": -5, "type": "group", "title": "x"}
    message = {"message_id": 3, "date": 1, "chat": chat, "from": person(), **content}
    return {"update_id": 1, "message": message}


def said(**content: Any) -> Message:
    event = read(private_message(**content), "our_bot")
    assert isinstance(event, Said)
    return event.message
