"""A pack as it is written, right or wrong: the lookups that rules across the pack share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from plans.errors import Mistake
from plans.moments import Written
from plans.nearest import meant
from plans.source import Place

W = TypeVar("W", bound=Written)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The two files of a pack as they are written."""

    plan: Place
    units: Place

    def form_codes(self, form: str) -> tuple[str, ...]:
        """Return the codes that a form asks."""
        return self.plan["forms"][form]["questions"].texts

    def form_of(self, unit_type: str) -> str:
        """Return the form that a type of unit fills in."""
        return self.plan["unit_types"][unit_type]["form"].text

    def has_form(self, unit_type: str) -> bool:
        """Say whether a type of unit fills in a form that there is."""
        return self.form_of(unit_type) in self.plan["forms"].names

    def forms_of(self, unit_type: str) -> tuple[str, ...]:
        """Return every form that a type of unit fills in, in one-off periods too."""
        one_off = [
            period["form"].text
            for period in self.plan["calendar"]["one_off"].each()
            if unit_type in (period["unit_types"].texts or (unit_type,))
        ]
        return (self.form_of(unit_type), *one_off)

    def asked_of(self, unit_type: str) -> set[str]:
        """Return the codes that a type of unit is asked."""
        return {code for form in self.forms_of(unit_type) for code in self.form_codes(form)}

    def kind_of(self, code: str) -> str:
        """Return an indicator's kind."""
        return self.plan["indicators"][code]["kind"].text

    @property
    def years(self) -> range:
        """Return the years of the plan; none where its span is not readable."""
        first, last = self.plan["valid_from"].day, self.plan["valid_to"].day
        return range(first.year, last.year + 1) if first and last else range(0)

    @property
    def units_by_code(self) -> Mapping[str, Place]:
        """Return the rows by their code; of two with one code, the first."""
        return {unit["code"].text: unit for unit in reversed(list(self.units.each()))}


Rule = Callable[[Unchecked], Iterator[Mistake]]


def unknown(what: str, place: Place, among: Place) -> Iterator[Mistake]:
    """Yield a mistake where a name is not among a mapping's keys.

    An empty mapping is a mistake of its own: it would make every name a second one.
    """
    if place.text and among.names and place.text not in among.names:
        yield place.mistake(meant(what, place.text, among.names))


def unknown_each(what: str, places: Place, among: Place) -> Iterator[Mistake]:
    """Yield a mistake for each item that is unknown or stands twice."""
    for place in places.each():
        yield from unknown(what, place, among)
    yield from repeated(what, list(places.each()))


def repeated(what: str, places: list[Place]) -> Iterator[Mistake]:
    """Yield a mistake for each text that stands again, telling where it stands first."""
    first: dict[str, Place] = {}
    for place in places:
        before = first.setdefault(place.text, place)
        if place.text and before is not place:
            line = before.source.line(before.steps)
            yield place.mistake(f"remove the second {place.text}: line {line} has this {what}")


def phrase(kind: type[W], place: Place) -> W | None:
    """Return a phrase's meaning, None where it has none."""
    try:
        return kind.model_validate(place.text)
    except ValidationError:
        return None
