"""Units as a tree with dates: who existed, under whom, when."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from plans.moments import Day
from plans.spelling import plain


class Unit(BaseModel):
    """One unit; codes are the General Statistics Office's where it has one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,16}$")]
    name: str = Field(min_length=1)
    type: str = Field(min_length=1)
    parent: str = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    needs_confirmation: str = ""

    def in_force(self, on: date) -> bool:
        """Say whether the unit exists on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class UnitTree:
    """Units by code, with their children; never changed once made."""

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self._by_code = {unit.code: unit for unit in units}
        self._children: dict[str, list[Unit]] = {}
        for unit in units:
            self._children.setdefault(unit.parent, []).append(unit)

    @cached_property
    def plain_names(self) -> Mapping[str, tuple[str, ...]]:
        """Return what each unit may be called, without accents; to strip those takes time."""
        return {
            code: tuple(plain(name) for name in (unit.name, *unit.aliases))
            for code, unit in self._by_code.items()
        }

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Unit:
        return self._by_code[code]

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._by_code.values())

    def children(self, code: str) -> tuple[Unit, ...]:
        """Return the units directly below one; below "" stand the topmost."""
        return tuple(self._children.get(code, ()))

    def subtree(self, code: str) -> Iterator[Unit]:
        """Yield a unit and every unit below it."""
        yield self._by_code[code]
        for child in self.children(code):
            yield from self.subtree(child.code)

    def above(self, code: str) -> Iterator[Unit]:
        """Yield the units above one, nearest first; nothing stands above the province, ""."""
        parent = self._by_code[code].parent if code else ""
        while parent:
            yield self._by_code[parent]
            parent = self._by_code[parent].parent

    def area(self, code: str) -> str:
        """Return the unit under which a unit's figures are added up: itself if any stand below."""
        return code if self._children.get(code) else self._by_code[code].parent

    def within(self, code: str, root: str) -> bool:
        """Say whether a unit is `root` or below it; every unit is below ""."""
        return root in ("", code) or any(unit.code == root for unit in self.above(code))

    def title(self, code: str) -> str:
        """Return a unit's name with the district that it belongs to."""
        names = [self._by_code[code].name, *(unit.name for unit in self.above(code))]
        return ", ".join([names[0], *(name[0].lower() + name[1:] for name in names[1:])])
