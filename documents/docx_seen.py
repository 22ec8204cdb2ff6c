"""What a reader of a document may see of each figure: all of it, or nothing that tells of few.

For readers who may not see small counts of people, a sensitive figure is the sum of the units'
answers that are not hidden (`plans.masking`); what is left out is counted, never added. So every
number shown is a sum of answers that may be told, and no difference of two of them gives a small
one away. The small answers could all be others, and the document would be the same, word for word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from documents.consolidated import Consolidated, Line
from plans.added import Added
from plans.masking import few
from plans.pack import Severity
from plans.stretches import Coverage, Matched, Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One figure: the number, None where there is none to show, and what stands behind it.

    `hidden` units' figures are not told and not added, `only_small` where all are under 5; a
    `withheld` number would give some away. `coverage` and `matched` are as in `Stretch`.
    """

    number: Decimal | None = None
    given: int = 0
    missing: int = 0
    hidden: int = 0
    withheld: bool = False
    only_small: bool = True
    coverage: tuple[Coverage, ...] = ()
    matched: Matched | None = None

    @property
    def complete(self) -> bool:
        """Say whether every unit gave a number in every period that asked it."""
        return all(one.complete for one in self.coverage)

    @property
    def whole(self) -> bool:
        """Say whether everything that was given is in the number."""
        return self.number is not None and not self.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One indicator's figures as a reader sees them; what the plan does not have is None."""

    line: Line
    now: Seen
    so_far: Seen | None = None
    before: Seen | None = None
    last_year: Seen | None = None
    year_ago: Seen | None = None

    @property
    def spans(self) -> bool:
        """Say whether the year so far is more than the period, and may be told."""
        so_far = self.so_far
        return so_far is not None and not so_far.withheld and len(so_far.coverage) > 1

    @property
    def head(self) -> Seen:
        """Return what is told first: of what adds up, the whole span that the period names."""
        return self.so_far if self.spans and self.so_far else self.now

    @property
    def head_before(self) -> Seen | None:
        """Return what that stands beside of last year's."""
        told = self.so_far is not None and not self.so_far.withheld
        return self.year_ago if told else self.last_year


def shown_lines(found: Consolidated, *, masked: bool) -> list[Shown]:
    """Return each line as its reader may see it."""
    return [shown_line(line, masked=masked and line.indicator.sensitive) for line in found.lines]


def shown_line(line: Line, *, masked: bool) -> Shown:
    """Return one line as its reader may see it; `masked`: nothing that tells of few."""
    if not masked:
        return Shown(
            line=line,
            now=_open(line.now),
            so_far=_past(line.so_far),
            before=_past(line.before),
            last_year=_past(line.last_year),
            year_ago=_past(line.year_ago),
        )
    now = _closed(line.now, line.only_small)
    before = _closed_past(line, line.before)
    if before and line.indicator.cumulative and few(before.number, now.number):
        before = _withheld(before)  # how many came since is a small count too
    return Shown(
        line=line,
        now=now,
        # A running total with a small figure in it is one: what it grew by is in other documents.
        so_far=_running(line.so_far),
        before=before,
        last_year=_closed_past(line, line.last_year),
        year_ago=_running(line.year_ago, beside=line.so_far),
    )


def _open(found: Added) -> Seen:
    number = found.total if found.given else None
    return Seen(number=number, given=found.given, missing=found.missing)


def _past(stretch: Stretch | None) -> Seen | None:
    if stretch is None:
        return None
    seen = _open(stretch.found)
    return replace(seen, coverage=stretch.coverage, matched=stretch.matched)


def _closed(found: Added, only_small: bool) -> Seen:
    return Seen(
        number=found.open_total if found.given > found.small else None,
        given=found.given,
        missing=found.missing,
        hidden=found.small,
        only_small=only_small,
    )


def _closed_past(line: Line, stretch: Stretch | None) -> Seen | None:
    """Return another period's figure; a change only where nothing of either is hidden."""
    if stretch is None:
        return None
    seen, matched = _closed(stretch.found, line.only_small), stretch.matched
    if seen.hidden or line.now.small or (matched and _tells_few(line, matched)):
        matched = None
    return replace(seen, coverage=stretch.coverage, matched=matched)


def _tells_few(line: Line, matched: Matched) -> bool:
    return line.indicator.cumulative and few(matched.now, matched.then)


def _running(stretch: Stretch | None, beside: Stretch | None = None) -> Seen | None:
    seen = _past(stretch)
    if seen is None or stretch is None:
        return None
    if stretch.found.small:
        return _withheld(seen)
    return replace(seen, matched=None) if beside and beside.found.small else seen


def _withheld(seen: Seen) -> Seen:
    return replace(seen, number=None, hidden=0, withheld=True, matched=None)


def same_units(line: Shown, now: Seen, then: Seen) -> bool:
    """Say whether all units gave both of two figures, so that these compare as they stand."""
    both = then.matched
    if both is None:
        return False
    known = {line.now.given, *_known_from(now), *_known_from(then)}
    return known == {both.units} and line.line.expected <= both.units and then.complete


def parts_of(found: Consolidated, lines: Iterable[Shown]) -> list[tuple[Shown, Shown]]:
    """Return the pairs of which one is a part of the other, both known from as many units."""
    known = {one.line.code: one for one in lines}
    pairs = []
    for check in found.pack.checks:
        part, whole = known.get(check.part), known.get(check.whole)
        if check.severity is Severity.REFUSE and part and whole and _comparable(part, whole):
            pairs.append((part, whole))
    return pairs


def _comparable(part: Shown, whole: Shown) -> bool:
    one, other = part.head, whole.head
    if not (one.whole and other.whole) or part.spans != whole.spans:
        return False
    if _known_from(one) != _known_from(other):
        return False
    return one.number is not None and other.number is not None and 0 <= one.number <= other.number


def _known_from(seen: Seen) -> list[int]:
    """Return how many units gave it, in each of its periods."""
    return [one.given for one in seen.coverage] or [seen.given]
