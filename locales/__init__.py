"""Every user-facing word, by key, in each language; numbers and dates as officials write them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("vi", "en")


@cache
def catalog(language: str) -> Mapping[str, str]:
    """Read one language's catalogs: `locales/<language>/*.po`, keyed by msgid."""
    words: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file):
                if entry.id and isinstance(entry.id, str):
                    if entry.id in words:
                        raise ValueError(f"{path.name}: {entry.id} stands twice")
                    words[entry.id] = str(entry.string)
    return words


def text(language: str, key: str, **args: object) -> str:
    """Return the sentence of `key` with its places filled; numbers and dates are formatted."""
    return catalog(language)[key].format(
        **{name: shown(language, value) for name, value in args.items()}
    )


def shown(language: str, value: object) -> str:
    """Write a value as officials do: 1.234 and 14/6/2026 in Vietnamese."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return format_decimal(value, locale=language)
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    return str(value)
