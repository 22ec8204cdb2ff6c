"""The house keeps its shape: directions, sizes, names, docstrings, and where words may stand."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source import ROOT, called, docstrings, files, named, strings, tree

LONGEST_FILE, LONGEST_FUNCTION = 300, 50
# A longer file or function needs a reason here.
LONG_ALLOWED = {
    "storage/migrations/versions/0001_first_tables.py:upgrade": "one statement a table, in order",
}
VAGUE = re.compile(
    r"utils?|helpers?|managers?|services?|common|base|misc|data|info|process|handler", re.I
)
VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
)
# Vietnamese in code that is not for people to read but for reading what people wrote.
READERS = {
    "handlers/asked.py": "words around the names in a coordinator's question",
    "plans/answers.py": "units of money in what officers type",
    "plans/figures.py": "the numbers in an answer",
    "plans/moments.py": "the phrases in which a pack writes days and deadlines",
    "plans/number_words.py": "numbers in words",
    "plans/numbers_read.py": "numbers as officers type them",
    "plans/one_message.py": "how a report in one message begins",
    "plans/person_names.py": "family names, to refuse a message that carries one",
    "plans/places.py": "names of places, which are no people",
    "plans/privacy.py": "signs of personal data",
    "plans/spelling.py": "letters and their accents",
    "plans/states.py": "ways to say that there is no figure",
    "plans/surroundings.py": "words around a number",
    "plans/vocabulary.py": "the words officials put around an answer",
    "plans/yes_no.py": "ways to say yes and no",
}
# What a button carries to the reader of answers, in the words that a person would type.
CARRIED = {
    "/gui giống",
    "giống",
    "/moi tất cả",
    " thật",
    "thật",
    " có",
    " không",
    " chưa có số liệu",
    "không",
    "chưa có số liệu",
    "không áp dụng",
}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield public functions, classes and methods; what stands inside a function is not public."""
    waiting: list[ast.AST] = [tree(path)]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name[0] != "_":
                    yield node
                case ast.ClassDef() if node.name[0] != "_":
                    yield node
                    waiting.append(node)


def test_imports_only_point_down() -> None:
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_every_package_is_under_the_contracts() -> None:
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [roots] = re.findall(r"^root_packages = (\[.*\])$", contracts, re.M)

    assert set(ast.literal_eval(roots)) == {named(path).split("/")[0] for path in files()}


def test_no_file_and_no_function_is_long() -> None:
    long = {
        named(path): f"{lines} lines"
        for path in files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    for path in files():
        for node in functions(path):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                long[f"{named(path)}:{node.name}"] = f"{lines} lines"

    assert set(long) == set(LONG_ALLOWED), long


def test_no_module_has_a_vague_name() -> None:
    names = {part for path in files() for part in path.relative_to(ROOT).with_suffix("").parts}

    assert not {n for n in names if any(VAGUE.fullmatch(word) for word in n.split("_"))}


def test_every_module_says_what_is_in_it() -> None:
    for path in files():
        said = ast.get_docstring(tree(path)) or ""

        assert re.match(r"[A-ZĐ]", said), f"{named(path)} begins {said[:30]!r}"
        assert said.partition("\n")[0][-1] in ".:…", f"{named(path)}: {said}"


def test_every_public_name_is_explained_in_a_sentence() -> None:
    wrong = []
    for path in files():
        if "migrations/versions" in named(path):
            continue  # their only function is Alembic's, and the module's sentence says it all
        for node in public(path):
            first = (ast.get_docstring(node) or "").partition("\n\n")[0]
            if not re.fullmatch(r"[A-Z].*\.", first, re.S):
                wrong.append(f"{named(path)}:{node.lineno}: {node.name}: {first!r}")

    assert not wrong, "\n".join(wrong)


def test_only_the_clock_tells_the_time() -> None:
    calls = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    asking = {named(path) for path in files() if calls.search(path.read_text(encoding="utf-8"))}

    assert asking == {"bot/clock.py"}


def test_nothing_is_left_undone() -> None:
    undone = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|breakpoint\(|pdb)\b")
    left = {named(path) for path in files() if undone.search(path.read_text(encoding="utf-8"))}

    assert not left


def test_words_for_people_stand_in_the_catalogs_and_packs() -> None:
    found = []
    for path in files():
        inside = named(path).split("/")[0] in ("plans", "storage", "documents", "handlers")
        if inside and named(path) not in READERS:
            found += [
                f"{named(path)}:{node.lineno}: {node.value!r}"
                for node in strings(path)
                if VIETNAMESE.search(str(node.value)) and node.value not in CARRIED
            ]

    assert not found, "\n".join(found)


def test_the_allowed_exceptions_are_still_needed() -> None:
    values = {node.value for path in files() for node in strings(path)}
    read = {
        named(path)
        for path in files()
        if any(VIETNAMESE.search(str(node.value)) for node in strings(path))
    }

    assert set(READERS) <= read, set(READERS) - read
    assert values >= CARRIED, CARRIED - values


@pytest.mark.parametrize("word", ["print", "eval", "exec"])
def test_nothing_prints_or_evaluates(word: str) -> None:
    for path in files():
        for node in ast.walk(tree(path)):
            assert not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and called(node) == word
            ), f"{named(path)}:{node.lineno}"


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_no_test_can_reach_another_machine(host: str) -> None:
    with pytest.raises(Exception, match="tests stay on this machine"):
        socket.create_connection((host, 80), timeout=1)


def test_docstrings_are_told_from_values() -> None:
    module = ast.parse('"""Say."""\nx = "value"\ndef f():\n    """Say."""\n    return "value"\n')

    assert [node.value for node in docstrings(module)] == ["Say.", "Say."]
