"""Receipts: proof of what was received and when, short enough to read over the telephone."""

import hashlib
import re

from plans.calendar import Period
from plans.dialogue import Answers
from plans.pack import PeriodKind

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LONG = 4
_RECEIPT = re.compile(r"BC-\d{2}[A-Z0-9]+-[A-Z0-9-]+-[A-Z0-9]{4}")


def period_code(period: Period) -> str:
    """Return a period as receipts write it: 25T6, 24Q2, 24N, 21KH2021."""
    part = period.parts[0]
    year = f"{period.year % 100:02}"
    match part.kind:
        case PeriodKind.QUARTER:
            return f"{year}Q{part.ordinal}"
        case PeriodKind.HALF_YEAR:
            return f"{year}T{6 * part.ordinal}"
        case PeriodKind.NINE_MONTHS:
            return f"{year}T9"
        case PeriodKind.YEAR:
            return f"{year}N"
        case PeriodKind.ONE_OFF:
            return f"{year}{part.id.split('-')[1]}"


def receipt(plan: str, period: Period, unit: str, version: int, sent: str, answers: Answers) -> str:
    """Return the receipt of a version: the same content always gives the same receipt.

    `sent` is the moment in ISO form. Whoever holds the stored report can compute it again.
    """
    content = [plan, period.id, unit, str(version), sent]
    content += [
        f"{code}={answer.state}:{'' if answer.value is None else format(answer.value, 'f')}"
        for code, answer in sorted(answers.items())
    ]
    digest = int.from_bytes(hashlib.sha256("\n".join(content).encode()).digest()[:8])
    mark = ""
    for _ in range(_LONG):
        digest, place = divmod(digest, len(_ALPHABET))
        mark += _ALPHABET[place]
    return f"BC-{period_code(period)}-{unit}-{mark}"


def looks_like_receipt(text: str) -> bool:
    """Say whether a text is written as receipts are."""
    return bool(_RECEIPT.fullmatch(text.strip().upper()))
