"""People send what Zalo lets them, and updates tell of it in every shape that was seen."""

import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_people import Group, User
from tests.fakes.zalo_bot_stage import Bot, talking


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeZaloBot) -> AsyncIterator[Bot]:
    async with talking(fake) as bot:
        yield bot


@pytest.fixture
def officer(fake: FakeZaloBot) -> User:
    return fake.user(display_name="Officer")


@pytest.fixture
def group(fake: FakeZaloBot) -> Group:
    group = fake.group("Team")
    group.adds_bot()
    return group


def kept(update: dict[str, Any]) -> set[str]:
    return set(update["message"]) - {"message_id", "date", "from", "chat"}


async def fetched(bot: Bot, url: str) -> tuple[int, str, bytes]:
    async with bot.http.get(url) as response:
        return response.status, response.content_type, await response.read()


@pytest.mark.parametrize(
    ("habit", "fields"),
    [("photo_url", {"photo_url"}), ("photo", {"photo"}), ("both", {"photo", "photo_url"})],
)
async def test_a_photo_is_at_its_address_for_a_while(
    fake: FakeZaloBot, bot: Bot, officer: User, habit: str, fields: set[str]
) -> None:
    fake.habits.change(photo_field=habit)
    update = officer.sends_photo(caption="minutes")
    message = update["message"]
    url = message[next(iter(fields))]
    there = await fetched(bot, url)
    fake.expire_media()

    assert update["event_name"] == "message.image.received"
    assert kept(update) == {"message_type", "caption", *fields}
    assert (message["message_type"], message["caption"]) == ("CHAT_PHOTO", "minutes")
    assert there == (200, "image/png", PIXEL)
    assert (await fetched(bot, url))[0] == 404
    assert officer.view.messages[0].photo == PIXEL


async def test_voices_and_stickers_have_addresses(bot: Bot, officer: User) -> None:
    voice, sticker = officer.sends_voice(b"aac"), officer.sends_sticker("d0c1")

    assert voice["event_name"] == "message.voice.received"
    assert kept(voice) == {"message_type", "voice_url"}
    assert voice["message"]["voice_url"].endswith(".aac")
    assert await fetched(bot, voice["message"]["voice_url"]) == (200, "audio/aac", b"aac")
    assert sticker["event_name"] == "message.sticker.received"
    assert (kept(sticker), sticker["message"]["sticker"]) == ({"sticker", "url"}, "d0c1")


async def test_a_document_arrives_as_unsupported_with_or_without_a_message(
    fake: FakeZaloBot, bot: Bot, officer: User
) -> None:
    whole = officer.sends_document("report.xlsx")
    fake.habits.unsupported_message = False
    bare = officer.sends_document("report.pdf")

    assert (whole["event_name"], kept(whole)) == ("message.unsupported.received", set())
    assert whole["message"]["chat"]["id"] == officer.id
    assert bare == {"event_name": "message.unsupported.received"}
    assert [await bot.result("getUpdates") for _ in range(2)] == [whole, bare]


async def test_a_text_with_a_link_is_a_preview(fake: FakeZaloBot, officer: User) -> None:
    preview = officer.says("see https://example.vn")
    fake.habits.links_unsupported = False
    text = officer.says("see https://example.vn")

    assert preview["event_name"] == "message.unsupported.received"
    assert text["message"]["text"] == "see https://example.vn"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_phones_write_in_either_normal_form(
    fake: FakeZaloBot, bot: Bot, officer: User, form: Any
) -> None:
    fake.habits.text_form = form
    officer.says("Đúng rồi ạ")

    assert await bot.text() == unicodedata.normalize(form, "Đúng rồi ạ")


async def test_fields_and_events_may_be_unknown(fake: FakeZaloBot, bot: Bot, officer: User) -> None:
    fake.habits.change(extra_fields=True, message_type=False)
    said = officer.says("hello")
    unknown = officer.causes("message.link.received", message={"message_id": "x"})
    follow = officer.follows()

    assert [await bot.result("getUpdates") for _ in range(3)] == [said, unknown, follow]
    assert kept(said) == {"text", "quote"}
    assert (said["trace"], "avatar" in said["message"]["from"]) == ({"v": 1}, True)
    assert follow["event_name"] == "user.follow"
    assert "message" not in follow


async def test_in_a_group_a_bot_hears_only_mentions_and_answers(
    fake: FakeZaloBot, bot: Bot, officer: User, group: Group
) -> None:
    member = officer.in_group(group)
    member.aside.says("lunch?")
    mention = member.says("BC 12 3 0")
    await bot.result("sendMessage", chat_id=group.id, text="Noted")
    answer = member.aside.says("thanks", answering=group.view.last)
    member.aside.says("and?", answering=group.view.messages[0])

    assert fake.updates == [mention, answer]
    assert mention["message"]["text"] == "@Bot Bao Cao BC 12 3 0"
    assert mention["message"]["chat"] == {"id": group.id, "chat_type": "GROUP"}
    assert mention["message"]["from"]["id"] == officer.id
    assert group.view.texts == ["Noted"]
    assert len(group.view.messages) == 5
    assert (await bot.ask("sendMessage", chat_id=officer.id, text="x"))[0] == 410


async def test_a_photo_in_a_group_carries_the_mention_in_its_caption(
    fake: FakeZaloBot, officer: User, group: Group
) -> None:
    member = officer.in_group(group)
    member.aside.sends_photo(caption="chart")
    member.sends_voice()
    member.sends_sticker()
    photo = member.sends_photo()
    fake.habits.mention_in_text = False
    text = member.says("hello")

    assert fake.updates == [photo, text]
    assert photo["message"]["caption"] == "@Bot Bao Cao"
    assert text["message"]["text"] == "hello"


async def test_a_group_may_tell_that_it_takes_the_bot_in(fake: FakeZaloBot, officer: User) -> None:
    fake.habits.bot_added_event = "bot.added"
    group = fake.group("Team")
    officer.in_group(group).says("not in yet")
    group.adds_bot()

    chat = {"id": group.id, "chat_type": "GROUP"}
    assert fake.updates == [{"event_name": "bot.added", "chat": chat}]


async def test_an_id_may_be_chosen(fake: FakeZaloBot) -> None:
    assert fake.user(id="5b7d20c1f4e9638a0d12").id == "5b7d20c1f4e9638a0d12"
    with pytest.raises(TimeoutError):
        await fake.until(lambda: fake.updates, seconds=0.01)
