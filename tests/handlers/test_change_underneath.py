"""What changes under somebody's hands: the form, the plan, their role, the lock."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from handlers.talk import Expect, Talk
from plans.calendar import VIETNAM
from plans.pack import Pack
from plans.people import RoleKind
from storage import people
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town, changed, with_questions

DAY_OF_LOCK = datetime(2024, 7, 30, 9, 0, tzinfo=VIETNAM)
ALL = ("15", "1250", "có", "30", "25", "2", "0", "không", "4", "3")


def another_form(packs: Mapping[str, Pack], questions: tuple[str, ...]) -> dict[str, Pack]:
    return {**packs, PLAN: with_questions(packs[PLAN], "commune", questions)}


def questions_of(packs: Mapping[str, Pack]) -> tuple[str, ...]:
    return packs[PLAN].forms["commune"].questions


def without(packs: Mapping[str, Pack], *codes: str) -> dict[str, Pack]:
    left = tuple(code for code in questions_of(packs) if code not in codes)
    return another_form(packs, left)


class TestForm:
    async def test_a_question_that_is_gone_is_not_answered_by_the_next_number(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann = await town.officer("ann")
        assert "Câu 2/10" in await ann.says("/baocao", "15")

        town.begin(without(packs, "TT03"))

        assert "Câu 2/9" in await ann.says("1250")
        assert "1250" not in await ann.says("/kiemtra")

    async def test_a_new_question_is_asked_before_the_report_is_sent(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        town.begin(without(packs, "TH03"))
        ann = await town.officer("ann")
        assert "Gửi" not in await ann.says("/baocao", *(a for a in ALL if a != "4"))

        town.begin(packs)

        assert "Câu 9/10" in await ann.says("/gui")
        assert "Đã nhận" in await ann.says("4", "/gui")

    async def test_an_answer_goes_to_its_question_under_a_new_number(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann = await town.officer("ann")
        await ann.says("/baocao")

        first, *rest = questions_of(packs)
        town.begin(another_form(packs, (*rest, first)))
        await ann.says("15")

        assert "10. Số cuộc tuyên truyền: 15" in await ann.says("/kiemtra")

    async def test_a_returned_question_that_is_gone_leaves_the_whole_form(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann, binh = await town.officer("ann"), await town.coordinator("binh")
        await ann.says("/baocao", *ALL, "/gui")
        await binh.says(f"/traplai {MUI_NE}", "2", "xem lại")
        assert "Đã trả" in await binh.says("1")

        town.begin(without(packs, "TT03"))

        assert "9. Số cán bộ" in await ann.says("/baocao")
        assert "Câu 9/9" in await ann.says("/quaylai")
        for _ in range(9):
            await ann.says("/quaylai")
        assert "Câu 1/9" in await ann.says("/quaylai")

    async def test_a_doubt_about_an_indicator_that_is_gone_is_dropped(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann = await town.officer("ann")
        assert "Câu 2" in await ann.says("/baocao", "15", "3")  # fewer people than meetings

        pack = packs[PLAN]
        left = {code: one for code, one in pack.indicators.items() if code != "TT02"}
        checks = tuple(c for c in pack.checks if "TT02" not in (c.part, c.whole))
        town.begin({**packs, PLAN: changed(pack, indicators=left, checks=checks)})
        forms = questions_of(packs)[1:]
        fewer = with_questions(changed(pack, indicators=left, checks=checks), "commune", forms)
        town.begin({**packs, PLAN: fewer})

        assert "Câu 2/9" in await ann.says("/baocao")


class TestPlan:
    async def test_a_plan_that_is_not_loaded_makes_its_people_strangers(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann = await town.officer("ann")
        await ann.says("/baocao", "15")

        town.begin({id: pack for id, pack in packs.items() if id != PLAN})
        greeting = await ann.says("1250")

        assert "mã mời" in greeting
        assert await ann.says("1250") == ""
        town.begin(packs)
        assert "Câu 2/10" in await ann.says("/baocao")

    async def test_a_unit_that_the_pack_no_longer_has_is_nobodys(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann, binh = await town.officer("ann"), await town.coordinator("binh")
        await ann.says("/baocao", *ALL)
        receipt = (await ann.says("/gui")).split("BC-")[1].split()[0].rstrip(".")
        await ann.says("/dinhchinh", "sửa 1: 16")

        pack = packs[PLAN]
        units = tuple(unit for unit in pack.units if unit.code != MUI_NE)
        town.begin({**packs, PLAN: changed(pack, units=units)})

        assert "mã mời" in await ann.says("1")
        assert "Tổng hợp" in await binh.says("/tonghop")
        assert "Không tìm thấy" in await binh.says(f"/tracuu BC-{receipt}")
        for command in ("/xem", "/traplai", "/mokhoa", "/moi"):
            assert "lỗi" not in await binh.says(f"{command} {MUI_NE}")

    async def test_a_returning_that_was_begun_ends_when_its_unit_is_gone(
        self, town: Town, packs: Mapping[str, Pack]
    ) -> None:
        ann, binh = await town.officer("ann"), await town.coordinator("binh")
        await ann.says("/baocao", *ALL, "/gui")
        await binh.says(f"/traplai {MUI_NE}")

        units = tuple(unit for unit in packs[PLAN].units if unit.code != MUI_NE)
        town.begin({**packs, PLAN: changed(packs[PLAN], units=units)})

        assert "không có quyền" in await binh.says("2")


class TestRole:
    async def test_a_role_that_ended_ends_the_report_but_keeps_the_draft(self, town: Town) -> None:
        ann, binh = await town.officer("ann"), await town.officer("binh")
        await town.officer("ann", HAM_TIEN)
        await ann.says("/baocao", f"/donvi {await role_of(town, ann, MUI_NE)}", "/baocao", "15")

        await end_role(town, ann, MUI_NE)
        answer = await ann.says("1250")

        assert "Câu 3" not in answer
        assert "chưa mở báo cáo" in await ann.says("/gui")
        assert "15" in await binh.says("/baocao")
        assert "1250" not in await binh.says("/kiemtra")

    async def test_without_any_role_one_is_a_stranger_who_may_join_again(self, town: Town) -> None:
        ann = await town.officer("ann")
        await end_role(town, ann, MUI_NE)
        await town.invited("ABCD-2345")

        assert "mã mời" in await ann.says("/baocao")
        assert await ann.says("/tiendo") == ""
        assert "Mũi Né" in await ann.says("ABCD-2345")
        assert "Câu 1/10" in await ann.says("có", "/baocao")

    async def test_a_code_that_was_shown_and_not_answered_is_forgotten(self, town: Town) -> None:
        ann = await town.officer("ann")
        await end_role(town, ann, MUI_NE)
        await town.invited("ABCD-2345")

        await ann.says("ABCD-2345", "bây giờ thì sao")

        assert await ann.says("có") == ""


class TestLock:
    async def test_a_period_that_locks_while_it_is_asked_takes_nothing_more(
        self, town: Town
    ) -> None:
        ann = await town.officer("ann")
        await ann.says("/baocao", *ALL)

        town.clock.set(DAY_OF_LOCK.astimezone(UTC))

        for text in ("16", "/gui", "sửa 1: 16", "/traloi TT02 16", "/huy"):
            assert "Đã nhận" not in await ann.says(text)
        assert "Chưa gửi" not in await ann.says("/trangthai")

    async def test_an_unlocking_that_ends_in_mid_entry_takes_nothing_more(self, town: Town) -> None:
        ann, binh = await town.officer("ann"), await town.coordinator("binh")
        town.clock.set(DAY_OF_LOCK.astimezone(UTC))
        assert "mở" in await binh.says(f"/mokhoa {MUI_NE} quý 2")
        await ann.says("/baocao quý 2", *ALL)

        town.later(days=4)

        assert "khóa" in await ann.says("/gui")
        assert "Câu" not in await ann.says("/huy")


class TestTalk:
    @pytest.mark.parametrize(
        "stored",
        [
            {"expect": "what a later release may write", "card": 7},
            {"card": "7", "choices": "none", "codes": {"TT02": 1}, "expect": ["answer"]},
            {"role": None, "period": 7, "asking": ["TT02"], "more": {}},
        ],
    )
    async def test_what_another_release_wrote_is_no_bug(
        self, town: Town, stored: dict[str, object]
    ) -> None:
        ann = await town.officer("ann")
        person = await person_of(town, ann)
        await town.database.run(lambda tx: people.set_talk(tx, person, stored))

        assert "Câu 1/10" in await ann.says("/baocao")

    def test_what_this_release_wrote_comes_back(self) -> None:
        talk = Talk(
            card=3, choices=[["Có", "/giu TT02"]], expect=Expect.ANSWER, codes=["TT02"], role=4
        )

        assert Talk.from_stored(talk.as_stored()) == talk


async def person_of(town: Town, person: Person) -> int:
    found = await town.database.read(lambda tx: people.person_at(tx, person.address))
    assert found
    return found.id


async def role_of(town: Town, person: Person, unit: str) -> int:
    id = await person_of(town, person)
    held = await town.database.read(lambda tx: people.roles_of(tx, id))
    [role] = [r for r in held if r.unit == unit and r.kind is RoleKind.FOCAL_POINT]
    return role.id


async def end_role(town: Town, person: Person, unit: str) -> None:
    role = await role_of(town, person, unit)
    await town.database.run(lambda tx: people.end_role(tx, role, town.clock.now()))
