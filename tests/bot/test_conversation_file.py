"""Conversation files are read as their format promises."""

from pathlib import Path

import pytest

from bot.conversation import (
    ConversationError,
    Hears,
    Moves,
    Quiet,
    Says,
    read_conversation,
)

EXAMPLE = """\
# comment
plan binh_thuan_2024
now 2024-06-11 08:00
person lan focal_point 22915              # name, role, unit code; joined already
person binh coordinator
lan> /baocao
< ~quý II                                 # ~ : the reply contains this text
< ~[0]                                    # a choice that is offered
lan> 15
<                                         # any one reply
@ 2024-06-12 08:00                        # the clock moves
lan< ~chưa nộp                            # somebody receives without having spoken
binh> /tiendo
< Đã nộp 0/1                              # without ~ : the reply's whole text
lan! none                                 # and nothing more came
lan> !file phieu.xlsx                     # sends a file beside this one
lan> đợt #2
"""


def test_every_line_of_the_format_may_end_in_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "example.txt"
    path.write_text(EXAMPLE, encoding="utf-8")

    talk = read_conversation(path)

    assert talk.plan == "binh_thuan_2024"
    assert [(c.name, c.kind, c.unit) for c in talk.cast] == [
        ("lan", "focal_point", "22915"),
        ("binh", "coordinator", ""),
    ]
    assert [type(step) for step in talk.steps] == [
        Says, Hears, Says, Hears, Moves, Hears, Says, Hears, Quiet, Says, Says,
    ]  # fmt: skip
    heard = [step.lines for step in talk.steps if isinstance(step, Hears)]
    assert heard == [["~quý II", "~[0]"], [""], ["~chưa nộp"], ["Đã nộp 0/1"]]
    said = [step.text for step in talk.steps if isinstance(step, Says)]
    assert said == ["/baocao", "15", "/tiendo", "!file phieu.xlsx", "đợt #2"]


def test_a_line_that_is_none_of_these_is_named_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text("plan binh_thuan_2024\nngày mai\n", encoding="utf-8")

    with pytest.raises(ConversationError, match=r"wrong\.txt:2"):
        read_conversation(path)
