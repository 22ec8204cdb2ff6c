"""Codes for many units at once: who is chosen, what ends, and that each code is good."""

import io
import re

import docx
import pytest
from sqlalchemy import Connection, select

from handlers.joining import hashed
from plans.people import RoleKind
from storage import membership, tables
from storage.membership import OpenCode
from tests.person import MUI_NE, PLAN, Person, Town

TELEGRAM = "https://t.me/reports_bot?start={code}"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


async def open_codes(town: Town) -> list[OpenCode]:
    now = town.clock.now()
    return await town.database.read(lambda tx: membership.open_codes(tx, PLAN, now))


async def test_what_ordered_the_cards_forgets_the_codes_once_they_are_made(town: Town) -> None:
    binh = await town.coordinator("binh")
    await binh.says("/moi tất cả Huyện Phú Quý")
    assert (await binh.asks("Cấp 4 mã, tệp Word để in")).file

    def read(tx: Connection) -> list[object]:
        return list(tx.execute(select(tables.outbox.c.task)).scalars())

    assert set(await town.database.read(read)) == {None}


def codes_in(content: bytes) -> set[str]:
    document = docx.Document(io.BytesIO(content))
    words = [node.text or "" for node in document.element.iter(docx.oxml.ns.qn("w:t"))]
    return {code for text in words for code in CODE.findall(text)}


async def test_every_code_of_the_file_lets_its_unit_in_and_nothing_else_is_kept(
    town: Town,
) -> None:
    binh = await town.coordinator("binh")
    town.app.world.links.invitations["telegram"] = TELEGRAM
    await binh.says("/moi tất cả Bắc Bình")

    reply = await binh.asks("Cấp 19 mã, tệp Word để in")

    assert reply.file
    assert (reply.file.name, reply.file.media_type) == (f"ma-moi-{PLAN}.docx", WORD)
    codes = codes_in(reply.file.content)
    kept = {code.hash for code in await open_codes(town)}
    assert {hashed(b"town", code) for code in codes} == kept
    assert len(codes) == 19
    lan = Person(town, "lan")
    assert "huyện Bắc Bình" in await lan.says(codes.pop())
    assert "Đã kết nối" in await lan.says("Xác nhận")


async def test_a_preview_issues_nothing_and_inviting_anew_ends_what_was_not_used(
    town: Town,
) -> None:
    binh = await town.coordinator("binh")
    assert "ends" not in await binh.says("/moi tất cả Phan Thiết")
    assert await open_codes(town) == []
    await binh.says("Cấp 19 mã, tệp CSV")
    first = {code.hash for code in await open_codes(town)}

    assert "19 mã đã cấp mà chưa dùng" in await binh.says("/moi tất cả Phan Thiết")
    assert {code.hash for code in await open_codes(town)} == first
    await binh.says("Cấp 19 mã, tệp Word để in")

    second = {code.hash for code in await open_codes(town)}
    assert len(second) == 19
    assert not first & second


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("/moi tất cả", 155),
        ("/moi tất cả đơn vị chưa kết nối", 155),
        ("/moi tất cả, kể cả đã kết nối", 156),
        ("/moi tất cả loai:district", 10),
        ("/moi tất cả xã, phường, thị trấn", 123),
        ("/moi tất cả Huyện Phú Quý", 4),
        ("moi tat ca cac don vi phan thiet", 18),
    ],
)
async def test_units_are_chosen_by_words(town: Town, words: str, count: int) -> None:
    binh = await town.coordinator("binh")
    await town.officer("lan")

    assert f"Cấp mã mời cho {count} đơn vị" in await binh.says(words)


async def test_a_district_issues_below_itself_whatever_a_button_carries(town: Town) -> None:
    dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, "596")

    await dung.says("/moicap csv tatca 593")
    assert await open_codes(town) == []
    await dung.says("/moicap csv tatca")

    tree = town.app.world.packs[PLAN].tree
    assert all(tree.within(code.unit, "596") for code in await open_codes(town))
    assert len(await open_codes(town)) == 19


async def test_what_is_issued_is_on_record_one_line_a_unit(town: Town) -> None:
    binh = await town.coordinator("binh")
    await binh.says("/moicap in tatca 601")

    def read(tx: Connection) -> list[str]:
        rows = tx.execute(select(tables.audit).where(tables.audit.c.action == "code.issued"))
        return [row.unit for row in rows]

    assert sorted(await town.database.read(read)) == sorted(
        unit.code for unit in town.app.world.packs[PLAN].tree.subtree("601")
    )
    assert MUI_NE not in await town.database.read(read)
