"""docs/packs.md explains every key, and its example is a pack; the schema file is up to date."""

import re
from pathlib import Path
from typing import cast

import pytest
from pydantic import TypeAdapter

from plans.load import load
from plans.pack import Pack
from plans.schema import pack_schema, schema_text
from plans.targets import Demand

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")

_DEFINITIONS = TypeAdapter(Pack).json_schema(by_alias=True)["$defs"]
_COMMON = set(Demand.model_fields) | {"kind"}
KEYS = {
    "Pack": tuple(TypeAdapter(Pack).json_schema(by_alias=True)["properties"]),
    **{
        name: tuple(shape["properties"])
        for name, shape in _DEFINITIONS.items()
        if "properties" in shape
    },
}
TARGETS = {name for name, keys in KEYS.items() if set(keys) >= _COMMON}
VALUES = {name: shape["enum"] for name, shape in _DEFINITIONS.items() if "enum" in shape}


def section(model: str) -> str:
    found = re.search(rf"^#+ .*\({model}\)\n(.*?)(?=^#|\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/packs.md has no section ({model})"
    return found[1]


@pytest.mark.parametrize("model", sorted(KEYS))
def test_every_key_is_explained_in_its_section(model: str) -> None:
    explained = section(model)

    expected = set(KEYS[model]) - (_COMMON if model in TARGETS else set())

    assert [key for key in sorted(expected) if f"`{key}`" not in explained] == []


def test_the_keys_of_every_target_are_explained_once_for_all() -> None:
    start = DOCS.index("## What the plan demands")
    explained = DOCS[start : DOCS.index("\n### ", start)]

    assert [key for key in _COMMON if f"`{key}`" not in explained] == []
    assert len(TARGETS) == 9


@pytest.mark.parametrize("model", sorted(VALUES))
def test_every_value_of_a_choice_is_explained(model: str) -> None:
    assert [value for value in VALUES[model] if f"`{value}`" not in DOCS] == []


def test_the_example_is_a_pack(tmp_path: Path) -> None:
    plan, units = (
        re.search(rf"^```{language}\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
        for language in ("yaml", "csv")
    )
    assert plan
    assert units
    home = tmp_path / "example_2026"
    home.mkdir()
    (home / "plan.yaml").write_text(plan[1], encoding="utf-8")
    (home / "units.csv").write_text(units[1], encoding="utf-8")

    pack = load(home)

    assert [unit.code for unit in pack.tree.children("60")] == ["22915", "22918"]
    assert set(pack.unit_types) == {"province", "commune"}


def test_the_docs_have_a_vietnamese_summary() -> None:
    assert "## Tóm tắt tiếng Việt" in DOCS


def test_the_schema_file_is_what_the_models_say() -> None:
    committed = (ROOT / "plans" / "plan.schema.json").read_text(encoding="utf-8")

    assert committed == schema_text(), "run: python -m bot plan schema > plans/plan.schema.json"


def test_the_schema_leaves_the_units_to_their_own_file() -> None:
    schema = pack_schema()

    assert "units" not in cast(dict[str, object], schema["properties"])
    assert "units" not in cast(list[str], schema["required"])
    assert "Unit" not in cast(dict[str, object], schema["$defs"])
    assert schema["additionalProperties"] is False
