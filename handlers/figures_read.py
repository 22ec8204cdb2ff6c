"""A period's figures as one reader may see them, below one unit or in the whole province."""

from collections.abc import Collection
from functools import cached_property

from documents import wording
from documents.docx_seen import Shown, shown_line
from documents.figures import Reader, days_text
from handlers.asked import RUNNING, Asked
from handlers.consolidating import asked_of, line_of, lines_of
from handlers.turn import Turn
from plans.pack import Indicator
from plans.people import Role
from plans.verdicts import Span
from storage.totals import Totals


class Gathered:
    """What one reader is told of a period's figures."""

    def __init__(self, role: Role, totals: Totals) -> None:
        self.role, self.pack, self.period = role, totals.pack, totals.period
        self.totals = totals
        self.reader = Reader(pack=totals.pack, role=role)

    @cached_property
    def codes(self) -> list[str]:
        """Return the indicators that the period asks for, in the pack's order."""
        return asked_of(self.totals)

    def line(self, code: str, *, running: bool = True) -> Shown:
        """Return one indicator with nothing beside it; `running`: with the year so far."""
        line = line_of(self.totals, code, running=running)
        return shown_line(line, masked=self.masks(code))

    def compared(self, codes: Collection[str], *, running: bool = False) -> list[Shown]:
        """Return some indicators with the period before and last year's beside them."""
        sides = ("year_ago",) if running else ("before", "last_year")
        lines = lines_of(self.totals, compared=sides, of=codes)
        return [shown_line(line, masked=self.masks(line.code)) for line in lines]

    def masks(self, code: str) -> bool:
        """Say whether small counts of people are left out."""
        types = self.totals.counted_types(code, self.period)
        return self.reader.masks(code, self.totals.root, types)

    def under(self, unit: str) -> "Gathered":
        """Return the same below a unit further down."""
        return Gathered(self.role, self.totals.under(unit))

    @property
    def sums_up(self) -> bool:
        """Say whether the period is the last of a longer time that it names too."""
        return len(self.totals.so_far(Span.YEAR)) > 1


def title(
    turn: Turn, asked: Asked, gathered: Gathered, *, of: Indicator | None = None, key: str = ""
) -> str:
    """Name the period, where it is, and of which days the figures are, all or one indicator's."""
    name = wording.period_name(turn.language, asked.period)
    if asked.unit:
        name += f" · {gathered.pack.tree[asked.unit].name}"
    running = asked.running and gathered.sums_up
    window = wording.window(turn.language, asked.period)
    if of is not None:
        window = days_text(turn.language, of, asked.period, running=running)
    elif running:
        span = asked.period.widest
        window = turn.text("period.window", first=span.first, last=span.last)
    return turn.text(key or "figures.title", period=name, window=window)


def command_for(asked: Asked, *words: str, running: bool | None = None) -> str:
    """Return the command that asks for the same period and unit, and for more."""
    mode = RUNNING if (asked.running if running is None else running) else ""
    return " ".join(filter(None, ("/tonghop", asked.period.id, asked.unit, mode, *words)))
