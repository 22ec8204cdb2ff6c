"""The whole bot on PostgreSQL: conversations answered there word for word as on SQLite."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.conversation import read_conversation
from bot.replay import Options, replay
from plans.pack import Pack

CONVERSATIONS = Path(__file__).parents[1] / "conversations"
NAMES = ("lc_report_step_by_step", "lc_join_by_code", "bt_figures_add_up")


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_conversation_goes_as_written(
    packs: Mapping[str, Pack], postgres_url: str, name: str, twice: bool
) -> None:
    talk = read_conversation(CONVERSATIONS / f"{name}.txt")

    assert await replay(talk, packs, Options(twice=twice, database=postgres_url)) == []
