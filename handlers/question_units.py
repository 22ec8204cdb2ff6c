"""Units as sentences name them: whole, with or without their kind, shortened or misspelt."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from handlers.question_words import FILLER, GAP
from plans.phrases import ABBREVIATIONS, comparable
from plans.units import UnitTree

K = TypeVar("K")
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
_NUMBER = re.compile(r"\d+")
_NUMBERED = re.compile(r"\b(p|x|phuong|xa|quan) ?0*(\d+)\b")
# Before "communes of": the name behind is a district's.
_SEVERAL = frozenset({"cac", "may", "nhung", "tat", "ca", "toan", "bao"})
_SHORTEST = 3
_INITIALS = range(2, 5)
_SENDS = frozenset({"nop", "gui"})
_VOWELS = frozenset("aeiouy")
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


@dataclass(frozen=True)
class UnitNames:
    """What the units of a plan may be called, by name without its kind; `upper` have others below.

    A name's first words and its initials stand for it where no name is just that.
    """

    codes: dict[str, frozenset[str]]
    kinds: dict[str, str]
    longest: int
    upper: frozenset[str]
    types: dict[str, str]

    @cached_property
    def places(self) -> dict[bool, frozenset[str]]:
        """Return the types of places, by whether others stand below them."""
        found: dict[bool, set[str]] = {False: set(), True: set()}
        for code, kind in self.kinds.items():
            if kind:
                found[code in self.upper].add(self.types[code])
        return {upper: frozenset(types) for upper, types in found.items()}

    @cached_property
    def begun(self) -> dict[str, frozenset[str]]:
        """Return the units by the first words of their names, two or more, not the whole."""
        found: dict[str, set[str]] = {}
        for name, codes in self.codes.items():
            words = name.split()
            for size in range(2, len(words)):
                found.setdefault(" ".join(words[:size]), set()).update(codes)
        return {
            words: frozenset(codes) for words, codes in found.items() if words not in self.codes
        }

    @cached_property
    def initials(self) -> dict[str, frozenset[str]]:
        """Return the units by the first letters of their names."""
        found: dict[str, set[str]] = {}
        for name, codes in self.codes.items():
            letters = "".join(word[0] for word in name.split())
            if len(letters) in _INITIALS and letters not in self.codes:
                found.setdefault(letters, set()).update(codes)
        return {letters: frozenset(codes) for letters, codes in found.items()}

    def lift(self, text: str) -> tuple[list[Mention], str]:
        """Take the names that stand whole in a text out of it, the longest first."""
        tokens, found = self._numbers_parted(text).split(), list[Mention]()
        for size in range(min(self.longest, len(tokens)), 0, -1):
            start = 0
            while start + size <= len(tokens):
                name = " ".join(tokens[start : start + size])
                alone = size > 1 or _stands_alone(name) or _numbered(tokens, start)
                if name in self.codes and alone:
                    begin = self._mention(tokens, start, name, found, self.codes[name])
                    tokens[begin : start + size] = [GAP]
                start += 1
        return found, " ".join(tokens)

    def _numbers_parted(self, text: str) -> str:
        """Part "p2", and read "phường 08", where a number is a unit's name; "q2" is a quarter."""
        return _NUMBERED.sub(
            lambda said: " ".join(said.groups()) if said[2] in self.codes else said[0], text
        )

    def lift_begun(self, text: str) -> tuple[list[Mention], str]:
        """Take out the first words of names where nothing follows that may belong to a name."""
        tokens, found = text.split(), list[Mention]()
        for size in range(min(self.longest - 1, len(tokens)), 1, -1):
            for start in range(len(tokens) - size + 1):
                name = " ".join(tokens[start : start + size])
                after = tokens[start + size : start + size + 1]
                if name in self.begun and _ends_there(after):
                    begin = self._mention(tokens, start, name, found, self.begun[name])
                    tokens[begin : start + size] = [GAP]
                    return found, " ".join(tokens)
        return found, text

    def lift_initials(self, text: str, known: Collection[str]) -> tuple[list[Mention], str]:
        """Take out a name's initials: of one with others below, or of whichever has them."""
        tokens = text.split()
        for start, word in enumerate(tokens):
            kind, begin = kind_before(tokens, start)
            codes = self._short(word, kind)
            upper = codes & self.upper
            beside = {*tokens[max(0, begin - 1) : begin], *tokens[start + 1 : start + 2]}
            strange = beside - FILLER - set(known) - ABBREVIATIONS.keys() - {GAP}
            if not codes or word in known or strange:
                continue
            if not self._may_be_initials(tokens, start, upper):
                continue
            # What can be spoken is seldom an abbreviation.
            doubtful = (len(upper) == 1 and codes != upper) or not _VOWELS.isdisjoint(word)
            words = " ".join(tokens[begin : start + 1])
            tokens[begin : start + 1] = [GAP]
            mention = Mention(words=words, codes=upper or codes, misspelt=True, doubtful=doubtful)
            return [mention], " ".join(tokens)
        return [], text

    def _short(self, word: str, kind: str) -> frozenset[str]:
        """Return the units that letters stand for: "tp" is the city too, without its name."""
        codes = self.initials.get(word, frozenset())
        if 1 < len(word) < len(_KINDS.get(word, "")):
            codes |= {code for code in self.upper if self.kinds.get(code) == _KINDS[word]}
        of_kind = frozenset(code for code in codes if self.kinds.get(code) == kind)
        return (of_kind if kind else codes) or codes

    def _may_be_initials(self, tokens: Sequence[str], start: int, upper: Collection[str]) -> bool:
        """Say whether letters stand for a unit: where they mean a word too, only beside sending."""
        word, sends = tokens[start], not _SENDS.isdisjoint(tokens)
        if word in ABBREVIATIONS:
            return bool(upper) and (sends or bool(kind_before(tokens, start)[0]))
        if word in FILLER:
            return bool(upper) and word in _KINDS and _ends_there(tokens[start + 1 : start + 2])
        return True

    def _mention(
        self,
        tokens: Sequence[str],
        start: int,
        name: str,
        found: list[Mention],
        codes: frozenset[str],
    ) -> int:
        """Note a name with the kind that stands before it; return where that begins."""
        kind, begin = kind_before(tokens, start)
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
        names = with_same_numbers(words, {name: name for name in self.codes})
        for name, score, _ in process.extract(
            words, names, scorer=fuzz.ratio, limit=12, score_cutoff=least
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


def with_same_numbers(words: str, names: Mapping[K, str]) -> Mapping[K, str]:
    """Leave out names with other numbers than words have: "phường 3" is no misspelt "phường 2"."""
    if not (numbers := _NUMBER.findall(words)):
        return names
    meant = list(map(int, numbers))
    return {
        key: name for key, name in names.items() if list(map(int, _NUMBER.findall(name))) == meant
    }


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
        upper=frozenset(unit.parent for unit in tree if unit.parent),
        types={unit.code: unit.type for unit in tree},
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
            # "Cơ quan" is no district.
            office = kind == "quan" and tokens[start - size - 1 : start - size] == ["co"]
            return ("", start) if office else (kind, start - size)
    return "", start


def _ends_there(after: Sequence[str]) -> bool:
    """Say whether a name may end before these words: "công an huyện" goes on."""
    return not after or after[0] == GAP or (after[0] in FILLER and after[0] not in _KINDS)


def _stands_alone(name: str) -> bool:
    """Say whether one word is a unit's name: not where it is mostly another word."""
    return len(name) >= _SHORTEST and name not in FILLER


def _numbered(tokens: Sequence[str], place: int) -> bool:
    """Say whether a number is a name: "phường 2" is one, "2" alone is none."""
    return tokens[place].isdigit() and bool(kind_before(tokens, place)[0])


def within(tree: UnitTree, codes: Collection[str], root: str) -> list[str]:
    """Return the units below a root; where none is, all of them, to be refused by name."""
    below = [code for code in codes if tree.within(code, root)]
    return sorted(below or codes)
