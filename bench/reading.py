"""Read a corpus of typed answers: how many are silently wrong, beside the usual one-liners."""

import time
from collections.abc import Callable
from pathlib import Path

from plans.answers import AnswerKind, Outcome, read

CORPUS = Path(__file__).parents[1] / "tests" / "plans" / "answers.tsv"


def measure() -> dict[str, object]:
    """Count silent misreadings of counts by us and by two usual validators, and our speed."""
    cases = _cases()
    ours = sum(_silently_wrong(_ours, text, value) for text, value in cases)
    peers = {
        "int(text)": sum(_silently_wrong(int, text, value) for text, value in cases),
        "digits kept": sum(_silently_wrong(_digits, text, value) for text, value in cases),
    }
    begun = time.perf_counter()
    for text, _ in cases:
        read(text, AnswerKind.COUNT)
    each = (time.perf_counter() - begun) / len(cases) * 1e6
    return {
        "cases": len(cases),
        "silently_wrong": ours,
        "peers_silently_wrong": peers,
        "us_each": round(each),
        "bar": "0 silently wrong",
        "within_bar": ours == 0,
    }


def _cases() -> list[tuple[str, int | None]]:
    """Return the corpus's counts: the text, and the number it means or None for no number."""
    cases = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines()[1:]:
        fields = line.split("\t")
        if len(fields) >= 4 and fields[0] == "count":
            text = fields[1].encode("latin-1", "backslashreplace").decode("unicode_escape")
            number = fields[2] in (Outcome.VALUE, Outcome.ZERO)
            cases.append((text, int(fields[3]) if number else None))
    return cases


def _silently_wrong(reader: Callable[[str], int | None], text: str, value: int | None) -> bool:
    try:
        got = reader(text)
    except ValueError:
        return False
    return got is not None and got != value


def _ours(text: str) -> int | None:
    reading = read(text, AnswerKind.COUNT)
    return int(reading.value) if reading.value is not None else None


def _digits(text: str) -> int | None:
    digits = "".join(c for c in text if c.isdigit() and c.isascii())
    return int(digits) if digits else None
