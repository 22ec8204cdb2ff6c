"""Read a coordinator's question in their own words: what is asked, of which period and unit.

Nothing is guessed: what may be two things is asked back, what is nearly something is offered.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from handlers.question_labels import SURE, near_first
from handlers.question_parts import Parts
from handlers.question_periods import follows
from handlers.question_read import Intent, Nearest, Vocabulary, line_of
from handlers.question_units import Mention, within
from handlers.question_words import ALSO, ELSE, OF_INDICATORS, OF_THE_PLAN, WEAK, Kind
from handlers.spoken_period import NoSuchPeriod
from plans.calendar import Period
from plans.spelling import plain, says, tidy
from plans.vocabulary import (
    ABSENT_PHRASES,
    MISSING_PHRASES,
    NO_PHRASES,
    YES_PHRASES,
    ZERO_PHRASES,
)

LONGEST = 160
OFFERED, AT_MOST = 3, 6
_MANY_UNKNOWN = 3
# A whole report, a receipt, a figure alone: answers, however they go on.
_ANSWERS = re.compile(
    r"\W*(?:(?:bc|b/c|bao ?cao)\s*[:.]?\s*[\d-]|[a-z]{2}\d{2}[a-z]?\s*[=:-]"
    r"|\d+[\W\d]*$|(?:cau|c)\s*\d+\b)"
)
_NUMBER_OF = "so "
_SIGNS = re.compile(r"[.,;:?!]+")
# Two kinds that one sentence has words of, and what they ask together.
_TOGETHER = {
    (Kind.CHART, Kind.TARGET): Kind.TARGET_CHART,
    (Kind.CHART, Kind.COMPARE): Kind.YEARS_CHART,
    (Kind.TARGET, Kind.YEARLY): Kind.YEARLY_TARGETS,
}
Read = Intent | Nearest | None


def intent_of(words: str, vocabulary: Vocabulary) -> Read:
    """Read a sentence: what it asks, what it may ask, or None where it asks nothing known."""
    if len(words) > LONGEST or _ANSWERS.match(plain(words)) or _is_answer(words):
        return None
    parts = Parts(vocabulary, words)
    try:
        parts.take()
        read = _Meaning(parts, words).read()
    except NoSuchPeriod as missing:
        read = _which_period(parts, words, missing.year)
    if isinstance(read, Intent):
        return _answerable(vocabulary, read, words)
    if isinstance(read, Nearest):
        options = _different(vocabulary, read.options)
        return replace(read, options=options) if options else None
    return None


def _is_answer(words: str) -> bool:
    """Say whether a sentence is what somebody says who is asked for a figure."""
    said = _SIGNS.sub(" ", tidy(words)).split()
    known = (ZERO_PHRASES, MISSING_PHRASES, ABSENT_PHRASES, YES_PHRASES, NO_PHRASES)
    return any(says(said, phrases) for phrases in known)


def _answerable(vocabulary: Vocabulary, intent: Intent, words: str) -> Read:
    """Offer what is near where no command answers what is asked."""
    if line_of(intent, vocabulary):
        return intent
    others = [replace(intent, kind=kind) for kind in (*ALSO.get(intent.kind, ()), *ELSE)]
    options = _different(vocabulary, others)[:OFFERED]
    return Nearest(about="kind", words=words, options=options)


def _different(vocabulary: Vocabulary, intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Return the intents that some command answers, one for each answer."""
    by_line: dict[str, Intent] = {}
    for intent in intents:
        by_line.setdefault(line_of(intent, vocabulary), intent)
    by_line.pop("", None)
    return tuple(by_line.values())


def _which_period(parts: Parts, words: str, year: int | None) -> Read:
    """Offer the periods that there are in place of one that there is not."""
    spoken = parts.vocabulary.spoken
    near = [period for period in spoken.near(year) if not period.form]
    meaning = _Meaning(parts, words)
    try:
        parts.skip_period()
    except NoSuchPeriod:
        return None
    read = meaning.read()
    if isinstance(read, Nearest) and read.about != "kind":
        return read
    intent = read if isinstance(read, Intent) else read.options[0] if read else None
    if intent is None:
        if parts.unknown:
            return None
        intent = Intent(kind=Kind.PROGRESS)
    options = tuple(replace(intent, period=period.id) for period in near[:AT_MOST])
    return Nearest(about="period", words=words, options=options, sure=True)


class _Meaning:
    """What the parts of a sentence ask together."""

    def __init__(self, parts: Parts, words: str) -> None:
        self.parts, self.words = parts, words

    def read(self) -> Read:
        """Return what is asked, or what may be."""
        parts = self.parts
        if self._nothing_asked():
            return None
        intent = Intent(kind=self._kind(), code=parts.code, target=parts.target)
        if intent.kind is Kind.HELP:
            return None if parts.unknown or parts.asked else Intent(kind=Kind.HELP)
        intent = replace(intent, period=self._period().id, unit=parts.unit)
        unit = self._unit(intent)
        if isinstance(unit, Nearest):
            return unit
        intent = replace(intent, unit=unit)
        if parts.asked and not parts.code and not parts.target:
            return self._labelled(intent)
        if parts.unknown:
            return self._of_kinds(intent, intent.kind, *ALSO.get(intent.kind, ()), *ELSE)
        if self._says_too_little(intent):
            return self._of_kinds(intent, *ALSO.get(intent.kind, ()), *ELSE)
        return self._against(intent)

    def _nothing_asked(self) -> bool:
        """Say whether too much is strange for a question, or nothing is said at all."""
        parts = self.parts
        strong = not set(parts.kinds) <= WEAK
        named = bool(parts.code or parts.target)
        if len(parts.unknown) > _MANY_UNKNOWN or any(word.isdigit() for word in parts.unknown):
            return True
        told = {word for word in parts.asked if word not in OF_THE_PLAN}
        if not strong and not named and parts.asked:
            # One word of a label, or one that is only like it, stands in many a sentence.
            asks = bool(parts.kinds or parts.how_many or parts.left.startswith(_NUMBER_OF))
            if len(told) - parts.misspelt < 2 - asks or len(parts.unknown) >= len(told):
                return True
        elif parts.unknown and not strong and not named:
            return True
        # What is only like a name stands in many a sentence that asks nothing.
        written = any(not mention.misspelt for mention in parts.mentions)
        where = parts.unit or written or parts.period
        return not (parts.kinds or named or parts.asked or where)

    def _kind(self) -> Kind:
        parts = self.parts
        kind = parts.kinds[0] if parts.kinds else Kind.FIGURES
        about_figures = parts.code or parts.asked
        if kind is Kind.REPORT and about_figures:
            return Kind.FIGURES
        if parts.target and kind in WEAK:
            return Kind.TARGET
        if kind is Kind.PEOPLE and not (parts.mentions or parts.unit):
            return Kind.UNCONNECTED
        both = (_TOGETHER[kind, other] for other in parts.kinds if (kind, other) in _TOGETHER)
        return next(both, kind)

    def _period(self) -> Period:
        return self.parts.period or self.parts.vocabulary.spoken.back(0)

    def _says_too_little(self, intent: Intent) -> bool:
        """Say whether only a place or a time was named, or a word that asks nothing alone."""
        parts = self.parts
        if intent.code or intent.target:
            return False
        where = bool(parts.unit or parts.mentions)
        if intent.kind is Kind.REPORT:
            return not where
        return not parts.kinds or (
            set(parts.kinds) <= WEAK and not where and not parts.period and len(self.words) < 10
        )

    def _against(self, intent: Intent) -> Read:
        """Compare only with what is shown beside the figures."""
        against, period = self.parts.against, self._period()
        if against is None or follows(self.parts.vocabulary.calendar, period, against):
            return intent
        figures = replace(intent, kind=Kind.FIGURES)
        options = (intent, figures, replace(figures, period=against.id))
        return Nearest(about="kind", words=self.words, options=options)

    def _of_kinds(self, intent: Intent, *kinds: Kind) -> Nearest:
        vocabulary = self.parts.vocabulary
        options = _different(vocabulary, (replace(intent, kind=kind) for kind in kinds))
        return Nearest(about="kind", words=self.words, options=options[:OFFERED])

    def _labelled(self, intent: Intent) -> Read:
        """Find the indicator or target that the words name, among those that are alike."""
        parts = self.parts
        of_targets = intent.kind is Kind.TARGET and bool(parts.pack.targets)
        ranked = parts.labels.ranked(parts.asked, parts.around)
        found = [
            replace(intent, target=key) if of_targets else replace(intent, code=key)
            for _, key in ranked
        ]
        if intent.kind not in OF_INDICATORS:
            figures = [replace(one, kind=Kind.FIGURES) for one in found]
            options = (intent, *figures[: OFFERED - 1])
            return Nearest(about="kind", words=self.words, options=options)
        if not found:
            if set(parts.kinds) <= WEAK:
                return None
            return self._of_kinds(intent, intent.kind, *ALSO.get(intent.kind, ()), *ELSE)
        alike = len(near_first(ranked))
        about = "target" if of_targets else "indicator"
        if ranked[0][0] >= SURE and not parts.unknown:
            if alike == 1:
                return self._against(found[0])
            options = tuple(found[: min(alike, AT_MOST)])
            return Nearest(about=about, words=self.words, options=options, sure=True)
        return Nearest(about=about, words=self.words, options=tuple(found[:OFFERED]))

    def _unit(self, intent: Intent) -> str | Nearest:
        """Find the one unit that is named; several, or a name that is only near, are asked back."""
        mentions = self.parts.mentions
        if not mentions:
            return intent.unit
        codes = self._below_the_other() or self._of(mentions[0], intent)
        if len(mentions) > 1 and not self._below_the_other():
            codes = [code for one in mentions for code in self._of(one, intent)]
        doubtful = any(one.doubtful for one in mentions)
        if len(codes) == 1 and not doubtful:
            return codes[0]
        options = tuple(replace(intent, unit=code) for code in codes[:AT_MOST])
        words = " ".join(one.words for one in mentions)
        return Nearest(about="unit", words=words, options=options, sure=not doubtful)

    def _below_the_other(self) -> list[str]:
        """Return the unit of one name that is below a unit of another, if there is just one."""
        tree, mentions = self.parts.tree, self.parts.mentions
        below = {
            lower
            for one in mentions
            for other in mentions
            if one is not other
            for lower in one.codes
            for upper in other.codes
            if lower != upper and tree.within(lower, upper)
        }
        return sorted(below) if len(below) == 1 else []

    def _of(self, mention: Mention, intent: Intent) -> list[str]:
        """Return the units that a name may mean to this reader in this period."""
        tree = self.parts.tree
        codes = within(tree, mention.codes, self.parts.vocabulary.root)
        if mention.above or self.parts.below:
            codes = [code for code in codes if tree.children(code)] or codes
        last = self._period().asks.last
        return [code for code in codes if tree[code].in_force(last)] or codes
