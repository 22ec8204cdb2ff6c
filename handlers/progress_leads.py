"""What the answers about who has sent lead on to: a nudge, a type, a district, single units."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from documents import wording
from documents.progress_lists import short_name
from handlers.asked import Asked, type_words
from handlers.pages import FIRST
from handlers.turn import Turn
from plans.messages import Choice
from plans.pack import Obligation
from plans.people import Action, Role
from plans.progress import Progress, Row
from storage.standings import progress_of

HANDFUL = 5


def collect(turn: Turn, role: Role, asked: Asked) -> Progress:
    """Gather where every unit stands that owes what is asked about."""
    return progress_of(
        turn.connection,
        turn.world,
        role.plan,
        asked.period,
        turn.today,
        asked.unit,
        asked.unit_type,
    )


def is_single(turn: Turn, role: Role, asked: Asked) -> bool:
    """Say whether one unit is asked about, with none below it."""
    return bool(asked.unit) and not turn.pack(role).tree.children(asked.unit)


def may_nudge(turn: Turn, role: Role, asked: Asked) -> bool:
    """Say whether the reader may nudge there, and units may send now."""
    here = asked.period.opens <= turn.today and not asked.period.locked(turn.today)
    return here and turn.may(role, Action.COORDINATE, asked.unit)


def nudge_choice(turn: Turn, role: Role, asked: Asked, count: int, flag: str = "") -> list[Choice]:
    """Offer to nudge so many units, where the reader may."""
    if not count or not may_nudge(turn, role, asked):
        return []
    command = f"/dondoc {asked.where} {flag}".rstrip()
    return [turn.choice("nudge.many", command, count=count)]


def list_choice(turn: Turn, asked: Asked, found: Progress) -> list[Choice]:
    """Offer the list of those who have not sent, the required counted wherever there are any."""
    owing = found.owing(Obligation.REQUIRED) or found.owing(Obligation.INVITED)
    if not owing:
        return []
    return [turn.choice("progress.list", f"/chuanop {asked.where} {FIRST}", count=len(owing))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Units that a command lists, as its buttons narrow them."""

    turn: Turn
    asked: Asked
    found: Progress
    rows: Sequence[Row]
    command: str

    def by_type(self) -> list[Choice]:
        """Offer each type of several units; or all types again where it is one."""
        asked, types = self.asked, self.found.pack.unit_types
        if asked.unit_type:
            return [self.turn.choice("progress.every_type", self._to(asked.unit, ""))]
        counts = Counter(row.unit.type for row in self.rows)
        several = [key for key in types if counts[key] > 1]
        key_of = "progress.of_type" if self.command == "/chuanop" else "progress.narrowed"
        return [
            self.turn.choice(
                key_of,
                self._to(asked.unit, key),
                name=types[key].name.in_language(self.turn.language),
                count=counts[key],
            )
            for key in (several if len(several) > 1 else ())
        ]

    def by_district(self, shown: Sequence[Row]) -> list[Choice]:
        """Offer the districts on a page, where the list spans several."""
        tree = self.found.pack.tree
        counts = Counter(tree.area(row.unit.code) for row in self.rows)
        here = dict.fromkeys(tree.area(row.unit.code) for row in shown)
        areas = [area for area in here if area and area != self.asked.unit]
        return [
            self.turn.choice(
                "progress.narrowed",
                self._to(area, self.asked.unit_type),
                name=tree[area].name,
                count=counts[area],
            )
            for area in (areas[:HANDFUL] if len(counts) > 1 else ())
        ]

    def units(self, shown: Sequence[Row]) -> list[Choice]:
        """Offer the reports of the first few units on a page."""
        return [
            self.turn.choice(
                "asked.unit",
                f"/xem {self.asked.period.id} {row.unit.code}",
                unit=short_name(self.found, row),
            )
            for row in shown[:HANDFUL]
        ]

    def _to(self, unit: str, unit_type: str) -> str:
        words = (self.command, self.asked.period.id, unit, type_words(unit_type), FIRST)
        return " ".join(filter(None, words))


def earlier_choice(turn: Turn, role: Role, asked: Asked, command: str) -> list[Choice]:
    """Offer the same of the period before."""
    kind = type_words(asked.unit_type)
    return [
        turn.choice(
            "progress.earlier",
            " ".join(f"{command} {earlier.id} {asked.unit} {kind}".split()),
            period=wording.period_name(turn.language, earlier),
        )
        for earlier in turn.world.before(role.plan, asked.period)[:1]
    ]
