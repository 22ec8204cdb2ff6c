"""Advice on a name that is not there: what was probably meant, or what there is."""

from collections.abc import Collection

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

_NEAR_ENOUGH = 60
_MANY = 12


def meant(what: str, name: str, known: Collection[str]) -> str:
    """Return advice for an unknown name."""
    found = extractOne(name.lower(), {key: key.lower() for key in known}, scorer=fuzz.ratio)
    if found and found[1] >= _NEAR_ENOUGH:
        return f"unknown {what}: did you mean `{found[2]}`?"
    if not known:
        return f"unknown {what}: write it down first, or leave it out here"
    some = sorted(known)
    if len(some) > _MANY:
        return f"unknown {what}: write one of the {len(some)} there are, as {some[0]}"
    return f"unknown {what}: write one of: {', '.join(some)}"
