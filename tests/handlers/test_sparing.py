"""Where each reply costs: much is asked at once, and the same is recorded in fewer messages."""

import sys
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.channels.texts import units
from bot.channels.typed_choices import typed_choices
from bot.rehearsal import send
from plans.answers import Outcome, read
from plans.dialogue import Answer, AnswerState
from plans.messages import Medium, Reply
from plans.one_message import Entry, parse
from plans.pack import IndicatorKind, Pack, Words
from plans.people import RoleKind
from plans.privacy import concern
from storage import drafts, people, tables
from storage.database import Database, sqlite_url
from storage.drafts import Key
from tests.forms import Filled, every_form
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town, changed

SPARING = Medium(buttons=False, sparing=True)
FIRST = "Gửi cả báo cáo trong một tin, theo thứ tự câu"
LEFT = "Gửi các câu còn lại trong một tin, kèm số câu"
MEND = "Cần ghi hoặc sửa nhiều câu, gửi trong một tin, ví dụ: "
OR = "Hoặc trả lời từng câu:"
QUARTER = "2024-Q2"
# Ten answers with three that are far from those of the last period.
DOUBTFUL = "BC 150 9000 có 400 30 9 2 có 10 8"


@pytest.fixture
async def quick_town(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Town]:
    """A town for a long walk, on the quicker of the databases alone."""
    database = Database(sqlite_url(sqlite_file))
    yield Town(database, packs)
    await database.close()


async def sparing(town: Town, name: str = "ann", unit: str = MUI_NE) -> Person:
    ann = await town.officer(name, unit)
    ann.medium = SPARING
    return ann


def told(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Print a measure, whatever the run captures."""
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")


def size(reply: Reply) -> int:
    """Measure a reply as it goes out where choices are typed."""
    return units(f"{reply.text}\n{typed_choices(reply.choices, lettered=reply.lettered)}")


def example_in(text: str) -> str:
    [line] = [line for line in text.split("\n") if ": BC " in line]
    return f"BC {line.partition(': BC ')[2]}"


def read_from(text: str, pack: Pack, form: Filled) -> tuple[Entry, ...]:
    """Return what a message says about a form, and that it says nothing else."""
    given = parse(text, pack, form.questions)
    assert given
    assert not given.unknown
    assert not given.too_many
    return given.entries


async def answers(town: Town, key: Key) -> Mapping[str, Answer]:
    stored = await town.database.read(lambda tx: drafts.find(tx, key))
    return stored.answers if stored else {}


async def before(town: Town, unit: str, *figures: int) -> None:
    """Send a report of the period before: a figure for each question in order."""
    pack = town.app.world.packs[PLAN]
    codes = pack.forms["commune"].questions
    sent = {
        code: Answer(state=AnswerState.VALUE, value=Decimal(figure))
        for code, figure in zip(codes, figures, strict=True)
    }
    at = town.clock.now() - timedelta(days=80)
    key = Key(plan=PLAN, period="2024-Q1", unit=unit)
    await town.database.run(lambda tx: send(tx, town.app.world, key, sent, at))


def figures_before(form: Filled, town: Town, tx: Connection) -> None:
    """Give every question of a form a long figure of the last period."""
    if form.before is None:
        return
    sent = {
        question.code: Answer(
            state=AnswerState.VALUE,
            value=Decimal(1)
            if question.indicator.kind is IndicatorKind.YES_NO
            else Decimal(question.indicator.most),
        )
        for question in form.questions
    }
    key = Key(plan=form.plan, period=form.before.id, unit=form.unit)
    send(tx, town.app.world, key, sent, form.morning - timedelta(days=60))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_form_opens_with_an_example_that_is_read(
    quick_town: Town, packs: Mapping[str, Pack], capsys: pytest.CaptureFixture[str]
) -> None:
    town, longest, seen = quick_town, 0, set()
    for form in every_form(packs):
        town.clock.set(form.morning)
        name = f"{form.plan} {form.form}"
        ann = await town.joined(name, RoleKind.FOCAL_POINT, form.unit, form.plan)
        ann.medium = SPARING
        await town.database.run(partial(figures_before, form, town))

        opened = await ann.asks(f"/baocao {form.period.id}")

        longest = max(longest, size(opened))
        assert ("\n" + OR in opened.text) == (len(form.questions) > 1), name
        if len(form.questions) == 1:
            continue
        seen.add(form.plan)
        for question in form.questions:
            assert f"\n{question.number}. " in opened.text, name
        text = example_in(opened.text)
        assert concern(text) is None
        entries = read_from(text, packs[form.plan], form)
        assert [entry.question for entry in entries] == list(form.questions), name
        for entry in entries:
            outcome = read(entry.text, entry.question.indicator.answer_kind).outcome
            assert outcome in (Outcome.VALUE, Outcome.ZERO), (name, entry)
        taken = await ann.asks(text)
        noted = await answers(town, Key(plan=form.plan, period=form.period.id, unit=form.unit))
        assert len(noted) == len(form.questions), (name, taken.text)
        assert "chưa ghi" not in taken.text
        longest = max(longest, size(taken))

    assert longest <= 1_900
    assert seen == set(packs)
    told(capsys, f"longest of {len(every_form(packs))} forms: {longest} UTF-16 units")


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_form_half_answered_names_what_is_left(
    quick_town: Town, packs: Mapping[str, Pack]
) -> None:
    town = quick_town
    for form in every_form(packs):
        if len(form.questions) < 3:
            continue
        town.clock.set(form.morning)
        name = f"{form.plan} {form.form}"
        ann = await town.joined(name, RoleKind.FOCAL_POINT, form.unit, form.plan)
        ann.medium = SPARING
        await ann.says(f"/baocao {form.period.id}", "1")

        resumed = await ann.asks(f"/baocao {form.period.id}")

        left = [question for question in form.questions if question.number > 1]
        text = example_in(resumed.text)
        assert LEFT in resumed.text
        assert f"{OR}\nCâu 2/" in resumed.text
        entries = read_from(text, packs[form.plan], form)
        assert [entry.question for entry in entries] == left, name
        assert "chưa ghi" not in await ann.says(text)
        noted = await answers(town, Key(plan=form.plan, period=form.period.id, unit=form.unit))
        assert len(noted) == len(form.questions), name


async def test_the_longest_labels_are_shortened_until_they_fit(
    town: Town, packs: Mapping[str, Pack]
) -> None:
    pack = packs[PLAN]
    wordy = {
        code: indicator.model_copy(
            update={"label": Words(vi=f"{indicator.label.vi} " * 6, en="Long")}
        )
        for code, indicator in pack.indicators.items()
    }
    town.begin({**packs, PLAN: changed(pack, indicators=wordy)})
    ann = await sparing(town)

    opened = await ann.asks("/baocao")

    assert 1_000 < size(opened) <= 1_900
    assert "\n10. Số cán bộ huyện, xã được tập huấn" in opened.text
    assert "…" in opened.text
    assert opened.text.count(OR) == 1


async def test_elsewhere_a_report_opens_as_it_did(town: Town) -> None:
    ann = await town.officer("ann")
    ann.medium = Medium(buttons=False)

    assert FIRST not in await ann.says("/baocao")


async def test_the_question_card_stands_unchanged_below(town: Town) -> None:
    ann, cuong = await sparing(town), await town.officer("cuong", HAM_TIEN)

    plain, opened = await cuong.asks("/baocao"), await ann.asks("/baocao")

    assert opened.choices == plain.choices
    card = plain.text.split("\n")[2:]
    assert opened.text.split("\n")[-len(card) - 2 : -1] == [OR, *card]


async def test_one_question_that_is_left_is_simply_asked(town: Town) -> None:
    ann = await sparing(town)
    await ann.says("/baocao", "BC 15 1250 có 35 30 2 4 có 1")

    assert OR not in await ann.says("/baocao")


async def test_a_returned_report_names_the_returned_questions(town: Town) -> None:
    ann, binh = await sparing(town), await town.coordinator("binh")
    await ann.says("/baocao", "BC 15 1250 có 35 30 2 4 có 1 1", "gửi báo cáo")
    await binh.says(f"/traplai {MUI_NE}", "2, 7", "xem lại", "Trả lại")

    opened = await ann.asks("/baocao")

    assert example_in(opened.text) == "BC 2: 1250 7: 9"
    assert "\n2. Số lượt người" in opened.text
    assert "\n3. " not in opened.text
    assert "Đã ghi 10/10" in await ann.says("BC 2: 1300 7: 5")
    assert "Đã nhận" in await ann.says("a")


class TestDoubts:
    async def test_all_are_asked_about_at_once(self, town: Town) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)
        await ann.says("/baocao")

        asked = await ann.asks(DOUBTFUL)

        for line in ("Câu 1 · 150 gấp 12", "Câu 2 · 9.000 gấp 11", "Câu 4 · 400 gấp 10"):
            assert f"\n{line}" in asked.text
        assert "Các số trên đều đúng?" in asked.text
        assert [choice.label for choice in asked.choices] == ["Đúng cả", "Sửa", "Để sau"]
        assert asked.lettered

    @pytest.mark.parametrize("yes", ["a", "đúng cả", "Đúng", "vâng"])
    async def test_one_yes_keeps_them_all(self, town: Town, yes: str) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)

        assert "[" not in await ann.says("/baocao", DOUBTFUL, yes)

        noted = await answers(town, Key(plan=PLAN, period=QUARTER, unit=MUI_NE))
        assert {code for code, a in noted.items() if a.kept} == {"TT02", "TT03", "TT06"}
        assert not [a for a in noted.values() if a.doubt]
        assert "Đã nhận" in await ann.says("gửi")

    async def test_the_record_is_that_of_confirming_each(self, town: Town) -> None:
        for unit in (MUI_NE, HAM_TIEN):
            await before(town, unit, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann, cuong = await sparing(town), await town.officer("cuong", HAM_TIEN)

        await ann.says("/baocao", DOUBTFUL, "đúng cả", "gửi")
        await cuong.says("/baocao", DOUBTFUL, "đúng", "đúng", "đúng", "gửi")

        one, other = [await kept(town, unit) for unit in (MUI_NE, HAM_TIEN)]
        assert one == other
        assert isinstance(one, list)
        assert len(one) == 3

    async def test_a_bare_number_is_an_answer_to_none_of_them(self, town: Town) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)
        await ann.says("/baocao", DOUBTFUL)

        assert "Số “15” chưa được ghi" in await ann.says("15")
        assert "Các số trên đều đúng?" in await ann.says("nhập nốt")
        assert "chưa hiểu" in (again := await ann.says("cái gì"))
        assert "Các số trên đều đúng?" in again

    async def test_several_are_mended_in_one_message(self, town: Town) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)
        asked = await ann.says("/baocao", DOUBTFUL)
        text = asked.partition(MEND)[2].partition("\n")[0]
        assert text == "BC 1: 15 2: 1250 4: 30"

        left = await ann.asks("BC 1: 15 4: 40")

        # One is left: it is asked about as everywhere.
        assert "Câu 2 · 9.000 gấp 11" in left.text
        assert [choice.label for choice in left.choices] == ["Đúng, giữ 9.000", "Nhập lại"]
        assert "Đã nhận" in await ann.says("a", "a")

    async def test_what_was_unclear_stands_beside_them(self, town: Town) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)

        asked = await ann.asks("BC 150 9000 có 40/30 31 1,234 4 có 10 8")

        assert "Câu 4 (“40/30”) chưa ghi" in asked.text
        assert "Câu 6 (“1,234”)" in asked.text
        assert "Câu 1 · 150 gấp" in asked.text
        assert "Câu 2 · 9.000 gấp" in asked.text
        assert example_in(asked.text).startswith("BC 1: 15 2: 1250 4: ")
        assert size(asked) <= 1_900
        mended = await ann.says("BC 1: 15 2: 800 4: 40 6: 5")
        assert "Đã ghi 10/10" in mended
        assert "Câu 1 ·" not in mended

    async def test_they_come_again_where_the_report_is_opened_again(self, town: Town) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)
        await ann.says("/baocao", DOUBTFUL, "/huy")

        assert "Các số trên đều đúng?" in await ann.says("/baocao")

    async def test_on_a_channel_where_replies_are_free_each_is_asked_about(
        self, town: Town
    ) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)
        await ann.says("/baocao", DOUBTFUL)

        ann.medium = Medium()

        assert "Đúng là 150?" in (asked := await ann.says("hả"))
        assert "Đúng là 9.000?" not in asked

    async def test_only_what_was_shown_is_kept(self, town: Town) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann, cuong = await sparing(town), await town.officer("cuong")
        await ann.says("/baocao", "BC 150 9000")
        await cuong.says("/baocao", "KT01 90")

        assert "Câu 6 · 90 gấp" in await ann.says("đúng cả")


async def kept(town: Town, unit: str) -> object:
    """Return what is on record of the doubts that were kept in a sent report."""
    here = (tables.reports.c.unit == unit) & (tables.reports.c.period == QUARTER)
    query = select(tables.reports.c.kept).where(here)
    return await town.database.read(lambda tx: tx.execute(query).scalar_one())


class TestCount:
    """The count of outgoing messages of one report: the bar is four for eight questions."""

    @pytest.fixture
    async def ann(self, town: Town) -> Person:
        plan = "lai_chau_2021_2025"
        town.clock.set(town.clock.now().replace(year=2025))
        ann = await town.joined("ann", RoleKind.FOCAL_POINT, "03637", plan)
        ann.medium = SPARING
        return ann

    async def test_a_report_of_eight_questions_takes_three_replies(
        self, ann: Person, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "Câu 1/8" in await ann.says("/baocao")
        assert "Đã nhận" in await ann.says("BC 15 1250 có 35 30 2 4 1", "gửi")

        told(capsys, f"eight questions: {len(ann.heard)} outgoing messages")
        assert len(ann.heard) == 3
        assert max(map(units, ann.heard)) <= 1_900

    async def test_it_may_take_two(self, ann: Person, capsys: pytest.CaptureFixture[str]) -> None:
        await ann.says("BC 15 1250 có 35 30 2 4 1", "gửi")

        told(capsys, f"eight questions, unopened: {len(ann.heard)} outgoing messages")
        assert len(ann.heard) == 2

    async def test_doubts_cost_one_more_however_many(
        self, town: Town, capsys: pytest.CaptureFixture[str]
    ) -> None:
        await before(town, MUI_NE, 12, 800, 1, 40, 30, 5, 4, 1, 10, 8)
        ann = await sparing(town)

        assert "Đã nhận" in await ann.says("/baocao", DOUBTFUL, "đúng cả", "gửi")

        told(capsys, f"ten questions, three doubts: {len(ann.heard)} outgoing messages")
        assert len(ann.heard) == 4


async def test_in_english_too(town: Town) -> None:
    ann = await sparing(town)

    def in_english(tx: Connection) -> None:
        found = people.person_at(tx, ann.address)
        assert found
        people.set_language(tx, found.id, "en")

    await town.database.run(in_english)

    opened = await ann.asks("/baocao")

    assert "Send the whole report in one message" in opened.text
    assert "Or choose by letter:" in opened.text
    assert "10/10" in await ann.says(example_in(opened.text))
