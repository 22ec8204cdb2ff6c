"""An invitation by link: of the channel that is asked from, as text, as a picture, in the table."""

import csv
import io
from collections.abc import Mapping

import pytest
from PIL import Image

from bot.app import Parts, build
from bot.replay import Recorder
from plans.pack import Pack
from storage.database import Database
from tests.person import HAM_TIEN, Town

TELEGRAM = "https://t.me/reports_bot?start={code}"
PAGE = "https://baocao.example.vn/#{code}"


class LinkedTown(Town):
    """A town whose operator named a page of its own."""

    def begin(self, packs: Mapping[str, Pack]) -> None:
        parts = Parts(
            database=self.database,
            packs=packs,
            clock=self.clock,
            secret=b"town",
            invite_link=PAGE,
        )
        self.app = build(parts)
        self.recorder = Recorder("webchat")
        self.app.add([self.recorder])


def code_in(text: str) -> str:
    return text.split("/start ")[1].split()[0]


async def test_without_a_link_there_is_a_code_alone(town: Town) -> None:
    binh = await town.coordinator("binh")

    reply = await binh.asks("/moi Hàm Tiến")

    assert "http" not in reply.text
    assert "QR" not in reply.text
    assert reply.file is None


async def test_a_link_that_a_channel_tells_comes_as_text_and_as_a_picture(town: Town) -> None:
    binh = await town.coordinator("binh")
    town.app.world.links.invitations["telegram"] = TELEGRAM

    reply = await binh.asks("/moi Hàm Tiến")

    code = code_in(reply.text)
    assert TELEGRAM.format(code=code) in reply.text.splitlines()
    assert "quét hình QR" in reply.text
    assert reply.file
    assert (reply.file.name, reply.file.media_type) == (f"ma-moi-{code}.png", "image/png")
    picture = Image.open(io.BytesIO(reply.file.content))
    assert picture.format == "PNG"
    assert picture.width >= 1000
    assert len(reply.text) <= 1024  # a caption of Telegram's holds no more


async def test_the_link_opens_the_bot_for_that_unit_with_and_without_the_dash(town: Town) -> None:
    binh = await town.coordinator("binh")
    town.app.world.links.invitations["telegram"] = TELEGRAM
    first = code_in(await binh.says(f"/moi {HAM_TIEN}"))
    second = code_in(await binh.says(f"/moi {HAM_TIEN}"))
    lan, mai = await town.officer("lan"), await town.officer("mai")

    for person, payload in ((lan, first), (mai, second.replace("-", "").lower())):
        assert "phường Hàm Tiến" in await person.says(f"/start {payload}")
        assert "Đã kết nối" in await person.says("Xác nhận")


async def test_the_channel_that_is_asked_from_comes_first_then_the_operators_page(
    database: Database, packs: Mapping[str, Pack]
) -> None:
    town = LinkedTown(database, packs)
    binh = await town.coordinator("binh")
    links = town.app.world.links.invitations
    page_only = (await binh.says("/moi Hàm Tiến")).splitlines()
    links["telegram"] = TELEGRAM

    def order(text: str) -> list[str]:
        return [line.split("/")[2] for line in text.splitlines() if line.startswith("https://")]

    assert order("\n".join(page_only)) == ["baocao.example.vn"]
    assert order(await binh.says("/moi Hàm Tiến")) == ["baocao.example.vn", "t.me"]
    links["webchat"] = "https://own.example.vn/{code}"
    assert order(await binh.says("/moi Hàm Tiến")) == [
        "own.example.vn",
        "baocao.example.vn",
        "t.me",
    ]


@pytest.mark.parametrize("linked", [False, True])
async def test_the_table_has_a_column_of_links_where_there_are_any(
    town: Town, linked: bool
) -> None:
    binh = await town.coordinator("binh")
    if linked:
        town.app.world.links.invitations["telegram"] = TELEGRAM

    await binh.says("/moi tất cả")
    reply = await binh.asks("/moicap csv")

    assert reply.file
    head, *rows = csv.reader(io.StringIO(reply.file.content.decode("utf-8-sig")))
    assert (head[-1] == "Đường dẫn") is linked
    assert len(rows) > 100
    for row in rows:
        assert (row[-1] == TELEGRAM.format(code=row[3])) is linked
        assert len(row) == len(head)
