"""What the parts of a sentence ask together: sure, asked back, or only near."""

import re
from dataclasses import replace

from handlers.question_labels import SURE, near_first
from handlers.question_parts import Parts
from handlers.question_periods import follows
from handlers.question_read import AT_MOST, OFFERED, Intent, Nearest, Read, different
from handlers.question_units import Mention, within
from handlers.question_words import (
    ALSO,
    ELSE,
    OF_INDICATORS,
    OF_SENDING,
    OF_THE_PLAN,
    OF_TYPES,
    WEAK,
    Kind,
)
from plans.calendar import Period
from plans.targets import indicators_of

_MANY_UNKNOWN = 3
_SUMMED = re.compile(r"\b(?:so|tong) ket\b")
_NUMBER_OF = "so "
_ASKS = re.compile(r"\b(?:nao|gi|ai)\b")
# Two kinds that one sentence has words of, and what they ask together.
_TOGETHER = {
    (Kind.CHART, Kind.TARGET): Kind.TARGET_CHART,
    (Kind.CHART, Kind.COMPARE): Kind.YEARS_CHART,
    (Kind.TARGET, Kind.YEARLY): Kind.YEARLY_TARGETS,
}


class Meaning:
    """What the parts of a sentence ask together."""

    def __init__(self, parts: Parts, words: str) -> None:
        self.parts, self.words = parts, words

    def read(self) -> Read:
        """Return what is asked, or what may be."""
        parts = self.parts
        if self._nothing_asked():
            return self._perhaps()
        intent = Intent(kind=self._kind(), code=parts.code, target=parts.target)
        if intent.kind is Kind.HELP:
            return None if parts.unknown or parts.asked else Intent(kind=Kind.HELP)
        intent = self._of_time(replace(intent, unit=parts.unit))
        unit = self._unit(intent)
        if isinstance(unit, Nearest):
            return unit
        intent = replace(intent, unit=unit)
        if several := self._several_named(intent):
            return several
        if lowered := self._left_over(intent):
            return lowered
        if parts.asked and not parts.code and not parts.target:
            return self._of_whom(self._labelled(intent))
        if parts.unknown:
            return self._of_kinds(intent, intent.kind, *ALSO.get(intent.kind, ()), *ELSE)
        if self._says_too_little(intent):
            return self._of_kinds(intent, *ALSO.get(intent.kind, ()), *ELSE)
        return self._of_whom(self._against(intent))

    def _of_whom(self, read: Read) -> Read:
        """Offer figures of all where those of some departments were asked for."""
        if not isinstance(read, Intent) or not self.parts.provincial or read.unit:
            return read
        if read.kind not in (Kind.FIGURES, Kind.COMPARE):
            return read
        return self._of_kinds(read, read.kind, Kind.NOT_SENT, Kind.PROGRESS)

    def _of_time(self, intent: Intent) -> Intent:
        """Say of which time and which types of unit: by the period, or by the years."""
        parts, years = self.parts, ""
        if parts.years:
            years = "-".join(str(year) for year in dict.fromkeys(parts.years))
        elif intent.kind is Kind.PUNCTUAL and parts.period:
            years = str(parts.period.year)
        named = intent.kind is not Kind.DEADLINE or parts.period
        return replace(
            intent,
            period=self._period().id if named else "",
            years=years,
            types=parts.types,
            running=parts.running,
            pick=parts.pick,
        )

    def _several_named(self, intent: Intent) -> Nearest | None:
        """Ask which of several is meant that were named by their codes."""
        parts = self.parts
        if len(parts.targets) > 1:
            found = [replace(intent, kind=Kind.TARGET, target=one) for one in parts.targets]
        elif len(parts.codes) > 1:
            both = set(parts.codes)
            judged = [one.id for one in parts.pack.targets if set(indicators_of(one)) == both]
            found = [replace(intent, kind=Kind.TARGET, code="", target=one) for one in judged]
            found = found or [replace(intent, code=code) for code in parts.codes]
        else:
            return None
        about = "target" if found[0].target else "indicator"
        return Nearest(about=about, words=self.words, options=tuple(found[:AT_MOST]), sure=True)

    def _left_over(self, intent: Intent) -> Nearest | None:
        """Offer what is near where something was said that no answer would use."""
        parts = self.parts
        if parts.place and intent.kind in OF_SENDING and not intent.unit:
            ranked = parts.labels.ranked(parts.asked, parts.around)
            if parts.unknown or not ranked or ranked[0][0] < SURE:
                offered = self._of_kinds(intent, intent.kind, *ALSO.get(intent.kind, ()), *ELSE)
                return replace(offered, about="place", words=parts.place)
        if len(parts.types) > 1 and intent.kind in OF_TYPES and not intent.unit:
            whole = replace(intent, types=())
            each = [replace(intent, types=(one,)) for one in parts.types]
            options = (whole, *each[: AT_MOST - 1])
            return Nearest(about="kind", words=self.words, options=options, sure=True)
        return None

    def _perhaps(self) -> Nearest | None:
        """Offer the nearest indicators where some words of a sentence are theirs."""
        parts = self.parts
        strange = len(parts.unknown) + parts.misspelt
        if not parts.exact or parts.kinds or strange > len(parts.exact):
            return None
        ranked = parts.labels.ranked(parts.exact, parts.around)[:OFFERED]
        if not ranked:
            return None
        intent = self._of_time(Intent(kind=Kind.FIGURES))
        options = tuple(replace(intent, code=code) for _, code in ranked)
        return Nearest(about="indicator", words=self.words, options=options, faint=True)

    def _nothing_asked(self) -> bool:
        """Say whether too much is strange for a question, or nothing is said at all."""
        parts = self.parts
        strong = not set(parts.kinds) <= WEAK
        named = bool(parts.codes or parts.target or parts.targets)
        which = strong or parts.how_many or bool(_ASKS.search(parts.left))
        figures = any(word.isdigit() for word in parts.unknown) and not which
        if len(parts.unknown) > _MANY_UNKNOWN or figures:
            return True
        told = {word for word in parts.asked if word not in OF_THE_PLAN}
        if not strong and not named and parts.asked:
            # One word of a label, or one that is only like it, stands in many a sentence.
            asks = bool(parts.kinds or which or parts.period or parts.left.startswith(_NUMBER_OF))
            if len(told) - parts.misspelt < 2 - asks or len(parts.unknown) >= len(told):
                return True
        elif parts.unknown and not strong and not named:
            return True
        # What is only like a name stands in many a sentence that asks nothing.
        written = any(not mention.misspelt for mention in parts.mentions)
        where = parts.unit or written or parts.period or parts.years
        return not (parts.kinds or named or parts.asked or where)

    def _kind(self) -> Kind:
        parts = self.parts
        kind = parts.kinds[0] if parts.kinds else Kind.FIGURES
        if kind is Kind.FIGURES and not parts.period and _SUMMED.search(parts.left):
            return Kind.YEARLY
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
        options = different(vocabulary, (replace(intent, kind=kind) for kind in kinds))
        return Nearest(about="kind", words=self.words, options=options[:OFFERED])

    def _labelled(self, intent: Intent) -> Read:
        """Find the indicator or target that the words name, among those that are alike."""
        parts = self.parts
        of_targets = intent.kind is Kind.TARGET and bool(parts.pack.targets)
        ranked = parts.labels.ranked(parts.asked, parts.around)
        sure = bool(ranked) and ranked[0][0] >= SURE and not parts.unknown
        ranked = ranked or parts.labels.ranked(parts.exact, parts.around)
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
        if sure:
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
