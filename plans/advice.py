"""What pydantic finds wrong, as a place and advice that a pack's author can follow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from plans.nearest import meant
from plans.pack import Pack
from plans.schema import Schema, in_words, keys_of, pattern_in_words, shape_at
from plans.source import Steps

_BARE = (int, float)


@dataclass(frozen=True, slots=True)
class _Written:
    """What is written, and what it was to be."""

    value: object
    kind: type

    def shape(self, steps: Steps) -> Schema:
        return shape_at(steps, self.value, self.kind)


def found_wrong(
    error: ValidationError, value: object, kind: type = Pack
) -> Iterator[tuple[Steps, str]]:
    """Yield the place of each error in `value` and what to write there."""
    for details in error.errors(include_url=False):
        steps = _steps(details, value)
        if details["type"].startswith("union_tag"):
            steps = (*steps, "kind")
        if details["type"] == "value_error":
            yield _own_words(details, steps)
        else:
            yield steps, _advice(details, steps, _Written(value, kind))


def _steps(details: ErrorDetails, value: object) -> Steps:
    """Follow a location into the value: union tags and shorthand's fields are not written."""
    steps: list[str | int] = []
    for step in details["loc"]:
        if isinstance(value, Mapping) and str(step) in value:
            value = value[str(step)]
            steps.append(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
            steps.append(step)
    if details["type"] == "missing":
        steps.append(str(details["loc"][-1]))
    return tuple(steps)


def _own_words(details: ErrorDetails, steps: Steps) -> tuple[Steps, str]:
    """Split what our own validators say: `key: advice`, or advice alone."""
    said = str(details.get("ctx", {}).get("error", ""))
    key, colon, advice = said.partition(": ")
    if colon and key.isidentifier():
        return (*steps, key), advice
    return steps, said


def _advice(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    if details["loc"] and details["loc"][-1] == "[key]":
        return _about_key(details)
    advise = _BY_TYPE.get(details["type"], _expected)
    return advise(details, steps, written)


def _about_key(details: ErrorDetails) -> str:
    ctx = details.get("ctx", {})
    if "expected" in ctx:
        return f"write the key as {ctx['expected']}"
    pattern = str(ctx.get("pattern", ""))
    expected = pattern_in_words(pattern) if pattern else "a year, as 2021"
    return f"write the key as {expected}"


def _missing(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    return f"add `{steps[-1]}`: {in_words(written.shape(steps))}"


def _unknown_key(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    return meant("key", str(steps[-1]), keys_of(written.shape(steps[:-1])))


def _text_wanted(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    given = details["input"]
    expected = in_words(written.shape(steps))
    if isinstance(given, bool):
        return f'write {expected}, in quotes: "{str(given).lower()}"'
    if isinstance(given, _BARE):
        return f'write {expected}, in quotes: "{given}"'
    if given is None:
        return f"write {expected}, or leave the key out if it may be absent"
    return f"write {expected}"


def _list_wanted(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    given = details["input"]
    example = f": [{given}]" if isinstance(given, str | int) else ""
    return f"{_expected(details, steps, written)}{example}"


def _number_wanted(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    unquoted = ", without quotes" if isinstance(details["input"], str) else ""
    return f"{_expected(details, steps, written)}{unquoted}"


def _kind_wanted(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    return f"write {in_words(shape_at(steps[:-1], {}, written.kind))}"


def _expected(details: ErrorDetails, steps: Steps, written: _Written) -> str:
    return f"write {in_words(written.shape(steps))}"


# every other type says no more than the schema does: `write` and what is expected there
_BY_TYPE: Mapping[str, Callable[[ErrorDetails, Steps, _Written], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "string_type": _text_wanted,
    "date_type": _text_wanted,
    "tuple_type": _list_wanted,
    "int_type": _number_wanted,
    "bool_type": _number_wanted,
    "union_tag_invalid": _kind_wanted,
    "union_tag_not_found": _kind_wanted,
}
