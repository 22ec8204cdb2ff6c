"""Buttons: every one answers for itself alone, old and foreign ones are refused kindly."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from plans.messages import Choice, Reply
from plans.pack import Pack
from storage import outbox, tables
from tests.bot.telegram_line import PATIENT, Line, address_of, running
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_limits import Limits


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with FakeTelegram() as fake, running(fake, sqlite_file, packs) as line:
        yield line


async def test_a_tapped_card_loses_its_buttons_when_the_answer_brings_new_ones(line: Line) -> None:
    officer = await line.officer()
    question = await officer.says("/baocao")
    following = await officer.taps("0")
    await line.fake.until(lambda: officer.user.view.messages[1].labels == [])

    assert officer.user.view.messages[1].id == question.id
    assert following.labels


async def test_a_menu_keeps_its_buttons(line: Line) -> None:
    officer = await line.officer()
    menu = await officer.says("/start")
    await officer.taps("Nhập số liệu")
    await officer.says("1")

    assert officer.user.view.messages[1].labels == menu.labels
    assert not line.fake.called("editMessageReplyMarkup")


async def test_an_old_button_is_refused_kindly_and_the_current_card_shown(line: Line) -> None:
    officer = await line.officer()
    question = await officer.says("/baocao")
    carried = question.buttons[0][0].data
    await officer.says("5")
    await officer.hears(lambda: officer.user.taps_old(question, carried))

    assert "Câu 2/10" in officer.last.text
    assert officer.last.text != officer.user.view.texts[1]
    [answer] = await line.kept(tables.draft_answers)
    assert answer.value == 5


async def test_a_button_that_was_not_offered_here_does_nothing(line: Line) -> None:
    officer, other = await line.officer(), await line.officer()
    foreign = (await other.says("/baocao")).buttons[0][0].data
    mine = await officer.says("/baocao")
    for forged in (foreign, "999999.0", "1.99", "/gui", "x", "2|/gui", "1.0.0", "9" * 40 + ".0"):
        tap = partial(officer.user.taps_old, mine, forged)
        assert "Câu 1/10" in (await officer.hears(tap)).text

    assert await line.kept(tables.draft_answers) == []


async def test_choices_of_any_length_are_carried_whole(line: Line) -> None:
    officer = await line.officer()
    long = Choice(label="Lý do dài", data="/lydocham " + "rất dài " * 40)
    [number] = await line.owe(officer.user, Reply(text="Chọn", choices=(long,)))
    await line.fake.until(lambda: officer.user.view.from_bot)

    found = await line.app.database.read(
        lambda tx: outbox.choice_of(tx, address_of(officer.user), number, 0)
    )
    assert found == long.data
    assert officer.last.buttons[0][0].data == f"{number}.0"


async def test_every_tap_is_answered_and_too_late_an_answer_does_no_harm(line: Line) -> None:
    officer = await line.officer()
    line.fake.cloud.tap_lives = -1.0
    await officer.says("/baocao")
    await officer.hears(lambda: officer.user.taps(officer.last, "0"))
    await line.fake.until(lambda: line.fake.called("answerCallbackQuery"))

    assert [call.status for call in line.fake.called("answerCallbackQuery")] == [400]
    assert "Câu 2/10" in officer.last.text


async def test_what_cannot_be_changed_in_place_is_sent_anew(line: Line) -> None:
    coordinator = await line.coordinator()
    listed = await coordinator.says("/tonghop")
    data = next(b.data for row in listed.buttons for b in row if b.label == "Trang sau")
    coordinator.user.chat.messages.pop(listed.id)
    anew = await coordinator.hears(lambda: coordinator.user.taps_old(listed, data))

    assert "trang 2/3" in anew.text


async def test_a_card_that_is_as_it_was_is_no_error(line: Line) -> None:
    coordinator = await line.coordinator()
    listed = await coordinator.says("/tonghop")
    data = next(b.data for row in listed.buttons for b in row if b.label == "Trang sau")
    await coordinator.taps("Trang sau")
    line.fake.fail(
        "editMessageText",
        status=400,
        body='{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}',
    )
    coordinator.user.taps_old(listed, data)
    await line.fake.until(lambda: len(line.fake.called("editMessageText")) == 2)
    while "waiting" in (states := await line.states()):
        line.later(0)

    assert states == ["sent"] * 3
    assert len(coordinator.user.view.from_bot) == 1


async def test_taps_and_texts_keep_to_telegrams_pace(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeTelegram(limits=Limits.strict()) as fake:
        async with running(fake, sqlite_file, packs, manners=PATIENT) as line:
            officer = await line.officer()
            await officer.says("/baocao")
            await officer.taps("0")
            await fake.until(lambda: fake.called("editMessageReplyMarkup"))
            await officer.says("1")
        assert fake.count_429 == 0
