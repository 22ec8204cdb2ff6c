"""Files to be passed on are the same for all; the coordinator's whole copy says what it is."""

from datetime import UTC
from io import BytesIO

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
from sqlalchemy import Connection

from bot.rehearsal import send
from handlers.documenting import INTERNAL
from plans.messages import File
from plans.people import RoleKind
from storage.drafts import Key
from tests.documents.shipped import given, packs
from tests.handlers.test_hidden_told import content_of
from tests.person import MORNING, PLAN, Person, Town

PERIOD = "2024-Q1"
MARK = "Bản đủ số liệu – lưu hành nội bộ"
KINDS = ("docx", "xlsx", "csv", "dhis2", "adx")


@pytest.fixture
async def binh(town: Town) -> Person:
    """The coordinator of a province in which small counts were reported."""
    answers = given(town.app.world.packs[PLAN], 3)[PERIOD]

    def work(tx: Connection) -> None:
        for unit, own in answers.items():
            key = Key(plan=PLAN, period=PERIOD, unit=unit)
            send(tx, town.app.world, key, own, MORNING.astimezone(UTC))

    await town.database.run(work)
    return await town.coordinator("binh")


async def made(person: Person, kind: str, *flags: str) -> File:
    reply = await person.asks(" ".join(("/vanbanlap", kind, PERIOD, *flags)))
    assert reply.file, reply.text
    return reply.file


@pytest.mark.parametrize("kind", KINDS)
async def test_the_coordinators_file_is_everybodys(kind: str, town: Town, binh: Person) -> None:
    obs = await town.joined("obs", RoleKind.OBSERVER)
    mine, whole = await made(binh, kind), await made(binh, kind, INTERNAL)

    assert content_of(mine.content) == content_of((await made(obs, kind)).content)
    assert content_of(mine.content) != content_of(whole.content)
    assert whole.name == f"noi-bo-{mine.name}"
    reply = await obs.asks(f"/vanbanlap {kind} {PERIOD} {INTERNAL}")
    assert reply.file is None


async def test_the_whole_copy_says_so_on_its_face(binh: Person) -> None:
    for flags, there in (((), False), ((INTERNAL,), True)):
        document = docx.Document(BytesIO((await made(binh, "docx", *flags)).content))
        first = [paragraph.text for paragraph in document.paragraphs[:6]]
        assert any(MARK in text for text in first) is there
        feet = [section.footer for section in document.sections]
        assert any(MARK in p.text for foot in feet for p in foot.paragraphs) is there
        book = openpyxl.load_workbook(BytesIO((await made(binh, "xlsx", *flags)).content))
        assert {sheet.cell(3, 1).value == MARK for sheet in book.worksheets} == {there}


async def test_the_days_of_completion_and_a_units_own_report_have_one_copy(binh: Person) -> None:
    unit = next(iter(given(packs()[PLAN], 3)[PERIOD]))
    for order in (f"completion {PERIOD}", f"unit {PERIOD} {unit}"):
        reply = await binh.asks(f"/vanbanlap {order} {INTERNAL}")
        assert reply.file
        assert not reply.file.name.startswith("noi-bo")
        assert "nội bộ" not in reply.text
