"""What a coordinator's words name: a period, a unit, an indicator; never a guess between two."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from handlers.turn import Turn
from plans.calendar import Part, Period
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import Pack, PeriodKind
from plans.people import Action, Role
from plans.spelling import plain
from plans.units import Unit

_PHRASES: tuple[tuple[re.Pattern[str], PeriodKind, dict[str, int]], ...] = (
    (
        re.compile(r"\b(?:quy|qui|q|quarter) ?(iv|iii|ii|i|[1-4])\b"),
        PeriodKind.QUARTER,
        {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4},
    ),
    (
        re.compile(r"\b6 ?(?:thang|t|months)(?: (dau|cuoi))?(?: nam)?\b"),
        PeriodKind.HALF_YEAR,
        {"": 1, "dau": 1, "cuoi": 2},
    ),
    (re.compile(r"\b9 ?(?:thang|t|months)\b()"), PeriodKind.NINE_MONTHS, {"": 3}),
    (re.compile(r"\b(?:ca nam|nam|year)\b(?! ?\d{4} ?\d)()"), PeriodKind.YEAR, {"": 4}),
)
_YEAR = re.compile(r"\b(20\d{2})\b")
_EMPTY = frozenset(
    {"huyen", "xa", "phuong", "thi tran", "thanh pho", "tp", "o", "cua", "ky", "cho"}
)
SURE, POSSIBLE, APART = 88, 65, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request names; what it leaves open stays empty."""

    period: Period
    unit: str = ""
    code: str = ""
    page: int = 1


class Ambiguous(Refused):
    """Say that words fit several units, and which."""

    def __init__(self, words: str, units: list[Unit], command: Callable[[str], str]) -> None:
        super().__init__("asked.which_unit", words=words)
        self.units = units
        self.command = command


def which_unit(turn: Turn, pack: Pack, ambiguous: Ambiguous) -> Reply:
    """Ask which of several units is meant."""
    choices = [
        turn.choice("asked.unit", ambiguous.command(unit.code), unit=pack.tree.title(unit.code))
        for unit in ambiguous.units
    ]
    return turn.say(ambiguous.key, *choices, **ambiguous.args_for_text)


def understand(turn: Turn, role: Role, words: str, command: str) -> Asked:
    """Read period, unit, indicator and page from a request's words or a button's codes."""
    pack = turn.pack(role)
    rest: list[str] = []
    period, unit, code, page = None, role.unit, "", 1
    for token in words.split():
        if found := turn.world.period(role.plan, token.upper()):
            period = found
        elif token.upper() in pack.indicators:
            code = token.upper()
        elif token in pack.tree and (len(token) > 2 or not token.isdigit()):
            unit = token
        elif re.fullmatch(r"trang\d+", token):
            page = int(token[5:])
        else:
            rest.append(token)
    text = plain(" ".join(rest))
    spoken, text = _spoken_period(turn, role, text)
    period = period or spoken or current_period(turn, role)
    named = " ".join(word for word in text.split() if word)
    if named and named not in _EMPTY:
        unit = find_unit(turn, role, named, lambda c: f"{command} {period.id} {code} {c}")
    turn.require(role, Action.SEE, unit)
    return Asked(period=period, unit=unit, code=code, page=page)


def current_period(turn: Turn, role: Role) -> Period:
    """Return the period that is open or was last: what a question without a period means."""
    recurring = [p for p in turn.world.calendars[role.plan] if not p.form]
    opened = [p for p in recurring if p.opens <= turn.today]
    if not recurring:
        raise Refused("refused.no_period")
    return opened[-1] if opened else recurring[0]


def _spoken_period(turn: Turn, role: Role, text: str) -> tuple[Period | None, str]:
    for pattern, kind, ordinals in _PHRASES:
        found = pattern.search(text)
        if not found or (found[1] or "") not in ordinals:
            continue
        rest = (text[: found.start()] + text[found.end() :]).strip()
        year = _YEAR.search(rest)
        rest = _YEAR.sub("", rest).strip()
        ordinal = ordinals[found[1] or ""]
        period = _newest(turn, role, kind, ordinal, int(year[1]) if year else None)
        if period is None:
            raise Refused("refused.no_period")
        return period, rest
    return None, text


def _newest(
    turn: Turn, role: Role, kind: PeriodKind, ordinal: int, year: int | None
) -> Period | None:
    def fits(part: Part) -> bool:
        numbered = kind in (PeriodKind.QUARTER, PeriodKind.HALF_YEAR)
        return part.kind is kind and (not numbered or part.ordinal == ordinal)

    fitting = [p for p in turn.world.calendars[role.plan] if any(fits(part) for part in p.parts)]
    if year is not None:
        return next((p for p in fitting if p.year == year), None)
    begun = [p for p in fitting if p.asks.first <= turn.today]
    if begun:
        return begun[-1]
    return fitting[0] if fitting else None


def find_unit(turn: Turn, role: Role, words: str, command: Callable[[str], str]) -> str:
    """Find the one unit that words name, within what the role may see; ask where several fit."""
    pack = turn.pack(role)
    names = {
        (unit.code, name): plain(name)
        for unit in pack.tree
        if turn.may(role, Action.SEE, unit.code)
        for name in (unit.name, *unit.aliases)
    }
    exact = {code for (code, _), name in names.items() if name == words}
    if len(exact) == 1:
        return exact.pop()
    scores: dict[str, float] = {}
    for _name, score, (code, _) in process.extract(
        words, names, scorer=fuzz.ratio, limit=30, score_cutoff=POSSIBLE
    ):
        scores[code] = max(score, scores.get(code, 0))
    if exact:
        scores = dict.fromkeys(exact, 100.0)
    ranked = sorted(scores, key=lambda code: -scores[code])
    if not ranked:
        raise Refused("asked.no_unit", words=words)
    first = scores[ranked[0]]
    near = [code for code in ranked if first - scores[code] < APART]
    if first >= SURE and len(near) == 1:
        return ranked[0]
    raise Ambiguous(words, [pack.tree[code] for code in ranked[: max(3, len(near))][:6]], command)
