"""Wards that are numbered: another number is another ward, never a misspelling of it."""

import re
from collections.abc import Mapping

import pytest

from plans.pack import Pack
from plans.units import Unit
from storage.database import Database
from tests.person import PLAN, Person, Town, changed

NAMES = ("Phường 2", "Phường 8", "Phường 12", "Phường 2 Bảo Lộc", "Xã 1204")


@pytest.fixture
def numbered(database: Database, packs: Mapping[str, Pack]) -> Town:
    pack = packs[PLAN]
    more = tuple(
        Unit(code=f"9000{place}", name=name, type="commune", parent="593")
        for place, name in enumerate(NAMES)
    )
    return Town(database, {PLAN: changed(pack, units=(*pack.units, *more))})


@pytest.fixture
async def binh(numbered: Town) -> Person:
    return await numbered.coordinator("binh")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Phường 2 nộp chưa?", "phường 2"),
        ("phuong 12 nop quy 2 chua", "phường 12"),
        ("p.12 nộp chưa", "phường 12"),
        ("p2 nop chua", "phường 2"),
        ("phường 2 Bảo Lộc nộp chưa", "phường 2 Bảo Lộc"),
        ("xã 1204 nộp chưa", "xã 1204"),
        ("phường 08 nộp chưa", "phường 8"),
        ("/tiendo phường 12", "phường 12"),
        ("/tiendo phuong 08", "phường 8"),
        ("/tiendo xa 1204", "xã 1204"),
        ("/nhapthay phuong 2", "phường 2"),
    ],
)
async def test_a_number_behind_a_kind_of_unit_is_its_name(
    binh: Person, words: str, name: str
) -> None:
    heading = (await binh.asks(words)).text.partition("\n")[0]

    assert f"UBND {name}, " in heading


async def test_a_number_alone_is_no_unit(binh: Person) -> None:
    assert "UBND" not in (await binh.asks("2 nộp chưa")).text


@pytest.mark.parametrize("words", ["/tiendo phường 22", "/nhapthay phuong 1", "phường 11 nộp chưa"])
async def test_another_number_is_another_unit(binh: Person, words: str) -> None:
    reply = await binh.asks(words)

    assert re.search("không có đơn vị|Chưa tìm thấy đơn vị", reply.text)
    assert not any("hường" in choice.label for choice in reply.choices)
