"""Indicators and targets as sentences name them: some of the words of their labels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from handlers.question_words import FILLER
from plans.pack import Pack
from plans.phrases import comparable, joined
from plans.targets import indicators_of

SURE, POSSIBLE, APART = 78, 55, 9
# Below the first, what may still be offered beside it.
_OFFERED = 25
_SAME_WORD = 80
_CLOSER = 4
_LONG_ENOUGH = 4
# Words of nearly every label, which tell none from another.
_COMMON = frozenset(
    comparable("so da cac co trong ve tai o nhung do don vi hien tu dau nam luy ke").split()
)
# How long a label is says little: words that stand in several leave it open which is meant.
_WHOLE, _SORTED = 0.85, 0.15
# A match with the words of the question alone, not of the label, is never sure.
_QUESTION, _JUDGED_BY = 0.77, 0.94


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What may be asked for by its label: the phrases of each, and the words of all."""

    phrases: Mapping[str, tuple[str, ...]]
    beside: float
    words: frozenset[str]
    fillers: frozenset[str]

    def known(self, word: str) -> str:
        """Return the word of a label that a word is, perhaps misspelt, or "" for none."""
        if word in self.words:
            return word
        if len(word) < _LONG_ENOUGH:
            return ""
        alike = [known for known in self.words if known[0] == word[0]]
        found = process.extractOne(word, alike, scorer=fuzz.ratio, score_cutoff=_SAME_WORD)
        return found[0] if found else ""

    def ranked(self, words: Sequence[str], around: Sequence[str] = ()) -> list[tuple[float, str]]:
        """Return what words may name, with a score up to 100, the nearest first.

        Where they leave several, the little words around them decide, if they can.
        """
        ranked = self._ranked([word for word in words if word not in _COMMON])
        if around and ranked and len(near := near_first(ranked)) > 1:
            closer = [one for one in self._ranked([*words, *around]) if one[1] in near]
            if closer and len(near_first(closer, _CLOSER)) == 1:
                first = closer[0][1]
                return [one for one in ranked if one[1] == first or one[1] not in near]
        return ranked

    def _ranked(self, words: Sequence[str]) -> list[tuple[float, str]]:
        said = " ".join(dict.fromkeys(words))
        if not said:
            return []
        scores = {
            key: max(
                _score(said, phrase) * (1 if place == 0 else self.beside)
                for place, phrase in enumerate(phrases)
            )
            for key, phrases in self.phrases.items()
        }
        ranked = sorted(
            ((score, key) for key, score in scores.items() if score >= _OFFERED),
            key=lambda scored: (-scored[0], scored[1]),
        )
        return ranked if ranked and ranked[0][0] >= POSSIBLE else []


def _score(said: str, phrase: str) -> float:
    asked, there = set(said.split()), set(phrase.split())
    share = len(asked & there) / len(asked)
    whole, same_words = fuzz.token_set_ratio(said, phrase), fuzz.token_sort_ratio(said, phrase)
    return (_WHOLE * whole + _SORTED * same_words) * (0.4 + 0.6 * share)


def near_first(ranked: Sequence[tuple[float, str]], apart: float = APART) -> list[str]:
    """Return the first and whatever is so near to it that neither may be guessed."""
    return [key for score, key in ranked if ranked[0][0] - score < apart]


def indicator_labels(pack: Pack) -> Labels:
    """Return the indicators of a plan by their labels and questions."""
    named = (
        (code, tuple(words.vi for words in (one.label, one.ask) if words))
        for code, one in pack.indicators.items()
    )
    return _labels(named, _QUESTION)


def target_labels(pack: Pack) -> Labels:
    """Return the targets of a plan by their text and the labels of what they are judged by."""
    named = (
        (
            target.id,
            (
                target.text,
                *(pack.indicators[code].label.vi for code in dict.fromkeys(indicators_of(target))),
            ),
        )
        for target in pack.targets
    )
    return _labels(named, _JUDGED_BY)


def _labels(named: Iterable[tuple[str, tuple[str, ...]]], beside: float) -> Labels:
    phrases = {key: tuple(_bare(text) for text in texts) for key, texts in named}
    words = {word for each in phrases.values() for phrase in each for word in phrase.split()}
    return Labels(
        phrases=phrases,
        beside=beside,
        words=frozenset(words - FILLER),
        fillers=frozenset(words & FILLER),
    )


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return " ".join(word for word in joined(comparable(text)).split() if word not in _COMMON)
