"""What a file of a period says of itself: in its name, and on each page or sheet."""

import locales
from documents.consolidated import Consolidated
from plans.calendar import local


def file_name(stem: str, found: Consolidated, ending: str, *, unit: str = "") -> str:
    """Name a file by its period, the unit that it is of, and the moment of its figures."""
    moment = f"{local(found.moment):%Y%m%d-%H%M}"
    parts = (stem, found.period.id, unit or found.root, moment)
    name = "-".join(part for part in parts if part) + ending
    return locales.text("vi", "document.internal_file", name=name) if found.internal else name


def mark_of(language: str, found: Consolidated) -> str:
    """Return what must be seen of figures that are made up or not to be passed on, "" of others."""
    marks = []
    if found.synthetic:
        marks.append(locales.text(language, "synthetic.mark").upper())
    if found.internal:
        marks.append(locales.text(language, "document.internal_mark"))
    return " - ".join(marks)
