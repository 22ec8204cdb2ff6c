"""Posts that change hands, codes and roles taken back: who may, what stays, what is told."""

import pytest
from sqlalchemy import Connection, select

from plans.people import RoleKind
from storage import drafts, handovers, membership, people, tables
from storage.drafts import Key
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town

DRAFT = Key(plan=PLAN, period="2024-Q2", unit=MUI_NE)
BAC_BINH = "596"


def code_in(text: str) -> str:
    return text.split("/start ")[1].split()[0]


async def trail(town: Town) -> list[tuple[str, str]]:
    def read(tx: Connection) -> list[tuple[str, str]]:
        return [(row.action, row.unit) for row in tx.execute(select(tables.audit))]

    return await town.database.read(read)


async def roles(town: Town, unit: str = MUI_NE) -> list[int]:
    held = await town.database.read(lambda tx: people.roles_at(tx, PLAN, unit))
    return [role.id for role in held]


async def number(town: Town, person: Person) -> int:
    def look(tx: Connection) -> int:
        found = people.person_at(tx, person.address)
        assert found
        return people.roles_of(tx, found.id)[0].id

    return await town.database.read(look)


async def begun(officer: Person) -> str:
    return code_in(await officer.says("/bangiao", "Cấp mã bàn giao"))


class TestHandingOver:
    async def test_the_draft_stays_and_the_role_ends_only_on_acceptance(self, town: Town) -> None:
        lan, mai = await town.officer("lan"), Person(town, "mai")
        await lan.says("/baocao", "15")
        code = await begun(lan)
        before = await roles(town)

        await mai.says(f"/start {code}")
        assert await roles(town) == before
        await mai.says("Xác nhận")

        [after] = await roles(town)
        assert after not in before
        draft = await town.database.read(lambda tx: drafts.find(tx, DRAFT))
        assert draft
        assert draft.answers["TT02"].value == 15
        assert "Câu 2/10" in await mai.says("/baocao")
        assert ("role.handed_over", MUI_NE) in await trail(town)
        assert "Kính chào" in await lan.says("/baocao")

    async def test_a_colleague_keeps_the_own_role_and_is_told(self, town: Town) -> None:
        lan, thu, mai = await town.officer("lan"), await town.officer("thu"), Person(town, "mai")
        code = await begun(lan)

        await mai.says(code, "Xác nhận")

        assert len(await roles(town)) == 2
        assert "Một cán bộ nữa" in thu.heard[-1]
        assert "Người kế nhiệm đã nhận bàn giao" in lan.heard[-1]

    async def test_a_second_code_ends_the_first(self, town: Town) -> None:
        lan = await town.officer("lan")
        first = await begun(lan)
        await lan.says("/bangiao")
        second = code_in(await lan.says("Cấp mã khác"))

        assert "Mã không đúng" in await Person(town, "mai").says(first)
        assert "bàn giao" in await Person(town, "tu").says(second)

    async def test_who_left_meanwhile_leaves_the_code_an_invitation(self, town: Town) -> None:
        lan, mai = await town.officer("lan"), Person(town, "mai")
        code = await begun(lan)
        await lan.says("/roi", f"/roi {(await roles(town))[0]} thật")

        assert "làm đầu mối báo cáo" in await mai.says(code)
        assert "Đã kết nối" in await mai.says("Xác nhận")
        assert len(await roles(town)) == 1

    async def test_the_holder_does_not_use_it_up(self, town: Town) -> None:
        lan = await town.officer("lan")
        code = await begun(lan)

        assert "mã chưa bị sử dụng" in await lan.says(code)
        assert await roles(town)

    async def test_a_focal_point_of_two_units_hands_over_one(self, town: Town) -> None:
        lan = await town.officer("lan")
        await town.officer("lan", HAM_TIEN)
        own = (await roles(town, HAM_TIEN))[0]

        card = await lan.asks("/bangiao")
        assert len(card.choices) == 2
        await lan.says(f"/bangiao vaitro {own}", "Cấp mã bàn giao")
        waiting = await town.database.read(
            lambda tx: handovers.waiting_for(tx, [own], town.clock.now())
        )
        assert waiting[own].unit == HAM_TIEN

    @pytest.mark.parametrize("what", ["/bangiao vaitro {}", "/bangiaolam cap {}"])
    async def test_nobody_hands_over_the_post_of_others(self, town: Town, what: str) -> None:
        lan, tu = await town.officer("lan"), await town.officer("tu", HAM_TIEN)
        dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        theirs = await number(town, lan)

        assert "không có quyền" in await tu.says(what.format(theirs))
        assert "/start" not in await dung.says(what.format(theirs))
        assert not await town.database.read(
            lambda tx: handovers.waiting_for(tx, [theirs], town.clock.now())
        )

    async def test_the_coordinators_are_told_with_the_way_to_look(self, town: Town) -> None:
        binh, lan = await town.coordinator("binh"), await town.officer("lan")
        dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        city = await town.joined("city", RoleKind.DISTRICT_COORDINATOR, "593")
        await Person(town, "mai").says(await begun(lan), "Xác nhận")

        assert "đã được bàn giao cho người kế nhiệm" in binh.heard[-1]
        assert "đã được bàn giao cho người kế nhiệm" in city.heard[-1]
        assert not dung.heard
        assert "nhận bàn giao từ đầu mối trước" in await binh.says("Xem cán bộ đầu mối")


class TestTakingBack:
    async def test_a_role_ends_with_a_word_to_its_holder_and_a_line_in_the_trail(
        self, town: Town
    ) -> None:
        binh, lan = await town.coordinator("binh"), await town.officer("lan")
        await lan.says("/baocao", "15")
        await binh.says("/thuhoi Mũi Né", "Thôi vai trò 1", "Xác nhận thôi vai trò")

        assert not await roles(town)
        assert "Trân trọng cảm ơn" in lan.heard[-1]
        assert ("role.revoked", MUI_NE) in await trail(town)
        assert await town.database.read(lambda tx: drafts.find(tx, DRAFT))

    async def test_a_role_that_ends_takes_its_handover_along(self, town: Town) -> None:
        binh, lan = await town.coordinator("binh"), await town.officer("lan")
        code = await begun(lan)
        await binh.says("/thuhoi Mũi Né", "Thôi vai trò 1", "Xác nhận thôi vai trò")

        assert "Mã không đúng" in await Person(town, "mai").says(code)

    async def test_coordinators_end_each_other_but_never_the_last(self, town: Town) -> None:
        binh, an = await town.coordinator("binh"), await town.coordinator("an")
        of_an, of_binh = await number(town, an), await number(town, binh)

        assert "không tự thu hồi" in await binh.says(f"/thuhoi vaitro {of_binh}")
        assert "không tự thu hồi" in await binh.says(f"/thuhoilam vaitro {of_binh}")
        await binh.says(f"/thuhoi vaitro {of_an}", "Xác nhận thôi vai trò")
        assert "Kính chào" in await an.says(f"/thuhoi vaitro {of_binh}")
        assert await roles(town, "") == [of_binh]

    async def test_a_district_takes_back_below_itself_only(self, town: Town) -> None:
        dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        binh, lan = await town.coordinator("binh"), await town.officer("lan")
        await binh.says("/moi Hàm Tiến")
        [code] = await town.database.read(
            lambda tx: membership.open_codes(tx, PLAN, town.clock.now())
        )

        for words in (
            f"/thuhoi vaitro {await number(town, lan)}",
            f"/thuhoilam vaitro {await number(town, binh)}",
            f"/thuhoilam ma {code.hash[:16]}",
            f"/thuhoi ma {code.hash[:16]}",
        ):
            assert "không có quyền" in await dung.says(words)
        assert await roles(town)
        assert await town.database.read(
            lambda tx: membership.open_codes(tx, PLAN, town.clock.now())
        ) == [code]

    async def test_what_is_gone_is_said_to_be_gone(self, town: Town) -> None:
        binh = await town.coordinator("binh")

        for words in ("/thuhoi vaitro 99", "/thuhoi ma zz", "/thuhoilam x", "/thuhoilam ma "):
            assert "không còn hiệu lực" in await binh.says(words)

    async def test_nobody_is_named_and_no_chat_is_shown(self, town: Town) -> None:
        binh = await town.coordinator("binh")
        await town.officer("lan")

        told = [
            await binh.says(words)
            for words in ("/nguoi", "/nguoi Mũi Né", "/nguoi ketnoi", "/nguoi dieuphoi")
        ]

        assert not any(name in " ".join(told).split() for name in ("lan", "binh", "webchat"))
