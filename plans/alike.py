"""Whether two reports may be one: the same figures, or units of which one went into the other."""

import hashlib

from plans.calendar import Period
from plans.dialogue import Answers
from plans.units import Unit

# So many figures that are not zero have to be equal.
FEWEST = 5


def fingerprint(answers: Answers) -> str:
    """Return what two reports with the same figures share, "" where there are too few to tell."""
    figures = [
        f"{code}={answer.number.normalize():f}"
        for code, answer in sorted(answers.items())
        if answer.number
    ]
    if len(figures) < FEWEST:
        return ""
    return hashlib.sha256("\n".join(figures).encode()).hexdigest()[:16]


def absorbed(unit: Unit, period: Period, by: str) -> bool:
    """Say whether a unit went into another before the period's figures were closed.

    One that ended later reported for itself alone, whatever it became.
    """
    ended, lock = unit.valid_to, period.lock_if_open or period.lock
    return by in unit.successors and ended is not None and ended <= lock
