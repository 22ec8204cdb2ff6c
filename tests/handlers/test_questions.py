"""Questions in one's own words: each phrasing read as what it asks, nothing guessed."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from datetime import time as time_type
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from handlers.commands import BY_NAME
from handlers.question_read import Intent, Nearest, Vocabulary, line_of
from handlers.question_words import Kind
from handlers.questions import intent_of
from plans.calendar import VIETNAM
from plans.pack import Pack
from plans.people import RoleKind
from plans.units import Unit
from plans.working_days import load_working_days
from plans.world import World
from tests.effort import effort
from tests.person import Person, Town, changed

COMMUNES = 3321
SAMPLE = 40


class Row(NamedTuple):
    plan: str
    today: str
    words: str
    read: str
    period: str
    unit: str
    code: str
    also: str = ""

    def __str__(self) -> str:
        return f"{self.plan[:2]} {self.words}"


def corpus() -> list[Row]:
    with (Path(__file__).with_name("questions.tsv")).open(encoding="utf-8") as file:
        return [Row(**row) for row in csv.DictReader(file, delimiter="\t", restval="")]


ROWS = corpus()
# Evenly over plans and kinds, as the file is sorted by plan.
THROUGH_THE_ROUTER = ROWS[:: len(ROWS) // SAMPLE][:SAMPLE]
NO_QUESTIONS = (
    "ok",
    "vâng",
    "dạ vâng ạ",
    "không",
    "không có",
    "không phát sinh",
    "chưa có số liệu",
    "chưa tổng hợp xong",
    "15",
    "1.250",
    "15 cuộc",
    "123 456",
    "0",
    "BC 15 520 có 30 25 9 2 không 20 -",
    "bc 12 300",
    "báo cáo 15 20 30",
    "Báo cáo: 15 20",
    "TT02=16; TT03 khoảng 500",
    "tt02 16",
    "TT02: 5",
    "10) 5  2) 530",
    "câu 3 là 25",
    "c3 25",
    "cảm ơn anh nhé",
    "cám ơn chị nhiều",
    "xin lỗi tôi nhầm",
    "asdfgh",
    "????",
    "...",
    "hôm nay trời đẹp",
    "họp lúc mấy giờ vậy",
    "chiều nay họp ở đâu",
    "mai nộp được không",
    "gửi lại giúp tôi số điện thoại",
    "xin số điện thoại chị Hoa",
    "mật khẩu là gì",
    "báo cáo đồng chí tôi đang đi công tác",
    "xã em mới sáp nhập",
    "máy hỏng rồi",
    "mạng chập chờn quá",
    "làm gì tiếp theo",
    "tôi không hiểu",
    "bao nhiêu tiền một suất ăn",
    "giá vàng hôm nay bao nhiêu",
    "mấy giờ rồi",
    "bạn là ai",
    "con mèo ngồi trên ghế",
    "quý anh chị",
    "năm mới vui vẻ",
    "tổng thống mỹ",
    "đội tuyển thắng mấy không",
    "vì cán bộ nghỉ thai sản nên số liệu chưa đầy đủ",
    "em bị ốm nên chưa nộp kịp",
    "do mất mạng nên nộp chậm",
    "do bão lũ, giao thông chia cắt nên chậm",
    "đơn vị đang chờ lãnh đạo ký",
    "sếp đi vắng chưa ký được",
    "số liệu nhập nhầm dòng, xin đính chính",
    "nhập thiếu một cuộc ở thôn 3",
    "chờ công an xã đối chiếu",
    "đề nghị anh gọi lại cho tôi",
    "tôi gửi nhầm nhóm",
)


@pytest.fixture(scope="module")
def world(packs: Mapping[str, Pack]) -> World:
    return World(packs=packs, working_days=load_working_days(), secret=b"")


def vocabulary(world: World, plan: str, today: str, root: str = "") -> Vocabulary:
    return Vocabulary(
        pack=world.packs[plan],
        calendar=world.calendars[plan],
        today=date.fromisoformat(today),
        root=root,
        commands=frozenset(BY_NAME),
    )


def read_as(words: str, known: Vocabulary) -> tuple[str, str, str, str, str]:
    """Write down what a sentence is read as, in the words of the corpus."""
    read = intent_of(words, known)
    if isinstance(read, Intent):
        line = line_of(read, known).split()
        named = {read.period, read.unit, read.code, read.target}
        also = [word for word in line[1:] if word not in named and word not in ("trong", "chitieu")]
        return read.kind, read.period, read.unit, read.code or read.target, " ".join(also)
    if isinstance(read, Nearest):
        options = "; ".join(line_of(option, known) for option in read.options)
        return f"{'asks' if read.sure else 'nearest'}: {read.about}", "", "", options, ""
    return "", "", "", "", ""


def test_the_corpus_is_wide() -> None:
    kinds = {row.read for row in ROWS}

    assert len(ROWS) >= 180
    assert len({row.plan for row in ROWS}) >= 4
    assert kinds >= set(Kind) - {Kind.YEARLY_TARGETS, Kind.RETURNED}
    assert len({f"{row.plan} {row.words}" for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_phrasing_is_read_as_what_it_asks(world: World, row: Row) -> None:
    known = vocabulary(world, row.plan, row.today)

    assert read_as(row.words, known) == (row.read, row.period, row.unit, row.code, row.also)


@pytest.mark.parametrize("row", THROUGH_THE_ROUTER, ids=str)
async def test_a_question_is_answered_as_its_command_is(town: Town, world: World, row: Row) -> None:
    town.clock.set(datetime.combine(date.fromisoformat(row.today), time_of_day(), VIETNAM))
    asks = await town.joined("asks", RoleKind.COORDINATOR, plan=row.plan)
    types = await town.joined("types", RoleKind.COORDINATOR, plan=row.plan)
    read = intent_of(row.words, vocabulary(world, row.plan, row.today))

    reply = await asks.asks(row.words)

    if isinstance(read, Intent):
        line = line_of(read, vocabulary(world, row.plan, row.today))
        assert reply.text == (await types.asks(line)).text
        return
    assert isinstance(read, Nearest)
    assert [choice.data for choice in reply.choices] == row.code.split("; ")


def time_of_day() -> time_type:
    return time_type(8)


@pytest.mark.parametrize("words", NO_QUESTIONS)
@pytest.mark.parametrize("plan", ["binh_thuan_2024", "lai_chau_2021_2025"])
def test_what_is_no_question_gives_no_command(world: World, plan: str, words: str) -> None:
    known = vocabulary(world, plan, "2024-06-11")

    assert not isinstance(intent_of(words, known), Intent)
    assert len(NO_QUESTIONS) >= 60


class TestOfficers:
    async def test_a_question_of_an_officer_means_what_it_did(self, town: Town) -> None:
        lan = await town.officer("lan")

        assert "chưa hiểu" in await lan.says("tổng lượt người được tuyên truyền")
        assert "chưa hiểu" in await lan.says("so với cùng kỳ tăng hay giảm")
        assert "đơn vị" not in await lan.says("xã nào chưa kết nối")

    async def test_a_reason_that_reads_as_a_question_is_a_reason(self, town: Town) -> None:
        lan = await town.officer("lan")
        town.later(days=10)
        await lan.says("/lydocham")

        assert "Tiến độ" not in await lan.says("vì xã chưa nộp số liệu tuyên truyền")

    async def test_a_coordinator_who_reports_too_still_answers(self, town: Town) -> None:
        nga = await town.officer("nga", "596")  # Bắc Bình: reports, and sees its communes
        await nga.says("/baocao")

        assert "Câu 2" in await nga.says("15")
        assert "Tiến độ" not in await nga.says("ai chưa nộp")

    async def test_a_report_in_one_message_is_no_question(self, town: Town) -> None:
        nga = await town.officer("nga", "596")

        assert "Đã ghi" in await nga.says("TT02=15; TT03=200")


class TestDistricts:
    def test_a_name_outside_the_subtree_is_left_to_be_refused(self, world: World) -> None:
        known = vocabulary(world, "binh_thuan_2024", "2024-06-11", root="596")

        assert read_as("Tuy Phong nộp chưa", known)[2] == "595"

    def test_a_name_that_is_one_inside_the_subtree_is_not_asked_back(self, world: World) -> None:
        known = vocabulary(world, "binh_thuan_2024", "2024-06-11", root="600")

        assert read_as("tân hà nộp chưa", known)[:3] == ("progress", "2024-Q2", "23221")

    async def test_what_is_outside_is_refused(self, town: Town) -> None:
        ha = await town.joined("ha", RoleKind.DISTRICT_COORDINATOR, "596")

        outside = await ha.says("số cuộc tuyên truyền huyện Tuy Phong")
        inside = await ha.says("số cuộc tuyên truyền")

        assert "Huyện Bắc Bình" in inside
        assert "TT02" not in outside


class TestAskingBack:
    async def test_the_answer_to_the_question_back_is_a_tap(self, town: Town) -> None:
        binh = await town.coordinator("binh")

        reply = await binh.asks("tiến độ bình tân")

        assert "hay" in reply.text
        assert "Bình Tân" in await binh.taps(reply.choices[0].data)

    async def test_two_plans_are_asked_which(self, town: Town) -> None:
        binh = await town.coordinator("binh")
        await town.joined("binh", RoleKind.COORDINATOR, plan="quang_ninh_2021_2025")

        reply = await binh.asks("tổng lượt người được tuyên truyền")

        assert len(reply.choices) == 2
        assert "TT03" in await binh.taps(reply.choices[0].data)

    async def test_words_that_only_one_plan_has_are_answered_in_it(self, town: Town) -> None:
        binh = await town.coordinator("binh")
        await town.joined("binh", RoleKind.COORDINATOR, plan="quang_ninh_2021_2025")

        assert "Thành phố Hạ Long" in await binh.says("số cuộc tuyên truyền TP Hạ Long")
        assert "YT01" in await binh.says("số lượt khám bệnh định kỳ")

    def test_a_command_that_is_not_there_is_not_named(self, world: World) -> None:
        known = vocabulary(world, "binh_thuan_2024", "2024-06-11")
        without = Vocabulary(
            pack=known.pack,
            calendar=known.calendar,
            today=known.today,
            commands=known.commands - {"/vanban"},
        )

        read = intent_of("xuất văn bản", without)

        assert isinstance(read, Nearest)
        assert not any("/vanban" in line_of(option, without) for option in read.options)


def test_a_whole_country_is_hardly_more_work_than_a_province(world: World) -> None:
    province, country = spent_with(world, 400), spent_with(world, COMMUNES)

    assert country.total() < 1.5 * province.total()
    assert max(country.values()) < 5 * max(province.values()), country.most_common(1)


def spent_with(world: World, communes: int) -> Counter[str]:
    """Count the calls that each question of the corpus takes where there are so many communes."""
    known = vocabulary(world, "binh_thuan_2024", "2024-06-11")
    more = tuple(
        Unit(code=f"9{number:05}", name=f"Xã {_name(number)}", type="commune", parent="596")
        for number in range(communes)
    )
    wide = replace(known, pack=changed(known.pack, units=known.pack.units + more))
    intent_of("ai chưa nộp", wide)  # what is made once for a plan
    return Counter({row.words: effort(partial(intent_of, row.words, wide))[0] for row in ROWS})


def _name(number: int) -> str:
    syllables = ("Tân", "Phú", "Hòa", "Bình", "Long", "Sơn", "Thạnh", "Mỹ", "An", "Lộc")
    digits = [int(digit) for digit in f"{number:04}"]
    return " ".join(syllables[digit] for digit in digits)


async def test_the_person_is_a_coordinator_only_where_they_are(town: Town) -> None:
    stranger = Person(town, "stranger")

    assert "Tiến độ" not in await stranger.says("ai chưa nộp")
