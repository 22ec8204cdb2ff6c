"""Links to files: good for one file and two hours, and nobody can make one up."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
import pytest

from bot.clock import FixedClock
from bot.file_links import FileLinks
from plans.messages import File, Reply
from plans.pack import Pack
from tests.bot.zalo_bot_line import Line, running
from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot_habits import Habits
from tests.storage.examples import NOW

PICTURE = File(name="tiến độ “1”.png", media_type="image/png", content=PIXEL)
TABLE = File(name="mã mời.csv", media_type="text/csv", content=b"a;b")


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    habits = Habits(fetch_photos=True)
    async with FakeZaloBot(habits=habits) as fake, running(fake, sqlite_file, packs) as line:
        yield line


class Fetched:
    def __init__(self, answer: aiohttp.ClientResponse, body: bytes) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, body


async def fetch(url: str) -> Fetched:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return Fetched(answer, await answer.read())


async def linked(line: Line, file: File) -> str:
    officer = await line.officer()
    before = len(await line.owed())
    await line.owe(officer.user, Reply(text="Tệp", file=file))
    await line.until_states(*["sent"] * (before + 1))
    return officer.last.url or officer.last.text.split()[-1]


async def test_a_link_brings_the_file_to_save_and_nothing_remembers_it(line: Line) -> None:
    got = await fetch(await linked(line, TABLE))

    assert (got.status, got.body) == (200, b"a;b")
    assert got.headers["Content-Type"] == "text/csv"
    assert got.headers["Content-Disposition"].startswith('attachment; filename="ma moi.csv"')
    assert quote("mã mời.csv") in got.headers["Content-Disposition"]
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Referrer-Policy"] == "no-referrer"


async def test_zalo_fetches_a_picture_by_its_link(line: Line) -> None:
    url = await linked(line, PICTURE)
    [shown] = [
        shown for chat in line.fake.cloud.chats.values() for shown in chat.shown if shown.by_bot
    ]

    assert urlsplit(url).path.endswith(".png")
    assert (shown.photo, shown.content_type) == (PIXEL, "image/png")
    assert (await fetch(url)).headers["Content-Disposition"].startswith("attachment")


async def test_a_link_ends_after_two_hours(line: Line) -> None:
    url = await linked(line, TABLE)
    line.clock.move(timedelta(hours=1, minutes=59))
    assert (await fetch(url)).status == 200
    line.clock.move(timedelta(minutes=2))
    late = await fetch(url)

    assert late.status == 404
    assert "Kính đề nghị anh/chị gửi lại lệnh cho bot" in late.body.decode()
    assert late.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert late.headers["Cache-Control"] == "no-store"


async def test_nobody_can_make_up_a_link(line: Line) -> None:
    url, other = await linked(line, TABLE), await linked(line, PICTURE)
    base, _, rest = url.partition("/tep/")
    token, _, name = rest.partition("/")
    number, ends, mark = token.split(".")
    other_mark = other.partition("/tep/")[2].partition("/")[0].split(".")[2]
    forged = [
        f"{int(number) + 1}.{ends}.{mark}",
        f"{number}.{int(ends) + 1}.{mark}",
        f"{number}.{ends}.{other_mark}",
        f"{number}.{ends}.{mark[:-1]}{'A' if mark[-1] != 'A' else 'B'}",
        f"{number}.{ends}.{mark}x",
        f"{number}.{ends}.",
        f"{number}.{ends}",
        f"0{number}.{ends}.{mark}",
        "1.2.3",
        f"{'9' * 30}.{ends}.{mark}",
        f"-1.{ends}.{mark}",
        quote("số.1.x"),
        "%00",
    ]
    answers = [await fetch(f"{base}/tep/{token}/{name}") for token in forged]
    good = await fetch(f"{base}/tep/{token}/another-name.txt")

    assert {answer.status for answer in answers} == {404}
    # Whatever is wrong, and whether there is such a file, the answer is the same.
    assert len({answer.body for answer in answers}) == 1
    # The name is for people: the file comes under its own.
    assert "ma moi.csv" in good.headers["Content-Disposition"]


async def test_a_message_without_a_file_has_nothing_to_fetch() -> None:
    async def none(_number: int) -> None:
        return None

    links = FileLinks("https://b.vn/", b"key", FixedClock(NOW), none)
    url = links.link(5, "a/b?c.csv")

    assert url
    assert url.startswith("https://b.vn/tep/5.")
    assert url.endswith("/a%2Fb%3Fc.csv")
    assert url != FileLinks("https://b.vn/", b"other", FixedClock(NOW), none).link(5, "a/b?c.csv")
    nowhere = FileLinks("", b"key", FixedClock(NOW), none)
    assert nowhere.link(5, "a.csv") is None
    assert nowhere.routes() == []


async def test_codes_for_everybody_come_as_a_link(line: Line) -> None:
    coordinator = await line.coordinator()
    told = await coordinator.says("/moicap csv")
    got = await fetch(told.split()[-1])
    rows = list(csv.reader(io.StringIO(got.body.decode("utf-8-sig"))))

    assert "ma-moi-binh_thuan_2024.csv, tải được trong 2 giờ: " in told
    assert len(rows) > 100


async def test_without_a_public_address_files_wait_on_the_web_chat(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with FakeZaloBot() as fake, running(fake, sqlite_file, packs, public=False) as line:
        coordinator = await line.coordinator()
        told = await coordinator.says("/moicap csv")
        assert (await fetch(f"{line.url}/tep/1.2.3/x")).status == 404

    assert "Zalo không chuyển được tệp ma-moi-binh_thuan_2024.csv." in told
    assert "http" not in told
