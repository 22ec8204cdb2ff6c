"""Names of units that a sentence only nearly says, or that no unit of the plan bears."""

from collections.abc import Collection, Iterator, Sequence
from unicodedata import normalize

from handlers.question_units import APART, LIKELY, POSSIBLE, SURE, Mention, kind_before, names_of
from handlers.question_words import FILLER, GAP
from plans.phrases import accented, comparable, joined
from plans.units import UnitTree

# Stands for "so" that is a count; without accents it may be a department as well. Only the
# count is written with a circumflex.
COUNT = "so#"
_CIRCUMFLEX = "\u0302"
_SHORTEST_TYPO, _LONGEST_TYPO = 5, 4
_OFFERED = 3
_SENDS = frozenset({"nop", "gui"})


def counts_marked(words: str, labels: Collection[str]) -> str:
    """Return comparable text in which the word for a count is marked as such."""
    tokens, typed = comparable(words).split(), accented(words).split()
    if len(tokens) != len(typed):
        return " ".join(tokens)
    bare = typed == tokens and _SENDS.isdisjoint(tokens)
    for place, (said, word) in enumerate(zip(tokens, typed, strict=True)):
        behind = joined(" ".join(tokens[place + 1 : place + 3])).split()
        counts = bare and bool(behind) and behind[0] in labels
        if said == "so" and (_CIRCUMFLEX in normalize("NFD", word) or counts):
            tokens[place] = COUNT
    return " ".join(tokens)


def nearly_named(
    tree: UnitTree, root: str, tokens: list[str], known: Collection[str]
) -> tuple[list[Mention], list[str]]:
    """Take out the words that are nearest to a unit's name; several where none is the nearest."""
    best: tuple[float, int] = (0.0, 0)
    found: tuple[int, int, str, list[tuple[float, str]]] | None = None
    for start, end, kind in _windows(tokens, known):
        least = max(POSSIBLE if kind else LIKELY, best[0])
        near = _near(tree, root, " ".join(tokens[start:end]), kind, least)
        if near and (near[0][0], end - start) > best:
            best, found = (near[0][0], end - start), (start, end, kind, near)
    if found is None:
        return [], tokens
    start, end, kind, near = found
    name = " ".join(tokens[start:end])
    least = min(best[0], POSSIBLE if kind else LIKELY)
    mention = _nearly(f"{kind} {name}".strip(), _near(tree, root, name, kind, least))
    return [mention], [*tokens[:start], GAP, *tokens[end:]]


def _windows(tokens: Sequence[str], known: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the words that may be a name: some of them strange, or behind a kind of unit."""
    for start, word in enumerate(tokens):
        kind, _ = kind_before(tokens, start)
        for end in range(start + 1, min(start + _LONGEST_TYPO, len(tokens)) + 1):
            part = tokens[start:end]
            if GAP in part:
                break
            idle = sum(one in FILLER for one in part)
            strange = any(one not in FILLER and one not in known for one in part)
            named = bool(kind) and word not in FILLER
            long_enough = len("".join(part)) >= _SHORTEST_TYPO
            if long_enough and idle <= min(1, len(part) - 1) and (strange or named):
                yield start, end, kind


def _near(tree: UnitTree, root: str, name: str, kind: str, least: float) -> list[tuple[float, str]]:
    """Return the units that a name is nearly, only those of the kind said before if there are."""
    names = names_of(tree)
    near = [one for one in names.near(name, least) if tree.within(one[1], root)]
    of_kind = [one for one in near if names.kinds.get(one[1]) == kind] if kind else []
    return of_kind or near


def _nearly(words: str, ranked: Sequence[tuple[float, str]]) -> Mention:
    first = ranked[0][0]
    doubtful = first < SURE
    close = [code for score, code in ranked if first - score < APART]
    if doubtful:
        close = [code for _, code in ranked[:_OFFERED]]
    return Mention(words=words, codes=frozenset(close), misspelt=True, doubtful=doubtful)


def place_in(tokens: Sequence[str]) -> str:
    """Return what stands where the name of a unit does: first, or behind a kind of unit."""
    if GAP in tokens and (first := _trimmed(tokens[: tokens.index(GAP)])):
        return first
    for start, word in enumerate(tokens):
        kind, _ = kind_before(tokens, start)
        if kind and word not in FILLER and word != GAP:
            behind = list(tokens[start:])
            ends = (place for place, one in enumerate(behind) if one in FILLER or one == GAP)
            return f"{kind} {' '.join(behind[: next(ends, len(behind))])}"
    return ""


def _trimmed(words: Sequence[str]) -> str:
    """Return words without those at their ends that name nothing, two at least."""
    strange = [place for place, word in enumerate(words) if word not in FILLER]
    if not strange:
        return ""
    first, last = strange[0], strange[-1]
    return " ".join(words[first - (first == last and first > 0) : last + 1])


def as_typed(sentence: str, words: str) -> str:
    """Return words of a sentence with the accents that they were typed with."""
    tokens, typed, part = comparable(sentence).split(), accented(sentence).split(), words.split()
    for start in range(len(tokens) - len(part) + 1 if len(tokens) == len(typed) else 0):
        if part and tokens[start : start + len(part)] == part:
            return " ".join(typed[start : start + len(part)])
    return words
