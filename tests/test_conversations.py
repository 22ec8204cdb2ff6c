"""The conversation files: what people say and hear, plainly and with every message sent twice."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.conversation import Conversation, read_conversation
from bot.replay import Options, accepted, replay, staged
from bot.replay_stage import Difference
from plans.messages import Message
from plans.pack import Pack
from storage.database import sqlite_url
from storage.tables import inbox

FILES = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
OWN_PLANS = {
    "binh_thuan_2024",
    "hai_phong_2016_2020",
    "lai_chau_2013",
    "lai_chau_2021_2025",
    "quang_ninh_2021_2025",
}
TALK = """\
plan lai_chau_2021_2025
now 2025-06-11 08:00
person lan focal_point 03637

lan> /trangthai
< ~6 tháng đầu năm 2025
lan> /ngonngu vi
< Đã chuyển sang tiếng Việt.
< Anh/chị cần làm gì?
"""


@pytest.fixture
def database(sqlite_file: Path) -> str:
    return sqlite_url(sqlite_file)


def written(folder: Path, text: str) -> Conversation:
    path = folder / "talk.txt"
    path.write_text(text, encoding="utf-8")
    return read_conversation(path)


def rewrite(path: Path, differences: list[Difference]) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(accepted(text, differences), encoding="utf-8")


def told(differences: list[Difference]) -> str:
    return "\n".join(str(difference) for difference in differences)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_bot_answers_as_written_and_takes_no_repeat(
    request: pytest.FixtureRequest, packs: Mapping[str, Pack], database: str, path: Path
) -> None:
    # Every message is sent twice; `make check` also replays the files as they stand.
    options = Options(twice=True, database=database)
    differences = await replay(read_conversation(path), packs, options)

    if differences and request.config.getoption("--accept"):
        rewrite(path, differences)
        pytest.fail(f"rewritten where whole texts were expected:\n{told(differences)}")
    assert not differences, told(differences)


def test_there_are_many_files_and_every_plan_speaks() -> None:
    assert len(FILES) >= 40
    assert {read_conversation(path).plan for path in FILES} >= OWN_PLANS


async def test_a_wrong_expectation_fails_with_its_file_and_line(
    packs: Mapping[str, Pack], database: str, tmp_path: Path
) -> None:
    talk = written(tmp_path, TALK.replace("~6 tháng đầu năm 2025", "~quý IX"))

    [difference] = await replay(talk, packs, Options(database=database))

    assert str(difference).startswith(f"{talk.path}:6\n  - ~quý IX\n  + ")


async def test_a_word_too_much_fails(
    packs: Mapping[str, Pack], database: str, tmp_path: Path
) -> None:
    talk = written(tmp_path, TALK.replace("< Anh/chị cần làm gì?", ""))

    [difference] = await replay(talk, packs, Options(database=database))

    assert difference.line == 8


async def test_a_bot_that_forgets_what_it_saw_is_caught_by_sending_twice(
    packs: Mapping[str, Pack], database: str, tmp_path: Path
) -> None:
    talk = written(tmp_path, TALK)

    async with staged(talk, packs, Options(twice=True, database=database)) as stage:
        accept = stage.app.receiver.accept

        async def forgetful(message: Message) -> bool:
            await stage.app.database.run(lambda tx: tx.execute(delete(inbox)))
            return await accept(message)

        stage.app.receiver.accept = forgetful  # type: ignore[method-assign]
        differences = await stage.run()

    assert "a repeat is not taken twice" in told(differences)
    assert "a repeat is not answered" in told(differences)


async def test_accepting_rewrites_whole_texts_and_nothing_else(
    packs: Mapping[str, Pack], database: str, tmp_path: Path
) -> None:
    wrong = TALK.replace("Đã chuyển sang tiếng Việt.", "Old words.\n< Of several lines.")
    wrong += "lan> /trangthai\n< ~quý IX\n"
    talk = written(tmp_path, wrong)

    differences = await replay(talk, packs, Options(database=database))
    now = accepted(wrong, differences)

    assert len(differences) == 2
    assert "Old words" not in now
    assert now.startswith(TALK.rstrip("\n"))
    assert now.endswith("lan> /trangthai\n< ~quý IX\n")
