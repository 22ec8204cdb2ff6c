"""A whole report in one message: answers in order, or by code or number, in part."""

import re
from dataclasses import dataclass

from plans.dialogue import Question
from plans.pack import Pack

_IN_ORDER = re.compile(r"\s*(?:bc|báo cáo|bao cao|baocao)\b\s*[:.]?\s*(?P<rest>.*)", re.I | re.S)
# A hyphen after a code parts it from its answer ("TT02-5", "TT02 - 5") unless it is the answer,
# or a sign before it ("TT02 -", "TT02 -5").
_BY_CODE = re.compile(
    r"(?P<code>\b[A-Za-z]{2}\d{2})\b(?:\s*[=:]|[-–](?=\s*\w)|\s+[-–](?=\s+\w))?\s*"
)
_BY_NUMBER = re.compile(
    r"(?:^|(?<=[\s;,]))(?:câu|cau|c)?\s*(?P<number>\d{1,2})\s*[).:=]\s+?(?=\S)", re.I
)
_PAIR = re.compile(r"\s*(?P<part>\d+)\s*/\s*(?P<whole>\d+)\s*")
_EDGES = " \t\r\n;,|"
_SEPARATOR = re.compile(r"[;|\t]")
_EITHER = " | "  # no reader takes it for a part of one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer of a message: for which question, in which words."""

    question: Question
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMessage:
    """What a message gives: its entries, and what fits no question of the form."""

    entries: tuple[Entry, ...]
    unknown: tuple[str, ...] = ()
    too_many: int = 0


def parse(text: str, pack: Pack, questions: tuple[Question, ...]) -> OneMessage | None:
    """Take a message apart, or return None where it is no report in one message."""
    known = {question.code for question in questions} | set(pack.indicators)
    ordered = _IN_ORDER.fullmatch(text)
    body = ordered["rest"] if ordered else text
    codes = [m for m in _BY_CODE.finditer(body) if m["code"].upper() in known]
    if codes:
        return _by_code(body, codes, questions)
    numbers = list(_BY_NUMBER.finditer(body))
    if numbers and numbers[0].start() == 0 and (ordered or len(numbers) > 1):
        return _by_number(body, numbers, questions)
    if ordered and body.strip():
        return _in_order(body, pack, questions)
    return None


def _by_code(body: str, found: list[re.Match[str]], questions: tuple[Question, ...]) -> OneMessage:
    by_code = {question.code: question for question in questions}
    entries, unknown = [], []
    if lead := body[: found[0].start()].strip(_EDGES):
        unknown.append(lead)
    for code, text in _cut(body, found, "code"):
        question = by_code.get(code.upper())
        if question is None:
            unknown.append(code.upper())
        else:
            entries.append(Entry(question=question, text=text))
    return OneMessage(entries=_told_once(entries), unknown=tuple(unknown))


def _by_number(
    body: str, found: list[re.Match[str]], questions: tuple[Question, ...]
) -> OneMessage:
    by_number = {str(question.number): question for question in questions}
    entries, unknown = [], []
    for number, text in _cut(body, found, "number"):
        question = by_number.get(str(int(number)))
        if question is None:
            unknown.append(number)
        else:
            entries.append(Entry(question=question, text=text))
    return OneMessage(entries=_told_once(entries), unknown=tuple(unknown))


def _told_once(entries: list[Entry]) -> tuple[Entry, ...]:
    """Put the answers that one question got twice side by side: which is meant is asked."""
    told: dict[str, list[str]] = {}
    for entry in entries:
        texts = told.setdefault(entry.question.code, [])
        if entry.text not in texts:
            texts.append(entry.text)
    by_code = {entry.question.code: entry.question for entry in entries}
    return tuple(
        Entry(question=by_code[code], text=_EITHER.join(texts)) for code, texts in told.items()
    )


def _cut(body: str, found: list[re.Match[str]], group: str) -> list[tuple[str, str]]:
    ends = [*(match.start() for match in found[1:]), len(body)]
    return [
        (match[group], body[match.end() : end].strip(_EDGES))
        for match, end in zip(found, ends, strict=True)
    ]


def _in_order(body: str, pack: Pack, questions: tuple[Question, ...]) -> OneMessage:
    tokens = _tokens(body)
    pairs = {(check.whole, check.part) for check in pack.checks}
    spare = len(questions) - len(tokens)
    entries: list[Entry] = []
    place = 0
    for index, token in enumerate(tokens):
        if place >= len(questions):
            return OneMessage(entries=tuple(entries), too_many=len(tokens) - index)
        here = questions[place]
        after = questions[place + 1] if place + 1 < len(questions) else None
        both = _PAIR.fullmatch(token)
        if both and after and spare > 0 and (here.code, after.code) in pairs:
            # "40/30" may be a part above its whole or the whole put first: both are asked about.
            clear = int(both["part"]) <= int(both["whole"])
            entries.append(Entry(question=here, text=both["whole"] if clear else token))
            entries.append(Entry(question=after, text=both["part"] if clear else token))
            spare -= 1
            place += 1
        elif token:
            entries.append(Entry(question=here, text=token))
        place += 1
    return OneMessage(entries=tuple(entries))


def _tokens(body: str) -> list[str]:
    """Return the answers in order; between separators, an empty one keeps its question's place.

    Where somebody separates on purpose, an answer may have spaces: "15; chưa có; 1 234".
    """
    lines = [line.strip(_EDGES) for line in body.strip(_EDGES).split("\n")]
    if len(lines) == 1 and not _SEPARATOR.search(lines[0]):
        return body.split()
    return [token.strip() for line in lines if line for token in _SEPARATOR.split(line)]
