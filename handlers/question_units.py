"""Units as sentences name them: whole, with or without their kind, shortened or misspelt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from handlers.question_words import FILLER, GAP
from plans.phrases import comparable
from plans.units import UnitTree

SURE, LIKELY, POSSIBLE, APART = 86, 78, 72, 6
_KINDS = {
    **dict.fromkeys(("thi tran", "tt"), "thi tran"),
    **dict.fromkeys(("thi xa", "tx"), "thi xa"),
    **dict.fromkeys(("thanh pho", "tp"), "thanh pho"),
    **dict.fromkeys(("dac khu", "dk"), "dac khu"),
    **dict.fromkeys(("phuong", "p"), "phuong"),
    **dict.fromkeys(("huyen", "h"), "huyen"),
    **dict.fromkeys(("quan", "q"), "quan"),
    **dict.fromkeys(("xa", "x"), "xa"),
}
# Before "communes of": the name behind is a district's.
_SEVERAL = frozenset({"cac", "may", "nhung", "tat", "ca", "toan", "bao"})
_SHORTEST = 3
# Said of the whole province far more often than of the police, whose short name it is as well.
_WHOLE = frozenset({"ca tinh", "ca thanh pho"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """What a sentence calls a unit, and which units are called that, or nearly that: `doubtful`ly.

    `above`: it is one with others below, as its communes were spoken of.
    """

    words: str
    codes: frozenset[str]
    above: bool = False
    misspelt: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class UnitNames:
    """What the units of a plan may be called, by name without its kind."""

    codes: dict[str, frozenset[str]]
    kinds: dict[str, str]
    longest: int

    def lift(self, text: str) -> tuple[list[Mention], str]:
        """Take the names that stand whole in a text out of it, the longest first."""
        tokens, found = text.split(), list[Mention]()
        for size in range(min(self.longest, len(tokens)), 0, -1):
            start = 0
            while start + size <= len(tokens):
                name = " ".join(tokens[start : start + size])
                if name in self.codes and (size > 1 or _stands_alone(name)):
                    begin = self._mention(tokens, start, name, found)
                    tokens[begin : start + size] = [GAP]
                start += 1
        return found, " ".join(tokens)

    def _mention(self, tokens: Sequence[str], start: int, name: str, found: list[Mention]) -> int:
        """Note a name with the kind that stands before it; return where that begins."""
        kind, begin = kind_before(tokens, start)
        codes = self.codes[name]
        several = begin < start and any(
            word in _SEVERAL for word in tokens[max(0, begin - 1) : begin]
        )
        named = frozenset(code for code in codes if self.kinds.get(code) == kind)
        if kind and named and not several:
            codes = named
        words = " ".join([*tokens[begin:start], name])
        found.append(Mention(words=words, codes=codes, above=several))
        return begin

    def near(self, words: str, least: float) -> list[tuple[float, str]]:
        """Return the units whose names are nearly these words, the nearest first."""
        scores: dict[str, float] = {}
        for name, score, _ in process.extract(
            words, self.codes.keys(), scorer=fuzz.ratio, limit=12, score_cutoff=least
        ):
            for code in self.codes[name]:
                scores[code] = max(score, scores.get(code, 0.0))
        return sorted(
            ((score, code) for code, score in scores.items()), key=lambda s: (-s[0], s[1])
        )


_KNOWN: WeakKeyDictionary[UnitTree, UnitNames] = WeakKeyDictionary()


def names_of(tree: UnitTree) -> UnitNames:
    """Return what the units of a tree may be called; worked out once, as it takes time."""
    if (known := _KNOWN.get(tree)) is None:
        known = _KNOWN[tree] = _names(tree)
    return known


def _names(tree: UnitTree) -> UnitNames:
    codes: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for unit in tree:
        for place, name in enumerate((unit.name, *unit.aliases)):
            words = comparable(name).split()
            kind, rest = _kind_of(words)
            if place == 0:
                kinds[unit.code] = kind
            codes.setdefault(" ".join(rest), set()).add(unit.code)
    return UnitNames(
        codes={
            name: frozenset(those) for name, those in codes.items() if name and name not in _WHOLE
        },
        kinds=kinds,
        longest=max(len(name.split()) for name in codes),
    )


def _kind_of(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    for size in (2, 1):
        if len(words) > size and (kind := _KINDS.get(" ".join(words[:size]))):
            return kind, words[size:]
    return "", words


def kind_before(tokens: Sequence[str], start: int) -> tuple[str, int]:
    """Return the kind of unit that is named right before a place, and where its words begin."""
    for size in (2, 1):
        if start >= size and (kind := _KINDS.get(" ".join(tokens[start - size : start]))):
            return kind, start - size
    return "", start


def _stands_alone(name: str) -> bool:
    """Say whether one word is a unit's name: not where it is mostly another word."""
    return len(name) >= _SHORTEST and name not in FILLER


def within(tree: UnitTree, codes: Collection[str], root: str) -> list[str]:
    """Return the units below a root; where none is, all of them, to be refused by name."""
    below = [code for code in codes if tree.within(code, root)]
    return sorted(below or codes)
