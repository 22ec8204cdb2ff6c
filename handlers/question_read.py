"""What a question may name, and what reading one finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from handlers.question_words import ANSWERED_BY, OF_INDICATORS, OF_NO_PERIOD, OF_TYPES, Kind
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
    """What is asked: of which period, unit, indicator and target, by their codes.

    `years` are several, from one to another; `running` what is added up since the year began,
    `pick` which of the targets by their verdict.
    """

    kind: Kind
    period: str = ""
    unit: str = ""
    code: str = ""
    target: str = ""
    years: str = ""
    types: tuple[str, ...] = ()
    running: bool = False
    pick: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """What may have been meant: `sure` where each of them fits what was said.

    `faint`: it is a question only to somebody who does nothing but ask.
    """

    about: str
    words: str
    options: tuple[Intent, ...]
    sure: bool = False
    faint: bool = False


# Told of a single unit by its own page.
_OF_MANY = frozenset(
    {Kind.NOT_SENT, Kind.REASONS, Kind.LATE, Kind.PROGRESS, Kind.DISTRICTS, Kind.TREND}
)
# Which commands are asked of years.
_OF_YEARS = frozenset({"/giaidoan", "/dunghan"})
OFFERED, AT_MOST = 3, 6
Read = Intent | Nearest | None


def line_of(intent: Intent, vocabulary: Vocabulary) -> str:
    """Return the command that answers, with codes; "" where there is none."""
    kind = intent.kind
    names = ANSWERED_BY[kind]
    alone = bool(intent.unit) and not vocabulary.pack.tree.children(intent.unit)
    if alone and kind in _OF_MANY:
        names = ANSWERED_BY[Kind.REPORT]
    found = next((name for name in names if name.split()[0] in vocabulary.commands), "")
    name, _, behind = found.partition(" ")
    if not name or kind is Kind.HELP:
        return name
    period = "" if kind in OF_NO_PERIOD and name != "/xem" else intent.period
    code = intent.code if kind in OF_INDICATORS else ""
    years = intent.years if name in _OF_YEARS else ""
    words = (name, years, period, intent.unit, code, intent.target, *_added(intent, name), behind)
    return " ".join(filter(None, words))


def _added(intent: Intent, name: str) -> list[str]:
    """Return what some commands are told beside the codes."""
    added = []
    if intent.kind in OF_TYPES and len(intent.types) == 1 and name != "/xem":
        added.append(f"loai:{intent.types[0]}")
    if intent.kind is Kind.COMPARE and not intent.code:
        added.append("sosanh")
    if name == "/tonghop" and intent.code and intent.running:
        added.append("luyke")
    if name == "/chitieu" and intent.pick and not intent.target:
        added.append(f"loc:{intent.pick}")
    return added


def different(vocabulary: Vocabulary, intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Return the intents that some command answers, one for each answer."""
    by_line: dict[str, Intent] = {}
    for intent in intents:
        by_line.setdefault(line_of(intent, vocabulary), intent)
    by_line.pop("", None)
    return tuple(by_line.values())
