"""The fake is faithful: two libraries that do not know each other live on it by the same script."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clients import LIBRARIES, Client, connected, judge
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_people import PIXEL, User

YES_NO = [[("Yes", "yes"), ("No", "no")]]


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeTelegram]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it the library warns of its next version
    async with FakeTelegram() as fake:
        yield fake
        judge(fake)


@pytest.fixture(params=LIBRARIES)
async def client(fake: FakeTelegram, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    async with connected(request.param, fake.url, fake.token) as client:
        yield client


@pytest.fixture
def officer(fake: FakeTelegram) -> User:
    officer = fake.user(first_name="Officer", language_code="vi")
    officer.says("/start CODE")
    return officer


async def test_the_bot_learns_who_it_is(fake: FakeTelegram, client: Client) -> None:
    assert await client.me() == (fake.cloud.bot.id, True, True)


async def test_updates_come_until_a_higher_offset_confirms_them(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    officer.says("one")
    [start, one] = await client.updates()
    again = await client.updates()
    [only_one] = await client.updates(offset=one[0])
    nothing = await client.updates(offset=one[0] + 1)

    assert (start[1:], one[1:]) == (("message", "/start CODE"), ("message", "one"))
    assert again == [start, one]
    assert only_one == one
    assert nothing == []
    assert fake.cloud.updates.count() == 0


async def test_a_tap_is_answered_once_and_its_message_changes_in_place(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    number = await client.text(officer.id, "Send <b>it</b>?", html=True, rows=YES_NO)
    asked = officer.view.last
    tap = officer.taps(asked, "Yes")
    query = await client.query(offset=-1)
    answered = await client.answer(query, "Noted")
    edited = await client.edit(officer.id, number, "Sent.")

    assert (asked.text, asked.marks, asked.labels) == (
        "Send it?",
        (("bold", "it"),),
        ["Yes", "No"],
    )
    assert (query, answered, tap.answer) == (
        tap.id,
        True,
        {"text": "Noted", "show_alert": False},
    )
    assert (edited, officer.view.texts, officer.view.last.labels) == ("Sent.", ["Sent."], [])
    with pytest.raises(client.errors["bad"], match=r"(?i)query is too old"):
        await client.answer(query, "Noted")


async def test_an_edit_that_changes_nothing_is_refused(client: Client, officer: User) -> None:
    number = await client.text(officer.id, "Ready?", rows=YES_NO)

    with pytest.raises(client.errors["bad"], match=r"(?i)message is not modified"):
        await client.edit(officer.id, number, "Ready?", YES_NO)
    await client.edit_rows(officer.id, number, [[("Later", "later")]])
    assert officer.view.last.labels == ["Later"]
    with pytest.raises(client.errors["bad"], match=r"(?i)message to edit not found"):
        await client.edit(officer.id, number + 99, "Ready?")
    assert await client.delete(officer.id, number)
    with pytest.raises(client.errors["bad"], match=r"(?i)message to delete not found"):
        await client.delete(officer.id, number)
    assert officer.view.texts == []


async def test_a_document_goes_up_once_and_again_by_its_id_and_comes_down(
    client: Client, officer: User
) -> None:
    content = "Báo cáo\n".encode() * 5000
    file_id = await client.document(officer.id, content, "bao-cao.txt")
    same_id = await client.document(officer.id, file_id)

    assert same_id == file_id
    assert [(m.document, m.file_name) for m in officer.view.from_bot] == [
        (content, "bao-cao.txt"),
        (content, "bao-cao.txt"),
    ]
    assert await client.download(file_id) == content
    with pytest.raises(client.errors["bad"], match=r"(?i)type Document as Photo"):
        await client.photo(officer.id, file_id)
    with pytest.raises(client.errors["bad"], match=r"(?i)invalid file_id"):
        await client.download("nothing")


async def test_a_photo_goes_up_with_a_caption_that_may_change(
    client: Client, officer: User
) -> None:
    file_id = await client.photo(officer.id, PIXEL, "Progress")
    number = officer.view.last.id
    await client.edit_caption(officer.id, number, "Progress of today")

    assert (officer.view.last.photo, officer.view.last.text) == (PIXEL, "Progress of today")
    assert await client.download(file_id) == PIXEL
    with pytest.raises(client.errors["bad"], match=r"(?i)there is no text in the message to edit"):
        await client.edit(officer.id, number, "text")
    with pytest.raises(client.errors["bad"], match=r"(?i)IMAGE_PROCESS_FAILED"):
        await client.photo(officer.id, b"no picture at all")


async def test_commands_are_kept_for_each_scope_and_language(client: Client, officer: User) -> None:
    everywhere, here = {"type": "default"}, {"type": "chat", "chat_id": officer.id}
    await client.set_commands({"report": "Send a report"}, everywhere, "")
    await client.set_commands({"baocao": "Gửi báo cáo"}, everywhere, "vi")
    await client.set_commands({"status": "Who has sent"}, here, "")

    assert await client.commands(everywhere, "") == {"report": "Send a report"}
    assert await client.commands(everywhere, "vi") == {"baocao": "Gửi báo cáo"}
    assert await client.commands(here, "") == {"status": "Who has sent"}
    assert await client.commands(here, "vi") == {}
    assert await client.delete_commands(everywhere, "vi")
    assert await client.commands(everywhere, "vi") == {}
    with pytest.raises(client.errors["bad"], match=r"(?i)BOT_COMMAND_INVALID"):
        await client.set_commands({"Báo": "Gửi"}, everywhere, "")


async def test_a_webhook_is_set_told_of_and_taken_away(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    url = "http://127.0.0.1:9/nobody-listens"
    await client.set_webhook(url, "secret_1")
    await fake.until(lambda: fake.attempts)
    told = await client.webhook()

    assert told == (url, 1, "Connection refused")
    assert "secret_1" not in str(fake.called("getWebhookInfo")[-1].answer)
    with pytest.raises(client.errors["conflict"], match="webhook is active"):
        await client.updates()
    assert await client.delete_webhook()
    assert [said for *_, said in await client.updates()] == ["/start CODE"]
    assert await client.delete_webhook(drop=True)
    assert await client.updates() == []


async def test_a_wrong_token_is_nobody(fake: FakeTelegram, client: Client) -> None:
    library = "aiogram" if "Aiogram" in type(client).__name__ else "python-telegram-bot"
    async with connected(library, fake.url, "7000000001:AAAnotherToken") as stranger:
        with pytest.raises(client.errors["unauthorized"]):
            await stranger.me()


async def test_the_bot_reaches_only_who_lets_it(fake: FakeTelegram, client: Client) -> None:
    stranger, blocker, gone = fake.user(), fake.user(), fake.user()
    for person in (blocker, gone):
        person.says("/start")
    blocker.blocks()
    gone.deactivates()

    for person, reason in (
        (stranger, "bot can't initiate conversation with a user"),
        (blocker, "bot was blocked by the user"),
        (gone, "user is deactivated"),
    ):
        with pytest.raises(client.errors["forbidden"], match=reason):
            await client.text(person.id, "Good morning")
    with pytest.raises(client.errors["bad"], match=r"[Cc]hat not found"):
        await client.text(99, "Good morning")
    blocker.unblocks()
    assert await client.text(blocker.id, "Good morning")


async def test_a_group_migrates_and_throws_the_bot_out(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    group = fake.group("Communes")
    group.add_bot(officer)
    await client.text(group.id, "Hello")
    grown = group.migrate(officer)

    with pytest.raises(client.errors["migrated"]) as moved:
        await client.text(group.id, "Hello again")
    assert client.new_chat(moved.value) == grown.id
    assert await client.text(grown.id, "Hello again")
    assert await client.chat(grown.id) == "supergroup"
    grown.kick_bot(officer)
    with pytest.raises(client.errors["forbidden"], match="kicked from the supergroup chat"):
        await client.text(grown.id, "Hello?")


async def test_who_sends_too_much_is_told_how_long_to_wait(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    fake.limits = Limits(chat_per_second=1)
    await client.text(officer.id, "one")

    with pytest.raises(client.errors["too many"]) as refused:
        await client.text(officer.id, "two")
    assert client.seconds(refused.value) == 1
    fake.penalise(29.5)
    with pytest.raises(client.errors["too many"]) as penalty:
        await client.text(officer.id, "three")
    assert client.seconds(penalty.value) == 30
    assert (fake.count_429, officer.view.texts) == (2, ["one"])


async def test_everything_that_people_send_is_read_by_both_libraries(
    fake: FakeTelegram, client: Client, officer: User
) -> None:
    group = fake.group("Communes")
    group.add_bot(officer)
    group.joins(fake.user())
    said = officer.says("https://example.com #report /status @somebody 🇻🇳")
    officer.edits(said, "better")
    officer.sends_photo(caption="photo")
    officer.sends_document(b"%PDF", "report.pdf", "file")
    officer.sends_voice()
    officer.sends_sticker()
    officer.sends_contact()
    officer.sends_location(10.9, 108.1)
    officer.forwards("news", fake.user())
    officer.forwards("news of somebody hidden")
    officer.says("/status", to=group)
    group.promote_bot(officer)
    officer.blocks()
    officer.unblocks()
    grown = group.migrate(officer)
    grown.kick_bot(officer)

    heard = await client.updates()
    assert len(heard) == len(fake.updates) == 21
    assert {kind for _, kind, _ in heard} == {"message", "edited_message", "my_chat_member"}
