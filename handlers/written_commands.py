"""What the buttons of announcements and difficulties carry, and the words that mean the same."""

from collections.abc import Callable
from typing import Final

from handlers import announce_cards, announce_moves, announcing, difficulties, difficulty_moves
from handlers.turn import Turn
from plans.messages import Reply

# Each with how it is typed, what it runs, and the plain words that also mean it.
CARRIED: Final[tuple[tuple[str, Callable[[Turn, str], Reply], tuple[str, ...]], ...]] = (
    (
        "/thongbaosoan",
        announce_moves.create,
        ("soan thong bao", "tao thong bao", "new announcement"),
    ),
    ("/thongbaobuoc", announce_moves.step, ()),
    ("/thongbaoai", announce_moves.choose, ()),
    ("/thongbaothieu", announce_cards.missed, ()),
    ("/thongbaogui", announce_moves.sent, ()),
    ("/thongbaobo", announce_moves.drop, ()),
    ("/thongbaorut", announcing.withdraw, ()),
    ("/thongbaodinhchinh", announcing.correct, ()),
    ("/thongbaodadoc", announcing.was_read, ("da doc…", "i have read…")),
    ("/vuongmacmoi", difficulties.create, ()),
    ("/vuongmacviet", difficulty_moves.write, ()),
    ("/vuongmacky", difficulty_moves.about, ()),
    ("/vuongmacsua", difficulty_moves.rewrite, ()),
    ("/vuongmacbo", difficulty_moves.drop, ()),
    ("/vuongmacgui", difficulty_moves.sent, ()),
    ("/vuongmacxong", difficulty_moves.settle, ()),
)
