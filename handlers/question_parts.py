"""Take a question apart: codes, units, periods, what is asked, and the words that are left."""

import re
from itertools import groupby

from rapidfuzz import fuzz

from handlers.question_labels import Labels, indicator_labels, target_labels
from handlers.question_names import COUNT, as_typed, counts_marked, nearly_named, place_in
from handlers.question_periods import compared_with, period_in
from handlers.question_read import Vocabulary
from handlers.question_types import PLACES, types_in
from handlers.question_units import names_of
from handlers.question_words import (
    CUES,
    DAYS,
    FILLER,
    GAP,
    HOW_MANY,
    MEANT,
    MOST,
    PICKED,
    SENDS,
    WEAK,
    Kind,
)
from handlers.spoken_years import spoken_years
from plans.calendar import Period
from plans.phrases import comparable, joined, with_per_cent, written_out

_MEANT_AS = 86
# "Which communes in …": the name behind is a district's.
_PERIOD_WORDS = re.compile(
    r"\b(?:thang|quy|qui|q) ?(?:\d+|i{1,3}|iv|mot|hai|ba|bon|tu)\b|\b\d+ thang(?: (?:dau|cuoi))?"
    r"|\b(?:ca )?nam (?:20\d\d|nay|ngoai|truoc|roi)\b|\b20\d\d\b"
    r"|\b(?:ky|quy) (?:truoc|nay|roi|hien tai|vua (?:roi|qua|xong|het))\b"
)
_TARGET = re.compile(r"\b([a-z]{2})[- ]?(\d{2}[a-z]?)\b", re.I)
_CODES = re.compile(r"\b([a-z]{2}\d{2})(?: ?[/:] ?)(?=[a-z]{2}\d{2}\b)", re.I)
# Ask for what is added up since the year began.
_SO_FAR = re.compile(
    r"\bca nam\b|\bluy ke\b|\btu dau nam\b|\b(?:6|9|12) thang\b(?! cuoi)"
    r"|\bnam (?:20\d\d|nay|ngoai|truoc|roi)\b|\b20\d\d\b"
)
_WHICH = re.compile(r"\bnao\b|\b(?:ai|don vi|noi)\b")
_QUARTER = re.compile(r"\b(?:quy|qui|q) ?(?:\d|i{1,3}|iv|mot|hai|ba|bon|tu)\b")
_BELOW = re.compile(r"\b(?:xa|phuong|don vi) nao\b|\b(?:may|cac|nhung|bao nhieu) (?:xa|phuong)\b")


class Parts:
    """One sentence in its parts; a period that the plan does not have is `NoSuchPeriod`."""

    def __init__(self, vocabulary: Vocabulary, words: str) -> None:
        self.vocabulary, self.words = vocabulary, words
        self.pack, self.tree = vocabulary.pack, vocabulary.pack.tree
        self.period: Period | None = None
        self.against: Period | None = None
        self.code = self.target = self.unit = ""
        self.codes: list[str] = []
        self.targets: list[str] = []
        self.kinds: list[Kind] = []
        self.how_many = False
        self.asked: list[str] = []
        self.exact: list[str] = []
        self.around: list[str] = []
        self.unknown: list[str] = []
        self.misspelt = 0
        left = self._without_codes(self._without_targets(self._without_years(words)))
        text = with_per_cent(counts_marked(left, indicator_labels(self.pack).words))
        text = self._without_names(text)
        self.type_word, self.types, text = types_in(self.pack, text)
        text = written_out(text.replace(COUNT, "so"))
        self.below = bool(_BELOW.search(text))
        self.place = ""
        self.running, self.pick = False, ""
        self.left = text

    def take(self) -> None:
        """Take out periods and what is asked, and sort the rest."""
        found = (pick for pick, words in PICKED.items() if words.search(self.left))
        self.pick = next(found, "")
        text = self._without_periods(self.left)
        self._sort(joined(self._without_cues(text)))

    def skip_period(self) -> None:
        """Go on without the period that was named: the plan has none of that kind."""
        self._sort(joined(self._without_cues(_PERIOD_WORDS.sub(f" {GAP} ", self.left))))

    @property
    def provincial(self) -> bool:
        """Say whether a type of body was named that is no place."""
        return bool(self.types) and self.type_word not in PLACES

    @property
    def labels(self) -> Labels:
        """Return what may be asked for by its label: targets where one is asked about."""
        if Kind.TARGET in self.kinds and self.pack.targets:
            return target_labels(self.pack)
        return indicator_labels(self.pack)

    def _without_years(self, words: str) -> str:
        """Take out several years that are named: from one to another, or so many."""
        years = sorted({period.year for period in self.vocabulary.calendar})
        today = self.vocabulary.today
        opened = [one.year for one in self.vocabulary.calendar if one.opens <= today]
        self.years, left = spoken_years(words, years, max(opened, default=years[0]))
        named = left != words
        if named:
            self.kinds.append(Kind.YEARLY)
        return left

    def _without_targets(self, words: str) -> str:
        """Take out targets by their numbers, however they are typed: BT-07b, bt 07b, bt07."""
        for found in _TARGET.finditer(words):
            said = f"{found[1]}-{found[2]}".upper()
            if f"{found[1]}{found[2]}".upper() in self.pack.indicators:
                continue
            those = [one.id for one in self.pack.targets if one.id.upper() == said]
            those = those or [
                one.id
                for one in self.pack.targets
                if one.id.upper().startswith(said) and not one.id[len(said) :].isdigit()
            ]
            if those:
                self.targets = those
                self.target = those[0] if len(those) == 1 else ""
                return f"{words[: found.start()]} {words[found.end() :]}"
        return words

    def _without_names(self, text: str) -> str:
        """Take out the units that are named: whole, by their first words or their initials."""
        names = names_of(self.tree)
        self.mentions, text = names.lift(text)
        if not self.mentions:
            text = self._without_province(text)
        if not self.mentions:
            self.mentions, text = names.lift_begun(text)
        if not self.mentions and not self.unit:
            # A province that is a city is "TP" itself.
            city = comparable(self.pack.province.name).startswith("thanh pho ")
            known = indicator_labels(self.pack).words | ({"tp"} if city else set())
            self.mentions, text = names.lift_initials(text, known)
        return text

    def _without_codes(self, words: str) -> str:
        """Take out what buttons name: periods, indicators, targets, units by their codes."""
        left = []
        for word in self._codes_parted(words).split():
            bare = word.strip(".,;:?!()").upper()
            period = next((p for p in self.vocabulary.calendar if p.id == bare), None)
            if period:
                self.period = period
            elif bare in self.pack.indicators:
                self.codes.append(bare)
                self.code = self.codes[0]
            elif bare in self.tree and bare.isdigit() and len(bare) > 2:
                self.unit = bare
            else:
                left.append(word)
        return " ".join(left)

    def _codes_parted(self, words: str) -> str:
        return _CODES.sub(r"\1 ", words)

    def _without_province(self, text: str) -> str:
        """Take the province's own name out: without another unit it is meant anyway."""
        name = comparable(self.pack.province.name)
        bare = name.removeprefix("tinh ").removeprefix("thanh pho ")
        return re.sub(rf"\b(?:{name}|(?:(?:toan )?tinh |tp )?{bare})\b", GAP, text)

    def _without_periods(self, text: str) -> str:
        self.against, text = compared_with(self.vocabulary.spoken, text)
        # "cung ky nam ngoai" names what is compared with, not what is asked.
        compares = CUES[Kind.COMPARE]
        named, kept = compares.sub(f" {GAP} ", text), compares.findall(text)
        self.running = bool(_SO_FAR.search(named)) and not _QUARTER.search(named)
        if self.period is None:
            self.period, named = period_in(self.vocabulary.spoken, named)
        else:
            _, named = period_in(self.vocabulary.spoken, named)
        if kept or self.against:
            self.kinds.append(Kind.COMPARE)
        return named

    def _without_cues(self, said: str) -> str:
        text = said
        sends, (text, days) = SENDS.search(text), DAYS.subn(f" {GAP} ", text)
        if days and sends:
            self.kinds.append(Kind.TREND)
        for kind, cues in CUES.items():
            if cues.search(text):
                self.kinds.append(kind)
                text = cues.sub(f" {GAP} ", text)
        if days and not sends and self.kinds:
            # Figures are of periods: days of theirs are offered, not passed over.
            self.kinds.append(Kind.TREND)
            self.unknown += DAYS.findall(said)
        if not self.kinds or set(self.kinds) <= WEAK:
            text = self._without_misspelt_cue(text)
        if _WHICH.search(text):
            text = MOST.sub(f" {GAP} ", text)
        text, count = HOW_MANY.subn(f" {GAP} ", text)
        self.how_many = bool(count)
        order = list(CUES)
        self.kinds = sorted(dict.fromkeys(self.kinds), key=order.index)
        return text

    def _without_misspelt_cue(self, text: str) -> str:
        tokens, known = text.split(), FILLER | indicator_labels(self.pack).words | {GAP}
        for start in range(len(tokens) - 1):
            pair = " ".join(tokens[start : start + 2])
            if known.issuperset(pair.split()):
                continue
            for cue, kind in MEANT.items():
                if GAP not in pair and fuzz.ratio(pair, cue) >= _MEANT_AS:
                    self.kinds.append(kind)
                    return " ".join([*tokens[:start], GAP, *tokens[start + 2 :]])
        return text

    def _sort(self, text: str) -> None:
        """Part the words that are left: of labels, of units that are misspelt, of neither."""
        labels = self.labels
        tokens = text.split()
        if not self.mentions and not self.unit:
            known = labels.words
            self.mentions, tokens = nearly_named(self.tree, self.vocabulary.root, tokens, known)
        self.place = as_typed(self.words, place_in(tokens))
        for idle, run in groupby(tokens, key=lambda word: word in FILLER or word == GAP):
            if idle:
                self.around += [word for word in run if word in labels.fillers]
            else:
                self._of_labels(list(run), labels)

    def _of_labels(self, run: list[str], labels: Labels) -> None:
        for word in run:
            if found := labels.known(word):
                self.asked.append(found)
                self.exact += [found] if found == word else []
                self.misspelt += found != word
            else:
                self.unknown.append(word)
