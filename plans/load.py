"""Packs from folders: plan.yaml and units.csv to a Pack, or every mistake at once."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from plans.advice import found_wrong
from plans.consistency import inconsistent
from plans.errors import Mistake, PlanError
from plans.lines import read_yaml
from plans.pack import Pack
from plans.rows import read_rows
from plans.source import Place, Source, Steps
from plans.unchecked import Unchecked

M = TypeVar("M", bound=BaseModel)
PLAN_FILE = "plan.yaml"
UNITS_FILE = "units.csv"
_UNITS = "units"


def load(folder: Path) -> Pack:
    """Read the pack in a folder."""
    pack, mistakes = _judged(folder)
    if pack is None or mistakes:
        raise PlanError(mistakes)
    return pack


def load_all(folders: Iterable[Path]) -> Mapping[str, Pack]:
    """Read the packs in each folder, itself a pack or a folder of packs, by their ids."""
    packs, mistakes = sift(folders)
    if mistakes:
        raise PlanError(mistakes)
    return packs


def sift(folders: Iterable[Path]) -> tuple[dict[str, Pack], list[Mistake]]:
    """Return the good packs in each folder by their ids, and every mistake of the others."""
    packs: dict[str, Pack] = {}
    homes: dict[str, Path] = {}
    mistakes: list[Mistake] = []
    for folder in folders:
        try:
            found = pack_homes(folder)
        except PlanError as error:
            mistakes += error.mistakes
            continue
        for home in found:
            pack, wrong = _judged(home)
            if pack and not homes.setdefault(pack.id, home).samefile(home):
                advice = f"write another id: {homes[pack.id]} has this one"
                wrong.append(_plan_source(home / PLAN_FILE).mistake(("id",), advice))
            if pack and not wrong:
                packs[pack.id] = pack
            mistakes += wrong
    return packs, mistakes


def pack_homes(folder: Path) -> list[Path]:
    """Return the folder if it holds a pack, or those in it that do; other files are no packs."""
    if not folder.is_dir():
        advice = "name a folder that exists: a pack, or a folder of packs"
        raise PlanError([Mistake(file=str(folder), line=1, key="folder", advice=advice)])
    if _holds_pack(folder):
        return [folder]
    return sorted(inside for inside in folder.iterdir() if _holds_pack(inside))


def _holds_pack(folder: Path) -> bool:
    return (folder / PLAN_FILE).is_file() or (folder / UNITS_FILE).is_file()


def _judged(folder: Path) -> tuple[Pack | None, list[Mistake]]:
    plan, units = _plan_source(folder / PLAN_FILE), _units_source(folder / UNITS_FILE)
    written = plan.value if isinstance(plan.value, dict) else {}
    rows = units.value if isinstance(units.value, list) else []
    pack, wrong = shaped(Pack, {**written, _UNITS: rows})
    unchecked = Unchecked(Place(plan, written), Place(units, rows))
    phases = [
        [*plan.mistakes, *units.mistakes],
        [_placed(steps, advice, plan, units) for steps, advice in wrong],
        [*inconsistent(unchecked), *_misnamed(unchecked.plan["id"], folder)],
    ]
    unread = {source.file for source in (plan, units) if source.value is None}
    return pack, sorted(_once(phases, unread), key=lambda mistake: (mistake.file, mistake.line))


def _plan_source(path: Path) -> Source:
    source = read_file(path, read_yaml)
    if source.mistakes and source.value is None:
        return source
    if not isinstance(source.value, dict):
        advice = "write the plan as keys with values: docs/packs.md explains each"
        return Source(file=source.file, mistakes=(source.mistake((), advice),))
    if _UNITS in source.value:
        mistake = source.mistake((_UNITS,), f"move the units to {UNITS_FILE}, and remove this key")
        return replace(source, mistakes=(*source.mistakes, mistake))
    return source


def _units_source(path: Path) -> Source:
    source = read_file(path, read_rows)
    if source.value == [] and not source.mistakes:
        mistake = source.mistake((), "write at least one unit below the names of the columns")
        return replace(source, mistakes=(mistake,))
    return source


def read_file(path: Path, reader: Callable[[str, str], Source]) -> Source:
    """Read a file as UTF-8; that it cannot be read is a mistake like others."""
    content = b""
    try:
        content = path.read_bytes()
        return reader(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line, advice = content.count(b"\n", 0, error.start) + 1, "save the file as UTF-8"
    except FileNotFoundError:
        line, advice = 1, f"add this file: a pack is {PLAN_FILE} and {UNITS_FILE}"
    except OSError as error:
        line, advice = 1, f"make the file readable: {error.strerror}"
    mistake = Mistake(file=str(path), line=line, key="file", advice=advice)
    return Source(file=str(path), mistakes=(mistake,))


def shaped(kind: type[M], value: Mapping[str, object]) -> tuple[M | None, list[tuple[Steps, str]]]:
    """Return what plain values stand for, or what is wrong with them and where."""
    try:
        # strict, and read as JSON: there a list is a tuple and text a date, but true is no 1
        return kind.model_validate_json(json.dumps(value), strict=True), []
    except ValidationError as error:
        return None, list(found_wrong(error, value, kind))


def _placed(steps: Steps, advice: str, plan: Source, units: Source) -> Mistake:
    if steps[:1] == (_UNITS,):
        return units.mistake(steps[1:], advice)
    return plan.mistake(steps, advice)


def _misnamed(id_: Place, folder: Path) -> Iterator[Mistake]:
    name = folder.resolve().name
    if id_.text and id_.text != name:
        yield id_.mistake(f"write {name}, as the folder is called, or rename the folder")


def _once(phases: list[list[Mistake]], unread: set[str]) -> Iterator[Mistake]:
    """Yield each place's mistakes of the first phase that has any: later ones follow from them."""
    told: set[tuple[str, int, str]] = set()
    yield from phases[0]
    for before, phase in pairwise(phases):
        told |= {(mistake.file, mistake.line, mistake.key) for mistake in before}
        for mistake in phase:
            row = (mistake.file, mistake.line, _UNITS)
            here = (mistake.file, mistake.line, mistake.key)
            if mistake.file not in unread and not told & {here, row}:
                yield mistake
