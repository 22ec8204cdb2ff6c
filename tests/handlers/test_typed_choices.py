"""Choices without buttons: a mark names what it stands for, and never a figure by accident."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.channels.typed_choices import typed_choices
from bot.rehearsal import send
from handlers.talk import Expect, Talk
from plans.answers import Outcome, read
from plans.calendar import VIETNAM
from plans.dialogue import Answer, AnswerState
from plans.marks import LETTERS, carry_numbers
from plans.messages import Address, Choice, Medium, Reply
from plans.pack import IndicatorKind, Pack
from plans.people import RoleKind
from plans.readings import AnswerKind
from storage import drafts, letters, people
from storage.database import Database, sqlite_url
from storage.drafts import Key
from tests.forms import Filled, every_form
from tests.person import MUI_NE, PLAN, Person, Town

BARE = Medium(buttons=False, sparing=True)
BY_NUMBER = "Trả lời bằng số thứ tự hoặc tên lựa chọn:"
BY_LETTER = "Hoặc chọn bằng chữ cái:"
KEY = Key(plan=PLAN, period="2024-Q2", unit=MUI_NE)
RETURNED = Reply(
    text="Xin nhắc.",
    choices=(
        Choice(label="Nhập ngay", data="/baocao 2024-Q2"),
        Choice(label="Lịch sử", data="/lichsu"),
    ),
)


@pytest.fixture
async def quick_town(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Town]:
    """A town for a long walk, on the quicker of the databases alone."""
    database = Database(sqlite_url(sqlite_file))
    yield Town(database, packs)
    await database.close()


async def without_buttons(town: Town, name: str = "ann") -> Person:
    ann = await town.officer(name)
    ann.medium = BARE
    return ann


async def answers(town: Town, key: Key = KEY) -> Mapping[str, Answer]:
    stored = await town.database.read(lambda tx: drafts.find(tx, key))
    return stored.answers if stored else {}


async def talk_of(town: Town, person: Person) -> Talk:
    def stored(tx: Connection) -> Talk:
        found = people.person_at(tx, person.address)
        assert found
        return Talk.from_stored(people.talk_of(tx, found.id))

    return await town.database.read(stored)


async def notice(town: Town, person: Person, reply: Reply = RETURNED, hours: int = 0) -> None:
    """Send somebody what nobody asked for, now or some hours later."""
    now = town.clock.now()

    def post(tx: Connection) -> int:
        found = people.person_at(tx, person.address)
        assert found
        at = now + timedelta(hours=hours) if hours else None
        letter = letters.Letter(person_id=found.id, reply=reply, not_before=at)
        return letters.post(tx, [letter], now)

    assert await town.database.run(post) == 1
    await town.app.settle()


class TestMarks:
    @pytest.mark.parametrize("kind", list(AnswerKind))
    def test_no_letter_is_an_answer(self, kind: AnswerKind) -> None:
        typed = [form for x in LETTERS for form in (x, x.upper(), f"{x}.", f"{x})", f" {x} ")]

        assert {read(text, kind).outcome for text in typed} == {Outcome.REFUSE}
        assert not set(LETTERS) & set("ckovxilđ")

    async def test_a_question_is_answered_by_number_and_chosen_by_letter(self, town: Town) -> None:
        ann = await without_buttons(town)

        asked = await ann.asks("/baocao")

        assert asked.lettered
        assert asked.text.endswith(f"\n{BY_LETTER}")
        assert "b. Chưa có số liệu" in typed_choices(asked.choices, lettered=True)
        assert "Câu 2/10" in await ann.says("B.")
        assert (await answers(town))["TT02"].state is AnswerState.MISSING
        await ann.says("2")
        assert (await answers(town))["TT03"].number == 2

    async def test_where_no_figure_is_asked_numbers_choose(self, town: Town) -> None:
        ann = await without_buttons(town)

        menu = await ann.asks("/start")

        assert not menu.lettered
        assert menu.text.endswith(f"\n{BY_NUMBER}")
        assert "Câu 1/10" in await ann.says("1)")

    async def test_letters_choose_only_where_they_are_shown(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/start")
        assert "chưa hiểu tin nhắn này" in await ann.says("a")

        await ann.says("/baocao", "15")
        which = await ann.asks("/sua")

        assert carry_numbers(choice.label for choice in which.choices)
        assert BY_LETTER not in which.text
        assert BY_NUMBER not in which.text
        assert "Biểu mẫu có 10 câu" in await ann.says("b")
        assert "Câu 2/10" in await ann.says("/sua", "2")

    async def test_with_buttons_nothing_is_said_of_marks_but_letters_choose(
        self, town: Town
    ) -> None:
        ann = await town.officer("ann")

        asked = await ann.asks("/baocao")

        assert asked.lettered
        assert BY_LETTER not in asked.text
        assert "Câu 2/10" in await ann.says("b")

    async def test_a_refusal_keeps_the_marks_of_the_card_below_it(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao")

        refused = await ann.asks("0912345678")

        assert refused.lettered
        assert refused.text.endswith(BY_LETTER)
        assert "Câu 2/10" in await ann.says("a")

    async def test_a_code_is_answered_by_number(self, town: Town) -> None:
        ann = Person(town, "ann")
        ann.medium = BARE
        await town.invited("TEST-2024")

        asked = await ann.asks("/start TEST-2024")

        assert asked.text.endswith(BY_NUMBER)
        assert [choice.label for choice in asked.choices] == ["Xác nhận", "Không phải tôi"]
        joined = await ann.asks("1")
        assert "Đã kết nối" in joined.text
        assert joined.text.endswith(BY_NUMBER)
        assert "Câu 1/10" in await ann.says("1")

    async def test_a_number_at_the_check_card_is_explained(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao")
        await ann.says("BC 15 1250 có 35 30 2 4 có 1 1")
        await notice(town, ann)

        assert "Số “1” chưa được ghi" in await ann.says("1")
        assert "Đã nhận" in await ann.says("a")


def history(form: Filled, world_of: Town, tx: Connection) -> None:
    """Send what gives the cards of a form a choice more: a figure of the last period."""
    if form.before is None:
        return
    one = Answer(state=AnswerState.VALUE, value=Decimal(1))
    sent = {question.code: one for question in form.questions}
    key = Key(plan=form.plan, period=form.before.id, unit=form.unit)
    send(tx, world_of.app.world, key, sent, form.morning - timedelta(days=60))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_number_at_a_question_is_a_count_and_never_a_choice(
    quick_town: Town, packs: Mapping[str, Pack]
) -> None:
    town, asked = quick_town, 0
    for place, form in enumerate(every_form(packs)):
        town.clock.set(form.morning)
        name, typed = f"{form.plan} {form.form}", "123"[place % 3]
        ann = await town.joined(name, RoleKind.FOCAL_POINT, form.unit, form.plan)
        ann.medium = BARE
        await town.database.run(partial(history, form, town))
        key = Key(plan=form.plan, period=form.period.id, unit=form.unit)
        await ann.says(f"/baocao {form.period.id}")
        for question in form.questions:
            await ann.says(typed)
            noted = (await answers(town, key)).get(question.code)
            if question.indicator.kind is IndicatorKind.YES_NO and typed != "1":
                assert noted is None, (name, question.code)
                await ann.says("có")
            else:
                assert noted, (name, question.code)
                assert noted.number == int(typed), (name, question.code)
            asked += 1

    assert asked > 300


class TestNotices:
    async def test_below_a_question_it_is_asked_which_is_meant(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao", "15", "1250")
        await notice(town, ann)

        asked = await ann.asks("2")

        assert "“2” là “Số liệu của câu 3: 2” hay là lựa chọn “Lịch sử”" in asked.text
        assert not asked.lettered
        assert [choice.label for choice in asked.choices] == ["Số liệu của câu 3: 2", "Lịch sử"]
        assert set(await answers(town)) == {"TT02", "TT03"}

    async def test_the_figure_is_then_one_number_away(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao")
        await notice(town, ann)

        assert "Câu 2/10" in await ann.says("2", "1")
        assert (await answers(town))["TT02"].number == 2

    async def test_so_is_what_the_notice_offers(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao")
        await notice(town, ann)

        assert "Chưa gửi báo cáo nào" in await ann.says("2", "2")
        assert not await answers(town)

    async def test_what_else_is_typed_is_taken_as_before(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao")
        await notice(town, ann)
        await ann.says("1")

        assert "Câu 2/10" in await ann.says("15")
        await notice(town, ann)
        assert "Câu 3/10" in await ann.says("30")
        assert (await answers(town))["TT03"].number == 30

    async def test_a_choice_of_the_card_with_such_a_label_does_not_decide(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao", "l")
        assert not await answers(town)
        await notice(town, ann)

        assert "hay là lựa chọn “Nhập ngay”" in await ann.says("1")

    async def test_after_an_answer_its_numbers_are_figures_again(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao")
        await notice(town, ann)

        await ann.says("15", "2")

        assert (await answers(town))["TT03"].number == 2

    async def test_where_a_question_is_chosen_it_is_asked_too(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/baocao", "15", "/sua")
        await notice(town, ann)

        asked = await ann.asks("2")

        assert [choice.label for choice in asked.choices] == ["Câu 2", "Lịch sử"]
        assert "Câu 2/10" in await ann.says("1")

    async def test_a_coordinator_who_returns_a_report_is_asked_too(self, town: Town) -> None:
        ann, binh = await town.officer("ann"), await town.coordinator("binh")
        await ann.says("/baocao", "BC 15 1250 có 35 30 2 4 có 1 1", "gửi báo cáo")
        binh.medium = BARE
        await binh.says(f"/traplai {MUI_NE}")
        await notice(town, binh)

        assert "“1” là “Câu 1” hay là lựa chọn" in await binh.says("1")
        assert "Lý do trả lại?" in await binh.says("1")
        assert (await talk_of(town, binh)).codes == ["TT02"]

    async def test_where_no_figure_is_asked_the_last_list_is_meant(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/start")
        await notice(town, ann)

        assert "Chưa gửi báo cáo nào" in await ann.says("2")

    async def test_a_place_beyond_the_notice_is_the_cards(self, town: Town) -> None:
        ann = await without_buttons(town)
        menu = await ann.asks("/start")
        assert len(menu.choices) == 2
        await notice(town, ann, Reply(text="Tin.", choices=RETURNED.choices[1:]))

        assert menu.choices[1].data == "/trogiup"
        assert await ann.says("2") == await ann.says("/trogiup")

    async def test_with_buttons_numbers_mean_what_they_did(self, town: Town) -> None:
        ann = await town.officer("ann")
        await ann.says("/start")
        await notice(town, ann)
        assert "Câu 1/10" in await ann.says("1")

        await notice(town, ann)
        await ann.says("2")

        assert (await answers(town))["TT02"].number == 2

    async def test_a_notice_that_is_still_to_come_means_nothing_yet(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/start")
        await notice(town, ann, hours=3)
        assert "Câu 1/10" in await ann.says("1")
        await ann.says("1")
        assert (await answers(town))["TT02"].number == 1

        town.later(hours=4)

        assert "hay là lựa chọn" in await ann.says("1")

    async def test_a_list_on_another_channel_is_not_meant(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/start")
        now = town.clock.now()
        elsewhere = people.Offer(choices=RETURNED.choices, channel="telegram", at=now)

        def offer(tx: Connection) -> None:
            found = people.person_at(tx, ann.address)
            assert found
            people.offer(tx, {found.id: elsewhere})

        await town.database.run(offer)

        assert "Câu 1/10" in await ann.says("1")

    async def test_of_equal_labels_the_newest_is_meant(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/start")
        for command in ("/trangthai", "/lichsu"):
            choice = Choice(label="Xem thêm", data=command)
            await notice(town, ann, Reply(text="Tin.", choices=(choice,)))

        assert "Chưa gửi báo cáo nào" in await ann.says("xem them")

    async def test_what_nobody_answers_does_not_pile_up(self, town: Town) -> None:
        ann = await without_buttons(town)
        await ann.says("/start")
        for number in range(50):
            choice = Choice(label=f"Số {number}", data="/trangthai")
            await notice(town, ann, Reply(text="Tin.", choices=(choice,)))

        talk = await talk_of(town, ann)
        assert (len(talk.offered), talk.notice, len(talk.choices)) == (40, 1, 2)
        assert talk.offered[-1] == ["Số 49", "/trangthai"]

        await ann.says("/start")

        assert not (await talk_of(town, ann)).offered

    def test_what_an_older_release_kept_is_read(self) -> None:
        mixed = {"choices": [["Có", "/giu TT02"], ["Lịch sử", "/lichsu"]], "expect": "answer"}

        talk = Talk.from_stored(mixed)

        assert (talk.offered, talk.notice, talk.expect) == ([], 0, Expect.ANSWER)
        assert len(talk.choices) == 2


async def test_a_real_nudge_numbers_its_choices(town: Town) -> None:
    ann, binh = await without_buttons(town), await town.coordinator("binh")
    await ann.says("/baocao", "15")

    await binh.says("/dondoc", "Gửi đôn đốc 1 đơn vị")

    [nudge] = [d.reply for d in town.recorder.sent if d.address == ann.address and not d.answers]
    assert not nudge.lettered
    assert len(nudge.choices) > 1
    assert f"hay là lựa chọn “{nudge.choices[0].label}”" in await ann.says("1")
    assert "Câu 2/10" in await ann.says("2")


async def test_a_nudge_at_night_is_not_on_the_screen_until_morning(town: Town) -> None:
    ann, binh = await without_buttons(town), await town.coordinator("binh")
    town.clock.set(town.clock.now().astimezone(VIETNAM).replace(hour=22))
    await ann.says("/baocao")
    await binh.says("/dondoc", "Gửi đôn đốc 1 đơn vị")

    await ann.says("1")

    assert (await answers(town))["TT02"].number == 1
    assert ann.address == Address(channel="webchat", chat="ann")
