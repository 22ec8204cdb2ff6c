"""One typed answer is read as meant, asked about, or refused; it is never guessed."""

import csv
import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import locales
from plans.answers import AnswerKind, Outcome, Reading, read
from plans.spelling import looks_garbled, plain

ROOT = Path(__file__).parents[2]
SOURCES = (
    *(
        "answers",
        "readings",
        "numbers_read",
        "surroundings",
        "states",
        "yes_no",
        "figures",
        "tokens",
    ),
)
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
COUNTS = st.integers(1, 999_999_999)
TYPED = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("0123456789 .,-/()%:;=kKoOlIxX+~²١１\u200b\xa0\u20e3\n\t"),
        st.sampled_from(list("khôngcóchưamộtnămtrămtriệuđồng ")),
    ),
    max_size=40,
)


def unescaped(text: str) -> str:
    return re.sub(
        r"\\(?:u([0-9a-f]{4})|([nt]))",
        lambda match: chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t"}[match[2]],
        text,
    )


def corpus() -> list[tuple[AnswerKind, str, Outcome, str]]:
    with (Path(__file__).parent / "answers.tsv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if not row[0].startswith("#")
        ]
    return [
        (AnswerKind(kind), unescaped(text), Outcome(outcome), value)
        for kind, text, outcome, value in rows
    ]


def in_words(number: int) -> str:
    groups = [
        (number // 1_000_000, "triệu"),
        (number // 1000 % 1000, "nghìn"),
        (number % 1000, ""),
    ]
    said: list[str] = []
    for amount, scale in groups:
        if amount:
            said += [*below_thousand(amount, leading=not said), scale]
    return " ".join(word for word in said if word)


def below_thousand(number: int, *, leading: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    if leading and not hundreds:
        return below_hundred(rest)
    linked = ["linh", DIGITS[rest]] if 0 < rest < 10 else below_hundred(rest) if rest else []
    return [DIGITS[hundreds], "trăm", *linked]


def below_hundred(number: int) -> list[str]:
    tens, ones = divmod(number, 10)
    if not tens:
        return [DIGITS[ones]]
    last = {0: "", 1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, DIGITS[ones])
    return ["mười" if tens == 1 else f"{DIGITS[tens]} mươi", *([last] if last else [])]


def dotted(number: int, mark: str = ".") -> str:
    return f"{number:,}".replace(",", mark)


def wide(number: int) -> str:
    return str(number).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


@pytest.mark.parametrize(("kind", "text", "outcome", "value"), corpus())
def test_corpus(kind: AnswerKind, text: str, outcome: Outcome, value: str) -> None:
    reading = read(text, kind)

    assert reading.outcome is outcome
    assert reading.value == (Decimal(value) if value else None)


def test_the_corpus_is_large_and_has_every_outcome_of_every_kind() -> None:
    rows = corpus()

    assert len(rows) >= 250
    assert {(kind, outcome) for kind, _, outcome, _ in rows} >= {
        (kind, outcome)
        for kind in AnswerKind
        for outcome in Outcome
        if (kind, outcome) != (AnswerKind.YES_NO, Outcome.ZERO)
    }


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("1,234", (1234,)),
        ("12 (hai mươi)", (12, 20)),
        ("12/15", (12, 15)),
        ("10-12", (10, 12)),
        ("khoảng 1.250", (1250,)),
        ("1k", (1000,)),
        ("1tr5", (1_500_000,)),
        ("1O", (10,)),
        ("l2", (12,)),
        ("12l", (121, 12)),
        ("12 15", (12, 15)),
        ("nam", (5,)),
        ("hai mươi năm", (25, 20)),
        ("một trăm hai", (120, 102)),
        ("chưa phát sinh", (0,)),
        ("70%", ()),
        ("một số", ()),
    ],
)
def test_a_question_back_offers_what_may_be_meant(text: str, options: tuple[int, ...]) -> None:
    reading = read(text, AnswerKind.COUNT)

    assert reading.outcome is Outcome.ASK
    assert reading.options == options


@pytest.mark.parametrize(("kind", "text", "outcome", "value"), corpus())
def test_what_is_offered_or_read_reads_back_as_itself(
    kind: AnswerKind, text: str, outcome: Outcome, value: str
) -> None:
    reading = read(text, kind)
    for amount in (*reading.options, reading.value):
        if amount is not None:
            assert read(f"{Decimal(amount):f}".replace(".", ","), kind).value == amount


def test_money_is_in_million_dong() -> None:
    assert read("1tr5", AnswerKind.MONEY).value == Decimal("1.5")
    assert read("1,2 tỷ", AnswerKind.MONEY).value == 1200
    assert read("1tr50", AnswerKind.MONEY).options == (Decimal("1.5"), Decimal("1.05"))
    assert read("15.000.000", AnswerKind.MONEY).options == (15,)
    assert read("1,234", AnswerKind.MONEY).options == (1234, Decimal("1.234"))


def test_a_whole_amount_is_an_int() -> None:
    assert type(read("2tr", AnswerKind.MONEY).value) is int
    assert type(read("1.234", AnswerKind.COUNT).value) is int


def test_yes_or_no_is_offered_as_both() -> None:
    assert read("5", AnswerKind.YES_NO).options == (1, 0)


@given(COUNTS)
def test_every_count_reads_back_in_digits(number: int) -> None:
    spaced = (dotted(number, mark) for mark in ". \xa0\u202f")
    for text in (str(number), wide(number), *spaced, f"{dotted(number)} cuộc", f"dạ {number} ạ"):
        assert read(text, AnswerKind.COUNT) == Reading(outcome=Outcome.VALUE, value=number), text


@given(COUNTS)
def test_every_count_reads_back_in_words(number: int) -> None:
    text = in_words(number)

    assert read(text, AnswerKind.COUNT).value == number, text
    assert read(f"{dotted(number)} ({text})", AnswerKind.COUNT).value == number


@given(COUNTS)
def test_words_without_accents_are_the_same_number_or_asked(number: int) -> None:
    reading = read(plain(in_words(number)), AnswerKind.COUNT)

    assert reading.value == number or (reading.outcome is Outcome.ASK and number in reading.options)


@given(COUNTS, COUNTS)
def test_words_that_disagree_are_asked(digits: int, words: int) -> None:
    reading = read(f"{dotted(digits)} ({in_words(words)})", AnswerKind.COUNT)

    assert (reading.outcome is Outcome.VALUE) == (digits == words)
    assert digits == words or set(reading.options) == {digits, words}


@given(TYPED, st.sampled_from(AnswerKind))
def test_any_text_is_read_without_error_or_invention(text: str, kind: AnswerKind) -> None:
    reading = read(text, kind)

    assert (reading.value is not None) == (reading.outcome in {Outcome.VALUE, Outcome.ZERO})
    assert (reading.hint is not None) == (reading.outcome in {Outcome.ASK, Outcome.REFUSE})
    typed = re.findall(r"[0-9]", plain(text))
    if kind is AnswerKind.COUNT and reading.outcome is Outcome.VALUE and typed:
        assert "".join(typed).lstrip("0").startswith(str(reading.value))


@given(TYPED, st.sampled_from(AnswerKind))
def test_composed_and_decomposed_text_agree(text: str, kind: AnswerKind) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert read(composed, kind) == read(unicodedata.normalize("NFD", text), kind)


@pytest.mark.parametrize(("kind", "text", "outcome", "value"), corpus())
def test_the_corpus_agrees_decomposed_and_padded(
    kind: AnswerKind, text: str, outcome: Outcome, value: str
) -> None:
    for same in (unicodedata.normalize("NFD", text), f" \n{text}\t ", f"\xa0{text}\u200b"):
        if looks_garbled(text) == looks_garbled(same):
            assert read(same, kind) == read(text, kind)


@given(TYPED, st.sampled_from(AnswerKind), st.text(" \n\t\xa0", max_size=4))
def test_surrounding_space_changes_nothing(text: str, kind: AnswerKind, space: str) -> None:
    # A space that does not break may be half of a letter: "à" that lost its encoding is "Ã\xa0".
    assume(looks_garbled(space + text + space) == looks_garbled(text))
    assert read(space + text + space, kind) == read(text, kind)


@pytest.mark.parametrize("kind", AnswerKind)
def test_half_a_letter_that_looks_like_space_is_told_as_garbled(kind: AnswerKind) -> None:
    assert read("lÃ\xa0", kind).hint == "answers.refuse.garbled"
    assert read("lÃ", kind).hint != "answers.refuse.garbled"


def test_every_hint_has_its_words_and_arguments() -> None:
    for kind, text, _, _ in corpus():
        reading = read(text, kind)
        for language in locales.LANGUAGES:
            if reading.hint:
                assert "{" not in locales.text(language, reading.hint, **reading.args)


def test_both_catalogs_have_the_same_keys_and_places() -> None:
    ours = {
        language: {
            key: sorted(re.findall(r"{\w+}", sentence))
            for key, sentence in locales.catalog(language).items()
            if key.startswith(("answers.", "privacy."))
        }
        for language in locales.LANGUAGES
    }
    assert ours["vi"] == ours["en"]


def test_no_hint_is_unused_or_unknown() -> None:
    code = "".join((ROOT / "plans" / f"{name}.py").read_text("utf-8") for name in SOURCES)
    keys = {key for key in locales.catalog("vi") if key.startswith("answers.")}
    reached = {read(text, kind).hint for kind, text, _, _ in corpus()} - {None}

    assert reached <= keys
    assert all(f'"{key.rpartition(".")[2]}"' in code or key in code for key in keys)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Đức\xa0 Linh ", "duc linh"),
        ("Ðức Linh", "duc linh"),
        ("ĐỨC LINH", "duc linh"),
        (unicodedata.normalize("NFD", "Đức Linh"), "duc linh"),
        ("Hoà\u200b Bình", "hoa binh"),
        ("ＢＣ　１２", "bc 12"),
        ("sửa 2", "sua 2"),
        ("10–12", "10-12"),
        ("x²", "x²"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text", ["kh«ng cã", "ch­a", "®ang", "khoâng coù", "chöa", "khÃ´ng", "kh?ng"]
)
def test_old_encodings_look_garbled(text: str) -> None:
    assert looks_garbled(text)


@pytest.mark.parametrize(
    "text", ["không có", "«12»", "12 m²", "½", "chưa?", "xã Hoà Bình", "Ủy ban", "12\u00ad34", "©"]
)
def test_clean_text_does_not_look_garbled(text: str) -> None:
    assert not looks_garbled(text)
