"""The conversation files over Telegram: the real channel, HTTP both ways, the fake Bot API."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.conversation import ConversationError, read_conversation
from bot.receive import Receiver
from bot.replay import Options, replay
from bot.replay_stage import Difference
from bot.replay_together import replay_all
from plans.messages import Message
from plans.pack import Pack
from storage.database import Database, sqlite_url
from storage.tables import inbox

FILES = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
# Of so many files one is played with each message delivered twice; the web chat does so with all.
SAMPLED = 4
OPENING = """\
plan binh_thuan_2024
now 2024-06-11 08:00
person lan focal_point 22915
person binh coordinator

"""


@pytest.fixture
def options(sqlite_file: Path) -> Options:
    return Options(twice=True, channel="telegram", database=sqlite_url(sqlite_file))


async def differences(
    folder: Path, talk: str, packs: Mapping[str, Pack], options: Options
) -> list[Difference]:
    path = folder / "talk.txt"
    path.write_text(OPENING + talk, encoding="utf-8")
    return await replay(read_conversation(path), packs, options)


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_telegram_shows_what_is_written_and_takes_no_repeat(packs: Mapping[str, Pack]) -> None:
    # One test, on every core: each file by itself would take the suite twice as long.
    found = []
    # The other two thirds are played over Zalo.
    played = FILES if "EVERY_CONVERSATION" in os.environ else FILES[::3]
    for twice in (False, True):
        files = [path for place, path in enumerate(played) if twice == (place % SAMPLED == 0)]
        talks = [read_conversation(path) for path in files]
        found += replay_all(talks, packs, Options(twice=twice, channel="telegram"))

    assert len(FILES) >= 100
    assert not found, "\n".join(map(str, found))


async def test_a_wrong_expectation_fails_with_what_the_screen_shows(
    packs: Mapping[str, Pack], options: Options, tmp_path: Path
) -> None:
    talk = "binh> /tonghop\n<\nbinh> [Trang sau]\n< ~trang 9/9\nlan> [Trang sau]\nlan! none\n"

    wrong, missing = await differences(tmp_path, talk, packs, options)

    assert wrong.line == 9
    assert "trang 2/3" in "\n".join(wrong.got)
    assert wrong.got[-1].startswith("[")
    assert (missing.line, missing.expected) == (10, ("a button [Trang sau]",))


async def test_a_text_that_was_edited_is_answered_as_on_every_channel(
    packs: Mapping[str, Pack], sqlite_file: Path, tmp_path: Path
) -> None:
    said = {}
    for channel in ("webchat", "terminal", "telegram"):  # Zalo tells of no edit
        file = Path(shutil.copy(sqlite_file, tmp_path / f"{channel}.db"))
        options = Options(channel=channel, database=sqlite_url(file))
        talk = "lan> /baocao\n<\nlan> 15\n<\nlan> !edit\n< ~###\n"
        [said[channel]] = await differences(tmp_path, talk, packs, options)

    assert said["webchat"] == said["terminal"] == said["telegram"]
    assert len(said["telegram"].got) > 1


async def test_a_bot_that_forgets_what_it_saw_is_caught(
    monkeypatch: pytest.MonkeyPatch, packs: Mapping[str, Pack], options: Options, tmp_path: Path
) -> None:
    accept = Receiver.accept
    database = Database(options.database)

    async def forget() -> None:
        await database.run(lambda tx: tx.execute(delete(inbox)))

    async def forgetful(self: Receiver, message: Message) -> bool:
        await forget()
        return await accept(self, message)

    monkeypatch.setattr(Receiver, "accept", forgetful)
    found = await differences(tmp_path, "lan> /trangthai\n<\n", packs, options)
    await database.close()

    assert "a repeat is not answered" in "\n".join(map(str, found))


async def test_without_the_fake_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, packs: Mapping[str, Pack], options: Options, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "tests.fakes.telegram", None)

    with pytest.raises(ConversationError, match="source checkout"):
        await differences(tmp_path, "lan> /trangthai\n<\n", packs, options)


def test_an_unknown_channel_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConversationError, match="webchat, terminal, telegram"):
        Options(channel="telegraph")
