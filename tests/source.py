"""The product's source as the tests about it read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("plans", "locales", "storage", "documents", "handlers", "scheduler", "bot")


@cache
def files() -> tuple[Path, ...]:
    """Return every Python file of the product."""
    return tuple(path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def named(path: Path) -> str:
    """Return a file's name as messages and lists of exceptions give it."""
    return path.relative_to(ROOT).as_posix()


def called(node: ast.Call) -> str:
    """Return the last name of what is called: `turn.say(…)` is `say`."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def docstrings(module: ast.Module) -> set[ast.Constant]:
    """Return the strings that are no values but documentation."""
    found = set()
    for node in ast.walk(module):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            found |= {
                statement.value
                for statement in body
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            }
    return found


def strings(path: Path) -> Iterator[ast.Constant]:
    """Yield the string values of a file, without its docstrings."""
    module = tree(path)
    documentation = docstrings(module)
    for node in ast.walk(module):
        match node:
            case ast.Constant(value=str()) if node not in documentation:
                yield node
