"""What a question may name, and what reading one finds."""

from dataclasses import dataclass
from datetime import date

from handlers.question_words import ANSWERED_BY, OF_INDICATORS, OF_NO_PERIOD, Kind
from handlers.spoken_period import Spoken
from plans.calendar import Period
from plans.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a reader's questions may name: their plan, its periods on a day, their own subtree."""

    pack: Pack
    calendar: tuple[Period, ...]
    today: date
    root: str = ""
    commands: frozenset[str] = frozenset(
        name.split()[0] for names in ANSWERED_BY.values() for name in names
    )

    @property
    def spoken(self) -> Spoken:
        """Return how periods are named on that day."""
        return Spoken(calendar=self.calendar, today=self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is asked: of which period, unit, indicator and target, by their codes."""

    kind: Kind
    period: str = ""
    unit: str = ""
    code: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """What may have been meant: `sure` where each of them fits what was said."""

    about: str
    words: str
    options: tuple[Intent, ...]
    sure: bool = False


Read = Intent | Nearest | None


def line_of(intent: Intent, vocabulary: Vocabulary) -> str:
    """Return the command that answers, with codes; "" where there is none."""
    kind = intent.kind
    names = ANSWERED_BY[kind]
    alone = bool(intent.unit) and not vocabulary.pack.tree.children(intent.unit)
    if alone and kind in (Kind.NOT_SENT, Kind.LATE, Kind.PROGRESS, Kind.DISTRICTS):
        names = ANSWERED_BY[Kind.REPORT]
    found = next((name for name in names if name.split()[0] in vocabulary.commands), "")
    name, _, behind = found.partition(" ")
    if not name or kind is Kind.HELP:
        return name
    period = "" if kind in OF_NO_PERIOD and name != "/xem" else intent.period
    code = intent.code if kind in OF_INDICATORS else ""
    return " ".join(
        part for part in (name, period, intent.unit, code, intent.target, behind) if part
    )
