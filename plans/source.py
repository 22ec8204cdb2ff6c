"""Plain values that remember where they were written, and a cursor that walks them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from plans.errors import Mistake

Steps = tuple[str | int, ...]

_SPACES = re.compile("[\u00a0\u2007\u202f]")


def normal(text: str) -> str:
    """Compose the letters of a text (NFC) and make its no-break spaces plain ones.

    Line ends stay: the lines of mistakes are counted in the normal text.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file's content as plain values, the line of each, and what could not be read."""

    file: str
    value: object = None
    lines: Mapping[Steps, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def line(self, steps: Steps) -> int:
        """Return the line of a value, or of the nearest thing around it that is written."""
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def key(self, steps: Steps) -> str:
        """Return the dotted key of a value; the whole file is called `plan`."""
        return ".".join(str(step) for step in steps) or "plan"

    def mistake(self, steps: Steps, advice: str) -> Mistake:
        """Return a mistake at a value."""
        return Mistake(file=self.file, line=self.line(steps), key=self.key(steps), advice=advice)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource(Source):
    """A file of rows: the line tells the row, so a key is the column alone."""

    def key(self, steps: Steps) -> str:
        """Return the column; a whole row is called `units`."""
        return ".".join(str(step) for step in steps if isinstance(step, str)) or "units"


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a source, read without complaint: what has the wrong shape reads as absent.

    The shapes are pydantic's to judge; so a pack's references are checked in the same pass.
    """

    source: Source
    value: object
    steps: Steps = ()

    def __getitem__(self, key: str) -> "Place":
        inside = self.value.get(key) if isinstance(self.value, Mapping) else None
        return Place(self.source, inside, (*self.steps, key))

    def __bool__(self) -> bool:
        return self.value is not None

    def entries(self) -> Iterator[tuple[str, "Place"]]:
        """Yield the keys of a mapping with their values."""
        for key in self.names:
            yield key, self[key]

    def each(self) -> Iterator["Place"]:
        """Yield the items of a list."""
        if isinstance(self.value, list):
            for number, item in enumerate(self.value):
                yield Place(self.source, item, (*self.steps, number))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the keys of a mapping."""
        return tuple(self.value) if isinstance(self.value, Mapping) else ()

    @property
    def text(self) -> str:
        """Return a text, "" where there is none."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the texts of a list."""
        return tuple(item.text for item in self.each() if item.text)

    @property
    def number(self) -> int | None:
        """Return a whole number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value
        return None

    @property
    def day(self) -> date | None:
        """Return a day written as 2021-06-30."""
        try:
            return date.fromisoformat(self.text)
        except ValueError:
            return None

    def mistake(self, advice: str) -> Mistake:
        """Return a mistake at this place."""
        return self.source.mistake(self.steps, advice)
