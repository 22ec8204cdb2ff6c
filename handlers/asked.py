"""What a coordinator's words name: a period, a unit, an indicator; never a guess between two."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from handlers.spoken_period import current_period, spoken_period
from handlers.turn import Turn, forbid
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import Pack
from plans.people import Action, Role
from plans.spelling import plain

_MARKS = re.compile(r"[/,.;:?!()“”\"]+")
# Words around a name that name nothing themselves.
_FILLER = frozenset(
    plain(
        "huyện xã phường tp tx thị trấn thành phố ở của kỳ cho trong tại và về báo cáo số liệu "
        "còn ai những đơn vị nào đã chưa nộp gửi rồi vậy ạ nhé danh sách thế đến đâu bao nhiêu mấy "
        "who which has have not sent yet the of in for unit units"
    ).split()
)
SURE, POSSIBLE, APART = 88, 65, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request names; what it leaves open stays empty, or is the reader's own unit."""

    period: Period
    unit: str = ""
    named: bool = True
    code: str = ""
    page: int = 1


class Ambiguous(Refused):
    """Say that words fit several units: by the command that asks about each, its title."""

    def __init__(self, words: str, titles: dict[str, str]) -> None:
        super().__init__("asked.which_unit", words=words)
        self.titles = titles


def which_unit(turn: Turn, ambiguous: Ambiguous) -> Reply:
    """Ask which of several units is meant."""
    choices = [
        turn.choice("asked.unit", command, unit=title)
        for command, title in ambiguous.titles.items()
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
        elif token.upper() in pack.tree and (len(token) > 2 or not token.isdigit()):
            unit = token.upper()
        elif re.fullmatch(r"trang\d+", token):
            page = int(token[5:])
        else:
            rest.append(token)
    text = " ".join(_MARKS.sub(" ", plain(" ".join(rest))).split())
    named, around = _lift_names(turn, role, text)
    spoken, left = spoken_period(turn, role, around)
    if not _FILLER.issuperset(left.split()):
        spoken, words_left = spoken_period(turn, role, text)
        named = [words_left]
    period = period or spoken or current_period(turn, role)
    own = not named and unit == role.unit and role.unit not in words.upper().split()
    if named:
        unit = _named_unit(turn, role, named, lambda c: f"{command} {period.id} {code} {c}")
    turn.require(role, Action.SEE, unit)
    return Asked(period=period, unit=unit, named=not own, code=code, page=page)


def example_unit(pack: Pack) -> str:
    """Return the name of a unit to show how one is named."""
    return next((unit.name for unit in pack.tree if unit.parent), pack.province.name)


def _names(turn: Turn, role: Role) -> dict[tuple[str, str], str]:
    """Return the plain names of every unit that the role may see, by code and name."""
    return {
        (code, name): name
        for code, names in turn.pack(role).tree.plain_names.items()
        if turn.may(role, Action.SEE, code)
        for name in names
    }


def _lift_names(turn: Turn, role: Role, text: str) -> tuple[list[str], str]:
    """Part the unit names that stand whole in a text, at most two, from the words around them."""
    names = set(_names(turn, role).values())
    lifted: list[str] = []
    around = f" {text} "
    while len(lifted) < 2 and (found := [name for name in names if f" {name} " in around]):
        lifted.append(max(found, key=len))
        around = around.replace(f" {lifted[-1]} ", "  ", 1)
    return lifted, " ".join(around.split())


def _named_unit(turn: Turn, role: Role, named: list[str], command: Callable[[str], str]) -> str:
    """Find the unit that one name means, or the one of two names that is below the other."""
    tree = turn.pack(role).tree
    first, *others = [
        {code for (code, _), name in _names(turn, role).items() if name == one} for one in named
    ]
    for second in others:
        pairs = [(a, b) for a in first for b in second]
        below = {a for a, b in pairs if tree.within(a, b)} | {
            b for a, b in pairs if tree.within(b, a)
        }
        if len(below) == 1:
            return below.pop()
    return find_unit(turn, role, " ".join(named), command)


def find_unit(turn: Turn, role: Role, words: str, command: Callable[[str], str]) -> str:
    """Find the one unit that words name, within what the role may see; ask where several fit."""
    pack = turn.pack(role)
    names = _names(turn, role)
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
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    if not ranked:
        if not turn.may(role, Action.SEE_OTHERS, role.unit):
            forbid()
        raise Refused("asked.no_unit", words=words)
    first = scores[ranked[0]]
    near = [code for code in ranked if first - scores[code] < APART]
    if first >= SURE and len(near) == 1:
        return ranked[0]
    likely = ranked[: max(3, len(near))][:6]
    raise Ambiguous(words, {command(code): pack.tree.title(code) for code in likely})
