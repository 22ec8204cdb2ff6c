"""Reading YAML: syntax errors with advice, and nothing that two readers would read apart."""

from pathlib import Path

import pytest

from plans.lines import read_yaml
from tests.plans.example_pack import mistakes_in, written

SYNTAX = [
    ("a:\n\tb: 1\n", 2, "spaces instead of a tab"),
    ("a: 1\nb: c: d\n", 2, "in quotes"),
    ('a: 1\nb: "x\nc: 1\n', 2, "close the quotation mark that is opened here"),
    ("a: 1\nb: @x\n", 2, "begins with % @ or `"),
    ("a: [1,\nb: 2\n", 1, "close the list with ]"),
    ("a: {b: 1\nc: 2\n", 1, "close the mapping with }"),
    ("a: 1\n---\nb: 2\n", 2, "remove this ---"),
    ('a: "\\d"\n', 1, "single quotes"),
    ("a: *x\n", 1, "aliases"),
    ("a:\n  - b\n - c\n", 3, "indent this line"),
    ("a: 1\nb: \x07\n", 2, "remove the control character U+0007"),
    ('a: 1\nb: "\\ud800"\n', 2, "write the character itself"),
    ("a: 1\nb: " + "[" * 100_000 + "]" * 100_000, 2, "nested so deep"),
    ("a\nb: 1\n", 2, "indent this line"),
    ("a: !<x y\n", 1, "mend the syntax"),
    ("", 1, "write the plan as keys with values"),
    ("- a\n", 1, "write the plan as keys with values"),
]


@pytest.mark.parametrize(("plan", "line", "advice"), SYNTAX)
def test_a_syntax_error_is_one_mistake(tmp_path: Path, plan: str, line: int, advice: str) -> None:
    [mistake] = mistakes_in(written(tmp_path, plan))

    assert mistake.line == line
    assert advice in mistake.advice


READ_APART = [
    ("03637", 'put "03637" in quotes: unquoted, it is read as 1951'),
    ("08", 'put "08" in quotes'),
    ("1:30", 'put "1:30" in quotes: unquoted, it is read as 90'),
    ("1_000", "it is read as 1000"),
    ("0x1F", "it is read as 31"),
    ("1e3", 'put "1e3" in quotes'),
    (".inf", 'put ".inf" in quotes'),
    ("no", 'put "no" in quotes'),
    ("On", 'put "On" in quotes'),
    ("9" * 5000, "write a smaller number"),
    ("!x 3", "remove the tag !x"),
    ("*x", "write the value out here"),
]


@pytest.mark.parametrize(("text", "advice"), READ_APART)
def test_what_yaml_versions_read_apart_is_a_mistake(text: str, advice: str) -> None:
    source = read_yaml(f"x: &x 1\ny: {text}\n", "plan.yaml")

    [mistake] = source.mistakes

    assert (mistake.line, mistake.key) == (2, "y")
    assert advice in mistake.advice


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-3", -3), ("0", 0), ("1.5", 1.5), ("true", True), ("False", False),
        ("~", None), ("", None), ('"03637"', "03637"), ("'no'", "no"), ("2024-01-20", "2024-01-20"),
        ("yes_no", "yes_no"), ("15/6", "15/6"), ("20%", "20%"), (">-\n  a\n  b", "a b"), ("=", "="),
    ],
)  # fmt: skip
def test_other_values_are_read_as_they_look(text: str, value: object) -> None:
    source = read_yaml(f"x: {text}\n", "plan.yaml")

    assert source.mistakes == ()
    assert source.value == {"x": value}


@pytest.mark.parametrize(
    ("text", "line", "key", "advice"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a", "keep one of the two: line 1 has this key already"),
        ("a:\n  c: 1\n  c: 2\n", 3, "a.c", "line 2 has this key"),
        ("a: 1\nno: 2\n", 2, "no", 'put "no" in quotes'),
        ("08: 2\n", 1, "08", 'put "08" in quotes'),
        ("x: 1\n<<: {a: 1}\n", 2, "<<", "merging"),
        ("? [1]\n: 2\n", 1, "plan", "plain key"),
        ("a: &a [*a]\n", 1, "a.0", "aliases"),
    ],
)
def test_keys_stand_once_and_are_plain(text: str, line: int, key: str, advice: str) -> None:
    [mistake] = read_yaml(text, "plan.yaml").mistakes

    assert (mistake.line, mistake.key) == (line, key)
    assert advice in mistake.advice
