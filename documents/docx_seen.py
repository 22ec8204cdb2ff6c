"""What a reader of a document may see of each figure: all of it, or nothing that tells of few.

For readers who may not see small counts of people, a sensitive figure is the sum of the units'
figures that are not small; what is left out is counted, never added. So every number shown is a
sum of figures of 0 or of 5 and more, and no difference of two of them gives a small one away.
The small figures could all be others, and the document would be the same, word for word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from documents.consolidated import Consolidated, Line
from plans.added import Added
from plans.dialogue import SMALL_BELOW
from plans.pack import CrossCheck, Severity
from plans.targets import CumulativeBy, GrowthBand, indicators_of
from plans.verdicts import Judged, Span, span_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One figure: the number, None where there is none to show, and what stands behind it.

    `hidden` units' figures are too small to be added; a `withheld` number would give some away.
    """

    number: Decimal | None = None
    given: int = 0
    missing: int = 0
    hidden: int = 0
    withheld: bool = False

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


def shown_lines(found: Consolidated, *, masked: bool) -> list[Shown]:
    """Return each line as its reader may see it."""
    lines = [_line(line, masked and line.indicator.sensitive) for line in found.lines]
    return _without_rests(lines, found.pack.checks) if masked else lines


def _line(line: Line, masked: bool) -> Shown:
    if not masked:
        return Shown(
            line=line,
            now=_open(line.now),
            so_far=_open(line.so_far) if line.so_far else None,
            before=_open(line.before) if line.before else None,
            last_year=_open(line.last_year) if line.last_year else None,
        )
    now = _closed(line.now)
    before = _closed(line.before) if line.before else None
    if before and line.indicator.cumulative and _small(_difference(before, now)):
        before = _withheld(before)  # how many came since is a small count too
    return Shown(
        line=line,
        now=now,
        # A running total with a small figure in it is one: what it grew by is in other documents.
        so_far=_running(line.so_far) if line.so_far else None,
        before=before,
        last_year=_closed(line.last_year) if line.last_year else None,
    )


def _open(found: Added) -> Seen:
    number = found.total if found.given else None
    return Seen(number=number, given=found.given, missing=found.missing)


def _closed(found: Added) -> Seen:
    number = found.open_total if found.given > found.small else None
    return Seen(number=number, given=found.given, missing=found.missing, hidden=found.small)


def _running(found: Added) -> Seen:
    return _withheld(_open(found)) if found.small else _open(found)


def _withheld(seen: Seen) -> Seen:
    return replace(seen, number=None, hidden=0, withheld=True)


def _difference(one: Seen, other: Seen) -> Decimal | None:
    if one.number is None or other.number is None:
        return None
    return abs(one.number - other.number)


def _small(number: Decimal | None) -> bool:
    return number is not None and 0 < number < SMALL_BELOW


def _without_rests(lines: list[Shown], checks: Iterable[CrossCheck]) -> list[Shown]:
    """Withhold a part where the whole beside it would tell that few are left over."""
    found = {one.line.code: one for one in lines}
    for check in checks:
        part, whole = found.get(check.part), found.get(check.whole)
        if part is None or whole is None or not part.line.indicator.sensitive:
            continue
        found[check.part] = replace(
            part,
            now=_beside(part.now, whole.now),
            so_far=part.so_far and _beside(part.so_far, whole.so_far),
            before=part.before and _beside(part.before, whole.before),
            last_year=part.last_year and _beside(part.last_year, whole.last_year),
        )
    return list(found.values())


def _beside(part: Seen, whole: Seen | None) -> Seen:
    return _withheld(part) if whole and _small(_difference(part, whole)) else part


def judged_openly(found: Consolidated, lines: Iterable[Shown], judged: Judged) -> bool:
    """Say whether a verdict and its numbers tell nothing that the lines do not show."""
    sensitive = {
        code
        for code in indicators_of(judged.target)
        if (indicator := found.pack.indicators.get(code)) and indicator.sensitive
    }
    if not sensitive:
        return True
    flows = any(not found.pack.indicators[code].cumulative for code in sensitive)
    if isinstance(judged.target, GrowthBand | CumulativeBy) or (
        flows and span_of(judged.target) is Span.PLAN
    ):
        return False  # it rests on years that the lines do not tell of
    known: Mapping[str, Shown] = {one.line.code: one for one in lines}
    return all(code in known and _all_told(known[code]) for code in sensitive)


def _all_told(shown: Shown) -> bool:
    figures = [figure for figure in (shown.now, shown.so_far) if figure]
    return not any(figure.hidden or figure.withheld for figure in figures)


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
    one, other = part.now, whole.now
    if not (one.whole and other.whole) or one.given != other.given:
        return False
    return one.number is not None and other.number is not None and 0 <= one.number <= other.number
