"""The catalogs: every sentence in both languages, none missing, none unused, all of them civil."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from handlers.talk import Expect
from locales import LANGUAGES, catalog
from plans.calendar import Timeliness
from plans.dialogue import AnswerState
from plans.messages import MessageKind
from plans.pack import PeriodKind
from plans.people import RoleKind
from plans.privacy import Concern
from plans.progress import SendState
from tests.source import ROOT, called, files, named, strings, tree

VI, EN = catalog("vi"), catalog("en")
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
# The functions that take a key, and which argument it is.
TAKES_KEY = {
    "say": 0,
    "choice": 0,
    "once": 0,
    "Refused": 0,
    "Forbidden": 0,
    "Doubt": 0,
    "tell": 1,
}
VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
)
# Quoted commands and words, and the currency.
ALLOWED = re.compile(r"/\w+|\bđồng\b")
# Keys that are put together: every member of the family must have its sentence.
FAMILIES = {
    "period": [k.value for k in PeriodKind if k not in ("one_off", "half_year")]
    + ["half_year.1", "half_year.2"],
    "timeliness": [state.value for state in Timeliness],
    "state": [AnswerState.MISSING.value, AnswerState.NOT_APPLICABLE.value],
    "progress.mark": [state.value for state in SendState] + ["not_connected"],
    "join.invites": [kind.value for kind in RoleKind],
    "channel.role": [kind.value for kind in RoleKind],
    "refused.attachment": [k.value for k in MessageKind if k not in ("text", "tap")],
    "privacy.concern": [concern.value for concern in Concern],
    "status": ["returned", "owed", "begun", "sent", "coming"],
    "checks.doubt": ["tenfold", "tenth", "fell", "part_over_whole"],
    "checks": ["over_most.short", "under_least.short", "part_over_whole.short"],
    "invite.column": ["code", "unit", "above", "join", "expires"],
}
# (pattern, why it is not written to an officer)
UNCIVIL = (
    (r"\bbạn\b", "officers are anh/chị"),
    (r"\bmày\b|\bông\b|\bbà\b", "officers are anh/chị"),
    (r"gái mại dâm|gái bán dâm|gái gọi|đĩ|điếm|con phe", "people are not called by a slur"),
    (r"con nghiện|đối tượng nghiện", "people are not called by a slur"),
    (r"\byêu cầu\b|\bbắt buộc\b", "invited bodies are asked, never ordered"),
    (r"\boke?\b|\bnhé\b|\bnha\b|!", "officials do not chat"),
)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def keys_in(node: ast.expr) -> Iterator[str]:
    """Yield the keys that an argument may be: plain ones, and both sides of a choice."""
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp(body=one, orelse=other):
            yield from (*keys_in(one), *keys_in(other))
        case ast.BoolOp(values=values):
            for value in values:
                yield from keys_in(value)


def used_keys() -> Iterator[tuple[str, str]]:
    """Yield each key that code asks for by name, and where."""
    for path in files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = called(node)
            place = TAKES_KEY.get(name)
            if name == "text":
                of_catalogs = isinstance(node.func, ast.Attribute) and isinstance(
                    node.func.value, ast.Name
                )
                place = 1 if of_catalogs and node.func.value.id == "locales" else 0  # type: ignore[attr-defined]
            if place is not None and len(node.args) > place:
                for key in keys_in(node.args[place]):
                    if KEY.fullmatch(key):
                        yield key, f"{named(path)}:{node.lineno}"


def patterns() -> Iterator[re.Pattern[str]]:
    """Yield what keys put together by an f-string may look like."""
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr):
                fixed = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
                pieces = [re.escape(p) if isinstance(p, str) else "[a-z0-9_.]+" for p in fixed]
                plain = "".join(p for p in fixed if isinstance(p, str))
                if re.fullmatch(r"[a-z_]*(\.[a-z_]*)+", plain) and re.search("[a-z]", plain):
                    yield re.compile("".join(pieces))


def test_both_languages_have_the_same_sentences() -> None:
    assert set(VI) == set(EN)
    assert LANGUAGES == ("vi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_stands_twice(language: str) -> None:
    ids = []
    for path in sorted((ROOT / "locales" / language).glob("*.po")):
        with path.open("rb") as file:
            ids += [entry.id for entry in read_po(file, abort_invalid=True) if entry.id]

    assert len(ids) == len(set(map(str, ids))) == len(catalog(language))
    assert not [key for key, sentence in catalog(language).items() if not sentence.strip()]


def test_both_languages_fill_the_same_places() -> None:
    different = {
        key: (placeholders(VI[key]), placeholders(EN[key]))
        for key in VI
        if placeholders(VI[key]) != placeholders(EN[key])
    }

    assert not different


def test_every_sentence_that_code_asks_for_exists() -> None:
    asked = list(used_keys())

    assert len(asked) > 150
    assert not [f"{where}: {key}" for key, where in asked if key not in VI]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_of_a_family_has_its_sentence(family: str) -> None:
    wanted = {f"{family}.{member}" for member in FAMILIES[family]}

    assert not wanted - set(VI)


def test_no_sentence_is_unused() -> None:
    literal = {str(node.value) for path in files() for node in strings(path)}
    together = list(patterns())

    unused = {
        key
        for key in VI
        if key not in literal and not any(pattern.fullmatch(key) for pattern in together)
    }

    assert not unused


def test_the_families_are_still_put_together() -> None:
    heads = {pattern.pattern for pattern in patterns()}

    for family in FAMILIES:
        head = re.escape(f"{family}.")
        assert any(head in pattern or pattern.endswith(r"\.short") for pattern in heads), family


def test_english_is_english() -> None:
    mixed = {
        key: sentence
        for key, sentence in EN.items()
        if VIETNAMESE.search(ALLOWED.sub("", sentence)) and not key.startswith("language.")
    }

    assert not mixed


@pytest.mark.parametrize(("pattern", "why"), UNCIVIL)
def test_vietnamese_is_civil(pattern: str, why: str) -> None:
    wrong = {key: text for key, text in VI.items() if re.search(pattern, text, re.I)}

    assert not wrong, why


def test_people_concerned_are_named_with_respect() -> None:
    slurs = r"\b(prostitutes?|whores?|hookers?|addicts?|junk(ie|y))\b"

    assert not {key: text for key, text in EN.items() if re.search(slurs, text, re.I)}


def test_every_expected_answer_is_read_by_somebody() -> None:
    router = (Path(ROOT) / "handlers" / "router.py").read_text(encoding="utf-8")

    assert not [e.name for e in Expect if e and f"Expect.{e.name}" not in router]
