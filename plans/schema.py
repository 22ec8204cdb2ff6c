"""The JSON Schema of plan.yaml: for editors, and to say what is expected at a place."""

import json
from collections.abc import Mapping
from functools import cache
from typing import cast

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from plans.pack import Pack
from plans.source import Steps

Schema = Mapping[str, object]

_PATTERNS = {
    r"^[A-Z]{2}\d{2}$": "two capital letters and two digits, as CM01",
    r"^[A-Z]{2}-\d{2}[a-z]?$": "two capital letters, a hyphen and two digits, as CM-01 or CM-01a",
    r"^[a-z][a-z0-9_]*$": "small letters, digits and _, with a letter first, as commune",
    r"^[A-Z0-9]{1,8}$": "one to eight capital letters and digits, as Q1",
    r"^[A-Z0-9-]{2,16}$": "two to sixteen digits, capital letters and hyphens, as 03637",
    r"^\d{2}$": "two digits, as 25",
    r"^\S(.*\S)?$": "a code of at most 50 characters, with no space around it",
    r"^\d+([.,]\d+)?%$": 'a share with the sign, as "70%"',
}


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that would only repeat the keys."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def pack_schema() -> dict[str, object]:
    """Return the JSON Schema of plan.yaml; units are left out, as they stand in units.csv."""
    whole = _generated(Pack)
    properties = dict(cast(Schema, whole["properties"]))
    del properties["units"]
    definitions = dict(cast(Schema, whole["$defs"]))
    del definitions["Unit"]
    required = [key for key in cast(list[str], whole["required"]) if key != "units"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": "plan.yaml",
        "properties": properties,
        "required": required,
        "$defs": definitions,
    }


def schema_text() -> str:
    """Return the schema as the text of plans/plan.schema.json."""
    return json.dumps(pack_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _generated(kind: type) -> dict[str, object]:
    schema = TypeAdapter(kind).json_schema(by_alias=True, schema_generator=_Untitled)
    return cast(dict[str, object], schema)


@cache
def _whole(kind: type) -> Schema:
    return _generated(kind)


def shape_at(steps: Steps, value: object, kind: type = Pack) -> Schema:
    """Return the schema that rules a place in a pack or its like, {} where none is known."""
    whole = _whole(kind)
    shape = _resolved(whole, value, whole)
    for step in steps:
        inside = _inside(shape, step)
        value = _item(value, step)
        shape = _resolved(inside, value, whole)
    return shape


def _item(value: object, step: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _inside(shape: Schema, step: str | int) -> Schema:
    if isinstance(step, int):
        return _schema(shape.get("items"))
    properties = _schema(shape.get("properties"))
    if step in properties:
        return _schema(properties[step])
    by_pattern = list(_schema(shape.get("patternProperties")).values())
    return _schema(by_pattern[0] if by_pattern else shape.get("additionalProperties"))


def _resolved(shape: Schema, value: object, whole: Schema) -> Schema:
    """Follow references, and in a union take the branch that the value means to be."""
    if "$ref" in shape:
        name = str(shape["$ref"]).rpartition("/")[2]
        return _resolved(_schema(_schema(whole["$defs"])[name]), value, whole)
    if "discriminator" in shape:
        kind = value.get("kind") if isinstance(value, Mapping) else None
        reference = _kinds(shape).get(str(kind))
        return _resolved({"$ref": reference}, value, whole) if reference else shape
    if "anyOf" in shape:
        branches = [_schema(branch) for branch in cast(list[object], shape["anyOf"])]
        wanted = "object" if isinstance(value, Mapping) else "string"
        named = [branch for branch in branches if branch.get("type") != "null"]
        resolved = [_resolved(branch, value, whole) for branch in named]
        return next((one for one in resolved if one.get("type") == wanted), resolved[0])
    return shape


def _schema(value: object) -> Schema:
    return cast(Schema, value) if isinstance(value, Mapping) else {}


def _kinds(shape: Schema) -> Schema:
    return _schema(_schema(shape.get("discriminator")).get("mapping"))


def keys_of(shape: Schema) -> tuple[str, ...]:
    """Return the keys that a schema knows."""
    return tuple(_schema(shape.get("properties")))


def in_words(shape: Schema) -> str:
    """Say in English what a schema expects."""
    if "discriminator" in shape:
        return f"a target whose kind is one of: {', '.join(_kinds(shape))}"
    if "enum" in shape:
        return f"one of: {', '.join(str(value) for value in cast(list[object], shape['enum']))}"
    match shape.get("type"):
        case "string":
            return _text_in_words(shape)
        case "integer":
            return _number_in_words(shape)
        case "boolean":
            return "true or false"
        case "array":
            return _list_in_words(shape)
        case "object":
            required = cast(list[str], shape.get("required", list(keys_of(shape))))
            return f"the keys {', '.join(required)}" if required else "keys with their values"
    return f"`{shape['const']}`" if "const" in shape else "what docs/packs.md says of this key"


def pattern_in_words(pattern: str) -> str:
    """Say in English what a pattern expects."""
    return _PATTERNS.get(pattern, f"text that matches {pattern}")


def _text_in_words(shape: Schema) -> str:
    if "const" in shape:
        return f"`{shape['const']}`"
    if shape.get("format") == "date":
        return "a day, as 2021-06-30"
    if "pattern" in shape:
        # a phrase's own advice begins with "write", as it is also read on its own
        advice = str(shape.get("description", "")).removeprefix("write ")
        return advice or pattern_in_words(str(shape["pattern"]))
    return "text"


def _number_in_words(shape: Schema) -> str:
    least, most = shape.get("minimum"), shape.get("maximum")
    if "exclusiveMinimum" in shape:
        least = cast(int, shape["exclusiveMinimum"]) + 1
    if least is not None and most is not None:
        return f"a whole number from {least} to {most}"
    return "a whole number" if least is None else f"a whole number of at least {least}"


def _list_in_words(shape: Schema) -> str:
    least, most = shape.get("minItems"), shape.get("maxItems")
    bounds = [f"at least {least}"] if least else []
    bounds += [f"at most {most}"] if most else []
    return "a list" + (f" of {' and '.join(bounds)}" if bounds else "")
