"""Everything that can be typed, set or called is in the documents, and they name nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from bot.commands import app
from bot.settings import Settings
from handlers.commands import COMMANDS
from tests.source import PACKAGES, ROOT

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GUIDES = ("guide.vi.md", "guide.en.md")
OTHERS = (
    "architecture.md",
    "conversations.md",
    "glossary.md",
    "operations.md",
    "packs.md",
    "why.md",
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def everything() -> str:
    return "\n".join(map(read, DOCS))


def command_line(command: Any, name: str) -> list[tuple[str, Any]]:
    """Return every command with the words that call it: `plan check`."""
    if isinstance(command, TyperGroup):
        return [
            found
            for word, inside in command.commands.items()
            for found in command_line(inside, f"{name} {word}".strip())
        ]
    return [(name, command)]


CALLED = command_line(typer.main.get_command(app), "")
TARGETS = re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.M)
NAMES = [name.upper() for name in Settings.model_fields]


def test_the_documents_are_there() -> None:
    assert {path.name for path in DOCS} >= {"README.md", *GUIDES, *OTHERS}
    assert (ROOT / "CHANGELOG.md").is_file()


@pytest.mark.parametrize(("name", "command"), CALLED, ids=[name for name, _ in CALLED])
def test_every_command_of_the_command_line_is_documented(name: str, command: Any) -> None:
    assert re.search(rf"python -m bot {name}\b", everything())
    assert command.help, f"{name} has no help"


@pytest.mark.parametrize(("name", "command"), CALLED, ids=[name for name, _ in CALLED])
def test_every_option_explains_itself(name: str, command: Any) -> None:
    silent = [
        parameter.name
        for parameter in command.params
        if "--help" not in parameter.opts
        and parameter.param_type_name == "option"
        and not getattr(parameter, "help", None)
    ]

    assert not silent


@pytest.mark.parametrize("guide", GUIDES)
def test_every_chat_command_is_in_the_guide(guide: str) -> None:
    text = read(ROOT / "docs" / guide)

    missing = [c.name for c in COMMANDS if c.documented and not re.search(rf"{c.name}\b", text)]

    assert not missing


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_no_command_that_is_not_there(guide: str) -> None:
    known = {command.name for command in COMMANDS}
    text = read(ROOT / "docs" / guide)

    assert not {word for word in re.findall(r"`(/[a-z]+)", text) if word not in known}


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_documented_and_in_the_example(name: str) -> None:
    assert f"`{name}`" in read(ROOT / "docs" / "operations.md")
    assert re.search(rf"^#? ?{name}=", read(ROOT / ".env.example"), re.M)


def test_the_example_sets_nothing_that_does_not_exist() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", read(ROOT / ".env.example"), re.M)

    assert not set(named) - set(NAMES)


def test_every_setting_says_what_it_is() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_is_documented(target: str) -> None:
    assert re.search(rf"make {target}\b", everything())


def test_every_target_that_is_documented_can_be_made() -> None:
    asked = set(re.findall(r"`make ([a-z]+)", everything()))

    assert not asked - set(TARGETS)


def test_every_room_of_the_house_is_in_the_architecture() -> None:
    text = read(ROOT / "docs" / "architecture.md") + read(ROOT / "README.md")

    built = [name for name in PACKAGES if list((ROOT / name).glob("*.py"))]
    assert not [name for name in built if f"{name}/" not in text]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    local = [link for link in LINK.findall(read(path)) if "://" not in link]

    assert not [link for link in local if not (path.parent / link).exists()]
