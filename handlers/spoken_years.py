"""Years as coordinators name several of them: 2021-2023, ba năm đầu, 2 năm qua."""

import re
from collections.abc import Sequence

from plans.spelling import plain

Span = tuple[int, int]

_FROM_TO = re.compile(
    r"\b(?:tu )?(?:nam )?(20\d\d) ?(?:-|den|toi|to) ?(?:het )?(?:nam )?(20\d\d)\b"
)
_COUNTS = {"hai": 2, "ba": 3, "bon": 4}
_SO_MANY = re.compile(
    rf"\b([2-9]|{'|'.join(_COUNTS)}) nam\b"
    r"(?: (?:(qua|gan day|gan nhat|vua qua|vua roi)|dau tien|dau))?(?! (?:20|nay|ngoai|truoc))"
)


def spoken_years(text: str, years: Sequence[int], reached: int) -> tuple[Span | None, str]:
    """Return the years that words name, the first and the last, and the words that are left.

    `years` are the plan's, `reached` the last that has begun; all of a plan's years are no span.
    """
    said = plain(text)
    if found := _FROM_TO.search(said):
        first, last = sorted((int(found[1]), int(found[2])))
    elif found := _SO_MANY.search(said):
        count = _COUNTS.get(found[1]) or int(found[1])
        begun = [year for year in years if year <= reached] or list(years)
        named = begun[-count:] if found[2] else list(years[:count])
        first, last = named[0], named[-1]
    else:
        return None, text
    rest = " ".join(f"{said[: found.start()]} {said[found.end() :]}".split())
    whole = first <= years[0] and last >= years[-1]
    return None if whole else (first, last), rest
