"""What each event means: messages, taps, comings and goings; everything else means nothing."""

import unicodedata
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.channels.zalo_oa_events import (
    MEDIUM,
    Left,
    Said,
    Tapped,
    Unreadable,
    carried,
    is_group,
    read,
)
from plans.messages import Message, MessageKind
from plans.pack import Pack
from storage import tables
from tests.bot.zalo_oa_line import Line, Talker, running
from tests.fakes.zalo_oa_people import User

OA = "388600000000000001"
USER = "2512500000000000015"
EVENT: dict[str, Any] = {
    "app_id": "360000000000000001",
    "event_name": "user_send_text",
    "timestamp": "1795392000123",
    "sender": {"id": USER},
    "recipient": {"id": OA},
    "message": {"msg_id": "96d3", "text": "BC 12 3 0"},
}
FOLLOW = {
    "oa_id": OA,
    "follower": {"id": USER},
    "event_name": "follow",
    "source": "oa_profile",
    "timestamp": "1795392000123",
}


def sent(**changes: Any) -> dict[str, Any]:
    return EVENT | changes


def said(raw: Mapping[str, Any]) -> Message:
    event = read(raw, OA)
    assert isinstance(event, Said)
    return event.message


def test_a_text_is_a_message_of_a_channel_with_buttons_where_each_reply_counts() -> None:
    message = said(EVENT)

    assert (message.text, message.id, message.kind) == ("BC 12 3 0", "96d3", MessageKind.TEXT)
    assert (message.address.channel, message.address.chat) == ("zalo_oa", USER)
    assert message.medium == MEDIUM
    assert (MEDIUM.buttons, MEDIUM.sparing) == (True, True)


def test_a_number_may_stand_under_either_name_and_letters_are_composed() -> None:
    text = unicodedata.normalize("NFD", "phường Mũi Né")
    message = said(sent(message={"message_id": "77", "text": text}))

    assert (message.id, message.text) == ("77", "phường Mũi Né")


def test_what_a_button_carries_is_a_tap() -> None:
    event = read(sent(message={"msg_id": "1", "text": carried(31, 4)}), OA)

    assert event == Tapped(address=said(EVENT).address, id="1", number=31, place=4)


@pytest.mark.parametrize("text", ["#b", "#b1", "#b1.2.3", "# b1.2", "x #b1.2", "#b-1.2", "#b١.٢"])
def test_what_only_looks_like_a_tap_is_a_text(text: str) -> None:
    assert said(sent(message={"msg_id": "1", "text": text})).text == text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("image", "photo"),
        ("gif", "photo"),
        ("file", "file"),
        ("video", "file"),
        ("audio", "voice"),
        ("sticker", "sticker"),
        ("link", "other"),
        ("location", "other"),
        ("business_card", "other"),
    ],
)
def test_of_what_is_no_text_only_the_kind_is_read(name: str, kind: str) -> None:
    content = {"msg_id": "1", "text": "0912345678", "attachments": [{"type": name}]}
    message = said(sent(event_name=f"user_send_{name}", message=content))

    assert (message.kind, message.text) == (kind, "")


@pytest.mark.parametrize(
    "raw",
    [
        sent(event_name="oa_send_text"),
        sent(event_name="oa_send_image"),
        sent(event_name="user_seen_message", message={"msg_ids": ["1"]}),
        sent(event_name="user_received_message"),
        sent(event_name="user_submit_info", info={"phone": "84912345678"}),
        sent(event_name="change_template_status"),
        sent(event_name="user_send_hologram"),
        sent(event_name="user_send_group_image"),
        sent(event_name=""),
        sent(recipient={"id": "388600000000000002"}),
        FOLLOW | {"oa_id": "388600000000000002"},
        {},
    ],
)
def test_echoes_receipts_other_accounts_and_the_unknown_are_nothing(raw: dict[str, Any]) -> None:
    assert read(raw, OA) is None


def test_to_follow_is_to_begin_and_has_a_number_of_its_own() -> None:
    message = said(FOLLOW)

    assert (message.text, message.id) == ("/start", "follow.1795392000123")


def test_to_unfollow_is_to_leave_at_a_moment() -> None:
    event = read(FOLLOW | {"event_name": "unfollow"}, OA)

    assert isinstance(event, Left)
    assert event.address == said(EVENT).address
    assert f"{event.at:%Y}" == "2026"


@pytest.mark.parametrize(
    "raw",
    [
        sent(message=None),
        sent(message={"text": "12"}),
        sent(message={"msg_id": "1"}),
        sent(message={"msg_id": "x" * 200, "text": "12"}),
        sent(message={"msg_id": ["1"], "text": "12"}),
        sent(sender=None),
        sent(sender={"id": ""}),
        sent(sender={"id": "a b"}),
        sent(recipient="388600000000000001"),
        FOLLOW | {"follower": {}},
        FOLLOW | {"timestamp": "soon"},
    ],
)
def test_what_is_not_as_zalo_writes_it_is_unreadable(raw: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as fault:
        read(raw, OA)

    assert "12" not in str(fault.value)


def in_group(text: object, **changes: Any) -> dict[str, Any]:
    about = {"event_name": "user_send_group_text", "recipient": {"id": "f00a"}, "oa_id": OA}
    return sent(**(about | {"message": {"msg_id": "5", "text": text}} | changes))


@pytest.mark.parametrize("text", ["/lienket K7MF-2Q9D", "[@Báo cáo] /lienket K7MF-2Q9D"])
def test_a_command_in_a_group_names_its_sender(text: str) -> None:
    message = said(in_group(text))

    assert message.text == "/lienket K7MF-2Q9D"
    assert message.address.chat == "gf00a"
    assert is_group(message.address.chat)
    assert not is_group(USER)
    assert message.sender
    assert message.sender.chat == USER


@pytest.mark.parametrize("text", ["12", "xin chào", "[@Báo cáo] 12", "/something", "a /baocao"])
def test_talk_in_a_group_is_nothing(text: str) -> None:
    assert read(in_group(text), OA) is None


def test_a_group_of_another_account_is_nothing() -> None:
    assert read(in_group("/baocao", oa_id="388600000000000002"), OA) is None


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(sqlite_file, packs) as line:
        yield line


ATTACHMENTS: dict[str, tuple[Callable[[User], Any], str]] = {
    "photo": (lambda user: user.sends_image(text="Nguyễn Văn A 0912345678"), "hình ảnh"),
    "file": (lambda user: user.sends_file(b"1;2", "bao-cao.xlsx"), "không lưu tệp"),
    "voice": (lambda user: user.sends_voice(), "tin thoại"),
    "sticker": (lambda user: user.sends_sticker(), "nhãn dán"),
    "other": (lambda user: user.sends_location(10.9, 108.1), "chỉ nhận tin nhắn chữ"),
}


async def test_what_is_no_text_is_refused_and_never_fetched(line: Line) -> None:
    officer = await line.officer()
    for send, words in ATTACHMENTS.values():
        assert words in (await officer.hears(partial(send, officer.user))).text

    assert {row.kind for row in await line.kept(tables.inbox)} == set(ATTACHMENTS)
    assert not [call for call in line.fake.calls if "media" in call.path]


async def test_a_tap_is_good_for_whoever_got_the_card_and_for_nobody_else(line: Line) -> None:
    one, other = await line.officer(), await line.officer()
    card = await one.says("/start")
    assert "Câu 1/10" in (await one.taps(card.labels[0], card)).text
    stranger = await other.hears(lambda: other.user.taps(card, card.labels[0]))
    made_up = await other.says("#b999.0")

    assert "Câu 1/10" not in stranger.text
    assert "Câu 1/10" not in made_up.text
    kinds = {(row.chat, row.kind) for row in await line.kept(tables.inbox)}
    assert (other.user.id, "tap") in kinds


async def test_a_stale_card_is_refused_kindly(line: Line) -> None:
    officer = await line.officer()
    first = await officer.says("/baocao")
    await officer.says("5")
    again = await officer.taps("0", first)

    assert "Câu 2/10" in again.text
    [answer] = await line.kept(tables.draft_answers)
    assert answer.value == 5


async def test_to_follow_greets_a_stranger_and_a_member_is_reachable_again(line: Line) -> None:
    stranger = Talker(line, line.newcomer())
    greeted = await stranger.hears(stranger.user.follows)
    assert greeted.text

    officer = await line.officer()
    officer.user.unfollows()
    while not (await line.kept(tables.addresses))[0].unreachable_since:
        await line.fake.until(lambda: True)
    line.later(seconds=1)
    assert (await officer.hears(officer.user.follows)).labels
    assert not (await line.kept(tables.addresses))[0].unreachable_since


async def test_an_unfollow_that_comes_late_does_not_make_unreachable(line: Line) -> None:
    officer = await line.officer()
    hook, line.fake.hook = line.fake.hook, ""
    gone = officer.user.unfollows()
    officer.user.follows()
    line.fake.hook = hook
    line.later(seconds=60)
    await officer.says("/start")
    line.fake.deliver(gone)
    await line.fake.until(lambda: line.fake.attempts[-1].event == "unfollow")

    assert line.fake.attempts[-1].status == 200
    assert not (await line.kept(tables.addresses))[0].unreachable_since
