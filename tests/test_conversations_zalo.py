"""The conversation files over both of Zalo's products: real channels, HTTP both ways, the fakes.

What people hear may say more than a file expects; what a conversation leaves in the database is
what it leaves where every reply is free.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.conversation import Conversation, ConversationError, read_conversation
from bot.replay import Options, replay
from bot.replay_stage import Difference
from bot.replay_together import replay_on_each
from plans.pack import Pack
from storage.database import sqlite_url

FILES = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
ZALO = ("zalo_bot", "zalo_oa")
PLATFORMS = ("telegram", *ZALO)
# Of so many files one is played with each message delivered twice.
SAMPLED = 3
# Files that cannot hold on a channel, and why: every other has to, and these must not by chance.
BEYOND = {
    "zalo_bot": {
        "channels_link": "the button of a notice is tapped after another card, and led on from it",
        "difficulty_asked_and_answered": "the button of a notice is tapped after other cards",
        "work_on_behalf": "the button of a notice is tapped after other cards",
        "lc_deadline_confirmed": "a button is tapped after other cards, and led on from it",
    },
    "zalo_oa": {},
}
OPENING = """\
plan binh_thuan_2024
now 2024-06-11 08:00
person lan focal_point 22915
person binh coordinator

"""

Played = Mapping[str, Sequence[Difference]]


@pytest.fixture(scope="module")
def played(packs: Mapping[str, Pack]) -> Played:
    """Each file on one of the platforms in turn, or on all where time does not matter.

    `EVERY_CONVERSATION=1` plays all on both; so does `python -m bot replay --channel …`.
    """
    found: dict[str, list[Difference]] = {channel: [] for channel in ZALO}
    for channel in ZALO:
        for twice in (False, True):
            places = enumerate(files_of(channel))
            files = [path for place, path in places if twice == (place % SAMPLED == 0)]
            [of_way] = replay_on_each(talks(files), packs, [Options(channel=channel, twice=twice)])
            found[channel] += of_way
    return found


def files_of(channel: str) -> list[Path]:
    """Return the files that a channel is played with: every third, or all."""
    if "EVERY_CONVERSATION" in os.environ:
        return FILES
    return FILES[PLATFORMS.index(channel) :: len(PLATFORMS)]


def talks(files: Sequence[Path]) -> list[Conversation]:
    return [read_conversation(path) for path in files]


async def differences(
    folder: Path, talk: str, packs: Mapping[str, Pack], options: Options
) -> list[Difference]:
    path = folder / "talk.txt"
    path.write_text(OPENING + talk, encoding="utf-8")
    return await replay(read_conversation(path), packs, options)


@pytest.mark.alone
@pytest.mark.timeout(600)
@pytest.mark.parametrize("channel", ZALO)
def test_zalo_says_what_is_written_and_leaves_the_same(channel: str, played: Played) -> None:
    found = played[channel]
    wrong = [one for one in found if one.path.stem not in BEYOND[channel]]

    assert len(FILES) >= 100
    assert not wrong, "\n".join(map(str, wrong))
    known = {path.stem for path in files_of(channel)} & BEYOND[channel].keys()
    assert {one.path.stem for one in found} == known


@pytest.mark.parametrize("channel", ZALO)
async def test_a_wrong_expectation_fails_with_what_the_screen_shows(
    packs: Mapping[str, Pack], sqlite_file: Path, tmp_path: Path, channel: str
) -> None:
    talk = (
        "binh> /tonghop\n< ~không có câu này\nbinh> [Trang sau]\n< ~trang 9/9\nlan> [Trang sau]\n"
    )
    options = Options(channel=channel, empty=sqlite_file)

    first, wrong, missing = await differences(tmp_path, talk, packs, options)

    assert "trang 1/3" in "\n".join(first.got)
    assert (wrong.line, wrong.expected) == (9, ("~trang 9/9",))
    assert "trang 2/3" in "\n".join(wrong.got)
    assert "Trang trước" in wrong.got[-1]
    assert (missing.line, missing.expected) == (10, ("a button [Trang sau]",))


@pytest.mark.parametrize("channel", ZALO)
async def test_whole_lines_have_to_be_there_and_more_may_be(
    packs: Mapping[str, Pack], sqlite_file: Path, tmp_path: Path, channel: str
) -> None:
    talk = "lan> /huy\n< Anh/chị cần làm gì?\n< [Trợ giúp]\nlan> /huy\n< Anh/chị cần gì?\n"

    [wrong] = await differences(tmp_path, talk, packs, Options(channel=channel, empty=sqlite_file))

    assert (wrong.line, wrong.expected) == (10, ("Anh/chị cần gì?",))


@pytest.mark.parametrize("channel", ZALO)
async def test_what_a_channel_keeps_otherwise_is_a_difference(
    monkeypatch: pytest.MonkeyPatch,
    packs: Mapping[str, Pack],
    sqlite_file: Path,
    tmp_path: Path,
    channel: str,
) -> None:
    module = {"zalo_bot": "zalo_bot_updates", "zalo_oa": "zalo_oa_events"}[channel]
    mistaken = SimpleNamespace(normalize=lambda _form, text: "16" if text == "15" else text)
    monkeypatch.setattr(f"bot.channels.{module}.unicodedata", mistaken)
    talk = "lan> /baocao\n<\nlan> 15\n<\n"

    [drafts] = await differences(tmp_path, talk, packs, Options(channel=channel, empty=sqlite_file))

    assert drafts.line == 9
    assert drafts.expected[0].startswith("drafts: ")
    assert "code='TT02' state='value' value=15" in drafts.expected[0]
    assert "code='TT02' state='value' value=16" in drafts.got[0]


async def test_what_zalo_cannot_do_is_passed_over(
    packs: Mapping[str, Pack], sqlite_file: Path, tmp_path: Path
) -> None:
    talk = (
        "lan> /baocao\n<\nlan> 15\n<\nlan> !edit\n< ~###\nlan> !forward\n< ~###\n"
        "lan> !file bieu.xlsx\n< ~###\nlan> [0]\n<\nlan> [Chưa có số liệu]\n<\n"
    )
    found = {
        channel: await differences(
            tmp_path, talk, packs, Options(channel=channel, empty=sqlite_file)
        )
        for channel in ZALO
    }

    assert found["zalo_bot"] == []
    # The account is told of a file as such, and says so.
    [file] = found["zalo_oa"]
    assert file.line == 15
    assert "không nhận và không lưu tệp" in file.got[0]


@pytest.mark.parametrize("channel", ZALO)
async def test_without_the_fake_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
    packs: Mapping[str, Pack],
    sqlite_file: Path,
    tmp_path: Path,
    channel: str,
) -> None:
    monkeypatch.setitem(sys.modules, f"tests.fakes.{channel}", None)
    options = Options(channel=channel, database=sqlite_url(sqlite_file))

    with pytest.raises(ConversationError, match="source checkout"):
        await differences(tmp_path, "lan> /trangthai\n<\n", packs, options)
