"""Take a question apart: codes, units, periods, what is asked, and the words that are left."""

import re
from itertools import groupby

from rapidfuzz import fuzz

from handlers import question_units
from handlers.question_labels import Labels, indicator_labels, target_labels
from handlers.question_periods import compared_with, period_in
from handlers.question_read import Vocabulary
from handlers.question_units import Mention, kind_before, names_of
from handlers.question_words import CUES, FILLER, GAP, HOW_MANY, MEANT, WEAK, Kind
from plans.calendar import Period
from plans.phrases import comparable, joined, written_out

_MEANT_AS = 86
_SHORTEST_TYPO = 5
_OFFERED = 3
# "Which communes in …": the name behind is a district's.
_PERIOD_WORDS = re.compile(
    r"\b(?:thang|quy|qui|q) ?(?:\d+|i{1,3}|iv|mot|hai|ba|bon|tu)\b|\b\d+ thang(?: (?:dau|cuoi))?"
    r"|\b(?:ca )?nam (?:20\d\d|nay|ngoai|truoc|roi)\b|\b20\d\d\b"
    r"|\b(?:ky|quy) (?:truoc|nay|roi|hien tai|vua (?:roi|qua|xong|het))\b"
)
_BELOW = re.compile(r"\b(?:xa|phuong|don vi) nao\b|\b(?:may|cac|nhung|bao nhieu) (?:xa|phuong)\b")


class Parts:
    """One sentence in its parts; a period that the plan does not have is `NoSuchPeriod`."""

    def __init__(self, vocabulary: Vocabulary, words: str) -> None:
        self.vocabulary = vocabulary
        self.pack, self.tree = vocabulary.pack, vocabulary.pack.tree
        self.period: Period | None = None
        self.against: Period | None = None
        self.code = self.target = self.unit = ""
        self.kinds: list[Kind] = []
        self.how_many = False
        self.asked: list[str] = []
        self.around: list[str] = []
        self.unknown: list[str] = []
        self.misspelt = 0
        text = self._without_codes(words)
        self.mentions, text = names_of(self.tree).lift(text)
        if not self.mentions:
            text = self._without_province(text)
        text = written_out(text)
        self.below = bool(_BELOW.search(text))
        self.left = text

    def take(self) -> None:
        """Take out periods and what is asked, and sort the rest."""
        text = self._without_periods(self.left)
        self._sort(joined(self._without_cues(text)))

    def skip_period(self) -> None:
        """Go on without the period that was named: the plan has none of that kind."""
        self._sort(joined(self._without_cues(_PERIOD_WORDS.sub(f" {GAP} ", self.left))))

    @property
    def labels(self) -> Labels:
        """Return what may be asked for by its label: targets where one is asked about."""
        if Kind.TARGET in self.kinds and self.pack.targets:
            return target_labels(self.pack)
        return indicator_labels(self.pack)

    def _without_codes(self, words: str) -> str:
        """Take out what buttons name: periods, indicators, targets, units by their codes."""
        targets = {target.id.upper(): target.id for target in self.pack.targets}
        left = []
        for word in words.split():
            bare = word.strip(".,;:?!()").upper()
            period = next((p for p in self.vocabulary.calendar if p.id == bare), None)
            if period:
                self.period = period
            elif bare in self.pack.indicators:
                self.code = bare
            elif bare in targets:
                self.target = targets[bare]
            elif bare in self.tree and bare.isdigit() and len(bare) > 2:
                self.unit = bare
            else:
                left.append(word)
        return comparable(" ".join(left))

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
        if self.period is None:
            self.period, named = period_in(self.vocabulary.spoken, named)
        else:
            _, named = period_in(self.vocabulary.spoken, named)
        if kept or self.against:
            self.kinds.append(Kind.COMPARE)
        return named

    def _without_cues(self, text: str) -> str:
        for kind, cues in CUES.items():
            if cues.search(text):
                self.kinds.append(kind)
                text = cues.sub(f" {GAP} ", text)
        if not self.kinds or set(self.kinds) <= WEAK:
            text = self._without_misspelt_cue(text)
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
        runs = groupby(enumerate(tokens), key=lambda one: one[1] in FILLER or one[1] == GAP)
        for idle, run in runs:
            placed = list(run)
            if idle:
                self.around += [word for _, word in placed if word in labels.fillers]
            else:
                self._sort_run(tokens, placed[0][0], [word for _, word in placed], labels)

    def _sort_run(self, tokens: list[str], start: int, run: list[str], labels: Labels) -> None:
        kind, _ = kind_before(tokens, start)
        strange = [word for word in run if word not in labels.words]
        least = question_units.POSSIBLE if kind else question_units.LIKELY
        if (strange or kind) and not self.mentions and not self.unit:
            for size in range(min(len(run), 4), 0, -1):
                for place in range(len(run) - size + 1):
                    part = run[place : place + size]
                    if self._misspelt(" ".join(part), kind if place == 0 else "", least):
                        run = [*run[:place], *run[place + size :]]
                        return self._of_labels(run, labels)
        return self._of_labels(run, labels)

    def _misspelt(self, name: str, kind: str, least: float) -> bool:
        """Note the units that a name is nearly; several where none is the nearest."""
        if len(name.replace(" ", "")) < _SHORTEST_TYPO:
            return False
        names = names_of(self.tree)
        near = [
            (score, code)
            for score, code in names.near(name, least)
            if self.tree.within(code, self.vocabulary.root)
        ]
        if not near:
            return False
        of_kind = [one for one in near if names.kinds.get(one[1]) == kind] if kind else []
        ranked = of_kind or near
        first = ranked[0][0]
        close = [code for score, code in ranked if first - score < question_units.APART]
        if first < question_units.SURE:
            close = [code for _, code in ranked[:_OFFERED]]
        doubtful = first < question_units.SURE
        self.mentions = [
            Mention(
                words=f"{kind} {name}".strip(),
                codes=frozenset(close),
                misspelt=True,
                doubtful=doubtful,
            )
        ]
        return True

    def _of_labels(self, run: list[str], labels: Labels) -> None:
        for word in run:
            if found := labels.known(word):
                self.asked.append(found)
                self.misspelt += found != word
            else:
                self.unknown.append(word)
