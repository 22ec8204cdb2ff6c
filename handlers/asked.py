"""What a coordinator's words name: a period, a unit, an indicator; never a guess between two."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from handlers.question_labels import indicator_labels
from handlers.question_units import names_of, with_same_numbers
from handlers.spoken_period import current_period, spoken_period
from handlers.turn import Turn, forbid
from handlers.written import own_words
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import Pack
from plans.people import Action, Role
from plans.phrases import joined
from plans.spelling import plain

_TYPE = re.compile(r"\bloai:([a-z0-9_]+)\b")
_MARKS = re.compile(r"[/,.;:?!()“”\"]+")
_PAGE = re.compile(r"\btrang (?=\d)")
# Words around a name that name nothing themselves.
_FILLER = frozenset(
    plain(
        "huyện xã phường tp tx thị trấn thành phố ở của kỳ cho trong tại và về báo cáo số liệu "
        "còn ai những đơn vị nào đã chưa nộp gửi rồi vậy ạ nhé danh sách thế đến đâu bao nhiêu mấy "
        "là khi bao giờ hạn nữa hết "
        "who which has have not sent yet the of in for unit units"
    ).split()
)
SURE, POSSIBLE, APART = 88, 65, 6
# Asks for the total since the year began.
RUNNING = "luyke"
# A name that begins with the words, whole, is nearer than one that is only spelt like them.
BEGINS = 96.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request names; what it leaves open stays empty, or is the reader's own unit."""

    period: Period
    unit: str = ""
    named: bool = True
    code: str = ""
    page: int = 1
    unit_type: str = ""
    years: str = ""
    running: bool = False

    @property
    def where(self) -> str:
        """Return period, unit and type as buttons carry them."""
        words = (self.period.id, self.unit, type_words(self.unit_type))
        return " ".join(filter(None, words))


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
    choices.append(turn.choice("asked.none", "/start"))
    return turn.say(ambiguous.key, *choices, **ambiguous.args_for_text)


def understand(turn: Turn, role: Role, words: str, command: str) -> Asked:
    """Read period, unit, indicator and page from a request's words or a button's codes."""
    pack = turn.pack(role)
    rest: list[str] = []
    period, unit, code, page, running = None, role.unit, "", 1, False
    for token in _PAGE.sub("trang", words).split():
        if found := turn.world.period(role.plan, token.upper()):
            period = found
        elif token.upper() in pack.indicators:
            code = token.upper()
        elif token.upper() in pack.tree and (len(token) > 2 or not token.isdigit()):
            unit = token.upper()
        elif token == RUNNING:
            running = True
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
    return Asked(period=period, unit=unit, named=not own, code=code, page=page, running=running)


def understand_type(turn: Turn, role: Role, words: str, command: str) -> Asked:
    """Read a request's words where they may name a type of unit too."""
    unit_type, rest = lift_type(turn.pack(role), words)
    asked = understand(turn, role, rest, f"{command} {type_words(unit_type)}".rstrip())
    return replace(asked, unit_type=unit_type)


def lift_type(pack: Pack, words: str) -> tuple[str, str]:
    """Part a type of unit, as buttons carry it (`loai:commune`), from the words around it."""
    found = _TYPE.search(words)
    if found is None or found[1] not in pack.unit_types:
        return "", words
    return found[1], f"{words[: found.start()]} {words[found.end() :]}"


def type_words(unit_type: str) -> str:
    """Return a type of unit as buttons carry it."""
    return f"loai:{unit_type}" if unit_type else ""


def names_nothing(words: str) -> bool:
    """Say whether words name neither a period nor a unit."""
    return _FILLER.issuperset(plain(words).split())


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
    if not text:
        return [], ""
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
    scores = dict.fromkeys(exact, 100.0) or _nearly(pack, names, words)
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    if not exact:
        _refuse_outside(turn, role, words, scores[ranked[0]] if ranked else 0)
    said = own_words(turn, words)
    if not ranked:
        if not turn.may(role, Action.SEE_OTHERS, role.unit):
            forbid()
        raise Refused("asked.no_unit", words=said)
    first = scores[ranked[0]]
    near = [code for code in ranked if first - scores[code] < APART]
    if first >= SURE and len(near) == 1:
        return ranked[0]
    likely = ranked[: max(3, len(near))][:6]
    raise Ambiguous(said, {command(code): pack.tree.title(code) for code in likely})


def _nearly(pack: Pack, names: dict[tuple[str, str], str], words: str) -> dict[str, float]:
    """Return the units that words nearly name, by how nearly: begun, by initials, misspelt."""
    scores: dict[str, float] = {}
    for _name, score, (code, _) in process.extract(
        words,
        with_same_numbers(words, names),
        scorer=fuzz.ratio,
        limit=30,
        score_cutoff=POSSIBLE,
    ):
        scores[code] = max(score, scores.get(code, 0))
    begun = {c for (c, _), name in names.items() if " " in words and name.startswith(f"{words} ")}
    known, seen = names_of(pack.tree), {code for code, _ in names}
    for code in known.initials.get(words, frozenset()) & seen:
        scores[code] = BEGINS if code in known.upper else BEGINS - APART / 2
    scores |= dict.fromkeys(begun, BEGINS)
    # What only figures are called names no unit, however it is spelt.
    if max(scores.values(), default=0) < SURE and _of_figures(pack, words):
        return {}
    return scores


def _of_figures(pack: Pack, words: str) -> bool:
    known = indicator_labels(pack).words
    return all(word in known for word in joined(words).split())


def _refuse_outside(turn: Turn, role: Role, words: str, best: float) -> None:
    """Refuse what names a unit outside the reader's area, and none within it nearly as well."""
    if not role.unit or not turn.may(role, Action.SEE_OTHERS, role.unit):
        return
    tree = turn.pack(role).tree
    outside = {
        (code, name): name
        for code, names in tree.plain_names.items()
        if not tree.within(code, role.unit)
        for name in names
    }
    alike = with_same_numbers(words, outside)
    found = process.extractOne(words, alike, scorer=fuzz.ratio, score_cutoff=SURE)
    named = found is not None and (found[1] == 100 or found[1] - best >= APART)
    if not named and best < SURE:
        mentions, _ = names_of(tree).lift(words)
        codes = {code for mention in mentions for code in mention.codes}
        named = bool(codes) and not any(tree.within(code, role.unit) for code in codes)
    if named:
        area = tree[role.unit].name
        raise Refused("asked.outside", words=own_words(turn, words), area=area)
